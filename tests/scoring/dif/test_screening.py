from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.scoring.arrays import Flags
from kaoping.scoring.dif import (
    Design,
    MantelHaenszel,
    Screening,
    adjusted,
    breslow_day,
    crossing_sibtest,
    empirical_curves,
    generalised_mantel_haenszel,
    logistic,
    mantel_haenszel,
    sibtest,
    standardisation,
)
from kaoping.scoring.dif.screening import purified
from kaoping.scoring.dif.standardisation import Weighting
from kaoping.scoring.errors import BadDesign, ScoringError, TooFewAnchors
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_dif import two_groups

Method = Callable[..., Screening]
UNIFORM: tuple[Method, ...] = (mantel_haenszel, sibtest, generalised_mantel_haenszel, partial(logistic, kind="uniform"))


@pytest.mark.parametrize("method", UNIFORM)
def test_a_harder_item_is_found_and_purification_clears_the_others(method: Method) -> None:
    answers = two_groups(n=1500, harder={2: 1.0, 7: 1.0, 12: 1.0, 17: 1.0})

    plain, purified_ = (method(answers, Design(purify=purify, level=0.01)) for purify in (False, True))

    assert set(np.flatnonzero(purified_.flagged)) == {2, 7, 12, 17}
    assert plain.flagged.sum() > 4
    assert purified_.purification.converged
    assert purified_.purification.rounds[-1] == purified_.purification.rounds[-2] == ("I3", "I8", "I13", "I18")


def test_standardisation_flags_by_size() -> None:
    answers = two_groups(n=1500, harder={2: 1.0})

    found = standardisation(answers, Design(purify=True))

    assert np.flatnonzero(found.flagged).tolist() == [2]
    assert found.classes[2] == "C"
    assert found.effect[2] < -0.1


@pytest.mark.parametrize("weighting", ["focal", "reference", "total"])
def test_the_standardised_difference_is_a_weighted_mean_of_differences(weighting: Weighting) -> None:
    answers = two_groups(n=400, k=5, impact=0.4)
    score, item, focal = answers.answers.sum(axis=1), answers.answers[:, 0], answers.group == 1

    found = standardisation(answers, Design(reference="r"), weighting=weighting)

    sums = np.zeros(2)
    for x in range(6):
        both = [item[(score == x) & (focal == group)] for group in (False, True)]
        if min(map(len, both)):
            weight = {"focal": len(both[1]), "reference": len(both[0]), "total": len(both[0]) + len(both[1])}[weighting]
            sums += weight * np.array([both[1].mean() - both[0].mean(), 1.0])
    assert found.effect[0] == pytest.approx(sums[0] / sums[1])


@pytest.mark.parametrize(
    "method",
    [*UNIFORM, standardisation, breslow_day, partial(breslow_day, trend=True), logistic, crossing_sibtest],
)
def test_without_a_difference_about_one_item_in_twenty_is_flagged(method: Method) -> None:
    """400 items: 20 false flags are expected with a standard deviation of 4.4; the discrete tests may flag fewer."""
    flags = [(method(two_groups(n=500, seed=seed, impact=0.3)).p < 0.05).sum() for seed in range(20)]

    assert 4 <= sum(flags) <= 36


@pytest.mark.parametrize("method", UNIFORM)
def test_the_order_of_persons_does_not_matter(method: Method) -> None:
    answers = two_groups(n=300)
    order = np.random.default_rng(1).permutation(answers.n_persons)

    one, other = (method(table, Design(reference="r")) for table in (answers, answers.take(persons=order)))

    assert np.allclose(one.statistic, other.statistic)


def test_flags_that_go_round_in_a_circle_are_reported() -> None:
    start = mantel_haenszel(two_groups(n=300, k=3))

    def circling(anchors: Flags) -> MantelHaenszel:
        return replace(start, flagged=np.array([anchors[0], not anchors[0], False]))

    found = purified(circling, np.ones(3, dtype=bool), rounds=10).purification

    assert (found.rounds, found.converged, found.cycle) == ((("I1",), ("I2",), ("I1",)), False, 2)


def test_purification_that_leaves_no_anchor_is_refused() -> None:
    answers = two_groups(n=2000, k=4, harder={0: 2.0, 1: 2.0})

    with pytest.raises(TooFewAnchors, match="Only 0 items are left"):
        mantel_haenszel(answers, Design(purify=True))


def test_anchors_keep_other_items_out_of_the_score() -> None:
    answers = two_groups(n=1500, harder=dict.fromkeys(range(10), 1.0))

    found = mantel_haenszel(answers, Design(anchors=answers.items[10:], level=0.01))

    assert set(np.flatnonzero(found.flagged)) == set(range(10))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusting_never_lowers_p_and_keeps_the_order(p: list[float]) -> None:
    for method in ("", "bh", "bonferroni"):
        found = adjusted(p, method)
        order = np.argsort(p, kind="stable")
        assert (found >= np.array(p) - 1e-15).all()
        assert (np.diff(found[order]) >= 0).all()
        assert found.max() <= 1
    assert (adjusted(p, "bh") <= adjusted(p, "bonferroni") + 1e-15).all()


def test_benjamini_and_hochberg_reject_four_of_their_fifteen_hypotheses() -> None:
    """Benjamini & Hochberg (1995), sec. 3.2, at .05; Bonferroni rejects three."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]

    assert (adjusted(p, "bh") < 0.05).sum() == 4
    assert (adjusted(p, "bonferroni") < 0.05).sum() == 3


@pytest.mark.parametrize(
    ("design", "reason"),
    [
        ({"reference": "x"}, "there is no group x; there are r, f"),
        ({"reference": "r", "focal": "r"}, "r is both the reference and the focal group"),
        ({"anchors": ("Z",)}, "the anchor Z is no item of the table"),
        ({"level": 1.5}, "the level 1.5 is not between 0 and 1"),
        ({"rounds": 0}, "purification needs at least one round"),
    ],
)
def test_a_design_that_does_not_fit_is_refused(design: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadDesign) as caught:
        mantel_haenszel(two_groups(n=50, k=4), Design(**design))

    assert caught.value.reason == reason


def test_one_group_or_three_need_names() -> None:
    answers = two_groups(n=60, k=4).answers
    three = ResponseMatrix(answers, groups=["a", "b", "c"] * 40)

    with pytest.raises(BadDesign, match="there are no groups; name"):
        mantel_haenszel(ResponseMatrix(answers))
    with pytest.raises(BadDesign, match=r"there is one group \(a\); name"):
        mantel_haenszel(ResponseMatrix(answers, groups=["a"] * 120))
    with pytest.raises(BadDesign, match=r"there are 3 groups \(a, b, c\); name"):
        mantel_haenszel(three)
    assert mantel_haenszel(three, Design(reference="c", focal="a")).groups == ("c", "a")
    assert generalised_mantel_haenszel(three, Design(reference="b")).groups == ("b", "a", "c")


def test_the_columns_of_a_result_hold_one_value_for_every_item() -> None:
    found = mantel_haenszel(two_groups(n=200, k=6))

    columns = found.columns()

    assert list(columns)[:4] == ["item", "n_r", "n_f", "statistic"]
    assert {"effect", "se", "low", "high", "class", "odds_ratio", "flagged", "p"} <= set(columns)
    assert {len(values) for values in columns.values()} == {6}


def test_an_error_keeps_its_facts_through_a_process_pool() -> None:
    import pickle

    with pytest.raises(ScoringError) as caught:
        mantel_haenszel(ResponseMatrix([[1, 1], [1, 1]] * 10, groups=["r", "f"] * 10))

    assert pickle.loads(pickle.dumps(caught.value)).item == "1"  # noqa: S301


def test_empirical_curves_lie_apart_where_an_item_is_harder() -> None:
    answers = two_groups(n=1000, harder={2: 1.2})

    reference, focal = empirical_curves(answers, "I3", design=Design(reference="r"), leaving_out=("I9",))

    assert (reference.group, focal.group) == ("r", "f")
    assert reference.n.sum() == focal.n.sum() == 1000
    assert (reference.share > focal.share).all()
    assert (np.diff(reference.score) > 0).all()
    assert ((reference.low <= reference.share) & (reference.share <= reference.high)).all()


def test_few_persons_give_few_points() -> None:
    reference, focal = empirical_curves(two_groups(n=50), "I3")

    assert len(reference.n) == len(focal.n) == 3
