"""Closed items: whoever keeps the bank says which persons alone read some items, and opens them again."""

import re
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people import staff
from kaoping.exam.people.access import ACTIONS
from kaoping.exam.people.names import names
from kaoping.exam.web.entries import Entries
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.itembank import closed_items

blueprint = Blueprint("closed_items", __name__, url_prefix="/items/closed")

PER_PAGE: Final = 50
_BETWEEN = re.compile(r"[\s,;，；、]+")


@blueprint.get("/")
@requires("item.close")
def index() -> ResponseReturnValue:
    """List the closed items, and ask which to close or to open."""
    with transaction(g.actor.organisation) as session:
        return _page(session, Entries(request.args), set())


@blueprint.post("/")
@requires("item.close")
def decide() -> ResponseReturnValue:
    """Close or open items; what is refused is told above the form, with all that was typed."""
    form, chosen = Entries(request.form), set(request.form.getlist("person", type=UUID))
    codes = [code for code in _BETWEEN.split(form["codes"]) if code]
    with transaction(g.actor.organisation) as session:
        known = chosen & {one for one, _name in _people(session)}
        opening = request.form.get("act") == "open"

        def deed() -> object:
            if opening:
                return closed_items.reopen(session, codes, form["why"], by=g.actor)
            return closed_items.close(session, codes, known, form["why"], by=g.actor)

        if not form.done(session, deed):
            return _page(session, form, chosen), 422
    many = len(set(codes))
    flash(_opened(many) if opening else _closed(many), "good")
    return redirect(url_for("closed_items.index"))


def _opened(many: int) -> str:
    told = ngettext(
        "%(num)d item is open to all who read items.", "%(num)d items are open to all who read items.", many
    )
    return str(told)


def _closed(many: int) -> str:
    told = ngettext(
        "%(num)d item is closed to all but the persons named and its authors.",
        "%(num)d items are closed to all but the persons named and their authors.", many,
    )  # fmt: skip
    return str(told)


def _page(session: Session, form: Entries, chosen: set[UUID]) -> str:
    total = closed_items.count(session)
    page = page_of(total, PER_PAGE)
    found = closed_items.listed(session, limit=PER_PAGE, offset=(page.number - 1) * PER_PAGE)
    return render_template(
        "pages/items/closed.html", found=found, total=total, page=page, form=form, chosen=chosen,
        people=_people(session), names=names(session, {person for one in found for person in one.readers}),
    )  # fmt: skip


def _people(session: Session) -> list[tuple[UUID, str]]:
    """Give the members of staff whose roles read items."""
    return [
        (one.id, one.name)
        for one in staff.everybody(session, by=g.actor)
        if one.active and staff.roles_of(one, g.actor.organisation) & ACTIONS["item.read"]
    ]
