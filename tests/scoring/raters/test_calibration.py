"""The many-facet Rasch model: published values, properties, derivatives, and what it was drawn from."""

import numpy as np
import pytest

from kaoping.scoring.errors import NotConverged
from kaoping.scoring.quadrature import normal
from kaoping.scoring.raters import ManyFacet, Panel, Ratings, many_facet
from kaoping.scoring.raters.estimation import Problem, expect, log_probabilities
from kaoping.scoring.raters.information import information, variances
from kaoping.scoring.raters.structure import lay_out
from tests.reference.test_lsat import LSAT6
from tests.scoring.raters.panels import Drawn, drawn

NODES = 121


@pytest.fixture(scope="module")
def panel() -> Drawn:
    return drawn(np.random.default_rng(11), n=400)


@pytest.fixture(scope="module")
def fitted(panel: Drawn) -> ManyFacet:
    return many_facet(panel.ratings, tolerance=1e-8)


def test_items_alone_give_the_rasch_model_of_section_6() -> None:
    """Rizopoulos (2006), JSS 17(5), table of `rasch`: log-likelihood -2466.938, common slope .7551, difficulties.

    Ours has slope 1 and persons of deviation .7551, so that difficulties are multiplied by it.
    """
    patterns = np.array([[int(letter) for letter in f"{number:05b}"] for number in range(32)])
    people = patterns.repeat(LSAT6, axis=0)
    person, item = np.arange(1000).repeat(5), np.tile(np.arange(5), 1000)

    found = many_facet(Ratings.from_columns(person, people.ravel(), {"item": item}), Panel(exchangeable=True))

    assert found.log_likelihood == pytest.approx(-2466.938, abs=1e-3)
    assert found.sd == pytest.approx(0.7551, abs=5e-4)
    published = 0.7551 * np.array([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802])
    np.testing.assert_allclose(list(found.measures("item").values()), published - published.mean(), atol=2e-3)
    assert found.mean == pytest.approx(-published.mean(), abs=2e-3)


def test_every_facet_and_every_scale_sums_to_zero(panel: Drawn) -> None:
    found = many_facet(panel.ratings, Panel(steps="item", interactions=(("rater", "item"),)), errors=False)

    for term in found.structure.terms:
        for margin in term.margins:
            sums = np.bincount(margin, found.parameters[term.columns])
            np.testing.assert_allclose(sums, 0, atol=1e-6)


def test_the_derivative_at_the_solution_is_zero(panel: Drawn, fitted: ManyFacet) -> None:
    del panel
    problem = Problem(fitted.structure, len(fitted.population.nodes), np.zeros(len(fitted.parameters)))
    gradient = problem.gradient(fitted.chances, fitted.expected.persons)
    within = gradient - fitted.structure.zero.T @ np.linalg.lstsq(
        fitted.structure.zero.T.toarray(), gradient, rcond=None
    )[0]  # fmt: skip

    assert np.abs(within).max() < 1e-4


def marginal(point: np.ndarray, found: ManyFacet, nodes: int = NODES) -> float:
    """Log-likelihood at parameters, mean and log deviation, on a grid of its own."""
    population = normal(nodes, mean=point[-2], sd=float(np.exp(point[-1])), limit=8)
    chances = log_probabilities(found.structure.difficulty(point[:-2]), population.nodes)
    return expect(found.structure, chances, population).log_likelihood


@pytest.mark.parametrize("steps", ["common", "item", "rater"])
def test_derivative_and_information_equal_finite_differences(steps: str) -> None:
    small = drawn(np.random.default_rng(4), n=60, raters=3, items=2, thresholds=np.array([-0.8, 0.8]))
    found = many_facet(small.ratings, Panel(steps=steps, interactions=(("rater", "item"),)))
    rng = np.random.default_rng(7)
    at = np.concatenate([found.parameters, [found.mean, np.log(found.sd)]])
    at += rng.normal(0, 0.1, len(at))
    population = normal(NODES, mean=at[-2], sd=float(np.exp(at[-1])), limit=8)
    chances = log_probabilities(found.structure.difficulty(at[:-2]), population.nodes)
    expected = expect(found.structure, chances, population)
    problem = Problem(found.structure, NODES, np.zeros(len(at) - 2))
    gradient = problem.gradient(np.exp(chances), expected.persons)
    place = at[-2], float(np.exp(at[-1]))
    whole = information(found.structure, expected, population, chances=np.exp(chances), at=place).toarray()

    step = 1e-3 * np.eye(len(at))
    slopes = [(marginal(at + one, found) - marginal(at - one, found)) / 2e-3 for one in step]
    curves = [
        [
            sum(
                sign * marginal(at + first * one + second * other, found)
                for first, second, sign in ((1, 1, -1), (1, -1, 1), (-1, 1, 1), (-1, -1, -1))
            )
            / 4e-6
            for other in step
        ]
        for one in step
    ]

    np.testing.assert_allclose(gradient, slopes[:-2], atol=1e-3)
    np.testing.assert_allclose(whole, curves, atol=2e-3 * np.abs(whole).max())


def test_large_and_small_systems_give_the_same_errors(panel: Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    structure = lay_out(panel.ratings, Panel())
    rng = np.random.default_rng(0)
    root = rng.normal(size=(len(structure.free), 40))
    matrix = type(structure.zero)(root @ root.T + np.eye(len(root)))
    small = variances(matrix, structure.zero)

    monkeypatch.setattr("kaoping.scoring.raters.information.DENSE", 0)

    np.testing.assert_allclose(variances(matrix, structure.zero), small, rtol=1e-5)


def test_the_order_of_ratings_and_the_names_do_not_matter(panel: Drawn, fitted: ManyFacet) -> None:
    order = np.random.default_rng(3).permutation(panel.ratings.n)
    mixed = many_facet(
        Ratings.from_columns(
            panel.person[order], panel.category[order] + 5,
            {"item": panel.item[order], "rater": [f"R{one}" for one in panel.rater[order]]},
        ),
        tolerance=1e-8,
    )  # fmt: skip

    assert mixed.log_likelihood == pytest.approx(fitted.log_likelihood, abs=1e-7)
    for name, value in fitted.measures("rater").items():
        assert mixed.measures("rater")[f"R{name}"] == pytest.approx(value, abs=1e-6)
        assert mixed.errors_of("rater")[f"R{name}"] == pytest.approx(fitted.errors_of("rater")[name], abs=1e-6)


def test_weights_count_as_so_many_ratings_of_the_same_kind(panel: Drawn) -> None:
    """Every rating by two occasions of difficulty zero is every rating with weight 2."""
    twice = np.tile(np.arange(panel.ratings.n), 2)
    columns = {"rater": panel.rater[twice], "item": panel.item[twice], "occasion": np.repeat([1, 2], panel.ratings.n)}
    doubled = Ratings.from_columns(panel.person[twice], panel.category[twice], columns)
    weighted = Ratings.from_columns(
        panel.person, panel.category, {"rater": panel.rater, "item": panel.item}, weight=np.full(panel.ratings.n, 2.0)
    )

    ours, theirs = many_facet(weighted), many_facet(doubled, Panel(facets=("rater", "item")))

    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood, abs=1e-5)
    np.testing.assert_allclose(ours.parameters, theirs.parameters, atol=1e-4)


def test_a_rater_made_more_severe_moves_alone() -> None:
    """With the same draws, thresholds of luck shifted by one logit for one rater shift that rater by about one."""
    rng = np.random.default_rng(8)
    base = drawn(rng, n=1500, raters=6, items=3)
    luck = rng.logistic(size=base.ratings.n)
    line = base.theta[base.person] - base.severity[base.rater] - base.difficulty[base.item] + luck

    def measures(extra: float) -> np.ndarray:
        right = (line - extra * (base.rater == 2) > 0).astype(int)
        given = Ratings.from_columns(base.person, right, {"rater": base.rater, "item": base.item})
        found = many_facet(given, errors=False)
        return np.array([found.measures("rater")[str(name)] for name in range(6)])

    moved = measures(1.0) - measures(0.0)

    apart = moved - np.delete(moved, 2).mean()
    assert apart[2] == pytest.approx(1.0, abs=0.25)
    assert np.abs(np.delete(apart, 2)).max() < 0.12


def test_anchors_carry_the_scale_of_another_session(panel: Drawn, fitted: ManyFacet) -> None:
    known = {name: value + 0.4 for name, value in fitted.measures("rater").items()}
    first_two = dict(list(known.items())[:2])

    some = many_facet(panel.ratings, Panel(anchors={"rater": first_two}), tolerance=1e-8)
    every = many_facet(
        panel.ratings, Panel(anchors={"rater": known, "steps": fitted.measures("steps")}), tolerance=1e-8
    )

    for found in (some, every):
        assert found.log_likelihood == pytest.approx(fitted.log_likelihood, abs=0.01)
        assert found.mean == pytest.approx(fitted.mean + 0.4, abs=0.02)
        assert {name: found.measures("rater")[name] for name in first_two} == pytest.approx(first_two)
        assert all(found.errors_of("rater")[name] == 0 for name in first_two)
    assert some.n_free == fitted.n_free - 1
    assert some.measures("rater") == pytest.approx(known, abs=0.02)


def test_parameters_are_counted_without_what_sums_to_zero(panel: Drawn) -> None:
    """8 raters, 4 items, 3 thresholds: 7 + 3 + 2, mean and deviation; 7 x 3 interactions; thresholds of 4 items."""
    counted = [
        many_facet(panel.ratings, model, errors=False).n_free
        for model in (Panel(), Panel(interactions=(("rater", "item"),)), Panel(steps="item"))
    ]

    assert counted == [14, 14 + 21, 14 + 6]


def test_interactions_raise_the_likelihood_by_chance_alone_where_there_are_none() -> None:
    """Twice the gain is chi-square with 21 degrees of freedom; its mean over 12 draws has deviation 1.87."""
    gains = []
    for seed in range(12):
        ratings = drawn(np.random.default_rng(seed), n=250).ratings
        with_them = many_facet(ratings, Panel(interactions=(("rater", "item"),)), errors=False, tolerance=1e-4)
        gains.append(2 * (with_them.log_likelihood - many_facet(ratings, errors=False, tolerance=1e-4).log_likelihood))

    assert np.mean(gains) == pytest.approx(21, abs=3 * 1.87)


def test_measures_are_recovered_within_their_standard_errors() -> None:
    """All z of raters, items and thresholds over 12 draws: 11 free of 13 a draw, so the variance has deviation .12."""
    z = []
    for seed in range(12):
        truth = drawn(np.random.default_rng(seed), n=300, raters=8, items=4)
        found = many_facet(truth.ratings)
        true = {"rater": truth.severity, "item": truth.difficulty}
        for facet, values in true.items():
            columns = found.structure.term(facet).columns
            z += list((found.parameters[columns] - truth.of(facet, values)) / found.standard_errors[columns])
        z.append((found.sd - 1.3) / found.se_sd)

    assert abs(np.mean(z)) < 0.15
    assert np.var(z) == pytest.approx(1, abs=0.35)


def test_a_person_with_very_many_ratings_makes_the_grid_finer() -> None:
    many = drawn(np.random.default_rng(6), n=40, raters=20, items=10, each=20)

    found = many_facet(many.ratings, errors=False)

    at = np.concatenate([found.parameters, [found.mean, np.log(found.sd)]])
    assert len(found.population.nodes) > 100
    assert marginal(at, found, nodes=481) == pytest.approx(found.log_likelihood, abs=1e-4)


def test_too_few_passes_are_refused(panel: Drawn) -> None:
    with pytest.raises(NotConverged):
        many_facet(panel.ratings, max_iterations=3)
