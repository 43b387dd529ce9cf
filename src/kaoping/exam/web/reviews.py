"""Reviews of items: the queue, and the page on which a reviewer decides."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty
from kaoping.itembank import craft, difference, listing, reviewing, text_index
from kaoping.itembank.difference import Run
from kaoping.itembank.errors import N_
from kaoping.itembank.items import Review, Revision, Verdict

blueprint = Blueprint("reviews", __name__, url_prefix="/reviews")

DUTIES = (
    Duty(
        N_("%(num)d item waits for review"), N_("%(num)d items wait for review"), N_("Review"), "reviews.index",
        "item.review", reviewing.count_waiting,
    ),
)  # fmt: skip


@blueprint.get("/")
@requires("item.review")
def index() -> ResponseReturnValue:
    """List what waits for a verdict."""
    with transaction(g.actor.organisation) as session:
        waiting = reviewing.waiting(session)
        own = {item.id for item in waiting if g.actor.id in reviewing.authors(item)}
        authors = names(session, (item.latest.author_id for item in waiting))
        return render_template("pages/reviews/index.html", waiting=waiting, own=own, names=authors)


@blueprint.get("/<uuid:revision_id>")
@requires("item.review")
def show(revision_id: UUID) -> ResponseReturnValue:
    """Show a revision, what changed since the one before, and the form for the verdict."""
    with transaction(g.actor.organisation) as session:
        return _page(session, reviewing.revision(session, revision_id))


@blueprint.post("/<uuid:revision_id>")
@requires("item.review")
def decide(revision_id: UUID) -> ResponseReturnValue:
    """Store a verdict; a return without a comment comes back to the form."""
    verdict = Verdict.APPROVE if request.form.get("verdict") == Verdict.APPROVE else Verdict.RETURN
    comment = request.form.get("comment", "")
    with transaction(g.actor.organisation) as session:
        revision = reviewing.revision(session, revision_id)
        if verdict is Verdict.RETURN and not comment.strip():
            return _page(session, revision, wanting=True), 422
        review = reviewing.decide(session, revision_id, verdict, comment=comment, by=g.actor)
        flash(_told(review), "good")
    return redirect(url_for("reviews.index"))


def _told(review: Review) -> str:
    code = review.revision.item.code
    if review.verdict is Verdict.APPROVE:
        return str(_("Item %(code)s is approved.", code=code))
    return str(_("Item %(code)s goes back to its author with your comment.", code=code))


def _page(session: Session, revision: Revision, *, wanting: bool = False) -> str:
    item = revision.item
    earlier = next((each for each in reversed(item.revisions) if each.number < revision.number), None)
    history = listing.history(session, item)
    reviews = [review for each in reversed(item.revisions) for review in each.reviews]
    people = {entry.by for entry in history} | {each.author_id for each in item.revisions}
    return render_template(
        "pages/reviews/show.html", item=item, revision=revision, earlier=earlier, history=history, reviews=reviews,
        changes=dict(_changes(earlier, revision)) if earlier else {}, own=g.actor.id in reviewing.authors(item),
        hints=craft.hints(revision.body), names=names(session, people | {review.reviewer_id for review in reviews}),
        wanting=wanting,
        similar=text_index.similar(session, revision.body, g.actor.organisation, besides=item.id),
    )  # fmt: skip


def _changes(earlier: Revision, revision: Revision) -> Iterator[tuple[str, Any]]:
    """Give the runs of each part of the wording; options by letter."""
    old, new = _parts(earlier), _parts(revision)
    yield from ((part, difference.runs(old[part], new[part])) for part in ("stem", "rationale", "key", "source"))
    yield "options", _option_changes(earlier.body.get("options", []), revision.body.get("options", []))


def _option_changes(old: list[str], new: list[str]) -> list[list[Run]]:
    length = max(len(old), len(new))
    before, after = ([*options, *[""] * (length - len(options))] for options in (old, new))
    return [difference.runs(one, other) for one, other in zip(before, after, strict=True)]


def _parts(revision: Revision) -> dict[str, str]:
    body, source = revision.body, (revision.source_standard, revision.source_edition, revision.source_clause)
    return {
        "stem": body["stem"], "rationale": body["rationale"], "key": _key(body), "source": " ".join(source).strip(),
    }  # fmt: skip


def _key(body: dict[str, Any]) -> str:
    key = body["key"]
    if isinstance(key, bool):
        return str(_("True") if key else _("False"))
    if isinstance(key, list):
        return ", ".join(one if isinstance(one, str) else " / ".join(one) for one in key)
    return " ± ".join(filter(None, (str(key), body.get("tolerance"))))
