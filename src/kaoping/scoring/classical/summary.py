"""All classical statistics of a test: one summary."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.classical.analysis import tried
from kaoping.scoring.classical.covariances import Covariances, joint
from kaoping.scoring.classical.distribution import Distribution, distribution
from kaoping.scoring.classical.estimates import LEAST_FOR_A_SHARE, Estimate
from kaoping.scoring.classical.halves import Halves, best_halves, odd_even, random_halves, split_half
from kaoping.scoring.classical.marks import Marks, Table
from kaoping.scoring.classical.omega import omega
from kaoping.scoring.classical.reliability import (
    alpha_of,
    error_of_measurement,
    kr21,
    lambda2,
    lambda6,
    standardised_alpha,
)


@dataclass(frozen=True)
class TestSummary:
    """A test in numbers; what could not be calculated is ``None``, and ``reasons`` says why by the field's name.

    ``score`` describes the score in marks, of incomplete answers raised to the whole test in proportion; ``complete``
    persons were presented every item. With fewer than needed, reliabilities stand on pairs of items and ``pairwise`` is
    true. ``kr21`` is given for items marked right or wrong, of which alpha is formula 20.
    """

    persons: int
    items: int
    worth: float
    complete: int
    pairwise: bool
    score: Distribution | None
    alpha: Estimate | None
    standardised_alpha: Estimate | None
    lambda2: Estimate | None
    lambda6: Estimate | None
    omega: Estimate | None
    kr21: Estimate | None
    odd_even: Halves | None
    random_halves: Halves | None
    best_halves: Halves | None
    sem: Estimate | None
    reasons: dict[str, str] = field(default_factory=dict)

    #: Tells pytest that this is no test.
    __test__ = False


def test_summary(
    responses: Table,
    *,
    marks: ArrayLike | None = None,  # noqa: PT028 - a test of persons, not of code
    least: int = LEAST_FOR_A_SHARE,  # noqa: PT028
    rng: np.random.Generator | None = None,  # noqa: PT028
) -> TestSummary:
    """Calculate every statistic of the whole test, each with its interval.

    Parameters
    ----------
    marks : (k,) most marks of each item; its highest category if not given.
    least : fewest persons for a reliability.
    rng : draws the random halves and the starts from which the best halves are sought; without it there are none.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> found = test_summary(ResponseMatrix([[1, 1, 0], [0, 0, 0], [1, 1, 1], [1, 0, 0]] * 20))
    >>> round(found.alpha.value, 4), found.reasons["omega"][:26]
    (0.75, 'Omega cannot be calculated')
    """
    table = Marks.of(responses, marks=marks)
    reasons: dict[str, str] = {}
    answered = table.offered > 0
    found = tried(reasons, "alpha", lambda: joint(table, what="Alpha", least=least))

    def of(name: str, statistic: Callable[[Covariances], Estimate]) -> Estimate | None:
        return None if found is None else tried(reasons, name, lambda: statistic(found))

    def halves(name: str, divide: Callable[[Covariances], np.ndarray]) -> Halves | None:
        return None if found is None else tried(reasons, name, lambda: split_half(found, divide(found)))

    reliability = of("alpha", alpha_of)
    spread = float(np.sqrt(found.variance)) if found else 0.0
    return TestSummary(
        persons=len(table.earned),
        items=len(table.items),
        worth=float(table.largest.sum()),
        complete=int(table.complete.sum()),
        pairwise=found is not None and len(found.known) != int(table.complete.sum()),
        score=tried(reasons, "score", lambda: distribution(table.total[answered], weights=table.weights[answered])),
        alpha=reliability,
        standardised_alpha=of("standardised_alpha", standardised_alpha),
        lambda2=of("lambda2", lambda2),
        lambda6=of("lambda6", lambda6),
        omega=of("omega", omega),
        kr21=tried(reasons, "kr21", lambda: kr21(table, least=least)),
        odd_even=halves("odd_even", lambda one: odd_even(one.k)),
        random_halves=halves("random_halves", lambda one: random_halves(one.k, rng=rng)) if rng else None,
        best_halves=halves("best_halves", lambda one: best_halves(one, rng=rng)) if rng else None,
        sem=None if reliability is None else error_of_measurement(reliability, spread),
        reasons=reasons,
    )


#: Tells pytest that this is no test.
test_summary.__test__ = False  # type: ignore[attr-defined]
