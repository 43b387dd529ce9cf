"""The checker of forms, held against a plain reading of the same rules."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pytest

from kaoping.scoring.arrays import Whole
from kaoping.scoring.assembly.problem import (
    Aim,
    BadProblem,
    Constraint,
    Objective,
    Over,
    Problem,
    Stimulus,
)
from kaoping.scoring.assembly.verification import Checker, verify

ITEMS, FORMS = 30, 4


def places(rng: np.random.Generator, count: int) -> Whole:
    return np.sort(rng.choice(ITEMS, count, replace=False))


def a_problem(rng: np.random.Generator) -> Problem:
    stimuli = tuple(Stimulus(f"S{start}", np.arange(start, start + 5), 2, 3) for start in (0, 5, 10))
    constraints = (
        Constraint("length", np.arange(ITEMS), np.ones(ITEMS), 8, 10),
        Constraint("minutes", np.arange(ITEMS), rng.lognormal(0, 1, ITEMS).round(6), 5.0, 20.0, forms=(0, 2)),
        Constraint("topic", places(rng, 9), np.ones(9), 3, 4, price=2.5),
        Constraint("texts", np.arange(3), np.ones(3), 1, 2, over=Over.STIMULUS),
    )
    return Problem(
        items=tuple(f"I{item}" for item in range(ITEMS)), forms=FORMS, constraints=constraints,
        enemies=tuple(places(rng, 3) for _ in range(3)), together=(places(rng, 2), places(rng, 3)),
        include=places(rng, 1), stimuli=stimuli, most_use=np.array([2]), most_stimulus_use=2, overlap=3,
        objective=Objective(Aim.MAXIMIN, rng.random((ITEMS, 2)).round(6), np.array([1.0, 0.5]), points=("0", "1")),
    )  # fmt: skip


def plainly(problem: Problem, forms: Sequence[Sequence[int]]) -> set[tuple[str, int | None]]:
    """Name the broken rules by loops over items."""
    used = [sum(item in form for form in forms) for item in range(ITEMS)]
    pairs = combinations(range(len(forms)), 2)
    return {
        *((name, number) for number, form in enumerate(forms) for name in in_form(problem, number, set(form))),
        *((f"overlap with form {b + 1}", a) for a, b in pairs if len(set(forms[a]) & set(forms[b])) > 3),
        *((f"use of item I{item}", None) for item in range(ITEMS) if used[item] > 2),
    }


def in_form(problem: Problem, number: int, form: set[int]) -> Iterator[str]:
    texts = {place for place, one in enumerate(problem.stimuli) if form & set(one.items.tolist())}
    for rule in problem.constraints:
        met = form if rule.over is Over.ITEM else texts
        total = sum(v for m, v in zip(rule.members.tolist(), rule.values.tolist(), strict=True) if m in met)
        missed = not rule.low - 1e-6 <= total <= rule.high + 1e-6
        if missed and np.isinf(rule.price) and (rule.forms is None or number in rule.forms):
            yield f"constraint {rule.name}"
    yield from (f"enemies[{place}]" for place, one in enumerate(problem.enemies) if len(form & set(one.tolist())) > 1)
    for place, group in enumerate(problem.together):
        if form & set(group.tolist()) and not set(group.tolist()) <= form:
            yield f"all_or_none[{place}]"
    for one in problem.stimuli:
        taken = len(form & set(one.items.tolist()))
        if taken and not one.least <= taken <= one.most:
            yield f"stimulus {one.name}"
    if not set(problem.include.tolist()) <= form:
        yield "include"


@pytest.mark.parametrize("seed", range(6))
def test_the_checker_names_what_a_plain_reading_names(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = a_problem(rng)
    forms = [places(rng, int(rng.integers(7, 12))).tolist() for _ in range(FORMS)]

    verdict = verify(problem, forms)

    told = {(broken.rule, broken.form) for broken in verdict.broken if not broken.rule.startswith("use of stimulus")}
    assert told == plainly(problem, forms)
    sums = np.array([problem.objective.coefficients[form].sum(axis=0) for form in forms])
    assert verdict.objective + verdict.price == pytest.approx((sums / [1.0, 0.5]).min(), abs=1e-9)


def test_thousands_of_forms_are_judged_as_each_by_itself() -> None:
    rng = np.random.default_rng(3)
    constraint = Constraint("minutes", np.arange(ITEMS), rng.random(ITEMS).round(6), 4.5, 5.5)
    names = tuple(map(str, range(ITEMS)))
    enemies = (np.array([0, 1, 2]), np.array([2, 3]))
    forms = [places(rng, 10).tolist() for _ in range(300)]
    one = Checker.of(Problem(names, constraints=(constraint,), enemies=enemies))

    together = Checker.of(Problem(names, 300, (constraint,), enemies)).verify(forms)

    alone = [number for number, form in enumerate(forms) if not one.verify([form]).sound]
    assert {broken.form for broken in together.broken} == set(alone)
    assert 0 < len(alone) < 300


def test_values_too_large_to_add_up_exactly_are_refused() -> None:
    rule = Constraint("volume", np.arange(2), np.array([1e13, 1.0]), high=5.0)

    with pytest.raises(BadProblem, match="constraint volume: its values are too large"):
        verify(Problem(("a", "b"), constraints=(rule,)), [[0]])
