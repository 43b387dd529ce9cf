"""Component scores from sittings and sheets."""

from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.exam.marking import sheets
from kaoping.exam.marking.errors import ExamStillOpen
from kaoping.exam.registration.models import Application
from kaoping.exam.results import history, scoring
from kaoping.exam.results.errors import Absent, NothingToConfirm, SheetsApart, SheetsChanged, SheetsWait
from kaoping.exam.results.models import CalibrationRun, Score, ScoreState
from kaoping.itembank.models import Component
from tests.builders import NOON, an_actor, stored
from tests.builders_papers import with_statistics
from tests.builders_results import (
    AFTER,
    JUST_SHORT,
    PASSING,
    a_sat_application,
    an_open_exam,
    closed,
    enrolled,
    marks_of,
    sat,
    with_sheets,
)


def test_the_raw_mark_is_the_exact_sum_of_the_right_answers(session: Session) -> None:
    application = a_sat_application(session, right=JUST_SHORT)

    score = scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)

    assert (score.raw, score.state, score.theta) == (Decimal("59.5"), ScoreState.PROVISIONAL, None)
    assert score.details["blank"] == 4


def test_a_wrong_answer_earns_nothing_and_takes_nothing_away(session: Session) -> None:
    exam = an_open_exam(session)
    application = sat(session, enrolled(session, exam), right=(1,), wrong=(2, 3))
    closed(session, exam)

    assert scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER).raw == 40


def test_every_mark_can_be_explained_slot_by_slot(session: Session) -> None:
    application = a_sat_application(session, right=JUST_SHORT)
    scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)

    explained = history.slots(session, application)

    assert [(each.slot.number, each.given) for each in explained][:3] == [
        (1, Decimal("40.00")), (2, Decimal("19.50")), (3, Decimal(0))
    ]  # fmt: skip


def test_scoring_again_adds_nothing(session: Session) -> None:
    application = a_sat_application(session)

    first = scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)

    assert scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER) is first


def test_nothing_is_scored_while_the_exam_is_open(session: Session) -> None:
    application = sat(session, enrolled(session, an_open_exam(session)), right=PASSING)

    with pytest.raises(ExamStillOpen):
        scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)


def test_who_did_not_come_has_no_score_rather_than_zero(session: Session) -> None:
    exam = an_open_exam(session)
    application = enrolled(session, exam)
    closed(session, exam)

    with pytest.raises(Absent):
        scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)
    assert scoring.newest(session, application.id) == {}


def calibrated(session: Session, application: Application) -> None:
    """Adopt parameters for the items of the paper."""
    run = stored(session, CalibrationRun(
        organisation_id=application.organisation_id, level_id=application.exam.level_id, name="试测", model="2pl",
        persons=1000, items=6, loglik=-1.0, iterations=9, converged=True, simulated=True, by=an_actor(session).id,
        at=NOON,
    ))  # fmt: skip
    for slot in application.paper.slots:
        with_statistics(session, slot.item, run, a=1.2, b=0.0)
    session.flush()


def test_parameters_that_come_later_leave_a_final_score_final(session: Session) -> None:
    application = a_sat_application(session)
    scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)
    final = scoring.confirm(session, application.id, Component.THEORY, by=an_actor(session), at=AFTER)
    calibrated(session, application)

    assert scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER) is final


def test_ability_is_reported_from_adopted_parameters_and_moves_no_mark(session: Session) -> None:
    application = a_sat_application(session)
    without = scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)
    calibrated(session, application)

    score = scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)

    assert (score.version, score.raw) == (2, without.raw)
    assert score.theta is not None
    assert score.theta > 0
    assert score.se_theta is not None
    assert 0.3 < score.se_theta < 1


def test_the_skill_score_needs_two_sheets(session: Session) -> None:
    application = a_sat_application(session)
    with_sheets(session, application, "80")

    with pytest.raises(SheetsWait) as refused:
        scoring.score_skill(session, application.id, by=an_actor(session), at=AFTER)

    assert (refused.value.count, refused.value.needed) == (1, 2)


def test_sheets_too_far_apart_are_never_averaged_into_a_score(session: Session) -> None:
    application = a_sat_application(session)
    with_sheets(session, application, "50", "70")

    with pytest.raises(SheetsApart) as refused:
        scoring.score_skill(session, application.id, by=an_actor(session), at=AFTER)

    assert (refused.value.difference, refused.value.tolerance) == (20, 5)
    assert scoring.newest(session, application.id) == {}


def test_sheets_that_came_back_and_agree_now_are_scored(session: Session) -> None:
    application = a_sat_application(session)
    first, _ = with_sheets(session, application, "50", "70")
    sheets.enter(session, application.id, marks_of("68"), by=first, at=AFTER)

    assert scoring.score_skill(session, application.id, by=an_actor(session), at=AFTER).raw == 69


def test_confirming_makes_a_final_version_once(session: Session) -> None:
    application = a_sat_application(session)
    scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)

    final = scoring.confirm(session, application.id, Component.THEORY, by=an_actor(session), at=AFTER)
    again = scoring.confirm(session, application.id, Component.THEORY, by=an_actor(session), at=AFTER)

    assert (final.state, final.version, again is final) == (ScoreState.FINAL, 2, True)


def test_what_was_not_scored_cannot_be_confirmed(session: Session) -> None:
    application = a_sat_application(session)

    with pytest.raises(NothingToConfirm):
        scoring.confirm(session, application.id, Component.THEORY, by=an_actor(session), at=AFTER)


def test_the_database_refuses_to_change_a_score(session: Session) -> None:
    application = a_sat_application(session)
    scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)

    with pytest.raises(DBAPIError):
        session.execute(update(Score).values(raw=Decimal(100)))


def test_a_skill_score_is_not_confirmed_after_a_sheet_was_corrected(session: Session) -> None:
    application = a_sat_application(session)
    first, _ = with_sheets(session, application, "60", "62")
    scoring.score_skill(session, application.id, by=an_actor(session), at=AFTER)
    sheets.enter(session, application.id, marks_of("40"), by=first, at=AFTER)

    with pytest.raises(SheetsChanged):
        scoring.confirm(session, application.id, Component.SKILL, by=an_actor(session), at=AFTER)

    assert scoring.newest(session, application.id)[Component.SKILL].state is ScoreState.PROVISIONAL
