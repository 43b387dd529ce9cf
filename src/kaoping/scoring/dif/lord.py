"""Lord's chi-square: the parameters of two groups, calibrated apart, on one scale."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.mantel_haenszel import DELTA_PER_LOGIT, ets_classes
from kaoping.scoring.dif.metric import Curves, Model, calibrated_apart, linked
from kaoping.scoring.dif.screening import Compared, Screening, facts, purified
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False, kw_only=True)
class Lord(Screening):
    """Result of `lord`: ``effect`` is the difference of difficulties, focal minus reference, in logits.

    It is positive if the item is harder for the focal group. ``a_reference``, ``b_reference``, ``a_focal``, ``b_focal``
    (k,) are the parameters on the reference group's scale. There are ``classes`` for the Rasch model only, where the
    effect times -2.35 is in delta units.
    """

    a_reference: Floats
    b_reference: Floats
    a_focal: Floats
    b_focal: Floats


def lord(responses: ResponseMatrix, design: Design = PLAIN, *, model: Model = "2pl") -> Lord:
    r"""Test whether an item has the same parameters in two groups that were calibrated apart [1]_.

    .. math:: \chi^2 = (v_R - v_F)^\top (\Sigma_R + \Sigma_F)^{-1} (v_R - v_F)

    with :math:`v = (a, b)`, or b alone in the Rasch model, after the focal group's parameters were brought to the
    reference group's scale by mean and sigma of the anchors' difficulties. Purification links again without the flagged
    items; it does not calibrate again.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items marked right or wrong.

    Returns
    -------
    Statistics with two degrees of freedom, one in the Rasch model, effects in logits, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors
        The groups or anchors do not fit, or an item has more than two categories.
    NotIdentified, NotConverged
        The answers of one group do not determine its parameters.

    References
    ----------
    .. [1] Lord, F. M. (1980). *Applications of Item Response Theory to Practical Testing Problems*, sec. 14.4. Erlbaum.

    >>> rng = np.random.default_rng(1)
    >>> right = rng.standard_normal((600, 1)) + rng.logistic(size=(600, 8)) > 0
    >>> lord(ResponseMatrix(right.astype(int), groups=["r", "f"] * 300), model="rasch").df
    array([1., 1., 1., 1., 1., 1., 1., 1.])
    """
    of, reference, focal = calibrated_apart(responses, design, model=model)

    def test(anchors: Flags) -> Lord:
        return compare(of, reference, linked(focal, reference, anchors=anchors), design)

    return purified(test, design.anchored(responses), rounds=design.rounds if design.purify else 0)


def compare(of: Compared, reference: Curves, focal: Curves, design: Design = PLAIN) -> Lord:
    """Give Lord's test of curves that are on one scale already; see `lord`."""
    spread = reference.covariance + focal.covariance
    difference = np.stack([focal.a - reference.a, focal.b - reference.b], axis=1)
    used = slice(0 if reference.slopes_free else 1, 2)
    solved = np.linalg.solve(spread[:, used, used], difference[:, used, None])[..., 0]
    statistic = (difference[:, used] * solved).sum(axis=1)
    known = facts(of, design, statistic=statistic, df=np.full(len(statistic), float(solved.shape[1])))
    effect, se = difference[:, 1], np.sqrt(spread[:, 1, 1])
    classes = ets_classes(DELTA_PER_LOGIT * effect, -DELTA_PER_LOGIT * se, significant=known["p"] < design.level)
    return Lord(
        **known,
        effect=effect,
        se=se,
        classes=() if reference.slopes_free else classes,
        a_reference=reference.a,
        b_reference=reference.b,
        a_focal=focal.a,
        b_focal=focal.b,
    )
