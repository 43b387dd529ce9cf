"""The competency profile of a candidate: the share of marks reached in every function 职业功能, beside the batch's.

The marks are those that the theory score was decided from. Functions are the rows of the weight table that the items of
the paper stand under. A mean over few people would tell their results, so it needs `LEAST_PEOPLE` scores.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, Select, String, and_, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from kaoping.exam.registration.models import Application
from kaoping.exam.results.models import Score
from kaoping.itembank.items import Item
from kaoping.itembank.models import Component, Point, Range
from kaoping.itembank.papers import Slot

#: Fewest theory scores of an exam from which a mean is told.
LEAST_PEOPLE = 10


@dataclass(frozen=True, slots=True)
class FunctionShare:
    """What was reached in one function: percent of its marks, its percent of the paper, items, and the batch's mean."""

    name: str
    weight: int
    items: int
    rate: int
    mean: int | None


def profile(session: Session, score: Score) -> tuple[FunctionShare, ...]:
    """Give the profile of a theory score, in the order of the weight table."""
    means = _means(session, score.application.exam_id)
    return tuple(_shares(session.execute(_by_range(Score.id == score.id)).all(), means))


def _shares(rows: Any, means: dict[UUID, int]) -> Iterator[FunctionShare]:
    whole = sum((row.possible for row in rows), Decimal(0))
    for row in rows:
        if row.possible:
            yield FunctionShare(
                row.name, _percent(row.possible, whole), row.items, _percent(row.given, row.possible),
                means.get(row.id),
            )  # fmt: skip


def _means(session: Session, exam_id: UUID) -> dict[UUID, int]:
    """Give the share that all candidates of an exam reached together by function; nothing where they are few."""
    later = aliased(Score)
    same = and_(later.application_id == Score.application_id, later.component == Score.component)
    newest = (
        Application.exam_id == exam_id, Score.component == Component.THEORY,
        ~exists().where(same, later.version > Score.version),
    )  # fmt: skip
    people = session.scalar(select(func.count(Score.id)).join(Application).where(*newest)) or 0
    if people < LEAST_PEOPLE:
        return {}
    rows = session.execute(_by_range(*newest))
    return {row.id: _percent(row.given, row.possible) for row in rows if row.possible}


def _by_range(*which: ColumnElement[bool]) -> Select[UUID, str, int, Any, Decimal]:
    mark = cast(Score.details["marks"][cast(Slot.number, String)].astext, Numeric)
    return (
        select(
            Range.id, Range.name, func.count(Slot.id).label("items"), func.sum(mark).label("given"),
            func.sum(Slot.marks).label("possible"),
        )
        .select_from(Score)
        .join(Application, Application.id == Score.application_id)
        .join(Slot, Slot.paper_id == Application.paper_id)
        .join(Item, Item.id == Slot.item_id)
        .join(Point, Point.id == Item.point_id)
        .join(Range, Range.id == Point.range_id)
        .where(*which)
        .group_by(Range.id, Range.name, Range.position)
        .order_by(Range.position)
    )  # fmt: skip


def _percent(part: Decimal, whole: Decimal) -> int:
    return round(100 * part / whole)
