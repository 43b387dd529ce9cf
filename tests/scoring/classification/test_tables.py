import numpy as np
import pytest

from kaoping.scoring.classification import BadCuts, Cases, Classification, Cuts, Points
from kaoping.scoring.classification.classified import classified
from kaoping.scoring.classification.tables import agreement, cut_agreement, halved

TRUE_BY_GIVEN = np.array([[0.30, 0.05, 0.00], [0.04, 0.36, 0.05], [0.00, 0.04, 0.16]])


def test_kappa_of_cohens_own_example() -> None:
    """Cohen (1960), table 1: p_o = .70, p_c = .41, kappa = .492, which the paper writes as .49."""
    judged = np.array([[0.44, 0.05, 0.01], [0.07, 0.20, 0.03], [0.09, 0.05, 0.06]]).T

    found = agreement(None, judged)

    assert [found.consistency, found.chance] == pytest.approx([0.70, 0.41])
    assert found.kappa == pytest.approx(0.492, abs=5e-4)
    assert found.accuracy is None


def test_accuracy_and_the_two_errors_are_everybody() -> None:
    found = agreement(TRUE_BY_GIVEN, None)

    assert found.accuracy == pytest.approx(0.82)
    assert found.accuracy + found.false_positive + found.false_negative == pytest.approx(1.0)  # type: ignore[operator]
    assert found.kappa is None


def test_one_cut_joins_the_levels_on_both_sides() -> None:
    found = cut_agreement(TRUE_BY_GIVEN, None, place=1, cut=80.0, at_cut=None)

    assert halved(TRUE_BY_GIVEN, 1) == pytest.approx(np.array([[0.75, 0.05], [0.04, 0.16]]))
    assert [found.truly_above, found.above] == pytest.approx([0.20, 0.21])
    assert found.above_rightly == pytest.approx(0.16 / 0.21)
    assert found.below_rightly == pytest.approx(0.75 / 0.79)
    assert found.false_positive_rate == pytest.approx(0.05 / 0.80)
    assert found.false_negative_rate == pytest.approx(0.04 / 0.20)


def test_what_nobody_belongs_to_has_no_rate() -> None:
    everybody_above = np.array([[0.0, 0.0], [0.1, 0.9]])

    found = cut_agreement(everybody_above, np.array([[0.0, 0.0], [0.0, 1.0]]), place=0, cut=1.0, at_cut=None)

    assert found.false_positive_rate is None
    assert found.kappa is None
    assert found.false_negative_rate == pytest.approx(0.1)


def points(**changes: object) -> Points:
    given = {
        "value": np.array([-1.0, 0.1, 2.0]),
        "sem": np.full(3, 0.5),
        "weights": np.array([0.2, 0.3, 0.5]),
        "level": np.array([0, 1, 2]),
        "reaching": np.array([[0.1, 0.0], [0.6, 0.2], [1.0, 0.9]]),
    }
    return Points(**{**given, **changes})  # type: ignore[arg-type]


def test_chances_of_levels_add_up_and_tables_follow_from_them() -> None:
    found = points()

    assert found.chances == pytest.approx(np.array([[0.9, 0.1, 0.0], [0.4, 0.4, 0.2], [0.0, 0.1, 0.9]]))
    assert found.accuracy[:, -1] == pytest.approx([0.9, 0.4, 0.9])
    assert found.confusion.sum() == pytest.approx(1.0)
    assert found.parallel == pytest.approx(found.parallel.T)
    assert found.parallel.sum(axis=1) == pytest.approx(found.confusion.sum(axis=0))


def test_those_within_one_standard_error_of_the_cut_are_told_apart() -> None:
    found = classified(Classification, Cuts.of([0.0, 1.5]), points(), at=np.array([0.5, 0.5]))

    first, second = (one.at_cut for one in found.by_cut)
    assert first is not None
    assert second is not None
    assert [first.share, first.near_accuracy] == pytest.approx([0.3, 0.6])
    assert [second.share, second.near_accuracy] == pytest.approx([0.5, 0.9])
    assert (first.passing, first.consistency) == (0.5, 0.5)


def test_nobody_near_the_cut_has_no_accuracy_there() -> None:
    found = classified(Classification, Cuts.of([9.0, 10.0]), points(), at=np.array([0.5, 0.5]))

    near = found.by_cut[0].at_cut
    assert near is not None
    assert (near.share, near.near_accuracy, near.near_consistency) == (0.0, None, None)


def test_unsure_decisions_are_those_below_the_bound() -> None:
    cases = Cases(["A", "B"], np.full(2, 0.5), np.array([[0.95, 0.05], [0.4, 0.6]]), np.array([0, 1]))

    assert cases.unsure(0.5).tolist() == [False, False]
    assert cases.unsure(0.99).tolist() == [True, True]


@pytest.mark.parametrize(
    ("values", "names", "reason"),
    [
        ([], (), "at least one"),
        ([np.nan], (), "finite"),
        ([2.0, 1.0], (), "fall"),
        ([1.0], ("low", "low"), "a name of its own"),
        ([1.0], ("low",), "make 2 levels"),
    ],
)
def test_cuts_that_cannot_be_used_are_refused(values: list[float], names: tuple[str, ...], reason: str) -> None:
    with pytest.raises(BadCuts, match=reason):
        Cuts.of(values, names)
