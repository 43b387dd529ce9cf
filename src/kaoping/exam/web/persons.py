"""The page of a candidate: masked number, photo, consents, exams, ticket; revealing and erasing."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people import consents, persons
from kaoping.exam.people.identity import DOCUMENTS
from kaoping.exam.people.models import ConsentKind
from kaoping.exam.registration import admission, enrolment, erasing
from kaoping.exam.web.guard import requires
from kaoping.itembank.errors import N_, Missing

blueprint = Blueprint("persons", __name__, url_prefix="/persons")

CONSENTS = {
    ConsentKind.NOTICE: N_("Notice on personal information"),
    ConsentKind.IDENTITY_NUMBER: N_("Consent to the identity number"),
    ConsentKind.PHOTO: N_("Consent to the photo"),
}


@blueprint.get("/<uuid:person_id>")
@requires("enrolment.read")
def show(person_id: UUID) -> ResponseReturnValue:
    """Show a candidate with the number masked."""
    with transaction(g.actor.organisation) as session:
        return _shown(session, person_id)


@blueprint.post("/<uuid:person_id>/identity")
@requires("identity.reveal")
def reveal(person_id: UUID) -> ResponseReturnValue:
    """Show the whole number once, on the answer itself; the trail keeps who looked."""
    with transaction(g.actor.organisation) as session:
        return _shown(session, person_id, number=persons.reveal(session, person_id, by=g.actor))


def _shown(session: Session, person_id: UUID, number: str | None = None) -> str:
    person = persons.one(session, person_id)
    return render_template(
        "pages/persons/show.html", person=person, masked=persons.masked_identity(person), number=number,
        document=DOCUMENTS[person.identity_type], standing=consents.standing(person), kinds=CONSENTS,
        history=enrolment.history(session, person_id), erased=persons.is_erased(person),
    )  # fmt: skip


@blueprint.get("/<uuid:person_id>/photo.jpg")
@requires("enrolment.read")
def photo(person_id: UUID) -> ResponseReturnValue:
    """Give the photo."""
    with transaction(g.actor.organisation) as session:
        data = persons.one(session, person_id).photo_bytes
    if data is None:
        raise Missing(what=N_("photo"))
    return Response(data, mimetype="image/jpeg")


@blueprint.get("/<uuid:person_id>/erase")
@requires("person.erase")
def confirm_erase(person_id: UUID) -> ResponseReturnValue:
    """Ask before somebody's data are erased."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/persons/erase.html", person=persons.one(session, person_id))


@blueprint.post("/<uuid:person_id>/erase")
@requires("person.erase")
def erase(person_id: UUID) -> ResponseReturnValue:
    """Destroy a person's data key."""
    with transaction(g.actor.organisation) as session:
        erasing.erase(session, person_id, by=g.actor)
    flash(_("The personal data are erased. Nobody can read them any more."), "good")
    return redirect(url_for("persons.show", person_id=person_id))


@blueprint.get("/tickets/<uuid:application_id>.pdf")
@requires("enrolment.read")
def ticket(application_id: UUID) -> ResponseReturnValue:
    """Print an admission ticket."""
    now = datetime.now(UTC).astimezone(current_app.extensions["kaoping.settings"].zone)
    with transaction(g.actor.organisation) as session:
        printable = admission.ticket(session, application_id, zone=now.tzinfo)
    return Response(admission.pdf(printable, printed_at=now), mimetype="application/pdf")
