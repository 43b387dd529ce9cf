r"""Linking: the A and B that bring the common items of two forms together, by any of five methods.

Abilities of the start become :math:`\theta_\text{target} = A \theta_\text{start} + B`, discriminations a/A,
difficulties A b + B; asymptotes stay.

The standard errors come by the delta method [1]_ [2]_ from the covariances of both calibrations. Moments have explicit
derivatives; a minimum :math:`\partial F / \partial (A, B) = 0` moves with the parameters :math:`\gamma` by

.. math:: \frac{\partial (A, B)}{\partial \gamma'} = -\left( \frac{\partial^2 F}{\partial (A, B)^2} \right)^{-1}
          \frac{\partial^2 F}{\partial (A, B) \, \partial \gamma'}

References
----------
.. [1] Ogasawara, H. (2000). Asymptotic standard errors of IRT equating coefficients using moments. *Economic Review,
   Otaru University of Commerce*, 51, 1-23.
.. [2] Ogasawara, H. (2001). Standard errors of item response theory equating/linking by response function methods.
   *Applied Psychological Measurement*, 25, 53-67.
.. [3] Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 6.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import FlatCriterion, MethodUndefined, NotLinkable
from kaoping.scoring.linking import moments
from kaoping.scoring.linking.anchors import Anchors
from kaoping.scoring.linking.criteria import Criterion
from kaoping.scoring.linking.descent import Descent, lowest
from kaoping.scoring.linking.forms import Form
from kaoping.scoring.linking.links import Influence, Link
from kaoping.scoring.linking.residuals import residuals
from kaoping.scoring.models import ModelName
from kaoping.scoring.quadrature import Quadrature

FLAT = 1e-10
"""Curvature of the criterion below which it has no lowest point, in squared probability or points per squared logit."""
COARSE = [(float(a), float(b)) for a in np.exp(np.linspace(-1.0, 1.0, 5)) for b in np.linspace(-3, 3, 7)]
"""Lines to start from where the moments mislead or are not defined."""
STARTS = 2
"""How many of the best lines the descent starts from, because a criterion may have several hollows."""


class Method(StrEnum):
    """The names of the methods as people write them."""

    MEAN_MEAN = "mean-mean"
    MEAN_GMEAN = "mean-gmean"
    MEAN_SIGMA = "mean-sigma"
    HAEBARA = "haebara"
    STOCKING_LORD = "stocking-lord"


_MOMENTS = {
    Method.MEAN_MEAN: moments.mean_mean,
    Method.MEAN_GMEAN: moments.mean_gmean,
    Method.MEAN_SIGMA: moments.mean_sigma,
}


def uniform(low: float = -4.0, high: float = 4.0, *, nodes: int = 40) -> Quadrature:
    """Give abilities that all weigh the same; forty from -4 to 4 are usual.

    >>> uniform(-1.0, 1.0, nodes=2).weights
    array([0.5, 0.5])
    """
    return Quadrature(np.linspace(low, high, nodes), np.full(nodes, 1 / nodes))


def link(
    start: Form,
    target: Form,
    *,
    method: Method | str = Method.STOCKING_LORD,
    names: Sequence[str] | None = None,
    symmetric: bool = False,
    grid: Quadrature | None = None,
    start_grid: Quadrature | None = None,
) -> Link:
    """Find the line from the scale of one form to that of another by their common items.

    Parameters
    ----------
    method : mean-mean, mean-gmean, mean-sigma, haebara, stocking-lord.
    names : the common items that may carry the link; all if not given.
    symmetric : whether curves are compared on both scales (haebara, stocking-lord).
    grid : abilities on the target's scale (logits) at which curves are compared, and their weights; `uniform` if not
        given. ``start_grid`` on the start's scale, the same if not given.

    Items that all have the slope one on both forms (Rasch, PCM, RSM) leave A at one, by every method.

    Raises
    ------
    TooFewCommonItems, AnchorsDiffer, MethodUndefined, SlopesUnusable, FlatCriterion, NotConverged
        The items cannot carry the link, with the reason.

    >>> from kaoping.scoring.parameters import ItemParameters
    >>> x = ItemParameters.logistic([0.8, 1.0, 1.4], [-1.0, 0.2, 0.9], [0.2, 0.15, 0.25])
    >>> found = link(Form(x), Form(x.rescaled(1.2, -0.5)), method="haebara")
    >>> round(found.slope, 6), round(found.intercept, 6)
    (1.2, -0.5)
    """
    return link_anchors(
        Anchors.of(start, target, names=names), Method(method), symmetric=symmetric, grid=grid, start_grid=start_grid
    )


def link_anchors(
    anchors: Anchors,
    method: Method,
    *,
    symmetric: bool = False,
    grid: Quadrature | None = None,
    start_grid: Quadrature | None = None,
) -> Link:
    """Find the line by common items that have been matched already; see `link`."""
    at = grid or uniform()
    if method in _MOMENTS:
        found = moments.means(anchors) if anchors.unit_slopes else _MOMENTS[method](anchors)
        line = Link(str(method), anchors.start, anchors.target, found.slope, found.intercept)
        parts = found.old, found.new
    else:
        whole = method is Method.STOCKING_LORD
        if whole:
            _refuse_unordered(anchors)
        criterion = Criterion.of(anchors, at, whole_test=whole, symmetric=symmetric, start_grid=start_grid)
        end = lowest(criterion.derivatives, _starts(anchors, criterion), fixed_slope=anchors.unit_slopes)
        parts = _moved(criterion, end, fixed_slope=anchors.unit_slopes)
        line = Link(
            str(method),
            anchors.start,
            anchors.target,
            end.slope,
            end.intercept,
            criterion=end.value,
            iterations=end.iterations,
            step=end.step,
            gradient_norm=float(np.abs(end.gradient[int(anchors.unit_slopes) :]).max()),
        )
    old, new = anchors.in_stack(*parts)
    influences = Influence(anchors.start, old), Influence(anchors.target, new)
    left = residuals(anchors, line.slope, line.intercept, grid=at)
    return replace(line, influences=influences, residuals=left)


def _refuse_unordered(anchors: Anchors) -> None:
    for name, form in zip(anchors.names, anchors.old.models, strict=True):
        if form.name is ModelName.NOMINAL:
            raise MethodUndefined(method=str(Method.STOCKING_LORD), item=name, model=str(form.name))


def _starts(anchors: Anchors, criterion: Criterion) -> list[tuple[float, float]]:
    """Give the best of mean/sigma, mean/mean (where they are defined) and a coarse grid."""
    if anchors.unit_slopes:
        return [(1.0, moments.means(anchors).intercept)]
    lines = list(COARSE)
    for measure in (moments.mean_sigma, moments.mean_mean):
        with suppress(NotLinkable):
            found = measure(anchors)
            lines.append((found.slope, found.intercept))
    best = np.argsort(criterion.distances(np.array(lines)), kind="stable")
    return [lines[place] for place in best[:STARTS]]


def _moved(criterion: Criterion, end: Descent, *, fixed_slope: bool) -> tuple[Floats, Floats]:
    """Derivatives of the lowest point by the parameters of the old and of the new anchors, (2, P) each.

    Raises
    ------
    FlatCriterion
        The criterion is not curved upwards in every direction.
    """
    free = slice(1, 2) if fixed_slope else slice(0, 2)
    bowl = end.hessian[free, free]
    if np.linalg.eigvalsh(bowl).min() < FLAT:
        raise FlatCriterion
    found = []
    for side in criterion.crossed(end.slope, end.intercept):
        moved = np.zeros_like(side)
        moved[free] = -np.linalg.solve(bowl, side[free])
        found.append(moved)
    return found[0], found[1]
