"""Parallel papers: against all possible papers of a small pool, by property, and where they cannot be."""

from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaoping.scoring.assembly import BadPool, Infeasible, Pool, Rules, assemble, check, provisional_difficulty
from kaoping.scoring.assembly.shortfalls import (
    COUNT,
    CROWDED,
    CURVES,
    ENEMIES,
    MARKS,
    MEANS,
    POINT,
    SHARED,
    SUPPLY,
    TOO_HARD,
    UNKNOWN,
    UNUSABLE,
)

#: Items per paper of a level-3 theory paper: true/false, single, multiple, open.
THEORY = {
    "ethics": (1, 2, 0, 0),
    "basics": (4, 6, 1, 1),
    "F1": (3, 4, 1, 1),
    "F2": (5, 7, 2, 1),
    "F3": (3, 4, 2, 0),
    "F4": (3, 4, 1, 1),
    "F5": (1, 1, 1, 0),
}
TYPES = ("true_false", "single_choice", "multiple_choice", "open")
ANY_DIFFICULTY = (Decimal(0), Decimal(1))


def small_pool(seed: int = 3, **changes: Any) -> Pool:
    """Eight items of one mark, two to a point, in two cells."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {
        "items": tuple("abcdefgh"),
        "marks": (Decimal(1),) * 8,
        "rows": ("law",) * 8,
        "types": ("single",) * 4 + ("multiple",) * 4,
        "points": ("1", "2", "3", "4", "1", "5", "6", "7"),
        "a": rng.lognormal(0, 0.3, 8),
        "b": rng.normal(0, 0.8, 8),
    }
    return Pool(**{**columns, **changes})


def small_rules(**changes: Any) -> Rules:
    counts = {("law", "single"): 2, ("law", "multiple"): 1}
    standard: dict[str, Any] = {"papers": 2, "counts": counts, "total_marks": Decimal(3), "difficulty": ANY_DIFFICULTY}
    return Rules(**{**standard, **changes})


def theory_pool(seed: int) -> Pool:
    """Make a pool of about 180 items: each cell has 2.5 to 3 times what a paper takes, items share points."""
    rng = np.random.default_rng(seed)
    cells = [(row, kind, int(np.ceil(rng.uniform(2.5, 3.0) * count))) for row, counts in THEORY.items()
             for kind, count in zip(TYPES, counts, strict=True) if count]  # fmt: skip
    rows = [row for row, _, supply in cells for _ in range(supply)]
    types = [kind for _, kind, supply in cells for _ in range(supply)]
    k = len(rows)
    return Pool(
        items=tuple(f"item-{number:03}" for number in range(k)),
        marks=tuple(Decimal(1) if kind == "true_false" else Decimal(2) for kind in types),
        rows=tuple(rows),
        types=tuple(types),
        points=tuple(f"{row}-{rng.integers(int(rows.count(row) * 0.8))}" for row in rows),
        a=rng.lognormal(0.0, 0.3, k),
        b=rng.normal(-0.6, 0.9, k),
    )


def theory_rules(**changes: Any) -> Rules:
    counts = {
        (row, kind): count
        for row, row_counts in THEORY.items()
        for kind, count in zip(TYPES, row_counts, strict=True)
        if count
    }
    return replace(Rules(papers=2, counts=counts, total_marks=Decimal(100), cut=-0.3), **changes)


def every_pair(pool: Pool, rules: Rules) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    alone = replace(rules, papers=1)
    papers = [paper for paper in combinations(pool.items, 3) if not check(pool, alone, [paper])]
    apart = [pair for pair in combinations(papers, 2) if not set(pair[0]) & set(pair[1])]
    return [pair for pair in apart if not check(pool, rules, pair)]


def worth(pool: Pool, rules: Rules, papers: Any, weight: float) -> float:
    chosen = np.array([[item in paper for item in pool.items] for paper in papers], dtype=float)
    spread = np.ptp(chosen @ pool.expected(rules.abilities).T, axis=0).max()
    return float(spread - weight * (chosen @ pool.information(rules.cut)).mean())


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("weight", [0.0, 0.1])
def test_the_papers_are_the_best_of_all_possible_papers(seed: int, weight: float) -> None:
    pool, rules = small_pool(seed), small_rules()

    found = assemble(pool, rules, gap=0.0, close=0.0, information_weight=weight)

    best = min(worth(pool, rules, pair, weight) for pair in every_pair(pool, rules))
    assert worth(pool, rules, found.papers, weight) == pytest.approx(best, abs=2e-5)
    assert found.objective == pytest.approx(best, abs=2e-5)
    assert found.proven


@given(st.integers(0, 10_000), st.booleans(), st.sampled_from([(), (("a", "b"),), (("a", "e", "h"),)]))
@settings(max_examples=15, deadline=None)
def test_what_is_assembled_passes_the_independent_check(
    seed: int,
    one_per_point: bool,  # noqa: FBT001 - given by hypothesis
    enemies: tuple[tuple[str, ...], ...],
) -> None:
    pool = small_pool(seed)
    rules = small_rules(one_per_point=one_per_point, enemies=enemies)

    if not every_pair(pool, rules):
        with pytest.raises(Infeasible):
            assemble(pool, rules)
    else:
        assert check(pool, rules, assemble(pool, rules).papers) == ()


def test_two_theory_papers_of_sixty_items_are_parallel_and_the_same_every_time() -> None:
    pool, rules = theory_pool(1), theory_rules()

    found, again = assemble(pool, rules, seconds=60), assemble(pool, rules, seconds=60)

    assert [len(paper) for paper in found.papers] == [60, 60]
    assert check(pool, rules, found.papers) == ()
    assert found.proven
    assert found.spread < 0.5
    assert found.bound <= found.objective
    assert again.papers == found.papers


def test_reported_scores_and_information_are_those_of_the_papers() -> None:
    pool, rules = small_pool(), small_rules()

    found = assemble(pool, rules)

    first = [pool.place[item] for item in found.papers[0]]
    assert found.mean_scores[0] == pytest.approx(pool.mean_expected()[first].sum())
    assert found.information[0] == pytest.approx(pool.information(0.0)[first].sum())
    assert found.spread == pytest.approx(np.ptp(found.curves, axis=0).max())


def test_three_papers_at_once_and_one_alone() -> None:
    for papers, counts in ((1, {("law", "single"): 3}), (4, {("law", "single"): 1})):
        rules = small_rules(papers=papers, counts=counts, total_marks=Decimal(sum(counts.values())))

        found = assemble(small_pool(), rules)

        assert check(small_pool(), rules, found.papers) == ()
        assert len(found.papers) == papers


def refused(pool: Pool, rules: Rules) -> tuple[Any, ...]:
    with pytest.raises(Infeasible) as caught:
        assemble(pool, rules)
    return tuple(caught.value.shortfalls)


def test_a_cell_with_too_few_items_is_named_with_what_is_missing() -> None:
    short = refused(small_pool(), small_rules(papers=3, counts={("law", "single"): 2}, total_marks=Decimal(2)))

    assert [shortfall.sentence for shortfall in short] == [SUPPLY]
    assert str(short[0]) == "law, single: 3 papers need 6 items and the pool has 4; 2 are missing."


def test_items_used_too_often_or_excluded_are_not_supply() -> None:
    pool = small_pool(uses=(2, 0, 0, 0, 0, 0, 0, 0))

    short = refused(pool, small_rules(most_uses=2, excluded=frozenset({"b"})))

    assert short[0].facts["available"] == 2
    assert short[0].facts["short"] == 2


def test_items_crowded_on_few_points_are_named_as_such() -> None:
    pool = small_pool(points=("1", "1", "1", "1", "5", "5", "6", "7"))

    short = refused(pool, small_rules())

    assert [shortfall.sentence for shortfall in short] == [CROWDED]
    assert (short[0].facts["type"], short[0].facts["needed"], short[0].facts["placed"]) == ("single", 4, 2)


def test_enemies_are_never_given_up() -> None:
    short = refused(small_pool(), small_rules(enemies=(("a", "b", "c", "d"),)))

    assert [shortfall.sentence for shortfall in short] == [CROWDED]
    assert short[0].facts["short"] == 2


def test_marks_that_the_counts_cannot_give_are_named() -> None:
    short = refused(small_pool(), small_rules(total_marks=Decimal(5)))

    assert [shortfall.sentence for shortfall in short] == [MARKS]
    assert short[0].facts["short"] == "2"


def test_a_difficulty_out_of_reach_is_named_with_the_distance() -> None:
    pool, rules = theory_pool(1), theory_rules(difficulty=(Decimal("0.9"), Decimal("0.95")))

    short = refused(pool, rules)

    assert short[0].sentence == TOO_HARD
    assert 10 < short[0].facts["short"] < 40


def test_papers_that_cannot_be_parallel_are_named_by_their_curves() -> None:
    pool = small_pool(a=np.full(8, 2.0), b=np.array([-2.0, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0]))
    rules = small_rules(papers=2, counts={("law", "single"): 2}, total_marks=Decimal(2), curves_within=0.2)

    short = refused(pool, rules)

    assert CURVES in {shortfall.sentence for shortfall in short}
    assert all(shortfall.sentence in {CURVES, MEANS} for shortfall in short)


@pytest.mark.parametrize(
    ("papers", "changes", "sentence"),
    [
        ([("a", "b", "f"), ("c", "d", "f")], {}, SHARED),
        ([("a", "b", "e")], {}, POINT),
        ([("a", "f", "g")], {}, COUNT),
        ([("a", "b", "f")], {"total_marks": Decimal("3.5")}, MARKS),
        ([("a", "b", "f")], {"enemies": (("a", "f"),)}, ENEMIES),
        ([("a", "b", "f")], {"excluded": frozenset("b")}, UNUSABLE),
        ([("a", "b", "z")], {}, UNKNOWN),
        ([("a", "b", "f")], {"difficulty": (Decimal("0.99"), Decimal(1))}, TOO_HARD),
        ([("a", "b", "f"), ("c", "d", "g")], {"curves_within": 0.0}, CURVES),
        ([("a", "b", "f"), ("c", "d", "g")], {"means_within": 0.0}, MEANS),
    ],
)
def test_the_check_names_each_broken_rule(papers: Any, changes: Any, sentence: str) -> None:
    broken = check(small_pool(), small_rules(papers=len(papers), **changes), papers)

    assert sentence in {shortfall.sentence for shortfall in broken}
    assert all(str(shortfall) for shortfall in broken)


def test_marks_are_compared_as_exact_decimals() -> None:
    pool = small_pool(marks=(Decimal("0.1"),) * 8)

    assert check(pool, small_rules(papers=1, total_marks=Decimal("0.3")), [("a", "b", "f")]) == ()


def test_a_missing_paper_is_found() -> None:
    broken = check(small_pool(), small_rules(), [("a", "b", "f")])

    assert [str(shortfall) for shortfall in broken] == ["There are 1 papers; the rules ask for 2."]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"marks": (Decimal(1),) * 7}, "8 items but 7 marks"),
        ({"items": tuple("aacdefgh")}, "an item is listed twice"),
        ({"marks": (Decimal(0),) * 8}, "an item has no marks"),
        ({"b": np.full(8, np.nan)}, "an item has no finite parameters"),
    ],
)
def test_a_pool_that_contradicts_itself_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadPool) as caught:
        small_pool(**changes)

    assert caught.value.reason == reason


def test_a_provisional_difficulty_gives_the_facility_it_was_rated_at() -> None:
    facility, a = np.array([0.1, 0.5, 0.9]), np.array([0.7, 1.0, 1.5])

    b = provisional_difficulty(facility, a)

    pool = Pool(tuple("xyz"), (Decimal(1),) * 3, ("r",) * 3, ("t",) * 3, tuple("123"), a, b)

    assert np.allclose(pool.mean_expected(), facility, atol=1e-9)
