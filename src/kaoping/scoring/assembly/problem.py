r"""A request for forms as a value: items with attributes, rules on every form or on all together, and an objective.

Shapes: n items, m stimuli, f forms, p points of the objective. Items, stimuli and forms are places counted from 0;
names are the caller's and come back in every message.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import ScoringError

HARD: Final = np.inf
"""Price of a rule that may not be missed."""
DECIMALS: Final = 6
"""Coefficients are rounded to this many decimals, so that the same programme is solved on every machine and an integer
solver can prove the result exactly."""


class BadProblem(ScoringError):
    """A request contradicts itself or names what is not there."""

    sentence = "%(place)s: %(reason)s."


class Over(StrEnum):
    """What a constraint counts."""

    ITEM = "item"
    STIMULUS = "stimulus"


class Aim(StrEnum):
    r"""What is best, with :math:`c_{ij}` the coefficient of item i at point j and :math:`x_{fi}` 1 if form f takes it.

    - ``sum``: greatest :math:`\sum_f \sum_j w_j \sum_i c_{ij} x_{fi}`.
    - ``maximin``: greatest y with :math:`\sum_i c_{ij} x_{fi} \ge r_j y` in every form at every point.
    - ``target``: least y with :math:`|\sum_i c_{ij} x_{fi} - t_{fj}| \le r_j y`.
    - ``goals``: least :math:`\sum_f \sum_j w_j |\sum_i c_{ij} x_{fi} - t_{fj}|`.
    - ``none``: any forms that keep the rules.

    References
    ----------
    van der Linden, W. J. (2005). *Linear Models for Optimal Test Design*. Springer. Ch. 5.
    """

    SUM = "max_sum"
    MAXIMIN = "maximin"
    TARGET = "minimax_target"
    GOALS = "goals"
    NONE = "none"

    @property
    def rising(self) -> bool:
        """Whether more is better."""
        return self in {Aim.SUM, Aim.MAXIMIN}


@dataclass(frozen=True, eq=False)
class Constraint:
    """``low <= sum(values * chosen[members]) <= high`` in each of some forms.

    Attributes
    ----------
    name : cited by messages.
    members : (t,) places of items, or of stimuli.
    values : (t,) what each of them counts; ones for a count.
    low, high : limits, infinite where there is none.
    forms : places of the forms it holds in; all if None.
    over : whether members are items or stimuli.
    price : what a unit beyond a limit costs in the objective; a hard rule has an infinite price.
    label : what it means to people, for messages.
    """

    name: str
    members: Whole
    values: Floats
    low: float = -np.inf
    high: float = np.inf
    forms: tuple[int, ...] | None = None
    over: Over = Over.ITEM
    price: float = HARD
    label: str = ""

    def holds_in(self, form: int) -> bool:
        """Whether it concerns a form."""
        return self.forms is None or form in self.forms

    @property
    def counts(self) -> bool:
        """Whether every member counts one."""
        return bool((self.values == 1.0).all())


@dataclass(frozen=True, eq=False)
class Stimulus:
    """A text, case or drawing with its items: a form takes ``least`` to ``most`` of them, or none."""

    name: str
    items: Whole
    least: int
    most: int


@dataclass(frozen=True, eq=False)
class Objective:
    """What is best; see `Aim`.

    Attributes
    ----------
    coefficients : (n, p) of every form alike, or (f, n, p).
    weights : (p,) weights of a sum or of goals; of ``maximin`` and ``target`` the relative sizes r.
    targets : (f, p), of ``target`` and ``goals``.
    points : names of the p points, for messages.
    """

    aim: Aim = Aim.NONE
    coefficients: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    weights: Floats = field(default_factory=lambda: np.zeros(0))
    targets: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    points: tuple[str, ...] = ()

    @property
    def size(self) -> float:
        """What a gap is relative to where the best objective is zero: the largest target, or all of them for goals."""
        if not self.targets.size:
            return 0.0
        sizes = np.abs(self.targets)
        return float((sizes * self.weights).sum() if self.aim is Aim.GOALS else (sizes / self.weights).max())

    def of_form(self, form: int) -> Floats:
        """(n, p) coefficients of one form."""
        return self.coefficients if self.coefficients.ndim == 2 else self.coefficients[form]  # noqa: PLR2004 (n, p)


@dataclass(frozen=True, eq=False)
class Problem:
    """A request for forms.

    Attributes
    ----------
    items : names, each once.
    forms : number of forms wanted.
    constraints : limits of every form.
    enemies : groups of which a form holds at most one.
    together : groups of which a form holds all or none.
    include, exclude : items of every form, and of none.
    stimuli : item sets.
    least_use, most_use : (n,) in how many forms an item is at least and at most.
    most_stimulus_use : in how many forms a stimulus is at most.
    overlap : the most items that two forms may share, those of every form among them.
    objective : what is best.
    tie : (n,) of what equally good forms shall have least, such as earlier uses; nothing if empty.

    Raises
    ------
    BadProblem
        A name twice, a limit that contradicts itself, a place that is not there.
    """

    items: tuple[str, ...]
    forms: int = 1
    constraints: tuple[Constraint, ...] = ()
    enemies: tuple[Whole, ...] = ()
    together: tuple[Whole, ...] = ()
    include: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    exclude: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    stimuli: tuple[Stimulus, ...] = ()
    least_use: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    most_use: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    most_stimulus_use: int | None = None
    overlap: int | None = None
    objective: Objective = field(default_factory=Objective)
    tie: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        n = len(self.items)
        if not n:
            raise BadProblem(place="items", reason="the pool is empty")
        if self.forms < 1:
            raise BadProblem(place="forms", reason="at least one form must be asked for")
        if len(set(self.items)) != n:
            twice = next(name for name in self.items if self.items.count(name) > 1)
            raise BadProblem(place="items", reason=f"item {twice} is listed twice")
        for name, use in (("least_use", np.zeros(n)), ("most_use", np.full(n, self.forms))):
            given = getattr(self, name)
            filled = np.broadcast_to(given, n) if len(given) == 1 else given if len(given) else use
            object.__setattr__(self, name, np.clip(np.asarray(filled, dtype=np.int64), 0, self.forms))
        for constraint in self.constraints:
            self._check(constraint)
        self._check_places()

    def _check(self, constraint: Constraint) -> None:
        within = len(self.items if constraint.over is Over.ITEM else self.stimuli)
        place = f"constraint {constraint.name}"
        if constraint.low > constraint.high:
            limits = f"the lower limit {constraint.low:g} lies above the upper limit {constraint.high:g}"
            raise BadProblem(place=place, reason=limits)
        _within(constraint.members, within, place)
        if not np.isfinite(constraint.values).all():
            bad = int(constraint.members[~np.isfinite(constraint.values)][0])
            names = self.items if constraint.over is Over.ITEM else [stimulus.name for stimulus in self.stimuli]
            raise BadProblem(place=place, reason=f"{constraint.over} {names[bad]} has no value of the attribute")
        if not constraint.price > 0.0:
            raise BadProblem(place=place, reason=f"its price {constraint.price:g} must be above 0")
        _within(np.array(constraint.forms or (), dtype=np.int64), self.forms, place)

    def _check_places(self) -> None:
        n = len(self.items)
        for place, groups in (("enemies", self.enemies), ("all_or_none", self.together)):
            for group in groups:
                _within(group, n, place)
        _within(self.include, n, "include")
        _within(self.exclude, n, "exclude")
        if self.overlap is not None and self.forms > 1 and len(self.include) > self.overlap:
            reason = f"two forms may share {self.overlap} items, and {len(self.include)} must be in every form"
            raise BadProblem(place="overlap", reason=reason)
        if len(self.tie) and (len(self.tie) != n or not np.isfinite(self.tie).all()):
            raise BadProblem(place="tie", reason="every item needs a value of the attribute")
        for stimulus in self.stimuli:
            _within(stimulus.items, n, f"stimulus {stimulus.name}")
            if stimulus.least > stimulus.most:
                raise BadProblem(place=f"stimulus {stimulus.name}", reason="its least number of items exceeds its most")
        relative = self.objective.aim in {Aim.MAXIMIN, Aim.TARGET}
        if relative and not (self.objective.weights > 0.0).all():
            raise BadProblem(place="objective", reason="the relative sizes of its points must be above 0")
        if not np.isfinite(self.objective.coefficients).all():
            item = np.argwhere(~np.isfinite(self.objective.coefficients))[0][-2]
            raise BadProblem(place="objective", reason=f"item {self.items[item]} has no parameters to take it from")

    def restricted(self, items: Whole, forms: Sequence[int], *, least: Whole, most: Whole) -> "Problem":
        """Give the same rules for some items and some forms alone, as when the other forms stand already.

        Parameters
        ----------
        items : (k,) places of the items kept, rising.
        forms : places of the forms still to be made.
        least, most : (k,) how often each of these items must and may still be used.
        """
        place = np.full(len(self.items), -1, dtype=np.int64)
        place[items] = np.arange(len(items))
        objective = self.objective
        coefficients = objective.coefficients
        own = coefficients.ndim == 3  # noqa: PLR2004 (f, n, p)
        return Problem(
            items=tuple(self.items[item] for item in items),
            forms=len(forms),
            constraints=tuple(_restricted(constraint, place, forms) for constraint in self.constraints),
            enemies=tuple(group for whole in self.enemies if len(group := _kept(whole, place)) > 1),
            together=tuple(group for whole in self.together if len(group := _kept(whole, place))),
            include=_kept(self.include, place),
            exclude=_kept(self.exclude, place),
            stimuli=tuple(replace(stimulus, items=_kept(stimulus.items, place)) for stimulus in self.stimuli),
            least_use=least,
            most_use=most,
            most_stimulus_use=self.most_stimulus_use,
            overlap=self.overlap,
            tie=self.tie[items] if len(self.tie) else self.tie,
            objective=replace(
                objective,
                coefficients=coefficients[np.ix_(np.array(forms), items)] if own
                else coefficients[items] if coefficients.size else coefficients,
                targets=objective.targets[list(forms)] if objective.targets.size else objective.targets,
            ),
        )  # fmt: skip

    @property
    def alike(self) -> tuple[tuple[int, ...], ...]:
        """Classes of forms under the same rules, each as places of forms."""
        classes: dict[object, list[int]] = {}
        for form in range(self.forms):
            rules = tuple(constraint.holds_in(form) for constraint in self.constraints)
            aims = tuple(map(float, self.objective.targets[form])) if self.objective.targets.size else ()
            own = form if self.objective.coefficients.ndim == 3 else 0  # noqa: PLR2004 (f, n, p)
            classes.setdefault((rules, aims, own), []).append(form)
        return tuple(tuple(forms) for forms in classes.values())


def _kept(places: Whole, place: Whole) -> Whole:
    moved = place[places]
    return moved[moved >= 0]


def _restricted(constraint: Constraint, place: Whole, forms: Sequence[int]) -> Constraint:
    within = None if constraint.forms is None else tuple(
        number for number, form in enumerate(forms) if form in constraint.forms
    )  # fmt: skip
    if constraint.over is Over.STIMULUS:
        return replace(constraint, forms=within)
    kept = place[constraint.members] >= 0
    return replace(constraint, members=place[constraint.members[kept]], values=constraint.values[kept], forms=within)


def _within(places: Whole, count: int, place: str) -> None:
    outside = places[(places < 0) | (places >= count)]
    if len(outside):
        raise BadProblem(place=place, reason=f"it names {int(outside[0])}, and there are {count}, counted from 0")
