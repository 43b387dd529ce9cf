r"""A form of its own for every candidate, drawn when it is needed: linear on-the-fly testing.

Every form keeps all rules of one form, no item is in more than a given share of them, and within that the draw is as
even as the rules allow [1]_. An objective is turned into a band first (`banded`), for forms are to be equal and not
best. `on_the_fly` prepares a request; what it gives draws one form in about a millisecond, and `draw_forms` draws many
and reports on them. Drawing is `kaoping.scoring.assembly.drawing`; a form that it does not finish, and every form of a
request with stimuli, is found by the solver with random costs instead. No form is returned that
`kaoping.scoring.assembly.verification` has not passed.

References
----------
.. [1] van der Linden, W. J. (2005). *Linear Models for Optimal Test Design*. Springer. Ch. 9, on the control of
   exposure by what is still eligible.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.assembly.drawing import Sampler, units_of
from kaoping.scoring.assembly.exposure import class_means, even_shares, mean_form, most, unreachable
from kaoping.scoring.assembly.highs import Search, solve
from kaoping.scoring.assembly.problem import HARD, Aim, BadProblem, Constraint, Objective, Problem
from kaoping.scoring.assembly.rows import Programme
from kaoping.scoring.assembly.verification import Checker
from kaoping.scoring.errors import ScoringError

DRAWS: Final = 5
"""How often a form is drawn anew before the solver is asked."""
SECONDS: Final = 10.0
"""Longest time of the solver for a form."""
LOOSE: Final = 0.2
"""Relative distance from the best random cost at which the solver may stop."""
SAMPLED: Final = 2000
"""Forms whose pairs are compared for the report."""
WHOLE: Final = 1e-9


class NotOnTheFly(ScoringError):
    """A kind of rule has no meaning for forms that are drawn one after the other."""

    sentence = "Forms cannot be drawn on the fly under %(kind)s: %(reason)s."


class FormsExhausted(ScoringError):
    """No further form was found that differs enough from those before and keeps every item under the cap."""

    sentence = (
        "No form was found after the first %(made)d that keeps the rules, the cap on exposure and the limit of "
        "overlap. Raise them, or ask for fewer forms."
    )


def banded(problem: Problem, *, band: float = 0.03, cap: float = 1.0) -> Problem:
    r"""Turn the objective into limits of every form.

    ``target`` becomes :math:`(1 - b) t_j \le \sum_i c_{ij} x_i \le (1 + b) t_j`; ``maximin`` the same with
    :math:`t_j = r_j y`, y being the most that forms can have in the mean if no item is in more than a share ``cap`` of
    them, less the width of the band, so that forms are not all the same best items.

    Raises
    ------
    NotOnTheFly
        The objective is a sum or goals.
    NoForms
        No form keeps the rules.
    """
    objective = problem.objective
    if objective.aim is Aim.NONE:
        return problem
    if objective.aim not in {Aim.TARGET, Aim.MAXIMIN}:
        reason = "it has no value that every form could have; give a target"
        raise NotOnTheFly(kind=f"the objective {objective.aim}", reason=reason)
    if objective.aim is Aim.TARGET:
        targets = objective.targets[0]
    else:
        targets = objective.weights * most(problem, cap) * (1 - band)
    items = np.arange(len(problem.items))
    limits = tuple(
        Constraint(f"objective at {name}", items, column, float((1 - band) * middle), float((1 + band) * middle))
        for name, column, middle in zip(objective.points, objective.of_form(0).T, targets, strict=True)
    )
    return replace(problem, constraints=(*problem.constraints, *limits), objective=Objective())


@dataclass(frozen=True, eq=False)
class OnTheFly:
    """A request that is ready to be drawn from; made by `on_the_fly`.

    Attributes
    ----------
    problem : the request, its objective turned into limits.
    cap : largest share of forms that an item may be in; items of every form (``include``) are not counted.
    planned : number of forms that the cap is reckoned with from the first one on.
    sampler : draws by class; none if forms are found by the solver alone.
    """

    problem: Problem
    cap: float
    planned: int
    sampler: Sampler | None = field(repr=False)
    programme: Programme = field(repr=False)
    checker: Checker = field(repr=False)

    def allowance(self, made: int) -> int:
        """Give in how many forms an item may be, after so many were made."""
        return int(np.floor(self.cap * max(self.planned, made) + WHOLE))

    def draw(self, used: Whole, made: int, *, rng: np.random.Generator) -> tuple[int, ...]:
        """Draw one form.

        Parameters
        ----------
        used : (n,) in how many forms every item has been. The caller keeps count, for only he knows which forms were
            given out.
        made : number of forms so far.

        Returns
        -------
        tuple
            Places of its items, rising.

        Raises
        ------
        FormsExhausted
            No form keeps the rules with the items that are still allowed.
        """
        form = self.unchecked(used, made, rng=rng)
        self.checker.sound([form])
        return form

    def unchecked(self, used: Whole, made: int, *, rng: np.random.Generator, evenly: bool = True) -> tuple[int, ...]:
        """Draw one form as `draw` does, for a caller who checks all of his forms together.

        ``evenly`` says whether items that were used less are preferred.
        """
        form = self._drawn(used if evenly else np.zeros_like(used), used < self.allowance(made + 1), rng)
        if form is None:
            raise FormsExhausted(made=made)
        return tuple(form.tolist())

    def _drawn(self, used: Whole, allowed: Flags, rng: np.random.Generator) -> Whole | None:
        if self.sampler is not None:
            units = self.sampler.units
            often, may = used[units.items[units.first[:-1]]], units.of_all(allowed)
            for _ in range(DRAWS):
                chosen = self.sampler.draw(often, may, rng=rng)
                if chosen is not None:
                    return units.items_of(chosen)
        return self._solved(used, allowed, rng)

    def _solved(self, used: Whole, allowed: Flags, rng: np.random.Generator) -> Whole | None:
        """Solve with random costs, dearer for items that were used more."""
        n = len(self.problem.items)
        lead = (used - used.mean()) / max(1.0, float(used.std()))
        cost, highest = np.zeros_like(self.programme.cost), self.programme.highest.copy()
        cost[:n] = 1.0 + rng.random(n) + np.clip(lead / 4, -0.5, 0.5)
        shut = ~allowed
        shut[self.problem.include] = False
        highest[:n][shut] = 0.0
        answer = solve(replace(self.programme, cost=cost, highest=highest), Search(seconds=SECONDS, gap=LOOSE))
        return None if answer.columns is None else np.flatnonzero(np.round(answer.columns[:n]) > 0)


def on_the_fly(problem: Problem, *, cap: float, planned: int, band: float = 0.03) -> OnTheFly:
    """Make a request for one form ready to be drawn from.

    Parameters
    ----------
    problem : the rules of one form; limits of use and of overlap between forms are `cap` and an argument of
        `draw_forms`.
    cap : largest share of forms that an item may be in.
    planned : number of forms that will be made at least, such as of candidates registered. An item may be in
        ``cap * planned`` of them from the first one on.
    band : half the width of the band that an objective is turned into.

    Raises
    ------
    NotOnTheFly
        A rule has no meaning here; it is named.
    ExposureOutOfReach
        The rules need some items more often.
    NoForms
        No form keeps the rules.
    """
    _refuse(problem, cap, planned)
    problem = banded(problem, band=band, cap=cap)
    if problem.stimuli:
        if solve(mean_form(problem, cap), relaxed=True).columns is None:
            raise unreachable(problem, cap)
        sampler = None
    else:
        units = units_of(problem)
        means = class_means(problem, cap, units.members())
        sampler = Sampler(units, means, even_shares(units, means, cap))
    return OnTheFly(problem, cap, planned, sampler, mean_form(problem), Checker.of(problem))


def _refuse(problem: Problem, cap: float, planned: int) -> None:
    if not 0 < cap <= 1:
        raise BadProblem(
            place="cap", reason=f"the largest share of forms must lie above 0 and be at most 1, not {cap:g}"
        )
    if cap * planned < 1 - WHOLE:
        least = f"plan at least {int(np.ceil(1 / cap - WHOLE))}"
        raise BadProblem(
            place="planned", reason=f"of {planned} forms a cap of {cap:g} lets an item be in none; {least}"
        )
    if problem.forms != 1:
        reason = "every candidate has one; state the rules of a single form"
        raise NotOnTheFly(kind=f"n_forms = {problem.forms}", reason=reason)
    for constraint in problem.constraints:
        if constraint.price < HARD:
            reason = "a form that is nobody's choice must keep every rule; make it hard or leave it out"
            raise NotOnTheFly(kind=f"the soft constraint {constraint.name}", reason=reason)
    if (problem.most_use < 1).any() or (problem.least_use > 0).any():
        raise NotOnTheFly(kind="use", reason="how often an item is used is limited by the cap; exclude items instead")
    if problem.overlap is not None:
        raise NotOnTheFly(kind="overlap", reason="one form overlaps with none; give the limit when forms are drawn")
    if problem.most_stimulus_use is not None and problem.most_stimulus_use < 1:
        raise NotOnTheFly(kind="use.stimulus_max", reason="how often an item is used is limited by the cap")


@dataclass(frozen=True, eq=False)
class FormsOnTheFly:
    """Forms, and what their takers will meet.

    Attributes
    ----------
    forms : (f, ...) places of the items of every form, rising; all different.
    exposure : (n,) share of the forms that every item is in.
    overlap : (v,) in how many pairs of forms v items are shared, v from 0; of all pairs, or of those of `SAMPLED`
        forms drawn at random.
    compared : number of forms whose pairs were counted.
    """

    forms: tuple[tuple[int, ...], ...]
    exposure: Floats
    overlap: Whole
    compared: int

    @property
    def greatest_exposure(self) -> float:
        """Share of the forms that the most used item is in."""
        return float(self.exposure.max())

    @property
    def mean_exposure(self) -> float:
        """Mean share over all items of the bank."""
        return float(self.exposure.mean())

    @property
    def unused(self) -> int:
        """Number of items in no form."""
        return int((self.exposure == 0).sum())

    @property
    def mean_overlap(self) -> float:
        """Mean number of items that two forms share."""
        return float(self.overlap @ np.arange(len(self.overlap)) / max(1, self.overlap.sum()))

    @property
    def greatest_overlap(self) -> int:
        """Most items that two of the compared forms share."""
        return int(np.flatnonzero(self.overlap).max(initial=0))

    def overlap_quantile(self, share: float) -> int:
        """Give the number of items that at least a share of the pairs do not share more than."""
        return int(np.searchsorted(np.cumsum(self.overlap), share * self.overlap.sum()))

    def sums(self, coefficients: Floats) -> Floats:
        """(f, p) sums of every form, as of (n, p) information at points; their spread says how equal forms are."""
        return np.array([coefficients[list(form)].sum(axis=0) for form in self.forms])


def draw_forms(
    problem: Problem, forms: int, *, cap: float, rng: np.random.Generator, overlap: int | None = None,
    band: float = 0.03, redraws: int = 20,
) -> FormsOnTheFly:  # fmt: skip
    """Draw different forms, each of which keeps all rules.

    Parameters
    ----------
    problem : the rules of one form; an objective is turned into a band, see `banded`.
    forms : how many.
    cap : largest share of the forms that an item may be in; those of every form are not counted.
    rng : of the draw; the same one gives the same forms.
    overlap : most items that any two forms may share.
    band : half the width of the band.
    redraws : how often a form too like one before is drawn anew.

    Raises
    ------
    NotOnTheFly
        A rule has no meaning here; it is named.
    ExposureOutOfReach, NoForms, FormsExhausted
        There are not that many forms.
    """
    desk = on_the_fly(problem, cap=cap, planned=forms, band=band)
    used = np.zeros(len(problem.items), dtype=np.int64)
    most = forms if len(problem.include) else desk.allowance(forms)
    shelf = Shelf(used, forms, overlap, most)
    for made in range(forms):
        for again in range(redraws):
            form = desk.unchecked(used, made, rng=rng, evenly=not again)
            if shelf.takes(form):
                break
        else:
            raise FormsExhausted(made=made)
        shelf.add(form)
    every = replace(desk.problem, forms=forms, most_use=_most_use(problem, desk.allowance(forms), forms))
    Checker.of(every).sound(shelf.forms)
    compared = np.sort(rng.choice(forms, min(forms, SAMPLED), replace=False))
    shared = _shared([shelf.forms[form] for form in compared], len(problem.items))
    return FormsOnTheFly(tuple(shelf.forms), used / forms, shared, len(compared))


def _most_use(problem: Problem, allowance: int, forms: int) -> Whole:
    use = np.full(len(problem.items), allowance)
    use[problem.include] = forms
    return use


@dataclass(eq=False)
class Shelf:
    """Forms made so far.

    Attributes
    ----------
    used : (n,) in how many forms every item is.
    planned : how many forms there will be.
    overlap : most items that a form may share with another.
    most : most forms that an item may be in.
    holders : (n, most) which forms every item is in; ``planned`` stands for none.
    """

    used: Whole
    planned: int
    overlap: int | None
    most: int
    forms: list[tuple[int, ...]] = field(default_factory=list)
    known: set[tuple[int, ...]] = field(default_factory=set)
    holders: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        shape = (len(self.used), 0 if self.overlap is None else self.most)
        self.holders = np.full(shape, self.planned, dtype=np.int32)

    def takes(self, form: tuple[int, ...]) -> bool:
        """Whether a form differs enough from all before."""
        if form in self.known:
            return False
        if self.overlap is None or not self.forms:
            return True
        items = list(form)
        met = self.holders[items, : int(self.used[items].max())]
        shared = np.bincount(met.ravel(), minlength=self.planned + 1)[: self.planned]
        return int(shared.max()) <= self.overlap

    def add(self, form: tuple[int, ...]) -> None:
        """Count a form in."""
        items = list(form)
        if self.overlap is not None:
            self.holders[items, self.used[items]] = len(self.forms)
        self.used[items] += 1
        self.known.add(form)
        self.forms.append(form)


def _shared(forms: Sequence[tuple[int, ...]], items: int) -> Whole:
    """Count the pairs of forms by the number of items that they share."""
    table = np.zeros((len(forms), items), dtype=np.float32)
    for place, form in enumerate(forms):
        table[place, list(form)] = 1.0
    met = (table @ table.T).astype(np.int64)
    return np.bincount(met[np.triu_indices(len(forms), 1)], minlength=1)
