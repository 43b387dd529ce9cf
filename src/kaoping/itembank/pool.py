"""The bridge from rows to arrays for assembly: approved items with adopted statistics, and curves of chosen ones."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kaoping.itembank import cited, enemy_sets, turns
from kaoping.itembank.conditions import Attribute, Counted, Mode
from kaoping.itembank.content import reading_length
from kaoping.itembank.items import Item, Revision, Statistics, StatisticsState, offered
from kaoping.itembank.models import Importance, Level, Point, Range
from kaoping.itembank.papers import Paper, PaperState, Slot
from kaoping.itembank.rules import IN_PAPERS, Rules, Section, section_of
from kaoping.itembank.sharing.models import lapsed
from kaoping.itembank.trail import database_time
from kaoping.scoring.arrays import Floats
from kaoping.scoring.logistic import difficulty_of, expected_score, facility, information, score_variance

#: Expected share of right answers for an author's rating of difficulty from 1 to 5, until an item is calibrated.
RATED_FACILITY = {1: 0.85, 2: 0.75, 3: 0.65, 4: 0.5, 5: 0.35}
#: Abilities (logits) at which curves are drawn and reported.
GRID = tuple(step / 5 for step in range(-15, 16))
#: Abilities between which the ability at the pass mark is sought.
WIDEST = 6.0


@dataclass(frozen=True, slots=True)
class Entry:
    """An item that may stand in a paper, with the parameters that the assembler works with."""

    item_id: UUID
    revision_id: UUID
    point_id: UUID
    code: str
    point: str
    place: int
    row: str
    section: Section
    core: bool
    uses: int
    a: float
    b: float
    calibrated: bool
    #: What limits pick items by; the key of a true/false item and the reading length only where a limit asks for them.
    path: str
    importance: Importance
    difficulty: int
    facility: float
    source: str
    author_id: UUID
    ai_assisted: bool
    key: bool | None = None
    words: int | None = None
    #: Used so lately that it rests.
    resting: bool = False


@dataclass(frozen=True, slots=True)
class Stock:
    """What a level offers: entries by item code, and how many approved items wait for statistics by cell.

    ``points`` are the assessment points of each row, with items or without; ``enemies`` are the codes of the bank's
    sets of enemies, by the label of the set.
    """

    entries: dict[str, Entry]
    waiting: Mapping[tuple[str, Section], int]
    points: Mapping[str, Sequence[str]] = field(default_factory=dict)
    enemies: Mapping[str, Sequence[str]] = field(default_factory=dict)


def load(
    session: Session, level_id: UUID, rules: Rules, *, also: Collection[UUID] = (), at: datetime | None = None
) -> Stock:
    """Read the approved items of a level: the newest submitted revision with its adopted statistics.

    Parameters
    ----------
    also : revisions that are read whatever became of their items since, as those that stand in papers.
    at : moment from which the days of rest are counted back and at which sources are in force; now if None.
    """
    day = (at or database_time(session)).astimezone(turns.ZONE).date()
    uses, resting, sealed = exposure(session), _resting(session, rules, at), _reads_bodies(rules)
    entries, waiting = {}, dict[tuple[str, Section], int]()
    for item, revision, point, row, statistics in session.execute(_query(level_id, also, day)):
        cell = row, section_of(item.type)
        if statistics is None and not rules.unmeasured(cell[1]) and revision.id not in also:
            waiting[cell] = waiting.get(cell, 0) + 1
            continue
        more = _of_body(revision.body) if sealed else {}
        entries[item.code] = _entry(
            item, revision, point, cell, statistics, uses.get(item.id, 0), resting=item.id in resting, **more
        )
    return Stock(entries, waiting, _points(session, level_id), enemy_sets.of_level(session, level_id))


def _points(session: Session, level_id: UUID) -> dict[str, list[str]]:
    """Give the assessment points that the level's items may have, by row."""
    query = (
        select(Range.code, Point.code)
        .join(Point, Point.range_id == Range.id)
        .join(Level, Level.standard_id == Point.standard_id)
        .where(Level.id == level_id, Point.lowest_level >= Level.digit)
        .order_by(Range.position, Point.position)
    )
    points: dict[str, list[str]] = {}
    for row, point in session.execute(query):
        points.setdefault(row, []).append(point)
    return points


def exposure(session: Session) -> dict[UUID, int]:
    """Count the sealed papers that each item stands in."""
    query = (
        select(Slot.item_id, func.count())
        .join(Paper, Paper.id == Slot.paper_id)
        .where(Paper.state == PaperState.SEALED)
        .group_by(Slot.item_id)
    )
    return dict(session.execute(query).all())


def _resting(session: Session, rules: Rules, at: datetime | None) -> frozenset[UUID]:
    """Name the items of papers that were sealed within the days that the rules let an item rest."""
    if not rules.rest_days:
        return frozenset()
    since = (at or database_time(session)) - timedelta(days=rules.rest_days)
    return frozenset(session.scalars(select(Slot.item_id).join(Paper).where(Paper.sealed_at > since)))


def _reads_bodies(rules: Rules) -> bool:
    return any(limit.counted is Counted.WORDS or limit.asks(Attribute.KEY) for limit in rules.limits)


def _of_body(body: dict[str, Any]) -> dict[str, Any]:
    key = body["key"] if body["type"] == Section.TRUE_FALSE else None
    return {"key": key, "words": reading_length(body)}


def _query(level_id: UUID, also: Collection[UUID], day: date) -> Select[Item, Revision, Point, str, Statistics]:
    newest = (
        select(Revision.item_id, func.max(Revision.number).label("number"))
        .where(Revision.submitted_at.is_not(None))
        .group_by(Revision.item_id)
        .subquery()
    )
    lent_still = Item.id.not_in(lapsed())
    newest_offered = and_(offered(), Revision.number == newest.c.number, lent_still, ~cited.ended(day))
    adopted = and_(Statistics.revision_id == Revision.id, Statistics.state == StatisticsState.ADOPTED)
    return (
        select(Item, Revision, Point, Range.code, Statistics)
        .join(newest, newest.c.item_id == Item.id)
        .join(Revision, Revision.item_id == Item.id)
        .join(Point, Point.id == Item.point_id)
        .join(Range, Range.id == Point.range_id)
        .outerjoin(Statistics, adopted)
        .where(Item.level_id == level_id, Item.type.in_(IN_PAPERS), or_(newest_offered, Revision.id.in_(also)))
        .order_by(Item.code, Revision.id.in_(also))
    )


def _entry(
    item: Item, revision: Revision, point: Point, cell: tuple[str, Section], statistics: Statistics | None, uses: int,
    **more: Any,
) -> Entry:  # fmt: skip
    a, b = (statistics.a, statistics.b) if statistics else (1.0, rated_difficulty(revision.difficulty))
    return Entry(
        item_id=item.id, revision_id=revision.id, point_id=point.id, code=item.code, point=point.code,
        place=point.position, row=cell[0], section=cell[1], core=point.importance is Importance.CORE, uses=uses,
        a=a, b=b, calibrated=statistics is not None, path=point.path, importance=point.importance,
        difficulty=revision.difficulty, source=revision.source_standard, author_id=item.author_id,
        facility=statistics.facility if statistics else RATED_FACILITY[revision.difficulty],
        ai_assisted=item.ai_assisted, **more,
    )  # fmt: skip


def rated_difficulty(difficulty: int) -> float:
    """Give the difficulty (logits) that an author's rating stands for until an item is calibrated."""
    return float(difficulty_of(np.array([RATED_FACILITY[difficulty]]), np.ones(1))[0])


def parameters(entries: Sequence[Entry]) -> tuple[Floats, Floats]:
    """(n,) discrimination per logit and difficulty in logits."""
    a, b = (np.array([getattr(entry, name) for entry in entries], dtype=np.float64) for name in ("a", "b"))
    return a, b


def worth(entries: Sequence[Entry], rules: Rules) -> Floats:
    """(n,) marks; zero for a section that the rules do not have."""
    marks = {rule.section: float(rule.marks) for rule in rules.sections}
    return np.array([marks.get(entry.section, 0.0) for entry in entries], dtype=np.float64)


def ability_at(stock: Stock, rules: Rules, pass_mark: float) -> float:
    """Find the ability (logits, two decimals) at which a paper of average items is expected to earn the pass mark."""
    entries = list(stock.entries.values())
    share = np.array(_chances(entries, rules))
    (a, b), marks = parameters(entries), worth(entries, rules) * share

    def expected(theta: float) -> float:
        return float(expected_score(np.array([theta]), a, b, marks)[0])

    return _rising(expected, pass_mark)


def _chances(entries: Sequence[Entry], rules: Rules) -> list[float]:
    """Give how likely a paper takes each item if it draws those of a cell, or of a type, at random."""
    if rules.mode is Mode.BY_TYPE:
        types, numbers = Counter(one.section for one in entries), {rule.section: rule.count for rule in rules.sections}
        return [numbers.get(one.section, 0) / types[one.section] for one in entries]
    cells = {(row.code, rule.section): count for row, rule, count in rules.cells()}
    held = Counter((one.row, one.section) for one in entries)
    return [cells.get((one.row, one.section), 0) / held[one.row, one.section] for one in entries]


def _rising(curve: Callable[[float], float], level: float) -> float:
    low, high = -WIDEST, WIDEST
    while high - low > 1e-4:  # noqa: PLR2004 - well below the hundredth that is reported
        middle = (low + high) / 2
        low, high = (middle, high) if curve(middle) < level else (low, middle)
    return round((low + high) / 2, 2)


@dataclass(frozen=True, slots=True)
class Curves:
    """What a paper measures: expected marks and information on `GRID`, and precision at the cut."""

    expected: list[float]
    information: list[float]
    #: Mean expected marks over a population of standard normal ability.
    mean: float
    #: Information at the cut, and standard error of ability there (logits) and of the raw score (marks).
    at_cut: float
    error_ability: float
    error_marks: float


def curves(entries: Sequence[Entry], rules: Rules, *, cut: float) -> Curves:
    """Compute the curves of a paper's entries."""
    (a, b), marks = parameters(entries), worth(entries, rules)
    grid, here = np.array(GRID), np.array([cut])
    at_cut = float(information(here, a, b).sum())
    return Curves(
        expected=_rounded(expected_score(grid, a, b, marks)),
        information=_rounded(information(grid, a, b).sum(axis=1)),
        mean=float(facility(a, b) @ marks),
        at_cut=round(at_cut, 3),
        error_ability=round(at_cut**-0.5, 3),
        error_marks=round(float(score_variance(here, a, b, marks)[0]) ** 0.5, 2),
    )


def information_at(entry: Entry, cut: float) -> float:
    """Give the information of one item about ability at the cut, per squared logit."""
    return float(information(np.array([cut]), np.array([entry.a]), np.array([entry.b]))[0, 0])


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 3) for value in values]
