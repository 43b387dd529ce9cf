"""Taking many items in from a workbook: template, check of every row and of what is alike, confirmation."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.watermark import seen as entered
from kaoping.itembank import item_import, item_workbook, standards
from kaoping.itembank.errors import Invalid
from kaoping.itembank.items import ItemState
from kaoping.itembank.models import StandardState
from kaoping.itembank.sheet_tables import Fault

blueprint = Blueprint("item_imports", __name__, url_prefix="/items/import")

#: Faults, and rows that are alike, that a page lists.
SHOWN = 200
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@requires("item.write")
def choose() -> ResponseReturnValue:
    """Ask for a standard and a workbook."""
    with transaction(g.actor.organisation) as session:
        return _chosen(session)


def _chosen(session: Session, refusal: str = "") -> str:
    published = [one for one in standards.listing(session) if one.state is StandardState.PUBLISHED]
    return render_template(
        "pages/items/import.html", refusal=refusal, standards=published, columns=item_workbook.COLUMNS,
        chosen=_standard(), most=item_workbook.ROWS_MOST, english=_english(),
    )  # fmt: skip


@blueprint.post("")
@requires("item.write")
def check() -> ResponseReturnValue:
    """Check a workbook and show what would be written, or every place that is to be mended. Nothing is stored."""
    file, standard = request.files.get("workbook"), _standard()
    with transaction(g.actor.organisation) as session:
        if standard is None or file is None or not file.filename:
            return _chosen(session, _("Choose a standard and a file.")), 422
        try:
            return _checked(session, standard, file.filename, file.read())
        except Invalid as refused:
            return _chosen(session, sentence_of(refused)), 422


def _checked(session: Session, standard: UUID, filename: str, data: bytes) -> ResponseReturnValue:
    seen = item_import.preview(session, standard, data, by=g.actor)
    sealed = item_import.sealed(seen, by=g.actor) if seen.takes else ""
    known = seen.known[:SHOWN]
    entered(session, {each.item.id for _row, each in known})
    page = render_template(
        "pages/items/import_check.html", seen=seen, sealed=sealed, filename=filename, said=_said, known=known,
        faults=seen.reading.faults[:SHOWN], twins=seen.twins[:SHOWN],
    )  # fmt: skip
    return page, 200 if seen.takes else 422


@blueprint.post("/confirm")
@requires("item.write")
def confirm() -> ResponseReturnValue:
    """Write what was shown as drafts of this person's."""
    with transaction(g.actor.organisation) as session:
        looked = request.form.get("looked") == "y"
        count = len(item_import.take(session, request.form.get("sealed", ""), by=g.actor, looked=looked))
    flash(ngettext("%(num)d item is written as a draft.", "%(num)d items are written as drafts.", count), "good")
    return redirect(url_for("items.index", state=ItemState.DRAFT.value, author=g.actor.id))


@blueprint.get("/template.xlsx")
@requires("item.write")
def template() -> ResponseReturnValue:
    """Give an empty workbook with the titles in the reader's language."""
    headers = {"Content-Disposition": 'attachment; filename="items.xlsx"'}
    return Response(item_workbook.template(english=_english()), mimetype=_WORKBOOK, headers=headers)


def _standard() -> UUID | None:
    return request.form.get("standard_id", type=UUID)


def _english() -> bool:
    return str(get_locale()) == "en"


def _said(fault: Fault) -> str:
    return str(_(fault.sentence)) % fault.facts
