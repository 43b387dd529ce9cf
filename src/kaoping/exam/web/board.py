"""The board of items: where each stands, as columns or as a table from which many are moved at once."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people.access import allow, may
from kaoping.exam.people.names import names
from kaoping.exam.web import item_words
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.offered import one_of
from kaoping.exam.web.watermark import seen
from kaoping.itembank import board, listing, moves, review_rules, standards
from kaoping.itembank.board import PLACES, Place, View
from kaoping.itembank.errors import Invalid
from kaoping.itembank.items import Item, ItemState, MoveReason, ReviewStage
from kaoping.itembank.moves import Moved, Step

blueprint = Blueprint("board", __name__, url_prefix="/items/board")

#: The action that each step needs.
NEEDS = {Step.RECHECK: "item.recheck", Step.CONFIRM: "item.confirm", Step.RETIRE: "item.retire"}


@blueprint.get("")
@requires("item.read")
def index() -> ResponseReturnValue:
    """Show the board, or the table."""
    with transaction(g.actor.organisation) as session:
        return _page(session)


@blueprint.post("/move")
@requires("item.read")
def move() -> ResponseReturnValue:
    """Move the chosen items and say of each what came of it."""
    step = one_of(request.form, "step", Step)
    allow(g.actor, NEEDS[step])
    chosen = request.form.getlist("item", type=UUID)
    reason, note = one_of(request.form, "reason", MoveReason), request.form.get("note", "")
    with transaction(g.actor.organisation) as session:
        try:
            moved = moves.move(session, chosen, step, reason, note=note, by=g.actor)
        except Invalid as refused:
            return _page(session, refused=sentence_of(refused), chosen=chosen, step=step), 422
        return _page(session, moved=moved, step=step)


def _page(session: Session, *, moved: list[Moved] | None = None, **more: Any) -> str:
    view, asked = _view(), request.values
    seen(session)
    as_table = asked.get("view") == "table" or view.place is not None or moved is not None
    page = board.table(session, view, page=asked.get("page", 1, int)) if as_table else None
    columns = [] if as_table else board.columns(session, view)
    shown: list[Item] = [*page.items] if page else [item for column in columns for item in column.items]
    hidden = {item.id for item in shown if review_rules.veiled(item) and item.author_id != g.actor.id}
    return render_template(
        "pages/items/board.html", view=view, page=page, columns=columns, places=PLACES, hidden=hidden,
        standards=standards.listing(session), names=names(session, set(listing.tally(session).authors)),
        steps=[step for step in Step if may(g.actor, NEEDS[step])], step_words=item_words.STEPS,
        moved=[(each.code, sentence_of(each.refused) if each.refused else None) for each in moved or ()], **more,
    )  # fmt: skip


def _view() -> View:
    asked = request.values
    return View(
        viewer=g.actor.id, standard_id=asked.get("standard", type=UUID), digit=asked.get("level", type=_digit),
        author_id=asked.get("author", type=UUID), place=asked.get("place", type=_place),
    )  # fmt: skip


def _digit(written: str) -> int:
    """Read the digit of a level; what is none asks for nothing."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) == 1 else 0


def _place(written: str) -> Place:
    state, _, stage = written.partition(":")
    return ItemState(state), ReviewStage(stage) if stage else None
