r"""A and B from means and standard deviations of the common items' parameters.

=============== ====================================================================================
mean/mean [1]_  :math:`A = \bar a_\text{start} / \bar a_\text{target}`
mean/gmean [2]_ :math:`A = \left( \prod_j a_{j,\text{start}} / a_{j,\text{target}} \right)^{1/k}`
mean/sigma [3]_ :math:`A = s(b_\text{target}) / s(b_\text{start})`
=============== ====================================================================================

and :math:`B = \bar b_\text{target} - A \bar b_\text{start}`, with all thresholds or steps of items that have several.
Each is explicit, so their derivatives by the parameters are too.

References
----------
.. [1] Loyd, B. H., & Hoover, H. D. (1980). Vertical equating using the Rasch model. *Journal of Educational
   Measurement*, 17, 179-193.
.. [2] Mislevy, R. J., & Bock, R. D. (1990). *BILOG 3*. Scientific Software.
.. [3] Marco, G. L. (1977). Item characteristic curve solutions to three intractable testing problems. *Journal of
   Educational Measurement*, 14, 139-160.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import MethodUndefined, SlopesUnusable
from kaoping.scoring.linking.anchors import Anchors, Read, read
from kaoping.scoring.models import ModelName

Side = tuple[float, Floats]
"""A number and its derivative by the stack of one side, (P,)."""
_LEAST = 1e-9


@dataclass(frozen=True, eq=False)
class Constants:
    """A and B with their derivatives (2, P) by the parameters of the old and of the new anchors."""

    slope: float
    intercept: float
    old: Floats = field(repr=False)
    new: Floats = field(repr=False)


def mean_mean(anchors: Anchors) -> Constants:
    """Give A by the mean discriminations.

    >>> from kaoping.scoring.linking.forms import Form
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> x = ItemParameters.logistic([1.0, 2.0], [0.0, 1.0])
    >>> found = mean_mean(Anchors.of(Form(x), Form(x.rescaled(2.0, 0.5))))
    >>> round(found.slope, 9), round(found.intercept, 9)
    (2.0, 0.5)
    """
    return _ratio(anchors, "mean-mean", _mean_slope, upside_down=True)


def mean_gmean(anchors: Anchors) -> Constants:
    """Give A by the geometric means of the discriminations, used as `mean_mean`."""
    return _ratio(anchors, "mean-gmean", _geometric_mean, upside_down=True)


def mean_sigma(anchors: Anchors) -> Constants:
    """Give A by the standard deviations of the difficulties, used as `mean_mean`."""
    return _ratio(anchors, "mean-sigma", _deviation, upside_down=False)


def means(anchors: Anchors) -> Constants:
    """Take A to be one, as it is between scales of items that all have the slope one, used as `mean_mean`."""
    return _ratio(anchors, "mean-mean", lambda side: (1.0, np.zeros(side.a_by.shape[1])), upside_down=False)


def _ratio(anchors: Anchors, method: str, measure: Callable[[Read], Side], *, upside_down: bool) -> Constants:
    """Take A from one number of each side, and B from the mean difficulties."""
    for name, form in zip(anchors.names, anchors.old.models, strict=True):
        if form.name is ModelName.NOMINAL:
            raise MethodUndefined(method=method, item=name, model=str(form.name))
    old, new = read(anchors.old), read(anchors.new)
    (below, below_by), (above, above_by) = measure(old), measure(new)
    if upside_down:
        slope = below / above
        by_old, by_new = below_by / above, -slope / above * above_by
    else:
        slope = above / below
        by_old, by_new = -slope / below * below_by, above_by / below
    mean_old, mean_new = float(old.b.mean()), float(new.b.mean())
    return Constants(
        slope=slope,
        intercept=mean_new - slope * mean_old,
        old=np.stack([by_old, -by_old * mean_old - slope * old.b_by.mean(axis=0)]),
        new=np.stack([by_new, new.b_by.mean(axis=0) - by_new * mean_old]),
    )


def _mean_slope(side: Read) -> Side:
    mean = float(side.a.mean())
    if mean < _LEAST:
        raise SlopesUnusable(reason=f"their mean discrimination is {mean:.3g}")
    return mean, side.a_by.mean(axis=0)


def _geometric_mean(side: Read) -> Side:
    if (side.a < _LEAST).any():
        raise SlopesUnusable(reason=f"a discrimination is {side.a.min():.3g}, which has no geometric mean")
    mean = float(np.exp(np.log(side.a).mean()))
    return mean, mean * (side.a_by / side.a[:, None]).mean(axis=0)


def _deviation(side: Read) -> Side:
    apart = side.b - side.b.mean()
    deviation = float(np.sqrt((apart**2).mean()))
    if deviation < _LEAST:
        raise SlopesUnusable(reason="their difficulties are all alike")
    return deviation, apart @ side.b_by / (len(apart) * deviation)
