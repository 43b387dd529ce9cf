"""Raju's areas: how far apart the curves of two groups are."""

from typing import Literal

import numpy as np
from scipy.special import expit

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.metric import Curves, Model, calibrated_apart, linked
from kaoping.scoring.dif.screening import Compared, Screening, facts, purified
from kaoping.scoring.responses import ResponseMatrix

Area = Literal["signed", "unsigned"]


class Raju(Screening):
    """Result of `raju`: ``effect`` is the area between the curves, in logits; the statistic is its z squared.

    The signed area is positive if the item is harder for the focal group; the unsigned one is never negative.
    """


def raju(responses: ResponseMatrix, design: Design = PLAIN, *, model: Model = "2pl", area: Area = "signed") -> Raju:
    r"""Test whether the area between two groups' item characteristic curves is zero [1]_ [2]_.

    .. math::

        SA = b_F - b_R, \qquad
        H = \frac{2 (a_F - a_R)}{a_F a_R} \ln\left(1 + e^{Y}\right) - (b_F - b_R), \qquad
        Y = \frac{a_F a_R (b_F - b_R)}{a_F - a_R}

    The unsigned area is \|H\|, and \|SA\| for equal slopes. z is the signed area, or H, divided by its standard error,
    which follows by the delta method from the covariances of both calibrations:

    .. math::

        \frac{\partial H}{\partial b_F} = -\frac{\partial H}{\partial b_R} = 2 \sigma(Y) - 1, \qquad
        \frac{\partial H}{\partial a_F} = \frac{2}{a_F^2} (\ln(1 + e^Y) - Y \sigma(Y))

    and the same with the other sign for :math:`a_R`. Calibration, scale and purification are those of `lord`.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items marked right or wrong.
    area : which area is tested; the unsigned one answers to crossing curves too.

    Returns
    -------
    z squared with one degree of freedom, areas in logits, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors, NotIdentified, NotConverged
        As `lord`.

    References
    ----------
    .. [1] Raju, N. S. (1988). The area between two item characteristic curves. *Psychometrika*, 53, 495-502.
    .. [2] Raju, N. S. (1990). Determining the significance of estimated signed and unsigned areas between two item
       response functions. *Applied Psychological Measurement*, 14, 197-207.

    >>> rng = np.random.default_rng(1)
    >>> right = rng.standard_normal((600, 1)) + rng.logistic(size=(600, 8)) > 0
    >>> raju(ResponseMatrix(right.astype(int), groups=["r", "f"] * 300), model="rasch").df
    array([1., 1., 1., 1., 1., 1., 1., 1.])
    """
    of, reference, focal = calibrated_apart(responses, design, model=model)

    def test(anchors: Flags) -> Raju:
        return measure(of, reference, linked(focal, reference, anchors=anchors), design, area=area)

    return purified(test, design.anchored(responses), rounds=design.rounds if design.purify else 0)


def measure(of: Compared, reference: Curves, focal: Curves, design: Design = PLAIN, *, area: Area = "signed") -> Raju:
    """Give Raju's test of curves that are on one scale already; see `raju`."""
    value, gradient = signed_area(reference, focal) if area == "signed" else unsigned_area(reference, focal)
    variance = sum(
        np.einsum("kp,kpr,kr->k", part, group.covariance, part)
        for part, group in ((gradient[:, :2], reference), (gradient[:, 2:], focal))
    )
    se = np.sqrt(variance)
    known = facts(of, design, statistic=(value / se) ** 2, df=np.ones(len(value)))
    return Raju(**known, effect=value if area == "signed" else np.abs(value), se=se, classes=())


def signed_area(reference: Curves, focal: Curves) -> tuple[Floats, Floats]:
    """Give the signed area (k,) and its gradient (k, 4) by a and b of the reference and of the focal group.

    >>> zero = np.zeros((1, 2, 2))
    >>> signed_area(Curves(np.ones(1), np.zeros(1), zero), Curves(np.ones(1), np.array([0.5]), zero))[0]
    array([0.5])
    """
    return focal.b - reference.b, np.tile([0.0, -1.0, 0.0, 1.0], (len(focal.b), 1))


def unsigned_area(reference: Curves, focal: Curves) -> tuple[Floats, Floats]:
    """Give H (k,), whose size is the unsigned area, and its gradient (k, 4), as `signed_area`.

    >>> zero = np.zeros((1, 2, 2))
    >>> value, _ = unsigned_area(Curves(np.ones(1), np.zeros(1), zero), Curves(np.array([2.0]), np.zeros(1), zero))
    >>> value.round(6), round(float(np.log(2)), 6)
    (array([0.693147]), 0.693147)
    """
    apart = focal.b - reference.b
    steeper = 1 / reference.a - 1 / focal.a
    same = np.abs(steeper) < 1e-9  # noqa: PLR2004 - beyond this, H is the signed area to all digits
    y = apart / np.where(same, 1.0, steeper)
    log, curve = np.logaddexp(0.0, y), expit(y)
    value = np.where(same, apart, 2 * steeper * log - apart)
    by_b = np.where(same, 1.0, 2 * curve - 1)
    by_slope = np.where(same, 0.0, 2 * (log - y * curve))
    gradient = np.stack([-by_slope / reference.a**2, -by_b, by_slope / focal.a**2, by_b], axis=1)
    return value, gradient
