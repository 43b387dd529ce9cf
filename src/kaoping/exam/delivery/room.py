"""The room board: every seat of an exam with its state, progress and last save, for those who watch the room."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting, SittingToken, Step, StepVerb
from kaoping.exam.people.models import Person
from kaoping.exam.registration.models import Application, Exam, Room
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.papers import Slot
from kaoping.itembank.trail import database_time

#: A running sitting without a save for this long is shown to the invigilator: the line may be down.
QUIET = timedelta(minutes=3)


class SeatState(StrEnum):
    """What an invigilator needs to know of a seat."""

    ABSENT = "absent"
    WAITING = "waiting"
    SITTING = "sitting"
    QUIET = "quiet"
    SUBMITTED = "submitted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat: who, where, and how far."""

    room: str
    number: int
    name: str
    ticket: str
    state: SeatState
    answered: int
    items: int
    saved_at: datetime | None
    age: timedelta | None


@dataclass(frozen=True, slots=True)
class Board:
    """All seats of an exam at one moment."""

    exam: Exam
    at: datetime
    seats: tuple[Seat, ...]

    def count(self, *states: SeatState) -> int:
        """Count the seats in some states."""
        counted = Counter(seat.state for seat in self.seats)
        return sum(counted[state] for state in states)

    @property
    def needing(self) -> tuple[Seat, ...]:
        """The seats that somebody should look at, longest silence first."""
        quiet = (seat for seat in self.seats if seat.state is SeatState.QUIET)
        return tuple(sorted(quiet, key=lambda seat: seat.age or timedelta(0), reverse=True))

    @property
    def median_answered(self) -> int:
        """The median progress of those who are sitting."""
        progress = sorted(s.answered for s in self.seats if s.state in {SeatState.SITTING, SeatState.QUIET})
        return progress[len(progress) // 2] if progress else 0


def board(session: Session, exam_id: UUID, *, at: datetime | None = None) -> Board:
    """Give the board of an exam."""
    exam = session.get(Exam, exam_id)
    if exam is None:
        raise Missing(what=N_("exam"))
    at = at or database_time(session)
    ends = (StepVerb.SUBMIT, StepVerb.EXPIRE)
    of_sitting = select(func.max(Step.at)).where(Step.sitting_id == Sitting.id)
    end = select(Step.verb).where(Step.sitting_id == Sitting.id, Step.verb.in_(ends)).limit(1)
    rows = session.execute(
        select(
            Room.name.label("room"), Application.seat, Person.name, Application.ticket, Sitting.created_at,
            exists().where(SittingToken.application_id == Application.id).label("entered"),
            Sitting.answered,
            select(func.count()).where(Slot.paper_id == Application.paper_id).scalar_subquery().label("items"),
            of_sitting.where(Step.verb == StepVerb.ANSWER).scalar_subquery().label("saved_at"),
            end.scalar_subquery().label("end"),
        )
        .join(Person, Person.id == Application.person_id)
        .join(Room, Room.id == Application.room_id)
        .outerjoin(Sitting, Sitting.application_id == Application.id)
        .where(Application.exam_id == exam_id)
        .order_by(Room.name, Application.seat)
    )  # fmt: skip
    return Board(exam, at, tuple(_seat(row, at) for row in rows))


def _seat(row: object, at: datetime) -> Seat:
    found = row._mapping  # type: ignore[attr-defined]  # noqa: SLF001 - the row's documented mapping
    last = found["saved_at"] or found["created_at"]
    age = max(at - last, timedelta(0)) if last else None
    state = _state(found["end"], entered=found["entered"], started=found["created_at"] is not None, age=age)
    return Seat(
        found["room"], found["seat"], found["name"], found["ticket"], state, found["answered"] or 0, found["items"],
        found["saved_at"], age,
    )  # fmt: skip


def _state(end: str | None, *, entered: bool, started: bool, age: timedelta | None) -> SeatState:
    if end:
        return SeatState.SUBMITTED if end == StepVerb.SUBMIT else SeatState.EXPIRED
    if not started:
        return SeatState.WAITING if entered else SeatState.ABSENT
    return SeatState.QUIET if age is not None and age > QUIET else SeatState.SITTING
