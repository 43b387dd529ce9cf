"""Standard errors of indices, and other cuts."""

import numpy as np
import pytest

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classification import Agreement, BadCuts, bootstrap, lee, livingston_lewis, over_cuts, rudner
from kaoping.scoring.errors import NotEnoughData, TooManyRefusals
from tests.scoring.classification.samples import paper


def test_the_spread_of_accuracy_is_that_of_a_mean_over_persons() -> None:
    """Accuracy is the mean of what each person adds, so its error is their spread over the root of their number."""
    theta, se = np.random.default_rng(1).standard_normal(500), np.full(500, 0.35)
    known = rudner(theta, se, [0.2])
    assert known.points is not None

    def measure(weights: Floats) -> tuple[Agreement, ...]:
        return (rudner(theta, se, [0.2], weights=weights).together,)

    found = bootstrap(measure, 500, rng=np.random.default_rng(2), replications=800)

    expected = known.points.accuracy[:, -1].std() / np.sqrt(500)
    accuracy = found.spreads[0]["accuracy"]
    assert accuracy.se == pytest.approx(expected, rel=3 / np.sqrt(2 * 800))
    assert accuracy.low < known.together.accuracy < accuracy.high  # type: ignore[operator]
    assert (found.replications, found.refused) == (800, 0)


def test_the_spread_of_livingston_lewis_covers_other_samples() -> None:
    """The spread over 60 fresh samples is known to a tenth; three of these, and a tenth for the bootstrap's own."""
    rng = np.random.default_rng(3)

    def sample() -> Floats:
        return rng.binomial(40, 0.3 + 0.6 * rng.beta(2, 2, 400)).astype(np.float64)

    def consistency(scores: Floats, weights: Floats | None = None) -> tuple[Agreement, ...]:
        return (livingston_lewis(scores, [24], reliability=0.72, maximum=40, weights=weights).together,)

    fresh = np.array([consistency(sample())[0].consistency for _ in range(60)])
    scores = sample()

    found = bootstrap(lambda weights: consistency(scores, weights), 400, rng=rng, replications=100)

    assert found.spreads[0]["consistency"].se == pytest.approx(fresh.std(), rel=0.4)


def test_a_bootstrap_needs_persons_replications_and_samples_that_can_be_used() -> None:
    def refused(weights: Floats) -> tuple[Agreement, ...]:
        raise BadCuts(reason="they fall")

    rng = np.random.default_rng(1)
    with pytest.raises(NotEnoughData, match="persons needs at least 2"):
        bootstrap(refused, 1, rng=rng)
    with pytest.raises(NotEnoughData, match="replications needs at least 20"):
        bootstrap(refused, 5, rng=rng, replications=3)
    with pytest.raises(TooManyRefusals, match="they fall"):
        bootstrap(refused, 5, rng=rng, replications=20)


def test_the_curve_over_cuts_holds_what_each_cut_gives() -> None:
    curve = over_cuts(lambda cut: lee(paper(), [cut]), range(32))

    assert curve.cuts[-1] < 31
    assert curve.cuts[0] >= 1
    at = curve.cuts.index(15)
    assert curve.column("accuracy")[at] == lee(paper(), [15]).together.accuracy
    lowest = int(np.argmin(np.array(curve.column("accuracy"), dtype=np.float64)))
    assert 12 < curve.cuts[lowest] < 24


def test_a_curve_without_any_possible_cut_is_refused() -> None:
    with pytest.raises(BadCuts, match="none of those"):
        over_cuts(lambda cut: lee(paper(), [cut]), [99.0])
