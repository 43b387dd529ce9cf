"""The ordered item booklet: one page for each item, or step of an item, from the easiest to the hardest."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.raw_scores import WIDEST

TWO_THIRDS = 2 / 3


@dataclass(frozen=True)
class Page:
    """A page: an item, how many steps of it have to be reached (1 of an item that is right or wrong), and its place.

    ``location`` (logits) is the ability that reaches so many steps with the response probability.
    """

    item: str
    step: int
    location: float


@dataclass(frozen=True)
class Booklet:
    """Pages in order; the first page has number 1."""

    pages: tuple[Page, ...]
    response_probability: float
    guessing_left_out: bool

    @property
    def locations(self) -> Floats:
        """(p,) abilities of the pages, logits."""
        return np.array([page.location for page in self.pages])


def ordered_booklet(
    parameters: ItemParameters, *, response_probability: float = TWO_THIRDS, leave_out_guessing: bool = False
) -> Booklet:
    r"""Order items by the ability at which they are mastered [1]_.

    .. math:: P(X_i \ge s \mid \theta_{is}) = RP

    An item of m categories has m - 1 pages. If guessing is left out, an item that is right or wrong stands where
    :math:`(P - c) / (u - c) = RP` [2]_.

    Parameters
    ----------
    response_probability : RP, between 0 and 1; two thirds if not said.

    Raises
    ------
    BadParameters
        No ability reaches a step of an item with this probability, or the probability is none.

    References
    ----------
    .. [1] Mitzel, H. C., Lewis, D. M., Patz, R. J., & Green, D. R. (2001). The Bookmark procedure: Psychological
       perspectives. In G. J. Cizek (Ed.), *Setting Performance Standards*, 249-281. Erlbaum.
    .. [2] Huynh, H. (2006). A clarification on the response probability criterion RP67 for standard settings based on
       bookmark and item mapping. *Educational Measurement: Issues and Practice*, 25(2), 19-20.

    >>> items = ItemParameters.logistic([1.0, 1.0], [0.5, -0.5], names=("A", "B"))
    >>> [(page.item, round(page.location, 3)) for page in ordered_booklet(items).pages]
    [('B', 0.193), ('A', 1.193)]
    """
    if not 0 < response_probability < 1:
        raise BadParameters(reason=f"a response probability of {response_probability:g} is not between 0 and 1")
    pages = []
    for place, (name, _, shown) in enumerate(parameters.table()):
        one = parameters.take(np.array([place]))
        low, high = (shown.get("c", 0.0), shown.get("u", 1.0)) if leave_out_guessing else (0.0, 1.0)
        target = low + (high - low) * response_probability
        pages += [Page(name, step, _location(one, step, target)) for step in range(1, int(one.categories[0]))]
    ordered = sorted(pages, key=lambda page: (page.location, page.item, page.step))
    return Booklet(tuple(ordered), response_probability, leave_out_guessing)


def _location(one: ItemParameters, step: int, target: float) -> float:
    def miss(theta: float) -> float:
        return float(one.probabilities(np.array([theta]))[0, step:, 0].sum()) - target

    if not miss(-WIDEST) < 0 < miss(WIDEST):
        told = f"no ability reaches step {step} of item {one.names[0]} with probability {target:.3g}"
        raise BadParameters(reason=f"{told}; leave it out of the booklet or choose another response probability")
    return float(brentq(miss, -WIDEST, WIDEST, xtol=1e-12))
