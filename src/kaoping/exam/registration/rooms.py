"""Rooms 考场: their codes and how many invigilators they need."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.exam.registration import errors
from kaoping.exam.registration.models import Application, Exam, Room
from kaoping.itembank.errors import N_

#: Theory: at least one invigilator to fifteen candidates, and two in every room.
CANDIDATES_PER_INVIGILATOR = 15
INVIGILATORS_PER_ROOM = 2
MOST_SEATS = 500
#: Without 0 O 1 I L: the code is read out and written down.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room as it is asked for."""

    name: str
    seats: int


@dataclass(frozen=True, slots=True)
class Occupied:
    """A room with what stands in it."""

    room: Room
    candidates: int

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return self.room.seats - self.candidates

    @property
    def invigilators(self) -> int:
        """Invigilators 监考员 that the room needs."""
        return invigilators_needed(self.candidates)


def invigilators_needed(candidates: int) -> int:
    """Compute how many invigilators a room with candidates needs: one to fifteen, never fewer than two."""
    return max(INVIGILATORS_PER_ROOM, ceil(candidates / CANDIDATES_PER_INVIGILATOR)) if candidates else 0


def new_code() -> str:
    """Draw a room code."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


def build(wanted: Sequence[NewRoom], *, organisation: UUID) -> list[Room]:
    """Make rooms with their codes.

    Raises
    ------
    NoRoom, RoomTwice, SeatsOutside, FieldEmpty
    """
    if not wanted:
        raise errors.NoRoom
    names = Counter(room.name.strip() for room in wanted)
    for room in wanted:
        if not room.name.strip():
            raise errors.FieldEmpty(what=N_("name of the room"))
        if names[room.name.strip()] > 1:
            raise errors.RoomTwice(name=room.name.strip())
        if not 1 <= room.seats <= MOST_SEATS:
            raise errors.SeatsOutside(name=room.name, seats=room.seats)
    return [
        Room(organisation_id=organisation, name=room.name.strip(), seats=room.seats, code=new_code()) for room in wanted
    ]


def occupied(session: Session, exam: Exam) -> list[Occupied]:
    """Give the rooms of an exam with their candidates counted."""
    counted = select(Application.room_id, func.count()).where(Application.exam_id == exam.id)
    counts = dict(session.execute(counted.group_by(Application.room_id)).all())
    return [Occupied(room, counts.get(room.id, 0)) for room in sorted(exam.rooms, key=natural)]


def natural(room: Room) -> tuple[tuple[int, int | str], ...]:
    """Order rooms as people count: room 2 before room 10."""
    parts: list[str] = [""]
    for character in room.name:
        if parts[-1] and parts[-1][-1].isdecimal() != character.isdecimal():
            parts.append("")
        parts[-1] += character
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)


def codes(session: Session, exam_id: UUID) -> dict[str, str]:
    """Give the codes by room name, for those who run the exam."""
    return {room.name: room.code for room in session.scalars(select(Room).where(Room.exam_id == exam_id))}
