"""Item parameters of two groups on one scale, with what is known of their errors."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.calibrated import Calibration
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.dif.design import Design
from kaoping.scoring.dif.screening import Compared, compared
from kaoping.scoring.dif.tables import refuse_polytomous
from kaoping.scoring.errors import TooFewAnchors
from kaoping.scoring.responses import ResponseMatrix

Model = Literal["rasch", "2pl"]
FEWEST_FOR_A_SPREAD = 2


@dataclass(frozen=True, eq=False)
class Curves:
    """Discrimination ``a`` (per logit) and difficulty ``b`` (logits) of k items, (k,), with ``covariance`` (k, 2, 2).

    Where slopes are fixed, as in the Rasch model, their row and column of the covariance are zero.
    """

    a: Floats
    b: Floats
    covariance: Floats

    @property
    def slopes_free(self) -> bool:
        """Whether slopes were estimated."""
        return bool(self.covariance[:, 0, 0].any())

    def rescaled(self, slope: float, intercept: float) -> "Curves":
        """Give the same curves on the scale ``slope * theta + intercept``.

        >>> Curves(np.ones(1), np.zeros(1), np.ones((1, 2, 2))).rescaled(2.0, 1.0).covariance[0]
        array([[0.25, 1.  ],
               [1.  , 4.  ]])
        """
        turn = np.array([1 / slope, slope])
        return Curves(self.a / slope, slope * self.b + intercept, self.covariance * np.outer(turn, turn))


def curves(calibration: Calibration) -> Curves:
    r"""Give discriminations and difficulties of a calibration, with their covariances by the delta method.

    .. math:: b = -d / a, \qquad \frac{\partial b}{\partial a} = -\frac{b}{a}, \qquad
        \frac{\partial b}{\partial d} = -\frac{1}{a}

    Raises
    ------
    BadParameters
        An item has no discrimination or no single difficulty.

    >>> from kaoping.scoring.parameters import ItemParameters
    >>> from kaoping.scoring.simulation import simulate
    >>> rng = np.random.default_rng(5)
    >>> items = ItemParameters.logistic(np.ones(10), np.linspace(-1, 1, 10))
    >>> found = calibrate(simulate(rng.standard_normal(1000), items, rng=rng))
    >>> bool(np.allclose(np.sqrt(curves(found).covariance[:, 1, 1]), found.standard_error("b"), rtol=1e-5))
    True
    """
    b = calibration.reported("b")
    slots = {place: number for number, place in enumerate(calibration.free)}
    a = np.ones_like(b)
    covariance = np.zeros((len(b), 2, 2))
    for item, name in enumerate(calibration.items):
        own = [slots.get((name, label), -1) for label in ("a", "d")]
        if own[0] >= 0:
            a[item] = calibration.parameters.values[item][0]
        inner = calibration.covariance[np.ix_(own, own)] * np.outer(np.array(own) >= 0, np.array(own) >= 0)
        turn = np.array([[1.0, 0.0], [-b[item] / a[item], -1 / a[item]]])
        covariance[item] = turn @ inner @ turn.T
    return Curves(a, b, covariance)


def linked(focal: Curves, reference: Curves, *, anchors: Flags) -> Curves:
    r"""Bring the focal group's curves to the reference group's scale by mean and sigma of the anchors' b [1]_.

    .. math:: b^* = A b + B, \qquad A = \frac{\sigma(b_R)}{\sigma(b_F)}, \qquad B = \bar b_R - A \bar b_F

    Where slopes are fixed, A is 1.

    Raises
    ------
    TooFewAnchors
        There is no anchor, or only one where slopes are free.

    References
    ----------
    .. [1] Marco, G. L. (1977). Item characteristic curve solutions to three intractable testing problems. *Journal of
       Educational Measurement*, 14, 139-160.

    >>> reference = Curves(np.ones(3), np.array([-1.0, 0.0, 1.0]), np.ones((3, 2, 2)))
    >>> focal = Curves(np.ones(3), np.array([0.0, 2.0, 4.0]), np.ones((3, 2, 2)))
    >>> linked(focal, reference, anchors=np.ones(3, dtype=bool)).b
    array([-1.,  0.,  1.])
    """
    free = reference.slopes_free
    least = FEWEST_FOR_A_SPREAD if free else 1
    if anchors.sum() < least:
        raise TooFewAnchors(n=int(anchors.sum()), least=least)
    slope = float(reference.b[anchors].std() / focal.b[anchors].std()) if free else 1.0
    return focal.rescaled(slope, float(reference.b[anchors].mean() - slope * focal.b[anchors].mean()))


def calibrated_apart(responses: ResponseMatrix, design: Design, *, model: Model) -> tuple[Compared, Curves, Curves]:
    """Calibrate reference and focal group apart, each on its own scale.

    Raises
    ------
    BadDesign
        The groups do not fit, or an item is not simply right or wrong.
    NotIdentified, NotConverged
        The answers of one group do not determine its parameters.
    """
    refuse_polytomous(responses, instead="the likelihood ratio")
    groups = design.pair(responses)
    found = []
    for name in groups:
        mine = responses.take(persons=responses.group == responses.group_names.index(name))
        found.append(curves(calibrate(mine, model)))
    return compared(responses, groups), found[0], found[1]
