r"""A request for forms as rows and columns: one sparse builder for every engine.

The columns of one form are its n items :math:`x_i`, its m stimuli :math:`s_t` and, for every soft rule, what it misses
below and above. `of_form` gives the rows of one form; `simultaneous` repeats them for every form and adds what concerns
all forms; `aggregate` adds forms under the same rules up:

.. math::

    z = \sum_f x_f, \qquad F\,l \le A z \le F\,h, \qquad 0 \le z_i \le \min(F, u_i)

Every set of forms adds up to a solution of the aggregate, so its optimum bounds theirs; it has as many columns as a
single form (after the shadow test of van der Linden, 2005, *Linear Models for Optimal Test Design*, Springer, Ch. 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.assembly.aims import add_aims, auxiliary, auxiliary_cost, item_cost, lowest_aim
from kaoping.scoring.assembly.overlaps import add_overlap, overlap_columns
from kaoping.scoring.assembly.problem import HARD, Aim, Constraint, Over, Problem
from kaoping.scoring.assembly.rows import Programme, RowBuilder, Rows, Rule, stacked


@dataclass(frozen=True, eq=False)
class FormRows:
    """What holds in one form.

    Attributes
    ----------
    rows : r rows over the columns of a form: n items, m stimuli, then what soft rules miss.
    lowest, highest, whole : bounds of the columns, and which are whole numbers.
    price : what a unit of every column costs.
    """

    rows: Rows
    lowest: Floats
    highest: Floats
    whole: Flags
    price: Floats

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.lowest)


def of_form(problem: Problem, form: int = 0) -> FormRows:
    """State the rules of one form."""
    n, m = len(problem.items), len(problem.stimuli)
    constraints = [constraint for constraint in problem.constraints if constraint.holds_in(form)]
    prices = [constraint.price for constraint in constraints for _ in _misses(constraint)]
    builder = RowBuilder(n + m + len(prices))
    miss = n + m
    for constraint in constraints:
        signs = _misses(constraint)
        members = constraint.members + (n if constraint.over is Over.STIMULUS else 0)
        builder.add(
            np.append(members, miss + np.arange(len(signs))), np.append(constraint.values, signs),
            constraint.low, constraint.high, Rule("constraint", constraint.name, form),
        )  # fmt: skip
        miss += len(signs)
    _add_groups(builder, problem, form)
    _add_stimuli(builder, problem, form)
    lowest, highest = np.zeros(builder.columns), np.append(np.ones(n + m), np.full(len(prices), np.inf))
    lowest[problem.include], highest[problem.exclude] = 1.0, 0.0
    whole = np.arange(builder.columns) < n + m
    return FormRows(builder.rows(), lowest, highest, whole, np.append(np.zeros(n + m), prices))


def _misses(constraint: Constraint) -> list[float]:
    """Give the signs of the columns by which a soft rule may be missed: below, above."""
    if constraint.price >= HARD:
        return []
    return [sign for sign, limit in ((1.0, constraint.low), (-1.0, constraint.high)) if np.isfinite(limit)]


def _add_groups(builder: RowBuilder, problem: Problem, form: int) -> None:
    for number, group in enumerate(problem.enemies):
        builder.add(group, 1.0, -np.inf, 1.0, Rule("enemies", str(number), form))
    for number, group in enumerate(problem.together):
        for other in group[1:]:
            pair = np.array([group[0], other])
            builder.add(pair, np.array([1.0, -1.0]), 0.0, 0.0, Rule("all_or_none", str(number), form))


def _add_stimuli(builder: RowBuilder, problem: Problem, form: int) -> None:
    for number, stimulus in enumerate(problem.stimuli):
        places = np.append(stimulus.items, len(problem.items) + number)
        ones = np.ones(len(stimulus.items))
        most = min(stimulus.most, len(stimulus.items))
        rule = Rule("stimulus", stimulus.name, form)
        if stimulus.least:
            builder.add(places, np.append(ones, -stimulus.least), 0.0, np.inf, rule)
        builder.add(places, np.append(ones, -most), -np.inf, 0.0, rule)


def simultaneous(problem: Problem) -> Programme:
    """State all forms at once: every form has columns of its own."""
    return _joined(problem, [(form,) for form in range(problem.forms)])


def aggregate(
    problem: Problem, classes: Sequence[Sequence[int]] | None = None, *, available: Whole | None = None
) -> Programme:
    """State the sum of the forms of every class; see `Problem.alike`.

    Parameters
    ----------
    classes : forms to be made, by class; all if not given. Forms of a class are under the same rules.
    available : (n,) how often every item may still be used; as the problem says if not given, and then its least uses
        hold too.
    """
    return _joined(problem, problem.alike if classes is None else classes, available)


def _joined(problem: Problem, classes: Sequence[Sequence[int]], available: Whole | None = None) -> Programme:
    forms = [of_form(problem, forms[0]) for forms in classes]
    starts = np.cumsum([0, *[form.columns for form in forms]]).astype(np.int64)
    extra, sharing = auxiliary(problem, len(classes)), overlap_columns(problem, classes)
    ends = int(starts[-1]) + extra
    shared = RowBuilder(ends + sharing)
    sign = -1.0 if problem.objective.aim.rising else 1.0
    cost, lowest, highest = np.zeros(shared.columns), np.zeros(shared.columns), np.full(shared.columns, np.inf)
    parts: list[Rows] = []
    for place, (form, members, start) in enumerate(zip(forms, classes, starts[:-1], strict=True)):
        copies, own = len(members), slice(int(start), int(start) + form.columns)
        lowest[own], highest[own], cost[own] = copies * form.lowest, copies * form.highest, sign * form.price
        cost[start : start + len(problem.items)] += item_cost(problem, members[0])
        parts.append(form.rows.times(copies).over(shared.columns, start=int(start)))
        misses = int(starts[-1]) + (
            place * 2 * len(problem.objective.weights) if problem.objective.aim is Aim.GOALS else 0
        )
        add_aims(shared, problem, members[0], start=int(start), auxiliary_start=misses, copies=copies)
    cost[starts[-1] : ends] = auxiliary_cost(problem, len(classes))
    if problem.objective.aim is Aim.MAXIMIN:
        lowest[starts[-1] : ends] = lowest_aim(problem)
    _limit_use(shared, problem, starts[:-1], available, highest)
    add_overlap(shared, problem, classes, starts=starts[:-1], first=ends)
    whole = np.concatenate([*[form.whole for form in forms], np.zeros(extra + sharing, dtype=np.bool_)])
    rows = stacked([*parts, shared.rows()])
    return Programme(rows, cost, lowest, highest, whole, problem.objective.aim.rising, starts)


def _limit_use(builder: RowBuilder, problem: Problem, starts: Whole, available: Whole | None, highest: Floats) -> None:
    """Bound how often items and stimuli are used, by a bound where there is one column, else by a row."""
    n = len(problem.items)
    most = problem.most_use if available is None else available
    least = problem.least_use if available is None else np.zeros(n, dtype=np.int64)
    for start in starts:
        highest[start : start + n] = np.minimum(highest[start : start + n], most)
    limited = (least > 0) | (most < problem.forms) if len(starts) > 1 else least > 0
    for item in np.flatnonzero(limited):
        builder.add(starts + item, 1.0, float(least[item]), float(most[item]), Rule("use", problem.items[item]))
    if problem.most_stimulus_use is not None and problem.most_stimulus_use < problem.forms:
        for number, stimulus in enumerate(problem.stimuli):
            rule = Rule("stimulus_use", stimulus.name)
            builder.add(starts + n + number, 1.0, -np.inf, float(problem.most_stimulus_use), rule)
