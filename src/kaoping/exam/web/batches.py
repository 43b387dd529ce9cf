"""Batches: list, opening, closing."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DecimalField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.filing.errors import RegionUnknown
from kaoping.exam.registration import batches, errors, exams, finding
from kaoping.exam.registration.models import Batch
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.languages import CHINESE, language
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.models import Standard

blueprint = Blueprint("batches", __name__, url_prefix="/batches")

_PLACES: Places = {
    errors.BatchCodeTaken: "code",
    RegionUnknown: "region",
    errors.ObjectionDaysOutside: "objection_days",
    errors.ToleranceOutside: "assessor_tolerance",
}


class BatchForm(Form):
    """A new batch."""

    standard = SelectField(lazy_gettext("Standard"), coerce=UUID)
    code = StringField(
        lazy_gettext("Batch code"),
        validators=[InputRequired(lazy_gettext("Enter a code, such as 2026-04.")), Length(max=30)],
        description=lazy_gettext("Short and once only, such as 2026-04."),
    )
    name = StringField(
        lazy_gettext("Name of the batch"),
        validators=[InputRequired(lazy_gettext("Enter the name of the batch.")), Length(max=80)],
        description=lazy_gettext("As it is printed on candidate tickets."),
    )
    region = StringField(
        lazy_gettext("Region"),
        validators=[Length(max=6)],
        description=lazy_gettext("Code of 2, 4 or 6 digits (GB/T 2260); empty means the organisation's province."),
    )
    objection_days = IntegerField(
        lazy_gettext("Objection period, days"),
        default=batches.OBJECTION_DAYS,
        validators=[InputRequired(lazy_gettext("Enter a number of days."))],
        description=lazy_gettext("A decision becomes final when this many days have passed."),
    )
    assessor_tolerance = DecimalField(
        lazy_gettext("Tolerance of two assessors, marks"),
        default=batches.TOLERANCE,
        validators=[InputRequired(lazy_gettext("Enter a number of marks."))],
        description=lazy_gettext("If two score sheets differ by more, they go back."),
    )


@blueprint.get("/")
@requires("exam.read")
def index() -> ResponseReturnValue:
    """List the batches."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/batches/index.html", listed=batches.listed(session))


def _form() -> BatchForm:
    form = BatchForm()
    with transaction(g.actor.organisation) as session:
        found = batches.standards(session)
    form.standard.choices = choices(*((str(standard.id), _title(standard)) for standard in found))
    return form


def _title(standard: Standard) -> str:
    return f"{standard.name if language() is CHINESE else standard.name_en} {standard.edition}"


@blueprint.get("/new")
@requires("exam.manage")
def new() -> ResponseReturnValue:
    """Ask for a new batch."""
    return render_template("pages/batches/new.html", form=_form())


@blueprint.post("/")
@requires("exam.manage")
def add() -> ResponseReturnValue:
    """Open a batch."""
    form = _form()
    batch = attempt(form, lambda: _opened(form), places=_PLACES) if form.validate() else None
    if batch is None:
        return render_template("pages/batches/new.html", form=form), 422
    flash(_("Batch %(code)s is open. Prepare its exams next.", code=batch.code), "good")
    return redirect(url_for("batches.show", batch_id=batch.id))


def _opened(form: BatchForm) -> Batch:
    values = form.data
    with transaction(g.actor.organisation) as session:
        return batches.open_batch(
            session, values["standard"], code=values["code"], name=values["name"],
            region=values["region"] or "", objection_days=values["objection_days"],
            assessor_tolerance=values["assessor_tolerance"], by=g.actor,
        )  # fmt: skip


@blueprint.get("/<uuid:batch_id>")
@requires("exam.read")
def show(batch_id: UUID) -> ResponseReturnValue:
    """Show a batch with its exams."""
    with transaction(g.actor.organisation) as session:
        batch = finding.batch(session, batch_id)
        shown = [exams.shown(session, exam.id) for exam in batch.exams]
        return render_template("pages/batches/show.html", batch=batch, exams=shown)


@blueprint.get("/<uuid:batch_id>/close")
@requires("exam.manage")
def confirm_close(batch_id: UUID) -> ResponseReturnValue:
    """Ask before a batch is closed."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/batches/close.html", batch=finding.batch(session, batch_id))


@blueprint.post("/<uuid:batch_id>/close")
@requires("exam.manage")
def close(batch_id: UUID) -> ResponseReturnValue:
    """Close a batch."""
    with transaction(g.actor.organisation) as session:
        batch = batches.close_batch(session, batch_id, by=g.actor)
    flash(_("Batch %(code)s is closed.", code=batch.code), "good")
    return redirect(url_for("batches.show", batch_id=batch_id))
