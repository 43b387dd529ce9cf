"""Seats: who sits where, and which paper lies there.

Parallel papers are dealt in turn, so that neighbours hold different ones.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.registration import errors
from kaoping.exam.registration.models import Application, Exam, Room
from kaoping.exam.registration.rooms import natural


@dataclass(frozen=True, slots=True)
class Place:
    """A seat of a room."""

    room: Room
    seat: int


class Plan:
    """The seats of an exam while candidates are placed."""

    def __init__(self, rooms: Iterable[Room], taken: Iterable[tuple[UUID, int]]) -> None:
        self.rooms = sorted(rooms, key=natural)
        self._taken = set(taken)
        #: No seat below it is free.
        self._lowest = dict.fromkeys((room.id for room in self.rooms), 1)

    @property
    def free(self) -> int:
        """How many seats nobody has."""
        return sum(room.seats for room in self.rooms) - len(self._taken)

    def named(self, name: str) -> Room:
        """Give the room of a name."""
        for room in self.rooms:
            if room.name.casefold() == name.strip().casefold():
                return room
        raise errors.RoomUnknown(room=name.strip(), rooms=", ".join(room.name for room in self.rooms))

    def take(self, room: str = "", seat: str = "") -> Place:
        """Take a seat: the wished one, any of the wished room, or the next free one.

        Raises
        ------
        RoomUnknown, RoomFull, RoomsFull, SeatUnknown, SeatTaken, SeatWithoutRoom
        """
        place = self._wished(self.named(room), seat) if room.strip() else self._any(seat)
        self._taken.add((place.room.id, place.seat))
        return place

    def _wished(self, room: Room, seat: str) -> Place:
        if not seat.strip():
            return self._next(room)
        number = int(seat) if seat.strip().isdecimal() and seat.strip().isascii() else 0
        if not 1 <= number <= room.seats:
            raise errors.SeatUnknown(seat=seat.strip(), room=room.name, seats=room.seats)
        if (room.id, number) in self._taken:
            raise errors.SeatTaken(seat=number, room=room.name)
        return Place(room, number)

    def _any(self, seat: str) -> Place:
        if seat.strip():
            raise errors.SeatWithoutRoom
        for room in self.rooms:
            with suppress(errors.RoomFull):
                return self._next(room)
        raise errors.RoomsFull(wanted=1, free=0, over=1)

    def _next(self, room: Room) -> Place:
        for seat in range(self._lowest[room.id], room.seats + 1):
            self._lowest[room.id] = seat
            if (room.id, seat) not in self._taken:
                return Place(room, seat)
        raise errors.RoomFull(room=room.name)


def plan(session: Session, exam: Exam) -> Plan:
    """Give the plan of an exam as it stands."""
    taken = session.execute(select(Application.room_id, Application.seat).where(Application.exam_id == exam.id))
    return Plan(exam.rooms, taken)


def dealt_paper(exam: Exam, seat: int) -> UUID:
    """Give the paper of a seat: with forms A and B, odd seats hold A and even seats B."""
    papers = sorted(exam.papers, key=lambda paper: paper.position)
    return papers[(seat - 1) % len(papers)].paper_id
