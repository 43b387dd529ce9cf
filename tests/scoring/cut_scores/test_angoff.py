import numpy as np
import pytest

from kaoping.scoring.cut_scores import (
    Average,
    Distribution,
    Paper,
    Ratings,
    agreement,
    angoff,
    averaged,
    components,
    convergence,
    impact,
    intraclass,
    intrajudge,
    item_feedback,
    norms,
)
from kaoping.scoring.cut_scores.errors import BadJudgements, PanelDivided, PanelTooSmall
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix

ITEMS = ItemParameters.logistic(np.linspace(0.7, 1.6, 20), np.linspace(-1.5, 1.5, 20))


def a_panel(*, judges: int = 6, spread: float = 0.08, seed: int = 1) -> Ratings:
    rng = np.random.default_rng(seed)
    expected = ITEMS.expected(np.array([0.2]))[:, 0]
    lean = rng.normal(scale=0.05, size=(judges, 1))
    return Ratings.complete(np.clip(expected + lean + rng.normal(scale=spread, size=(judges, 20)), 0, 1))


def test_the_cut_and_its_errors_of_two_judges_and_two_items_are_those_of_the_analysis_of_variance_by_hand() -> None:
    # Judges' sums 1.0 and 1.4; mean squares .04 (judges), .09 (items), .01 (rest), so that the variances are
    # (.04 - .01) / 2, (.09 - .01) / 2 and .01, and Brennan and Lockwood's error of the sum of two items is
    # 4 (.015 / 2 + .01 / 4) over judges and 4 (.04 / 2) over items.
    found = angoff(Ratings.complete([[0.4, 0.6], [0.5, 0.9]]))

    assert found.mean.value == pytest.approx(1.2)
    assert found.mean.se == pytest.approx(np.sqrt(0.04))
    assert found.generalised.parts["items"] == pytest.approx(np.sqrt(0.08))
    assert found.generalised.se == pytest.approx(np.sqrt(0.12))


def test_the_error_over_judges_is_the_spread_of_their_cuts() -> None:
    panel = a_panel()
    found = angoff(panel)

    cuts = panel.values.sum(axis=1)
    assert np.allclose(found.judge_cuts, cuts)
    assert found.mean.se == pytest.approx(cuts.std(ddof=1) / np.sqrt(6))
    weights, parts = found.fit.weights, found.components
    by_weights = parts.judges * (weights.sum(axis=1) ** 2).sum() + parts.rest * (weights**2).sum()
    assert found.mean.se == pytest.approx(np.sqrt(by_weights))


def test_judges_who_all_agree_leave_no_error() -> None:
    found = angoff(Ratings.complete(np.tile([0.3, 0.6, 0.9], (5, 1))))

    assert [found.cut(average).se for average in Average] == [0, 0, 0]
    assert found.mean.value == pytest.approx(1.8)
    assert not agreement(found).outlying.any()


def test_the_order_of_judges_and_items_does_not_matter_and_marks_scale_the_cut() -> None:
    panel, order = a_panel(), np.random.default_rng(4).permutation(20)
    turned = Ratings.complete(panel.values[::-1][:, order])
    doubled = Ratings.complete(2 * panel.values, maxima=np.full(20, 2.0))

    one, other, twice = (angoff(of) for of in (panel, turned, doubled))

    assert (other.mean.value, other.mean.se) == pytest.approx((one.mean.value, one.mean.se))
    assert (twice.mean.value, twice.generalised.se) == pytest.approx(
        (2 * one.mean.value, 2 * (one.generalised.se or 0))
    )
    assert twice.components.agreement == pytest.approx(one.components.agreement)


def test_a_lenient_judge_with_the_easy_items_does_not_move_the_cut_of_an_incomplete_panel() -> None:
    difficulty, severity = np.array([0.2, 0.4, 0.5, 0.7]), np.array([0.0, -0.1, 0.1])
    whole = difficulty + severity[:, None]
    rated = np.array([[1, 1, 1, 1], [0, 1, 1, 1], [1, 1, 1, 0]], dtype=np.bool_)

    found = angoff(Ratings(("A", "B", "C"), ("1", "2", "3", "4"), np.where(rated, whole, 0.0), rated, np.ones(4)))

    assert np.allclose(found.judge_cuts, whole.sum(axis=1))
    assert found.mean.value == pytest.approx(whole.sum(axis=1).mean())


def test_the_components_of_an_incomplete_panel_are_unbiased() -> None:
    # The estimates are linear in sums of squares: 400 draws have a mean within four standard errors of the truth.
    rng = np.random.default_rng(2)
    rated = rng.random((8, 15)) < 0.6
    found = []
    for _ in range(400):
        lean, ease = rng.normal(scale=0.05, size=(8, 1)), rng.normal(scale=0.1, size=15)
        values = np.where(rated, 0.5 + lean + ease + rng.normal(scale=0.06, size=(8, 15)), 0.0)
        parts = components(
            Ratings(tuple("ABCDEFGH"), tuple("abcdefghijklmno"), np.clip(values, 0, 1), rated, np.ones(15))
        )
        found.append([parts.judges, parts.items, parts.rest])
    table = np.array(found)

    apart = np.abs(table.mean(axis=0) - [0.05**2, 0.1**2, 0.06**2])
    assert (apart < 4 * table.std(axis=0) / np.sqrt(400)).all()


def test_the_difficulty_of_items_in_blocks_does_not_leak_into_the_components() -> None:
    # Half of the judges rate the easy items and half the hard ones; they only differ by a leniency of .02 either way,
    # so that items leave 144 squares of .02, with 144 - 20 degrees of freedom.
    rated = np.zeros((12, 20), dtype=np.bool_)
    rated[:6, :12] = rated[6:, 8:] = True
    lean = np.tile([0.02, -0.02], 6)
    values = np.where(rated, np.linspace(0.25, 0.85, 20) + lean[:, None], 0.0)

    found = angoff(Ratings(tuple("ABCDEFGHIJKL"), tuple("abcdefghijklmnopqrst"), values, rated, np.ones(20)))

    assert found.components.rest == pytest.approx(0.0, abs=1e-12)
    assert found.components.judges == pytest.approx(0.0004 * 144 / 124)
    assert found.mean.se == pytest.approx(found.judge_cuts.std(ddof=1) / np.sqrt(12), rel=0.05)


MARKS = np.repeat([1.0, 4.0, 20.0], [20, 10, 2])


def test_items_of_more_marks_are_neither_agreed_upon_nor_in_error_by_their_marks_alone() -> None:
    rng = np.random.default_rng(6)
    noise = [
        angoff(Ratings.complete(MARKS * rng.uniform(0.2, 0.8, (8, 32)), maxima=MARKS)).components for _ in range(50)
    ]
    alike = angoff(Ratings.complete(np.tile(0.6 * MARKS, (4, 1)), maxima=MARKS))

    assert np.mean([one.single_agreement for one in noise]) < 0.05
    assert (alike.generalised.value, alike.generalised.se) == pytest.approx((60.0, 0.0), abs=1e-6)


def test_cuts_and_errors_of_unequal_marks_are_sums_of_marks_times_shares() -> None:
    marks = np.array([1.0, 3.0])
    found = angoff(Ratings.complete(marks * [[0.4, 0.6], [0.5, 0.9]], maxima=marks))

    # The components of the shares are .015, .04 and .01, and the squared marks add up to 10.
    assert found.judge_cuts == pytest.approx([2.2, 3.2])
    assert found.mean.se == pytest.approx(0.5)
    assert found.generalised.parts["items"] == pytest.approx(np.sqrt(10 * 0.04))


def test_the_weights_of_an_incomplete_panel_of_unequal_marks_give_its_cut() -> None:
    rng = np.random.default_rng(3)
    rated = rng.random((6, 32)) < 0.7
    shares = np.where(rated, rng.uniform(0.2, 0.8, (6, 32)), 0.0)
    names = tuple(str(place) for place in range(32))

    found = angoff(Ratings(tuple("ABCDEF"), names, shares * MARKS, rated, MARKS))

    assert (found.fit.weights * shares).sum() == pytest.approx(found.mean.value)
    assert found.fit.weights.sum() == pytest.approx(MARKS.sum())


@pytest.mark.parametrize(
    ("average", "value", "se"),
    [
        ("mean", 6.0, np.sqrt(29 / 5)),
        # Winsorised 3, 3, 5, 6, 6: deviation sqrt(2.3); a fifth is left out at each end.
        ("trimmed", 14 / 3, np.sqrt(2.3) / (0.6 * np.sqrt(5))),
    ],
)
def test_averages_and_their_errors_are_those_by_hand(average: str, value: float, se: float) -> None:
    found = averaged(np.array([1.0, 3.0, 5.0, 6.0, 15.0]), average)

    assert (found.value, found.se) == pytest.approx((value, se))


def test_the_error_of_a_median_is_that_of_all_bootstrap_samples() -> None:
    cuts = np.array([1.0, 3.0, 7.0, 8.0, 20.0])
    places = np.indices((5,) * 5).reshape(5, -1)

    every = np.median(cuts[places], axis=0)

    assert averaged(cuts, "median").se == pytest.approx(every.std())


def test_judges_at_tables_count_for_less_the_more_they_agree_there() -> None:
    cuts = np.array([50.0, 50.0, 60.0, 60.0, 70.0, 70.0])

    alone, together = averaged(cuts), averaged(cuts, tables=["A", "A", "B", "B", "C", "C"])
    mixed = averaged(cuts, tables=["A", "B", "C", "A", "B", "C"])

    assert together.se == pytest.approx(np.sqrt(2) * (alone.se or 0))
    assert (together.df, mixed.df) == (2.0, 5.0)
    assert mixed.se == pytest.approx(alone.se)
    assert intraclass(np.array([1.0, 3.0, 2.0, 4.0]), np.array([0, 0, 1, 1])) == 0.0


def test_a_judge_and_a_rating_that_stand_apart_are_named() -> None:
    values = a_panel(judges=8, spread=0.05).values.copy()
    values[2] = np.clip(values[2] - 0.4, 0, 1)
    values[5, 7] = 0.0

    found = agreement(angoff(Ratings.complete(values)))

    assert found.judges[int(found.severity.argmin())] == "3"
    assert list(np.flatnonzero(found.outlying)) == [2]
    assert ("6", "8") in [(one.judge, one.item) for one in found.ratings]
    assert found.without[2] == pytest.approx(np.delete(values.sum(axis=1), 2).mean())
    assert all(value is not None and value > 0.5 for value in found.with_rest)


@pytest.mark.parametrize("judges", [3, 5, 8])
def test_judges_who_stand_apart_are_rare_without_a_reason(judges: int) -> None:
    # The chance that anybody is named is .05: of 200 panels at most 19 (three binomial deviations).
    rng = np.random.default_rng(judges)
    panels = [Ratings.complete(0.5 + rng.normal(scale=0.05, size=(judges, 4))) for _ in range(200)]

    alarms = sum(bool(agreement(angoff(panel)).outlying.any()) for panel in panels)

    assert alarms <= 10 + 3 * np.sqrt(200 * 0.05 * 0.95)


def test_a_judge_stands_apart_from_others_who_agree_by_half_a_percent_of_the_marks_at_least() -> None:
    panel = np.full((5, 4), 0.5)
    panel[4, 0] = 0.5007
    near = agreement(angoff(Ratings.complete(panel)))
    panel[4, 0] = 0.53
    far = agreement(angoff(Ratings.complete(panel)))

    assert not near.outlying.any()
    assert list(np.flatnonzero(far.outlying)) == [4]
    assert not agreement(angoff(Ratings.complete([[0.1, 0.2], [0.9, 0.8]]))).outlying.any()


def test_the_cut_without_a_judge_is_that_of_the_other_judges_alone() -> None:
    rng = np.random.default_rng(9)
    rated = np.ones((4, 6), dtype=np.bool_)
    rated[0, 0] = rated[1, 5] = rated[2, 2] = rated[:3, 4] = False
    values = np.where(rated, rng.uniform(0.2, 0.8, (4, 6)), 0.0)
    panel = Ratings(tuple("ABCD"), tuple("123456"), values, rated, np.arange(1.0, 7.0))

    found = agreement(angoff(panel))

    assert found.without[:3] == pytest.approx([angoff(panel.without(judge)).mean.value for judge in range(3)])
    # Nobody else rated the fifth item.
    assert np.isnan(found.without[3])


def test_ratings_that_stand_apart_are_rare_without_a_reason() -> None:
    # The chance of any false alarm in a panel is .05: of 200 panels at most 22 (three binomial deviations).
    rng = np.random.default_rng(8)
    alarms = sum(
        bool(agreement(angoff(Ratings.complete(0.5 + rng.normal(scale=0.05, size=(6, 12))))).ratings)
        for _ in range(200)
    )

    assert alarms <= 10 + 3 * np.sqrt(200 * 0.05 * 0.95)


def test_items_of_many_marks_do_not_make_ratings_stand_apart() -> None:
    rng = np.random.default_rng(8)
    alarms = 0
    for _ in range(100):
        shares = 0.5 + rng.normal(scale=0.05, size=(6, 32))
        alarms += bool(agreement(angoff(Ratings.complete(MARKS * shares, maxima=MARKS))).ratings)

    assert alarms <= 5 + 3 * np.sqrt(100 * 0.05 * 0.95)


def test_a_judge_whose_ratings_are_the_models_is_consistent_and_one_who_reverses_them_is_not() -> None:
    own = ITEMS.expected(np.array([0.4]))[:, 0]
    other = own[::-1]

    found = intrajudge(Ratings.complete([own, other]), ITEMS, cut=float(own.sum()))

    first, second = found.judges
    assert first.theta == pytest.approx(0.4)
    assert first.index == pytest.approx(1.0)
    assert first.correlation == pytest.approx(1.0)
    assert found.panel_theta == pytest.approx(0.4)
    assert second.index is not None
    assert second.index < 0.8
    assert second.correlation is not None
    assert second.correlation < 0
    assert {one.judge for one in found.misfits} == {"2"}
    # By definition: mean absolute difference over the largest that there could be.
    expected = ITEMS.expected(np.array([second.theta]))[:, 0]
    ratio = np.abs(other - expected).mean() / np.maximum(expected, 1 - expected).mean()
    assert second.index == pytest.approx(1 - ratio)


def test_a_judge_who_says_yes_to_everything_has_no_ability_but_a_cut() -> None:
    ratings = Ratings.complete([np.ones(20), np.repeat([1.0, 0.0], 10)])

    found = intrajudge(ratings, ITEMS, facilities={str(item + 1): 0.9 - 0.04 * item for item in range(20)})

    assert ratings.yes_no
    assert found.judges[0].theta is None
    assert found.judges[0].with_facility is None
    assert found.judges[1].with_facility is not None
    assert found.judges[1].with_facility > 0.8


def test_rounds_are_compared_by_the_judges_who_were_in_both() -> None:
    first = Ratings.complete([[0.2, 0.6], [0.6, 0.8], [0.9, 0.9]], judges=["A", "B", "C"])
    second = Ratings.complete([[0.5, 0.6], [0.6, 0.8]], judges=["A", "B"])

    found = convergence([angoff(first), angoff(second)])[0]

    assert (found.judges, found.converging, found.changed) == (2, True, 0.25)
    assert found.change.value == pytest.approx(0.15)
    assert found.change.se == pytest.approx(0.15)
    with pytest.raises(BadJudgements, match="fewer than two judges in common"):
        convergence([angoff(first), angoff(Ratings.complete([[0.5, 0.6], [0.6, 0.8]], judges=["A", "X"]))])
    with pytest.raises(BadJudgements, match="do not rate the same items"):
        convergence([angoff(first), angoff(Ratings.complete([[0.5, 0.6], [0.6, 0.8]], items=["1", "3"]))])


def test_the_agreement_of_rounds_is_that_of_the_judges_who_were_in_both() -> None:
    table = np.random.default_rng(8).random((10, 6))
    names = [f"J{number}" for number in range(10)]
    panel = angoff(Ratings.complete(table, judges=names))
    rest = angoff(Ratings.complete(table[:2], judges=names[:2]))

    found = convergence([panel, rest])[0]

    assert found.agreement == pytest.approx((rest.components.agreement,) * 2)
    assert found.agreement[0] != pytest.approx(panel.components.agreement)


def test_the_agreement_of_judges_with_too_few_ratings_is_not_told() -> None:
    triples = [
        ("A", "1", 0.4),
        ("B", "2", 0.6),
        *(("C", item, 0.5) for item in "12"),
        *(("D", item, 0.7) for item in "12"),
    ]
    panel = angoff(Ratings.of(triples))
    rest = angoff(Ratings.of([(judge, item, 0.5) for judge in "AB" for item in "12"]))

    assert convergence([panel, rest])[0].agreement[0] is None


def test_norms_are_facilities_and_scores_of_those_who_answered_everything() -> None:
    answers = ResponseMatrix([[1, 2], [0, 1], [1, -1]], ["A", "B"])
    panel = angoff(Ratings.complete([[0.5, 1.0], [0.7, 2.0]], items=["A", "B"], maxima=[1, 4]))

    found = norms(answers, {"A": 1.0, "B": 4.0})

    assert found.facilities == pytest.approx({"A": 2 / 3, "B": 0.75})
    assert found.persons is not None
    assert found.persons.scores.tolist() == [2.0, 5.0]
    assert found.incomplete == 1
    assert [one.pass_rate for one in impact(panel, Distribution.of([1, 2, 3]))] == pytest.approx([1 / 3, 2 / 3, 1 / 3])
    assert item_feedback(panel, found.facilities)[1].gap == pytest.approx(0.375 - 0.75)
    with pytest.raises(BadResponses, match="no item C"):
        norms(answers, {"C": 1.0})


@pytest.mark.parametrize(
    ("triples", "reason"),
    [
        ([("A", "1", 1.2), ("B", "1", 0.5)], "judge A rates item 1 1.2, which is not between 0 and 1"),
        ([("A", "1", 0.2), ("A", "1", 0.5), ("B", "1", 0.5)], "judge A rates item 1 twice"),
        ([("A", "1", float("nan")), ("B", "1", 0.5)], "which is not between 0 and 1"),
    ],
)
def test_ratings_that_are_none_are_refused(triples: list[tuple[str, str, float]], reason: str) -> None:
    with pytest.raises(BadJudgements, match=reason):
        Ratings.of(triples)


def test_a_panel_that_cannot_tell_its_error_is_refused() -> None:
    apart = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]], dtype=np.bool_)
    chained = np.array([[1, 1, 0], [0, 1, 1]], dtype=np.bool_)

    with pytest.raises(PanelTooSmall, match="at least 2 judges; there are 1"):
        Ratings.complete([[0.5, 0.5]])
    with pytest.raises(PanelDivided, match="Judges A and C are linked by no items"):
        angoff(Ratings(tuple("ABCD"), tuple("1234"), np.where(apart, 0.5, 0.0), apart, np.ones(4)))
    with pytest.raises(BadJudgements, match="4 ratings do not tell 2 judges from 3 items"):
        angoff(Ratings(tuple("AB"), tuple("123"), np.where(chained, 0.5, 0.0), chained, np.ones(3)))
    with pytest.raises(BadJudgements, match="there is one item"):
        angoff(Ratings.complete([[0.5], [0.6]]))
    with pytest.raises(PanelTooSmall, match="An error over tables"):
        averaged(np.array([1.0, 2.0]), tables=["A", "A"])
    with pytest.raises(BadJudgements, match="the cut of a judge is not a finite number"):
        averaged(np.array([1.0, np.nan]))
    with pytest.raises(BadJudgements, match="1 tables for 2 judges"):
        averaged(np.array([1.0, 2.0]), tables=["A"])


def test_items_of_several_categories_are_compared_in_their_marks() -> None:
    items = ItemParameters.reported(
        ["A", "B", "C"], [model("grm", 3), model("gpcm", 4), model("2pl")], [[1.2, -1, 1], [0.9, -1, 0, 1], [1.5, 0.2]]
    )
    full = np.array([5.0, 6.0, 2.0])
    own = Paper.of(items, full).item_shares(0.7) * full

    found = intrajudge(Ratings.complete([own, full / 2], items=items.names, maxima=full), items)

    assert found.judges[0].theta == pytest.approx(0.7)
    assert found.judges[0].index == pytest.approx(1.0)
    assert found.panel_theta is None
