"""How a result came about: marks by slot, versions of scores and decisions in order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.exam.registration.models import Application
from kaoping.exam.results import scoring
from kaoping.exam.results.models import Decision, Score, ScoreState
from kaoping.itembank.models import Component
from kaoping.itembank.papers import Slot


@dataclass(frozen=True, slots=True)
class SlotMark:
    """The mark of one slot; the item is named by its code alone."""

    slot: Slot
    given: Decimal


@dataclass(frozen=True, slots=True)
class Deed:
    """A version of a score or a decision."""

    at: datetime
    kind: str
    what: Score | Decision


def slots(session: Session, application: Application) -> list[SlotMark]:
    """Give the marks of the newest theory score, slot by slot."""
    score = scoring.newest(session, application.id).get(Component.THEORY)
    if score is None:
        return []
    marks: dict[str, Any] = score.details["marks"]
    return [SlotMark(slot, Decimal(marks[str(slot.number)])) for slot in application.paper.slots]


def deeds(session: Session, application: Application) -> list[Deed]:
    """Give every version of scores and decisions, oldest first."""
    scores = session.scalars(select(Score).where(Score.application_id == application.id))
    decisions = session.scalars(select(Decision).where(Decision.application_id == application.id))
    found = [Deed(score.at, "score", score) for score in scores]
    found += [Deed(decision.final_at or decision.decided_at, "decision", decision) for decision in decisions]
    return sorted(found, key=lambda deed: deed.at)


def undecided(session: Session) -> int:
    """Count the applications whose theory score is final and which have no decision yet."""
    final = select(Score.application_id).where(Score.state == ScoreState.FINAL, Score.component == Component.THEORY)
    decided = select(Decision.application_id)
    query = select(func.count(Application.id)).where(Application.id.in_(final), Application.id.not_in(decided))
    return session.scalars(query).one()
