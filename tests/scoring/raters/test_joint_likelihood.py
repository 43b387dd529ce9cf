"""Joint maximum likelihood: its known bias, its derivative, and what it makes of extreme persons."""

import numpy as np
import pytest

from kaoping.scoring.raters import Panel, Ratings, joint_likelihood, many_facet
from kaoping.scoring.raters.abilities import category_moments
from kaoping.scoring.raters.errors import BadPanel, ExtremeElement, Undetermined
from tests.scoring.raters.panels import drawn


def test_two_raters_are_twice_as_far_apart_as_they_are() -> None:
    """Andersen, E. B. (1973): with two right/wrong items joint estimates are twice the conditional, log n10 / n01."""
    marks = [1, 0] * 30 + [0, 1] * 12 + [1, 1] * 9 + [0, 0] * 5
    given = Ratings.from_columns(np.arange(len(marks)) // 2, marks, {"rater": ["x", "y"] * (len(marks) // 2)})

    found = joint_likelihood(given, tolerance=1e-9)

    assert found.measures("rater")["y"] - found.measures("rater")["x"] == pytest.approx(2 * np.log(30 / 12), abs=1e-6)
    assert found.extreme_persons.sum() == 14


def test_expected_scores_of_persons_and_elements_are_the_observed_ones() -> None:
    truth = drawn(np.random.default_rng(1), n=200, raters=6)
    found = joint_likelihood(truth.ratings, Panel(steps="item"), tolerance=1e-9)
    ratings, kept = found.ratings, ~found.extreme_persons[found.ratings.person]
    difficulty = found.structure.difficulty(found.parameters)[found.structure.cell]
    left = ratings.category - category_moments(found.theta[ratings.person], difficulty)[0]

    for code in (ratings.person, *ratings.codes):
        np.testing.assert_allclose(np.bincount(code, left * kept), 0, atol=1e-5)


def test_it_nears_marginal_likelihood_with_many_ratings_of_each_person() -> None:
    """40 ratings a person: measures are wider by about 40 / 39."""
    truth = drawn(np.random.default_rng(2), n=150, raters=8, items=5, each=8)
    joint, marginal = joint_likelihood(truth.ratings), many_facet(truth.ratings)

    for facet in ("rater", "item"):
        ours, theirs = (np.array(list(found.measures(facet).values())) for found in (joint, marginal))
        assert np.linalg.norm(ours) / np.linalg.norm(theirs) == pytest.approx(40 / 39, abs=0.02)
        errors = np.array(list(joint.errors_of(facet).values())) / np.array(list(marginal.errors_of(facet).values()))
        np.testing.assert_allclose(errors, 1, atol=0.06)


def test_extreme_persons_are_left_out_and_placed_with_three_tenths_of_a_point() -> None:
    truth = drawn(np.random.default_rng(3), n=250, raters=5, items=2, sd=2.5)
    found = joint_likelihood(truth.ratings)
    outside = found.extreme_persons
    without = joint_likelihood(truth.ratings.taken(~outside[truth.ratings.person]))

    assert outside.sum() > 3
    for name, value in without.measures("rater").items():
        assert found.measures("rater")[name] == pytest.approx(value, abs=1e-5)
    ratings = found.ratings
    difficulty = found.structure.difficulty(found.parameters)[found.structure.cell]
    left = ratings.category - category_moments(found.theta[ratings.person], difficulty)[0]
    np.testing.assert_allclose(np.abs(np.bincount(ratings.person, left))[outside], 0.3, atol=1e-5)


def test_anchors_are_held() -> None:
    truth = drawn(np.random.default_rng(4), n=200, raters=5)

    found = joint_likelihood(truth.ratings, Panel(anchors={"rater": {"2": 0.5}}))

    assert found.measures("rater")["2"] == 0.5
    assert found.errors_of("rater")["2"] == 0


def test_what_it_cannot_tell_is_refused() -> None:
    truth = drawn(np.random.default_rng(5), n=60, raters=3)
    with pytest.raises(BadPanel, match="the persons they share alone"):
        joint_likelihood(truth.ratings, Panel(exchangeable=True))
    highest = np.where(truth.rater == 1, 3, truth.category)
    given = Ratings.from_columns(truth.person, highest, {"rater": truth.rater, "item": truth.item})
    with pytest.raises(ExtremeElement):
        joint_likelihood(given)
    ends = Ratings.from_columns("AABB", [1, 1, 0, 0], {"rater": "xyxy"})
    with pytest.raises(Undetermined, match="any measure"):
        joint_likelihood(ends)
    lonely = Ratings.from_columns("AABBCC", [1, 0, 0, 1, 1, 1], {"rater": "xyxyxz"})
    with pytest.raises(Undetermined, match="rater z, which met only persons"):
        joint_likelihood(lonely)
