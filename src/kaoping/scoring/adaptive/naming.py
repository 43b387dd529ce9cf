"""The criteria by the names that people write."""

from collections.abc import Callable

from kaoping.scoring.adaptive.blending import Progressive, Proportional, Stratified
from kaoping.scoring.adaptive.criteria import (
    Criterion,
    MaximumInformation,
    NearestDifficulty,
    NearestPeak,
    RandomChoice,
)
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.expectations import ExpectedInformation, ExpectedVariance
from kaoping.scoring.adaptive.integrals import (
    GlobalDiscrimination,
    KullbackLeibler,
    LikelihoodWeightedInformation,
    PosteriorGlobalDiscrimination,
    PosteriorKullbackLeibler,
    PosteriorWeightedInformation,
)

PLAIN: dict[str, Callable[[], Criterion]] = {
    one.name: one
    for one in (
        MaximumInformation,
        LikelihoodWeightedInformation,
        PosteriorWeightedInformation,
        ExpectedVariance,
        ExpectedInformation,
        KullbackLeibler,
        PosteriorKullbackLeibler,
        GlobalDiscrimination,
        PosteriorGlobalDiscrimination,
        NearestDifficulty,
        NearestPeak,
        RandomChoice,
    )
}
"""Criteria that need to know nothing."""
LENGTHY: dict[str, Callable[[int], Criterion]] = {one.name: one for one in (Progressive, Proportional, Stratified)}
"""Criteria that need to know the length of the test."""
NAMES = (*PLAIN, *LENGTHY)


def criterion(name: str, length: int) -> Criterion:
    """Give the criterion of a name, with its defaults, for tests of at most so many items.

    Raises
    ------
    BadAdaptiveTest
        There is none of this name.

    >>> criterion("mfi", 30), criterion("progressive", 30)
    (MaximumInformation(), Progressive(length=30, acceleration=1.0))
    """
    if name in PLAIN:
        return PLAIN[name]()
    if name in LENGTHY:
        return LENGTHY[name](length)
    raise BadAdaptiveTest(reason=f"{name} is no criterion; write one of {', '.join(NAMES)}")
