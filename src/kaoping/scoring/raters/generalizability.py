r"""Generalizability: variance components of persons, raters and items, and what more raters would bring.

Every effect is a grouping of the ratings: persons, raters, persons by raters, and so on. With the sum :math:`S_g` and
number :math:`n_g` of ratings of a group, the quantities :math:`T_\alpha = \sum_{g \in \alpha} S_g^2 / n_g` have, all
effects being random,

.. math:: E(T_\alpha) = N\mu^2 + \sum_\beta \sigma^2_\beta \sum_{g \in \alpha} \sum_{h \in \beta} \frac{n_{gh}^2}{n_g}

Set equal to what was observed they give Henderson's method 1 [1]_, the analogue of analysis of variance for panels of
which everybody sees a part: unbiased, and equal to analysis of variance in a complete design [2]_. It only needs
counts, so that 100 000 ratings take a second. An estimate may be negative by chance; it is reported as it is, and
enters coefficients as zero.

For a decision on the mean over :math:`n'` raters, items, and so on

.. math:: E\rho^2 = \frac{\sigma^2_\tau}{\sigma^2_\tau + \sigma^2_\delta}, \qquad
          \Phi = \frac{\sigma^2_\tau}{\sigma^2_\tau + \sigma^2_\Delta}

where relative error :math:`\delta` has the interactions with persons, absolute error :math:`\Delta` all effects but
persons. The last effect holds the residual and is error even if all facets are fixed.

References
----------
.. [1] Henderson, C. R. (1953). Estimation of variance and covariance components. *Biometrics*, 9, 226-252.
.. [2] Brennan, R. L. (2001). *Generalizability Theory*, chapters 3, 4, 7. Springer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.raters.errors import AgreementUndefined
from kaoping.scoring.raters.ratings import Ratings, joint
from kaoping.scoring.raters.sparsity import sums

PERSON, RESIDUAL = "person", "residual"
SINGULAR = 1e-9


@dataclass(frozen=True, eq=False)
class Components:
    """Variance components in squared rating points.

    Attributes
    ----------
    effects : names of the facets in each effect; the last is the residual with what it is confounded with.
    variance : (e,) estimates, negative ones as they are.
    standard_error : (e,) in a complete design [Searle, in Brennan, eq. 6.1]; `None` otherwise.
    mean_square, df : (e,) in a complete design; `None` otherwise.
    levels : number of groups of each effect.
    """

    effects: tuple[tuple[str, ...], ...]
    variance: Floats
    standard_error: Floats | None
    mean_square: Floats | None
    df: Floats | None
    levels: tuple[int, ...]
    n: int

    @property
    def complete(self) -> bool:
        """Whether every combination was rated once."""
        return self.mean_square is not None

    def labels(self) -> tuple[str, ...]:
        """Names such as ``person x rater``."""
        return tuple(" x ".join(effect) for effect in self.effects)


@dataclass(frozen=True)
class Decision:
    """What a measurement by so many raters, items, and so on would be worth; errors in rating points."""

    n: Mapping[str, int]
    universe_variance: float
    relative_error: float
    absolute_error: float
    generalizability: float
    dependability: float


def components(ratings: Ratings, facets: Sequence[str] = (), *, nested: Mapping[str, str] | None = None) -> Components:
    """Estimate the variance components of persons, facets and all their interactions.

    Parameters
    ----------
    facets : facets that enter; all of the ratings if not given.
    nested : facet within which another is nested, such as ``{"rater": "person"}`` if everybody has raters of their own.

    Raises
    ------
    BadRatings
        A facet that the ratings do not have.
    AgreementUndefined
        Weighted ratings, or effects that always go together.

    >>> table = [9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7]
    >>> given = Ratings.from_columns(np.arange(24) // 4, table, {"rater": np.arange(24) % 4})
    >>> found = components(given)
    >>> dict(zip(found.labels(), found.variance.round(3).tolist()))
    {'person': 2.556, 'rater': 5.244, 'person x rater': 1.019}
    """
    if (ratings.weight != 1).any():
        raise AgreementUndefined(what="Variance components", reason="every rating has to count once; leave weights out")
    names = (PERSON, *(facets or ratings.facets))
    effects = _effects(names, nested or {})
    groups = [joint([ratings.code(name) for name in effect])[1] for effect in effects]
    if len(np.unique(groups[-1])) < ratings.n:
        effects, groups = [*effects, (RESIDUAL,)], [*groups, np.arange(ratings.n)]
    levels = tuple(int(group.max()) + 1 for group in groups)
    values = ratings.values.astype(np.float64)
    values -= values.mean()
    squares = np.array([(sums(group, values) ** 2 / sums(group)).sum() for group in groups])
    system = np.array([[_weight(one, other) for other in groups] for one in groups])
    system -= np.array([float((sums(group) ** 2).sum()) for group in groups]) / ratings.n
    if np.linalg.cond(system / np.abs(system).max(axis=0)) > 1 / SINGULAR:
        raise AgreementUndefined(
            what="Variance components",
            reason=f"{_confounded(effects, groups)}; say which facet is nested in which, or leave one out",
        )
    variance = np.linalg.solve(system, squares)
    plain = _analysis(effects, squares, levels, ratings.n)
    complete = effects[-1] != (RESIDUAL,) and _is_complete(effects, groups)
    mean_square, df, error = plain if complete else (None, None, None)
    return Components(tuple(effects), variance, error, mean_square, df, levels, ratings.n)


def decide(found: Components, n: Mapping[str, int], *, fixed: Sequence[str] = ()) -> Decision:
    """Tell what the mean over so many raters, items, and so on is worth.

    Parameters
    ----------
    n : number of elements of each facet; 1 if not said.
    fixed : facets whose elements are all there are, such as the items of a test that is not to be exchanged.

    Raises
    ------
    AgreementUndefined
        Persons do not differ, a facet that the components do not have, or a number below 1.
    """
    _check(found, n, fixed)
    universe = relative = absolute = 0.0
    for effect, value in zip(found.effects, np.maximum(found.variance, 0.0), strict=True):
        others = [name for name in effect if name != PERSON]
        share = float(value) / float(np.prod([n.get(name, 1) for name in others] or [1]))
        if effect == (RESIDUAL,):
            share = float(value) / float(np.prod(list(n.values()) or [1]))
        # Nothing tells the last effect from the residual, so that it is error whatever is fixed.
        random = effect == found.effects[-1] or any(name not in fixed for name in others)
        if PERSON in effect and not random:
            universe += share
        elif PERSON in effect or effect == (RESIDUAL,):
            relative += share
            absolute += share
        elif random:
            absolute += share
    if universe <= 0:
        raise AgreementUndefined(what="A generalizability coefficient", reason="persons do not differ beyond chance")
    return Decision(
        dict(n), universe, float(np.sqrt(relative)), float(np.sqrt(absolute)), universe / (universe + relative),
        universe / (universe + absolute),
    )  # fmt: skip


def _check(found: Components, n: Mapping[str, int], fixed: Sequence[str]) -> None:
    """Refuse facets that the components do not have, and means over nothing."""
    known = list(dict.fromkeys(name for effect in found.effects for name in effect if name not in (PERSON, RESIDUAL)))
    if unknown := [name for name in (*n, *fixed) if name not in known]:
        reason = f"the components have no facet {unknown[0]}; there are {', '.join(known)}"
        raise AgreementUndefined(what="A generalizability coefficient", reason=reason)
    if few := [name for name, number in n.items() if number < 1]:
        reason = f"it is of a mean over at least 1 of {few[0]}, not {n[few[0]]}"
        raise AgreementUndefined(what="A generalizability coefficient", reason=reason)


def _effects(names: Sequence[str], nested: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Give all effects, a nested facet always with what it is nested in, fewest facets first."""
    every = chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1))
    within = {name: _above(name, nested) for name in names}
    closed = ({above for name in some for above in within[name]} for some in every)
    found = dict.fromkeys(tuple(name for name in names if name in one) for one in closed)
    return sorted(found, key=len)


def _above(name: str, nested: Mapping[str, str]) -> set[str]:
    found = {name}
    while name in nested and nested[name] not in found:
        name = nested[name]
        found.add(name)
    return found


def _weight(one: Whole, other: Whole) -> float:
    """Sum of squared numbers of common ratings over the number of ratings of the first group."""
    first, both = joint([one, other])
    return float((sums(both) ** 2 / sums(one)[one[first]]).sum())


def _confounded(effects: Sequence[tuple[str, ...]], groups: Sequence[Whole]) -> str:
    for (one, first), (other, second) in combinations(zip(effects, groups, strict=True), 2):
        if len(joint([first, second])[0]) == int(first.max()) + 1 == int(second.max()) + 1:
            return f"{' x '.join(one)} always goes together with {' x '.join(other)}"
    return "the ratings do not tell the effects apart"


def _is_complete(effects: Sequence[tuple[str, ...]], groups: Sequence[Whole]) -> bool:
    """Tell whether groups of each effect are of one size, and any two effects meet as often as they can."""
    levels = {frozenset(effect): int(group.max()) + 1 for effect, group in zip(effects, groups, strict=True)}
    even = all(np.ptp(sums(group)) == 0 for group in groups)
    return even and all(
        levels[one | other] * levels.get(one & other, 1) == levels[one] * levels[other]
        for one, other in combinations(levels, 2)
    )


def _analysis(
    effects: Sequence[tuple[str, ...]], squares: Floats, levels: Sequence[int], n: int
) -> tuple[Floats, Floats, Floats]:
    """Mean squares, degrees of freedom and standard errors of the components of a complete design."""
    sets = [set(effect) for effect in effects]
    total, df = np.zeros(len(sets)), np.zeros(len(sets))
    for place, one in enumerate(sets):
        below = [lower for lower, other in enumerate(sets) if other < one]
        total[place] = squares[place] - total[below].sum()
        df[place] = levels[place] - 1 - df[below].sum()
    mean_square = total / np.maximum(df, 1.0)
    size = n / np.array(levels, dtype=np.float64)
    expected = np.array([[size[j] if one <= other else 0.0 for j, other in enumerate(sets)] for one in sets])
    inverse = np.linalg.inv(expected)
    return mean_square, df, np.sqrt((inverse**2) @ (2 * mean_square**2 / (df + 2)))
