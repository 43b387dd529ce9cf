r"""What forms are in the mean: how often items must be used, and how often those of a class are.

Forms that no item is in more than a share e of have a mean :math:`\bar x = \frac{1}{F} \sum_f x_f` with
:math:`l \le A \bar x \le h` and :math:`0 \le \bar x_i \le e`, a linear programme over the rows of a single form. Where
that has no solution there are no such forms, however many are drawn.
"""

from typing import Final

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.aims import add_aims
from kaoping.scoring.assembly.formulation import of_form
from kaoping.scoring.assembly.highs import solve
from kaoping.scoring.assembly.parallel import NoForms
from kaoping.scoring.assembly.problem import Problem
from kaoping.scoring.assembly.rows import Programme, RowBuilder, Rule, stacked
from kaoping.scoring.errors import ScoringError

PIECES: Final = ((0.25, 1.0), (0.5, 3.0), (np.inf, 9.0))
"""Width, as a share of a class's part of the bank, and slope of the pieces of what it costs to depart from it."""


class ExposureOutOfReach(ScoringError):
    """Forms under these rules need some items more often than the cap allows."""

    sentence = (
        "No item may be in more than %(cap).4g of the forms, but these rules need some in %(least).4g of them at "
        "least. Raise the cap, or add items where the bank is short."
    )


def mean_form(problem: Problem, cap: float = 1.0) -> Programme:
    """State what forms are in the mean if no item, but those of every form, is in more than a share of them."""
    form = of_form(problem)
    highest = form.highest.copy()
    highest[: len(problem.items)] = np.minimum(highest[: len(problem.items)], cap)
    highest[problem.include] = 1.0
    starts = np.array([0, form.columns], dtype=np.int64)
    return Programme(form.rows, np.zeros(form.columns), form.lowest, highest, form.whole, rising=False, starts=starts)


def most(problem: Problem, cap: float) -> float:
    """Give the most that forms can have in the mean at every point of a maximin objective.

    Raises
    ------
    NoForms, ExposureOutOfReach
        There are no such forms.
    """
    programme = mean_form(problem, cap)
    columns = len(programme.cost)
    builder = RowBuilder(columns + 1)
    add_aims(builder, problem, 0, start=0, auxiliary_start=columns)
    answer = solve(_wider(programme, builder, np.ones(1), np.full(1, np.inf), rising=True), relaxed=True)
    if answer.columns is None:
        raise unreachable(problem, cap)
    return answer.objective


def unreachable(problem: Problem, cap: float) -> ScoringError:
    """Say why there are no forms under a cap: there are none at all, or the cap is too low."""
    programme = mean_form(problem)
    columns = len(programme.cost)
    builder = RowBuilder(columns + 1)
    for item in np.setdiff1d(np.arange(len(problem.items)), problem.include):
        builder.add(np.array([item, columns]), np.array([1.0, -1.0]), -np.inf, 0.0, Rule("cap", problem.items[item]))
    answer = solve(_wider(programme, builder, np.ones(1), np.ones(1), rising=False), relaxed=True)
    return NoForms() if answer.columns is None else ExposureOutOfReach(cap=cap, least=answer.objective)


def class_means(problem: Problem, cap: float, members: list[Whole]) -> Floats:
    r"""Give how many of every class of items a form has in the mean, (c,).

    It is as near the class's share of all as rules and cap allow: least
    :math:`\sum_c g_c\!\left(\sum_{i \in c} \bar x_i - \lambda w_c\right)` with :math:`w_c` the share, :math:`\lambda`
    free and g convex, of pieces as in `PIECES`.

    Raises
    ------
    NoForms, ExposureOutOfReach
        There are no such forms.
    """
    programme = mean_form(problem, cap)
    columns, classes, pieces = len(programme.cost), len(members), 2 * len(PIECES)
    some = solve(programme, relaxed=True)
    if some.columns is None:
        raise unreachable(problem, cap)
    share = np.array([len(items) for items in members]) / max(1, sum(map(len, members)))
    size = sum(float(some.columns[items].sum()) for items in members)
    builder = RowBuilder(columns + 1 + classes * pieces)
    signs = np.repeat([1.0, -1.0], len(PIECES))
    for place, items in enumerate(members):
        own = columns + 1 + pieces * place + np.arange(pieces)
        values = np.concatenate([np.ones(len(items)), [-share[place]], signs])
        builder.add(np.concatenate([items, [columns], own]), values, 0.0, 0.0, Rule("share", str(place)))
    widths, slopes = np.tile(np.array(PIECES), (2 * classes, 1)).T
    parts = np.repeat(np.maximum(share * size, 1.0), pieces) * widths
    cost, highest = np.append(0.0, slopes), np.append(np.inf, parts)
    answer = solve(_wider(programme, builder, cost, highest, rising=False), relaxed=True)
    if answer.columns is None:
        raise unreachable(problem, cap)
    found = answer.columns
    return np.array([found[items].sum() for items in members])


def _wider(programme: Programme, builder: RowBuilder, cost: Floats, highest: Floats, *, rising: bool) -> Programme:
    """Add columns and the rows that they are in."""
    columns, extra = len(programme.cost), len(cost)
    return Programme(
        rows=stacked([programme.rows.over(columns + extra), builder.rows()]),
        cost=np.append(programme.cost, cost),
        lowest=np.append(programme.lowest, np.zeros(extra)),
        highest=np.append(programme.highest, highest),
        whole=np.append(programme.whole, np.zeros(extra, dtype=np.bool_)),
        rising=rising,
        starts=programme.starts,
    )
