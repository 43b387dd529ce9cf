r"""What is left between the two sets of parameters of each common item after linking.

References
----------
Raju, N. S. (1988). The area between two item characteristic curves. *Psychometrika*, 53, 495-502.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.linking.anchors import Anchors, read
from kaoping.scoring.models import ModelName
from kaoping.scoring.quadrature import Quadrature, normal


@dataclass(frozen=True)
class Residual:
    """One common item on the target's scale: target less start.

    Attributes
    ----------
    a : difference of discriminations, per logit; none for a nominal item, and so ``distance``.
    b : differences of difficulties, thresholds or steps, logits.
    distance : of the point (mean b on start, mean b on target) from the line of the link, perpendicular, logits;
        positive where the item has become harder.
    area : mean absolute difference of the curves, half the sum over categories, in probability (0 to 1).
    rms : root of the mean squared difference, so that the squares of all items add up to Haebara's criterion.
    """

    item: str
    a: float | None
    b: tuple[float, ...]
    distance: float | None
    area: float
    rms: float


def residuals(
    anchors: Anchors, slope: float, intercept: float, *, grid: Quadrature | None = None
) -> tuple[Residual, ...]:
    r"""Measure what a line ``A theta + B`` leaves between the common items.

    .. math:: \text{distance} = \frac{\bar b_\text{target} - (A \bar b_\text{start} + B)}{\sqrt{A^2 + 1}}, \qquad
              \text{area} = \tfrac12 \sum_q w_q \sum_c |P_c(\theta_q) - P_c^*(\theta_q)|

    Parameters
    ----------
    slope, intercept : A and B (logits of the target).
    grid : abilities on the target's scale and their weights; standard normal if not given.

    >>> from kaoping.scoring.linking.forms import Form
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> x = ItemParameters.logistic([1.0, 1.0], [0.0, 1.0])
    >>> y = ItemParameters.logistic([1.0, 1.0], [0.5, 1.9])
    >>> [one.b for one in residuals(Anchors.of(Form(x), Form(y)), 1.0, 0.5)]
    [(0.0,), (0.3999999999999999,)]
    """
    at = grid or normal()
    moved = anchors.old.rescaled(slope, intercept)
    gap = anchors.new.probabilities(at.nodes) - moved.probabilities(at.nodes)
    areas = np.abs(gap).sum(axis=1) @ at.weights / 2
    rms = np.sqrt((gap**2).sum(axis=1) @ at.weights / 2)
    found = []
    for item, form in enumerate(anchors.old.models):
        change = None if form.name is ModelName.NOMINAL else _changes(anchors, item, slope, intercept)
        found.append(
            Residual(
                item=anchors.names[item],
                a=change[0] if change else None,
                b=change[1] if change else (),
                distance=change[2] if change else None,
                area=float(areas[item]),
                rms=float(rms[item]),
            )
        )
    return tuple(found)


def _changes(anchors: Anchors, item: int, slope: float, intercept: float) -> tuple[float, tuple[float, ...], float]:
    place = np.array([item])
    old, new = read(anchors.old.take(place)), read(anchors.new.take(place))
    gap = new.b - (slope * old.b + intercept)
    far = float(gap.mean() / np.hypot(slope, 1.0))
    return float(new.a[0] - old.a[0] / slope), tuple(float(one) for one in gap), far
