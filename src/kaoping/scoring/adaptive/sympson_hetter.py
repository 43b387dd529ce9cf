r"""The chances of admission of Sympson and Hetter, found by simulation.

An item is given if it is selected, as the best that is left, and admitted: :math:`P(A_i) = P(S_i)\,k_i`. To keep
:math:`P(A_i) \le r`, tests are simulated for a population and

.. math:: k_i \leftarrow \min\{1, r / P(S_i)\}, \qquad P(S_i) = P(A_i) / k_i,

again and again, because items that are admitted less make others be selected more. As many items as the longest test
has are always admitted (those of the largest chance), so that nobody is left without. With cuts it is done in each
range of abilities, with the shares of those who come there (conditional on ability, after Stocking & Lewis, 1998).

References
----------
Sympson, J. B., & Hetter, R. D. (1985). Controlling item-exposure rates in computerized adaptive testing. *Proceedings
of the 27th Annual Meeting of the Military Testing Association*, 973-977.
Stocking, M. L., & Lewis, C. (1998). Controlling item exposure conditional on ability in computerized adaptive testing.
*Journal of Educational and Behavioral Statistics*, 23, 57-75.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.adaptive.administration import AdaptiveTest
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.exposure import Admission, within_reach
from kaoping.scoring.adaptive.simulation import simulate
from kaoping.scoring.arrays import Floats

ROUNDS = 40
ERRORS = 4.0
"""Standard errors by which the largest of many rates may pass the highest rate by chance."""


@dataclass(frozen=True, eq=False)
class SympsonHetter:
    """Result of the iteration.

    ``admission`` is the control with the chances found; ``rates`` (rounds,) the largest rate of exposure in each round;
    ``converged`` whether every rate of the last round lies at most ``tolerance`` (g,) above the highest rate; ``se``
    (g,) the standard error of a rate of that height in each range of abilities.
    """

    admission: Admission
    rates: tuple[float, ...]
    converged: bool
    tolerance: Floats
    se: Floats

    @property
    def iterations(self) -> int:
        """Number of rounds."""
        return len(self.rates)


def sympson_hetter(
    test: AdaptiveTest,
    rate: float,
    theta: Floats,
    *,
    rng: np.random.Generator,
    cuts: Sequence[float] = (),
    rounds: int = ROUNDS,
    tolerance: float | None = None,
) -> SympsonHetter:
    """Find the chances with which no item is given to more than a share of the persons.

    Parameters
    ----------
    test : its control of exposure is not used.
    rate : highest share, above 0 and up to 1; with cuts, of those who come to a range.
    theta : (n,) abilities of the persons that are simulated in each round.
    cuts : rising abilities that divide the ranges.
    rounds : most rounds.
    tolerance : by how much the largest rate may pass the highest; four standard errors of one rate if not given.

    Raises
    ------
    BadAdaptiveTest
        The rate is not above 0 and up to 1, or there is no round.
    ExposureOutOfReach
        There are too few items for it: tests of L items from k need at least L / k.

    >>> from kaoping.scoring.adaptive import Bank, Stopping
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> rng = np.random.default_rng(1)
    >>> bank = Bank(ItemParameters.logistic(rng.lognormal(0, 0.3, 60), rng.normal(size=60)))
    >>> found = sympson_hetter(AdaptiveTest(bank, Stopping(10)), 0.4, rng.normal(size=500), rng=rng)
    >>> found.converged, found.rates[0] > 0.9, found.rates[-1] < 0.49
    (True, True, True)
    """
    length, k = test.stopping.longest, len(test.bank)
    if not 0 < rate <= 1 or rounds < 1:
        raise BadAdaptiveTest(reason=f"a highest rate of {rate:g} in {rounds} rounds is none")
    within_reach(rate, test.bank, test.stopping.least)
    chances, largest = np.ones((len(cuts) + 1, k)), list[float]()
    for _ in range(rounds):
        admission = Admission(chances, cuts)
        visits = simulate(test.with_exposure(admission), theta, rng=rng).visits
        assert visits is not None  # noqa: S101 - an admission counts them
        se = np.sqrt(rate * (1 - rate) / np.maximum(visits.persons, 1.0))
        above = ERRORS * se if tolerance is None else np.full(len(se), tolerance)
        largest.append(float(visits.rates.max()))
        converged = bool((visits.rates.max(axis=1) <= rate + above).all())
        if converged:
            break
        chances = _next(chances, visits.rates, rate, length)
    return SympsonHetter(admission, tuple(largest), converged, above, se)


def _next(chances: Floats, rates: Floats, rate: float, length: int) -> Floats:
    """Give the chances of the next round, from the rates (g, k) of this one."""
    selected = rates / chances
    found = np.where(selected > rate, rate / np.maximum(selected, rate), 1.0)
    largest = np.argsort(-found, axis=1, kind="stable")[:, :length]
    np.put_along_axis(found, largest, 1.0, axis=1)
    return found
