"""Rudner, Lee and Guo: published figures of another program, properties, and simulated forms."""

import numpy as np
import pytest
from scipy.special import ndtr

from kaoping.scoring.ability import maximum_likelihood, sem_at
from kaoping.scoring.classification import (
    BadCuts,
    BadEstimates,
    Classification,
    Cuts,
    guo,
    lee,
    lee_persons,
    rudner,
    rudner_expected,
)
from kaoping.scoring.classification.divided import crossings, divided, divided_normal
from kaoping.scoring.errors import BadPopulation
from kaoping.scoring.grids import normal_between
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.raw_scores import BadMarks, true_score
from kaoping.scoring.simulation import simulate
from tests.scoring.classification.samples import THREE_ERRORS, mixed_paper, paper, share_error, table_of

# The SAT12 data (32 items) of the R package mirt, 2PL, difficulties and slopes to the digits that cacIRT was given.
SLOPES = [
    0.8013622414347, 1.501802750117, 1.073804682633, 0.5841101351957, 0.9890231105163, 1.147750522197, 1.003674737253,
    0.6923910567563, 0.5302588964295, 1.007080792634, 1.734454568975, 0.1617321020574, 1.10269295072, 1.035945969803,
    1.293554376379, 0.7263092345063, 1.550484389386, 1.700286791451, 0.8389842258785, 1.536641236915, 0.606093696481,
    1.540499299348, 0.6369931713886, 1.20537644081, 0.7714491057885, 1.534006845856, 1.916010375234, 1.069429642827,
    0.83539834655, 0.3857633272521, 2.336442503059, 0.1295357202358,
]  # fmt: skip
PLACES = [
    1.303997558306, -0.2914671724577, 1.062893761616, 0.9078647443252, -0.61224217356, 1.785308083743, -1.377987927326,
    2.178355162773, -4.040377618639, 0.3578262951437, -3.027812208392, 2.13571651877, -0.771653939356, -1.133074902546,
    -1.487922986388, 0.5255747141834, -2.686057395712, 0.5008066900223, -0.2827284193076, -1.69846092196,
    -4.153827677924, -2.258318769289, 1.333982797098, -1.052967762312, 0.7346154154072, 0.1115846512262,
    -1.445575622504, -0.1620740129204, 0.8979071802384, 0.6430387833182, -1.191870461358, 12.749909301279,
]  # fmt: skip
D = 1.7
GRID = normal_between(-4.0, 4.0, 81)
# cacIRT 1.4 (Lathrop, 2015), marginal accuracy and consistency: cuts apart, then together.
RUDNER = ([0.905706424007, 0.9320296783447, 0.8378863660495], [0.8684304395396, 0.9052220529081, 0.7751313933433])
LEE = ([0.9112305947201, 0.8882608033565, 0.7995077589096], [0.8774842308721, 0.8702225816145, 0.74952670678])


def sat12(slope: float = D) -> ItemParameters:
    return ItemParameters.logistic(slope * np.array(SLOPES), PLACES)


def indices(found: Classification) -> tuple[list[float | None], list[float | None]]:
    every = [*found.by_cut, found.together]
    return [one.accuracy for one in every], [one.consistency for one in every]


def test_rudner_agrees_with_cacirt() -> None:
    found = rudner_expected(sat12(), [0.0, 1.0], population=GRID)

    accuracy, consistency = indices(found)
    assert accuracy == pytest.approx(RUDNER[0], abs=1e-10)
    assert consistency == pytest.approx(RUDNER[1], abs=1e-10)


def test_lee_agrees_with_cacirt() -> None:
    """As it was called, cacIRT takes D = 1.7 for the scores, and D = 1 for the true scores that make the true level."""
    plain = sat12(1.0)
    true_cuts = [crossings(lambda x, c=cut: true_score(x, plain) - c, -4, 4)[0] for cut in (16, 22)]  # type: ignore[misc]

    found = lee(sat12(), [16, 22], population=GRID, true_cuts=true_cuts)

    accuracy, consistency = indices(found)
    assert accuracy == pytest.approx(LEE[0], abs=1e-10)
    assert consistency == pytest.approx(LEE[1], abs=1e-10)


def test_a_grid_that_steps_over_the_cut_errs_and_one_that_stops_there_does_not() -> None:
    coarse = rudner_expected(paper(), [0.05], population=normal_between(-6, 6, 61)).together.accuracy
    fine = rudner_expected(paper(), [0.05], population=normal_between(-6, 6, 120001)).together.accuracy
    found = rudner_expected(paper(), [0.05]).together.accuracy

    assert found == pytest.approx(fine, abs=1e-6)
    assert coarse != pytest.approx(fine, abs=2e-4)


def test_divided_grids_integrate_across_a_jump() -> None:
    nodes, weights = divided(-6.0, 6.0, [0.3, 99.0], 0.5)

    assert weights[nodes > 0.3] @ np.exp(nodes[nodes > 0.3]) == pytest.approx(np.exp(6.0) - np.exp(0.3), rel=1e-12)


def test_the_edges_within_one_standard_error_are_found() -> None:
    found = rudner_expected(paper(), [0.5]).by_cut[0].at_cut

    assert found is not None
    ends = crossings(lambda x: (x - 0.5) ** 2 - sem_at(x, paper()) ** 2, -6, 6)
    assert found.share == pytest.approx(ndtr(ends[1]) - ndtr(ends[0]), abs=1e-7)
    assert 0.5 < found.near_accuracy < 1  # type: ignore[operator]


@pytest.mark.parametrize("cut", [-0.5, 0.7])
def test_measuring_without_error_is_always_right(cut: float) -> None:
    theta = np.linspace(-2, 2, 41)

    found = rudner(theta, np.zeros(41), [cut])

    assert found.together.accuracy == found.together.consistency == found.together.kappa == pytest.approx(1.0)
    assert found.cases is not None
    assert (found.cases.right == 1.0).all()


def test_longer_papers_are_more_accurate() -> None:
    accuracy = [lee(paper(k), [0.55 * k]).together.accuracy for k in (10, 30, 90, 270)]

    assert accuracy == sorted(accuracy)  # type: ignore[type-var]
    assert accuracy[-1] > 0.94  # type: ignore[operator]


def test_two_cuts_that_coincide_are_one() -> None:
    once, twice = (rudner_expected(paper(), cuts) for cuts in ([0.4], [0.4, 0.4]))

    assert twice.by_cut[0].accuracy == pytest.approx(once.together.accuracy, abs=1e-12)
    assert twice.together.accuracy == pytest.approx(once.together.accuracy, abs=1e-12)
    assert twice.rightly[1] is None


def test_a_symmetric_test_errs_alike_on_both_sides_of_the_middle() -> None:
    symmetric = ItemParameters.logistic(np.ones(21), np.linspace(-2, 2, 21))

    for found in (rudner_expected(symmetric, [0.0]), lee(symmetric, [10.5])):
        cut = found.by_cut[0]
        assert cut.false_positive == pytest.approx(cut.false_negative, abs=1e-9)
        assert [cut.truly_above, cut.above] == pytest.approx([0.5, 0.5], abs=1e-9)


def test_accuracy_exceeds_consistency_when_errors_are_the_same_to_both_sides() -> None:
    """With chance p of the right side, accuracy p is at least p² + (1 - p)² wherever p is at least one half."""
    found = rudner_expected(paper(), [-1.0, 0.2, 1.0])

    assert found.points is not None
    assert (found.points.accuracy[:, :3] >= found.points.consistency[:, :3] - 1e-12).all()
    assert all(one.accuracy > one.consistency for one in found.by_cut)  # type: ignore[operator]


def test_at_the_cut_normal_errors_pass_every_second_person() -> None:
    found = rudner([-0.1, 0.0, 0.3], [0.4, 0.4, 0.4], [0.0])

    assert found.by_cut[0].at_cut is not None
    assert found.by_cut[0].at_cut.passing == 0.5
    assert found.cases is not None
    assert found.cases.right[1] == pytest.approx(0.5)


def test_half_marks_are_marks_in_units_of_one_half() -> None:
    whole = lee(mixed_paper(), [10], marks=np.ones(15))
    halves = lee(mixed_paper(), [10], marks=np.full(15, 2), unit=0.5)
    between = lee(mixed_paper(), [4.5], marks=np.ones(15), unit=0.5)

    assert halves.together.accuracy == pytest.approx(whole.together.accuracy, abs=1e-12)
    assert vars(halves.by_cut[0].at_cut) == pytest.approx(vars(whole.by_cut[0].at_cut))
    assert halves.cases is not None
    assert halves.cases.labels[10] == 10
    assert between.together == lee(mixed_paper(), [9]).together
    assert between.cases is not None
    assert between.cases.decision[8:10].tolist() == [0, 1]
    with pytest.raises(BadMarks, match="unit"):
        lee(mixed_paper(), [9], unit=0.0)


def test_scores_carry_the_chances_of_true_levels() -> None:
    found = lee(mixed_paper(), [8, 14])

    assert found.cases is not None
    assert found.cases.share.sum() == pytest.approx(1.0)
    assert found.cases.share @ found.cases.right == pytest.approx(found.together.accuracy)
    assert found.cases.chances.sum(axis=1) == pytest.approx(np.ones(len(found.cases.share)))
    assert [found.cases.decision[score] for score in (7, 8, 14)] == [0, 1, 2]


def test_lees_indices_are_those_of_two_simulated_forms() -> None:
    """Monte Carlo error of a share of 40 000 persons; three standard errors."""
    n, cuts, rng = 40_000, Cuts.of([8, 14]), np.random.default_rng(7)
    test = mixed_paper()
    theta = rng.standard_normal(n)
    sums = [simulate(theta, test, rng=rng).answers.sum(axis=1).astype(np.float64) for _ in range(2)]
    truth, first, second = (cuts.levels(one) for one in (true_score(theta, test), *sums))

    found = lee(test, cuts)

    assert found.confusion is not None
    assert found.parallel is not None
    for expected, observed in (
        (found.confusion, table_of(truth, first, 3)),
        (found.parallel, table_of(first, second, 3)),
    ):
        errors = np.sqrt(expected * (1 - expected) / n)
        assert (np.abs(expected - observed) <= THREE_ERRORS * errors + 1e-4).all()
    assert found.cases is not None
    passed = sums[0] == 8
    assert np.mean(truth[passed] == 1) == pytest.approx(
        found.cases.right[8], abs=THREE_ERRORS * 0.5 / passed.sum() ** 0.5
    )


def test_rudners_indices_are_those_of_simulated_estimates() -> None:
    """Estimates by maximum likelihood; three standard errors of 6000 persons, and .005 for errors not quite normal."""
    n, rng = 6000, np.random.default_rng(11)
    test = paper(60)
    theta = rng.standard_normal(n)
    first, second = (maximum_likelihood(simulate(theta, test, rng=rng), test).theta for _ in range(2))

    found = rudner_expected(test, [0.3]).together

    right, same = np.mean((theta >= 0.3) == (first >= 0.3)), np.mean((first >= 0.3) == (second >= 0.3))
    assert right == pytest.approx(found.accuracy, abs=THREE_ERRORS * share_error(right, n) + 0.005)
    assert same == pytest.approx(found.consistency, abs=THREE_ERRORS * share_error(same, n) + 0.005)


def test_persons_of_known_ability_are_a_population_of_points() -> None:
    grid = divided_normal(paper(), [])
    whole = lee(paper(), [16], population=grid)
    persons = lee_persons(grid.nodes, paper(), [16], weights=grid.weights)

    assert persons.together == whole.together


def test_the_mean_sureness_of_guo_is_the_share_that_is_right() -> None:
    n, rng = 4000, np.random.default_rng(3)
    theta = rng.standard_normal(n)
    answers = simulate(theta, paper(), rng=rng, presented=rng.random((n, 30)) < 0.8)

    found = guo(answers, paper(), [-0.5, 0.8])

    assert found.cases is not None
    right = found.cases.decision == Cuts.of([-0.5, 0.8]).levels(theta)
    assert found.together.accuracy == pytest.approx(found.cases.right.mean())
    assert np.mean(right) == pytest.approx(found.together.accuracy, abs=THREE_ERRORS * share_error(np.mean(right), n))
    unsure = found.cases.unsure(0.7)
    assert np.mean(right[unsure]) == pytest.approx(
        found.cases.right[unsure].mean(), abs=THREE_ERRORS * share_error(0.55, int(unsure.sum()))
    )
    assert found.parallel is None
    assert found.together.kappa is None


def test_a_flat_population_leaves_the_likelihood_alone() -> None:
    """For a long paper the normalised likelihood is nearly normal around the estimate, as Rudner takes it."""
    rng, test = np.random.default_rng(5), ItemParameters.logistic(np.full(200, 1.2), np.linspace(-3, 3, 200))
    answers = simulate(rng.uniform(-1, 1, 50), test, rng=rng)
    estimate = maximum_likelihood(answers, test)

    likely = guo(answers, test, [0.2], flat=True, theta=estimate.theta)
    normal = rudner(estimate.theta, estimate.se, [0.2])

    assert likely.cases is not None
    assert normal.cases is not None
    assert likely.cases.chances == pytest.approx(normal.cases.chances, abs=0.02)


@pytest.mark.parametrize(
    ("theta", "se", "reason"),
    [
        ([0.0, np.inf], [0.1, np.inf], "not finite"),
        ([0.0], [-0.1], "below zero"),
        ([0.0, 1.0], [0.1], "2 estimates and 1 standard errors"),
        ([], [], "0 estimates"),
    ],
)
def test_estimates_that_cannot_be_used_are_refused(theta: list[float], se: list[float], reason: str) -> None:
    with pytest.raises(BadEstimates, match=reason):
        rudner(theta, se, [0.0])


def test_weights_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(BadEstimates, match="weights of 2 persons"):
        rudner([0.0, 1.0], [0.1, 0.1], [0.0], weights=[1.0, -1.0])


@pytest.mark.parametrize("cut", [0, 31, -3])
def test_a_cut_beyond_the_marks_is_refused(cut: float) -> None:
    with pytest.raises(BadCuts, match="above 0 and not above 30"):
        lee(paper(), [cut])


def test_every_cut_needs_its_true_cut() -> None:
    with pytest.raises(BadCuts, match="2 of the score and 1 true ones"):
        lee(paper(), [10, 20], true_cuts=[0.0])


def test_a_cut_that_nobody_is_expected_to_reach_is_refused() -> None:
    with pytest.raises(BadCuts, match="nobody of this population"):
        lee(ItemParameters.logistic(np.ones(3), np.full(3, 12.0)), [2.9])


def test_a_population_without_spread_is_refused() -> None:
    with pytest.raises(BadPopulation):
        rudner_expected(paper(), [0.0], sd=0.0)
