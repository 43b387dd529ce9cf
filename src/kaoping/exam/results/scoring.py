"""Component scores: theory from the sitting, skill from the assessors' sheets; provisional, then confirmed by a person.

What decides is the raw mark in exact decimals. Ability by EAP from adopted item parameters is reported beside it with
its standard error, and decides nothing.
"""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery import folds
from kaoping.exam.delivery.models import Sitting
from kaoping.exam.marking import answers as marked_answers
from kaoping.exam.marking import sheets
from kaoping.exam.marking.answers import Answer
from kaoping.exam.marking.errors import ExamStillOpen
from kaoping.exam.registration.models import Application, ExamState
from kaoping.exam.results import responses
from kaoping.exam.results.errors import (
    Absent,
    MarksChanged,
    MarksWait,
    NothingToConfirm,
    SheetsApart,
    SheetsChanged,
    SheetsWait,
)
from kaoping.exam.results.models import Score, ScoreState
from kaoping.itembank import content, marking, sealing, trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Statistics, StatisticsState
from kaoping.itembank.models import Component
from kaoping.itembank.papers import Paper, Slot
from kaoping.itembank.skill import papers as skill_papers
from kaoping.scoring.ability import eap


def newest(session: Session, application_id: UUID) -> dict[Component, Score]:
    """Give the newest score of each component that has one."""
    query = select(Score).where(Score.application_id == application_id).order_by(Score.version)
    return {score.component: score for score in session.scalars(query)}


def score_theory(session: Session, application_id: UUID, *, by: Actor, at: datetime | None = None) -> Score:
    """Mark a finished sitting against its sealed paper; scoring again with the same outcome adds nothing.

    Raises
    ------
    ExamStillOpen, Absent
    MarksWait : people have not marked every answer that they mark.
    SealBroken
        The paper does not match the digest it was sealed with; nobody is scored from it.
    """
    application = session.get_one(Application, application_id, with_for_update={"key_share": True})
    if application.exam.state is not ExamState.CLOSED:
        raise ExamStillOpen(exam=application.exam.name)
    sitting = session.scalars(select(Sitting).where(Sitting.application_id == application.id)).one_or_none()
    if sitting is None:
        raise Absent(ticket=application.ticket)
    sealing.verify_digest(session, sitting.paper)
    answers = folds.answers(sitting.steps)
    details = _details(sitting.paper, answers, _by_people(session, application, sitting))
    theta, se = _ability(session, sitting.paper, answers)
    raw = sum((Decimal(mark) for mark in details["marks"].values()), Decimal(0))
    return _append(session, application, Component.THEORY, raw, details=details, theta=theta, se=se, by=by, at=at)


def score_skill(session: Session, application_id: UUID, *, by: Actor, at: datetime | None = None) -> Score:
    """Take the mean of agreeing sheets as the skill score.

    Raises
    ------
    SheetsWait, SheetsApart
    SealBroken
        The skill paper of the exam does not match the digest it was sealed with; nobody is scored from it.
    """
    application = session.get_one(Application, application_id, with_for_update={"key_share": True})
    if application.exam.skill_paper:
        skill_papers.verify_digest(session, application.exam.skill_paper)
    compared = sheets.compare(session, application)
    if compared.state is sheets.SheetState.WAITING:
        raise SheetsWait(ticket=application.ticket, count=len(compared.sheets), needed=sheets.ASSESSORS)
    if compared.total is None:
        facts = {"difference": compared.difference, "tolerance": compared.tolerance}
        raise SheetsApart(ticket=application.ticket, **facts)
    details = {"sheets": _sheets_of(compared), "difference": str(compared.difference)}
    return _append(session, application, Component.SKILL, compared.total, details=details, by=by, at=at)


def _sheets_of(compared: sheets.Comparison) -> list[str]:
    return [str(sheet.id) for sheet in compared.sheets]


def confirm(
    session: Session, application_id: UUID, component: Component, *, by: Actor, at: datetime | None = None
) -> Score:
    """Make the newest score of a component final 登分确认. Confirming twice is harmless.

    Raises
    ------
    NothingToConfirm
    SheetsChanged : an assessor corrected a sheet since the skill score was taken.
    MarksChanged : a marker corrected marks since the theory score was taken.
    """
    application = session.get_one(Application, application_id, with_for_update={"key_share": True})
    score = newest(session, application.id).get(component)
    if score is None:
        raise NothingToConfirm(ticket=application.ticket, component=component)
    if score.state is ScoreState.FINAL:
        return score
    if component is Component.SKILL and _sheets_of(sheets.compare(session, application)) != score.details["sheets"]:
        raise SheetsChanged(ticket=application.ticket)
    if component is Component.THEORY and _marks_now(session, application) != score.details.get("by_people", []):
        raise MarksChanged(ticket=application.ticket)
    return _store(session, application, score, state=ScoreState.FINAL, by=by, at=at)


def _append(
    session: Session,
    application: Application,
    component: Component,
    raw: Decimal,
    *,
    details: dict[str, Any],
    theta: float | None = None,
    se: float | None = None,
    by: Actor,
    at: datetime | None,
) -> Score:
    before = newest(session, application.id).get(component)
    same = before is not None and (before.raw, before.details) == (raw, details)
    # A final score stands: later parameters may tell another ability, but ability decides nothing.
    if before is not None and same and (before.state is ScoreState.FINAL or before.theta == theta):
        return before
    made = Score(component=component, version=before.version if before else 0, raw=raw, details=details)
    made.theta, made.se_theta = theta, se
    return _store(session, application, made, state=ScoreState.PROVISIONAL, by=by, at=at)


def _store(
    session: Session, application: Application, like: Score, *, state: ScoreState, by: Actor, at: datetime | None
) -> Score:
    score = Score(
        organisation_id=by.organisation,
        application_id=application.id,
        component=like.component,
        version=like.version + 1,
        raw=like.raw,
        state=state,
        theta=like.theta,
        se_theta=like.se_theta,
        details=like.details,
        by=by.id,
        at=at or trail.database_time(session),
    )
    session.add(score)
    trail.record(
        session, f"score.{state}", score, by=by, at=at, ticket=application.ticket, component=score.component,
        version=score.version, raw=str(score.raw),
    )  # fmt: skip
    return score


def _details(paper: Paper, answers: dict[int, Any], by_people: list[Answer]) -> dict[str, Any]:
    shares = marked_answers.shares(by_people)
    marks = {
        str(slot.number): str(_mark(slot, answers.get(slot.number), shares.get(slot.number, {})))
        for slot in paper.slots
    }
    blank = sum(not marking.answered(answers.get(slot.number)) for slot in paper.slots)
    more = {"by_people": _ids(by_people)} if by_people else {}
    return {"marks": marks, "blank": blank, "digest": (paper.digest or b"").hex(), **more}


def _mark(slot: Slot, response: Any, by_people: dict[int, Fraction]) -> Decimal:
    body = content.parse(slot.revision.body)
    return marking.mark(body, response, marks=slot.marks, rule=slot.scoring, by_people=by_people).given


def _by_people(session: Session, application: Application, sitting: Sitting) -> list[Answer]:
    """Give the answers that people mark, or raise `MarksWait` while one of them waits."""
    found = marked_answers.of_sitting(session, sitting)
    if missing := sum(answer.missing for answer in found):
        waiting = sum(answer.missing > 0 for answer in found)
        raise MarksWait(ticket=application.ticket, missing=missing, answers=waiting)
    return found


def _ids(by_people: list[Answer]) -> list[str]:
    """Name the marks that a score was taken from."""
    return sorted(str(mark.id) for answer in by_people for mark in answer.given)


def _marks_now(session: Session, application: Application) -> list[str]:
    sitting = session.scalars(select(Sitting).where(Sitting.application_id == application.id)).one()
    return _ids(marked_answers.of_sitting(session, sitting))


def _ability(session: Session, paper: Paper, answers: dict[int, Any]) -> tuple[float | None, float | None]:
    found = responses.of_sitting(paper, answers, adopted(session, paper))
    if found is None:
        return None, None
    estimate = eap(*found)
    return float(estimate.theta[0]), float(estimate.se[0])


def adopted(session: Session, paper: Paper) -> dict[UUID, tuple[float, float]]:
    """Give the adopted (a, b) of the revisions of a paper."""
    query = select(Statistics).where(
        Statistics.state == StatisticsState.ADOPTED,
        Statistics.revision_id.in_([slot.revision_id for slot in paper.slots]),
    )
    return {row.revision_id: (row.a, row.b) for row in session.scalars(query)}
