"""Decisions: when they are made, by whom, and when they are final."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.exam.marking import sheets
from kaoping.exam.registration.models import Application
from kaoping.exam.results import deciding, history, scoring
from kaoping.exam.results.errors import ExaminerDecides, NotDecided, ObjectionOpen, ScoreWaits
from kaoping.exam.results.models import Decision, DecisionState, Outcome, Score, ScoreState
from kaoping.itembank.models import Component
from tests.builders import an_actor
from tests.builders_results import (
    AFTER,
    EVERYTHING,
    FINAL,
    JUST_SHORT,
    PASSING,
    a_final_decision,
    a_sat_application,
    marks_of,
    with_final_scores,
    with_sheets,
)


def announced(session: Session, application: Application) -> Decision:
    return deciding.announce(session, application.id, by=an_actor(session, "exam_officer"), at=AFTER)


def rescored(session: Session, application: Application, raw: int) -> None:
    """Append a final theory score as a granted appeal would."""
    score = scoring.newest(session, application.id)[Component.THEORY]
    values = {"organisation_id": score.organisation_id, "application_id": application.id, "component": Component.THEORY}
    said = {"raw": raw, "state": ScoreState.FINAL, "details": {}, "by": score.by, "at": FINAL}
    session.add(Score(**values, **said, version=score.version + 1))
    session.flush()


@pytest.mark.parametrize(("right", "skill", "outcome"), [
    (PASSING, ("60", "60"), Outcome.PASS),
    (JUST_SHORT, ("100", "100"), Outcome.FAIL),
    (EVERYTHING, ("59.5", "60"), Outcome.FAIL),
])  # fmt: skip
def test_59_5_is_not_60_and_no_component_makes_up_for_another(
    session: Session, right: tuple[int, ...], skill: tuple[str, str], outcome: Outcome
) -> None:
    application = with_final_scores(session, a_sat_application(session, right=right), skill=skill)

    assert announced(session, application).outcome is outcome


def test_nothing_is_decided_while_a_component_waits(session: Session) -> None:
    application = a_sat_application(session, right=EVERYTHING)
    scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)
    scoring.confirm(session, application.id, Component.THEORY, by=an_actor(session), at=AFTER)

    with pytest.raises(ScoreWaits) as refused:
        announced(session, application)

    assert refused.value.component == Component.SKILL


def test_a_provisional_score_decides_nothing(session: Session) -> None:
    application = a_sat_application(session)
    with_sheets(session, application, "80", "80")
    scoring.score_theory(session, application.id, by=an_actor(session), at=AFTER)
    scoring.score_skill(session, application.id, by=an_actor(session), at=AFTER)

    with pytest.raises(ScoreWaits):
        announced(session, application)


def test_an_assessor_does_not_decide_about_a_candidate_whom_the_same_person_assessed(session: Session) -> None:
    application = a_sat_application(session)
    assessor = an_actor(session, "assessor", "exam_officer")
    sheets.enter(session, application.id, marks_of("81"), by=assessor, at=AFTER)
    with_final_scores(session, application)

    with pytest.raises(ExaminerDecides):
        deciding.announce(session, application.id, by=assessor, at=AFTER)


def test_the_database_refuses_an_assessor_who_decides(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session))
    (sheet, *_) = sheets.compare(session, application).sheets
    session.add(Decision(
        organisation_id=application.organisation_id, application_id=application.id, version=1, outcome=Outcome.PASS,
        state=DecisionState.ANNOUNCED, grounds={}, decided_by=sheet.assessor_id, decided_at=AFTER,
        objection_until=FINAL, final_at=None,
    ))  # fmt: skip

    with pytest.raises(DBAPIError, match="assessor"):
        session.flush()


def test_announcing_again_is_harmless(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session))

    first = announced(session, application)

    assert announced(session, application) is first
    assert session.scalars(select(func.count(Decision.id))).one() == 1


def test_a_new_score_makes_a_new_version_and_the_old_one_stays(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session, right=JUST_SHORT))
    first = announced(session, application)
    rescored(session, application, 62)

    second = announced(session, application)

    assert [(each.version, each.outcome) for each in (first, second)] == [(1, Outcome.FAIL), (2, Outcome.PASS)]
    assert deciding.current(session, application.id) is second


def test_a_decision_is_final_only_after_the_objection_period_of_the_batch(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session, objection_days=3))
    first = announced(session, application)
    end = AFTER + timedelta(days=3)

    with pytest.raises(ObjectionOpen) as refused:
        deciding.finalise(session, application.id, by=an_actor(session), at=end - timedelta(seconds=1))
    final = deciding.finalise(session, application.id, by=an_actor(session), at=end)

    assert refused.value.until == first.objection_until == end
    assert (final.state, final.version, final.outcome) == (DecisionState.FINAL, 2, first.outcome)
    assert deciding.finalise(session, application.id, by=an_actor(session), at=FINAL) is final


def test_what_was_not_announced_is_never_final(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session))

    with pytest.raises(NotDecided):
        deciding.finalise(session, application.id, by=an_actor(session), at=FINAL)


def test_the_database_refuses_to_change_a_decision(session: Session) -> None:
    a_final_decision(session)

    with pytest.raises(DBAPIError):
        session.execute(update(Decision).values(outcome=Outcome.FAIL))


def test_the_history_tells_every_version_in_order(session: Session) -> None:
    decision = a_final_decision(session)

    kinds = [deed.kind for deed in history.deeds(session, decision.application)]

    assert kinds == ["score"] * 4 + ["decision"] * 2


def test_candidates_with_final_scores_and_no_decision_are_counted(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session))
    before = history.undecided(session)
    announced(session, application)

    assert (before, history.undecided(session)) == (1, 0)
