"""Rows of results: component scores, decisions as versions, calibration runs."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.exam.registration.models import Application
from kaoping.itembank.models import Component
from kaoping.itembank.orm import Base, Owned


class ScoreState(StrEnum):
    """A score waits for marks, stands provisionally, or is final."""

    PROVISIONAL = "provisional"
    FINAL = "final"


class Outcome(StrEnum):
    """What was decided."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"


class DecisionState(StrEnum):
    """A decision is announced, and final after the objection period; a later version supersedes it."""

    ANNOUNCED = "announced"
    FINAL = "final"


class RunVerdict(StrEnum):
    """What became of a calibration run."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    REJECTED = "rejected"


class GroundKind(StrEnum):
    """What has to be established before a certificate is issued.

    FINAL_DECISION : the decision is final, a pass, and the newest.
    COMPONENTS : every component reached the pass mark of the level.
    FILING : a confirmed filing covered occupation, level and region on the exam day.
    OBJECTION_OVER : the objection period has ended.
    DECIDER_NO_EXAMINER : who decided marked nothing of the candidate.
    ELIGIBILITY : a condition of application 申报条件 was met; entered by hand.
    NO_TRAINER : neither who examined nor who decided trained the candidate; entered by hand.
    """

    FINAL_DECISION = "final_decision"
    COMPONENTS = "components"
    FILING = "filing"
    OBJECTION_OVER = "objection_over"
    DECIDER_NO_EXAMINER = "decider_no_examiner"
    ELIGIBILITY = "eligibility"
    NO_TRAINER = "no_trainer"


class Score(Owned, Base):
    """The score of one component out of 100; a re-score is a new version. Its absence means: marks still wait."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("application_id", "component", "version"),
        CheckConstraint("raw >= 0 and raw <= 100", name="raw_of_100"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    component: Mapped[Component]
    version: Mapped[int]
    raw: Mapped[Decimal]
    state: Mapped[ScoreState]
    #: Ability in logits of the calibrated reference population and its standard error; reported, never deciding.
    theta: Mapped[float | None] = mapped_column(Double)
    se_theta: Mapped[float | None] = mapped_column(Double)
    #: Marks per slot or per task and the digest of the paper, so that a mark can be explained.
    details: Mapped[dict[str, Any]]
    by: Mapped[UUID]
    at: Mapped[datetime]

    application: Mapped[Application] = relationship()


class Decision(Owned, Base):
    """A pass or fail decision as a version; certificates come only from a final one."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("application_id", "version"),
        CheckConstraint("(state = 'final') = (final_at is not null)", name="final_has_time"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    version: Mapped[int]
    outcome: Mapped[Outcome]
    state: Mapped[DecisionState]
    #: Scores by component as decided from, with versions, and the rule applied.
    grounds: Mapped[dict[str, Any]]
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime]
    objection_until: Mapped[datetime]
    final_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()


class AwardGround(Owned, Base):
    """One precondition of a certificate, as a fact: what was found, by what evidence, by whom and when.

    A ground is never edited: a further version says that it does not hold after all, and the newest counts.
    """

    __tablename__ = "award_ground"
    __table_args__ = (
        UniqueConstraint("decision_id", "kind", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("evidence <> '{}'", name="has_evidence"),
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    kind: Mapped[GroundKind]
    version: Mapped[int]
    holds: Mapped[bool]
    #: What shows it: ids, marks and dates where the system found it, words where a person entered it.
    evidence: Mapped[dict[str, Any]]
    by: Mapped[UUID]
    at: Mapped[datetime]

    decision: Mapped[Decision] = relationship()


class CalibrationRun(Owned, Base):
    """A calibration: what it was fitted to, how it ended, and who adopted it."""

    __tablename__ = "calibration_run"
    __table_args__ = (Index("ix_calibration_run_level", "level_id"),)

    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"))
    name: Mapped[str]
    model: Mapped[str]
    persons: Mapped[int]
    items: Mapped[int]
    loglik: Mapped[float] = mapped_column(Double)
    iterations: Mapped[int]
    converged: Mapped[bool]
    reliability: Mapped[float | None] = mapped_column(Double)
    simulated: Mapped[bool]
    verdict: Mapped[RunVerdict] = mapped_column(default=RunVerdict.PROPOSED)
    by: Mapped[UUID]
    at: Mapped[datetime]
    adopted_by: Mapped[UUID | None]
    adopted_at: Mapped[datetime | None]
