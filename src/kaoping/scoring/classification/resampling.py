"""Standard errors of the indices by drawing the persons again."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classification.tables import Agreement
from kaoping.scoring.errors import NotEnoughData, ScoringError, TooManyRefusals

LEAST = 20
MOST_REFUSED = 0.1
"""Share of samples that may be refused, such as those in which all scores are alike."""
INDICES = ("accuracy", "false_positive", "false_negative", "consistency", "kappa")


@dataclass(frozen=True)
class Spread:
    """An index over the samples: standard deviation ``se``, and the middle 95 of 100 from ``low`` to ``high``."""

    se: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """``spreads`` has the `Spread` of every index that could be estimated, for each of the agreements in their order.

    ``refused`` of the ``replications`` samples could not be analysed and are left out.
    """

    spreads: tuple[dict[str, Spread], ...]
    replications: int
    refused: int


def bootstrap(
    measure: Callable[[Floats], tuple[Agreement, ...]], n: int, *, rng: np.random.Generator, replications: int = 500
) -> Bootstrap:
    r"""Draw n persons again and again with replacement, and take the spread of the indices [1]_.

    What is given beside the persons, such as item parameters or a reliability, is taken as known: its own error is not
    in the result.

    Parameters
    ----------
    measure : gives agreements from weights (n,), how often each person was drawn.
    n : number of persons.
    replications : 20 and up.

    Raises
    ------
    NotEnoughData
        There are fewer than two persons or 20 replications.
    TooManyRefusals
        More than a tenth of the samples could not be analysed.

    References
    ----------
    .. [1] Efron, B., & Tibshirani, R. J. (1993). *An Introduction to the Bootstrap*. Chapman & Hall, ch. 6, 13.

    >>> from kaoping.scoring.classification.rudner import rudner
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.standard_normal(400)
    >>> measure = lambda weights: (rudner(theta, np.full(400, 0.3), [0.0], weights=weights).together,)
    >>> round(bootstrap(measure, 400, rng=rng, replications=200).spreads[0]["accuracy"].se, 3)
    0.007
    """
    if n < 2 or replications < LEAST:  # noqa: PLR2004 - one person alone has no spread
        what, least, number = ("persons", 2, n) if n < 2 else ("replications", LEAST, replications)  # noqa: PLR2004
        raise NotEnoughData(what=f"A bootstrap over {what}", least=least, n=number)
    found: list[tuple[Agreement, ...]] = []
    refusals: list[ScoringError] = []
    for _ in range(replications):
        weights = rng.multinomial(n, np.full(n, 1 / n)).astype(np.float64)
        try:
            found.append(measure(weights))
        except ScoringError as refused:
            refusals.append(refused)
    if len(refusals) > MOST_REFUSED * replications:
        raise TooManyRefusals(refused=len(refusals), n=replications, reason=str(refusals[0]))
    spreads = tuple(_spreads([one[place] for one in found]) for place in range(len(found[0])))
    return Bootstrap(spreads, replications, len(refusals))


def _spreads(samples: list[Agreement]) -> dict[str, Spread]:
    values = {name: [getattr(one, name) for one in samples] for name in INDICES}
    return {name: _spread(np.array(drawn)) for name, drawn in values.items() if None not in drawn}


def _spread(drawn: Floats) -> Spread:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Spread(float(drawn.std(ddof=1)), float(low), float(high))
