"""The grid of items: the metadata of a search's items as one table, saved together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.web import search_form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.watermark import seen
from kaoping.itembank import grid
from kaoping.itembank.errors import N_
from kaoping.itembank.grid import Cells, Entry, GridRefused, Refusal
from kaoping.itembank.items import Item
from kaoping.itembank.listing import Search

blueprint = Blueprint("grid", __name__, url_prefix="/items/grid")

#: The columns that are typed, with their headings.
COLUMNS = {
    "standard": N_("Source standard"),
    "edition": N_("Edition"),
    "clause": N_("Clause"),
    "difficulty": N_("Difficulty (author)"),
    "consistency": N_("Consistency"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is shown: what is stored, what was typed over it, and what is wrong with that."""

    item: Item
    stored: Cells
    typed: Cells | None
    refusal: Refusal
    closed: str

    @property
    def cells(self) -> Cells:
        """What the inputs hold."""
        return self.typed or self.stored


@blueprint.get("/")
@requires("item.write")
def show() -> ResponseReturnValue:
    """Show the items of a search as a table; those open to the reader with inputs."""
    with transaction(g.actor.organisation) as session:
        return _page(session, _search(), {}, {})


@blueprint.post("/")
@requires("item.write")
def save() -> ResponseReturnValue:
    """Save what was typed, or show it again with what keeps it from being saved."""
    entries, search = [_entry(item_id) for item_id in request.form.getlist("row", type=UUID)], _search()
    with transaction(g.actor.organisation) as session:
        try:
            changed = grid.save(session, entries, by=g.actor)
        except GridRefused as refused:
            return _page(session, search, {entry.item_id: entry for entry in entries}, refused.refusals), 409
        text = ngettext("%(num)d item of the grid is saved.", "%(num)d items of the grid are saved.", len(changed))
        flash(text, "good")
    asked: dict[str, Any] = dict(search_form.parts(search))
    return redirect(url_for("grid.show", **asked))


def _search() -> Search:
    return search_form.of(request.args, viewer=g.actor.id)


def _entry(item_id: UUID) -> Entry:
    typed = Cells.typed({name: request.form.get(f"{name}-{item_id}", "") for name in COLUMNS})
    return Entry(item_id, request.form.get(f"stamp-{item_id}", ""), typed)


def _page(
    session: Session, search: Search, entries: Mapping[UUID, Entry], refusals: Mapping[UUID, Refusal]
) -> str:  # fmt: skip
    found = grid.find(session, search, g.actor, also=entries)
    seen(session)
    rows = [_row(item, entries.get(item.id), refusals.get(item.id, Refusal())) for item in found.items]
    return render_template(
        "pages/items/grid.html", rows=rows, left_off=found.left_off, columns=COLUMNS, stamp_of=grid.stamp_of,
        asked=search_form.parts(search), most=grid.MOST,
    )  # fmt: skip


def _row(item: Item, entry: Entry | None, refusal: Refusal) -> Row:
    typed = entry.cells if entry and entry.touched else None
    return Row(item, Cells.of(item.latest), typed, refusal, grid.closed(item, g.actor))
