"""Layouts of certificates: the list, a version with its preview and what changed, and the deeds of two persons."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.certificates import designing, layout_pictures, layout_samples
from kaoping.certificates.designing import LONGEST_NAME, LONGEST_REMARK
from kaoping.certificates.layout_differences import differences
from kaoping.certificates.layout_documents import faults_of, read_as
from kaoping.certificates.layout_models import CertificateLayout, LayoutKind
from kaoping.certificates.layouts import Language
from kaoping.exam import clock
from kaoping.exam.db import transaction
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.results import batch_register, layout_previews
from kaoping.exam.web import layout_words
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.layout_form import LEVELS, wish
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.refusals import attempt
from kaoping.itembank.errors import N_
from kaoping.itembank.trail import database_time

blueprint = Blueprint("layouts", __name__, url_prefix="/certificates/layouts")

DUTIES = (
    Duty(
        N_("%(num)d layout waits for approval"),
        N_("%(num)d layouts wait for approval"),
        N_("Look at it"),
        "layouts.index",
        "layout.approve",
        designing.count_waiting,
    ),
)

SHOWN = 25
_PNG = "image/png"


class NewForm(Form):
    """A layout to begin."""

    name = StringField(
        lazy_gettext("Name of the layout"),
        validators=[InputRequired(lazy_gettext("Give the layout a name.")), Length(max=LONGEST_NAME)],
    )
    kind = SelectField(
        lazy_gettext("What it prints"),
        choices=choices(*((kind.value, lazy_gettext(word)) for kind, word in layout_words.KIND_WORDS.items())),
    )
    language = SelectField(
        lazy_gettext("Language"),
        choices=choices(*((one.value, lazy_gettext(word)) for one, word in layout_words.LANGUAGE_WORDS.items())),
    )
    valid_from = DateField(
        lazy_gettext("In use from"), validators=[InputRequired(lazy_gettext("Enter the day, such as 2026-01-31."))]
    )


class RemarkForm(Form):
    """What should be changed before a layout is approved."""

    remark = TextAreaField(
        lazy_gettext("What should be changed"),
        validators=[InputRequired(lazy_gettext("Say what should be changed.")), Length(max=LONGEST_REMARK)],
    )


class PictureForm(Form):
    """A ground or a logo."""

    file = FileField(
        lazy_gettext("Picture file"), validators=[FileRequired(lazy_gettext("Choose the file of the picture first."))]
    )
    purpose = SelectField(
        lazy_gettext("What it is for"),
        choices=choices(("logo", lazy_gettext("Logo")), ("ground", lazy_gettext("Ground of the page, made pale"))),
    )


@blueprint.get("/")
@requires("layout.read")
def index() -> ResponseReturnValue:
    """List the versions, and say what prints where none is in force."""
    return _index(NewForm(formdata=None, data={"valid_from": _today()}), PictureForm(formdata=None))


@blueprint.post("/")
@requires("layout.design")
def begin() -> ResponseReturnValue:
    """Begin a layout from the official form."""
    form = NewForm()
    if not form.validate():
        return _index(form, PictureForm(formdata=None)), 422
    said = form.data
    with transaction(g.actor.organisation) as session:
        row = designing.begin(
            session, LayoutKind(said["kind"]), Language(said["language"]), name=said["name"],
            valid_from=said["valid_from"], by=g.actor,
        )  # fmt: skip
        return redirect(url_for("layout_designer.design", layout_id=row.id))


@blueprint.post("/pictures")
@requires("layout.design")
def upload() -> ResponseReturnValue:
    """Take in a ground or a logo."""
    form = PictureForm()
    row = attempt(form, lambda: _stored(form), places={}) if form.validate() else None
    if row is None:
        return _index(NewForm(formdata=None, data={"valid_from": _today()}), form), 422
    flash(_("The picture is stored and can be chosen in layouts."), "good")
    return redirect(url_for("layouts.index"))


@blueprint.get("/<uuid:layout_id>")
@requires("layout.read")
def show(layout_id: UUID) -> ResponseReturnValue:
    """Show a version: how it prints, what is wrong with it, what changed, and who decided."""
    return _page(layout_id, RemarkForm(formdata=None))


@blueprint.get("/<uuid:layout_id>/preview.png")
@requires("layout.read")
def preview(layout_id: UUID) -> ResponseReturnValue:
    """Draw a stored version with a sample, in a process of its own."""
    with transaction(g.actor.organisation) as session:
        row = designing.find(session, layout_id)
        layout = read_as(row.kind, row.document)
        pictures = layout_pictures.contents(session, layout.digests)
    drawn = layout_previews.drawn(row.kind, layout, wish(request.args, pictures))
    return Response(drawn, mimetype=_PNG, headers={"Cache-Control": "no-store"})


@blueprint.get("/registers")
@requires("certificate.read")
def registers() -> ResponseReturnValue:
    """List the exams that certificates came from, each with its register."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/layouts/registers.html", exams=batch_register.exams(session))


@blueprint.get("/registers/<uuid:exam_id>.pdf")
@requires("certificate.read")
def batch(exam_id: UUID) -> ResponseReturnValue:
    """Give the register of an exam's certificates."""
    with transaction(g.actor.organisation) as session:
        content = batch_register.pdf(session, exam_id)
    headers = {"Content-Disposition": 'inline; filename="register.pdf"', "Cache-Control": "no-store"}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.post("/<uuid:layout_id>/submit")
@requires("layout.design")
def submit(layout_id: UUID) -> ResponseReturnValue:
    """Submit a draft to another person."""
    return _done(layout_id, designing.submit, _("Submitted. Another person approves it."))


@blueprint.post("/<uuid:layout_id>/approve")
@requires("layout.approve")
def approve(layout_id: UUID) -> ResponseReturnValue:
    """Approve a layout that others designed."""
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "layout.approve", designing.find(session, layout_id))
    return _done(layout_id, designing.approve, _("Approved. It prints what is issued from its first day on."))


@blueprint.post("/<uuid:layout_id>/withdraw")
@requires("layout.approve")
def withdraw(layout_id: UUID) -> ResponseReturnValue:
    """Take a layout out of use."""
    told = _("Withdrawn. What was issued under it is still printed by it.")
    return _done(layout_id, designing.withdraw, told)


@blueprint.post("/<uuid:layout_id>/further")
@requires("layout.design")
def further(layout_id: UUID) -> ResponseReturnValue:
    """Begin a further version."""
    with transaction(g.actor.organisation) as session:
        row = designing.further(session, layout_id, by=g.actor)
        return redirect(url_for("layout_designer.design", layout_id=row.id))


@blueprint.post("/<uuid:layout_id>/send-back")
@requires("layout.approve")
def send_back(layout_id: UUID) -> ResponseReturnValue:
    """Send a layout back with what to change."""
    form = RemarkForm()
    if not form.validate():
        return _page(layout_id, form), 422
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "layout.approve", designing.find(session, layout_id))
        designing.send_back(session, layout_id, form.remark.data or "", by=g.actor)
    flash(_("Sent back to its designers."), "good")
    return redirect(url_for("layouts.show", layout_id=layout_id))


def _done(layout_id: UUID, deed: Any, told: str) -> ResponseReturnValue:
    with transaction(g.actor.organisation) as session:
        deed(session, layout_id, by=g.actor)
    flash(told, "good")
    return redirect(url_for("layouts.show", layout_id=layout_id))


def _today() -> date:
    with transaction(g.actor.organisation) as session:
        return clock.local_date(database_time(session))


def _stored(form: PictureForm) -> Any:
    file = form.file.data
    with transaction(g.actor.organisation) as session:
        ground = form.purpose.data == "ground"
        return layout_pictures.store(session, file.read(), name=file.filename or "", ground=ground, by=g.actor)


def _index(form: NewForm, picture_form: PictureForm) -> str:
    with transaction(g.actor.organisation) as session:
        total = designing.count(session)
        page = page_of(total, SHOWN)
        rows = designing.listed(session, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        return render_template(
            "pages/layouts/index.html", rows=rows, page=page, total=total, form=form, picture_form=picture_form,
            pictures=layout_pictures.listed(session), words=layout_words, most=layout_pictures.LIMIT,
        )  # fmt: skip


def _page(layout_id: UUID, form: RemarkForm) -> str:
    with transaction(g.actor.organisation) as session:
        row = designing.find(session, layout_id)
        layout = read_as(row.kind, row.document)
        chosen = wish(request.args, {})
        return render_template(
            "pages/layouts/show.html", row=row, layout=layout, faults=faults_of(row.kind, layout), form=form,
            changes=_changes(session, row), names=names(session, _people(row)), words=layout_words, chosen=chosen,
            samples=layout_samples.WORDS, levels=LEVELS,
        )  # fmt: skip


def _people(row: CertificateLayout) -> set[UUID]:
    return {one for one in (row.submitted_by, row.approved_by, row.withdrawn_by) if one} | row.hands


def _changes(session: Session, row: CertificateLayout) -> tuple[CertificateLayout, Any] | None:
    """Give the version before, and what differs from it."""
    if row.based_on_id is None:
        return None
    before = designing.find(session, row.based_on_id)
    return before, differences(read_as(before.kind, before.document), read_as(row.kind, row.document))
