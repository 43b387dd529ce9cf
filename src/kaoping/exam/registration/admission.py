"""Admission tickets 准考证 of enrolled candidates: from rows to what is printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.certificates import layout_choice
from kaoping.certificates.layout_choice import Occasion
from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.layout_sheets import SheetLayout
from kaoping.exam.people import persons
from kaoping.exam.people.models import Organisation
from kaoping.exam.registration import finding
from kaoping.exam.registration.models import Application
from kaoping.exam.registration.ticket_print import PlannedComponent, PrintableTicket, ticket_pdf
from kaoping.itembank.trail import database_time


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket with the photo that is printed on it, and the layout of its organisation with its pictures."""

    printable: PrintableTicket
    photo: bytes | None
    sheet: SheetLayout | None = None
    uploaded: Mapping[str, bytes] = field(default_factory=dict)


def ticket(session: Session, application_id: UUID, *, zone: tzinfo | None) -> Ticket:
    """Gather what the ticket of an application shows; the identity number is masked, times are local."""
    application = finding.application(session, application_id)
    person, exam = application.person, application.exam
    organisation = session.get_one(Organisation, application.organisation_id)
    level = exam.level
    printable = PrintableTicket(
        number=application.ticket,
        batch=exam.batch.name,
        facts=(
            ("姓名", person.name),
            ("证件号码", persons.masked_identity(person)),
            ("职业名称", level.standard.occupation),
            ("技能等级", level.full_name),
        ),
        plan=(_planned(application, organisation, zone),),
        issuer=organisation.name,
        phone=str(organisation.settings.get("phone", "")),
        check_in=application.ticket,
        demonstration=organisation.demonstration,
    )
    now = database_time(session)
    occasion = Occasion(now, now.astimezone(zone).date(), str(level.digit), level.standard.code)
    return Ticket(
        printable, person.photo_bytes, *layout_choice.sheet_in_force(session, LayoutKind.ADMISSION_TICKET, occasion)
    )


def _planned(application: Application, organisation: Organisation, zone: tzinfo | None) -> PlannedComponent:
    exam = application.exam
    opens, closes = exam.opens_at.astimezone(zone), exam.closes_at.astimezone(zone)
    return PlannedComponent(
        component=exam.name, mode="机考", day=f"{opens:%Y-%m-%d}", time=f"{opens:%H:%M}—{closes:%H:%M}",
        site=str(organisation.settings.get("site", organisation.name)),
        address=str(organisation.settings.get("address", "")), room=application.room.name,
        seat=f"{application.seat:02}",
    )  # fmt: skip


def pdf(gathered: Ticket, *, printed_at: datetime) -> bytes:
    """Print a ticket; ``printed_at`` is local time."""
    return ticket_pdf(
        gathered.printable, gathered.sheet, printed_at=printed_at, photo=gathered.photo, uploaded=gathered.uploaded
    )
