"""The pool that a grant shows: its list, one item at a time with the watermark, and taking copies over."""

from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people import organisations
from kaoping.exam.web import item_types, item_words
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.refusals import outcome
from kaoping.exam.web.watermark import seen
from kaoping.itembank import markdown
from kaoping.itembank.errors import N_, Invalid, Missing
from kaoping.itembank.sharing import shared, taking
from kaoping.itembank.sharing.shared import PER_PAGE
from kaoping.itembank.sharing.taking import Taken

blueprint = Blueprint("shared_items", __name__, url_prefix="/sharing/<uuid:grant_id>/items")


@blueprint.get("/")
@requires("share.see")
def index(grant_id: UUID) -> ResponseReturnValue:
    """List the items of a grant without their wordings."""
    with transaction(g.actor.organisation) as session:
        return _page(session, grant_id)


@blueprint.get("/<uuid:item_id>")
@requires("share.see")
def show(grant_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Show an item whole; its owner's log says who saw it."""
    with transaction(g.actor.organisation) as session:
        grant = shared.opened(session, grant_id, by=g.actor)
        trace = seen(session)
        found = shared.read(session, grant_id, item_id, trace=trace, by=g.actor)
        return render_template(
            "pages/sharing/item.html", grant=grant, found=found, owner=_owner(session, grant.organisation_id),
            levels=taking.levels(session, grant), words=item_words, types=item_types, **_shown(grant_id, item_id),
        )  # fmt: skip


@blueprint.get("/<uuid:item_id>/pictures/<uuid:picture_id>")
@requires("share.see")
def picture(grant_id: UUID, item_id: UUID, picture_id: UUID) -> ResponseReturnValue:
    """Give a picture of an item that the reader has opened today."""
    with transaction(g.actor.organisation) as session:
        shared.opened(session, grant_id, by=g.actor)
        found = [one for one in shared.pictures(session, grant_id, item_id, by=g.actor) if one.id == picture_id]
        if not found:
            raise Missing(what=N_("picture"))
        return Response(found[0].content, mimetype=found[0].media_type)


@blueprint.post("/take")
@requires("share.take")
def take(grant_id: UUID) -> ResponseReturnValue:
    """Take the chosen items over and say of each what came of it."""
    chosen, level = request.form.getlist("item", type=UUID), request.form.get("level", type=UUID)
    with transaction(g.actor.organisation) as session:
        shared.opened(session, grant_id, by=g.actor)
        trace = seen(session)
        done = outcome(
            session, lambda: taking.take(session, grant_id, chosen, level_id=level or grant_id, trace=trace, by=g.actor)
        )  # fmt: skip
        if isinstance(done, Invalid):
            return _page(session, grant_id, refused=sentence_of(done)), 422
        return _page(session, grant_id, done=done)


def _page(session: Session, grant_id: UUID, *, done: Taken | None = None, refused: str | None = None) -> str:
    grant = shared.opened(session, grant_id, by=g.actor)
    words = request.args.get("q", "")[:100]
    rows, total = shared.listed(session, grant_id, words, page=request.args.get("page", 1, int))
    return render_template(
        "pages/sharing/items.html", grant=grant, rows=rows, total=total, page=page_of(total, PER_PAGE), q=words,
        owner=_owner(session, grant.organisation_id), levels=taking.levels(session, grant), done=done, refused=refused,
        words=item_words,
    )  # fmt: skip


def _shown(grant_id: UUID, item_id: UUID) -> dict[str, Any]:
    """Let texts show their pictures at the addresses of the grant."""

    def address(picture_id: UUID) -> str:
        return url_for("shared_items.picture", grant_id=grant_id, item_id=item_id, picture_id=picture_id)

    bound = {name: partial(getattr(markdown, name), pictures=address) for name in ("html", "line")}
    return {"md": SimpleNamespace(**bound), "picture_address": address}


def _owner(session: Session, organisation: UUID) -> str:
    return organisations.named(session, [organisation])[0].name
