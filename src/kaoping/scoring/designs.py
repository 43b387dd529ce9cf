r"""Designs of a study: who is asked, who gets which item, who omits what, and who runs out of time.

Every function draws from the generator that it is given, so that a seed gives the same study again.

References
----------
Frey, A., Hartig, J., & Rupp, A. A. (2009). An NCME instructional module on booklet designs in large-scale assessments
of student achievement. *Educational Measurement: Issues and Practice*, 28(3), 39-53.
Mislevy, R. J., & Wu, P.-K. (1996). *Missing responses and IRT ability estimation: omits, choice, time limits, and
adaptive testing* (RR-96-30). Educational Testing Service.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.parameters import ItemParameters

LEANING = 3.0
"""Logits by which an item that a person would surely solve is less likely to be omitted than one surely failed."""
PACE = 0.3
"""Standard deviation of the logarithm of persons' pace."""
EXTREME = 50.0
"""Logits beyond which a share is zero or one."""


@dataclass(frozen=True)
class Group:
    """A group of a study: normal abilities of mean and standard deviation in logits, each person of one weight."""

    name: str
    persons: int
    mean: float = 0.0
    sd: float = 1.0
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Sample:
    """Persons: ability ``theta`` (n,) in logits, name of the group and weight (n,) of each."""

    theta: Floats
    groups: tuple[str, ...]
    weights: Floats


def draw_groups(groups: Sequence[Group], *, rng: np.random.Generator) -> Sample:
    """Draw the persons of one or more groups, group after group.

    Raises
    ------
    BadResponses
        A group has nobody, no spread below zero, or a weight that is not positive.

    >>> found = draw_groups([Group("a", 2), Group("b", 1, mean=1.0, weight=2.0)], rng=np.random.default_rng(1))
    >>> found.groups, found.weights
    (('a', 'a', 'b'), array([1., 1., 2.]))
    """
    for one in groups:
        numbers = np.array([one.mean, one.sd, one.weight])
        if one.persons < 1 or one.sd < 0 or one.weight <= 0 or not np.isfinite(numbers).all():
            raise BadResponses(reason=f"group {one.name} needs persons, a spread of 0 or more and a positive weight")
    sizes = [one.persons for one in groups]
    spread, mean = (np.repeat([getattr(one, name) for one in groups], sizes) for name in ("sd", "mean"))
    return Sample(
        theta=mean + spread * rng.standard_normal(sum(sizes)),
        groups=tuple(one.name for one in groups for _ in range(one.persons)),
        weights=np.repeat([float(one.weight) for one in groups], sizes),
    )


def booklets(n: int, k: int, *, blocks: int, rng: np.random.Generator, each: int = 2) -> Flags:
    """Give every person one of as many booklets as there are blocks of items, (n, k) presented.

    Items are cut into blocks in their order; booklet i holds the blocks i, i + 1 and so on, and after the last the
    first, so that neighbours share a block and all are linked. Booklets are given out as evenly as may be, in random
    order.

    Parameters
    ----------
    each : number of blocks in a booklet.

    Raises
    ------
    BadResponses
        There are fewer items than blocks, or the booklets would not be linked.

    >>> booklets(3, 6, blocks=3, rng=np.random.default_rng(1)).sum(axis=0)
    array([2, 2, 2, 2, 2, 2])
    """
    if not 2 <= each <= blocks <= k:  # noqa: PLR2004 - one block alone links nothing
        raise BadResponses(reason=f"booklets of {each} out of {blocks} blocks cannot be made of {k} items")
    block = np.repeat(np.arange(blocks), [len(part) for part in np.array_split(np.arange(k), blocks)])
    booklet = rng.permutation(np.arange(n) % blocks)
    return np.asarray((block - booklet[:, None]) % blocks < each)


def scattered(n: int, k: int, *, share: float, rng: np.random.Generator) -> Flags:
    """Leave out a share of all cells at random, (n, k) presented; everybody keeps one item.

    Raises
    ------
    BadResponses
        The share is not from 0 to below 1.

    >>> bool(0.7 < scattered(1000, 20, share=0.25, rng=np.random.default_rng(1)).mean() < 0.8)
    True
    """
    _refuse(share)
    shown = rng.random((n, k)) >= share
    empty = np.flatnonzero(~shown.any(axis=1))
    shown[empty, rng.integers(k, size=len(empty))] = True
    return shown


def omissions(
    theta: Floats, parameters: ItemParameters, *, share: float, rng: np.random.Generator, leaning: float = LEANING
) -> Flags:
    r"""Draw who omits which item, (n, k): rather one that would be failed, so that omitting tells of ability.

    .. math:: P(\text{omit}) = \sigma(\kappa - \lambda \, E_j(\theta) / (m_j - 1))

    with :math:`\kappa` such that the share of all cells is as asked.

    Parameters
    ----------
    theta : (n,) abilities in logits.
    leaning : lambda in logits; 0 omits at random.

    Raises
    ------
    BadResponses
        The share is not from 0 to below 1.

    >>> items = ItemParameters.logistic(np.ones(20), np.linspace(-2, 2, 20))
    >>> found = omissions(np.zeros(500), items, share=0.1, rng=np.random.default_rng(1))
    >>> bool(found[:, -1].mean() > found[:, 0].mean())
    True
    """
    _refuse(share)
    expected = (parameters.expected(theta) / (parameters.categories - 1)[:, None]).T
    if share == 0:
        return np.zeros(expected.shape, dtype=bool)

    def miss(level: float) -> float:
        return float(expit(level - leaning * expected).mean()) - share

    level = brentq(miss, -EXTREME - abs(leaning), EXTREME + abs(leaning))
    return np.asarray(rng.random(expected.shape) < expit(level - leaning * expected))


def unreached(n: int, k: int, *, share: float, rng: np.random.Generator) -> Flags:
    """Draw how far each person comes in the order of the items, (n, k) not reached; everybody comes to the first.

    Persons' pace is log-normal, with the median at which the expected share of cells is as asked.

    Raises
    ------
    BadResponses
        The share is not from 0 to below 1.

    >>> found = unreached(2000, 40, share=0.1, rng=np.random.default_rng(1))
    >>> bool(abs(found.mean() - 0.1) < 0.01), bool(found[:, 0].any())
    (True, False)
    """
    _refuse(share)
    if share == 0:
        return np.zeros((n, k), dtype=bool)
    pace = np.exp(PACE * rng.standard_normal(n))

    def reach(median: float) -> Floats:
        return np.clip(np.floor(k * median * pace), 1, k)

    def miss(level: float) -> float:
        return 1 - float(reach(np.exp(level)).mean()) / k - share

    level = brentq(miss, -EXTREME, EXTREME) if miss(-EXTREME) > 0 else -EXTREME
    return np.asarray(np.arange(k) >= reach(np.exp(level))[:, None])


def _refuse(share: float) -> None:
    if not 0 <= share < 1:
        raise BadResponses(reason=f"a share of {share} is not from 0 to below 1")
