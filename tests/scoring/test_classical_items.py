"""Statistics of items: published values, properties, recovery, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kaoping.scoring import classical
from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical import Estimate, Marks
from kaoping.scoring.errors import BadResponses, NotEnoughData, NoVariation
from kaoping.scoring.responses import NOT_PRESENTED, NOT_REACHED, OMITTED, ResponseMatrix

TABLES = arrays(np.int8, st.tuples(st.integers(30, 60), st.integers(2, 6)), elements=st.integers(0, 3))


def answers(n: int = 3000, *, k: int = 12, seed: int = 2) -> ResponseMatrix:
    """Give categories from 0 to 2 of persons who differ."""
    rng = np.random.default_rng(seed)
    pull = rng.standard_normal((n, 1)) + rng.standard_normal((n, k)) + np.linspace(-1, 1, k)
    return ResponseMatrix((pull > -0.6).astype(int) + (pull > 0.7))


def test_wilsons_interval_is_that_of_newcombe() -> None:
    """Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion. Stat. Med., 17, 857-872."""
    low, high = classical.wilson(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]))

    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


def test_the_interval_of_a_difference_is_that_of_newcombe() -> None:
    """Newcombe, R. G. (1998). Interval estimation for the difference. Stat. Med., 17, 873-890: 56/70 less 48/80."""
    low, high = classical.wilson(np.array([56, 48]), np.array([70, 80]))
    groups = [Estimate(value, n, low[at], high[at]) for at, (value, n) in enumerate(((0.8, 70), (0.6, 80)))]

    found = classical.difference(*groups)

    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_facility_of_more_marks_is_the_mean_share_of_them() -> None:
    found = classical.facility(ResponseMatrix([[0], [1], [2], [2]] * 10), 0)

    assert found.value == 0.625
    assert found.low < 0.625 < found.high
    whole = classical.facility(ResponseMatrix([[0]] * 15 + [[1]] * 25), 0)
    assert found.high - found.low < whole.high - whole.low


def test_marks_may_be_said_for_every_item() -> None:
    table = Marks.of(ResponseMatrix([[2, 1], [1, 0], [0, 1]]), marks=[4, 3])

    assert table.earned.tolist() == [[4, 3], [2, 0], [0, 3]]
    assert table.total.tolist() == [7, 2, 3]


@pytest.mark.parametrize(("earned", "largest", "reason"), [
    ([[1.5]], [1.0], "row 1 has 1.5 marks for item 1, which is worth 1"),
    ([[-1.0]], [1.0], "row 1 has -1 marks"),
    ([[0.0]], [0.0], "an item is worth nothing"),
    ([[0.0, 1.0]], [1.0], "do not fit together"),
])  # fmt: skip
def test_marks_that_do_not_fit_are_refused(earned: list[list[float]], largest: list[float], reason: str) -> None:
    with pytest.raises(BadResponses, match=reason):
        Marks.table(earned, largest)


def test_marks_of_unknown_answers_are_refused() -> None:
    with pytest.raises(BadResponses, match="where nothing is known"):
        Marks(np.ones((1, 1)), np.zeros((1, 1), dtype=bool), np.ones(1), ("1",), np.ones(1))


def test_what_was_omitted_and_what_was_not_reached_is_counted_among_those_who_were_presented_the_item() -> None:
    found = classical.missed(ResponseMatrix([[1], [OMITTED], [NOT_REACHED], [NOT_REACHED], [NOT_PRESENTED]] * 5), 0)

    assert (found.omitted.value, found.not_reached.value, found.omitted.n) == (0.25, 0.5, 20)


def test_a_booklet_is_held_against_its_own_marks() -> None:
    table = answers().answers.copy()
    whole = classical.discrimination(ResponseMatrix(table), 0).value
    table[::2, 6:] = NOT_PRESENTED

    found = classical.discrimination(ResponseMatrix(table), 0)

    assert found.value == pytest.approx(whole, abs=0.05)
    assert found.n == 3000


@given(TABLES)
@settings(max_examples=40, deadline=None)
def test_intervals_hold_their_values_and_no_efficiency_is_above_one(table: np.ndarray) -> None:
    rows = classical.item_table(ResponseMatrix(table), least=10)

    for row in rows:
        for name in (
            "facility",
            "item_total",
            "item_rest",
            "biserial",
            "upper_lower",
            "efficiency",
            "effective_weight",
        ):
            found = getattr(row, name)
            assert (found is None) == (name in row.reasons)
            assert found is None or found.low - 1e-9 <= found.value <= found.high + 1e-9
        assert row.efficiency is None or row.efficiency.value <= 1 + 1e-9  # below, nothing bounds it
        assert row.item_rest is None or abs(row.item_rest.value) <= 1


@given(TABLES)
@settings(max_examples=20, deadline=None)
def test_persons_have_no_order(table: np.ndarray) -> None:
    order = np.random.default_rng(len(table)).permutation(len(table))

    first, second = (classical.item_table(ResponseMatrix(some)) for some in (table, table[order]))

    for one, other in zip(first, second, strict=True):
        for name in ("facility", "item_rest", "biserial", "upper_lower", "efficiency", "effective_weight"):
            pair = getattr(one, name), getattr(other, name)
            assert (pair[0] is None) == (pair[1] is None)
            assert pair[0] is None or pair[0].value == pytest.approx(pair[1].value, abs=1e-9)


def test_a_weight_of_two_is_two_persons() -> None:
    table, weights = answers(400).answers, np.tile([1, 2], 200)
    repeated = ResponseMatrix(np.repeat(table, weights, axis=0))
    weighted = ResponseMatrix(table, weights=weights)

    for statistic in (classical.discrimination, classical.biserial, classical.upper_lower, classical.item_total):
        assert statistic(weighted, 3).value == pytest.approx(statistic(repeated, 3).value, abs=1e-12)
    pair = (classical.discriminative_efficiency(some, 3).value for some in (weighted, repeated))
    assert next(pair) == pytest.approx(next(pair), abs=1e-12)
    assert classical.item_weights(weighted).effective == pytest.approx(classical.item_weights(repeated).effective)


def test_uneven_weights_widen_the_intervals() -> None:
    table = answers(400).answers
    uneven = ResponseMatrix(table, weights=np.tile([0.2, 1.8], 200))

    for statistic in (classical.facility, classical.discrimination, classical.biserial):
        even = statistic(ResponseMatrix(table), 3)
        found = statistic(uneven, 3)
        assert found.high - found.low > even.high - even.low


def cut_normal(rho: float, thresholds: Floats, n: int = 200_000) -> Marks:
    rng = np.random.default_rng(4)
    score = rng.standard_normal(n)
    hidden = rho * score + np.sqrt(1 - rho**2) * rng.standard_normal(n)
    item = np.searchsorted(thresholds, hidden).astype(float)
    return Marks.table(np.column_stack([item, score - score.min()]), [len(thresholds), np.ptp(score)])


@pytest.mark.parametrize("thresholds", [[0.0], [1.2], [-0.5, 0.3, 1.0]])
def test_biserial_correlations_recover_the_correlation_behind_the_cuts(thresholds: list[float]) -> None:
    found = classical.biserial(cut_normal(0.6, np.array(thresholds)), 0)

    assert found.low < 0.6 < found.high
    assert found.value == pytest.approx(0.6, abs=0.01)


def test_an_item_that_goes_against_the_score_has_no_effective_weight() -> None:
    table = answers(500).answers.copy()
    table[:, 0] = 2 - table[:, 0]
    table[:, 0][table[:, 1:].sum(axis=1) > 12] = 0

    row = classical.item_table(ResponseMatrix(table))[0]

    assert row.effective_weight is None
    assert row.reasons["effective_weight"] == "The item goes against the score."


def test_effective_weights_of_equal_items_are_equal_and_all_weights_add_up() -> None:
    found = classical.item_weights(answers())

    assert found.effective.sum() == pytest.approx(1)
    assert found.intended == pytest.approx(np.full(12, 1 / 12))
    assert (found.low < found.effective).all()


def test_guessing_earns_the_mean_of_what_the_options_earn() -> None:
    assert classical.guess_score([1, 0, 0, 0, 0]) == pytest.approx(0.2)
    assert classical.guess_score([1, 0.5, 0, -0.5]) == pytest.approx(0.25)


def test_few_persons_and_items_without_variance_have_reasons() -> None:
    few = classical.item_table(ResponseMatrix([[1, 0], [0, 1]]))[0]
    constant = classical.item_table(ResponseMatrix([[1, 1, 0], [1, 0, 1]] * 20))[0]

    assert few.facility is None
    assert few.reasons["facility"] == "Facility needs at least 10 answers; there are 2."
    assert constant.facility is not None
    assert constant.reasons["biserial"] == "Discrimination of item 1 cannot be calculated: the scores do not vary."


def test_a_group_of_high_scores_needs_ten_persons() -> None:
    with pytest.raises(NotEnoughData, match="A group of high or low scores needs at least 10"):
        classical.upper_lower(ResponseMatrix([[1, 1], [0, 0]] * 15), 0)


def test_an_item_alone_has_no_rest() -> None:
    with pytest.raises(NotEnoughData):
        classical.discrimination(ResponseMatrix([[1], [0]] * 30), 0)
    with pytest.raises(NoVariation):
        classical.item_total(ResponseMatrix([[1], [1]] * 30), 0)
