"""Exams: what must be true before one is prepared, opened, closed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.registration import errors, exams, rooms
from kaoping.exam.registration.models import ExamState, Room
from kaoping.exam.registration.rooms import NewRoom
from kaoping.itembank.errors import KaopingError, Missing
from kaoping.itembank.papers import PaperState
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor, an_organisation
from tests.builders_registration import MORNING, a_batch, a_level, a_standard, an_exam, sealed_papers


def test_a_prepared_exam_has_its_papers_in_order_and_rooms_with_codes(session: Session) -> None:
    an_organisation(session)
    level = a_level(session)
    papers = sealed_papers(session, level)

    exam = an_exam(session, by=an_actor(session), level=level, papers=papers)

    assert exam.state is ExamState.PREPARED
    assert [use.paper_id for use in sorted(exam.papers, key=lambda use: use.position)] == [paper.id for paper in papers]
    codes = rooms.codes(session, exam.id)
    assert set(codes) == {"1", "2"}
    assert len(set(codes.values())) == 2
    assert all(len(code) == 6 and not set(code) & set("01ILO") for code in codes.values())


def test_preparing_the_same_exam_again_gives_the_one_that_is_there(session: Session) -> None:
    an_organisation(session)
    officer = an_actor(session)
    exam = an_exam(session, by=officer)

    again = an_exam(session, by=officer, batch=exam.batch, level=exam.level, papers=[use.paper for use in exam.papers])

    assert again is exam


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": " "}, errors.FieldEmpty),
        ({"closes_at": MORNING}, errors.WindowReversed),
        ({"closes_at": MORNING + timedelta(minutes=89)}, errors.WindowShort),
        ({"at": MORNING + timedelta(days=2)}, errors.WindowPast),
        ({"minutes": 0}, errors.MinutesOutside),
        ({"paper_ids": []}, errors.NoPaper),
        ({"paper_ids": [uuid4()]}, Missing),
        ({"rooms": []}, errors.NoRoom),
        ({"rooms": [NewRoom("1", 0)]}, errors.SeatsOutside),
        ({"rooms": [NewRoom("1", 9), NewRoom(" 1", 9)]}, errors.RoomTwice),
        ({"rooms": [NewRoom(" ", 9)]}, errors.FieldEmpty),
    ],
)
def test_an_exam_that_cannot_be_held_is_refused(
    session: Session, changes: dict[str, object], error: type[KaopingError]
) -> None:
    an_organisation(session)

    with pytest.raises(error):
        an_exam(session, by=an_actor(session), **changes)  # type: ignore[arg-type]


def test_only_sealed_papers_are_handed_out(session: Session) -> None:
    an_organisation(session)
    level = a_level(session)
    open_papers = sealed_papers(
        session, level, state=PaperState.ASSEMBLED, sealed_at=None, approved_by=None, digest=None
    )

    with pytest.raises(errors.PaperNotSealed) as caught:
        an_exam(session, by=an_actor(session), level=level, papers=open_papers)

    assert caught.value.code == open_papers[0].code
    assert exams.sealed_papers(session, level.id) == []


def test_papers_of_another_level_and_levels_of_another_standard_are_refused(session: Session) -> None:
    an_organisation(session)
    officer, standard = an_actor(session), a_standard(session)
    level, lower = a_level(session, 3, standard=standard), a_level(session, 5, standard=standard)

    with pytest.raises(errors.PaperOfOtherLevel) as caught:
        an_exam(session, by=officer, level=level, papers=sealed_papers(session, lower))
    with pytest.raises(errors.LevelOfOtherStandard):
        an_exam(session, by=officer, level=level, batch=a_batch(session, by=officer))

    assert caught.value.paper_level == "五级/初级工"


def test_the_same_paper_twice_is_refused(session: Session) -> None:
    an_organisation(session)
    level = a_level(session)
    (paper,) = sealed_papers(session, level, "A")

    with pytest.raises(errors.PaperTwice):
        an_exam(session, by=an_actor(session), level=level, papers=[paper, paper])


def test_an_exam_opens_and_closes_once_and_for_good(session: Session) -> None:
    an_organisation(session)
    officer = an_actor(session, "exam_officer")
    exam = an_exam(session, by=officer)
    with pytest.raises(errors.ExamNotOpen):
        exams.close_exam(session, exam.id, by=officer, at=NOON)

    for _ in range(2):
        assert exams.open_exam(session, exam.id, by=officer, at=MORNING).state is ExamState.OPEN
    for _ in range(2):
        assert exams.close_exam(session, exam.id, by=officer, at=MORNING).state is ExamState.CLOSED

    with pytest.raises(errors.ExamNotPrepared):
        exams.open_exam(session, exam.id, by=officer, at=MORNING)
    verbs = [entry.verb for entry in session.scalars(select(TrailEntry).where(TrailEntry.thing_id == exam.id))]
    assert sorted(verbs) == ["exam.close", "exam.open", "exam.prepare"]


def test_an_exam_whose_window_is_over_does_not_open(session: Session) -> None:
    an_organisation(session)
    exam = an_exam(session, by=an_actor(session))

    with pytest.raises(errors.WindowPast):
        exams.open_exam(session, exam.id, by=an_actor(session), at=exam.closes_at)


@pytest.mark.parametrize(("candidates", "invigilators"), [(0, 0), (1, 2), (15, 2), (30, 2), (31, 3), (45, 3), (46, 4)])
def test_a_room_needs_one_invigilator_to_fifteen_and_never_one_alone(candidates: int, invigilators: int) -> None:
    assert rooms.invigilators_needed(candidates) == invigilators


def test_rooms_are_in_the_order_in_which_people_count() -> None:
    names = ["第10考场", "第2考场", "第1考场"]

    assert [room.name for room in sorted((Room(name=name) for name in names), key=rooms.natural)] == [
        "第1考场", "第2考场", "第10考场",
    ]  # fmt: skip
