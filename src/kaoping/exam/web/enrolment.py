"""Enrolment: one candidate by form, many by list."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired

from kaoping.exam.db import transaction
from kaoping.exam.people import consents, errors
from kaoping.exam.people.consents import Answers
from kaoping.exam.people.identity import DOCUMENTS, masked
from kaoping.exam.people.models import IdentityType
from kaoping.exam.registration import enrolment, exams, finding, importing, list_files
from kaoping.exam.registration import errors as seats
from kaoping.exam.registration.enrolment import NewCandidate
from kaoping.exam.registration.enrolment_csv import Fault
from kaoping.exam.registration.importing import Preview
from kaoping.exam.registration.models import Application
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.errors import N_

blueprint = Blueprint("enrolment", __name__, url_prefix="/exams/<uuid:exam_id>/candidates")

#: The fields of a list as pages name them.
FIELDS = {
    "name": N_("Name"),
    "identity_type": N_("Document"),
    "identity": N_("Identity number"),
    "room": N_("Room"),
    "seat": N_("Seat"),
    "line": N_("Line"),
}
#: Which field of the form an error is about.
_PLACES: Places = {
    errors.NameEmpty: "name", errors.NameTooLong: "name", errors.NameUnlikely: "name", errors.NameDiffers: "name",
    errors.IdentityEmpty: "identity", errors.IdentityRounded: "identity", errors.IdentityLength: "identity",
    errors.IdentityCharacter: "identity", errors.IdentityDate: "identity", errors.IdentityCheckCharacter: "identity",
    errors.HongKongMacaoPermitShape: "identity", errors.TaiwanPermitShape: "identity", errors.PassportShape: "identity",
    errors.PhotoTooLarge: "photo", errors.PhotoUnreadable: "photo", errors.PhotoTooSmall: "photo",
    errors.NoticeMissing: "notice", errors.IdentityConsentMissing: "identity_consent",
    errors.PhotoConsentMissing: "photo_consent", seats.RoomUnknown: "room", seats.RoomFull: "room",
    seats.SeatUnknown: "seat", seats.SeatTaken: "seat", seats.SeatWithoutRoom: "seat",
}  # fmt: skip


class CandidateForm(Form):
    """One candidate with notice and separate consents."""

    name = StringField(
        lazy_gettext("Name"), validators=[InputRequired(lazy_gettext("Enter the name as on the document."))]
    )
    identity_type = SelectField(
        lazy_gettext("Document"),
        coerce=IdentityType,
        choices=choices(*((kind.value, lazy_gettext(name)) for kind, name in DOCUMENTS.items())),
    )
    identity = StringField(
        lazy_gettext("Identity number"), validators=[InputRequired(lazy_gettext("Enter the number of the document."))]
    )
    photo = FileField(
        lazy_gettext("Photo (if wanted)"),
        description=lazy_gettext("JPEG or PNG, at most 5 MB; it is cut to 25 × 35 mm."),
    )
    room = SelectField(lazy_gettext("Room"))
    seat = StringField(lazy_gettext("Seat (if wanted)"), description=lazy_gettext("Empty: the next free seat."))
    notice = BooleanField(lazy_gettext("The candidate was given this notice"))
    identity_consent = BooleanField(lazy_gettext("The candidate consents to the use of the identity number"))
    photo_consent = BooleanField(lazy_gettext("The candidate consents to the storing of the photo"))

    def handed_in(self) -> NewCandidate:
        """Give what the form holds."""
        photo = self.photo.data.read() if self.photo.data else b""
        return NewCandidate(
            name=self.name.data or "", identity_type=self.identity_type.data, identity=self.identity.data or "",
            photo=photo or None, room=self.room.data or "", seat=self.seat.data or "",
            consents=Answers(self.notice.data, self.identity_consent.data, self.photo_consent.data),
        )  # fmt: skip


class ListForm(Form):
    """A list of candidates as a file."""

    file = FileField(
        lazy_gettext("List (CSV)"), validators=[FileRequired(lazy_gettext("Choose the file with the list."))]
    )
    notice = BooleanField(lazy_gettext("Every candidate on the list was given the notice"))
    identity_consent = BooleanField(
        lazy_gettext("For every candidate we hold the signed separate consent to the use of the identity number")
    )

    def answers(self) -> Answers:
        """Give what was answered on paper."""
        return Answers(notice=self.notice.data, identity_number=self.identity_consent.data)


class ConfirmationForm(Form):
    """What was checked, sealed, and how many rows were right."""

    sealed = HiddenField()
    rows = HiddenField()


@blueprint.get("/new")
@requires("enrolment.manage")
def new(exam_id: UUID) -> ResponseReturnValue:
    """Ask for a candidate."""
    return _asked(exam_id, CandidateForm())


@blueprint.post("/")
@requires("enrolment.manage")
def add(exam_id: UUID) -> ResponseReturnValue:
    """Enrol a candidate."""
    form = CandidateForm()
    _offer_rooms(form, exam_id)
    enrolled = attempt(form, lambda: _enrolled(exam_id, form), places=_PLACES) if form.validate() else None
    if enrolled is None:
        return _asked(exam_id, form), 422
    flash(_("Enrolled: room %(room)s, seat %(seat)d.", room=enrolled.room.name, seat=enrolled.seat), "good")
    onward = "enrolment.new" if "another" in request.form else "exams.show"
    return redirect(url_for(onward, exam_id=exam_id))


def _enrolled(exam_id: UUID, form: CandidateForm) -> Application:
    with transaction(g.actor.organisation) as session:
        application = enrolment.enrol(session, exam_id, form.handed_in(), by=g.actor)
        session.refresh(application, ["room"])
        return application


def _offer_rooms(form: CandidateForm, exam_id: UUID) -> None:
    with transaction(g.actor.organisation) as session:
        free = [room for room in exams.shown(session, exam_id).rooms if room.free]
    told = [(room.room.name, _("%(room)s (%(free)d free)", room=room.room.name, free=room.free)) for room in free]
    form.room.choices = choices(("", _("Any room")), *told)


def _asked(exam_id: UUID, form: CandidateForm) -> str:
    _offer_rooms(form, exam_id)
    with transaction(g.actor.organisation) as session:
        exam = finding.exam(session, exam_id)
        return render_template("pages/enrolment/new.html", exam=exam, form=form, texts=consents.texts())


@blueprint.get("/import")
@requires("enrolment.manage")
def choose(exam_id: UUID) -> ResponseReturnValue:
    """Ask for a list."""
    return _chosen(exam_id, ListForm())


@blueprint.post("/import")
@requires("enrolment.manage")
def check(exam_id: UUID) -> ResponseReturnValue:
    """Check a list and show what would be stored. Nothing is stored."""
    form = ListForm()
    places: Places = {**_PLACES, seats.RegistrationError: "file"}
    page = attempt(form, lambda: _checked(exam_id, form), places=places) if form.validate() else None
    return page if page is not None else (_chosen(exam_id, form), 422)


def _chosen(exam_id: UUID, form: ListForm) -> str:
    with transaction(g.actor.organisation) as session:
        exam = finding.exam(session, exam_id)
        return render_template("pages/enrolment/import.html", exam=exam, form=form, texts=consents.texts())


def _checked(exam_id: UUID, form: ListForm) -> str:
    consents.require(form.answers(), photo=False)
    data = form.file.data.read()
    with transaction(g.actor.organisation) as session:
        seen = importing.preview(session, exam_id, data, answers=form.answers())
        values = {"sealed": importing.sealed(data, exam_id, by=g.actor), "rows": str(len(seen.good))}
        return _previewed(seen, ConfirmationForm(formdata=None, data=values), form.file.data.filename)


def _previewed(seen: Preview, form: ConfirmationForm, filename: str) -> str:
    return render_template(
        "pages/enrolment/preview.html", exam=seen.exam, seen=seen, form=form, filename=filename, fields=FIELDS,
        masked=masked, sentence=sentence_of,
    )  # fmt: skip


@blueprint.post("/import/confirm")
@requires("enrolment.manage")
def confirm(exam_id: UUID) -> ResponseReturnValue:
    """Store the right rows of the list that was shown; it was sealed only after notice and consent were declared."""
    form = ConfirmationForm()
    data = importing.unsealed(form.sealed.data or "", exam_id, by=g.actor)
    with transaction(g.actor.organisation) as session:
        count = importing.enrol_list(
            session, exam_id, data, answers=consents.ON_PAPER, confirmed=int(form.rows.data or 0), by=g.actor
        )
    flash(ngettext("%(num)d candidate was enrolled.", "%(num)d candidates were enrolled.", count), "good")
    return redirect(url_for("exams.show", exam_id=exam_id))


@blueprint.post("/import/wrong.csv")
@requires("enrolment.manage")
def wrong_rows(exam_id: UUID) -> ResponseReturnValue:
    """Give the wrong rows with their reasons, to be mended and sent again."""
    data = importing.unsealed(request.form.get("sealed", ""), exam_id, by=g.actor)
    with transaction(g.actor.organisation) as session:
        seen = importing.preview(session, exam_id, data)
        text = list_files.wrong_rows(seen, reason_title=_("Reason and mend"), told=_told)
    return _file(text, "candidates-to-mend.csv")


def _told(fault: Fault) -> str:
    return f"{_('%(field)s: ', field=_(FIELDS[fault.field]))}{sentence_of(fault.error)}"


@blueprint.get("/list.csv")
@requires("enrolment.manage")
def template(exam_id: UUID) -> ResponseReturnValue:
    """Give an empty list with the names of the columns."""
    with transaction(g.actor.organisation) as session:
        finding.exam(session, exam_id)
    return _file(list_files.example(), "candidates.csv")


def _file(text: str, name: str) -> Response:
    return Response(
        text.encode("utf-8-sig"), mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={name}"}
    )
