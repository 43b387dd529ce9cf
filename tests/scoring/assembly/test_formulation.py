"""Rows of a request: what they let through is what the rules let through, and the sum of the forms bounds them."""

from itertools import product

import numpy as np
import pytest

from kaoping.scoring.assembly.formulation import aggregate, of_form, simultaneous
from kaoping.scoring.assembly.highs import Status, priced, solve
from kaoping.scoring.assembly.problem import HARD, Aim
from tests.scoring.assembly.enumeration import best, drawn, forms_of, keeps, sets_of_forms

AIMS = [Aim.SUM, Aim.MAXIMIN, Aim.TARGET, Aim.GOALS]


@pytest.mark.parametrize("seed", range(4))
def test_the_rows_of_a_form_hold_exactly_where_its_rules_are_kept(seed: int) -> None:
    problem = drawn(seed, Aim.NONE, n=6)
    hard = [one for one in problem.constraints if one.price == HARD]
    rows = of_form(drawn(seed, Aim.NONE, n=6, constraints=tuple(hard)), 0)

    for chosen in product((0.0, 1.0), repeat=6):
        form = tuple(int(item) for item in np.flatnonzero(chosen))
        texts = [float(bool(set(form) & set(one.items.tolist()))) for one in problem.stimuli]
        sums = rows.rows.matrix @ np.array([*chosen, *texts])
        inside = bool((sums >= rows.rows.low - 1e-9).all() and (sums <= rows.rows.high + 1e-9).all())

        assert inside == keeps(problem, form, 0)


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("relaxed", [True, False])
def test_no_forms_pass_the_bound_of_their_sum(aim: Aim, seed: int, *, relaxed: bool) -> None:
    problem = drawn(seed, aim)
    known = best(problem)
    answer = solve(aggregate(problem), relaxed=relaxed)

    if known is not None:
        assert answer.status is Status.OPTIMAL
        assert answer.bound >= known - 1e-6 if aim.rising else answer.bound <= known + 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_the_sum_of_any_forms_keeps_the_rows_of_the_aggregate(seed: int) -> None:
    problem = drawn(
        seed, Aim.NONE, constraints=tuple(one for one in drawn(seed, Aim.NONE).constraints if one.price == HARD)
    )
    programme = aggregate(problem)

    for forms in list(sets_of_forms(problem))[:40]:
        columns = np.zeros(len(programme.lowest))
        for members, start in zip(problem.alike, programme.starts[:-1], strict=True):
            for form in members:
                columns[start + np.array(forms[form])] += 1.0
                for place, text in enumerate(problem.stimuli):
                    columns[start + 7 + place] += bool(set(forms[form]) & set(text.items.tolist()))
        sums = programme.rows.matrix @ columns

        assert (sums >= programme.rows.low - 1e-9).all()
        assert (sums <= programme.rows.high + 1e-9).all()
        assert (columns <= programme.highest).all()


@pytest.mark.parametrize("aim", AIMS)
def test_all_forms_at_once_have_the_best_objective_of_all(aim: Aim) -> None:
    problem = drawn(2, aim)

    assert solve(simultaneous(problem)).objective == pytest.approx(best(problem), abs=1e-6)


def test_forms_under_the_same_rules_are_one_class() -> None:
    assert drawn(0, Aim.NONE, forms=3).alike == ((0, 1), (2,))
    assert len(list(forms_of(drawn(0, Aim.NONE), 0))) != len(list(forms_of(drawn(0, Aim.NONE), 1)))


@pytest.mark.parametrize("aim", [Aim.SUM, Aim.GOALS])
def test_dual_prices_are_the_change_of_the_optimum_with_a_limit(aim: Aim) -> None:
    programme = aggregate(drawn(2, aim, forms=1))
    answer, prices = priced(programme)
    step = 1e-5

    for row in range(len(prices)):
        low, high = programme.rows.low.copy(), programme.rows.high.copy()
        low[row] += step
        high[row] += step
        programme.rows.__dict__.update(low=low, high=high)
        up = solve(programme, relaxed=True).objective
        low[row] -= 2 * step
        high[row] -= 2 * step
        down = solve(programme, relaxed=True).objective
        low[row] += step
        high[row] += step
        sides = (up - answer.objective) / step, (answer.objective - down) / step

        assert min(sides) - 1e-4 <= prices[row] <= max(sides) + 1e-4
