"""The fewest items to write: as many as brute force finds, and enough for forms."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from kaoping.scoring.assembly.additions import additions
from kaoping.scoring.assembly.formulation import aggregate
from kaoping.scoring.assembly.highs import Search, Status, solve
from kaoping.scoring.assembly.parallel import assemble_forms
from kaoping.scoring.assembly.problem import Aim, Constraint, Objective, Problem
from kaoping.scoring.assembly.shortages import forms_enough_for, shortages, worths
from tests.scoring.assembly.enumeration import count, places

HELD, OFFERED = np.arange(9), np.arange(9, 12)


def a_bank(forms: int = 3, **changes: object) -> Problem:
    """Make a bank of 5 easy and 4 hard items, with an easy, a hard and a middle item offered; a form takes two each."""
    easy, hard = np.array([0, 1, 2, 3, 4, 9, 11]), np.array([5, 6, 7, 8, 10])
    share = np.array([0.8] * 5 + [0.4] * 4 + [0.8, 0.4, 0.5])
    rules: dict[str, object] = {
        "constraints": (
            count("easy", easy, 2, 2), count("hard", hard, 2, 2),
            Constraint("mean", np.arange(12), share, low=2.2, high=2.5),
        ),
        "most_use": np.array([1] * 9 + [4] * 3),
    }  # fmt: skip
    return Problem(tuple(f"Q{item}" for item in range(12)), forms=forms, **rules | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("forms", [2, 3, 4])
def test_no_fewer_items_make_the_sum_of_the_forms_possible(forms: int) -> None:
    problem = a_bank(forms)

    written = additions(problem, OFFERED, np.ones(3))

    def enough(counts: tuple[int, ...]) -> bool:
        given = np.append(problem.most_use[:9], counts)
        possible = replace(problem, most_use=given, exclude=np.flatnonzero(given == 0))
        return solve(aggregate(possible), Search(seconds=5)).status is Status.OPTIMAL

    least = min(sum(counts) for counts in product(range(5), repeat=3) if enough(counts))
    assert written is not None
    assert written.sum() == least


def test_forms_are_found_once_the_items_are_written() -> None:
    problem = a_bank(3)
    written = additions(problem, OFFERED, np.array([1.0, 1.0, 1.5]))
    assert written is not None

    more = [item for item, times in zip(OFFERED, written, strict=True) for _ in range(times)]
    kept = np.append(HELD, more)
    whole = replace(
        problem, items=tuple(f"Q{place}" for place in range(len(kept))), most_use=places(1),
        constraints=tuple(_copied(one, kept) for one in problem.constraints), objective=Objective(),
    )  # fmt: skip

    assert len(assemble_forms(whole, Search(seconds=10)).forms) == 3


def _copied(rule: Constraint, kept: np.ndarray) -> Constraint:
    value = dict(zip(map(int, rule.members), map(float, rule.values), strict=True))
    members = np.array([place for place, item in enumerate(kept) if int(item) in value])
    return replace(rule, members=members, values=np.array([value[int(kept[place])] for place in members]))


def test_what_no_item_offered_can_mend_is_told() -> None:
    bare = a_bank(3, constraints=(count("none", np.array([0]), 2, 2),))

    assert additions(bare, OFFERED, np.ones(3)) is None


def test_the_cheaper_of_items_that_serve_alike_is_written() -> None:
    rules = (count("easy", np.array([0, 9, 11]), 2, 2),)

    written = additions(a_bank(1, constraints=rules), OFFERED, np.array([1.01, 1.0, 1.0]))

    assert written is not None
    assert written.tolist() == [0, 0, 1]


def test_an_item_that_is_not_written_yet_has_a_worth_and_changes_nothing() -> None:
    values = np.linspace(0.1, 0.6, 12)
    best = Objective(Aim.MAXIMIN, values[:, None], np.ones(1), points=("0",))
    problem = a_bank(2, objective=best, exclude=OFFERED, most_use=places(1), constraints=a_bank().constraints[:2])

    prices = worths(problem)
    found = shortages(problem, {"easy": OFFERED[:1], "hard": OFFERED[1:2]})

    assert prices is not None
    for row, item in zip(sorted(found.rows, key=lambda one: one.group), OFFERED, strict=False):
        assert row.worth == pytest.approx(prices[item])
        assert row.gain is not None
        assert row.gain <= prices[item] + 1e-9
    assert forms_enough_for(problem) == pytest.approx(2.0)
    assert worths(replace(problem, forms=3)) is None
