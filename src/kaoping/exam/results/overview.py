"""What an exam came to: every candidate's scores and decision, the figures of the whole, and steps for all at once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.marking import sheets
from kaoping.exam.marking.errors import ExamStillOpen
from kaoping.exam.marking.sheets import Comparison
from kaoping.exam.registration.models import Application, Exam, ExamState
from kaoping.exam.results import deciding, responses, scoring
from kaoping.exam.results.models import Decision, DecisionState, Outcome, Score, ScoreState
from kaoping.exam.results.responses import Precision
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import KaopingError
from kaoping.itembank.models import Component


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate of an exam."""

    application: Application
    sat: bool
    scores: dict[Component, Score]
    skill: Comparison | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Overview:
    """An exam with its candidates and the figures of the whole; a figure that cannot be known yet is null."""

    exam: Exam
    lines: tuple[Line, ...]
    precisions: dict[str, Precision]

    @property
    def decided(self) -> list[Decision]:
        """The decisions made so far."""
        return [line.decision for line in self.lines if line.decision]

    @property
    def passed(self) -> int:
        """How many decisions are passes."""
        return sum(decision.outcome is Outcome.PASS for decision in self.decided)

    @property
    def absent(self) -> int:
        """How many candidates never sat the paper."""
        return sum(not line.sat for line in self.lines)

    @property
    def next_step(self) -> str | None:
        """The step that most candidates wait for: score, confirm, announce or finalise; none when all is final."""
        waiting = Counter(filter(None, map(self._waits_for, self.lines)))
        return waiting.most_common(1)[0][0] if waiting else None

    def _waits_for(self, line: Line) -> str | None:
        if not line.sat:
            return None
        found = [line.scores.get(Component(name)) for name in self.exam.level.components]
        if None in found:
            return "score"
        if any(score and score.state is ScoreState.PROVISIONAL for score in found):
            return "confirm"
        if line.decision is None:
            return "announce"
        return "finalise" if line.decision.state is DecisionState.ANNOUNCED else None

    def mean(self, component: Component) -> Decimal | None:
        """Mean raw score of a component over those who have one, to a tenth of a mark."""
        raw = [line.scores[component].raw for line in self.lines if component in line.scores]
        return (sum(raw, Decimal(0)) / len(raw)).quantize(Decimal("0.1")) if raw else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step was not possible for one candidate."""

    ticket: str
    error: KaopingError


def of_exam(session: Session, exam_id: UUID) -> Overview:
    """Gather an exam."""
    exam = session.get_one(Exam, exam_id)
    sat = set(session.scalars(select(Sitting.application_id).join(Application).where(Application.exam_id == exam.id)))
    with_skill = Component.SKILL in exam.level.components
    lines = tuple(
        Line(
            application,
            application.id in sat,
            scoring.newest(session, application.id),
            sheets.compare(session, application) if with_skill else None,
            deciding.current(session, application.id),
        )
        for application in applications(session, exam)
    )
    return Overview(exam, lines, _precisions(session, exam))


def applications(session: Session, exam: Exam) -> list[Application]:
    """Give the applications of an exam by ticket."""
    query = select(Application).where(Application.exam_id == exam.id).order_by(Application.ticket)
    return list(session.scalars(query))


def score_all(session: Session, exam_id: UUID, *, by: Actor, at: datetime | None = None) -> list[Refusal]:
    """Score theory of everybody who sat, and skill wherever the sheets agree; say for whom it was not possible."""

    def score(application: Application) -> None:
        scoring.score_theory(session, application.id, by=by, at=at)
        if Component.SKILL in application.exam.level.components:
            scoring.score_skill(session, application.id, by=by, at=at)

    return _each(session, exam_id, score)


def confirm_all(session: Session, exam_id: UUID, *, by: Actor, at: datetime | None = None) -> list[Refusal]:
    """Confirm every provisional score 登分确认."""

    def confirm(application: Application) -> None:
        for component, score in scoring.newest(session, application.id).items():
            if score.state is ScoreState.PROVISIONAL:
                scoring.confirm(session, application.id, component, by=by, at=at)

    return _each(session, exam_id, confirm)


def announce_all(session: Session, exam_id: UUID, *, by: Actor, at: datetime | None = None) -> list[Refusal]:
    """Announce the decision about everybody whose components are final."""
    return _each(session, exam_id, lambda application: deciding.announce(session, application.id, by=by, at=at))


def finalise_all(session: Session, exam_id: UUID, *, by: Actor, at: datetime | None = None) -> list[Refusal]:
    """Make every announced decision final whose objection period has ended."""

    def finalise(application: Application) -> None:
        decision = deciding.current(session, application.id)
        if decision is not None and decision.state is DecisionState.ANNOUNCED:
            deciding.finalise(session, application.id, by=by, at=at)

    return _each(session, exam_id, finalise)


def _each(session: Session, exam_id: UUID, step: Callable[[Application], object]) -> list[Refusal]:
    exam = session.get_one(Exam, exam_id)
    if exam.state is not ExamState.CLOSED:
        raise ExamStillOpen(exam=exam.name)
    refused = []
    for application in applications(session, exam):
        try:
            step(application)
        except KaopingError as error:
            refused.append(Refusal(application.ticket, error))
    return refused


def _precisions(session: Session, exam: Exam) -> dict[str, Precision]:
    found = {}
    for used in exam.papers:
        parameters = scoring.adopted(session, used.paper)
        measured = responses.precision(used.paper, parameters, cut=exam.level.pass_mark)
        if measured is not None:
            found[used.paper.label] = measured
    return found
