r"""Equivalence: whether the difficulties of items stayed the same between two calibrations, by two one-sided tests.

With the line of the link from the other common items, :math:`A = \left(\prod_i a_{i,\text{old}} /
a_{i,\text{new}}\right)^{1/k}`, the change of item j and its error are

.. math::

    d_j = b_{j,\text{new}} - A b_{j,\text{old}}
        - \frac{1}{k} \sum_{i \ne j} (b_{i,\text{new}} - A b_{i,\text{old}}), \qquad
    SE_j^2 = s_j^2 + \frac{1}{k^2} \sum_{i \ne j} s_i^2 + (b_{j,\text{old}} - \bar b_\text{old})^2 SE_A^2

with :math:`s^2 = SE(b_\text{new})^2 + A^2 SE(b_\text{old})^2`, k the other items, and the error of A by the delta
method. Errors of different items are taken as independent.

Schuirmann's two one-sided tests [1]_ [2]_ find the item *equivalent* if d is significantly above the lower and below
the upper bound, that is if its interval of level 1 - 2 alpha lies between the bounds. It has *drifted* if that interval
lies outside of them. Else there is not enough evidence for either: a small sample never finds an item sound.

References
----------
.. [1] Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for assessing
   the equivalence of average bioavailability. *Journal of Pharmacokinetics and Biopharmaceutics*, 15, 657-680.
.. [2] Wellek, S. (2010). *Testing Statistical Hypotheses of Equivalence and Noninferiority* (2nd ed.). CRC Press.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import ndtri

from kaoping.scoring.arrays import Flags, Floats

FEWEST = 5
"""Common items below which nothing is said: the link itself would be too loose."""
ALPHA = 0.05
ROUNDS = 20
"""Most rounds of linking without what has drifted; flags that go round in a circle end there."""


class Verdict(StrEnum):
    """What two calibrations say of an item's difficulty."""

    EQUIVALENT = "equivalent"
    DRIFTED = "drifted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Discrimination and difficulty of an item from one calibration, with their standard errors (logits)."""

    a: float
    b: float
    se_a: float
    se_b: float


@dataclass(frozen=True, slots=True)
class Change:
    """Change of difficulty, in logits of the newer scale, its standard error, and the verdict."""

    difference: float
    se: float
    verdict: Verdict


def changes(
    old: Sequence[Estimate], new: Sequence[Estimate], *, bound: float, alpha: float = ALPHA
) -> tuple[Change, ...]:
    """Judge every common item; the link is found anew without what has drifted until that stands still.

    Parameters
    ----------
    old, new : estimates of the same k items.
    bound : largest change, in logits, that does not matter.
    alpha : level of each one-sided test.

    Returns
    -------
    One entry for each item; none if there are fewer than five.

    >>> b = [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5]
    >>> old = [Estimate(1.0, each, 0.05, 0.06) for each in b]
    >>> new = [Estimate(1.0, each + 0.3 + (each == 1.5), 0.05, 0.06) for each in b]
    >>> [(round(one.difference, 2), str(one.verdict)) for one in changes(old, new, bound=0.5)][-2:]
    [(0.0, 'equivalent'), (1.0, 'drifted')]
    """
    if len(old) < FEWEST:
        return ()
    before, after = (np.array([(one.a, one.b, one.se_a, one.se_b) for one in side]).T for side in (old, new))
    reach = float(ndtri(1 - alpha))
    kept = np.ones(len(old), dtype=bool)
    for _ in range(ROUNDS):
        difference, se = _changed(before, after, kept)
        drifted = np.abs(difference) - reach * se > bound
        if (drifted == ~kept).all() or (~drifted).sum() < FEWEST:
            break
        kept = ~drifted
    sound = np.abs(difference) + reach * se < bound
    names = np.where(drifted, Verdict.DRIFTED, np.where(sound, Verdict.EQUIVALENT, Verdict.UNDECIDED))
    return tuple(
        Change(float(d), float(error), Verdict(str(name))) for d, error, name in zip(difference, se, names, strict=True)
    )


def _changed(before: Floats, after: Floats, kept: Flags) -> tuple[Floats, Floats]:
    """Give d and its standard error, (k,) each, with the link from the kept items other than each."""
    (a, b, se_a, se_b), (a_new, b_new, se_a_new, se_b_new) = before, after
    ratio = np.log(np.maximum(a, 1e-3)) - np.log(np.maximum(a_new, 1e-3))
    slope = float(np.exp(ratio[kept].mean()))
    error = ((se_a / a) ** 2 + (se_a_new / a_new) ** 2)[kept].sum() * (slope / kept.sum()) ** 2
    shift, squared = b_new - slope * b, se_b_new**2 + slope**2 * se_b**2
    others = kept.sum() - kept
    mean_shift, mean_b = ((values[kept].sum() - kept * values) / others for values in (shift, b))
    variance = squared + (squared[kept].sum() - kept * squared) / others**2 + (b - mean_b) ** 2 * error
    return np.asarray(shift - mean_shift), np.asarray(np.sqrt(variance))
