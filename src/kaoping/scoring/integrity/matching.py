r"""Numbers of identical answers of two persons, and what their abilities let expect.

For the abilities :math:`\theta` let :math:`\mu` and :math:`\sigma^2` be mean and variance of a number of matches M,
:math:`\gamma_i` its covariance with the score (the derivative :math:`\ell_i'` of the log likelihood) of person i, and
:math:`I_i` the information about that person. Abilities are estimated from the answers that are compared, so part
of the matches is explained by the estimates themselves; Neyman's correction [1]_, which Snijders [2]_ gave for person
fit, takes it off:

.. math::

    \delta = \sum_i \gamma_i \frac{\ell_i'(\hat\theta_i)}{I_i}, \qquad
    \sigma^{*2} = \sigma^2 - \sum_i \frac{\gamma_i^2}{I_i}, \qquad
    z = \frac{M - \mu - \delta}{\sigma^*}

Without it :math:`\sigma^* = \sigma`, :math:`\delta = 0`, and the tests flag half as often as their level says, or
less (handbook). Tails are exact as in `kaoping.scoring.integrity.tails`; where z is small, and nobody looks, normal.

References
----------
.. [1] Neyman, J. (1959). Optimal asymptotic tests of composite statistical hypotheses. In *Probability and Statistics:
   The Harald Cramér Volume* (pp. 213-234).
.. [2] Snijders, T. A. B. (2001). Asymptotic null distribution of person fit statistics with estimated person parameter.
   *Psychometrika*, 66, 331-342.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.integrity.chances import Chances
from kaoping.scoring.integrity.pairs import Block
from kaoping.scoring.integrity.similarity import Terms
from kaoping.scoring.integrity.tails import at_least, given_abilities, matches, tie_shares

ROOM = 1e-3
"""Share of the variance that the abilities have to leave for a pair to be judged."""
CELLS = 4_000_000
"""Numbers of one kind that are kept at once."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Numbers of matches of p pairs and their moments, (p,) each.

    Attributes
    ----------
    observed, mean : matches, and as many as the abilities let expect.
    full, variance : variance for known abilities, and what estimated ones leave of it.
    shift : how far estimated abilities move the mean.
    covariances : of the matches with the scores of one person or both.
    """

    observed: Floats
    mean: Floats
    full: Floats
    variance: Floats
    shift: Floats
    covariances: tuple[Floats, ...]

    @property
    def z(self) -> Floats:
        """(p,) standardised number of matches."""
        spread = np.sqrt(np.where(self.usable, self.variance, 1.0))
        return np.where(self.usable, (self.observed - self.mean - self.shift) / spread, 0.0)

    @property
    def usable(self) -> Flags:
        """(p,) whether the abilities leave the matches any room."""
        return np.asarray((self.full > 0) & (self.variance > ROOM * self.full))


def match_moments(chances: Chances, block: Block, terms: Terms, options: Flags | None = None) -> Moments:
    """Moments of the matches of persons who both choose by chance, on some ``options`` (k, m) only if given."""
    product, rows, columns = block.product, block.rows, block.columns
    counted = np.ones_like(chances.choices.right) if options is None else options
    p, q = chances.chance[rows] * counted, chances.chance[columns]
    mean = product(p, q)
    full = mean - product(pairs_of_options(p, p), pairs_of_options(q, q))
    ours = product(p * chances.slope[rows], q) * terms.corrected
    theirs = product(p, q * chances.slope[columns]) * terms.corrected
    left = ours**2 / chances.information[block.first] + theirs**2 / chances.information[block.second]
    shift = ours * chances.pull[block.first] + theirs * chances.pull[block.second]
    seen = product(chances.chosen[rows] * counted, chances.chosen[columns])
    return Moments(seen, mean, full, full - left, shift, (ours, theirs))


def pairs_of_options(p: Floats, q: Floats) -> Floats:
    """Products of chances of two options of an item, (n, k, m, m): the product of two sums is the sum of those."""
    return p[:, :, :, None] * q[:, :, None, :]


def common(chances: Chances, block: Block) -> Floats:
    """Count the items that both persons of each pair answered, (p,)."""
    known = chances.choices.known.astype(np.float64)
    found: Floats = block.product(known[block.rows], known[block.columns])
    return found


def exact_tail(
    moments: Moments, near: Whole, chance: Callable[[Whole], Floats], *, k: int, rng: np.random.Generator | None
) -> Floats:  # fmt: skip
    """Tail of the number of matches of some pairs (b,), from the chances (b, k) of a match of some of them."""
    found, step = np.empty(len(near)), max(1, CELLS // (k + 1))
    for start in range(0, len(near), step):
        some = near[start : start + step]
        distribution = matches(chance(some))
        deviation = np.arange(k + 1) - (moments.mean + moments.shift)[some, None]
        excess = 1 / moments.variance[some] - 1 / moments.full[some]
        held = given_abilities(distribution, deviation**2 * excess[:, None])
        found[start : start + step] = at_least(
            held, np.rint(moments.observed[some]).astype(np.int64), tie_shares(len(some), rng)
        )
    return found
