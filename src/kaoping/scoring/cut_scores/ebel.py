"""The method of Ebel: items sorted by relevance and difficulty, and a share of right answers for each kind."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.angoff import Angoff, angoff
from kaoping.scoring.cut_scores.errors import BadJudgements
from kaoping.scoring.cut_scores.ratings import Ratings

Cell: TypeAlias = tuple[str, str]
"""Relevance and difficulty."""


@dataclass(frozen=True)
class GridCell:
    """A kind of item: mean number of items and marks that the judges put there, mean share expected, what it adds."""

    relevance: str
    difficulty: str
    items: float
    marks: float
    share: float
    adds: float


@dataclass(frozen=True, eq=False)
class Ebel:
    """Result of `ebel`: the panel's cut as from Angoff's method, the grid, and agreement about the kinds of items.

    ``modal`` (k,) is the share of the judges that put an item where most put it; ``kappa`` is Fleiss' kappa over all
    items, ``None`` if every judge puts every item into the same cell or the panel sorted the items together.
    """

    panel: Angoff
    grid: tuple[GridCell, ...]
    modal: Floats
    kappa: float | None


def ebel(
    sorting: Mapping[str, Mapping[str, Cell]],
    expected: Mapping[str, Mapping[Cell, float]],
    *,
    maxima: Mapping[str, float] | None = None,
    tables: Sequence[str] = (),
) -> Ebel:
    r"""Give the panel's cut :math:`\sum_i m_i\, s_{j, r(i) d(i)}`, averaged over judges [1]_.

    Every item counts as rated with the share that the judge expects of items of its relevance r and difficulty d, so
    the errors are those of `angoff`.

    Parameters
    ----------
    sorting : by judge, the cell of each item.
    expected : by judge, the share of the marks that a minimally competent person gets on items of each cell.
    maxima : full marks of the items; one each if not given.

    Raises
    ------
    BadJudgements
        A judge has no share for a cell that holds an item, or a share is not between 0 and 1.
    PanelTooSmall
        There are fewer than two judges.

    References
    ----------
    .. [1] Ebel, R. L. (1972). *Essentials of Educational Measurement* (2nd ed.), 492-494. Prentice-Hall.

    >>> sorting = {"I1": ("essential", "easy"), "I2": ("essential", "hard")}
    >>> expected = {"A": {("essential", "easy"): 0.9, ("essential", "hard"): 0.6},
    ...             "B": {("essential", "easy"): 0.8, ("essential", "hard"): 0.6}}
    >>> found = ebel({"A": sorting, "B": sorting}, expected)
    >>> round(found.panel.mean.value, 2), round(found.panel.mean.se, 3)
    (1.45, 0.05)
    """
    triples = []
    for judge, cells in sorting.items():
        for item, cell in cells.items():
            full = 1.0 if maxima is None else maxima.get(item, 0.0)
            triples.append((judge, item, full * _share(judge, cell, expected)))
    ratings = Ratings.of(triples, maxima=maxima)
    return Ebel(
        angoff(ratings, tables=tables),
        _grid(ratings, sorting, expected),
        _modal(ratings, sorting),
        _kappa(ratings, sorting),
    )


def _share(judge: str, cell: Cell, expected: Mapping[str, Mapping[Cell, float]]) -> float:
    share = expected.get(judge, {}).get(cell)
    if share is None:
        told = f"judge {judge} expects nothing of items that are {cell[0]} and {cell[1]}"
        raise BadJudgements(reason=f"{told}, though some are")
    if not 0 <= share <= 1:
        told = f"judge {judge} expects {share:g} of items that are {cell[0]} and {cell[1]}"
        raise BadJudgements(reason=f"{told}, which is not a share from 0 to 1")
    return share


def _grid(
    ratings: Ratings, sorting: Mapping[str, Mapping[str, Cell]], expected: Mapping[str, Mapping[Cell, float]]
) -> tuple[GridCell, ...]:
    """Sum up the cells that hold items, in the order in which judges name relevance and difficulty."""
    marks: dict[Cell, list[tuple[float, float]]] = {}
    for row, judge in enumerate(ratings.judges):
        for column, item in enumerate(ratings.items):
            if item in sorting[judge]:
                marks.setdefault(sorting[judge][item], []).append(
                    (float(ratings.maxima[column]), float(ratings.values[row, column]))
                )
    j = len(ratings.judges)
    found = []
    named = [cell for cells in expected.values() for cell in cells]
    order = [list(dict.fromkeys(cell[side] for cell in named)) for side in (0, 1)]
    for relevance, difficulty in sorted(marks, key=lambda cell: [order[side].index(cell[side]) for side in (0, 1)]):
        pairs = marks[relevance, difficulty]
        full, rated = np.array(pairs).sum(axis=0)
        found.append(GridCell(relevance, difficulty, len(pairs) / j, full / j, rated / full, rated / j))
    return tuple(found)


def _modal(ratings: Ratings, sorting: Mapping[str, Mapping[str, Cell]]) -> Floats:
    counted = [Counter(cells[item] for cells in sorting.values() if item in cells) for item in ratings.items]
    return np.array([one.most_common(1)[0][1] / one.total() for one in counted])


def _kappa(ratings: Ratings, sorting: Mapping[str, Mapping[str, Cell]]) -> float | None:
    r"""Fleiss' kappa; items sorted by several judges, each with as many as sorted it.

    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. *Psychological Bulletin*, 76, 378-382.
    """
    counted = [Counter(cells[item] for cells in sorting.values() if item in cells) for item in ratings.items]
    several = [one for one in counted if one.total() > 1]
    if not several or (len({id(cells) for cells in sorting.values()}) == 1):
        return None
    pairs = [sum(n * (n - 1) for n in one.values()) / (one.total() * (one.total() - 1)) for one in several]
    together: Counter[Cell] = sum(several, Counter())
    chance = sum((n / together.total()) ** 2 for n in together.values())
    return float((np.mean(pairs) - chance) / (1 - chance)) if chance < 1 else None
