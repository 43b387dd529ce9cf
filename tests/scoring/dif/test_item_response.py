from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.special import expit

from kaoping.scoring.arrays import Floats
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.dif import Design, Screening, likelihood_ratio, lord, mantel_haenszel, raju
from kaoping.scoring.dif.lord import compare
from kaoping.scoring.dif.metric import Curves, curves, linked
from kaoping.scoring.dif.raju import measure, signed_area, unsigned_area
from kaoping.scoring.dif.screening import Compared
from kaoping.scoring.errors import BadDesign, NoOverlap, TooFewAnchors
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_dif import two_groups

BOTH = Design(reference="r", focal="f")


def some_curves(a: list[float], b: list[float], *, spread: float = 0.04) -> Curves:
    covariance = np.tile([[spread, spread / 4], [spread / 4, spread]], (len(a), 1, 1))
    return Curves(np.array(a), np.array(b), covariance)


def of(k: int) -> Compared:
    return Compared(tuple(map(str, range(k))), ("r", "f"), np.full((2, k), 100.0))


def test_lord_by_hand() -> None:
    """Differences .4 and .2 with covariance matrix 2 (.04, .01; .01, .04)."""
    reference, focal = some_curves([1.0], [0.0]), some_curves([1.4], [0.2])

    found = compare(of(1), reference, focal)

    expected = np.array([0.4, 0.2]) @ np.linalg.inv([[0.08, 0.02], [0.02, 0.08]]) @ np.array([0.4, 0.2])
    assert found.statistic[0] == pytest.approx(expected)
    assert found.df[0] == 2


def test_in_the_rasch_model_lord_is_raju_squared() -> None:
    covariance = np.tile([[0.0, 0.0], [0.0, 0.03]], (2, 1, 1))
    reference = Curves(np.ones(2), np.zeros(2), covariance)
    focal = Curves(np.ones(2), np.array([0.5, -0.2]), covariance)

    one, other = compare(of(2), reference, focal), measure(of(2), reference, focal)

    assert_allclose(one.statistic, other.statistic)
    assert_allclose(one.statistic, np.array([0.25, 0.04]) / 0.06)
    assert one.classes == ("B", "A")


@pytest.mark.parametrize(("a", "b"), [((1.0, 1.7), (0.0, 0.6)), ((1.4, 0.8), (0.3, -0.9)), ((1.0, 1.0), (0.2, 0.9))])
def test_the_areas_are_those_between_the_curves(a: tuple[float, float], b: tuple[float, float]) -> None:
    reference, focal = some_curves([a[0]], [b[0]]), some_curves([a[1]], [b[1]])

    def apart(theta: float) -> float:
        return float(expit(a[0] * (theta - b[0])) - expit(a[1] * (theta - b[1])))

    signed, _ = quad(apart, -60, 60, limit=400)
    unsigned, _ = quad(lambda theta: abs(apart(theta)), -60, 60, limit=400)
    assert signed_area(reference, focal)[0][0] == pytest.approx(signed, abs=1e-6)
    assert abs(unsigned_area(reference, focal)[0][0]) == pytest.approx(unsigned, abs=1e-5)


def test_the_gradient_of_the_unsigned_area_is_right() -> None:
    def area(point: Floats) -> float:
        return float(unsigned_area(some_curves([point[0]], [point[1]]), some_curves([point[2]], [point[3]]))[0][0])

    at = np.array([1.2, 0.1, 0.9, 0.7])
    _, gradient = unsigned_area(some_curves([1.2], [0.1]), some_curves([0.9], [0.7]))

    assert_allclose(gradient[0], approx_fprime(at, area, 1e-7), atol=1e-5)


def test_a_scale_that_was_moved_is_moved_back() -> None:
    reference = some_curves([1.0, 1.3, 0.8], [-1.0, 0.2, 1.1])

    found = linked(reference.rescaled(1.7, -0.4), reference, anchors=np.ones(3, dtype=bool))

    assert_allclose(found.a, reference.a)
    assert_allclose(found.b, reference.b)
    assert_allclose(found.covariance, reference.covariance)


def test_the_covariance_of_difficulties_is_that_of_the_calibration() -> None:
    calibration = calibrate(two_groups(n=500).take(persons=np.arange(500)))

    found = curves(calibration)

    assert_allclose(np.sqrt(found.covariance[:, 1, 1]), calibration.standard_error("b"), rtol=1e-5)
    assert_allclose(np.sqrt(found.covariance[:, 0, 0]), calibration.standard_error("a"), rtol=1e-5)


@pytest.mark.parametrize("method", [lord, raju, likelihood_ratio])
def test_a_harder_item_is_found_beside_impact(method: Callable[..., Screening]) -> None:
    answers = two_groups(n=1500, k=12, impact=0.5, harder={3: 0.8})

    found = method(answers, Design(reference="r", purify=True, level=0.005))

    assert np.flatnonzero(found.flagged).tolist() == [3]
    assert found.purification.converged


def test_crossing_curves_are_found_by_lord_and_by_the_likelihood_ratio() -> None:
    answers = two_groups(n=3000, k=12, flatter={6: 0.4})

    for found in (lord(answers, BOTH), likelihood_ratio(answers, BOTH), raju(answers, BOTH, area="unsigned")):
        assert found.flagged[6]
        assert found.statistic.argmax() == 6


def test_the_likelihood_ratio_does_not_depend_on_which_group_comes_first() -> None:
    answers = two_groups(n=400, k=6)

    one, other = (likelihood_ratio(answers, Design(reference=name), tolerance=1e-8) for name in ("r", "f"))

    assert_allclose(one.statistic, other.statistic, atol=1e-4)


def test_adding_an_item_to_the_anchors_undoes_dropping_it() -> None:
    """Whether an item is dropped from all others or added to them, the two models are the same."""
    answers = two_groups(n=400, k=6, harder={2: 0.6})
    others = tuple(name for name in answers.items if name != "I3")

    dropped, added = likelihood_ratio(answers, BOTH), likelihood_ratio(answers, Design(anchors=others))

    assert dropped.statistic[2] == pytest.approx(added.statistic[2], abs=1e-4)
    assert dropped.effect[2] == pytest.approx(added.effect[2], abs=1e-4)
    assert dropped.effect[2] < 0


def test_the_likelihood_ratio_compares_items_with_several_categories() -> None:
    answers = two_groups(n=800, k=6, categories=3, harder={2: 0.6})

    found = likelihood_ratio(answers, BOTH, models={"I1": "gpcm", **dict.fromkeys(answers.items[1:], "grm")})

    assert (found.df == 3).all()
    assert found.statistic.argmax() == 2


def test_without_a_difference_few_items_are_flagged() -> None:
    """60 items: 3 false flags are expected; 10 or more have a chance of about one in a thousand."""
    for method in (lord, likelihood_ratio):
        flags = sum(
            int((method(two_groups(n=500, k=10, seed=seed, impact=0.3), BOTH).p < 0.05).sum()) for seed in range(6)
        )
        assert flags < 10


def test_the_effect_is_that_of_standardisation_in_kind() -> None:
    answers = two_groups(n=1500, k=12, harder={3: 0.8})

    found = likelihood_ratio(answers, Design(reference="r", purify=True))

    assert -0.25 < found.effect[3] < -0.08
    assert mantel_haenszel(answers, Design(reference="r")).effect[3] < -1


def test_what_cannot_be_calibrated_apart_is_refused() -> None:
    with pytest.raises(BadDesign, match="use the likelihood ratio"):
        lord(two_groups(n=100, k=4, categories=3), BOTH)
    with pytest.raises(TooFewAnchors):
        lord(two_groups(n=200, k=4), Design(anchors=("I1",)))
    with pytest.raises(TooFewAnchors):
        likelihood_ratio(two_groups(n=200, k=4), Design(anchors=("I1",)))


def test_groups_without_a_common_item_are_refused() -> None:
    answers = two_groups(n=100, k=6)
    table = answers.answers.copy()
    table[:100, 3:] = -1
    table[100:, :3] = -1

    with pytest.raises(NoOverlap):
        likelihood_ratio(ResponseMatrix(table, groups=["r"] * 100 + ["f"] * 100), models="rasch")
