"""Answers that people mark 主观题答卷, each with the marks given so far, and what they come to.

What counts follows from the rule that was frozen with the slot: the mark of one marker; the mean of two who lie close
enough; or, where a third was asked, the mean of the two that lie nearest to each other, which is the third's own mark
when it lies in the middle. All is computed as exact shares; nothing is rounded before the mark of the whole item.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, selectinload

from kaoping.exam.delivery.models import Sitting, Step, StepVerb
from kaoping.exam.marking.models import AnswerMark
from kaoping.exam.registration.models import Application, Exam
from kaoping.itembank import content, marking
from kaoping.itembank.content import Body
from kaoping.itembank.items import Item, ItemType
from kaoping.itembank.marking import ByPeople
from kaoping.itembank.papers import Slot

#: Types of which people mark at least a part.
BY_PEOPLE = tuple(kind for kind in ItemType if not kind.by_machine)
_THIRD = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that people mark; ``part`` is the number of the sub-question of a case, 0 where there is none.

    ``marks`` is what the paper gives for it at most; ``given`` the newest marks of each turn.
    """

    sitting_id: UUID
    application_id: UUID
    slot: Slot
    part: int
    whole: Body
    body: ByPeople
    response: Any
    marks: Fraction
    given: tuple[AnswerMark, ...]

    @property
    def name(self) -> str:
        """Name it without its candidate: six characters to talk about."""
        return hashlib.sha256(f"{self.sitting_id}:{self.slot.number}:{self.part}".encode()).hexdigest()[:6].upper()

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """What each marker gave, as a share of all marks."""
        return tuple(Fraction(one.total) / Fraction(self.body.worth) for one in self.given)

    @property
    def apart(self) -> Fraction | None:
        """Marks of the paper by which the first two markers differ; None before both marked."""
        return abs(self.shares[0] - self.shares[1]) * self.marks if len(self.given) > 1 else None

    @property
    def disputed(self) -> bool:
        """Whether the first two markers differ by more than the slot allows."""
        return self.apart is not None and self.slot.apart is not None and self.apart > Fraction(self.slot.apart)

    @property
    def missing(self) -> int:
        """How many markers are still needed, as things stand."""
        needed = _THIRD if self.disputed else self.slot.scoring.markers
        return max(0, needed - len(self.given))

    @property
    def share(self) -> Fraction | None:
        """The share of the marks that counts; None while a marker is missing."""
        if self.missing:
            return None
        counted = self.shares if self.disputed else self.shares[: self.slot.scoring.markers]
        return sum(_nearest(counted), Fraction(0)) / len(_nearest(counted))

    def turn_of(self, marker_id: UUID) -> AnswerMark | None:
        """Give what a marker gave."""
        return next((one for one in self.given if one.marker_id == marker_id), None)


def _nearest(shares: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """Give the two of three that lie nearest to each other; the middle one alone if it lies halfway."""
    if len(shares) < _THIRD:
        return shares
    low, middle, high = sorted(shares)
    if middle - low == high - middle:
        return (middle,)
    return min(combinations((low, middle, high), 2), key=lambda pair: pair[1] - pair[0])


def of_exam(session: Session, exam: Exam) -> list[Answer]:
    """Give every answer of an exam that people mark, in the order of items; what was left blank is none."""
    return _read(session, Application.exam_id == exam.id)


def of_sitting(session: Session, sitting: Sitting) -> list[Answer]:
    """Give the answers of one sitting that people mark."""
    return _read(session, Sitting.id == sitting.id)


def shares(found: Iterable[Answer]) -> dict[int, dict[int, Fraction]]:
    """Give the shares that count, by slot and sub-question, of those that have one."""
    counted: dict[int, dict[int, Fraction]] = {}
    for answer in found:
        if (share := answer.share) is not None:
            counted.setdefault(answer.slot.number, {})[answer.part] = share
    return counted


def _read(session: Session, where: ColumnElement[bool]) -> list[Answer]:
    given = _marks(session, where)
    bodies: dict[UUID, Body] = {}
    found: list[Answer] = []
    for sitting_id, application_id, response, slot in session.execute(_latest(where)):
        if slot.revision_id not in bodies:
            bodies[slot.revision_id] = content.parse(slot.revision.body)
        found += _answers(sitting_id, application_id, slot, bodies[slot.revision_id], response, given)
    return sorted(found, key=lambda one: (one.slot.item.code, one.part, one.name))


def _latest(where: ColumnElement[bool]) -> Any:
    """Select the latest answer to every slot that people mark."""
    return (
        select(Step.sitting_id, Sitting.application_id, Step.response, Slot)
        .join(Sitting, Sitting.id == Step.sitting_id)
        .join(Application, Application.id == Sitting.application_id)
        .join(Slot, (Slot.paper_id == Sitting.paper_id) & (Slot.number == Step.slot))
        .join(Item, Item.id == Slot.item_id)
        .where(where, Step.verb == StepVerb.ANSWER, Item.type.in_(BY_PEOPLE))
        .ext(distinct_on(Step.sitting_id, Step.slot))
        .order_by(Step.sitting_id, Step.slot, Step.epoch.desc(), Step.client_sequence.desc())
        .options(selectinload(Slot.revision), selectinload(Slot.item))
    )


def _answers(
    sitting_id: UUID, application_id: UUID, slot: Slot, body: Body, response: Any,
    given: dict[tuple[UUID, int, int], dict[int, AnswerMark]],
) -> Iterator[Answer]:  # fmt: skip
    for part, own, answered in marking.for_people(body, response):
        marks = given.get((sitting_id, slot.number, part), {})
        yield Answer(
            sitting_id, application_id, slot, part, body, own, answered, _worth(body, part, slot.marks),
            tuple(marks[turn] for turn in sorted(marks)),
        )  # fmt: skip


def _worth(body: Body, part: int, marks: Decimal) -> Fraction:
    if isinstance(body, content.Case):
        return Fraction(marks) * Fraction(body.parts[part - 1].marks) / Fraction(body.whole)
    return Fraction(marks)


def _marks(session: Session, where: ColumnElement[bool]) -> dict[tuple[UUID, int, int], dict[int, AnswerMark]]:
    """Give the newest marks of every turn, by sitting, slot and sub-question."""
    query = (
        select(AnswerMark)
        .join(Sitting, Sitting.id == AnswerMark.sitting_id)
        .join(Application, Application.id == Sitting.application_id)
        .where(where)
        .order_by(AnswerMark.version)
    )
    found: dict[tuple[UUID, int, int], dict[int, AnswerMark]] = {}
    for one in session.scalars(query):
        found.setdefault((one.sitting_id, one.slot, one.part), {})[one.turn] = one
    return found
