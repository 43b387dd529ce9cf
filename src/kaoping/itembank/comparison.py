"""How the papers of a run compare: marks to expect, difficulty of the items, items in common, uses before and after.

Marks and difficulty are those of a population of standard normal ability, calculated from the run's report. Items in
common and uses are read from the papers as they stand.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, gcd
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kaoping.itembank.items import Item, offered
from kaoping.itembank.models import Importance
from kaoping.itembank.papers import AssemblyRun, Paper, PaperState, Slot
from kaoping.itembank.pool import RATED_FACILITY
from kaoping.itembank.rules import Rules, Section
from kaoping.scoring.arrays import Floats
from kaoping.scoring.grids import normal_grid
from kaoping.scoring.logistic import probability
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.raw_scores import population_distribution, raw_reliability

#: Expected shares of right answers between the five classes of difficulty, midway between those of authors' ratings.
EDGES = tuple((RATED_FACILITY[n] + RATED_FACILITY[n + 1]) / 2 for n in range(1, 5))
#: Sealed papers of the same specification that a run is compared with, the newest.
EARLIER = 20


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a paper in a standard normal population: mean and deviation in marks, reliability, pass share."""

    label: str
    mean: float
    deviation: float
    reliability: float
    passing: float


@dataclass(frozen=True, slots=True)
class Hardness:
    """How many items of one kind each paper has in each class of difficulty, the easiest first.

    ``kind`` is an importance or a type of item, or None for all items.
    """

    kind: Importance | Section | None
    counts: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Shared:
    """A paper, and how many items each paper of the run has in common with it, by label."""

    code: str
    paper_id: UUID
    label: str | None
    common: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Exposure:
    """How many items of the level stand in so many sealed papers, before and with the papers of a run."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    #: Items of the run that no further paper may take once its papers are sealed.
    full: tuple[str, ...]


def scores(report: Mapping[str, Any], rules: Rules) -> list[Score]:
    """Calculate the score distribution of every paper exactly, item after item, and read it off.

    References
    ----------
    Lord, F. M., & Wingersky, M. S. (1984). Comparison of IRT true-score and equipercentile observed-score "equatings".
    *Applied Psychological Measurement*, 8, 453-461.
    """
    unit = _unit(rules)
    least = ceil(Decimal(report["pass_mark"]) / unit)
    return [_score(paper, rules, unit, least) for paper in report["papers"]]


def _score(paper: Mapping[str, Any], rules: Rules, unit: Decimal, least: int) -> Score:
    worth = np.rint(_worth(paper, rules) / float(unit))
    items = ItemParameters.logistic(*_parameters(paper))
    grid = normal_grid(items)
    chance = population_distribution(items, marks=worth, population=grid)
    score = np.arange(len(chance)) * float(unit)
    mean = float(chance @ score)
    return Score(
        label=paper["label"], mean=mean, deviation=float(chance @ (score - mean) ** 2) ** 0.5,
        reliability=raw_reliability(items, marks=worth, population=grid), passing=float(chance[least:].sum()),
    )  # fmt: skip


def _worth(paper: Mapping[str, Any], rules: Rules) -> Floats:
    return np.array([float(rules.marks_of(Section(one["section"]))) for one in paper["chosen"]])


def _unit(rules: Rules) -> Decimal:
    """Give the largest unit of which all marks are whole multiples, so that a score is an index."""
    return Decimal(gcd(*(int(rule.marks * 100) for rule in rules.sections if rule.count))) / 100


def _parameters(paper: Mapping[str, Any]) -> tuple[Floats, Floats]:
    a, b = (np.array([one[name] for one in paper["chosen"]], dtype=np.float64) for name in ("a", "b"))
    return a, b


def facilities(paper: Mapping[str, Any]) -> Floats:
    """(k,) expected share of right answers of the items of a paper, as its report lists them."""
    a, b = _parameters(paper)
    grid = normal_grid(ItemParameters.logistic(a, b))
    shares: Floats = grid.weights @ probability(grid.nodes, a, b)
    return shares


def hardness(report: Mapping[str, Any], rules: Rules, importance: Mapping[str, Importance]) -> list[Hardness]:
    """Count the items of every paper by class of difficulty: all, by importance, by type.

    Parameters
    ----------
    importance : that of the points of the items, by item code.
    """
    classes: dict[str, list[tuple[str, str, int]]] = {
        paper["label"]: [
            (one["item"], one["section"], int(np.searchsorted(-np.array(EDGES), -share)))
            for one, share in zip(paper["chosen"], facilities(paper), strict=True)
        ]
        for paper in report["papers"]
    }
    kinds: list[Importance | Section | None] = [None, *Importance, *(rule.section for rule in rules.sections)]
    found = [
        Hardness(kind, {label: _counted(held, kind, importance) for label, held in classes.items()}) for kind in kinds
    ]
    return [line for line in found if any(map(any, line.counts.values()))]


def _counted(
    held: Sequence[tuple[str, str, int]], kind: Importance | Section | None, importance: Mapping[str, Importance]
) -> tuple[int, ...]:
    count = Counter(place for item, section, place in held if kind in {None, importance.get(item), Section(section)})
    return tuple(count[place] for place in range(len(EDGES) + 1))


def importances(session: Session, run: AssemblyRun) -> dict[str, Importance]:
    """Give the importance of the points of all items of a run's papers, by item code."""
    query = select(Slot).join(Paper).where(Paper.run_id == run.id).options(
        selectinload(Slot.item).selectinload(Item.point)
    )  # fmt: skip
    return {slot.item.code: slot.item.point.importance for slot in session.scalars(query)}


def overlap(session: Session, run: AssemblyRun) -> list[Shared]:
    """Count items that the papers of a run have in common, with each other and with earlier sealed ones."""
    own = [paper for paper in run.papers if paper.state is not PaperState.DISCARDED]
    earlier = session.scalars(
        select(Paper)
        .where(Paper.specification_id == run.specification_id, Paper.state == PaperState.SEALED, Paper.run_id != run.id)
        .order_by(Paper.sealed_at.desc(), Paper.code)
        .limit(EARLIER)
    ).all()
    items: dict[UUID, set[UUID]] = {paper.id: set() for paper in (*own, *earlier)}
    pairs = select(Slot.paper_id, Slot.item_id).where(Slot.paper_id.in_(items))
    for paper_id, item_id in session.execute(pairs):
        items[paper_id].add(item_id)
    return [
        Shared(
            paper.code, paper.id, paper.label if paper.run_id == run.id else None,
            {other.label: len(items[paper.id] & items[other.id]) for other in own},
        )
        for paper in (*own, *earlier)
    ]  # fmt: skip


def exposure(session: Session, run: AssemblyRun, rules: Rules) -> Exposure:
    """Count approved items of the level, and those of the run, by uses in sealed papers without and with the run's."""
    own, uses = Paper.run_id == run.id, Counter[UUID]()
    sealed = (
        select(Slot.item_id, func.count())
        .join(Paper)
        .where(Paper.state == PaperState.SEALED, ~own)
        .group_by(Slot.item_id)
    )
    uses.update(dict(session.execute(sealed).all()))
    taken = Counter(
        session.scalars(select(Slot.item_id).join(Paper).where(own, Paper.state != PaperState.DISCARDED)).all()
    )
    approved = Item.level_id == run.specification.level_id, offered()
    codes = dict(session.execute(select(Item.id, Item.code).where(*approved)).all())
    codes |= dict(session.execute(select(Item.id, Item.code).where(Item.id.in_(set(taken) - set(codes)))).all())
    before, after = Counter(uses[item] for item in codes), Counter(uses[item] + taken[item] for item in codes)
    most = max(after, default=0)
    return Exposure(
        before=tuple(before[n] for n in range(most + 1)), after=tuple(after[n] for n in range(most + 1)),
        full=tuple(sorted(codes[item] for item in taken if uses[item] + taken[item] >= rules.exposure_most)),
    )  # fmt: skip
