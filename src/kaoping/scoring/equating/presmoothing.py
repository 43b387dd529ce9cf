"""Presmoothing: which log-linear model to take, and designs with every table smoothed by it."""

from collections.abc import Callable, Iterable
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import chdtrc

from kaoping.scoring.arrays import Flags
from kaoping.scoring.equating.designs import AnchorGroups, DesignKind, EquivalentGroups, SingleGroup
from kaoping.scoring.equating.frequencies import Frequencies, JointFrequencies
from kaoping.scoring.equating.loglinear import LogLinear, fit, fit_joint
from kaoping.scoring.errors import NotConverged, TooManyPowers

Criterion: TypeAlias = Literal["aic", "bic", "lr"]
HIGHEST, MOST_CROSSED = 10, 4
LEVEL = 0.05


def choose(
    candidates: Iterable[Callable[[], LogLinear]], *, by: Criterion = "aic", level: float = LEVEL
) -> tuple[int, LogLinear]:
    r"""Choose among nested models, the smallest first, by AIC, BIC or likelihood-ratio tests [1]_.

    "lr" goes down from the largest model while dropping to the next smaller one is not significant at ``level``
    (:math:`\chi^2` of the difference of deviances). Models that cannot be fitted end the list.

    Parameters
    ----------
    candidates : functions that fit each model.

    Returns
    -------
    The place of the chosen model, from 0, and its fit.

    Raises
    ------
    NotConverged, TooManyPowers
        Not even the first model can be fitted.

    References
    ----------
    .. [1] Moses, T., & Holland, P. W. (2009). Selection strategies for univariate loglinear smoothing models.
       *Journal of Educational Measurement*, 46, 159-176.

    >>> table = Frequencies(range(6), [2, 9, 20, 21, 8, 1])
    >>> choose([lambda: fit(table, degree=1), lambda: fit(table, degree=2), lambda: fit(table, degree=3)])[0]
    1
    """
    fits: list[LogLinear] = []
    for candidate in candidates:
        try:
            fits.append(candidate())
        except (NotConverged, TooManyPowers):
            if not fits:
                raise
            break
    if by == "lr":
        best = _significant(fits, level)
    else:
        best = int(np.argmin([one.aic if by == "aic" else one.bic for one in fits]))
    return best, fits[best]


def smooth(table: Frequencies, *, degree: int | Criterion = "aic") -> Frequencies:
    """Smooth a form's frequencies by `fit`, of a given degree or of one up to 10 chosen by a criterion.

    Raises
    ------
    TooManyPowers, NotConverged
        As `fit`.

    >>> smooth(Frequencies(range(6), [2, 9, 20, 21, 8, 1]), degree=2).counts.round(1)
    array([ 1.7,  9.2, 21. , 19.9,  7.9,  1.3])
    """
    if isinstance(degree, int):
        found = fit(table, degree=degree)
    else:
        found = choose([_of_degree(table, each) for each in range(1, HIGHEST + 1)], by=degree)[1]
    return Frequencies(table.scores, found.fitted, factor=found.factor)


def smooth_joint(
    table: JointFrequencies,
    *,
    degree: int | Criterion = "aic",
    crossed: int | None = None,
    possible: Flags | None = None,
) -> JointFrequencies:
    """Smooth the counts of pairs by `fit_joint`.

    A criterion chooses the degrees of each score from its own frequencies, and then the products [1]_. Otherwise both
    have the given degree, and products up to ``crossed`` (1 if not given).

    Raises
    ------
    TooManyPowers, NotConverged
        As `fit_joint`.

    References
    ----------
    .. [1] Moses, T., & Holland, P. W. (2010). A comparison of statistical selection strategies for univariate and
       bivariate log-linear models. *British Journal of Mathematical and Statistical Psychology*, 63, 557-574.

    >>> table = JointFrequencies(range(3), range(3), [[5, 2, 1], [3, 9, 3], [1, 2, 6]])
    >>> smooth_joint(table, degree=1).counts.round(1)
    array([[5.8, 3.1, 1.7],
           [3.1, 3.2, 3.3],
           [1.7, 3.3, 6.6]])
    """
    if isinstance(degree, int):
        found = fit_joint(table, degrees=(degree, degree), crossed=1 if crossed is None else crossed, possible=possible)
        return JointFrequencies(table.first, table.second, found.fitted, factor=found.factor)
    first, second = (
        1 + choose([_of_degree(margin, each) for each in range(1, HIGHEST + 1)], by=degree)[0]
        for margin in (table.of_first, table.of_second)
    )
    products = range(1, MOST_CROSSED + 1) if crossed is None else [crossed]
    fits = [_of_products(table, (first, second), each, possible) for each in products]
    found = choose(fits, by=degree)[1]
    return JointFrequencies(table.first, table.second, found.fitted, factor=found.factor)


def smooth_design(design: DesignKind, *, degree: int | Criterion = "aic", crossed: int | None = None) -> DesignKind:
    """Smooth every table of a design, as `smooth` and `smooth_joint`; an internal anchor rules out impossible pairs.

    Raises
    ------
    TooManyPowers, NotConverged
        As `fit` and `fit_joint`.

    >>> table = Frequencies(range(6), [2, 9, 20, 21, 8, 1])
    >>> smooth_design(EquivalentGroups(table, table), degree=2).x.counts.round(1)
    array([ 1.7,  9.2, 21. , 19.9,  7.9,  1.3])
    """
    if isinstance(design, EquivalentGroups):
        return EquivalentGroups(smooth(design.x, degree=degree), smooth(design.y, degree=degree))
    if isinstance(design, SingleGroup):
        return SingleGroup(smooth_joint(design.pairs, degree=degree, crossed=crossed))
    x, y = (
        smooth_joint(pairs, degree=degree, crossed=crossed, possible=containable(pairs) if design.internal else None)
        for pairs in (design.x, design.y)
    )
    return AnchorGroups(x, y, internal=design.internal)


def containable(pairs: JointFrequencies) -> Flags:
    """Whether a score can hold an anchor score, (s, t): the anchor's points earned and lost are part of the form's.

    >>> containable(JointFrequencies.of([1, 2], [1, 0], scores=((0, 3), (0, 1)))).astype(int)
    array([[1, 0],
           [1, 1],
           [1, 1],
           [0, 1]])
    """
    first, anchor = pairs.first[:, None], pairs.second
    earned, lost = first - first.min() >= anchor - anchor.min(), first.max() - first >= anchor.max() - anchor
    possible: Flags = (earned & lost) | (pairs.counts > 0)
    return possible


def _of_degree(table: Frequencies, degree: int) -> Callable[[], LogLinear]:
    return lambda: fit(table, degree=degree)


def _of_products(
    table: JointFrequencies, degrees: tuple[int, int], crossed: int, possible: Flags | None
) -> Callable[[], LogLinear]:
    return lambda: fit_joint(table, degrees=degrees, crossed=crossed, possible=possible)


def _significant(fits: list[LogLinear], level: float) -> int:
    for place in range(len(fits) - 1, 0, -1):
        larger, smaller = fits[place], fits[place - 1]
        lost = chdtrc(larger.parameters - smaller.parameters, max(smaller.deviance - larger.deviance, 0.0))
        if lost < level:
            return place
    return 0
