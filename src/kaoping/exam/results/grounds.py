"""Grounds of an award: each precondition of a certificate as a stored fact with evidence, person and date.

What the system knows, it finds itself when a certificate is asked for; eligibility 申报条件 and that nobody judged his
or her own trainee (考培分离) are entered by hand until a module writes them. What is absent is refused, by name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.filing import filings
from kaoping.exam.filing.errors import NotFiled
from kaoping.exam.marking.models import AnswerMark, ScoreSheet
from kaoping.exam.registration import exams
from kaoping.exam.results.errors import EvidenceMissing, GroundAbsent
from kaoping.exam.results.models import AwardGround, Decision, DecisionState, GroundKind, Outcome
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor, system

#: What no module writes yet.
BY_HAND: Final = (GroundKind.ELIGIBILITY, GroundKind.NO_TRAINER)
LONGEST: Final = 500

Held = Mapping[GroundKind, AwardGround]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the system found about one precondition."""

    holds: bool
    evidence: dict[str, Any]


def of_decisions(session: Session, decision_ids: Iterable[UUID]) -> dict[UUID, Held]:
    """Give the newest ground of each kind for some decisions, in one statement."""
    query = select(AwardGround).where(AwardGround.decision_id.in_(list(decision_ids)))
    found: dict[UUID, dict[GroundKind, AwardGround]] = {}
    for row in session.scalars(query.order_by(AwardGround.version)):
        found.setdefault(row.decision_id, {})[row.kind] = row
    return {decision: MappingProxyType(held) for decision, held in found.items()}


def of_decision(session: Session, decision_id: UUID) -> Held:
    """Give the newest ground of each kind for a decision."""
    return of_decisions(session, [decision_id]).get(decision_id, MappingProxyType({}))


def absent(held: Held, kinds: Iterable[GroundKind] = GroundKind) -> tuple[GroundKind, ...]:
    """Name what is not established."""
    return tuple(kind for kind in kinds if kind not in held or not held[kind].holds)


def enter(
    session: Session,
    decisions: Sequence[Decision],
    kind: GroundKind,
    *,
    evidence: str,
    holds: bool = True,
    by: Actor,
    at: datetime | None = None,
) -> list[AwardGround]:
    """Enter what was found by hand, for as many decisions as the same evidence shows it.

    Entering that something does not hold after all is a further version; what was entered before stays readable.

    Raises
    ------
    EvidenceMissing
    """
    words = evidence.strip()
    if not words or len(words) > LONGEST or kind not in BY_HAND:
        raise EvidenceMissing(longest=LONGEST)
    known = of_decisions(session, [decision.id for decision in decisions])
    finding = Finding(holds, {"words": words})
    moment = at or trail.database_time(session)
    rows = [_row(decision, kind, known.get(decision.id, {}), finding, by=by, at=moment) for decision in decisions]
    return _stored(session, rows, by=by, at=moment)


def require(session: Session, decision: Decision, *, at: datetime) -> Held:
    """Establish what the system can find about a decision, store it, and refuse if anything is absent.

    Raises
    ------
    GroundAbsent : naming the grounds.
    """
    held = dict(of_decision(session, decision.id))
    by = system(decision.organisation_id)
    rows = [
        _row(decision, kind, held, finding, by=by, at=at)
        for kind in absent(held)
        if kind not in BY_HAND and (finding := _FINDERS[kind](session, decision)).holds
    ]
    held |= {row.kind: row for row in _stored(session, rows, by=by, at=at)}
    if lacking := absent(held):
        raise GroundAbsent(ticket=decision.application.ticket, grounds=lacking)
    return held


def _row(
    decision: Decision, kind: GroundKind, held: Held, finding: Finding, *, by: Actor, at: datetime
) -> AwardGround:  # fmt: skip
    return AwardGround(
        organisation_id=decision.organisation_id, decision_id=decision.id, kind=kind,
        version=held[kind].version + 1 if kind in held else 1, holds=finding.holds, evidence=finding.evidence,
        by=by.id, at=at,
    )  # fmt: skip


def _stored(session: Session, rows: list[AwardGround], *, by: Actor, at: datetime) -> list[AwardGround]:
    if rows:
        session.add_all(rows)
        deeds = [(row, {"kind": row.kind.value, "holds": row.holds, "decision": str(row.decision_id)}) for row in rows]
        trail.record_many(session, "ground.enter", deeds, by=by, at=at)
        session.flush()
    return rows


def _final(_session: Session, decision: Decision) -> Finding:
    final = (decision.state, decision.outcome) == (DecisionState.FINAL, Outcome.PASS)
    at = decision.final_at.isoformat() if decision.final_at else None
    return Finding(final, {"decision": str(decision.id), "version": decision.version, "final_at": at})


def _components(_session: Session, decision: Decision) -> Finding:
    """Every component for itself: nothing is averaged."""
    pass_mark, level = Decimal(decision.grounds["pass_mark"]), decision.application.exam.level
    scores = decision.grounds["components"]
    reached = all(name in scores and Decimal(scores[name]["raw"]) >= pass_mark for name in level.components)
    return Finding(reached, decision.grounds)


def _filed(session: Session, decision: Decision) -> Finding:
    exam = decision.application.exam
    days = exams.days(exam.opens_at, exam.closes_at)
    try:
        found = filings.require(session, exam.level, region=exam.batch.region, days=days)
    except NotFiled:
        return Finding(holds=False, evidence={})
    return Finding(
        True,
        {"filings": [one.number for one in found], "region": exam.batch.region, "days": [str(day) for day in days]},
    )


def _objections(_session: Session, decision: Decision) -> Finding:
    """The decision became final after the period, not before it was over."""
    until, final = decision.objection_until, decision.final_at
    over = final is not None and until <= final
    return Finding(over, {"until": until.isoformat(), "final_at": final.isoformat() if final else None})


def _decider(session: Session, decision: Decision) -> Finding:
    """Whoever marked anything of the candidate is an examiner."""
    sheets = select(ScoreSheet.assessor_id).where(ScoreSheet.application_id == decision.application_id)
    marks = select(AnswerMark.marker_id).join(Sitting, Sitting.id == AnswerMark.sitting_id)
    both = sheets.union(marks.where(Sitting.application_id == decision.application_id))
    examiners = sorted(map(str, session.scalars(both)))
    decider = str(decision.decided_by)
    return Finding(decider not in examiners, {"decider": decider, "examiners": examiners})


_FINDERS: Final = MappingProxyType(
    {
        GroundKind.FINAL_DECISION: _final,
        GroundKind.COMPONENTS: _components,
        GroundKind.FILING: _filed,
        GroundKind.OBJECTION_OVER: _objections,
        GroundKind.DECIDER_NO_EXAMINER: _decider,
    }
)
