"""Among equally good forms one is chosen, those with least of an attribute first, and nothing better is given up."""

from dataclasses import replace

import numpy as np
import pytest

from kaoping.scoring.assembly.formulation import simultaneous
from kaoping.scoring.assembly.highs import Search, solve
from kaoping.scoring.assembly.parallel import assemble_forms
from kaoping.scoring.assembly.problem import Aim, BadProblem, Objective, Problem
from kaoping.scoring.assembly.ties import order, settled
from kaoping.scoring.assembly.verification import verify
from tests.scoring.assembly.enumeration import best, count, drawn, forms_of, value
from tests.scoring.assembly.test_parallel import a_pool


def coarse(n: int = 12, *, seed: int = 0, aim: Aim = Aim.SUM, **changes: object) -> Problem:
    """Four of some items of few different values, so that many forms are equally good."""
    values = np.random.default_rng(seed).integers(1, 3, (n, 1)).astype(np.float64)
    targets = np.array([[6.0]]) if aim in {Aim.TARGET, Aim.GOALS} else np.zeros((0, 0))
    aims = Objective() if aim is Aim.NONE else Objective(aim, values, np.ones(1), targets, ("0",))
    rules = (count("length", np.arange(n), 4, 4),)
    return replace(Problem(tuple(f"i{item}" for item in range(n)), constraints=rules, objective=aims), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("aim", list(Aim))
@pytest.mark.parametrize("seed", range(3))
def test_of_equally_good_forms_the_one_with_least_uses_and_then_least_weight_is_taken(aim: Aim, seed: int) -> None:
    uses = np.random.default_rng(seed + 50).integers(0, 3, 12).astype(np.float64)
    problem = coarse(seed=seed, aim=aim, tie=uses)
    weights, known = order(problem, 0), best(problem)
    good = [form for form in forms_of(problem, 0) if abs(value(problem, (form,)) - (known or 0.0)) < 1e-9]
    wanted = min(good, key=lambda form: (uses[list(form)].sum(), weights[list(form)].sum()))

    found = assemble_forms(problem)

    assert found.forms == (wanted,)
    assert found.settled
    assert found.objective == pytest.approx(known, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_no_other_way_of_writing_a_pool_down_changes_what_is_chosen(seed: int) -> None:
    """The order of rules is the solver's affair; with ties broken it does not matter."""
    problem = coarse(seed=seed)
    half = np.arange(6)
    rules = (*problem.constraints, count("half", half, 1, 3), count("other half", half + 6, 1, 3))

    forms = {assemble_forms(replace(problem, constraints=tuple(rules[place] for place in way))).forms
             for way in ((0, 1, 2), (2, 1, 0), (1, 0, 2))}  # fmt: skip

    assert len(forms) == 1


@pytest.mark.parametrize("seed", range(3))
def test_a_tie_costs_nothing_of_the_objective(seed: int) -> None:
    problem = drawn(seed, Aim.MAXIMIN, forms=1, tie=np.arange(7, dtype=np.float64))
    known = best(problem)

    if known is not None:
        assert assemble_forms(problem).objective == pytest.approx(known, abs=2e-6)


def test_several_forms_are_made_of_the_least_used_items_that_are_as_good() -> None:
    problem = replace(a_pool(forms=3), objective=Objective(Aim.SUM, np.ones((90, 1)), np.ones(1), points=("0",)))
    uses = np.random.default_rng(4).integers(0, 4, 90).astype(np.float64)

    plain = assemble_forms(problem, Search(seconds=20.0))
    spared = assemble_forms(replace(problem, tie=uses), Search(seconds=20.0))

    assert verify(problem, spared.forms).sound
    assert spared.objective == plain.objective
    assert uses[[item for form in spared.forms for item in form]].sum() < 0.6 * uses.mean() * 36


def test_interchangeable_forms_come_in_the_order_of_their_items() -> None:
    found = assemble_forms(a_pool(forms=3), Search(seconds=20.0, gap=0.05))

    assert list(found.forms) == sorted(found.forms)


def test_with_no_time_left_a_form_stays_as_it_was_found() -> None:
    programme = simultaneous(coarse(seed=1))
    first = solve(programme).columns
    assert first is not None

    columns, proven = settled(programme, first, [np.ones(12)], Search(seconds=0.0))

    assert not proven
    assert columns is first


def test_every_item_needs_a_value_of_what_breaks_ties() -> None:
    with pytest.raises(BadProblem, match="tie: every item needs a value of the attribute"):
        coarse(tie=np.array([1.0, np.nan, *np.zeros(10)]))
