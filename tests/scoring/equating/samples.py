"""Data for the tests of equating: simulated groups, and the derivative of any method by brute force."""

from collections.abc import Callable

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating import (
    AnchorGroups,
    Equating,
    EquivalentGroups,
    Frequencies,
    JointFrequencies,
    SingleGroup,
)

NUDGE = 1e-3


def form(n: int, *, items: int = 12, harder: float = 0.0, seed: int = 1) -> Frequencies:
    rng = np.random.default_rng(seed)
    return Frequencies.of(rng.binomial(items, 1 / (1 + np.exp(harder - rng.normal(0, 1.2, n)))), scores=(0, items))


def groups(n: int = 2000) -> EquivalentGroups:
    return EquivalentGroups(form(n, seed=1), form(n + 500, harder=0.4, seed=2))


def pairs(
    n: int = 2000, *, able: float = 0.0, harder: float = 0.0, items: int = 10, anchor: int = 5, seed: int = 3
) -> JointFrequencies:
    """Scores of a form with an anchor inside it."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(able, 1.2, n)
    common = rng.binomial(anchor, 1 / (1 + np.exp(-theta)))
    own = rng.binomial(items - anchor, 1 / (1 + np.exp(harder - theta)))
    return JointFrequencies.of(common + own, common, scores=((0, items), (0, anchor)))


def neat(n: int = 3000) -> AnchorGroups:
    return AnchorGroups(pairs(n, seed=3), pairs(n + 300, able=0.3, harder=0.3, seed=4))


def single(n: int = 2000) -> SingleGroup:
    rng = np.random.default_rng(5)
    theta = rng.normal(0, 1.2, n)
    x, y = (rng.binomial(8, 1 / (1 + np.exp(harder - theta))) for harder in (0.0, 0.4))
    return SingleGroup(JointFrequencies.of(x, y, scores=((0, 8), (0, 8))))


def filled(design: EquivalentGroups | SingleGroup | AnchorGroups) -> EquivalentGroups | SingleGroup | AnchorGroups:
    """Give every cell a few persons more, so that each has a derivative."""
    if isinstance(design, EquivalentGroups):
        return design
    if isinstance(design, SingleGroup):
        return SingleGroup(_more(design.pairs))
    return AnchorGroups(_more(design.x), _more(design.y), internal=design.internal)


def _more(table: JointFrequencies) -> JointFrequencies:
    return JointFrequencies(
        table.first,
        table.second,
        table.counts + 1 + np.arange(table.counts.size).reshape(table.counts.shape) / table.counts.size,
    )


def brute_force(
    method: Callable[..., Equating], *tables: Frequencies | JointFrequencies, build: Callable[..., object]
) -> Floats:
    """Standard errors from the derivative of a method by every count, each count taken as a Poisson variable."""
    variance = np.zeros(len(method(build(*tables)).scores))
    for place, table in enumerate(tables):
        for cell in np.flatnonzero(table.counts):
            ends = [
                method(build(*tables[:place], _nudged(table, cell, by), *tables[place + 1 :])).equated
                for by in (NUDGE, -NUDGE)
            ]
            variance += table.counts.ravel()[cell] * ((ends[0] - ends[1]) / (2 * NUDGE)) ** 2
    errors: Floats = np.sqrt(variance)
    return errors


def _nudged(table: Frequencies | JointFrequencies, cell: np.intp, by: float) -> Frequencies | JointFrequencies:
    counts = table.counts.copy()
    counts.flat[cell] += by
    if isinstance(table, Frequencies):
        return Frequencies(table.scores, counts)
    return JointFrequencies(table.first, table.second, counts)
