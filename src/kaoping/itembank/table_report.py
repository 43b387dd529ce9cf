"""The assessment-point table held against its rules, level by level: what is met and what is short."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import ceil
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.itembank.models import Component, Importance, Level, Point, Range, Standard
from kaoping.itembank.point_table import rules_of
from kaoping.itembank.standard_document import TableRules
from kaoping.itembank.weight_tables import weight_table

Counts = dict[tuple[int, UUID, Importance], int]


class Rule(StrEnum):
    """What a finding is about."""

    POINTS = "points"
    FINE = "fine"
    CORE = "core"
    GENERAL = "general"
    AUXILIARY = "auxiliary"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule, what it wants, what the table has; shares in percent."""

    rule: Rule
    wanted: int
    given: Decimal
    met: bool


@dataclass(frozen=True, slots=True)
class RangeFinding:
    """A range with its weight at a level: the points it has and the points it should have."""

    range: Range
    weight: Decimal
    points: int
    wanted: int

    @property
    def met(self) -> bool:
        """Whether there are enough points."""
        return self.points >= self.wanted


@dataclass(frozen=True, slots=True)
class LevelReport:
    """The table of one level."""

    level: Level
    points: int
    findings: tuple[Finding, ...]
    ranges: tuple[RangeFinding, ...]

    @property
    def short(self) -> int:
        """How many rules are not met; a table need not be a fine one 精品."""
        wanting = [finding for finding in self.findings if not finding.met and finding.rule is not Rule.FINE]
        return len(wanting) + sum(not row.met for row in self.ranges)


def report(session: Session, standard: Standard) -> list[LevelReport]:
    """Hold the table of every level against the rules; a level's table has the points that begin at it or below."""
    query = select(Point.lowest_level, Point.range_id, Point.importance, func.count())
    grouped = query.where(Point.standard_id == standard.id).group_by(
        Point.lowest_level, Point.range_id, Point.importance
    )
    counts = {(lowest, row, importance): number for lowest, row, importance, number in session.execute(grouped)}
    weights, rules = weight_table(session, standard, Component.THEORY).cells, rules_of(standard)
    return [_of_level(standard, level, counts, weights, rules) for level in standard.levels]


def _of_level(
    standard: Standard, level: Level, counts: Counts, weights: dict[tuple[UUID, UUID], Decimal], rules: TableRules
) -> LevelReport:
    by_range: Counter[UUID] = Counter()
    by_importance: Counter[Importance] = Counter()
    for (lowest, row, importance), number in counts.items():
        if lowest >= level.digit:
            by_range[row] += number
            by_importance[importance] += number
    ranges = tuple(
        RangeFinding(row, weight, by_range[row.id], ceil(rules.per_weight * weight))
        for row in standard.ranges if (weight := weights.get((row.id, level.id)))
    )  # fmt: skip
    return LevelReport(level, by_importance.total(), _findings(by_importance, rules), ranges)


def _findings(counts: Counter[Importance], rules: TableRules) -> tuple[Finding, ...]:
    total = counts.total()
    core, general, auxiliary = (
        Decimal(100 * counts[one]) / total if total else Decimal(0)
        for one in (Importance.CORE, Importance.GENERAL, Importance.AUXILIARY)
    )
    return (
        Finding(Rule.POINTS, rules.points_least, Decimal(total), total >= rules.points_least),
        Finding(Rule.FINE, rules.points_fine, Decimal(total), total >= rules.points_fine),
        Finding(Rule.CORE, rules.core_least, core, core >= rules.core_least),
        Finding(Rule.GENERAL, rules.general_most, general, general <= rules.general_most),
        Finding(Rule.AUXILIARY, rules.auxiliary_most, auxiliary, auxiliary <= rules.auxiliary_most),
    )
