"""Taking weight and point tables of a Word document into a draft: choice of file, check, confirmation."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.standard_forms import draft
from kaoping.itembank import standard_word
from kaoping.itembank.errors import Invalid
from kaoping.itembank.models import Component, Standard
from kaoping.itembank.sheet_tables import Fault
from kaoping.itembank.standard_word import WordReading

blueprint = Blueprint("standard_tables", __name__, url_prefix="/standards/<uuid:standard_id>/tables")

#: Faults that a page lists.
SHOWN = 200


@blueprint.get("")
@requires("standard.manage")
def choose(standard_id: UUID) -> ResponseReturnValue:
    """Ask for a document."""
    with transaction(g.actor.organisation) as session:
        return _page(draft(session, standard_id))


def _page(standard: Standard, reading: WordReading | None = None, *, refusal: str = "", sealed: str = "") -> str:
    return render_template(
        "pages/standards/tables.html", standard=standard, reading=reading, refusal=refusal, sealed=sealed,
        faults=reading.faults[:SHOWN] if reading else (), said=_said, Component=Component,
        chosen=request.form.get("level", type=int),
    )  # fmt: skip


@blueprint.post("")
@requires("standard.manage")
def check(standard_id: UUID) -> ResponseReturnValue:
    """Check a document and show what would be stored, or every place that is to be mended. Nothing is stored."""
    with transaction(g.actor.organisation) as session:
        standard = draft(session, standard_id)
        return _checked(session, standard)


def _checked(session: Session, standard: Standard) -> ResponseReturnValue:
    file = request.files.get("document")
    level = next((one for one in standard.levels if one.digit == request.form.get("level", type=int)), None)
    if file is None or not file.filename or level is None:
        return _page(standard, refusal=_("Choose a file and a level first.")), 422
    try:
        reading = standard_word.preview(session, standard, file.read(), level=level)
    except Invalid as refused:
        return _page(standard, refusal=sentence_of(refused)), 422
    if reading.faults:
        return _page(standard, reading), 422
    return _page(standard, reading, sealed=standard_word.sealed(reading, standard, by=g.actor))


def _said(fault: Fault) -> str:
    return str(_(fault.sentence)) % fault.facts


@blueprint.post("/confirm")
@requires("standard.manage")
def confirm(standard_id: UUID) -> ResponseReturnValue:
    """Store what was shown."""
    with transaction(g.actor.organisation) as session:
        standard = standard_word.take(session, standard_id, request.form.get("sealed", ""), by=g.actor)
        flash(_("Saved in the draft of %(code)s.", code=standard.code), "good")
        return redirect(url_for("standards.show", standard_id=standard.id))
