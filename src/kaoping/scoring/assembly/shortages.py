r"""What to write next: which groups of items would give most precision, or most forms, if they had more.

Groups are named by the caller: assessment points, levels, types. All is found in the sum of the forms, linearly, and so
bounds what forms can have.

- **Worth** of one more item: with y the dual prices of the rows, an item with coefficients a and value c adds
  :math:`\max(0, c - y a)` to the objective at most; the mean over the items of the group, as a new one is like one of
  them.
- **Gain** of some more items: the difference that they make to the bound at most, solved anew with items like the best
  of the group; they have no enemies.
- **Forms** that the items suffice for, as a number with a fraction: with 10.8 a little more makes an eleventh form.
  Limits of use stay as they are.

Where the dual prices say that an item changes nothing, the programme need not be solved anew: a column whose reduced
cost is on the wrong side leaves the optimum as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.assembly.formulation import aggregate
from kaoping.scoring.assembly.highs import Answer, Status, priced, solve
from kaoping.scoring.assembly.overlaps import OVERLAP
from kaoping.scoring.assembly.problem import BadProblem, Problem
from kaoping.scoring.assembly.requirements import USE, Requirements, without_objective
from kaoping.scoring.assembly.rows import Programme, Rule

OF_ITEMS: Final = frozenset({"constraint", "objective"})
"""Kinds of rows in which a new item takes part; it has no enemies and belongs to no set."""
PLACES: Final = Rule("places", "")
"""Of rows that limit how often items are used."""
NOTHING: Final = 1e-9


@dataclass(frozen=True)
class Shortage:
    """What more items of a group would give.

    Attributes
    ----------
    group : its name.
    items, usable : how many items it has, and how many of them are not excluded.
    used : share of the places that they may take in forms that the best forms take.
    worth : what one more item adds to the objective, by dual prices; None if there are no forms now.
    gain : what some more items improve the bound of the objective by at most; None if there are no forms now.
    forms : how many more forms they allow; None if the number of forms is not limited by items.
    """

    group: str
    items: int
    usable: int
    used: float
    worth: float | None
    gain: float | None
    forms: float | None


@dataclass(frozen=True)
class Shortages:
    """Groups, the one that would give most forms, then most precision, first; and where things stand now.

    Attributes
    ----------
    rows : the groups; of groups that would give the same, the smaller one first.
    more : how many items more are thought of.
    bound : of the objective; None if there are no forms.
    forms : how many forms the items suffice for; None if they do for any number.
    """

    rows: tuple[Shortage, ...]
    more: int
    bound: float | None
    forms: float | None


def shortages(problem: Problem, groups: Mapping[str, Whole], *, more: int = 1) -> Shortages:
    """Rank groups of items by what more of them would give.

    Parameters
    ----------
    groups : by name the places of the items of every group; a group may be in another.
    more : how many more items of a group are thought of.

    Raises
    ------
    BadProblem
        A group has no items to be like, or an item that is not there.

    >>> from kaoping.scoring.assembly.problem import Constraint
    >>> rules = [Constraint(name, items, np.ones(2), low=1) for name, items in (("easy", [0, 1]), ("hard", [2, 3]))]
    >>> rules = tuple(replace(rule, members=np.array(rule.members)) for rule in rules)
    >>> pool = Problem(tuple("abcd"), forms=2, constraints=rules, exclude=np.array([3]), most_use=np.ones(1, dtype=int))
    >>> found = shortages(pool, {"easy": np.array([0, 1]), "hard": np.array([2, 3])})
    >>> found.forms, [(row.group, row.forms) for row in found.rows]
    (1.0, [('hard', 1.0), ('easy', 0.0)])
    """
    for name, items in groups.items():
        if not len(items) or not 0 <= int(np.min(items)) <= int(np.max(items)) < len(problem.items):
            raise BadProblem(place=f"group {name}", reason="it must list places of items, at least one")
    best, counting = _Best(problem), _Counting(problem)
    bound, forms = best.bound, counting.forms
    rows = [
        Shortage(
            group=name,
            items=len(items),
            usable=len(np.setdiff1d(items, problem.exclude)),
            used=best.used(items),
            worth=None if bound is None else float(best.worth[items].mean()),
            gain=_gain(best, items, more),
            forms=_difference(counting.value(items, more), forms) if counting.helped_by(items) else 0.0,
        )
        for name, items in groups.items()
    ]
    rows.sort(key=lambda row: (-(row.forms or 0.0), -(row.gain or 0.0), row.items, row.group))
    return Shortages(tuple(rows), more, bound, forms)


def forms_enough_for(problem: Problem) -> float | None:
    """Give how many forms the items suffice for, with a fraction; None if they do for any number."""
    return _Counting(problem).forms


def worths(problem: Problem) -> Floats | None:
    """(n,) what one more item like each adds to the objective at most, by dual prices; None if there are no forms.

    An item that is excluded has a worth too, so that an item that nobody has written yet can be weighed.
    """
    best = _Best(problem)
    return None if best.bound is None else best.worth


def _gain(best: "_Best", items: Whole, more: int) -> float | None:
    if best.bound is None:
        return None
    return _difference(best.value(items, more), best.bound) if (best.worth[items] > NOTHING).any() else 0.0


def _difference(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else round(abs(after - before), 9)


class _Best:
    """The best sum of the forms, with or without more items."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.programme = problem, aggregate(problem)
        n = len(problem.items)
        self.taken, self.worth = np.zeros(n), np.zeros(n)
        answer, prices = priced(self.programme)
        self.bound = answer.objective if answer.status is Status.OPTIMAL else None
        if answer.columns is None:
            return
        kinds = _of_items(self.programme)
        value = self.programme.cost - self.programme.rows.matrix[kinds].T @ prices[kinds]
        for start in map(int, self.programme.starts[:-1]):
            own = slice(start, start + n)
            self.taken += answer.columns[own]
            self.worth = np.maximum(self.worth, value[own] if self.programme.rising else -value[own])

    def used(self, items: Whole) -> float:
        """Give the share of places taken."""
        places = float(self.problem.most_use[np.setdiff1d(items, self.problem.exclude)].sum())
        return round(float(self.taken[items].sum()) / places, 9) if places else 0.0

    def value(self, items: Whole, more: int) -> float | None:
        """Give the bound with some more items; None if there are no forms."""
        size = self.programme.rows.matrix.shape[1]
        programme = _extended(self.programme, items, most=float(self.problem.forms))
        new = np.arange(programme.rows.matrix.shape[1]) >= size
        uses = float(more * self.problem.most_use[items].max())
        programme = programme.within(sparse.csr_array(new[None, :].astype(np.float64)), -np.inf, uses, PLACES)
        answer = solve(programme, relaxed=True)
        return answer.objective if answer.status is Status.OPTIMAL else None


class _Counting:
    r"""The most forms, with or without more items.

    With :math:`q_i` the share of forms that item i is in, an item that may be used u times allows F forms if
    :math:`q_i \le u_i / F`; the shares keep the rules of a form, and the least :math:`1 / F` is looked for.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = bare = without_objective(problem)
        self.share = np.array([len(members) for members in bare.alike]) / bare.forms
        rules = Requirements(bare, tuple((members[0],) for members in bare.alike))
        self.programme = rules.keeping([rule for rule in rules.each if rule.kind not in {USE, OVERLAP, "stimulus_use"}])
        self.limited = bare.most_use < bare.forms
        answer, prices = priced(self._stated(self.programme, None, 0))
        self.forms = _forms(answer)
        kinds, known = _of_items(self.programme), prices[: len(self.programme.rows.low)]
        gain = self.programme.rows.matrix[kinds].T @ known[kinds] if len(known) else np.zeros(0)
        n = len(bare.items)
        starts = map(int, self.programme.starts[:-1])
        self.gain = np.max([gain[start : start + n] for start in starts], axis=0) if len(known) else np.zeros(n)

    def helped_by(self, items: Whole) -> bool:
        """Whether items like some may change the number; if there are none it is not known from prices."""
        return not self.forms or bool((self.gain[items] > NOTHING).any())

    def value(self, items: Whole, more: int) -> float | None:
        """Give the number of forms with some more items; None if there is no end to it."""
        return _forms(solve(self._stated(_extended(self.programme, items, most=1.0), items, more), relaxed=True))

    def _stated(self, programme: Programme, items: Whole | None, more: int) -> Programme:
        places, uses = self._places(programme, self.programme.rows.matrix.shape[1], items, more)
        rows = sparse.csr_array(sparse.hstack([places, sparse.csr_array(-uses[:, None])], format="csr"))
        return _with_fraction(programme).within(rows, -np.inf, 0.0, PLACES)

    def _places(
        self, programme: Programme, size: int, items: Whole | None, more: int
    ) -> tuple[sparse.csr_array, Floats]:
        """Give the share of forms that every limited item is in, and new ones together; and how often they may be."""
        problem, columns = self.problem, programme.rows.matrix.shape[1]
        limited = np.flatnonzero(self.limited)
        rows = [np.tile(np.arange(len(limited)), len(self.share))]
        places = [np.concatenate([start + limited for start in self.programme.starts[:-1]])]
        shares = [np.repeat(self.share, len(limited))]
        uses = problem.most_use[limited].astype(np.float64)
        if items is not None:
            every = problem.most_use[items]
            uses = np.append(uses, float(more * every.max()))
            rows.append(np.full(columns - size, len(limited)))
            places.append(np.arange(size, columns))
            shares.append(np.repeat(self.share, len(items)))
        entries = (np.concatenate(shares), (np.concatenate(rows), np.concatenate(places)))
        return sparse.csr_array(entries, shape=(len(uses), columns)), uses


def _forms(answer: Answer) -> float | None:
    if answer.status is not Status.OPTIMAL:
        return 0.0
    return round(1.0 / answer.objective, 9) if answer.objective > NOTHING else None


def _of_items(programme: Programme) -> Flags:
    return np.array([rule.kind in OF_ITEMS for rule in programme.rows.rules], dtype=np.bool_)


def _extended(programme: Programme, items: Whole, *, most: float) -> Programme:
    """Add an item like each of some items, in every class."""
    places = np.concatenate([start + items for start in programme.starts[:-1]]).astype(np.int64)
    matrix = programme.rows.matrix.tocsc()[:, places]
    own = sparse.csr_array(sparse.diags_array(_of_items(programme).astype(np.float64)) @ matrix)
    cost, whole = programme.cost[places], programme.whole[places]
    return programme.wider(own, cost, highest=most, whole=whole)


def _with_fraction(programme: Programme) -> Programme:
    """Add the column 1 / F and make it the objective."""
    bare = replace(programme, cost=np.zeros(len(programme.cost)), rising=False)
    return bare.wider(sparse.csr_array((len(programme.rows.low), 1)), np.ones(1))
