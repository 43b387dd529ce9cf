"""Two forms share no more items than they may, whichever engine makes them, and no better forms exist."""

from dataclasses import replace
from time import monotonic

import numpy as np
import pytest

from kaoping.scoring.assembly.conflicts import explain
from kaoping.scoring.assembly.dealing import cards, deal, swap
from kaoping.scoring.assembly.formulation import aggregate, simultaneous
from kaoping.scoring.assembly.highs import Search, Status, solve
from kaoping.scoring.assembly.neighbourhoods import Standing, mend
from kaoping.scoring.assembly.parallel import NoForms, assemble_forms
from kaoping.scoring.assembly.problem import Aim, BadProblem, Problem
from kaoping.scoring.assembly.repairs import repaired
from kaoping.scoring.assembly.splitting import aggregated, split
from kaoping.scoring.assembly.verification import verify
from tests.scoring.assembly.enumeration import best, count, drawn, places
from tests.scoring.assembly.test_parallel import a_pool


def shared(forms: "tuple[tuple[int, ...], ...] | list[np.ndarray]") -> int:
    """Give the most items that two forms share."""
    sets = [set(map(int, form)) for form in forms]
    return max(len(one & other) for place, one in enumerate(sets) for other in sets[:place])


@pytest.mark.parametrize("aim", [Aim.SUM, Aim.MAXIMIN, Aim.TARGET])
@pytest.mark.parametrize("overlap", [0, 1])
@pytest.mark.parametrize("seed", range(3))
def test_no_forms_that_share_as_little_are_better(aim: Aim, overlap: int, seed: int) -> None:
    problem = drawn(seed, aim, forms=3, n=6, overlap=overlap, most_use=places(2))
    known = best(problem)

    answer = solve(simultaneous(problem))

    if known is None:
        assert answer.status is Status.INFEASIBLE
        with pytest.raises(NoForms):
            assemble_forms(problem)
        return
    found = assemble_forms(problem)
    assert answer.objective == pytest.approx(known, abs=1e-6)
    assert found.objective == pytest.approx(known, abs=1e-5)
    assert shared(found.forms) <= overlap


@pytest.mark.parametrize("seed", range(2))
def test_the_sum_of_the_forms_bounds_all_that_share_little(seed: int) -> None:
    problem = replace(drawn(seed, Aim.MAXIMIN, forms=3, n=6, most_use=places(3)), overlap=1)
    alike = replace(problem, constraints=problem.constraints[:3])
    known = best(alike)

    assert len(alike.alike) == 1
    if known is not None:
        assert solve(aggregate(alike)).objective >= known - 1e-6


def a_shared_pool(**changes: object) -> Problem:
    """Six forms of 40 of 300 items, an item in three forms at most, and ten items shared by any two."""
    problem = a_pool(300, 6, seed=11, most_use=3, cells=4)
    rules = tuple(replace(rule, low=10, high=10) for rule in problem.constraints)
    return replace(problem, constraints=rules, overlap=4, **changes)  # type: ignore[arg-type]


def test_forms_of_a_bank_share_little_and_come_near_the_bound() -> None:
    problem = a_shared_pool()

    found = assemble_forms(problem, Search(seconds=20.0, gap=0.02))

    assert verify(problem, found.forms).sound
    assert shared(found.forms) <= 4
    assert found.gap <= 0.02


def test_every_way_of_dividing_the_sum_keeps_forms_apart() -> None:
    problem = replace(a_shared_pool(), most_use=np.full(300, 2))
    chosen = aggregated(problem, Search(seconds=10.0)).chosen
    assert chosen is not None
    rng = np.random.default_rng(1)

    taken = split(problem, chosen, Search(seconds=0.5))
    dealt = cards(problem, range(6), chosen[0], near=0.01)
    swapped = swap(dealt, deal(dealt, 6, rng=rng), 6, until=monotonic() + 5.0, rng=rng)
    mended = Standing(replace(problem, overlap=3), [form.copy() for form in swapped])

    assert len(taken.forms) > 2
    assert shared(list(taken.forms.values())) <= 4
    assert shared(swapped) <= 4
    assert mend(mended, until=monotonic() + 20.0, rng=rng)
    assert shared(mended.forms) <= 3


def test_items_of_every_form_count_as_shared() -> None:
    rules = (count("length", np.arange(6), 3, 3),)

    found = assemble_forms(Problem(tuple("abcdef"), 2, rules, include=places(0), overlap=1))

    assert shared(found.forms) == 1
    with pytest.raises(BadProblem, match="two forms may share 1 items, and 2 must be in every form"):
        Problem(tuple("abcdef"), 2, rules, include=places(0, 1), overlap=1)


def test_forms_that_cannot_be_kept_apart_are_told_with_what_they_would_share() -> None:
    problem = Problem(tuple("abcd"), 2, (count("length", np.arange(4), 3, 3),), overlap=1)

    why = explain(problem)

    assert best(problem) is None
    assert why is not None
    assert why.rules == ("length", "overlap")
    assert "Two forms share at most 1 items." in why.message
    assert [(repair.rule, repair.after) for repair in explain(problem, hard=("length",)).repairs] == [("overlap", 2.0)]  # type: ignore[union-attr]
    assert explain(repaired(problem, why.repairs)) is None
