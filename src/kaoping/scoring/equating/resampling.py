"""Standard errors of any equating by drawing the samples again."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.designs import DesignKind
from kaoping.scoring.equating.results import Equating
from kaoping.scoring.errors import NotEnoughData, ScoringError, TooManyRefusals

LEAST = 2
MOST_REFUSED = 0.1
"""Share of samples that may be refused, such as those in which an anchor score vanished from one group."""


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """An equating with bootstrap standard errors.

    ``equating`` the equating of the data, with ``see`` (s,) the standard deviation over samples; ``bias`` (s,) the mean
    over samples less the equating of what was drawn from; ``samples`` (b, s) the equated scores of every sample, in
    points of Y; ``refused`` samples that could not be equated and are left out.
    """

    equating: Equating
    bias: Floats
    samples: Floats
    refused: int


def bootstrap(
    method: Callable[[DesignKind], Equating],
    design: DesignKind,
    *,
    rng: np.random.Generator,
    replications: int = 1000,
    drawn_from: DesignKind | None = None,
) -> Bootstrap:
    r"""Equate samples drawn from the data, or from a model of them, and take the spread of the results [1]_.

    .. math:: SE^2(e_Y(x)) = \frac{1}{B - 1} \sum_b (e^*_b(x) - \bar e^*(x))^2

    Without ``drawn_from`` persons are drawn from the tables themselves (nonparametric); with a smoothed design, from
    its distributions (parametric), which is less noisy in small samples. Smoothing that belongs to the method goes into
    ``method``, so that it is repeated in every sample.

    Parameters
    ----------
    method : equates a design.
    design : the data.
    replications : B, 2 and up.

    Raises
    ------
    NotEnoughData
        Fewer than two replications were asked for.
    TooManyRefusals
        More than a tenth of the samples could not be equated.
    ScoringError
        The data themselves cannot be equated.

    References
    ----------
    .. [1] Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 7. Springer.

    >>> from kaoping.scoring.equating import EquivalentGroups, Frequencies, mean
    >>> groups = EquivalentGroups(Frequencies([0, 1], [50, 50]), Frequencies([0, 1], [40, 60]))
    >>> found = bootstrap(mean, groups, rng=np.random.default_rng(1), replications=2000)
    >>> bool(abs(found.equating.see[0] / mean(groups).see[0] - 1) < 0.05)
    True
    """
    if replications < LEAST:
        raise NotEnoughData(what="A bootstrap", least=LEAST, n=replications)
    equating = method(design)
    source = design if drawn_from is None else drawn_from
    samples, refusals = [], []
    for _ in range(replications):
        try:
            samples.append(method(source.resampled(rng)).equated)
        except ScoringError as refused:
            refusals.append(refused)
    if len(refusals) > MOST_REFUSED * replications or len(samples) < LEAST:
        raise TooManyRefusals(refused=len(refusals), n=replications, reason=str(refusals[0]))
    drawn = np.stack(samples)
    centre = equating.equated if drawn_from is None else method(source).equated
    spread = replace(equating, see=drawn.std(axis=0, ddof=1))
    return Bootstrap(spread, drawn.mean(axis=0) - centre, drawn, len(refusals))
