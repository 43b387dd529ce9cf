r"""Dealing what the aggregate chose into many forms, and swapping items between forms until all keep the rules.

Items are dealt out class by class, the strongest first, so that every form starts near the mean. Then, again and again,
a form that is far off and another one exchange the pair of items that helps most. What a form is off is

.. math:: \sum_r \frac{v_r}{s_r} + \left(\frac{v_r}{s_r}\right)^2, \qquad
          v_r = \max(0,\; l_r - S_r,\; S_r - h_r,\; |S_r - t_r| - \tau_r),

with :math:`S_r` the form's sum on row r, limits l and h of a rule, target t and tolerance :math:`\tau` of a point of
the objective, and :math:`s_r` the spread of the items on that row (1 for a narrow count). Pairs with the same
membership in all narrow counts are tried first: they change no such count. Enemies that meet and items that two forms
share beyond the limit count besides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.formulation import FormRows, of_form
from kaoping.scoring.assembly.overlaps import limited
from kaoping.scoring.assembly.problem import Aim, Problem

NARROW: Final = 1.5
"""Counts with limits nearer than this make the classes within which items are dealt and first swapped."""
TOLERANCE: Final = 0.0005
"""Share of the mean by which a form may lie off it at a point of the objective, if nothing else is said."""
MEETING: Final = 5.0
"""What two enemies in one form count."""
SAMPLE: Final = 1000
"""Pairs tried if no pair within a class helps."""
ATTEMPTS: Final = 1
"""How often two forms that nothing has changed since are tried again; other pairs are drawn each time."""
PATIENCE: Final = 12
"""Fruitless pairs of forms, as a multiple of the forms, after which what is left is for the solver."""
TRIED: Final = 10
"""Best pairs of which it is looked at whether enemies would meet."""
NOTHING: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Cards:
    """What is dealt: k copies of items, and what forms are measured by.

    Attributes
    ----------
    items : (k,) place of the item of every copy.
    features : (k, r) what a copy adds to every row.
    low, high, scale : (r,) limits of the rows and the size of a miss.
    cells : (k,) class of every copy.
    groups : (k, g) membership in groups of which a form holds at most one.
    free : rows on which copies of one class differ.
    shared : (k,) column in ``standing`` of the item of every copy; the last one if forms may share it as they like.
    standing : (h, s) 1 where a form of another class has an item that is not to be shared too often.
    most : items that two forms may share.
    """

    items: Whole
    features: Floats
    low: Floats
    high: Floats
    scale: Floats
    cells: Whole
    groups: sparse.csr_array
    free: Whole
    shared: Whole
    standing: Floats
    most: float

    def cost(self, sums: Floats, rows: Whole | slice = slice(None)) -> Floats:
        """Give how far off forms with these sums are on some rows, (..., r) to (...)."""
        off = np.maximum(np.maximum(self.low[rows] - sums, sums - self.high[rows]), 0.0) * self.scale[rows]
        total: Floats = (off * (1.0 + off)).sum(axis=-1)
        return total


def cards(
    problem: Problem,
    members: Sequence[int],
    chosen: Floats,
    *,
    near: float = TOLERANCE,
    standing: Sequence[Whole] = (),
) -> Cards:
    """Lay out the copies of one class of forms.

    Parameters
    ----------
    members : forms of the class.
    chosen : the columns of its aggregate.
    near : share of the mean by which a form may lie off it at a point of the objective.
    standing : items of forms of other classes that are made already.
    """
    rows = of_form(problem, members[0])
    n = len(problem.items)
    items = np.repeat(np.arange(n), chosen[:n].astype(np.int64))
    limits = np.array([rule.kind == "constraint" for rule in rows.rows.rules], dtype=np.bool_)
    constraints = rows.rows.matrix[limits][:, items].toarray().T
    low, high = rows.rows.low[limits], rows.rows.high[limits]
    points, lows, highs = _points(problem, members, chosen, near)
    features = np.hstack([constraints, points[items]])
    counts = np.isin(constraints, (0.0, 1.0)).all(axis=0) & (high - low < NARROW)
    spread = features.std(axis=0)
    spread[: len(counts)][counts] = 1.0
    column = np.full(n, -1)
    watched = limited(problem, problem.alike)
    column[watched] = np.arange(len(watched))
    held = np.zeros((len(standing), len(watched) + 1))
    for form, having in zip(held, standing, strict=True):
        form[column[having]] = 1.0
    held[:, -1] = 0.0
    return Cards(
        items=items,
        features=features,
        low=np.append(low, lows),
        high=np.append(high, highs),
        scale=1.0 / np.where(spread > 0, spread, 1.0),
        cells=np.unique(constraints[:, counts], axis=0, return_inverse=True)[1].reshape(-1),
        groups=_groups(problem, rows, items),
        free=np.flatnonzero(~np.append(counts, np.zeros(points.shape[1], dtype=np.bool_))),
        shared=column[items],
        standing=held,
        most=np.inf if problem.overlap is None else float(problem.overlap),
    )


def _points(problem: Problem, members: Sequence[int], chosen: Floats, near: float) -> tuple[Floats, Floats, Floats]:
    """Give coefficients at the points of the objective, and the limits within which a form is near enough."""
    objective, n = problem.objective, len(problem.items)
    if objective.aim in {Aim.NONE, Aim.SUM}:
        return np.zeros((n, 0)), np.zeros(0), np.zeros(0)
    table = objective.of_form(members[0])
    middle = chosen[:n] @ table / len(members)
    apart = near * np.abs(middle)
    return table, middle - apart, middle + apart


def _groups(problem: Problem, rows: FormRows, items: Whole) -> sparse.csr_array:
    """Give enemies, and a group for every item of several copies, which no form takes twice."""
    enemies = np.array([rule.kind == "enemies" for rule in rows.rows.rules], dtype=np.bool_)
    groups = rows.rows.matrix[enemies][:, items].T
    repeated = np.flatnonzero(np.bincount(items, minlength=len(problem.items)) > 1)
    own = sparse.csr_array((items[:, None] == repeated[None, :]).astype(np.float64))
    together = sparse.csr_array(sparse.hstack([groups, own], format="csr"))
    busy = np.flatnonzero(np.asarray(together.sum(axis=0)).ravel() > 1)
    return sparse.csr_array(together[:, busy])


def deal(dealt: Cards, forms: int, *, rng: np.random.Generator) -> Whole:
    """Deal all copies out, (k,) form of every copy: class by class, the strongest first, odd ones in turn."""
    strength = dealt.features[:, -1] if dealt.features.size else np.zeros(len(dealt.items))
    form_of = np.empty(len(dealt.items), dtype=np.int64)
    carry = 0
    for cell in range(int(dealt.cells.max(initial=-1)) + 1):
        copies = np.flatnonzero(dealt.cells == cell)
        copies = copies[np.argsort(-strength[copies], kind="stable")]
        layers, odd = divmod(len(copies), forms)
        seats = [rng.permutation(forms) for _ in range(layers)]
        form_of[copies] = np.concatenate([*seats, (carry + np.arange(odd)) % forms])
        carry = (carry + odd) % forms
    return form_of


@dataclass(eq=False)
class Table:
    """Forms being swapped: the copies of each, their sums, how far off they are, and how many enemies meet.

    ``held`` (f + h, s) and ``both`` (f, f + h) are what forms have, and how many items two of them share; `excess` is
    by how much these are too many, in all pairs of a form.
    """

    dealt: Cards
    hands: list[Whole]
    sums: Floats = field(init=False)
    off: Floats = field(init=False)
    counts: Floats = field(init=False)
    meeting: Floats = field(init=False)
    changed: Whole = field(init=False)
    held: Floats = field(init=False)
    both: Floats = field(init=False)
    tried: dict[tuple[int, int], tuple[tuple[int, int], int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.sums = np.array([self.dealt.features[hand].sum(axis=0) for hand in self.hands])
        self.counts = np.array([self._count(hand) for hand in self.hands])
        self.off = self.dealt.cost(self.sums)
        self.changed = np.zeros(len(self.hands), dtype=np.int64)
        self.meeting = np.maximum(self.counts - 1, 0).sum(axis=1)
        forms, (others, columns) = len(self.hands), self.dealt.standing.shape
        self.held = np.vstack([np.zeros((forms, columns)), self.dealt.standing])
        self.both = np.zeros((forms, forms + others))
        self._look(range(forms))

    def _look(self, forms: Sequence[int]) -> None:
        """Count again what some forms share with others."""
        if self.held.shape[1] == 1:
            return
        for form in forms:
            self.held[form] = 0.0
            self.held[form, self.dealt.shared[self.hands[form]]] = 1.0
            self.held[form, -1] = 0.0
        for form in forms:
            self.both[form] = self.held @ self.held[form]
            self.both[form, form] = 0.0
            self.both[:, form] = self.both[form, : len(self.hands)]

    @property
    def excess(self) -> Floats:
        """(f,) items shared beyond the limit."""
        total: Floats = np.maximum(self.both - self.dealt.most, 0.0).sum(axis=1)
        return total

    def _count(self, hand: Whole) -> Floats:
        total: Floats = np.asarray(self.dealt.groups[hand].sum(axis=0), dtype=np.float64).ravel()
        return total

    @property
    def cost(self) -> Floats:
        """(f,) how far off the forms are, enemies and items shared too often included."""
        total: Floats = self.off + MEETING * (self.meeting + self.excess)
        return total

    def exchange(self, one: int, other: int, *, rng: np.random.Generator) -> bool:
        """Exchange the pair of two forms that helps most, if any does."""
        near, far = self.hands[one], self.hands[other]
        moving = self._moving(one)
        since = self.changed[one], self.changed[other]
        known, tried = self.tried.get((one, other), (since, 0))
        tried = tried if known == since else 0
        if tried > ATTEMPTS:
            return False
        self.tried[one, other] = since, tried + 1
        if not tried:
            same = self.dealt.cells[near[moving]][:, None] == self.dealt.cells[far][None, :]
            mine, theirs = np.nonzero(same)
            if self._best(one, other, moving[mine], theirs, self.dealt.free):
                return True
        pairs = rng.integers(len(moving) * len(far), size=min(SAMPLE, len(moving) * len(far)))
        mine, theirs = np.divmod(pairs, len(far))
        return self._best(one, other, moving[mine], theirs, np.arange(len(self.dealt.low)))

    def _moving(self, form: int) -> Whole:
        """Give what of a form may be exchanged: only enemies that meet or items shared too often, if any are."""
        hand = self.hands[form]
        if not self.meeting[form]:
            beyond = self.held[self.both[form] > self.dealt.most].sum(axis=0)
            return np.flatnonzero(beyond[self.dealt.shared[hand]]) if beyond.any() else np.arange(len(hand))
        met = self.dealt.groups[hand] @ (self.counts[form] > 1).astype(np.float64)
        return np.flatnonzero(met > 0)

    def _best(self, one: int, other: int, mine: Whole, theirs: Whole, rows: Whole) -> bool:
        """Exchange the best of some pairs; ``rows`` are those on which their copies may differ."""
        if not len(mine):
            return False
        dealt, near, far = self.dealt, self.hands[one], self.hands[other]
        change = dealt.features[far[theirs][:, None], rows] - dealt.features[near[mine][:, None], rows]
        sums = self.sums[:, rows]
        after = dealt.cost(sums[one] + change, rows) + dealt.cost(sums[other] - change, rows)
        same = np.delete(np.arange(len(dealt.low)), rows)
        after += sum(dealt.cost(self.sums[form, same], same) for form in (one, other))
        after += MEETING * self._sharing(one, other, near[mine], far[theirs])
        before = self.cost[one] + self.cost[other]
        for pair in np.argsort(after, kind="stable")[: TRIED * (1 + int(self.meeting[one] > 0))]:
            if after[pair] >= before - NOTHING:
                return False
            gone, come = near[mine[pair]], far[theirs[pair]]
            moved = self.dealt.groups[[come]] - self.dealt.groups[[gone]]
            step = moved.toarray().ravel()
            counts = self.counts[one] + step, self.counts[other] - step
            meeting = [np.maximum(count - 1, 0).sum() for count in counts]
            if after[pair] + MEETING * sum(meeting) < before - NOTHING:
                self._swap(one, other, int(mine[pair]), int(theirs[pair]), counts, meeting)
                return True
        return False

    def _sharing(self, one: int, other: int, gone: Whole, come: Whole) -> Floats | float:
        """Give by how much two forms would share too many items after an exchange; what they share stays the same."""
        if self.held.shape[1] == 1:
            return 0.0
        change = self.held[:, self.dealt.shared[come]] - self.held[:, self.dealt.shared[gone]]
        change[[one, other]] = 0.0
        most = self.dealt.most
        beyond = [
            np.maximum(self.both[form][:, None] + sign * change - most, 0.0) for form, sign in ((one, 1), (other, -1))
        ]
        total: Floats = (beyond[0] + beyond[1]).sum(axis=0)
        return total

    def _swap(
        self, one: int, other: int, mine: int, theirs: int, counts: tuple[Floats, Floats], meeting: list[float]
    ) -> None:
        near, far = self.hands[one], self.hands[other]
        change = self.dealt.features[far[theirs]] - self.dealt.features[near[mine]]
        near[mine], far[theirs] = far[theirs], near[mine]
        for form, sign, count, met in zip((one, other), (1, -1), counts, meeting, strict=True):
            self.sums[form] += sign * change
            self.off[form] = self.dealt.cost(self.sums[form])
            self.counts[form], self.meeting[form] = count, met
            self.changed[form] += 1
        self._look((one, other))


def swap(
    dealt: Cards,
    form_of: Whole,
    forms: int,
    *,
    until: float,
    rng: np.random.Generator,
    tell: Callable[[], None] = lambda: None,
) -> list[Whole]:
    """Swap until no form is off, no pair of forms helps any more, or the time of the monotonic clock has come.

    ``tell`` is called between steps and may raise.

    Returns
    -------
    list
        Places of the items of every form, rising.
    """
    table = Table(dealt, [np.flatnonzero(form_of == form) for form in range(forms)])
    fruitless, patience = 0, PATIENCE * forms
    while forms > 1 and fruitless < patience and monotonic() < until:
        tell()
        cost = table.cost
        if cost.sum() <= NOTHING:
            break
        one = int(rng.choice(forms, p=cost / cost.sum()))
        other = int((one + 1 + rng.integers(forms - 1)) % forms)
        fruitless = 0 if table.exchange(one, other, rng=rng) else fruitless + 1
    return [np.sort(dealt.items[hand]) for hand in table.hands]
