r"""Changed answers of which only the numbers are known: whether more became right than of other persons.

Of n changes of a person X became right. Persons differ in ability, so their chances differ: X has a beta-binomial
distribution [1]_ with the rate :math:`\pi` of all changes and the correlation :math:`\rho` between the changes of one
person, both estimated from all persons by moments [2]_:

.. math::

    \hat\rho = \max\Big(0, \frac{\sum_i (X_i - n_i \hat\pi)^2 / (\hat\pi (1 - \hat\pi)) - \sum_i n_i}
        {\sum_i n_i (n_i - 1)}\Big)

References
----------
.. [1] Skellam, J. G. (1948). A probability distribution derived from the binomial distribution by regarding the
   probability of success as variable between the sets of trials. *JRSS B*, 10, 257-261.
.. [2] Kleinman, J. C. (1973). Proportions with extraneous variance: single and independent samples. *JASA*, 68, 46-54.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import betabinom, binom

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.dif.significance import Adjustment
from kaoping.scoring.integrity.changes import Counts, Erasures, judged
from kaoping.scoring.integrity.errors import BadScreening, NothingToScreen
from kaoping.scoring.integrity.evidence import Unjudged

LEAST_CORRELATION = 1e-6


def change_rates(
    persons: Sequence[str],
    changed: ArrayLike,
    right: ArrayLike,
    *,
    groups: Sequence[str] | None = None,
    level: float = 0.01,
    adjust: Adjustment = "",
    rng: np.random.Generator | None = None,
) -> Erasures:
    """Test how many changed answers became right against the rate and spread of all persons.

    Parameters
    ----------
    persons : n names.
    changed, right : (n,) changed answers, and those among them that became right.
    groups : (n,) group, such as room or site; every person alone if not given.
    rng : as for `erasures`.

    Raises
    ------
    BadScreening
        More became right than were changed, or none or all of them.
    NothingToScreen
        No answer was changed, or those of one person alone.

    >>> found = change_rates(["A", "B", "C"], [10, 10, 10], [9, 4, 5])
    >>> found.expected, found.named
    (array([6., 6., 6.]), ())
    """
    n, x = np.asarray(changed, dtype=np.int64), np.asarray(right, dtype=np.int64)
    if not n.shape == x.shape == (len(persons),) or (x > n).any() or (x < 0).any():
        raise BadScreening(reason="there are not for every person as many right answers as changes, or fewer")
    if groups is not None and len(groups) != len(persons):
        raise BadScreening(reason=f"there are {len(groups)} groups for {len(persons)} persons")
    rows = np.flatnonzero(n > 0)
    if not len(rows):
        raise NothingToScreen(reason="no answer was changed")
    rate = x.sum() / n.sum()
    if not 0 < rate < 1:
        raise BadScreening(
            reason="none or all of the changed answers became right; there is no base rate to compare with"
        )
    if len(rows) == 1:
        raise NothingToScreen(reason=f"{persons[rows[0]]} alone changed answers; there is nobody to compare with")
    correlation = _correlation(n[rows], x[rows], float(rate))
    each = tuple(_distribution(int(number), float(rate), correlation) for number in n[rows])
    return judged(
        Counts(tuple(persons[row] for row in rows.tolist()), n[rows], x[rows], each),
        groups=None if groups is None else dict(zip(persons, groups, strict=True)),
        shift=0.0,
        level=level,
        adjust=adjust,
        rng=rng,
        unjudged=tuple(Unjudged(name, "no answer was changed") for name, of in zip(persons, n, strict=True) if not of),
    )


def _correlation(n: Whole, x: Whole, rate: float) -> float:
    """Correlation between two changes of one person."""
    pairs = float((n * (n - 1)).sum())
    spread = float(((x - n * rate) ** 2).sum() / (rate * (1 - rate)))
    return min(max(0.0, (spread - float(n.sum())) / pairs), 1 - LEAST_CORRELATION) if pairs else 0.0


def _distribution(n: int, rate: float, correlation: float) -> Floats:
    """Distribution of the number right among n, (n + 1,)."""
    numbers = np.arange(n + 1)
    if correlation < LEAST_CORRELATION:
        return np.asarray(binom.pmf(numbers, n, rate))
    size = 1 / correlation - 1
    return np.asarray(betabinom.pmf(numbers, n, rate * size, (1 - rate) * size))
