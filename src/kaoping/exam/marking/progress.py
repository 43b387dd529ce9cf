"""How far the marking of an exam is, and how its items and markers did: for the officer, without candidates' names."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import StatisticsError, correlation
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from kaoping.exam.marking import answers
from kaoping.exam.marking.answers import Answer
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.results.models import Score
from kaoping.itembank.items import Item
from kaoping.itembank.models import Component
from kaoping.itembank.papers import Slot

#: Answers below which a correlation says nothing.
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """What an item came to: mean share of its marks, and how it goes with the rest of the paper; None if unknown."""

    facility: float | None
    item_rest: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One item of an exam, or one sub-question of a case.

    ``compared`` answers have two marks, which lay ``apart`` marks of the paper from each other in the mean.
    """

    slot: Slot
    part: int
    answers: int
    done: int
    missing: int
    disputed: int
    compared: int
    apart: float | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an exam's marking is; ``given`` counts answers by marker."""

    rows: tuple[Row, ...]
    given: dict[UUID, int]

    @property
    def missing(self) -> int:
        """Marks that are still needed, as things stand."""
        return sum(row.missing for row in self.rows)

    @property
    def answers(self) -> int:
        """Answers that people mark."""
        return sum(row.answers for row in self.rows)

    @property
    def done(self) -> int:
        """Answers that have all their marks."""
        return sum(row.done for row in self.rows)


def of_exam(session: Session, exam: Exam) -> Progress:
    """Gather the progress of an exam in a constant number of statements."""
    found = answers.of_exam(session, exam)
    scored = _scored(session, exam)
    groups: dict[tuple[UUID, int], list[Answer]] = {}
    for one in found:
        groups.setdefault((one.slot.id, one.part), []).append(one)
    rows = tuple(_row(group, scored.get(group[0].slot.id, [])) for group in groups.values())
    return Progress(rows, dict(Counter(turn.marker_id for one in found for turn in one.given)))


def has_any(session: Session, exam: Exam) -> bool:
    """Whether the papers of an exam hold items that people mark."""
    papers = [used.paper_id for used in exam.papers]
    held = select(Slot.id).join(Item, Item.id == Slot.item_id)
    return session.scalars(held.where(Slot.paper_id.in_(papers), Item.type.in_(answers.BY_PEOPLE))).first() is not None


def _row(group: list[Answer], scored: list[tuple[Decimal, Decimal]]) -> Row:
    compared = [float(one.apart) for one in group if one.apart is not None]
    return Row(
        slot=group[0].slot, part=group[0].part, answers=len(group), done=sum(not one.missing for one in group),
        missing=sum(one.missing for one in group), disputed=sum(one.disputed for one in group), compared=len(compared),
        apart=sum(compared) / len(compared) if compared else None, figures=figures(scored, group[0].slot.marks),
    )  # fmt: skip


def figures(scored: Iterable[tuple[Decimal, Decimal]], most: Decimal) -> Figures:
    """Compute partial-credit figures from (marks of the item, marks of the rest of the paper) of persons.

    >>> figures([(Decimal(4), Decimal(60)), (Decimal(2), Decimal(50))], Decimal(8)).facility
    0.375
    """
    marks = [(float(own), float(rest)) for own, rest in scored]
    if not marks:
        return Figures(None, None)
    facility = sum(own for own, _rest in marks) / len(marks) / float(most)
    return Figures(facility, _correlation(marks) if len(marks) >= FEWEST else None)


def _correlation(marks: Sequence[tuple[float, float]]) -> float | None:
    """Give Pearson's correlation of two columns; none where one of them does not vary."""
    own, rest = zip(*marks, strict=True)
    try:
        return correlation(own, rest)
    except StatisticsError:
        return None


def _scored(session: Session, exam: Exam) -> dict[UUID, list[tuple[Decimal, Decimal]]]:
    """Give (marks of the item, marks of the rest) of every person with a theory score, by slot."""
    newest = (
        select(Score.raw, Score.details, Application.paper_id)
        .join(Application, Application.id == Score.application_id)
        .where(Application.exam_id == exam.id, Score.component == Component.THEORY)
        .ext(distinct_on(Score.application_id))
        .order_by(Score.application_id, Score.version.desc())
    )
    people = session.execute(newest).all()
    held = select(Slot.id, Slot.paper_id, Slot.number).where(Slot.paper_id.in_({each.paper_id for each in people}))
    found: dict[UUID, list[tuple[Decimal, Decimal]]] = {}
    for slot_id, paper_id, number in session.execute(held):
        own = [(Decimal(one.details["marks"][str(number)]), one.raw) for one in people if one.paper_id == paper_id]
        found[slot_id] = [(marks, raw - marks) for marks, raw in own]
    return found
