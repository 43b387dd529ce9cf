"""What is read from a fitted panel: fit, bias, tendencies, agreement, fair averages, separation."""

import numpy as np
import pytest

from kaoping.scoring.errors import NotEnoughData
from kaoping.scoring.raters import (
    ManyFacet,
    Panel,
    Ratings,
    abilities,
    bias,
    category_use,
    elements,
    exact_agreement,
    fair_averages,
    halo,
    many_facet,
    mean_squares,
    persons,
    separation,
    tendencies,
)
from kaoping.scoring.raters.abilities import category_moments
from kaoping.scoring.raters.errors import BadPanel
from kaoping.scoring.raters.estimation import expect, log_probabilities
from tests.scoring.raters.panels import THRESHOLDS, Drawn, categories, drawn


@pytest.fixture(scope="module")
def panel() -> Drawn:
    return drawn(np.random.default_rng(21), n=1200, raters=30, items=4)


@pytest.fixture(scope="module")
def fitted(panel: Drawn) -> ManyFacet:
    return many_facet(panel.ratings)


def test_mean_squares_are_one_on_average_and_their_z_standard_under_the_model(fitted: ManyFacet) -> None:
    """30 raters: the mean of z has deviation .18, their deviation .13; 1200 persons with 8 ratings each: far less."""
    raters, everybody = mean_squares(fitted, "rater"), mean_squares(fitted, "person")

    assert raters.infit.mean() == pytest.approx(1, abs=0.03)
    assert raters.outfit.mean() == pytest.approx(1, abs=0.03)
    assert everybody.infit.mean() == pytest.approx(1, abs=0.05)
    for z in (raters.infit_z, raters.outfit_z):
        assert abs(z.mean()) < 0.6
        assert 0.6 < z.std() < 1.45
    for z in (everybody.infit_z, everybody.outfit_z):
        assert abs(z.mean()) < 0.15
        assert z.std() == pytest.approx(1, abs=0.12)


def test_a_rater_who_draws_lots_and_one_who_copies_are_found(panel: Drawn) -> None:
    rng = np.random.default_rng(2)
    lots = np.where(panel.rater == 3, rng.integers(0, 4, panel.ratings.n), panel.category)
    found = many_facet(Ratings.from_columns(panel.person, lots, {"rater": panel.rater, "item": panel.item}))
    fit = mean_squares(found, "rater")
    place = found.ratings.facets["rater"].index("3")

    assert fit.infit.argmax() == place
    assert fit.infit_z[place] > 4
    assert tendencies(found).discrimination.z.argmin() == place


def test_centrality_tells_raters_who_keep_to_the_middle_and_to_the_ends(panel: Drawn) -> None:
    rng = np.random.default_rng(3)
    line = panel.theta[panel.person] - panel.severity[panel.rater] - panel.difficulty[panel.item]
    category = panel.category.copy()
    for rater, factor in ((5, 2.5), (9, 0.0)):
        rows = panel.rater == rater
        category[rows] = categories(rng, line[rows], factor * THRESHOLDS)
    found = many_facet(Ratings.from_columns(panel.person, category, {"rater": panel.rater, "item": panel.item}))
    central = tendencies(found).centrality
    names = found.ratings.facets["rater"]

    assert central is not None
    assert (names[int(central.value.argmax())], names[int(central.value.argmin())]) == ("5", "9")
    assert central.z[names.index("5")] > 3
    assert central.z[names.index("9")] < -3


def test_a_rater_whose_impression_of_a_person_spreads_is_found(panel: Drawn) -> None:
    rng = np.random.default_rng(4)
    line = panel.theta[panel.person] - panel.severity[panel.rater] - panel.difficulty[panel.item]
    line += np.where(panel.rater == 5, rng.normal(0, 1.0, 1200)[panel.person], 0)
    ratings = Ratings.from_columns(
        panel.person, categories(rng, line, THRESHOLDS), {"rater": panel.rater, "item": panel.item}
    )

    found = halo(many_facet(ratings, errors=False))

    place = ratings.facets["rater"].index("5")
    assert found.z.argmax() == place
    assert found.z[place] > 3.5
    assert 0.6 < np.delete(found.z, place).std() < 1.45


def test_an_item_has_halo_only_if_it_was_rated_twice_by_somebody() -> None:
    once = drawn(np.random.default_rng(1), n=200, raters=4, items=1, each=2)

    assert not halo(many_facet(once.ratings)).z.any()


def test_categories_rise_if_the_model_holds_and_do_not_if_they_are_exchanged(panel: Drawn) -> None:
    columns = {"rater": panel.rater, "item": panel.item}
    mixed = np.array([0, 2, 1, 3])[panel.category]
    right = category_use(many_facet(panel.ratings, errors=False))
    wrong = category_use(many_facet(Ratings.from_columns(panel.person, mixed, columns), errors=False))

    assert [one.ordered for one in (*right, *wrong)] == [True, False]
    assert right[0].n.tolist() == np.bincount(panel.category).tolist()


def test_tendencies_are_standard_under_the_model(fitted: ManyFacet) -> None:
    found = tendencies(fitted)

    assert found.centrality is not None
    for one in (found.centrality, found.discrimination):
        assert abs(one.z.mean()) < 0.6
        assert 0.65 < one.z.std() < 1.4
        assert one.value.mean() == pytest.approx(1, abs=0.1)


def test_the_score_of_a_tendency_is_the_slope_of_the_likelihood(panel: Drawn) -> None:
    """Multiplying a rater's thresholds by 1 + h changes the log-likelihood by h times the score."""
    found = many_facet(panel.ratings, Panel(steps="rater"), errors=False)
    scores = tendencies(found).centrality
    assert scores is not None
    term = found.structure.term("steps")
    rater = 4
    step = 1e-4
    ends = []
    for sign in (1, -1):
        moved = found.parameters.copy()
        moved[term.columns][3 * rater : 3 * rater + 3] *= 1 + sign * step
        chances = log_probabilities(found.structure.difficulty(moved), found.population.nodes)
        ends.append(expect(found.structure, chances, found.population).log_likelihood)

    score = scores.z[rater] / scores.se[rater]
    assert score == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-3)


def test_bias_is_flagged_in_one_of_twenty_where_there_is_none() -> None:
    """3 panels of 120 combinations: the share of |t| above 1.96 has binomial deviation .011."""
    t = [bias(many_facet(drawn(np.random.default_rng(seed), n=1000, raters=30).ratings), ("rater", "item")).t
         for seed in range(3)]  # fmt: skip

    assert np.mean(np.abs(t) > 1.96) == pytest.approx(0.05, abs=0.035)
    assert np.std(t) == pytest.approx(1, abs=0.12)


def test_groups_of_unlike_ability_are_no_bias() -> None:
    """Of 6 raters by two groups 1.5 logits apart, five times, 3 of 60 are below .05 by chance; deviation 1.7."""
    flagged = 0
    for seed in range(5):
        rng = np.random.default_rng(seed)
        person, group = np.repeat(np.arange(200), 3), np.repeat(np.arange(200) % 2, 3)
        rater = rng.permuted(np.tile(np.arange(6), (200, 1)), axis=1)[:, :3].ravel()
        line = (rng.normal(0, 1, 200).repeat(3) + 1.5 * group) - np.linspace(-0.5, 0.5, 6)[rater]
        ratings = Ratings.from_columns(person, categories(rng, line, THRESHOLDS), {"rater": rater, "group": group})

        found = bias(many_facet(ratings, Panel(facets=("rater",))), ("rater", "group"))

        flagged += int((found.p < 0.05).sum())
        assert found.homogeneity.df == 5
        assert found.homogeneity.p > 0.001
    assert flagged <= 8


def test_a_column_that_raters_tell_needs_no_main_effect(panel: Drawn) -> None:
    columns = {"rater": panel.rater, "item": panel.item, "school": panel.rater % 2}
    ratings = Ratings.from_columns(panel.person, panel.category, columns)

    found = bias(many_facet(ratings, Panel(facets=("rater", "item"))), ("item", "school"))

    assert (np.abs(found.t) > 1.96).mean() < 0.3


def test_planted_bias_is_found_with_its_size() -> None:
    planted = np.zeros((10, 4))
    planted[2] = [0.9, -0.3, -0.3, -0.3]
    truth = drawn(np.random.default_rng(31), n=1500, raters=10, bias=planted)

    found = bias(many_facet(truth.ratings), ("rater", "item"), adjust="bh")

    worst = int(np.abs(found.t).argmax())
    assert found.names[worst] == ("2", "0")
    assert found.bias[worst] == pytest.approx(0.9, abs=3 * found.se[worst])
    assert found.observed[worst] < found.expected[worst]
    assert found.p[worst] < 1e-6
    assert found.homogeneity.df == 27
    assert found.homogeneity.p < 1e-6
    along = found.along("rater")
    assert min(along, key=lambda name: along[name].p) == "2"
    with pytest.raises(BadPanel, match="not of occasion"):
        found.along("occasion")


def test_bias_equals_the_interaction_of_a_model_with_one_combination_apart() -> None:
    """A further facet that is 1 for one combination alone gives nearly the same t."""
    truth = drawn(np.random.default_rng(32), n=600, raters=6, bias=np.where(np.arange(24) == 9, 0.8, 0.0).reshape(6, 4))
    apart = (truth.rater == 2) & (truth.item == 1)
    columns = {"rater": truth.rater, "item": truth.item, "apart": apart.astype(int)}
    with_it = many_facet(Ratings.from_columns(truth.person, truth.category, columns))
    wanted = with_it.measures("apart")["1"] - with_it.measures("apart")["0"]

    found = bias(many_facet(truth.ratings), ("rater", "item"))

    place = found.names.index(("2", "1"))
    error = 2 * with_it.errors_of("apart")["1"]
    assert found.t[place] == pytest.approx(wanted / error, rel=0.06)


def test_severity_that_drifts_over_occasions_is_found() -> None:
    rng = np.random.default_rng(8)
    base = drawn(rng, n=1000, raters=8)
    occasion = base.person % 2
    line = base.theta[base.person] - base.severity[base.rater] - base.difficulty[base.item]
    line -= np.where(base.rater == 4, 0.6 * (2 * occasion - 1), 0.0)
    columns = {"rater": base.rater, "item": base.item, "occasion": occasion}
    ratings = Ratings.from_columns(base.person, categories(rng, line, THRESHOLDS), columns)

    found = bias(many_facet(ratings, Panel(facets=("rater", "item"))), ("rater", "occasion"))

    drift = found.along("rater")
    assert min(drift, key=lambda name: drift[name].p) == "4"
    assert drift["4"].df == 1
    assert drift["4"].p < 1e-4


def test_raters_agree_as_often_as_the_model_expects(panel: Drawn, fitted: ManyFacet) -> None:
    found = exact_agreement(fitted)
    pairs = panel.category.reshape(1200, 2, 4)
    n, observed, expected = found.total

    assert n == 1200 * 4
    assert observed == (pairs[:, 0] == pairs[:, 1]).sum()
    assert observed == pytest.approx(expected, abs=4 * np.sqrt(n / 4))
    assert found.kappa == pytest.approx(0, abs=0.06)
    assert found.opportunities.sum() == 2 * n


def test_raters_who_copy_agree_more_than_the_model_expects(panel: Drawn) -> None:
    same = panel.category.reshape(1200, 2, 4)[:, [0, 0]].ravel()
    copied = many_facet(Ratings.from_columns(panel.person, same, {"rater": panel.rater, "item": panel.item}))

    kappa = exact_agreement(copied).kappa

    assert kappa is not None
    assert kappa > 0.3


def test_fair_averages_undo_severity(panel: Drawn, fitted: ManyFacet) -> None:
    raters, everybody = elements(fitted, "rater"), persons(fitted)
    severe = int(raters.measure.argmax())

    assert np.corrcoef(raters.measure, raters.fair)[0, 1] < -0.99
    assert raters.fair[severe] == raters.fair.min()
    true = Drawn.of(panel, "rater", panel.severity)
    assert np.corrcoef(raters.fair, true)[0, 1] < np.corrcoef(raters.observed, true)[0, 1] + 0.02
    number = [int(name) for name in everybody.names]
    theta = panel.theta[number]
    assert np.corrcoef(everybody.fair, theta)[0, 1] > np.corrcoef(everybody.observed, theta)[0, 1]


def test_the_fair_average_of_a_mean_element_is_the_mean_category_of_a_mean_person() -> None:
    """All measures zero: two categories, a person at .5 logits is expected at 1 / (1 + exp(-.5))."""
    truth = drawn(np.random.default_rng(1), n=200, raters=2, items=2, thresholds=np.zeros(1))
    found = many_facet(truth.ratings, Panel(anchors={"rater": {"0": 0.0, "1": 0.7}, "item": {"0": 0.0, "1": 0.0}}))
    by_name = dict(zip(found.ratings.facets["rater"], fair_averages(found, "rater"), strict=True))

    assert by_name["0"] == pytest.approx(1 / (1 + np.exp(-found.mean)))
    assert by_name["1"] == pytest.approx(1 / (1 + np.exp(0.7 - found.mean)))


def test_fair_averages_with_scales_of_items_are_means_over_items() -> None:
    truth = drawn(np.random.default_rng(2), n=300, raters=3, items=2, thresholds=np.array([-0.5, 0.5]))
    found = many_facet(truth.ratings, Panel(steps="item"))
    items, steps = found.measures("item"), found.measures("steps")
    rater, severity = next(iter(found.measures("rater").items()))

    def expected(item: str) -> float:
        line = found.mean - severity - items[item]
        weights = np.exp([0, line - steps[f"{item}:1"], 2 * line - steps[f"{item}:1"] - steps[f"{item}:2"]])
        return float(weights @ np.arange(3) / weights.sum())

    place = found.ratings.facets["rater"].index(rater)
    assert fair_averages(found, "rater")[place] == pytest.approx(np.mean([expected(item) for item in items]))
    first = fair_averages(found, "item")[0]
    name = found.ratings.facets["item"][0]
    line = found.mean - items[name]
    weights = np.exp([0, line - steps[f"{name}:1"], 2 * line - steps[f"{name}:1"] - steps[f"{name}:2"]])
    assert first == pytest.approx(float(weights @ np.arange(3) / weights.sum()))


def test_abilities_are_recovered_within_their_errors(panel: Drawn, fitted: ManyFacet) -> None:
    found = abilities(fitted)
    theta = panel.theta[[int(name) for name in found.persons]]

    assert np.mean((found.eap - theta) / found.sd) == pytest.approx(0, abs=0.2)
    assert np.std((found.eap - theta) / found.sd) == pytest.approx(1, abs=0.08)
    assert np.std((found.wle - theta) / found.se) == pytest.approx(1, abs=0.12)
    assert found.eap_reliability == pytest.approx(np.corrcoef(found.eap, theta)[0, 1] ** 2, abs=0.04)


def test_weighted_likelihood_solves_warms_equation(fitted: ManyFacet) -> None:
    found, ratings = abilities(fitted), fitted.ratings
    difficulty = fitted.structure.difficulty(fitted.parameters)[fitted.structure.cell]
    mean, variance, third = category_moments(found.wle[ratings.person], difficulty)
    pull, known, skew = (np.bincount(ratings.person, part) for part in (ratings.category - mean, variance, third))

    np.testing.assert_allclose(pull + skew / (2 * known), 0, atol=1e-6)
    np.testing.assert_allclose(found.se, 1 / np.sqrt(known))


def test_separation_of_equal_raters_is_none_and_its_test_right() -> None:
    """Of 14 panels of equally severe raters chi-square is on average its degrees of freedom; deviation .85."""
    rng = np.random.default_rng(5)
    gained = []
    for _ in range(14):
        base = drawn(rng, n=150, raters=6, items=2)
        line = base.theta[base.person] - base.difficulty[base.item]
        ratings = Ratings.from_columns(
            base.person, categories(rng, line, THRESHOLDS), {"rater": base.rater, "item": base.item}
        )
        found = elements(many_facet(ratings, tolerance=1e-4), "rater")
        gained.append(separation(found.measure, found.se, zero_sum=True))

    assert np.mean([one.chi_square for one in gained]) == pytest.approx(5, abs=3 * 0.85)
    assert np.mean([one.sd**2 / one.rmse**2 for one in gained]) == pytest.approx(1, abs=3 * 0.17)


@pytest.mark.parametrize("size", [2, 3, 10])
def test_measures_that_sum_to_zero_vary_by_their_errors_alone_if_all_are_equal(size: int) -> None:
    """The squared error of a deviation from the mean of e is s^2 (1 - 1/e), and so is their variance over e."""
    values = np.random.default_rng(7).standard_normal((2000, size))
    errors = np.full(size, np.sqrt(1 - 1 / size))

    found = [separation(row - row.mean(), errors, zero_sum=True) for row in values]

    assert np.mean([one.sd**2 / one.rmse**2 for one in found]) == pytest.approx(1, abs=0.1)


def test_separation_needs_two_measures() -> None:
    with pytest.raises(NotEnoughData):
        separation(np.array([1.0, 2.0]), np.array([0.1, 0.0]))


def test_elements_say_which_were_known_or_adjusted(panel: Drawn) -> None:
    rating = np.where(panel.rater == 2, 0, panel.category)
    given = Ratings.from_columns(panel.person, rating, {"rater": panel.rater, "item": panel.item})

    found = elements(many_facet(given, Panel(extreme="adjust", anchors={"rater": {"7": 0.1}})), "rater")

    assert [name for name, known in zip(found.names, found.anchored, strict=True) if known] == ["7"]
    assert [name for name, adjusted in zip(found.names, found.extreme, strict=True) if adjusted] == ["2"]
    assert found.n.sum() == panel.ratings.n
