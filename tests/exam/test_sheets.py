"""Score sheets of the skill component."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from kaoping.exam.marking import listing, sheets
from kaoping.exam.marking.errors import ExamStillOpen, MarkInvalid, SheetsFinal, TasksIncomplete, TaskUnknown
from kaoping.exam.marking.sheets import SheetState
from kaoping.exam.results import scoring
from kaoping.itembank.models import Component
from tests.builders import an_actor
from tests.builders_results import (
    AFTER,
    a_level_with_tasks,
    a_sat_application,
    an_open_exam,
    enrolled,
    marks_of,
    with_sheets,
)


def test_sheets_within_the_tolerance_agree_on_their_mean(session: Session) -> None:
    application = a_sat_application(session)
    with_sheets(session, application, "80", "82.5")

    compared = sheets.compare(session, application)

    assert (compared.state, compared.difference, compared.total) == (
        SheetState.AGREED, Decimal("2.5"), Decimal("81.25")
    )  # fmt: skip


def test_a_difference_of_exactly_the_tolerance_still_stands(session: Session) -> None:
    application = a_sat_application(session)
    with_sheets(session, application, "80", "85")

    assert sheets.compare(session, application).state is SheetState.AGREED


def test_sheets_further_apart_go_back_and_are_never_averaged(session: Session) -> None:
    application = a_sat_application(session)
    first, _ = with_sheets(session, application, "80", "85.5")

    compared = sheets.compare(session, application)
    (line,) = listing.lines(session, application.exam, by=first)

    assert (compared.state, compared.total) == (SheetState.APART, None)
    assert line.back


def test_one_sheet_is_not_a_score(session: Session) -> None:
    application = a_sat_application(session)
    with_sheets(session, application, "80")

    compared = sheets.compare(session, application)

    assert (compared.state, compared.total) == (SheetState.WAITING, None)


def test_the_mean_of_three_sheets_is_never_rounded_up_to_a_pass(session: Session) -> None:
    application = a_sat_application(session)
    with_sheets(session, application, "60", "60", "59.5")

    assert sheets.compare(session, application).total == Decimal("59.83")


def test_the_same_marks_again_change_nothing_and_other_marks_are_a_new_version(session: Session) -> None:
    application, assessor = a_sat_application(session), an_actor(session, "assessor")

    first = sheets.enter(session, application.id, marks_of("80"), by=assessor, at=AFTER)
    again = sheets.enter(session, application.id, marks_of("80"), by=assessor, at=AFTER)
    other = sheets.enter(session, application.id, marks_of("70"), by=assessor, at=AFTER)

    assert again is first
    assert (first.version, other.version) == (1, 2)
    assert sheets.compare(session, application).sheets == (other,)


@pytest.mark.parametrize("given", ["60.5", "-0.5", "10.25", "NaN", "Infinity"])
def test_a_mark_out_of_range_or_off_its_steps_is_refused_naming_ticket_and_task(session: Session, given: str) -> None:
    application = a_sat_application(session)

    with pytest.raises(MarkInvalid) as refused:
        sheets.enter(session, application.id, {"T1": Decimal(given), "T2": Decimal(1)}, by=an_actor(session), at=AFTER)

    assert (refused.value.ticket, refused.value.task) == (application.ticket, "T1")
    assert sheets.compare(session, application).sheets == ()


def test_a_missing_mark_is_not_a_zero(session: Session) -> None:
    application = a_sat_application(session)

    with pytest.raises(MarkInvalid) as refused:
        sheets.enter(session, application.id, {"T1": Decimal(50)}, by=an_actor(session), at=AFTER)

    assert refused.value.task == "T2"


def test_a_task_of_another_level_is_refused_naming_the_known_ones(session: Session) -> None:
    application = a_sat_application(session)

    with pytest.raises(TaskUnknown) as refused:
        sheets.enter(session, application.id, marks_of("80") | {"T9": Decimal(1)}, by=an_actor(session), at=AFTER)

    assert refused.value.known == "T1, T2"


def test_an_exam_that_is_still_open_takes_no_sheets(session: Session) -> None:
    application = enrolled(session, an_open_exam(session))

    with pytest.raises(ExamStillOpen):
        sheets.enter(session, application.id, marks_of("80"), by=an_actor(session), at=AFTER)


def test_a_confirmed_score_closes_its_sheets(session: Session) -> None:
    application = a_sat_application(session)
    first, _ = with_sheets(session, application, "80", "80")
    scoring.score_skill(session, application.id, by=an_actor(session), at=AFTER)
    scoring.confirm(session, application.id, Component.SKILL, by=an_actor(session), at=AFTER)

    with pytest.raises(SheetsFinal):
        sheets.enter(session, application.id, marks_of("90"), by=first, at=AFTER)


def test_tasks_that_do_not_sum_to_100_take_no_marks(session: Session) -> None:
    exam = an_open_exam(session, level=a_level_with_tasks(session, tasks={"T1": Decimal(60)}))

    with pytest.raises(TasksIncomplete) as refused:
        sheets.tasks_of(session, exam)

    assert refused.value.total == 60


def test_an_assessor_sees_the_own_marks_and_never_the_other_ones(session: Session) -> None:
    application = a_sat_application(session)
    first, second = with_sheets(session, application, "80", "70")

    assert listing.own_marks(session, application, by=first) == {"T1": "60.0", "T2": "20.0"}
    assert listing.own_marks(session, application, by=second) == {"T1": "60.0", "T2": "10.0"}
    assert listing.own_marks(session, application, by=an_actor(session)) == {}


def test_candidates_who_did_not_come_have_no_sheet_to_fill_in(session: Session) -> None:
    assessor = an_actor(session, "assessor")
    a_sat_application(session)

    (entry,) = listing.exams(session, by=assessor)

    assert (entry.candidates, entry.waiting) == (1, 1)
