"""Enrolling a list: everything is checked and shown first, nothing is stored until it was confirmed.

Between the two pages the file travels in the form, sealed for this exam and this person, so that no half-registered
people lie on the server.
"""

import base64
import binascii
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.people import consents, identity, persons
from kaoping.exam.people.errors import NameDiffers
from kaoping.exam.people.models import Person
from kaoping.exam.registration import enrolment, errors, seating, tickets
from kaoping.exam.registration.enrolment_csv import Fault, Row, Table, day_of, parse
from kaoping.exam.registration.models import Application, Exam
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import KaopingError
from kaoping.itembank.orm import vault
from kaoping.itembank.trail import database_time, record
from kaoping.itembank.vault import Unreadable

_CHUNK = 1000
#: Rows are placed in this order: a wished seat, a wished room, any seat.
_WISHES = ((True, True), (False, True), (True, False), (False, False))


@dataclass(slots=True)
class Checked:
    """A row after it was compared with what is stored."""

    row: Row
    person: Person | None = None
    place: seating.Place | None = None
    enrolled: errors.AlreadyEnrolled | None = None

    @property
    def good(self) -> bool:
        """Whether the row can be stored."""
        return self.place is not None and not self.row.faults


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be stored, and what not and why."""

    exam: Exam
    table: Table
    rows: list[Checked]
    overfull: errors.RoomsFull | None

    @property
    def good(self) -> list[Checked]:
        """Rows that can be stored."""
        return [row for row in self.rows if row.good]

    @property
    def faulty(self) -> list[Checked]:
        """Rows that have to be mended."""
        return [row for row in self.rows if row.row.faults]

    @property
    def enrolled(self) -> list[Checked]:
        """Rows of people who are enrolled already and are passed over."""
        return [row for row in self.rows if row.enrolled]


def preview(
    session: Session, exam_id: UUID, data: bytes, *, answers: consents.Answers = consents.ON_PAPER,
    at: datetime | None = None,
) -> Preview:  # fmt: skip
    """Check a list against people, seats and candidates of an exam, and store nothing.

    Raises
    ------
    ExamClosed, Invalid : the list as a whole cannot be taken.
    """
    moment = at or database_time(session)
    exam = enrolment.exam_for_enrolment(session, exam_id, now=moment)
    table = parse(data, consents=answers, on=day_of(moment))
    rows = [Checked(row) for row in table.rows]
    _compare(session, exam, [row for row in rows if row.row.candidate])
    return Preview(exam, table, rows, _place(seating.plan(session, exam), rows))


def _compare(session: Session, exam: Exam, rows: list[Checked]) -> None:
    """Mark the rows whose person has another name on file, or is enrolled."""
    known = _known(session, exam, rows)
    seats = {
        application.person_id: application
        for application in session.scalars(select(Application).where(Application.exam_id == exam.id))
    }
    for row in rows:
        person = row.person = known.get(_fingerprint(exam, row))
        if person is None or row.row.candidate is None:
            continue
        if not identity.same_name(person.name, row.row.candidate.name):
            row.row.faults.append(Fault("name", NameDiffers(on_file=person.name)))
        elif (application := seats.get(person.id)) is not None:
            row.enrolled = errors.AlreadyEnrolled(room=application.room.name, seat=application.seat)


def _known(session: Session, exam: Exam, rows: list[Checked]) -> dict[bytes, Person]:
    prints = [_fingerprint(exam, row) for row in rows]
    parts = (prints[start : start + _CHUNK] for start in range(0, len(prints), _CHUNK))
    found = (session.scalars(select(Person).where(Person.identity_fingerprint.in_(part))) for part in parts)
    return {person.identity_fingerprint: person for persons_found in found for person in persons_found}


def _fingerprint(exam: Exam, row: Checked) -> bytes:
    new = row.row.candidate
    return identity.identity_fingerprint(exam.organisation_id, new.identity_type, new.identity) if new else b""


def _place(plan: seating.Plan, rows: Iterable[Checked]) -> errors.RoomsFull | None:
    """Give every right row a seat; those that wish for one come first."""
    waiting = [row for row in rows if row.row.candidate and not row.row.faults and not row.enrolled]
    free, over = plan.free, 0
    for wish in _WISHES:
        for row in waiting:
            if _wish(row) == wish:
                over += not _seated(plan, row)
    return errors.RoomsFull(wanted=len(waiting), free=free, over=over) if over else None


def _wish(row: Checked) -> tuple[bool, bool]:
    new = row.row.candidate
    return (bool(new and new.seat), bool(new and new.room))


def _seated(plan: seating.Plan, row: Checked) -> bool:
    """Seat a row; False if no seat at all is left."""
    new = row.row.candidate
    try:
        row.place = plan.take(new.room, new.seat) if new else None
    except errors.RoomsFull:
        return False
    except (errors.RoomUnknown, errors.RoomFull) as fault:
        _refuse(row, "room", fault)
    except (errors.SeatUnknown, errors.SeatTaken, errors.SeatWithoutRoom) as fault:
        _refuse(row, "seat", fault)
    return True


def _refuse(row: Checked, name: str, fault: KaopingError) -> None:
    row.row.faults.append(Fault(name, fault))


def enrol_list(
    session: Session, exam_id: UUID, data: bytes, *, answers: consents.Answers, confirmed: int | None = None, by: Actor,
    at: datetime | None = None,
) -> int:  # fmt: skip
    """Store the right rows of a list, all or none, and say how many; enrolled people are passed over.

    ``confirmed`` is the number of right rows that the preview showed. Without it every row must be right.

    Raises
    ------
    ListRefused, RoomsFull : nothing was stored.
    ListChanged : the list would be stored otherwise than shown.
    """
    moment = at or database_time(session)
    seen = preview(session, exam_id, data, answers=answers, at=moment)
    _require(seen, confirmed)
    with session.no_autoflush:
        rows = [
            enrolment.row(seen.exam, _person(session, seen.exam, row, by=by, at=moment).id, row.place, by=by, at=moment)
            for row in seen.good
            if row.place
        ]
    session.flush()
    tickets.issue(session, rows)
    record(session, "enrolment.import", seen.exam, by=by, at=at, candidates=len(rows))
    return len(rows)


def _require(seen: Preview, confirmed: int | None) -> None:
    if seen.overfull:
        raise seen.overfull
    if confirmed is None and seen.faulty:
        first = seen.faulty[0].row
        raise errors.ListRefused(count=len(seen.faulty), line=first.line, reason=first.faults[0].error)
    if confirmed is not None and confirmed != len(seen.good):
        raise errors.ListChanged


def _person(session: Session, exam: Exam, row: Checked, *, by: Actor, at: datetime) -> Person:
    if row.row.candidate is None:
        raise errors.ListChanged
    kept = persons.checked(row.row.candidate, at=at)
    return persons.admit(session, kept, known=row.person, simulated=exam.simulated, by=by, at=at)


def sealed(data: bytes, exam_id: UUID, *, by: Actor) -> str:
    """Seal a file for the form of the second page."""
    return base64.b64encode(vault().seal(zlib.compress(data), _place_of(exam_id, by))).decode()


def unsealed(text: str, exam_id: UUID, *, by: Actor) -> bytes:
    """Open what `sealed` gave to the same person for the same exam."""
    try:
        return zlib.decompress(vault().unseal(base64.b64decode(text, validate=True), _place_of(exam_id, by)))
    except (Unreadable, binascii.Error):
        raise errors.ListNotYours from None


def _place_of(exam_id: UUID, by: Actor) -> str:
    return f"enrolment-list:{exam_id}:{by.id}"
