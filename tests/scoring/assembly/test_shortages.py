"""What to write next: groups of items whose shortage costs forms or precision."""

import numpy as np
import pytest

from kaoping.scoring.assembly.formulation import aggregate
from kaoping.scoring.assembly.highs import solve
from kaoping.scoring.assembly.problem import Aim, BadProblem, Objective, Problem
from kaoping.scoring.assembly.shortages import shortages
from tests.scoring.assembly.enumeration import count, places

EASY, HARD = np.arange(8), np.arange(8, 12)
GROUPS = {"easy": EASY, "hard": HARD}


def a_pool(forms: int = 2, *, extra: int = 0, **changes: object) -> Problem:
    """Make a pool of 8 easy and 4 hard items; a form takes two of each and wants information from hard ones."""
    n = 12 + extra
    values = np.where(np.arange(n) < 8, 0.2, 0.5)
    values = np.round(values + np.arange(n) % 4 / 100, 6)
    rules: dict[str, object] = {
        "constraints": (count("easy", EASY, 2, 2), count("hard", np.arange(8, n), 2, 2)),
        "objective": Objective(Aim.MAXIMIN, values[:, None], np.ones(1), points=("0",)),
        "most_use": places(1),
    }
    return Problem(tuple(f"Q{item}" for item in range(n)), forms=forms, **rules | changes)  # type: ignore[arg-type]


def test_the_group_that_limits_the_number_of_forms_comes_first() -> None:
    found = shortages(a_pool(), GROUPS, more=2)

    assert found.forms == pytest.approx(2.0)
    assert [(row.group, row.forms) for row in found.rows] == [("hard", pytest.approx(1.0)), ("easy", 0.0)]


def test_what_is_lacking_is_told_even_if_there_are_no_forms() -> None:
    found = shortages(a_pool(forms=3), GROUPS, more=2)

    assert found.bound is None
    assert found.forms == pytest.approx(2.0)
    assert (found.rows[0].group, found.rows[0].gain, found.rows[0].worth) == ("hard", None, None)
    assert found.rows[0].forms == pytest.approx(1.0)


def test_the_gain_is_what_the_bound_rises_by_with_such_items_in_the_pool() -> None:
    problem = a_pool()
    found = shortages(problem, GROUPS, more=1)
    best = problem.objective.coefficients[HARD, 0].max()
    more = a_pool(extra=1)
    more.objective.coefficients[12, 0] = best

    raised = solve(aggregate(more), relaxed=True).objective - solve(aggregate(problem), relaxed=True).objective

    gain = next(row.gain for row in found.rows if row.group == "hard")
    assert gain == pytest.approx(raised, abs=1e-8)


def test_the_worth_is_the_slope_of_the_bound() -> None:
    """A hundredth of an item like each one raises the bound by a hundredth of its dual price."""
    part = (count("easy", EASY, 1.75, 1.75), count("hard", HARD, 1.75, 1.75))
    problem = a_pool(constraints=part)
    programme = aggregate(problem)
    before = solve(programme, relaxed=True).objective
    rises = []
    for item in EASY:
        programme.highest[item] += 0.01
        rises.append((solve(programme, relaxed=True).objective - before) / 0.01)
        programme.highest[item] -= 0.01

    worth = next(row.worth for row in shortages(problem, {"easy": EASY}).rows)

    assert worth == pytest.approx(np.mean(rises), abs=1e-6)
    assert max(rises) > 0


def test_without_limits_of_use_any_number_of_forms_is_possible() -> None:
    found = shortages(a_pool(most_use=places(2)), GROUPS)

    assert found.forms is None
    assert all(row.forms is None for row in found.rows)


def test_forms_under_different_rules_share_the_items() -> None:
    rules = (count("first", HARD, 1, 1, forms=(0,)), count("second", HARD, 3, 3, forms=(1,)))

    found = shortages(a_pool(constraints=rules), GROUPS, more=4)

    assert found.forms == pytest.approx(2.0)
    assert found.rows[0].forms == pytest.approx(2.0)


def test_excluded_items_are_not_usable_but_new_ones_would_be() -> None:
    found = shortages(a_pool(exclude=HARD[:2]), {"hard": HARD}, more=2)

    row = found.rows[0]
    assert (row.items, row.usable) == (4, 2)
    assert found.forms == pytest.approx(1.0)
    assert row.forms == pytest.approx(1.0)


@pytest.mark.parametrize("items", [[], [12], [-1]])
def test_a_group_without_items_is_refused(items: list[int]) -> None:
    with pytest.raises(BadProblem, match="group lost: it must list places of items"):
        shortages(a_pool(), {"lost": np.array(items, dtype=np.int64)})
