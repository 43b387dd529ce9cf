"""Kappa, alpha, intraclass correlations and variance components: published examples, properties, recovery."""

import numpy as np
import pytest

from kaoping.scoring.raters import Ratings
from kaoping.scoring.raters.agreement import agreement, pairs_of_raters
from kaoping.scoring.raters.errors import AgreementUndefined
from kaoping.scoring.raters.fleiss import fleiss, krippendorff
from kaoping.scoring.raters.generalizability import Components, components, decide
from kaoping.scoring.raters.intraclass import intraclass
from kaoping.scoring.raters.kappa import cohen
from tests.scoring.raters.panels import drawn

#: Six targets by four judges. Shrout, P. E., & Fleiss, J. L. (1979). Psychological Bulletin, 86, 420-428, table 2.
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
#: Thirty patients, six psychiatrists, five diagnoses. Fleiss, J. L. (1971). Psychological Bulletin, 76, 378, table 1.
DIAGNOSES = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)
#: Four observers of twelve units, some missing. Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability, D.
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def counts_of(rows: tuple[str, ...]) -> np.ndarray:
    counts = np.zeros((len(rows[0]), 5))
    for row in rows:
        for unit, mark in enumerate(row):
            if mark != ".":
                counts[unit, int(mark) - 1] += 1
    return counts


def test_kappa_of_cohens_two_clinicians() -> None:
    """Cohen, J. (1968). Psychological Bulletin, 70, 213-220: 200 patients, kappa .492, weighted kappa .348."""
    table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    disagreement = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])

    assert cohen(table).kappa == pytest.approx(0.492, abs=5e-4)
    assert cohen(table, 1 - disagreement / 6).kappa == pytest.approx(0.348, abs=5e-4)


def test_variances_of_fleiss_cohen_and_everitt() -> None:
    """Fleiss, Cohen & Everitt (1969), example: kappa .429, variance .002885, under independence .003082."""
    found = cohen([[106, 10, 4], [22, 28, 10], [2, 12, 6]])

    assert found.kappa == pytest.approx(0.429, abs=5e-4)
    assert found.se**2 == pytest.approx(0.002885, abs=1e-6)
    assert found.se_null**2 == pytest.approx(0.003082, abs=1e-6)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_the_variance_of_kappa_is_that_of_the_delta_method(weights: str) -> None:
    """By finite differences of kappa in the shares, with their multinomial covariance."""
    table = np.array([[30.0, 8, 2], [5, 40, 9], [1, 12, 33]])
    n, share = table.sum(), table / table.sum()
    step = 1e-6
    slopes = np.empty(9)
    for place in range(9):
        ends = [share.ravel() + sign * step * (np.arange(9) == place) for sign in (1, -1)]
        above, below = (cohen(end.reshape(3, 3) / end.sum(), weights).kappa for end in ends)
        slopes[place] = (above - below) / (2 * step)
    covariance = (np.diag(share.ravel()) - np.outer(share.ravel(), share.ravel())) / n

    assert cohen(table, weights).se == pytest.approx(np.sqrt(slopes @ covariance @ slopes), rel=1e-5)


def test_quadratic_kappa_is_the_intraclass_correlation_of_large_samples() -> None:
    """Fleiss & Cohen (1973): with quadratic weights kappa differs from ICC(2,1) by a term of order 1/n."""
    rng = np.random.default_rng(1)
    truth = rng.normal(size=4000)
    both = np.stack([np.digitize(truth + rng.normal(0, 0.7, 4000), [-1, 0, 1]) for _ in range(2)], axis=1)
    table = np.zeros((4, 4))
    np.add.at(table, tuple(both.T), 1)

    assert cohen(table, "quadratic").kappa == pytest.approx(intraclass(both).icc2.value, abs=1e-3)


def test_kappa_covers_its_true_value_in_nineteen_of_twenty_samples() -> None:
    """Of 400 samples; the binomial deviation of the share is .011."""
    rng = np.random.default_rng(4)
    shares = np.array([[0.30, 0.08, 0.02], [0.06, 0.22, 0.06], [0.01, 0.07, 0.18]])
    true = cohen(shares * 1e6, "linear").kappa
    drawn_tables = (rng.multinomial(150, shares.ravel()).reshape(3, 3) for _ in range(400))
    inside = [found.low <= true <= found.high for found in (cohen(one, "linear") for one in drawn_tables)]

    assert np.mean(inside) == pytest.approx(0.95, abs=0.035)


def test_kappa_of_fleiss_thirty_patients() -> None:
    """Fleiss (1971): observed .5556, expected .2201, kappa .430; categories .245, .245, .520, .471, .566."""
    found = fleiss([[int(mark) for mark in unit] for unit in DIAGNOSES.split()])

    assert found.kappa == pytest.approx(0.430, abs=5e-4)
    assert found.observed == pytest.approx(0.5556, abs=5e-4)
    assert found.expected == pytest.approx(0.2201, abs=5e-4)
    np.testing.assert_allclose(found.by_category, [0.245, 0.245, 0.520, 0.471, 0.566], atol=5e-4)


def test_fleiss_kappa_is_zero_by_chance_with_its_standard_error() -> None:
    """Of 300 panels of unrelated ratings; z has deviation 1, whose own Monte Carlo deviation is .04."""
    rng = np.random.default_rng(2)
    z = [fleiss(rng.multinomial(5, [0.5, 0.3, 0.2], size=60)).z for _ in range(300)]

    assert np.mean(z) == pytest.approx(0, abs=0.25)
    assert np.std(z) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_krippendorffs_four_observers(level: str, published: float) -> None:
    found = krippendorff(counts_of(OBSERVERS), level, samples=200, rng=np.random.default_rng(0))  # type: ignore[arg-type]

    assert found.alpha == pytest.approx(published, abs=5e-4)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.alpha <= found.high
    assert (found.units, found.ratings) == (11, 40)


def test_alpha_of_two_complete_raters_in_large_samples_is_kappa() -> None:
    table = np.array([[400, 80, 20], [80, 600, 120], [20, 120, 560]])
    units = [np.eye(3)[i] + np.eye(3)[j] for i in range(3) for j in range(3) for _ in range(table[i, j])]

    assert krippendorff(units).alpha == pytest.approx(cohen(table).kappa, abs=1e-3)


def test_intraclass_correlations_of_shrout_and_fleiss() -> None:
    """The six of their table 4; the intervals of ICC(2,1) and ICC(3,1) by McGraw and Wong (1996) [R psych 2.3]."""
    found = intraclass(JUDGES)

    values = [one.value for one in (found.icc1, found.icc2, found.icc3, found.icc1k, found.icc2k, found.icc3k)]
    np.testing.assert_allclose(values, [0.17, 0.29, 0.71, 0.44, 0.62, 0.91], atol=5e-3)
    np.testing.assert_allclose(list(found.mean_squares.values()), [11.24, 32.49, 1.02, 6.26], atol=5e-3)
    assert (found.icc2.low, found.icc2.high) == pytest.approx((0.019, 0.761), abs=1e-3)
    assert (found.icc3.low, found.icc3.high) == pytest.approx((0.342, 0.946), abs=1e-3)
    assert (found.icc1.low, found.icc1.high) == pytest.approx((-0.133, 0.723), abs=1e-3)


def test_intraclass_intervals_cover_the_true_value() -> None:
    """ICC(2,1) with raters drawn, ICC(3,1) with raters held, 400 tables each; binomial deviation .011."""
    rng = np.random.default_rng(3)
    inside = np.zeros((400, 2))
    for sample in range(400):
        person, rater = rng.normal(0, 1, (30, 1)), rng.normal(0, 0.5, (1, 6))
        found = intraclass(np.asarray(person + rater + rng.normal(0, 0.8, (30, 6))))
        inside[sample] = [
            found.icc2.low <= 1 / (1 + 0.25 + 0.64) <= found.icc2.high,
            found.icc3.low <= 1 / (1 + 0.64) <= found.icc3.high,
        ]

    np.testing.assert_allclose(inside.mean(axis=0), 0.95, atol=0.04)


def test_coefficients_that_the_ratings_do_not_allow_are_refused_with_the_reason() -> None:
    with pytest.raises(AgreementUndefined, match="same number of ratings"):
        fleiss([[2, 0], [1, 2]])
    with pytest.raises(AgreementUndefined, match="1 of 2 persons lack ratings"):
        intraclass([[1.0, 2.0], [3.0, float("nan")]])
    with pytest.raises(AgreementUndefined, match="differ by constants"):
        intraclass([[1, 2], [3, 4], [2, 3]])
    with pytest.raises(AgreementUndefined, match="one and the same category"):
        cohen([[4, 0], [0, 0]])
    with pytest.raises(AgreementUndefined, match="all ratings are alike"):
        krippendorff([[3, 0], [2, 0]])
    with pytest.raises(AgreementUndefined, match="no unit has two"):
        krippendorff([[1, 0], [0, 1]])
    with pytest.raises(AgreementUndefined, match="square table"):
        cohen([[1, 2, 3], [4, 5, 6]])


def test_components_of_judges_are_those_of_their_mean_squares() -> None:
    """A complete design gives analysis of variance: G with one rater is ICC(3,1), Phi is ICC(2,1)."""
    rows = np.arange(24)
    found = components(Ratings.from_columns(rows // 4, np.ravel(JUDGES), {"rater": rows % 4}))

    assert found.complete
    assert found.mean_square is not None
    np.testing.assert_allclose(found.mean_square, [11.24, 32.49, 1.02], atol=5e-3)
    np.testing.assert_allclose(found.variance, [(11.24 - 1.02) / 4, (32.49 - 1.02) / 6, 1.02], atol=5e-3)
    both = intraclass(JUDGES)
    one, four = decide(found, {}), decide(found, {"rater": 4})
    assert (one.generalizability, one.dependability) == pytest.approx((both.icc3.value, both.icc2.value))
    assert (four.generalizability, four.dependability) == pytest.approx((both.icc3k.value, both.icc2k.value))


def direct(values: np.ndarray) -> dict[str, float]:
    """Mean squares of a complete table persons by raters by items, from the means of each margin."""
    p, r, i = values.shape
    grand = values.mean()
    mean = {axes: values.mean(axis=axes, keepdims=True) - grand for axes in [(1, 2), (0, 2), (0, 1), (2,), (1,), (0,)]}
    person, rater, item = mean[1, 2], mean[0, 2], mean[0, 1]
    pr, pi, ri = mean[2,] - person - rater, mean[1,] - person - item, mean[0,] - rater - item
    left = values - grand - person - rater - item - pr - pi - ri
    error = (left**2).sum() / ((p - 1) * (r - 1) * (i - 1))
    squares = {
        "person x rater": i * (pr**2).sum() / ((p - 1) * (r - 1)),
        "person x item": r * (pi**2).sum() / ((p - 1) * (i - 1)),
        "rater x item": p * (ri**2).sum() / ((r - 1) * (i - 1)),
    }
    size = {"person x rater": i, "person x item": r, "rater x item": p}
    found = {name: (value - error) / size[name] for name, value in squares.items()}
    single = r * i * (person**2).sum() / (p - 1)
    found["person"] = (single - squares["person x rater"] - squares["person x item"] + error) / (r * i)
    return found | {"person x rater x item": error}


def test_three_way_components_equal_those_of_expected_mean_squares() -> None:
    values = np.random.default_rng(5).integers(0, 6, (12, 4, 3)) + np.arange(12)[:, None, None] // 3
    person, rater, item = (axis.ravel() for axis in np.indices(values.shape))

    found = components(Ratings.from_columns(person, values.ravel(), {"rater": rater, "item": item}))

    named = dict(zip(found.labels(), found.variance, strict=True))
    for name, value in direct(values.astype(float)).items():
        assert named[name] == pytest.approx(value), name
    assert found.df is not None
    assert found.df.tolist() == [11, 3, 2, 33, 22, 6, 66]


def scores(rng: np.random.Generator, persons: int, raters: int, items: int, each: int) -> Ratings:
    """Rounded scores of known components: 4, 1, .64 of persons, raters, items; 1, .49, .25, 1 of interactions."""
    person = np.arange(persons).repeat(each * items)
    rater = np.argsort(rng.random((persons, raters)), axis=1)[:, :each].ravel().repeat(items)
    item = np.tile(np.arange(items), persons * each)
    value = (
        rng.normal(0, 2.0, persons)[person] + rng.normal(0, 1.0, raters)[rater] + rng.normal(0, 0.8, items)[item]
        + rng.normal(0, 1.0, (persons, raters))[person, rater] + rng.normal(0, 0.7, (persons, items))[person, item]
        + rng.normal(0, 0.5, (raters, items))[rater, item] + rng.normal(0, 1.0, len(person))
    )  # fmt: skip
    whole = np.clip(np.rint(4 * value), -45, 45).astype(int)
    return Ratings.from_columns(person, whole, {"rater": rater, "item": item})


def test_components_of_a_sparse_panel_are_recovered_without_bias() -> None:
    """Each person by 2 of 30 raters on 5 items; 40 panels, whose means lie within 4 of their standard errors."""
    rng = np.random.default_rng(6)
    true = 16 * np.array([4, 1, 0.64, 1, 0.49, 0.25, 1 + 1 / 192])
    found = np.array([components(scores(rng, 100, 30, 5, 2)).variance for _ in range(40)])

    error = found.std(axis=0, ddof=1) / np.sqrt(40)
    assert (np.abs(found.mean(axis=0) - true) < 4 * error).all()


def test_standard_errors_of_complete_components_are_the_spread_of_the_estimates() -> None:
    """Of 60 complete panels; the deviation of a deviation is about .09 of it, more where it is skewed."""
    rng = np.random.default_rng(7)
    found = [components(scores(rng, 25, 8, 6, 8)) for _ in range(60)]
    spread = np.std([one.variance for one in found], axis=0)
    errors = np.mean([one.standard_error for one in found if one.standard_error is not None], axis=0)

    np.testing.assert_allclose(errors / spread, 1, atol=0.35)


def test_raters_nested_in_persons_give_the_one_way_components() -> None:
    """Raters of their own for everybody: persons and error within, as ICC(1,1)."""
    rows = np.arange(24)
    nested = Ratings.from_columns(rows // 4, np.ravel(JUDGES), {"rater": rows})

    found = components(nested, nested={"rater": "person"})

    assert found.labels() == ("person", "person x rater")
    assert found.complete
    assert decide(found, {}).generalizability == pytest.approx(intraclass(JUDGES).icc1.value)
    with pytest.raises(AgreementUndefined, match="say which facet is nested"):
        components(nested)


def test_fixed_items_belong_to_what_is_measured() -> None:
    found = Components(
        (("person",), ("rater",), ("item",), ("person", "rater"), ("person", "item"), ("rater", "item"),
         ("person", "rater", "item")),
        np.array([4.0, 1, 2, 1, 0.5, -0.1, 3]), None, None, None, (10, 3, 4, 30, 40, 12, 120), 120,
    )  # fmt: skip

    random, fixed = decide(found, {"rater": 2, "item": 4}), decide(found, {"rater": 2, "item": 4}, fixed=["item"])

    assert random.generalizability == pytest.approx(4 / (4 + 1 / 2 + 0.5 / 4 + 3 / 8))
    assert random.dependability == pytest.approx(4 / (4 + 1 / 2 + 0.5 / 4 + 3 / 8 + 1 / 2 + 2 / 4))
    assert fixed.generalizability == pytest.approx((4 + 0.5 / 4) / (4 + 0.5 / 4 + 1 / 2 + 3 / 8))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (np.repeat([[1 / 3], [4 / 3], [0.7], [2.1]], 3, axis=1), "differ nowhere"),
        (np.add.outer([0.1, 1.3, 2.7], [1 / 3, 4 / 3, 0.7]), "differ by constants only"),
        (np.tile([1 / 3, 4 / 3, 0.7], (5, 1)), "differ by constants only"),
        (np.array([[1 / 3, 4 / 3, 0.7], [0.7, 1 / 3, 4 / 3], [4 / 3, 0.7, 1 / 3]]), "the persons do not differ"),
        (np.full((4, 3), 0.1), "differ nowhere"),
    ],
)
def test_what_rounding_leaves_of_a_mean_square_counts_as_zero(table: np.ndarray, reason: str) -> None:
    with pytest.raises(AgreementUndefined, match=reason):
        intraclass(table)


def test_the_residual_is_error_even_if_everything_is_fixed() -> None:
    found = components(Ratings.from_columns(np.arange(24) // 4, JUDGES.ravel(), {"rater": np.arange(24) % 4}))

    fixed = decide(found, {"rater": 4}, fixed=["rater"])

    assert fixed.generalizability == pytest.approx(intraclass(JUDGES).icc3k.value)
    assert fixed.dependability == pytest.approx(fixed.generalizability)


@pytest.mark.parametrize(
    ("n", "fixed", "sentence"),
    [
        ({"rater": 0}, [], "a mean over at least 1 of rater, not 0"),
        ({"judge": 2}, [], "the components have no facet judge; there are rater"),
        ({"rater": 2}, ["judge"], "the components have no facet judge; there are rater"),
    ],
)
def test_a_decision_on_nothing_is_refused(n: dict[str, int], fixed: list[str], sentence: str) -> None:
    found = components(Ratings.from_columns(np.arange(24) // 4, JUDGES.ravel(), {"rater": np.arange(24) % 4}))

    with pytest.raises(AgreementUndefined, match=sentence):
        decide(found, n, fixed=fixed)


def test_the_summary_gives_every_coefficient_or_its_reason() -> None:
    panel = drawn(np.random.default_rng(1), n=80, raters=4, each=2)

    found = {
        (one.scope, one.name): one
        for one in agreement(panel.ratings, by="item", rng=np.random.default_rng(2), samples=50)
    }

    assert {scope for scope, _ in found} == {"all", "item 0", "item 1", "item 2", "item 3"}
    exact, adjacent = found["all", "exact"].value, found["all", "adjacent"].value
    assert exact is not None
    assert adjacent is not None
    pairs = panel.category.reshape(80, 2, 4)
    assert exact == pytest.approx((pairs[:, 0] == pairs[:, 1]).mean())
    assert adjacent == pytest.approx((np.abs(pairs[:, 0] - pairs[:, 1]) <= 1).mean())
    assert found["all", "icc2"].value is None
    assert "80 of 80 persons lack ratings" in found["all", "icc2"].reason
    assert found["item 0", "krippendorff_ordinal"].low is not None


def test_pairs_of_raters_have_the_kappa_of_their_common_work() -> None:
    panel = drawn(np.random.default_rng(9), n=60, raters=3, each=2)
    rater, category = panel.rater.reshape(60, 2, 4)[:, :, 0], panel.category.reshape(60, 2, 4)
    table = np.zeros((4, 4))
    for who, marks in zip(rater, category, strict=True):
        if set(who) == {0, 2}:
            np.add.at(table, (marks[list(who).index(0)], marks[list(who).index(2)]), 1)

    found = {frozenset((one.first, one.second)): one for one in pairs_of_raters(panel.ratings, least=1)}

    both = found[frozenset("02")]
    assert both.kappa is not None
    assert both.kappa.kappa == pytest.approx(cohen(table, "quadratic").kappa)
    assert both.n == table.sum()
    assert pairs_of_raters(panel.ratings, least=10_000) == ()
