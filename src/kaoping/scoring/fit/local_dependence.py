r"""Do two items share more than ability? Q3, LD-X² and LD-G².

Q3 correlates the residuals of two items over persons [1]_. Because each residual is a part of the score that ability
was estimated from, Q3 is about :math:`-1/(k - 1)` where nothing is wrong; the adjusted Q3 has the mean over all pairs
taken away [2]_.

LD-X² compares the table of two items with the one that the model expects over the population [3]_:

.. math:: X^2 = \sum_{cd} \frac{(O_{cd} - E_{cd})^2}{E_{cd}}, \qquad
          G^2 = 2 \sum_{cd} O_{cd} \log\frac{O_{cd}}{E_{cd}}, \qquad
          E_{cd} = N \int P_{jc}(\theta) P_{kd}(\theta) g(\theta)\, d\theta

with the sign of observed less expected correlation. Standardized is :math:`(X^2 - df)/\sqrt{2\,df}` with
:math:`df = (m_j - 1)(m_k - 1)` and, where that is above zero, the sign; beyond 10 a pair is worth reading. The
margins are fitted, so that the distribution is only near chi-square, and p is a guide.

References
----------
.. [1] Yen, W. M. (1984). Effects of local item dependence on the fit and equating performance of the three-parameter
   logistic model. *Applied Psychological Measurement*, 8, 125-145.
.. [2] Christensen, K. B., Makransky, G., & Horton, M. (2017). Critical values for Yen's Q3. *Applied Psychological
   Measurement*, 41, 178-194.
.. [3] Chen, W.-H., & Thissen, D. (1997). Local dependence indexes for item pairs using item response theory. *Journal
   of Educational and Behavioral Statistics*, 22, 265-289.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy
from scipy.stats import chi2

from kaoping.scoring.ability import fitting
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import NotEnoughData, NoVariation
from kaoping.scoring.fit.fitted import Items, fitted
from kaoping.scoring.fit.residuals import BATCH, residuals
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.responses import ResponseMatrix

FEWEST = 3
"""Persons who answered both items below whom nothing is said of a pair."""


@dataclass(frozen=True, eq=False)
class ResidualCorrelations:
    """Yen's ``q3`` (k, k), with ones on the diagonal, and ``adjusted`` (k, k): less ``mean``, the mean over pairs."""

    items: tuple[str, ...]
    q3: Floats
    adjusted: Floats
    mean: float


@dataclass(frozen=True, eq=False)
class PairDependence:
    """Tables of pairs against the model, one entry for each of k (k - 1) / 2 pairs.

    Attributes
    ----------
    first, second : places of the items of the pair.
    n : persons who answered both.
    chi_square, likelihood_ratio : X² and G², never negative.
    sign : -1 where the items go together less than expected, 1 where more.
    df, p : of X².
    standardized : (X² - df) / sqrt(2 df), with the sign where it is above zero.
    cramers_v : signed root of X² over n times the smaller number of categories less one.
    """

    items: tuple[str, ...]
    first: Whole
    second: Whole
    n: Floats
    chi_square: Floats
    likelihood_ratio: Floats
    sign: Floats
    df: Whole
    p: Floats
    standardized: Floats
    cramers_v: Floats


def residual_correlations(
    responses: ResponseMatrix, parameters: ItemParameters, *, theta: ArrayLike
) -> ResidualCorrelations:
    """Correlate residuals of all pairs of items over the persons who answered both.

    Parameters
    ----------
    responses : answers of n persons to k items, possibly incomplete; weights are numbers of persons.
    theta : (n,) ability of each person, in logits.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered, or there is not one finite ability for each person.
    NotEnoughData
        Fewer than 3 persons answered two items both.
    NoVariation
        The residuals of an item are all alike.

    >>> two = ItemParameters.logistic([1.0, 1.0], [0.0, 0.0])
    >>> alike = ResponseMatrix([[1, 1], [0, 0], [1, 1], [0, 0]])
    >>> residual_correlations(alike, two, theta=np.zeros(4)).q3[0, 1].round(12)
    np.float64(1.0)
    """
    found = residuals(responses, parameters, theta=theta)
    weight = responses.weights[:, None]
    known, raw = found.known, found.raw
    n = known.T @ (known * weight)
    _enough(known.T @ known)
    mean = (raw * weight).T @ known / n
    square = (raw**2 * weight).T @ known / n - mean**2
    if (square <= 0).any():
        raise NoVariation(what="Q3", item=responses.items[int(np.argwhere(square <= 0)[0, 0])])
    covariance = raw.T @ (raw * weight) / n - mean * mean.T
    q3 = covariance / np.sqrt(square * square.T)
    np.fill_diagonal(q3, 1.0)
    middle = float(q3[np.triu_indices(len(q3), 1)].mean())
    adjusted = q3 - middle
    np.fill_diagonal(adjusted, 1.0)
    return ResidualCorrelations(responses.items, q3, adjusted, middle)


def _enough(together: Floats) -> None:
    if together.min() < FEWEST:
        raise NotEnoughData(what="A pair of items", least=FEWEST, n=int(together.min()))


def pair_dependence(responses: ResponseMatrix, items: Items, *, population: Quadrature | None = None) -> PairDependence:
    """Compare the table of every pair of items with the expected one.

    Parameters
    ----------
    responses : answers of n persons to k items, possibly incomplete; weights are numbers of persons.
    items : the fitted model; see `fitted`.
    population : of a calibration its own, else standard normal, if not given.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered.
    NotEnoughData
        Fewer than 3 persons answered two items both.

    >>> two = ItemParameters.logistic([1.0, 1.0], [0.0, 0.0])
    >>> found = pair_dependence(ResponseMatrix([[1, 1], [0, 0]] * 50), two)
    >>> found.sign, found.p.round(6)
    (array([1.]), array([0.]))
    """
    model = fitted(items, population=population)
    fitting(responses, model.parameters)
    known = responses.presented.astype(np.float64)
    _enough(known.T @ known)
    first, second = np.triu_indices(responses.n_items, 1)
    together = _together(responses, model.chances.shape[1])
    weighted = model.chances * model.population.weights
    rows = [
        _pair(together[left, :, right], weighted[left] @ model.chances[right].T)
        for left, right in zip(first, second, strict=True)
    ]
    n, square, ratio, sign = np.array(rows).reshape(-1, 4).T
    steps = model.parameters.categories - 1
    df = steps[first] * steps[second]
    standard = (square - df) / np.sqrt(2 * df)
    return PairDependence(
        items=responses.items,
        first=first,
        second=second,
        n=n,
        chi_square=square,
        likelihood_ratio=ratio,
        sign=sign,
        df=df,
        p=np.asarray(chi2.sf(square, df), dtype=np.float64),
        standardized=np.where(standard > 0, sign, 1.0) * standard,
        cramers_v=sign * np.sqrt(square / (n * np.minimum(steps[first], steps[second]))),
    )


def _together(responses: ResponseMatrix, m: int) -> Floats:
    """Persons in each category of one item and each category of another, (k, m, k, m)."""
    k = responses.n_items
    found = np.zeros((k * m, k * m))
    for start in range(0, responses.n_persons, BATCH):
        batch = slice(start, start + BATCH)
        chosen = (responses.block(batch)[:, :, None] == np.arange(m)).reshape(-1, k * m).astype(np.float64)
        found += chosen.T @ (chosen * responses.weights[batch, None])
    return found.reshape(k, m, k, m)


def _pair(observed: Floats, share: Floats) -> tuple[float, float, float, float]:
    """Persons, X², G² and sign of one table (m, m) against expected shares."""
    n = float(observed.sum())
    expected = n * share
    possible = expected > 0
    square = float(((observed - expected)[possible] ** 2 / expected[possible]).sum())
    ratio = 2 * float((xlogy(observed, observed) - xlogy(observed, np.where(possible, expected, 1.0))).sum())
    more = _correlation(observed / n) - _correlation(share)
    return n, square, max(ratio, 0.0), -1.0 if more < 0 else 1.0


def _correlation(share: Floats) -> float:
    """Correlation of the categories of a table; 0 if one of them does not vary."""
    category = np.arange(len(share), dtype=np.float64)
    left, right = share.sum(axis=1), share.sum(axis=0)
    spread = [float(side @ category**2 - (side @ category) ** 2) for side in (left, right)]
    if min(spread) <= 0:
        return 0.0
    return float((category @ share @ category - (left @ category) * (right @ category)) / np.sqrt(np.prod(spread)))
