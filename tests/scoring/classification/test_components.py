"""Passing every component: closed forms of the normal distribution, properties, and simulated assessments."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classification import (
    BadComponents,
    BadCuts,
    BadReliability,
    conjunction,
    disattenuated,
    joint_cases,
    joint_conjunction,
    rudner,
)
from tests.scoring.classification.samples import THREE_ERRORS, share_error

MEAN, SD, RELIABILITY = [70.0, 75.0, 68.0], [10.0, 12.0, 9.0], [0.85, 0.75, 0.70]
RELATED = np.array([[1.0, 0.6, 0.5], [0.6, 1.0, 0.7], [0.5, 0.7, 1.0]])


@pytest.mark.parametrize("reliability", [0.5, 0.85, 0.99])
def test_at_the_middle_of_a_normal_population_indices_have_a_closed_form(reliability: float) -> None:
    """Sheppard (1899): two normal variables are on one side of their means with chance 1/2 + arcsin(r)/pi."""
    found = joint_conjunction([50], [10], [reliability], [[1]], 50).together

    assert found.consistency == pytest.approx(0.5 + np.arcsin(reliability) / np.pi, abs=1e-8)
    assert found.accuracy == pytest.approx(0.5 + np.arcsin(np.sqrt(reliability)) / np.pi, abs=1e-8)


def test_two_components_at_the_middle_have_a_closed_form() -> None:
    """The share above the means of both is 1/4 + arcsin(r)/2pi, of observed and of true values."""
    found = joint_conjunction([0, 0], [1, 1], [0.8, 0.8], [[1, 0.5], [0.5, 1]], 0.0).together

    assert found.truly_above == pytest.approx(0.25 + np.arcsin(0.5) / (2 * np.pi), abs=1e-8)
    assert found.above == pytest.approx(0.25 + np.arcsin(0.4) / (2 * np.pi), abs=1e-8)


def upper(mean: Floats, covariance: Floats) -> float:
    """Chance that all of some normal values are above 0, by the method of Genz."""
    zero = np.zeros(len(mean))
    return float(multivariate_normal.cdf(mean, zero, covariance, maxpts=400_000, abseps=1e-6, releps=1e-6))


def test_three_components_agree_with_normal_probabilities_calculated_otherwise() -> None:
    mean, spread, trusted = np.array(MEAN) - 60, np.array(SD), np.array(RELIABILITY)
    true = np.outer(spread * np.sqrt(trusted), spread * np.sqrt(trusted)) * RELATED
    seen = true + np.diag(spread**2 * (1 - trusted))
    twice = np.concatenate([mean, mean])
    passing, truly = upper(mean, seen), upper(mean, true)
    both = upper(twice, np.block([[true, true], [true, seen]]))
    again = upper(twice, np.block([[seen, true], [true, seen]]))

    found = joint_conjunction(MEAN, SD, RELIABILITY, RELATED, 60).together

    assert [found.above, found.truly_above] == pytest.approx([passing, truly], abs=1e-5)
    assert found.accuracy == pytest.approx(1 - passing - truly + 2 * both, abs=5e-5)
    assert found.consistency == pytest.approx(1 - 2 * passing + 2 * again, abs=5e-5)


def test_unrelated_components_multiply() -> None:
    found = joint_conjunction(MEAN, SD, RELIABILITY, np.eye(3), [60, 65, 58])

    assert found.together.truly_above == pytest.approx(
        np.prod([float(one.truly_above or 0) for one in found.apart]), abs=1e-6
    )
    assert found.together.above == pytest.approx(np.prod([float(one.above or 0) for one in found.apart]), abs=1e-6)


def test_the_whole_decision_is_less_accurate_than_any_component() -> None:
    found = joint_conjunction(MEAN, SD, RELIABILITY, RELATED, 60)

    assert found.together.accuracy < min(one.accuracy for one in found.apart)  # type: ignore[type-var, operator]
    assert found.together.above < found.together.truly_above  # type: ignore[operator]


def test_four_components_add_nothing_if_one_decides() -> None:
    """Components that everybody passes leave the decision to the first one."""
    related = np.full((4, 4), 0.5) + 0.5 * np.eye(4)

    four = joint_conjunction([60] * 4, [10] * 4, [0.8] * 4, related, [60, 0, 0, 0]).together
    one = joint_conjunction([60], [10], [0.8], [[1]], [60]).together

    assert four.accuracy == pytest.approx(one.accuracy, abs=1e-4)
    assert four.consistency == pytest.approx(one.consistency, abs=1e-4)


def test_the_indices_are_those_of_simulated_assessments() -> None:
    """Shares of 50 000 persons; three standard errors."""
    n, rng = 50_000, np.random.default_rng(2)
    trusted = np.array(RELIABILITY)
    true = MEAN + rng.standard_normal((n, 3)) @ np.linalg.cholesky(RELATED).T * SD * np.sqrt(trusted)
    first, second = (true + rng.standard_normal((n, 3)) * SD * np.sqrt(1 - trusted) for _ in range(2))
    truth, one, two = ((values >= 60).all(axis=1) for values in (true, first, second))

    found = joint_conjunction(MEAN, SD, trusted, RELATED, 60).together

    for expected, observed in (
        (found.accuracy, np.mean(truth == one)),
        (found.consistency, np.mean(one == two)),
        (found.false_positive, np.mean(one & ~truth)),
        (found.false_negative, np.mean(~one & truth)),
    ):
        assert observed == pytest.approx(expected, abs=THREE_ERRORS * share_error(float(observed), n))


def test_one_component_is_rudner() -> None:
    theta, se = [58.0, 61.0, 75.0], [3.0, 4.0, 5.0]

    alone = conjunction(np.array([theta]).T, np.array([se]).T, 60)
    known = rudner(theta, se, [60])

    assert alone.together.accuracy == pytest.approx(known.together.accuracy)
    assert alone.together.kappa == pytest.approx(known.together.kappa)


def test_persons_are_as_sure_as_their_components_together() -> None:
    found = conjunction([[70, 66], [59, 90]], [[5, 4], [5, 0]], [60, 60], names=["theory", "skill"], persons=["A", "B"])

    assert found.cases is not None
    assert found.cases.labels == ["A", "B"]
    assert found.cases.decision.tolist() == [1, 0]
    assert found.cases.right[0] == pytest.approx(0.9772499 * 0.9331928)
    assert found.cases.right[1] == pytest.approx(0.5792597)
    assert found.names == ("theory", "skill")


def test_results_of_persons_are_as_sure_as_simulated_ones_are_right() -> None:
    """Shares of the persons in four bands of sureness; three standard errors."""
    n, rng = 20_000, np.random.default_rng(8)
    trusted = np.array(RELIABILITY)
    true = MEAN + rng.standard_normal((n, 3)) @ np.linalg.cholesky(RELATED).T * SD * np.sqrt(trusted)
    seen = true + rng.standard_normal((n, 3)) * SD * np.sqrt(1 - trusted)
    truth = (true >= 60).all(axis=1)

    found = joint_cases(seen, MEAN, SD, trusted, RELATED, 60, rng=rng)

    for low in (0.0, 0.25, 0.5, 0.75):
        here = (found.chances[:, 1] >= low) & (found.chances[:, 1] < low + 0.25)
        expected = found.chances[here, 1].mean()
        assert np.mean(truth[here]) == pytest.approx(
            expected, abs=THREE_ERRORS * share_error(expected, int(here.sum()))
        )
    whole = joint_conjunction(MEAN, SD, trusted, RELATED, 60).together
    assert found.right.mean() == pytest.approx(whole.accuracy, abs=0.006)


def test_correlations_are_corrected_for_errors() -> None:
    """Spearman (1904)."""
    assert disattenuated([[1, 0.54], [0.54, 1]], [0.9, 0.6])[0, 1] == pytest.approx(0.54 / np.sqrt(0.54))
    with pytest.raises(BadComponents, match=r"correlate 1\.125"):
        disattenuated([[1, 0.9], [0.9, 1]], [0.8, 0.8])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sd": [0.0, 1.0]}, "standard deviation above 0"),
        ({"correlations": [[1, 0.5], [0.4, 1]]}, "a table of 2 rows"),
        ({"correlations": [[1, 1.5], [1.5, 1]]}, "no values can"),
        ({"names": ("a", "a")}, "as many names"),
    ],
)
def test_components_that_do_not_belong_together_are_refused(changes: dict[str, object], reason: str) -> None:
    given = {
        "mean": [0.0, 0.0],
        "sd": [1.0, 1.0],
        "reliability": [0.8, 0.8],
        "correlations": np.eye(2),
        "cuts": 0.0,
    }

    with pytest.raises(BadComponents, match=reason):
        joint_conjunction(**{**given, **changes})  # type: ignore[arg-type]


def test_too_many_components_wrong_cuts_and_wrong_reliabilities_are_refused() -> None:
    with pytest.raises(BadComponents, match="at most 4"):
        joint_conjunction(np.zeros(5), np.ones(5), np.full(5, 0.8), np.eye(5), 0)
    with pytest.raises(BadReliability):
        joint_conjunction([0], [1], [1.0], [[1]], 0)
    with pytest.raises(BadCuts, match="one finite cut each"):
        joint_conjunction([0, 0], [1, 1], [0.8, 0.8], np.eye(2), [1, 2, 3])
    with pytest.raises(BadComponents, match="every component"):
        conjunction([1.0], [1.0], 0)
