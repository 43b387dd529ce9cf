"""Ratings as columns, and which elements of a facet persons connect."""

from typing import Any

import numpy as np
import pytest

from kaoping.scoring.raters import Panel, Ratings, many_facet, subsets
from kaoping.scoring.raters.errors import BadPanel, BadRatings, Disconnected, ExtremeElement, UnusedCategory
from tests.scoring.raters.panels import drawn


def test_categories_count_from_the_lowest_rating_of_the_scale() -> None:
    given = Ratings.from_columns("AAB", [3, 5, 4], {"rater": "xyx"}, scale=(1, 5))

    assert given.category.tolist() == [2, 4, 3]
    assert (given.lowest, given.n_categories, given.values.tolist()) == (1, 5, [3, 5, 4])


@pytest.mark.parametrize(
    ("columns", "said", "reason"),
    [
        (("AAB", [1, 2, 3], {"rater": "xx"}), {}, "3 ratings and 2 cells of rater"),
        (("AAB", [1, 2, 3], {}), {}, "no rater and no item"),
        (("AAB", [1, 2.5, 3], {"rater": "xyx"}), {}, "not a whole number"),
        (("AAB", [1, float("nan"), 3], {"rater": "xyx"}), {}, "not a whole number"),
        (("AAB", ["a", 2, 3], {"rater": "xyx"}), {}, "not a number"),
        (("AAB", [2, 2, 2], {"rater": "xyx"}), {}, "all are 2"),
        (("AAB", [1, 2, 3], {"rater": "xyx"}), {"scale": (1, 2)}, "beyond the scale 1 to 2"),
        (("AAB", [1, 2, 300], {"rater": "xyx"}), {}, "more than 100 categories"),
        (("AAB", [1, 2, 3], {"rater": "xyx"}), {"weight": [1, 0, 1]}, "not a positive number"),
        (("AAB", [1, 2, 3], {"rater": "xxx"}), {}, "person A was rated twice by rater x"),
        (("", [], {"rater": ""}), {}, "not a column"),
    ],
)
def test_columns_that_are_no_ratings_are_refused(columns: Any, said: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadRatings, match=reason):
        Ratings.from_columns(*columns, **said)


def test_raters_who_share_all_items_but_no_person_are_not_connected() -> None:
    """The trap: one graph of persons, raters and items hangs together, and yet severity is not told from ability."""
    person, rater = [1, 1, 2, 2, 3, 3, 4, 4], "aaaabbbb"
    nested = Ratings.from_columns(person, [0, 1, 1, 0, 1, 0, 0, 1], {"rater": rater, "item": [1, 2] * 4})

    found = subsets(nested)

    assert found["rater"].tolist() == [0, 1]
    assert found["item"].tolist() == [0, 0]


def test_one_person_seen_by_both_connects_two_raters() -> None:
    person, rater = [1, 1, 2, 2, 3, 3, 4, 4, 1, 1], "aaaabbbbbb"
    linked = Ratings.from_columns(person, [0, 1] * 5, {"rater": rater, "item": [1, 2] * 5})

    assert subsets(linked)["rater"].tolist() == [0, 0]


def test_elements_that_no_two_ratings_tell_apart_alone_may_still_be_connected() -> None:
    """One person gives a - b plus (1 - 2), the other less (1 - 2): both follow, though no pair shows one alone."""
    crossed = Ratings.from_columns("PPQQ", [0, 1, 1, 0], {"rater": "abab", "item": [1, 2, 2, 1]})

    assert [group.tolist() for group in subsets(crossed).values()] == [[0, 0], [0, 0]]


def test_rater_and_item_that_always_go_together_are_not_connected() -> None:
    bound = Ratings.from_columns("PPQQ", [0, 1, 1, 0], {"rater": "abab", "item": [1, 2, 1, 2]})

    assert subsets(bound)["rater"].tolist() == [0, 1]


def test_subsets_by_null_space_agree_with_the_rank_of_the_whole_design() -> None:
    """Persons and elements as 0/1 columns: rank is all of them less one per facet, if and only if all is connected."""
    rng = np.random.default_rng(2)
    for _ in range(40):
        rows = int(rng.integers(8, 16))
        person, rater, item = rng.integers(0, 5, rows), rng.integers(0, 4, rows), rng.integers(0, 3, rows)
        kept = np.unique(np.stack([person, rater, item], axis=1), axis=0)
        given = Ratings.from_columns(kept[:, 0], np.arange(len(kept)) % 2, {"rater": kept[:, 1], "item": kept[:, 2]})
        columns = [given.person, *given.codes]
        design = np.concatenate([np.eye(int(code.max()) + 1)[code] for code in columns], axis=1)

        connected = all(group.max() == 0 for group in subsets(given).values())

        assert connected == (np.linalg.matrix_rank(design) == design.shape[1] - 2)


def test_disconnected_raters_are_refused_by_name_unless_persons_were_assigned_at_random_or_anchors_join_them() -> None:
    whole = drawn(np.random.default_rng(1), n=200, raters=4)
    apart = whole.ratings.taken(whole.rater % 2 == whole.person % 2)

    with pytest.raises(Disconnected, match=r"The rater facet falls into 2 subsets .*: 2, 0; 1, 3|3, 1") as refused:
        many_facet(apart)

    assert refused.value.facet == "rater"
    assert many_facet(apart, Panel(exchangeable=True)).converged
    assert many_facet(apart, Panel(anchors={"rater": {"0": 0.0, "1": 0.2}})).converged


def test_a_rater_who_gave_nothing_but_the_highest_is_refused_or_adjusted() -> None:
    whole = drawn(np.random.default_rng(3), n=200, raters=5)
    rating = np.where(whole.rater == 2, 3, whole.category)
    lenient = Ratings.from_columns(whole.person, rating, {"rater": whole.rater, "item": whole.item})

    with pytest.raises(ExtremeElement, match=r"of rater 2 is 3, the end of the scale"):
        many_facet(lenient)
    found = many_facet(lenient, Panel(extreme="adjust"))

    place = found.ratings.facets["rater"].index("2")
    assert min(found.measures("rater"), key=found.measures("rater").__getitem__) == "2"
    assert found.extreme[found.structure.term("rater").columns].nonzero()[0].tolist() == [place]


def test_a_category_that_nobody_got_is_refused() -> None:
    whole = drawn(np.random.default_rng(4), n=100)
    other = np.where(whole.category == 2, 1, whole.category)

    with pytest.raises(UnusedCategory, match="No rating is 2, so"):
        many_facet(Ratings.from_columns(whole.person, other, {"rater": whole.rater, "item": whole.item}))
    own = np.where((whole.category == 2) & (whole.rater == 3), 1, whole.category)
    given = Ratings.from_columns(whole.person, own, {"rater": whole.rater, "item": whole.item})
    with pytest.raises(UnusedCategory, match="No rating is 2 of rater 3"):
        many_facet(given, Panel(steps="rater"))


@pytest.mark.parametrize(
    ("panel", "reason"),
    [
        (Panel(facets=("judge",)), "no facet judge"),
        (Panel(steps="task"), "no facet task"),
        (Panel(interactions=(("rater", "rater"),)), "an interaction is of two facets"),
        (Panel(anchors={"task": {"1": 0.0}}), "there is no task"),
        (Panel(anchors={"rater": {"77": 0.0}}), "the anchor 77 does not occur"),
        (Panel(anchors={"rater": {"1": float("nan")}}), "not a finite number"),
        (Panel(anchors={"steps": {"1": 0.0}}), "anchor all or none"),
    ],
)
def test_a_model_that_does_not_fit_the_ratings_is_refused(panel: Panel, reason: str) -> None:
    with pytest.raises(BadPanel, match=reason):
        many_facet(drawn(np.random.default_rng(5), n=60).ratings, panel)
