"""An exam as a whole: its figures, and the steps for everybody at once."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from kaoping.exam.marking.errors import ExamStillOpen
from kaoping.exam.registration.models import Exam
from kaoping.exam.results import overview
from kaoping.exam.results.errors import Absent, ObjectionOpen, ScoreWaits, SheetsApart
from kaoping.exam.results.models import DecisionState, Outcome
from kaoping.itembank.models import Component
from tests.builders import an_actor
from tests.builders_results import (
    AFTER,
    FINAL,
    JUST_SHORT,
    PASSING,
    an_open_exam,
    closed,
    enrolled,
    sat,
    with_sheets,
)

NAMES = ("方一鸣", "欧阳以宁", "林知远", "程以安")


def an_exam_of_four(session: Session) -> Exam:
    """One passes, one falls short by half a mark, one has sheets apart, one did not come."""
    exam = an_open_exam(session)
    people = [enrolled(session, exam, number=number, name=name) for number, name in enumerate(NAMES, start=1)]
    for application, right in zip(people, (PASSING, JUST_SHORT, PASSING), strict=False):
        sat(session, application, right=right)
    closed(session, exam)
    for application, totals in zip(people, (("80", "80"), ("90", "90"), ("40", "70")), strict=False):
        with_sheets(session, application, *totals)
    return exam


def test_a_step_for_all_takes_everybody_along_who_can_be_and_says_why_not(session: Session) -> None:
    exam, officer = an_exam_of_four(session), an_actor(session, "exam_officer")

    scored = overview.score_all(session, exam.id, by=officer, at=AFTER)
    confirmed = overview.confirm_all(session, exam.id, by=officer, at=AFTER)
    announced = overview.announce_all(session, exam.id, by=officer, at=AFTER)

    assert {type(refusal.error) for refusal in scored} == {SheetsApart, Absent}
    assert confirmed == []
    assert [type(refusal.error) for refusal in announced] == [ScoreWaits, ScoreWaits]


def test_the_figures_count_only_what_is_known(session: Session) -> None:
    exam, officer = an_exam_of_four(session), an_actor(session, "exam_officer")
    before = overview.of_exam(session, exam.id)
    overview.score_all(session, exam.id, by=officer, at=AFTER)
    overview.confirm_all(session, exam.id, by=officer, at=AFTER)
    overview.announce_all(session, exam.id, by=officer, at=AFTER)

    after = overview.of_exam(session, exam.id)

    assert (before.absent, before.mean(Component.THEORY), before.passed) == (1, None, 0)
    assert after.mean(Component.THEORY) == Decimal("73.2")
    assert after.mean(Component.SKILL) == 85
    assert sorted(decision.outcome for decision in after.decided) == [Outcome.FAIL, Outcome.PASS]
    assert after.passed == 1


def test_decisions_are_final_only_when_their_time_has_come(session: Session) -> None:
    exam, officer = an_exam_of_four(session), an_actor(session, "exam_officer")
    for step in (overview.score_all, overview.confirm_all, overview.announce_all):
        step(session, exam.id, by=officer, at=AFTER)

    early = overview.finalise_all(session, exam.id, by=officer, at=AFTER)
    late = overview.finalise_all(session, exam.id, by=officer, at=FINAL)

    assert [type(refusal.error) for refusal in early] == [ObjectionOpen, ObjectionOpen]
    assert late == []
    assert {decision.state for decision in overview.of_exam(session, exam.id).decided} == {DecisionState.FINAL}


def test_an_open_exam_takes_no_step(session: Session) -> None:
    exam = an_open_exam(session)

    with pytest.raises(ExamStillOpen):
        overview.score_all(session, exam.id, by=an_actor(session), at=AFTER)
