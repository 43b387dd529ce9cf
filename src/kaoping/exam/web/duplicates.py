"""Near-duplicates of the bank: the pairs that the newest comparison found, and a new comparison on demand."""

from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kaoping.exam import ordering
from kaoping.exam.db import transaction
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.watermark import seen
from kaoping.itembank import duplicates, enemy_sets

blueprint = Blueprint("duplicates", __name__, url_prefix="/items/alike")

SHOWN = 25


@blueprint.get("/")
@requires("item.read")
def index() -> ResponseReturnValue:
    """Show the pairs that say nearly the same, and how far a comparison is that is not over."""
    with transaction(g.actor.organisation) as session:
        seen(session)
        newest, done = duplicates.newest(session), duplicates.done(session)
        total = duplicates.count(session, done) if done else 0
        page = page_of(total, SHOWN)
        pairs = duplicates.pairs(session, done, limit=SHOWN, offset=(page.number - 1) * SHOWN) if done else ()
        sets = enemy_sets.of_items(session, {one for pair in pairs for one in (pair.first_id, pair.second_id)})
        return render_template(
            "pages/items/alike.html", run=newest, done=done, pairs=pairs, total=total, page=page, sets=sets,
            kept=duplicates.KEPT,
        )  # fmt: skip


@blueprint.post("/")
@requires("item.read")
def compare() -> ResponseReturnValue:
    """Compare the whole bank."""
    with transaction(g.actor.organisation) as session:
        ordering.compare(session, by=g.actor)
    return redirect(url_for("duplicates.index"))


@blueprint.get("/<uuid:run_id>/progress")
@requires("item.read")
def progress(run_id: UUID) -> ResponseReturnValue:
    """Give the part of the page that changes while the bank is compared."""
    with transaction(g.actor.organisation) as session:
        part = render_template("pages/items/_comparing.html", run=duplicates.find(session, run_id))
    return Response(part, headers={"Cache-Control": "no-store"})
