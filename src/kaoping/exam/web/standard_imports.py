"""Taking a standard in from a workbook: template, check of every row, confirmation."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.exam.db import transaction
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.itembank import standard_import, standard_workbook
from kaoping.itembank.errors import Invalid
from kaoping.itembank.sheet_tables import Fault
from kaoping.itembank.standard_import import Preview

blueprint = Blueprint("standard_imports", __name__, url_prefix="/standards/import")

#: Faults that a page lists.
SHOWN = 200
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@requires("standard.manage")
def choose() -> ResponseReturnValue:
    """Ask for a workbook."""
    return _chosen()


def _chosen(refusal: str = "") -> str:
    columns = {
        names[0]: [column.titles[0] for column in standard_workbook.COLUMNS[key]]
        for key, names in standard_workbook.SHEETS.items()
    }
    return render_template("pages/standards/import.html", refusal=refusal, columns=columns)


@blueprint.post("")
@requires("standard.manage")
def check() -> ResponseReturnValue:
    """Check a workbook and show what would be stored, or every place that is to be mended. Nothing is stored."""
    file = request.files.get("workbook")
    if file is None or not file.filename:
        return _chosen(_("Choose a file first.")), 422
    try:
        with transaction(g.actor.organisation) as session:
            return checked(standard_import.preview(session, file.read()), file.filename)
    except Invalid as refused:
        return _chosen(sentence_of(refused)), 422


def checked(seen: Preview, filename: str) -> ResponseReturnValue:
    """Show what a file would store, with the form that stores it."""
    page = render_template(
        "pages/standards/preview.html", seen=seen, filename=filename, said=_said,
        sealed=standard_import.sealed(seen, by=g.actor) if seen.takes else "",
        faults=seen.reading.faults[:SHOWN], sheets=standard_workbook.SHEETS,
    )  # fmt: skip
    return page, 200 if seen.takes else 422


def _said(fault: Fault) -> str:
    return str(_(fault.sentence)) % fault.facts


@blueprint.post("/confirm")
@requires("standard.manage")
def confirm() -> ResponseReturnValue:
    """Store what was shown."""
    document, seen = standard_import.unsealed(request.form.get("sealed", ""), by=g.actor)
    with transaction(g.actor.organisation) as session:
        standard = standard_import.take(session, document, seen=seen, by=g.actor)
        flash(_("Standard %(code)s is stored as a draft.", code=standard.code), "good")
        return redirect(url_for("standards.show", standard_id=standard.id))


@blueprint.get("/template.xlsx")
@requires("standard.manage")
def template() -> ResponseReturnValue:
    """Give an empty workbook with the titles of every sheet."""
    headers = {"Content-Disposition": 'attachment; filename="standard.xlsx"'}
    return Response(standard_workbook.template(), mimetype=_WORKBOOK, headers=headers)
