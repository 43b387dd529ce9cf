"""Standardisation: the mean difference of the item score at equal matching score."""

from typing import Literal

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.screening import Screening, facts, screened
from kaoping.scoring.dif.tables import Tables
from kaoping.scoring.errors import NotComparable
from kaoping.scoring.responses import ResponseMatrix

Weighting = Literal["focal", "reference", "total"]
INSPECT, LARGE = 0.05, 0.10
"""Sizes, as shares of the item's highest score, from which a difference is moderate and large."""


class Standardisation(Screening):
    """Result of `standardisation`: ``effect`` is STD P-DIF, focal minus reference, in points of the item."""


def standardisation(
    responses: ResponseMatrix, design: Design = PLAIN, *, weighting: Weighting = "focal", threshold: float = LARGE,
    forms: bool = False,
) -> Standardisation:  # fmt: skip
    r"""Compare the mean item scores of two groups at equal matching score, averaged with one group's weights [1]_ [2]_.

    .. math::

        D = \sum_s w_s (\bar Y_{Fs} - \bar Y_{Rs}), \qquad
        SE^2 = \sum_s w_s^2 \left( \frac{S_{Fs}^2}{n_{Fs}} + \frac{S_{Rs}^2}{n_{Rs}} \right)

    over the strata in which both groups are, with :math:`w_s` the focal group's share of persons in stratum s, the
    reference group's, or both groups'. For items marked right or wrong D is STD P-DIF, for others the standardised mean
    difference SMD [3]_. The standard error takes the strata as given, as the difference of independent means.

    An item is flagged if \|D\| exceeds ``threshold`` times its highest score, whatever its p. Classes by the share of
    the highest score: A below .05, B to .10, C above.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items.
    weighting : whose distribution over the strata weighs the differences.
    threshold : share of the highest item score.
    forms : whether persons are matched only with those who answered the same items.

    Returns
    -------
    z-squared with one degree of freedom and D in points, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors
        The groups or anchors do not fit.
    NotComparable
        The groups share no stratum, or within the shared ones nobody differs from another.

    References
    ----------
    .. [1] Dorans, N. J., & Kulick, E. (1986). Demonstrating the utility of the standardization approach to assessing
       unexpected differential item performance on the SAT. *Journal of Educational Measurement*, 23, 355-368.
    .. [2] Dorans, N. J., & Holland, P. W. (1993). DIF detection and description: Mantel-Haenszel and standardization.
       In *Differential Item Functioning* (pp. 35-66). Erlbaum.
    .. [3] Dorans, N. J., & Schmitt, A. P. (1993). Constructed response and differential item functioning. In
       *Construction versus Choice in Cognitive Measurement* (pp. 135-165). Erlbaum.

    >>> rows = [[1, 1]] * 20 + [[0, 1]] * 10 + [[1, 0]] * 10 + [[0, 0]] * 20
    >>> standardisation(ResponseMatrix(rows * 2, groups=["r"] * 60 + ["f"] * 60)).effect
    array([0., 0.])
    """
    highest = responses.categories - 1.0

    def test(tables: Tables) -> Standardisation:
        difference, se = standardised_difference(tables, weighting=weighting)
        share = np.abs(difference) / highest
        known = facts(tables, design, statistic=(difference / se) ** 2, df=np.ones(len(se)))
        known["flagged"] = share > threshold
        return Standardisation(**known, effect=difference, se=se, classes=_classes(share))

    return screened(responses, design, test, forms=forms)


def standardised_difference(tables: Tables, *, weighting: Weighting) -> tuple[Floats, Floats]:
    """Give the weighted mean difference of the first focal group and the reference group, and its error, (k,) each.

    Raises
    ------
    NotComparable
        The groups share no stratum, or within the shared ones nobody differs from another.

    >>> counts = np.array([[[[5.0, 5.0], [8.0, 2.0]]]])
    >>> tables = Tables(("i",), ("r", "f"), np.array([True]), np.zeros(1), counts)
    >>> difference, se = standardised_difference(tables, weighting="focal")
    >>> float(difference[0].round(3)), float(se[0].round(4))
    (-0.3, 0.2025)
    """
    mean, variance = tables.moments()
    n = tables.strata
    shared = (n[..., 0] > 0) & (n[..., 1] > 0)
    weight = shared * {"reference": n[..., 0], "focal": n[..., 1], "total": n[..., 0] + n[..., 1]}[weighting]
    _refuse(tables, shared, "at no matching score are there persons of both groups")
    weight = weight / weight.sum(axis=1, keepdims=True)
    error = (variance / np.where(n > 0, n, 1.0))[..., :2].sum(axis=2)
    squared = (weight**2 * error).sum(axis=1)
    _refuse(tables, squared[:, None] > 0, "within each matching score all answers of a group are alike")
    return (weight * (mean[..., 1] - mean[..., 0])).sum(axis=1), np.sqrt(squared)


def _refuse(tables: Tables, fine: Flags, reason: str) -> None:
    for item in np.flatnonzero(~fine.any(axis=1))[:1]:
        raise NotComparable(item=tables.items[item], reason=reason)


def _classes(share: Floats) -> tuple[str, ...]:
    return tuple(np.where(share < INSPECT, "A", np.where(share <= LARGE, "B", "C")).tolist())
