"""Papers given as lists of items 套题组卷: paste the codes, see every rule, confirm what departs, store the paper."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam import lists
from kaoping.exam.db import transaction
from kaoping.exam.web import limit_words
from kaoping.exam.web.guard import requires
from kaoping.exam.web.limit_form import BETWEEN_CODES
from kaoping.itembank import given, specification, versions
from kaoping.itembank.given import Examined, ListInvalid
from kaoping.itembank.papers import Specification

blueprint = Blueprint("given", __name__, url_prefix="/specifications")

#: What the column of item codes may be called in a file.
TITLES = ("试题编号", "试题代码", "编号", "item", "code")


@dataclass
class GivenForm:
    """The list as it was sent, and what keeps it from becoming a paper."""

    codes: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)


@blueprint.route("/<uuid:specification_id>/given", methods=["GET", "POST"])
@requires("paper.assemble")
def give(specification_id: UUID) -> ResponseReturnValue:
    """Take a list of items, show it beside the rules, and store it as a paper once that is asked for and confirmed."""
    with transaction(g.actor.organisation) as session:
        found, form = specification.find(session, specification_id), GivenForm()
        if request.method == "GET":
            return _page(found, form, None)
        form.codes = tuple(_sent())
        examined = _examined(session, found, form)
        confirmed = "confirmed" in request.form
        if examined and "store" in request.form and (confirmed or not examined.deviations):
            run = given.give(session, specification_id, form.codes, confirmed=confirmed, by=g.actor)
            flash(
                _("Stored as paper %(code)s: it waits for another person's approval.", code=run.papers[0].code), "good"
            )
            return redirect(url_for("papers.show_run", run_id=run.id))
        if examined and "store" in request.form:
            form.faults.append(_("Confirm the deviations first: tick the box below the table."))
        return _page(found, form, examined), 422 if form.faults else 200


def _sent() -> Iterator[str]:
    """Give the codes of a file, or of what was pasted."""
    file = request.files.get("file")
    if file is None or not (data := file.read()):
        yield from (code for code in BETWEEN_CODES.split(request.form.get("codes", "")) if code)
        return
    rows = [cells for _line, cells in lists.records(lists.decoded(data, titles=TITLES)[0])]
    head = [cell.casefold() for cell in rows[0]] if rows else []
    column = next((head.index(title) for title in TITLES if title in head), None)
    for cells in rows if column is None else rows[1:]:
        yield from cells[(column or 0) : (column or 0) + 1]


def _examined(session: Session, found: Specification, form: GivenForm) -> Examined | None:
    try:
        return given.examine(session, found.id, form.codes)
    except ListInvalid as refused:
        form.faults += [_(problem.sentence, **problem.facts) for problem in refused.problems]
        return None


def _page(found: Specification, form: GivenForm, examined: Examined | None) -> str:
    rules = versions.rules_of(versions.in_force(found))
    return render_template(
        "pages/specifications/give.html", specification=found, form=form, examined=examined, rules=rules,
        words=limit_words,
    )  # fmt: skip
