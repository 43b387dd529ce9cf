"""Enrolling candidates: seats, papers, tickets."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kaoping.exam.people.errors import ExamPending, IdentityConsentMissing
from kaoping.exam.people.models import Person
from kaoping.exam.registration import enrolment, erasing, errors, exams, tickets
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.registration.rooms import NewRoom
from kaoping.itembank.errors import KaopingError, Missing
from tests.builders import NOON, an_actor, an_organisation
from tests.builders_registration import AGREED, MORNING, a_candidate, a_level, an_exam, an_identity, sealed_papers


def a_prepared_exam(session: Session, **changes: Any) -> Exam:
    an_organisation(session)
    return an_exam(session, by=an_actor(session), **changes)


def enrolled(session: Session, exam: Exam, *numbers: int, **changes: Any) -> Sequence[Application]:
    return [
        enrolment.enrol(session, exam.id, a_candidate(number, **changes), by=an_actor(session), at=NOON)
        for number in numbers
    ]


def test_a_candidate_gets_seat_paper_and_ticket(session: Session) -> None:
    exam = a_prepared_exam(session)

    (application,) = enrolled(session, exam, 1)

    assert (application.room.name, application.seat, application.person.name) == ("1", 1, "方一鸣")
    assert len(application.ticket) == 12
    assert application.ticket.isdecimal()


def test_seats_are_filled_room_after_room_and_neighbours_hold_different_papers(session: Session) -> None:
    level = None
    an_organisation(session)
    level = a_level(session)
    a, b = sealed_papers(session, level)
    exam = an_exam(session, by=an_actor(session), level=level, papers=[a, b])

    rows = enrolled(session, exam, 1, 2, 3, 4, 5)

    assert [(row.room.name, row.seat) for row in rows] == [("1", 1), ("1", 2), ("1", 3), ("2", 1), ("2", 2)]
    assert [row.paper_id for row in rows] == [a.id, b.id, a.id, a.id, b.id]


def test_a_wished_room_and_seat_are_given(session: Session) -> None:
    exam = a_prepared_exam(session)

    (wished,) = enrolled(session, exam, 1, room="2", seat="2")
    (same_room,) = enrolled(session, exam, 2, room="2")

    assert (wished.room.name, wished.seat, same_room.room.name, same_room.seat) == ("2", 2, "2", 1)


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"room": "3"}, errors.RoomUnknown),
        ({"room": "2", "seat": "3"}, errors.SeatUnknown),
        ({"room": "2", "seat": "0"}, errors.SeatUnknown),
        ({"room": "2", "seat": "x"}, errors.SeatUnknown),
        ({"room": "1", "seat": "1"}, errors.SeatTaken),
        ({"seat": "1"}, errors.SeatWithoutRoom),
    ],
)
def test_a_seat_that_cannot_be_given_is_refused(
    session: Session, wish: dict[str, str], error: type[KaopingError]
) -> None:
    exam = a_prepared_exam(session)
    enrolled(session, exam, 1)

    with pytest.raises(error):
        enrolled(session, exam, 2, **wish)


def test_a_full_room_and_full_rooms_are_refused(session: Session) -> None:
    exam = a_prepared_exam(session, rooms=(NewRoom("1", 1), NewRoom("2", 1)))
    enrolled(session, exam, 1)

    with pytest.raises(errors.RoomFull):
        enrolled(session, exam, 2, room="1")
    enrolled(session, exam, 2)
    with pytest.raises(errors.RoomsFull):
        enrolled(session, exam, 3)


def test_enrolling_somebody_again_changes_neither_seat_nor_ticket(session: Session) -> None:
    exam = a_prepared_exam(session)
    (first,) = enrolled(session, exam, 1)

    (again,) = enrolled(session, exam, 1, room="2")

    assert again is first
    assert len(session.scalars(select(Application)).all()) == 1


def test_without_consent_to_the_number_nothing_is_stored(session: Session) -> None:
    exam = a_prepared_exam(session)

    with pytest.raises(IdentityConsentMissing):
        enrolled(session, exam, 1, consents=type(AGREED)(notice=True, identity_number=False))

    assert session.scalars(select(Person)).all() == []


def test_nobody_is_enrolled_after_the_end(session: Session) -> None:
    exam = a_prepared_exam(session)
    with pytest.raises(errors.ExamClosed):
        enrolment.enrol(session, exam.id, a_candidate(), by=an_actor(session), at=exam.closes_at)

    exams.open_exam(session, exam.id, by=an_actor(session), at=MORNING)
    exams.close_exam(session, exam.id, by=an_actor(session), at=MORNING + timedelta(minutes=1))

    with pytest.raises(errors.ExamClosed):
        enrolled(session, exam, 1)


def test_a_ticket_number_that_is_taken_is_drawn_again(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    exam = a_prepared_exam(session)
    (first,) = enrolled(session, exam, 1)
    drawn = iter([first.ticket, "123456789012"])
    monkeypatch.setattr(tickets, "draw", lambda: next(drawn))

    (second,) = enrolled(session, exam, 2)

    assert second.ticket == "123456789012"


def test_ticket_numbers_do_not_follow_one_another() -> None:
    drawn = [int(tickets.draw()) for _ in range(200)]

    assert len(set(drawn)) == 200
    assert sorted(drawn) != drawn
    assert all(10**11 <= number < 10**12 for number in drawn)
    assert max(drawn) - min(drawn) > 10**11


def test_candidates_are_listed_by_room_and_seat(session: Session) -> None:
    exam = a_prepared_exam(session, rooms=(NewRoom("2", 2), NewRoom("10", 2)))
    enrolled(session, exam, 1, room="10")
    enrolled(session, exam, 2, room="2")

    assert [row.room.name for row in enrolment.candidates(session, exam.id)] == ["2", "10"]
    assert enrolment.candidates(session, exam.id, page=2) == []


def test_a_person_is_erased_only_after_the_exam(session: Session) -> None:
    exam = a_prepared_exam(session)
    (row,) = enrolled(session, exam, 1)
    with pytest.raises(ExamPending):
        erasing.erase(session, row.person_id, by=an_actor(session), at=NOON)

    exams.open_exam(session, exam.id, by=an_actor(session), at=MORNING)
    exams.close_exam(session, exam.id, by=an_actor(session), at=MORNING)
    person = erasing.erase(session, row.person_id, by=an_actor(session), at=NOON)

    assert person.data_key_sealed is None


def test_another_organisation_finds_neither_exam_nor_candidates(session: Session) -> None:
    exam = a_prepared_exam(session)
    enrolled(session, exam, 1)
    exam_id = exam.id
    session.expunge_all()

    session.execute(text("SELECT set_config('app.organisation', :other, true)"), {"other": str(uuid4())})

    with pytest.raises(Missing):
        exams.shown(session, exam_id)
    assert enrolment.candidates(session, exam_id) == []
    assert an_identity() not in str(session.execute(text("SELECT count(*) FROM application")).scalar_one())
