r"""Drawing one form at random from the items that keep its rules: sampling by class, then swaps until every rule holds.

A *unit* is an item, or items of which a form holds all or none. Units with the same membership in all narrow counts
(`kaoping.scoring.assembly.dealing.NARROW`) are a *class*: exchanging two of one class changes no such count.

1. A form takes :math:`\pi_c` units of class c in the mean, as near its share of the bank as the rules allow; how many
   it takes is drawn by systematic sampling, which keeps every cumulated sum within one of its mean [1]_.
2. Which units it takes is drawn without replacement [2]_ with weights :math:`\bar x_i e^{v_i - u_i}`: a unit is to
   be in a share :math:`\bar x_i` of the forms (`kaoping.scoring.assembly.exposure.even_shares`), was used :math:`u_i`
   times, and would have been :math:`v_i` times by that share. The next ones in the same order stand by.
3. While a rule is broken, the pair of a unit of the form and one standing by in its class is exchanged that helps most;
   where none does, units of all classes are added, dropped and exchanged.

References
----------
.. [1] Madow, W. G. (1949). On the theory of systematic sampling, II. *Annals of Mathematical Statistics*, 20, 333-354.
.. [2] Efraimidis, P. S., & Spirakis, P. G. (2006). Weighted random sampling with a reservoir. *Information Processing
   Letters*, 97, 181-185.
"""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.assembly.dealing import MEETING, NARROW, NOTHING
from kaoping.scoring.assembly.problem import Problem

PRESSURE: Final = 1.0
"""How strongly a use more than others' lowers the chance of the next one, on the scale of the logarithm."""
STEEPEST: Final = 12.0
SMALLEST: Final = 1e-6
STANDING_BY: Final = 8
"""Units of each class that may come in."""
LARGE: Final = 4000
"""In a bank of more units than this only some of each class, drawn at random, are looked at for one form."""
SEATS: Final = 24
"""Units of the form, drawn at random, that are looked at before all of them."""
LOOKED_AT: Final = 6
"""How many units of a large bank are looked at for every one that is taken or stands by."""
STEPS: Final = 60
"""Most exchanges for one draw."""
CANDIDATES: Final = 48
"""Units of all classes of which one may be added or exchanged."""
EXACT: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Units:
    """What forms are drawn from.

    Attributes
    ----------
    items : (n,) items, those of a unit beside each other, in the order of the units.
    first : (u + 1,) place in ``items`` of the first one of every unit.
    features : (u + 1, r) what a unit adds to every row; the last one is nothing.
    low, high, scale : (r,) limits of the rows, and one over the size of a miss.
    classes : (u,) class of every unit, rising: units are in the order of their classes.
    starts : (c + 1,) first unit of every class.
    free : rows on which the units of a class differ.
    enemies : (u + 1, w) groups that a unit is in; g, the number of groups, stands for none.
    groups : g.
    fixed : (u,) units of every form.
    open : (u,) units that may be drawn.
    """

    items: Whole
    first: Whole
    features: Floats
    low: Floats
    high: Floats
    scale: Floats
    classes: Whole
    starts: Whole
    free: Whole
    enemies: Whole
    groups: int
    fixed: Flags
    open: Flags

    def __len__(self) -> int:
        return len(self.classes)

    def cost(self, sums: Floats) -> Floats:
        """Give how far off forms with these sums are, (..., r) to (...)."""
        return _cost(sums, self.low, self.high, self.scale)

    @cached_property
    def varying(self) -> Floats:
        """(u + 1, v) what units add to the free rows."""
        return np.ascontiguousarray(self.features[:, self.free])

    @cached_property
    def limits(self) -> tuple[Floats, Floats, Floats]:
        """Give limits and scale of the free rows."""
        return self.low[self.free], self.high[self.free], self.scale[self.free]

    def varying_cost(self, sums: Floats) -> Floats:
        """Give how far off forms with these sums are on the free rows, (..., v) to (...)."""
        return _cost(sums, *self.limits)

    def members(self) -> list[Whole]:
        """Give, for every class, one item of every unit that may be drawn."""
        drawn = self.open & ~self.fixed
        first = self.items[self.first[:-1]]
        return [first[start:end][drawn[start:end]] for start, end in pairwise(self.starts)]

    def of_all(self, items: Flags) -> Flags:
        """(u,) whether something is true of all items of a unit."""
        return np.minimum.reduceat(items[self.items], self.first[:-1])

    def items_of(self, units: Whole) -> Whole:
        """Give the items of units, rising."""
        sizes = np.diff(self.first)[units]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.sort(self.items[np.repeat(self.first[units], sizes) + within])

    def met(self, units: Whole) -> Whole:
        """(g + 1,) how many of these units are in every group; the last number means nothing and is 0."""
        count = np.bincount(self.enemies[units].ravel(), minlength=self.groups + 1)
        count[self.groups] = 0
        return count


def _cost(sums: Floats, low: Floats, high: Floats, scale: Floats) -> Floats:
    off = np.maximum(np.maximum(low - sums, sums - high) - EXACT, 0.0) * scale
    total: Floats = (off * (1.0 + off)) @ np.ones(len(scale))
    return total


def units_of(problem: Problem) -> Units:
    """Lay out the units of a request; its limits are those on items, and all hard."""
    owner = _owners(problem)
    names, unit = np.unique(owner, return_inverse=True)
    members = [np.flatnonzero(unit == place) for place in range(len(names))] if len(names) < len(owner) else [
        np.array([item]) for item in range(len(owner))
    ]  # fmt: skip
    table = np.zeros((len(owner), len(problem.constraints)))
    for row, constraint in enumerate(problem.constraints):
        np.add.at(table[:, row], constraint.members, constraint.values)
    low = np.array([constraint.low for constraint in problem.constraints])
    high = np.array([constraint.high for constraint in problem.constraints])
    features = np.array([table[items].sum(axis=0) for items in members]).reshape(len(members), -1)
    counts = (features == np.round(features)).all(axis=0) & (high - low < NARROW)
    classes = np.unique(features[:, counts], axis=0, return_inverse=True)[1].reshape(-1)
    order = np.argsort(classes, kind="stable")
    spread = np.where(counts, 1.0, features.std(axis=0))
    fixed, banned = np.zeros(len(owner), dtype=np.bool_), np.zeros(len(owner), dtype=np.bool_)
    fixed[problem.include], banned[problem.exclude] = True, True
    enemies, groups = _enemies(problem, unit, order)
    return Units(
        items=np.concatenate([members[place] for place in order]),
        first=np.cumsum([0, *(len(members[place]) for place in order)]),
        features=np.vstack([features[order], np.zeros(features.shape[1])]),
        low=low, high=high, scale=1.0 / np.where(spread > 0, spread, 1.0),
        classes=classes[order], starts=np.searchsorted(classes[order], np.arange(classes.max() + 2)),
        free=np.flatnonzero(~counts), enemies=enemies, groups=groups,
        fixed=np.array([fixed[members[place]].any() for place in order]),
        open=np.array([not banned[members[place]].any() for place in order]),
    )  # fmt: skip


def _owners(problem: Problem) -> Whole:
    """(n,) the lowest item that every item is held together with, itself if with none."""
    owner = np.arange(len(problem.items))
    for group in problem.together:
        joined = np.isin(owner, owner[group])
        owner[joined] = owner[joined].min()
    return owner


def _enemies(problem: Problem, unit: Whole, order: Whole) -> tuple[Whole, int]:
    """Give the groups of every unit, padded; an item of a unit is an enemy as the whole unit is."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    inside: list[list[int]] = [[] for _ in range(len(order) + 1)]
    for number, group in enumerate(problem.enemies):
        for item in group:
            inside[place[unit[item]]].append(number)
    groups, width = len(problem.enemies), max(1, *map(len, inside))
    padded = [numbers + [groups] * (width - len(numbers)) for numbers in inside]
    return np.array(padded, dtype=np.int64), groups


@dataclass(eq=False)
class Seating:
    """One form while units are exchanged with those standing by.

    Attributes
    ----------
    source : what it is drawn from.
    order : units in the order drawn, class by class.
    seats : (k,) places in ``order`` of the units of the form.
    by : (k, 2) first and last place in ``order`` of those standing by for every seat.
    fixed : units of every form.
    """

    source: Units
    order: Whole
    seats: Whole
    by: Whole
    fixed: Whole
    places: Whole = field(init=False)
    shut: Flags = field(init=False)
    sums: Floats = field(init=False)
    met: Whole = field(init=False)

    def __post_init__(self) -> None:
        self.places = self.by[:, :1] + np.arange(STANDING_BY)
        self.shut = self.places >= self.by[:, 1:]
        self.places[self.shut] = 0
        every = np.append(self.fixed, self.units)
        self.sums, self.met = self.source.varying[every].sum(axis=0), self.source.met(every)

    @property
    def units(self) -> Whole:
        """(k,) units of the form but those of every form."""
        return self.order[self.seats]

    @property
    def off(self) -> float:
        """How far off the form is on the rows that exchanges change, enemies included."""
        met = np.maximum(self.met - 1, 0).sum()
        return float(self.source.varying_cost(self.sums) + MEETING * met)

    def exchange(self, some: Whole, off: float) -> bool:
        """Exchange the pair of some seats and those standing by for them that helps most, if any does."""
        source = self.source
        gone, come = self.order[self.seats[some]], self.order[self.places[some]]
        change = source.varying[come] - source.varying[gone][:, None]
        after = source.varying_cost(self.sums + change)
        if source.groups:
            leaves = (self.met[source.enemies[gone]] > 1).sum(axis=1)
            joins = (self.met[source.enemies[come]] > 0).sum(axis=2)
            after += MEETING * (np.maximum(self.met - 1, 0).sum() + joins - leaves[:, None])
        after[self.shut[some]] = np.inf
        seat, standing = divmod(int(after.argmin()), STANDING_BY)
        if after[seat, standing] >= off - NOTHING:
            return False
        place, out = self.places[some[seat], standing], gone[seat]
        self.order[self.seats[some[seat]]], self.order[place] = self.order[place], out
        self.sums = self.sums + change[seat, standing]
        self.met[source.enemies[out]] -= 1
        self.met[source.enemies[self.order[self.seats[some[seat]]]]] += 1
        self.met[source.groups] = 0
        return True


@dataclass(frozen=True, eq=False)
class Sampler:
    """Draws forms.

    Attributes
    ----------
    units : what is drawn from.
    means : (c,) mean number of units of every class in a form, those of every form not counted.
    shares : (u,) share of the forms that a unit is to be in.
    """

    units: Units
    means: Floats
    shares: Floats

    def draw(self, used: Whole, allowed: Flags, *, rng: np.random.Generator) -> Whole | None:
        """Draw one form; its units, or None if the swaps did not end in one.

        Parameters
        ----------
        used : (u,) how often every unit has been used.
        allowed : (u,) units that may be used once more.
        """
        fixed = np.flatnonzero(self.units.fixed)
        order, seats, by = self._sampled(used, allowed & self.units.open & ~self.units.fixed, rng)
        chosen = self._exchanged(Seating(self.units, order, seats, by, fixed), rng=rng)
        if self._off(np.append(fixed, chosen)) <= NOTHING:
            return np.append(fixed, chosen)
        return self._freely(chosen, order, fixed, rng)

    def _sampled(self, used: Whole, allowed: Flags, rng: np.random.Generator) -> tuple[Whole, Whole, Whole]:
        """Give units in the order drawn by class, the seats of the form in it, and for each the end of its class."""
        units = self.units
        edges = np.floor(np.append(0.0, np.cumsum(self.means)) + rng.random())
        wanted = np.diff(edges).astype(np.int64)
        pool = np.flatnonzero(allowed) if len(units) <= LARGE else self._some(wanted, allowed, rng)
        given = np.add.reduceat(np.where(units.fixed, 0, used), units.starts[:-1]) / np.maximum(self.means, SMALLEST)
        share = np.maximum(self.shares[pool], SMALLEST)
        lead = np.clip(PRESSURE * (used[pool] - given[units.classes[pool]] * share), -STEEPEST, STEEPEST)
        key = rng.standard_exponential(len(pool)) * np.exp(lead) / share
        order = pool[np.argsort(units.classes[pool] + key / (1.0 + key))]
        starts = np.searchsorted(units.classes[order], np.arange(len(wanted) + 1))
        taken = np.minimum(wanted, np.diff(starts))
        seats = np.repeat(starts[:-1] - np.append(0, np.cumsum(taken)[:-1]), taken) + np.arange(taken.sum())
        by = np.repeat(np.column_stack([starts[:-1] + taken, starts[1:]]), taken, axis=0)
        return order, seats, by

    def _some(self, wanted: Whole, allowed: Flags, rng: np.random.Generator) -> Whole:
        classes = np.repeat(np.arange(len(wanted)), LOOKED_AT * (wanted + STANDING_BY))
        first, size = self.units.starts[classes], np.diff(self.units.starts)[classes]
        drawn = np.unique(first + (rng.random(len(classes)) * size).astype(np.int64))
        return drawn[allowed[drawn]]

    def _off(self, chosen: Whole) -> float:
        met = np.maximum(self.units.met(chosen) - 1, 0).sum()
        return float(self.units.cost(self.units.features[chosen].sum(axis=0)) + MEETING * met)

    def _exchanged(self, seating: "Seating", *, rng: np.random.Generator) -> Whole:
        """Exchange units of the form with those standing by in their classes, the most helpful pair first."""
        seats = len(seating.seats)
        for _ in range(STEPS):
            off = seating.off
            if off <= NOTHING or not seats:
                break
            some = rng.integers(seats, size=SEATS) if seats > SEATS else np.arange(seats)
            if not (seating.exchange(some, off) or (seats > SEATS and seating.exchange(np.arange(seats), off))):
                break
        return seating.units

    def _freely(self, chosen: Whole, order: Whole, fixed: Whole, rng: np.random.Generator) -> Whole | None:
        """Add, drop and exchange units of all classes; None if that does not end in a form.

        Items that are held together stay where they were drawn, or they would always be what gives way.
        """
        units, nothing = self.units, len(self.units)
        several = chosen[np.diff(units.first)[chosen] > 1]
        fixed, chosen = np.append(fixed, several), np.setdiff1d(chosen, several)
        form = [*map(int, chosen)]
        for _ in range(STEPS):
            every = np.append(fixed, np.array(form, dtype=np.int64))
            now = self._off(every)
            if now <= NOTHING:
                return every
            others = np.setdiff1d(order, every)
            come = np.append(rng.choice(others, min(CANDIDATES, len(others)), replace=False), nothing)
            gone = np.array([*form, nothing])
            met, sums = units.met(every), units.features[every].sum(axis=0)
            after = units.cost(sums + units.features[come] - units.features[gone][:, None])
            leaves, joins = ((met[units.enemies[side]] > least).sum(axis=1) for side, least in ((gone, 1), (come, 0)))
            after += MEETING * (np.maximum(met - 1, 0).sum() + joins - leaves[:, None])
            out, new = divmod(int(after.argmin()), len(come))
            if after[out, new] < now - NOTHING:
                form = [unit for unit in (*form[:out], *form[out + 1 :], int(come[new])) if unit != nothing]
        return None
