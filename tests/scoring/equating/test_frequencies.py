import numpy as np
import pytest

from kaoping.scoring.equating import Frequencies, JointFrequencies
from kaoping.scoring.equating.frequencies import moments, standard_errors
from kaoping.scoring.errors import BadScores


def test_persons_are_counted_over_all_possible_scores() -> None:
    table = Frequencies.of([2, 2, 4], scores=(0, 5))

    assert table.scores.tolist() == [0, 1, 2, 3, 4, 5]
    assert table.counts.tolist() == [0, 0, 2, 0, 1, 0]


def test_moments_are_those_of_the_persons() -> None:
    persons = np.array([0, 1, 1, 3, 5, 5, 2])

    found = Frequencies.of(persons).moments

    assert np.isclose(found.mean, persons.mean())
    assert np.isclose(found.sd, persons.std(ddof=1))
    standard = (persons - persons.mean()) / persons.std()
    assert np.isclose(found.skewness or 0, (standard**3).mean())
    assert np.isclose(found.kurtosis or 0, (standard**4).mean())


def test_scores_that_are_all_alike_have_no_skewness() -> None:
    assert moments(np.arange(3.0), np.array([0.0, 1.0, 0.0])).skewness is None


def test_the_covariance_root_of_observed_shares_is_multinomial() -> None:
    table = Frequencies(range(3), [10, 30, 60])

    root = table.covariance_root(np.eye(3))

    p = table.shares
    assert np.allclose(root @ root.T, (np.diag(p) - np.outer(p, p)) / 100)


def test_standard_errors_of_a_mean_are_the_textbook_ones() -> None:
    table = Frequencies(range(4), [10, 30, 40, 20])

    found = standard_errors(table.covariance_root(table.scores[None]))

    assert np.allclose(found, np.sqrt(table.variance * 99 / 100 / 100))


def test_margins_of_pairs_are_the_frequencies_of_each_score() -> None:
    table = JointFrequencies.of([0, 1, 2, 2], [1, 0, 1, 1])

    assert table.of_first.counts.tolist() == [1, 1, 2]
    assert table.of_second.counts.tolist() == [1, 3]


def test_a_table_drawn_again_has_as_many_persons_on_the_same_scores() -> None:
    rng = np.random.default_rng(1)
    table = JointFrequencies.of([0, 1, 2, 2], [1, 0, 1, 1])

    drawn = table.resampled(rng)

    assert drawn.n == 4
    assert drawn.counts.shape == (3, 2)
    assert Frequencies(range(2), [3, 4]).resampled(rng, n=50).n == 50


@pytest.mark.parametrize(
    ("scores", "counts", "reason"),
    [
        ([0, 2], [1, 1], "one point apart"),
        ([0], [2], "at least two"),
        ([0, 1], [-1, 4], "negative"),
        ([0, 1], [np.nan, 4], "not a number"),
        ([0, 1], [1, 0], "1 persons"),
        ([0, 1], [1, 1, 1], "counts of shape"),
    ],
)
def test_what_is_no_table_of_scores_is_refused_with_the_reason(
    scores: list[int], counts: list[float], reason: str
) -> None:
    with pytest.raises(BadScores, match=reason):
        Frequencies(scores, counts)


@pytest.mark.parametrize(
    ("persons", "span", "reason"),
    [
        ([0.5, 1], None, "whole number"),
        ([np.nan, 1], None, "whole number"),
        ([0, 7], (0, 5), "outside 0 to 5"),
        ([0, 10**9], None, "more than"),
        ([], None, "not empty"),
    ],
)
def test_persons_whose_scores_cannot_be_counted_are_refused(
    persons: list[float], span: tuple[int, int] | None, reason: str
) -> None:
    with pytest.raises(BadScores, match=reason):
        Frequencies.of(persons, scores=span)


def test_pairs_of_unequal_length_are_refused() -> None:
    with pytest.raises(BadScores, match="equal length"):
        JointFrequencies.of([1, 2], [1])
    with pytest.raises(BadScores, match="counts of shape"):
        JointFrequencies([0, 1], [0, 1], [[1, 2]])


def test_pairs_too_many_to_be_equated_are_refused() -> None:
    with pytest.raises(BadScores, match="larger units"):
        JointFrequencies.of([0, 9_000], [0, 9_000])
    with pytest.raises(BadScores, match="larger units"):
        JointFrequencies.of([0, 500], [0, 500])
