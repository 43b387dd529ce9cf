r"""What forms are in the mean: how often items must be used, and how often those of a class are.

Forms that no item is in more than a share e of have a mean :math:`\bar x = \frac{1}{F} \sum_f x_f` with
:math:`l \le A \bar x \le h` and :math:`0 \le \bar x_i \le e`, a linear programme over the rows of a single form. Where
that has no solution there are no such forms, however many are drawn.
"""

from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.aims import add_aims
from kaoping.scoring.assembly.drawing import Units
from kaoping.scoring.assembly.formulation import of_form
from kaoping.scoring.assembly.highs import solve
from kaoping.scoring.assembly.parallel import NoForms
from kaoping.scoring.assembly.problem import Problem
from kaoping.scoring.assembly.rows import Programme, RowBuilder, Rule, stacked
from kaoping.scoring.errors import ScoringError

STEEPEST: Final = 30.0
"""Largest multiplier of the dual."""
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


def even_shares(units: Units, means: Floats, cap: float) -> Floats:
    r"""Give the share of the forms that every unit is to be in, (u,), as even as rules and cap allow.

    Of all shares below the cap with the means of the classes, and with the means of the other rows within the middle
    half of their limits, those of greatest entropy: :math:`\bar x_i = e\,\sigma(\mu_c + \lambda f_i)`. The multipliers
    are the lowest point of the dual, which is convex. Where no row asks for more or less than the mean of the bank,
    :math:`\lambda = 0` and all units of a class are alike.
    """
    drawn = units.open & ~units.fixed
    classes, scale = units.classes[drawn], units.scale[units.free]
    table = units.features[:-1][drawn][:, units.free] * scale
    already = units.features[:-1][units.fixed][:, units.free].sum(axis=0) * scale
    middle = table.mean(axis=0)
    sides = np.array([units.low[units.free], units.high[units.free]]) * scale - already - middle * means.sum()
    quarter = (sides[1] - sides[0]) / 4
    inward = np.where(np.isfinite(quarter), quarter, 0.0)
    low, high = sides[0] + inward, sides[1] - inward
    table, count, rows = table - middle, len(means), table.shape[1]

    def dual(at: Floats) -> tuple[float, Floats]:
        up, down = at[count : count + rows], at[count + rows :]
        height = at[:count][classes] + table @ (up - down)
        share = cap * expit(height)
        value = cap * np.logaddexp(0.0, height).sum() - at[:count] @ means - up @ limits[0] + down @ limits[1]
        lean = share @ table
        slopes = np.bincount(classes, share, minlength=count) - means, lean - limits[0], limits[1] - lean
        return float(value), np.concatenate(slopes)

    limits = np.where(np.isfinite([low, high]), [low, high], 0.0)
    bounds = [(-STEEPEST, STEEPEST)] * count + [(0.0, STEEPEST if np.isfinite(side) else 0.0) for side in (*low, *high)]
    filled = np.clip(means / np.maximum(np.bincount(classes, minlength=count) * cap, 1.0), 1e-9, 1 - 1e-9)
    found = minimize(dual, np.append(logit(filled), np.zeros(2 * rows)), jac=True, method="L-BFGS-B", bounds=bounds)
    shares = np.zeros(len(units))
    height = found.x[:count][classes] + table @ (found.x[count : count + rows] - found.x[count + rows :])
    shares[drawn] = cap * expit(height)
    return shares


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
