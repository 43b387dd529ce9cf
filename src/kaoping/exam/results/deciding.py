"""Decisions: versions that say pass or fail, announced, and final after the objection period 公示期.

A decision exists only when every component of the level is final. Passing takes the pass mark in each of them; nothing
is averaged between components, and 59.5 is not 60.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.marking.models import AnswerMark, ScoreSheet
from kaoping.exam.registration.models import Application
from kaoping.exam.results import scoring
from kaoping.exam.results.errors import ExaminerDecides, NotDecided, ObjectionOpen, ScoreWaits
from kaoping.exam.results.models import Decision, DecisionState, Outcome, Score, ScoreState
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Component, Level


def current(session: Session, application_id: UUID) -> Decision | None:
    """Give the newest version of the decision about an application."""
    query = select(Decision).where(Decision.application_id == application_id).order_by(Decision.version.desc())
    return session.scalars(query.limit(1)).one_or_none()


def outcome(level: Level, scores: dict[Component, Score]) -> Outcome:
    """Apply the rule of the level: every component at or above the pass mark."""
    passed = all(scores[Component(name)].raw >= level.pass_mark for name in level.components)
    return Outcome.PASS if passed else Outcome.FAIL


def announce(session: Session, application_id: UUID, *, by: Actor, at: datetime | None = None) -> Decision:
    """Decide from final scores and open the objection period. Announcing the same again is harmless.

    Raises
    ------
    ScoreWaits, ExaminerDecides
    """
    application = session.get_one(Application, application_id, with_for_update={"key_share": True})
    _require_no_examiner(session, application, by)
    scores = _final_scores(session, application)
    grounds = _grounds(application.exam.level, scores)
    before = current(session, application.id)
    if before is not None and before.grounds == grounds:
        return before
    moment = at or trail.database_time(session)
    decision = Decision(
        organisation_id=by.organisation,
        application_id=application.id,
        version=before.version + 1 if before else 1,
        outcome=outcome(application.exam.level, scores),
        state=DecisionState.ANNOUNCED,
        grounds=grounds,
        decided_by=by.id,
        decided_at=moment,
        objection_until=moment + timedelta(days=application.exam.batch.objection_days),
        final_at=None,
    )
    return _add(session, decision, application, by=by, at=at)


def finalise(session: Session, application_id: UUID, *, by: Actor, at: datetime | None = None) -> Decision:
    """Make the announced decision final once objections can no longer be raised.

    Raises
    ------
    NotDecided, ObjectionOpen
    """
    application = session.get_one(Application, application_id, with_for_update={"key_share": True})
    announced = current(session, application.id)
    if announced is None:
        raise NotDecided(ticket=application.ticket)
    if announced.state is DecisionState.FINAL:
        return announced
    moment = at or trail.database_time(session)
    if moment < announced.objection_until:
        raise ObjectionOpen(ticket=application.ticket, until=announced.objection_until)
    final = Decision(
        organisation_id=by.organisation,
        application_id=application.id,
        version=announced.version + 1,
        outcome=announced.outcome,
        state=DecisionState.FINAL,
        grounds=announced.grounds,
        decided_by=announced.decided_by,
        decided_at=announced.decided_at,
        objection_until=announced.objection_until,
        final_at=moment,
    )
    return _add(session, final, application, by=by, at=at)


def _add(session: Session, decision: Decision, application: Application, *, by: Actor, at: datetime | None) -> Decision:
    session.add(decision)
    facts = {"ticket": application.ticket, "version": decision.version, "outcome": decision.outcome}
    trail.record(session, f"decision.{decision.state}", decision, by=by, at=at, **facts)
    return decision


def _final_scores(session: Session, application: Application) -> dict[Component, Score]:
    scores = scoring.newest(session, application.id)
    for name in application.exam.level.components:
        score = scores.get(Component(name))
        if score is None or score.state is not ScoreState.FINAL:
            raise ScoreWaits(ticket=application.ticket, component=Component(name))
    return scores


def _grounds(level: Level, scores: dict[Component, Score]) -> dict[str, Any]:
    components = {
        name: {"score": str(scores[Component(name)].id), "raw": str(scores[Component(name)].raw)}
        for name in level.components
    }
    return {"pass_mark": str(level.pass_mark), "components": components}


def _require_no_examiner(session: Session, application: Application, by: Actor) -> None:
    sheet = select(ScoreSheet.id).where(ScoreSheet.application_id == application.id, ScoreSheet.assessor_id == by.id)
    marked = select(AnswerMark.id).join(Sitting, Sitting.id == AnswerMark.sitting_id)
    own = marked.where(Sitting.application_id == application.id, AnswerMark.marker_id == by.id)
    if session.scalars(sheet).first() or session.scalars(own).first():
        raise ExaminerDecides(ticket=application.ticket)
