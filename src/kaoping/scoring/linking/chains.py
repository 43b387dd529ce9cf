r"""Chains of links, and the average of several chains between the same two scales.

One after the other, :math:`A = A_2 A_1` and :math:`B = A_2 B_1 + B_2`. A form in the middle stands in two links, so
that their errors are correlated; they are propagated from the forms, each counted once [1]_.

The average of lines is the bisector of their angles [2]_, which is the same seen from both scales:

.. math:: A = \sum_p W_p A_p, \quad B = \sum_p W_p B_p, \quad W_p \propto w_p (1 + A_p^2)^{-1/2}, \quad \sum_p W_p = 1

References
----------
.. [1] Battauz, M. (2013). IRT test equating in complex linkage plans. *Psychometrika*, 78, 464-480.
.. [2] Holland, P. W., & Strawderman, W. E. (2011). How to average equating functions, if you must. In *Statistical
   Models for Test Equating, Scaling, and Linking*, ch. 6.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import numpy as np

from kaoping.scoring.errors import BadParameters, ChainBroken
from kaoping.scoring.linking.links import Link, gathered, through

SQUARE = 1.5
"""Power in the derivative of the bisector's weight."""


def chain(links: Sequence[Link]) -> Link:
    """Join links one after the other.

    Raises
    ------
    ChainBroken
        A link does not start from the form that the one before reached.

    >>> from kaoping.scoring.linking.forms import Form
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> one, two, three = (Form(ItemParameters.logistic([1.0], [0.0])) for _ in range(3))
    >>> found = chain([Link("given", one, two, 2.0, 1.0), Link("given", two, three, 0.5, 1.0)])
    >>> found.slope, found.intercept
    (1.0, 1.5)
    """
    for number, (before, after) in enumerate(pairwise(links), start=2):
        if after.start is not before.target:
            raise ChainBroken(number=number)
    return reduce(_join, links)


def _join(first: Link, second: Link) -> Link:
    by_first = second.slope * np.eye(2)
    by_second = np.array([[first.slope, 0.0], [first.intercept, 1.0]])
    return Link(
        "chain",
        first.start,
        second.target,
        second.slope * first.slope,
        second.slope * first.intercept + second.intercept,
        influences=gathered(through(first, by_first) + through(second, by_second)),
    )


def average(links: Sequence[Link], *, weights: Sequence[float] = ()) -> Link:
    """Average several links or chains between the same two forms.

    Parameters
    ----------
    weights : positive, one for each link; all alike if not given.

    Raises
    ------
    ChainBroken
        A link runs between other forms than the first.
    BadParameters
        The weights are not positive numbers, one for each link.

    >>> from kaoping.scoring.linking.forms import Form
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> x, y = (Form(ItemParameters.logistic([1.0], [0.0])) for _ in range(2))
    >>> found = average([Link("given", x, y, 2.0, 1.0), Link("given", x, y, 0.5, -0.5)])
    >>> round(found.slope, 9), round(found.intercept, 9)
    (1.0, 0.0)
    """
    for number, link in enumerate(links, start=1):
        if link.start is not links[0].start or link.target is not links[0].target:
            raise ChainBroken(number=number)
    share = np.asarray(weights or np.ones(len(links)), dtype=np.float64)
    if share.shape != (len(links),) or not (np.isfinite(share) & (share > 0)).all():
        raise BadParameters(reason=f"the weights are not {len(links)} positive numbers")
    slopes, intercepts = (np.array([getattr(link, name) for link in links]) for name in ("slope", "intercept"))
    raw = share / np.sqrt(1 + slopes**2)
    total = float(raw.sum())
    slope, intercept = float(raw @ slopes) / total, float(raw @ intercepts) / total
    turned = -share * slopes * (1 + slopes**2) ** -SQUARE / total
    parts = [
        one
        for link, weight, turn in zip(links, raw / total, turned, strict=True)
        for one in through(
            link, np.array([[turn * (link.slope - slope) + weight, 0.0], [turn * (link.intercept - intercept), weight]])
        )
    ]
    return Link("average", links[0].start, links[0].target, slope, intercept, influences=gathered(parts))
