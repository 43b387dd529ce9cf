"""Goals and rules with prices on several forms: engines are held against every set of forms that there is."""

from dataclasses import replace
from time import monotonic

import numpy as np
import pytest

from kaoping.scoring.assembly.highs import Search, Status
from kaoping.scoring.assembly.neighbourhoods import Standing, improve
from kaoping.scoring.assembly.parallel import assemble_forms
from kaoping.scoring.assembly.problem import HARD, Aim, Constraint, Objective, Problem
from kaoping.scoring.assembly.splitting import aggregated, split
from kaoping.scoring.assembly.verification import Checker, verify
from tests.scoring.assembly.enumeration import best, count, drawn, missed, places


def a_bank(aim: Aim, *, reach: float = 1.0, price: float = HARD) -> Problem:
    """Five forms of 40 of 1000 items: eight cells, words, enemies, a target, and two wishes if they have a price."""
    rng = np.random.default_rng(1)
    n, length = 1000, 40
    cell, difficulty, slope = rng.integers(8, size=n), rng.normal(size=n), rng.lognormal(0.0, 0.25, n)
    solved = 1.0 / (1.0 + np.exp(-slope[:, None] * (np.array([-1.0, 0.0, 1.0]) - difficulty[:, None])))
    information = np.round(slope[:, None] ** 2 * solved * (1 - solved), 6)
    rules = [count(f"cell {number}", np.flatnonzero(cell == number), 5, 5) for number in range(8)]
    rules.append(Constraint("words", np.arange(n), np.round(rng.uniform(20, 80, n)), 49 * length, 50 * length))
    if price < HARD:
        rules.append(count("cases", np.flatnonzero(rng.random(n) < 0.05), 5, price=price))
        rules.append(Constraint("difficulty", np.arange(n), np.round(difficulty, 3), 4.0, 4.5, price=price))
    targets = np.tile(information.mean(axis=0) * length * reach, (5, 1))
    aims = Objective(aim, information, np.array([1.0, 2.0, 1.0]), targets, ("-1", "0", "1"))
    enemies = tuple(rng.permutation(n)[:30].reshape(-1, 3))
    return Problem(tuple(map(str, range(n))), 5, tuple(rules), enemies, most_use=places(1), objective=aims)


@pytest.mark.parametrize("aim", [Aim.GOALS, Aim.SUM, Aim.MAXIMIN, Aim.TARGET, Aim.NONE])
@pytest.mark.parametrize("seed", [1, 2, 5, 7])
def test_forms_that_are_split_off_and_improved_are_between_the_bound_and_the_best(aim: Aim, seed: int) -> None:
    problem = drawn(seed, aim)
    known, total = best(problem), aggregated(problem, Search(seconds=5.0))
    assert known is not None
    assert total.chosen is not None
    taken = split(problem, total.chosen, Search(seconds=1.0))
    assert not taken.missing
    standing = Standing(problem, [taken.forms[form] for form in range(2)])
    before = verify(problem, [form.tolist() for form in standing.forms])

    improve(standing, enough=np.inf, until=monotonic() + 5.0, rng=np.random.default_rng(1))

    after = verify(problem, [form.tolist() for form in standing.forms])
    sign = 1.0 if aim.rising else -1.0
    assert before.sound
    assert after.sound
    assert sign * before.objective <= sign * after.objective + 1e-9
    assert sign * after.objective <= sign * known + 1e-6
    assert sign * known <= sign * total.bound + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_prices_are_what_forms_miss_wishes_by(seed: int) -> None:
    problem = drawn(seed, Aim.NONE)
    rng = np.random.default_rng(seed)
    forms = [np.sort(rng.permutation(7)[:3]).tolist() for _ in range(2)]

    found = Checker.of(problem).prices(forms)

    wish = next(one for one in problem.constraints if one.price < HARD)
    assert found == pytest.approx([wish.price * missed(problem, wish, tuple(form)) for form in forms])
    assert found.sum() == pytest.approx(verify(problem, forms).price)


def test_goals_of_a_bank_are_met_within_half_a_percent() -> None:
    found = assemble_forms(a_bank(Aim.GOALS, reach=1.5), Search(seconds=60.0, gap=0.005))

    assert found.status is Status.OPTIMAL
    assert found.gap <= 0.005


@pytest.mark.parametrize("aim", [Aim.GOALS, Aim.MAXIMIN])
def test_the_gap_of_forms_with_wishes_is_told_as_it_is(aim: Aim) -> None:
    problem = a_bank(aim, price=0.5)
    size = problem.objective.size if aim is Aim.GOALS else 0.0
    problem = (
        problem
        if aim is Aim.GOALS
        else replace(problem, objective=replace(problem.objective, targets=np.zeros((0, 0))))
    )

    found = assemble_forms(problem, Search(seconds=6.0, gap=0.03))

    verdict = verify(problem, found.forms)
    assert verdict.sound
    assert verdict.objective == found.objective
    assert found.gap == pytest.approx(abs(found.bound - found.objective) / (size or found.objective), abs=1e-9)
    assert found.gap <= 0.1
