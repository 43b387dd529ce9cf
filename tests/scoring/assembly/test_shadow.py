"""Shadow tests are exact, keep what was given, and end in a form that keeps every rule."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy import sparse

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.branching import branched
from kaoping.scoring.assembly.formulation import aggregate
from kaoping.scoring.assembly.highs import Search, solve
from kaoping.scoring.assembly.problem import Aim, BadProblem, Constraint, Objective, Problem, Stimulus
from kaoping.scoring.assembly.rows import Programme, Rows, Rule
from kaoping.scoring.assembly.shadow import NoShadow, ShadowTest, next_item
from kaoping.scoring.assembly.verification import verify

ITEMS, LENGTH, AREAS = 60, 12, 4


def request(rng: np.random.Generator) -> Problem:
    """Twelve of sixty items: three of each area, a band of words, enemies."""
    every = np.arange(ITEMS)
    words = rng.integers(20, 80, ITEMS).astype(np.float64)
    areas = [Constraint(f"area {area}", every[every % AREAS == area], np.ones(ITEMS // AREAS), 3, 3)
             for area in range(AREAS)]  # fmt: skip
    return Problem(
        items=tuple(f"i{item}" for item in every),
        constraints=(Constraint("length", every, np.ones(ITEMS), LENGTH, LENGTH), *areas,
                     Constraint("words", every, words, 560, 600)),
        enemies=tuple(rng.choice(ITEMS, 3, replace=False) for _ in range(6)),
    )  # fmt: skip


def information(rng: np.random.Generator, theta: float) -> Floats:
    slope, place = np.exp(rng.normal(0, 0.3, ITEMS)), rng.normal(0, 1, ITEMS)
    right = 1 / (1 + np.exp(-slope * (theta - place)))
    return slope**2 * right * (1 - right)


def with_points(problem: Problem, seed: int) -> Problem:
    """Give the information at some abilities, from whose best forms solving begins."""
    table = np.column_stack([information(np.random.default_rng(seed), theta) for theta in (-1.0, 0.0, 1.0)])
    return replace(problem, objective=Objective(Aim.SUM, table, np.ones(3), points=("-1", "0", "1")))


def exact(problem: Problem, worth: Floats, given: list[int]) -> float:
    """Solve the whole programme cold, the items given being included."""
    most = Objective(Aim.SUM, worth[:, None], np.ones(1), points=("information",))
    whole = replace(problem, include=np.array(given, dtype=np.int64), objective=most)
    return solve(aggregate(whole), Search(gap=0.0, apart=1e-9)).objective


@pytest.mark.parametrize("seed", range(4))
def test_every_shadow_of_a_sitting_is_as_good_as_the_exact_one_and_the_finished_test_keeps_the_rules(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = with_points(request(rng), seed) if seed % 2 else request(rng)
    test, given = ShadowTest(problem), list[int]()

    for _ in range(LENGTH):
        worth = np.round(information(np.random.default_rng(seed), rng.normal()), 6)
        shadow = test.assemble(worth, given)
        assert set(given) <= set(shadow.items)
        assert shadow.objective == pytest.approx(exact(problem, worth, given), abs=1e-6)
        item = next_item(problem, shadow, given, worth)
        assert item is not None
        given.append(item)

    assert next_item(problem, shadow, given, worth) is None
    assert verify(problem, [given]).sound


def test_a_soft_rule_is_missed_where_that_pays() -> None:
    easy = Constraint("easy", np.array([2, 3]), np.ones(2), low=1, price=0.3)
    problem = Problem(("a", "b", "c", "d"), constraints=(Constraint("length", np.arange(4), np.ones(4), 2, 2), easy))
    worth = np.array([0.9, 0.8, 0.6, 0.1])

    cheap = ShadowTest(problem).assemble(worth)
    dear = ShadowTest(problem).assemble(worth, given=[1])

    assert cheap.items == (0, 2)
    assert cheap.objective == pytest.approx(1.5)
    assert dear.objective == pytest.approx(max(
        sum(worth[list(pair)]) - 0.3 * (not {2, 3} & set(pair)) for pair in combinations(range(4), 2) if 1 in pair
    ))  # fmt: skip


def test_items_held_back_come_in_only_if_there_is_no_form_without_them() -> None:
    two = Constraint("length", np.arange(3), np.ones(3), 2, 2)
    test = ShadowTest(Problem(("a", "b", "c"), constraints=(two,)))
    worth = np.array([3.0, 2.0, 1.0])

    spared = test.assemble(worth, eligible=np.array([False, True, True]))
    needed = test.assemble(worth, eligible=np.array([False, False, True]))

    assert (spared.items, spared.held_back) == ((1, 2), False)
    assert (needed.items, needed.held_back) == ((0, 1), True)


def test_items_given_against_the_rules_are_refused() -> None:
    apart = Problem(("a", "b", "c"), enemies=(np.array([0, 1]),))

    with pytest.raises(NoShadow, match="After 2 items no form keeps the rules"):
        ShadowTest(apart).assemble(np.ones(3), given=[0, 1])


def test_a_shadow_test_is_one_form() -> None:
    with pytest.raises(BadProblem, match="a shadow test is one form"):
        ShadowTest(Problem(("a",), forms=2))


def test_items_of_a_text_stand_together() -> None:
    text = Stimulus("text", np.array([1, 3]), 2, 2)
    three = Constraint("length", np.arange(4), np.ones(4), 3, 3)
    problem = Problem(("a", "b", "c", "d"), constraints=(three,), stimuli=(text,))
    worth = np.array([0.5, 0.9, 0.1, 0.2])
    test, given = ShadowTest(problem), list[int]()

    for _ in range(3):
        item = next_item(problem, test.assemble(worth, given), given, worth)
        assert item is not None
        given.append(item)

    assert given == [1, 3, 0]


def test_a_shadow_depends_on_nothing_that_was_assembled_before() -> None:
    problem = with_points(request(np.random.default_rng(7)), 7)
    asked = [(np.round(information(np.random.default_rng(7), theta), 1), list[int]()) for theta in (-2.0, 0.1, 0.9)]
    busy = ShadowTest(problem)

    there = [busy.assemble(*one).items for one in asked]
    back = [busy.assemble(*one).items for one in reversed(asked)]
    alone = [ShadowTest(problem).assemble(*one).items for one in asked]

    assert there == back[::-1] == alone


@pytest.mark.parametrize("seed", range(12))
def test_branching_finds_what_the_solver_of_integer_programmes_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns, rows = 14, 5
    matrix = sparse.csr_array(np.round(rng.uniform(0, 1, (rows, columns)), 2))
    programme = Programme(
        rows=Rows(
            matrix, np.full(rows, 1.0 + 0.2 * (seed % 4)), np.full(rows, 2.1 + 0.01 * seed), (Rule("sum", ""),) * rows
        ),
        cost=np.round(rng.uniform(0, 1, columns), 3),
        lowest=np.zeros(columns),
        highest=np.append(np.ones(columns - 1), 3.5),
        whole=np.arange(columns) < columns - (seed % 2),
        rising=True,
        starts=np.array([0, columns]),
    )

    found, known = branched(programme), solve(programme, Search(gap=0.0, apart=1e-9))

    assert (found is None) == (known.columns is None)
    if found is not None:
        assert programme.cost @ found == pytest.approx(known.objective, abs=1e-6)
