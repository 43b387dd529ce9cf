"""Engines for one form and several: as good as the best of all sets of forms, the same every time, and to be ended."""

import numpy as np
import pytest

from kaoping.scoring.assembly.highs import Progress, Search, Status
from kaoping.scoring.assembly.parallel import Cancelled, NoForms, NotFound, assemble_forms
from kaoping.scoring.assembly.problem import Aim, Constraint, Objective, Problem, Stimulus
from kaoping.scoring.assembly.verification import verify
from tests.scoring.assembly.enumeration import best, count, drawn, places

EXACT = 1e-5


def a_pool(n: int = 90, forms: int = 3, *, seed: int = 3, most_use: int = 1, cells: int = 4) -> Problem:
    """Make a pool with cells and information at three points, as an examination centre has it."""
    rng = np.random.default_rng(seed)
    cell = rng.integers(cells, size=n)
    difficulty = rng.normal(size=n)
    points = np.array([-1.0, 0.0, 1.0])
    slope = rng.lognormal(0.0, 0.25, n)
    solved = 1.0 / (1.0 + np.exp(-slope[:, None] * (points - difficulty[:, None])))
    information = np.round(slope[:, None] ** 2 * solved * (1 - solved), 6)
    rules = [count(f"cell {number}", np.flatnonzero(cell == number), 3, 3) for number in range(cells)]
    return Problem(
        tuple(f"Q{item:03d}" for item in range(n)),
        forms=forms,
        constraints=tuple(rules),
        enemies=tuple(places(*pair) for pair in rng.permutation(n)[:12].reshape(-1, 2)),
        most_use=places(most_use),
        objective=Objective(Aim.MAXIMIN, information, np.ones(3), points=("-1", "0", "1")),
    )


@pytest.mark.parametrize("aim", list(Aim))
@pytest.mark.parametrize("forms", [1, 2])
@pytest.mark.parametrize("seed", range(6))
def test_no_set_of_forms_is_better_than_what_is_found(aim: Aim, forms: int, seed: int) -> None:
    problem = drawn(seed, aim, forms=forms)
    known = best(problem)

    if known is None:
        with pytest.raises(NoForms):
            assemble_forms(problem)
        return
    found = assemble_forms(problem)

    assert found.objective == pytest.approx(known, abs=EXACT)
    assert found.status is Status.OPTIMAL
    assert verify(problem, found.forms).sound


@pytest.mark.parametrize("aim", [Aim.MAXIMIN, Aim.TARGET, Aim.GOALS])
@pytest.mark.parametrize("seed", [1, 2, 5])
def test_the_bound_is_one_for_all_sets_of_forms(aim: Aim, seed: int) -> None:
    problem = drawn(seed, aim)
    found, known = assemble_forms(problem), best(problem)

    assert known is not None
    assert found.bound >= known - EXACT if aim.rising else found.bound <= known + EXACT
    assert found.gap <= 1e-6


def test_negative_values_can_be_maximised() -> None:
    values = -np.arange(1.0, 6.0)[:, None]
    problem = Problem(
        tuple("abcde"), constraints=(count("length", np.arange(5), 2, 2),),
        objective=Objective(Aim.MAXIMIN, values, np.ones(1), points=("0",)),
    )  # fmt: skip

    assert assemble_forms(problem).objective == pytest.approx(-3.0)


def test_three_forms_under_different_rules_keep_each_its_own() -> None:
    rules = tuple(count(f"length {form}", np.arange(9), form + 1, form + 1, forms=(form,)) for form in range(3))
    problem = Problem(tuple("abcdefghi"), forms=3, constraints=rules, most_use=places(1))

    found = assemble_forms(problem)

    assert [len(form) for form in found.forms] == [1, 2, 3]


def test_items_are_used_as_often_as_they_must_and_may_be() -> None:
    problem = Problem(
        tuple("abcd"), forms=3, constraints=(count("length", np.arange(4), 2, 2),),
        least_use=places(0, 0, 0, 3), most_use=places(1, 1, 1, 3),
    )  # fmt: skip

    used = np.bincount([item for form in assemble_forms(problem).forms for item in form])

    assert used.tolist() == [1, 1, 1, 3]


def test_a_soft_rule_is_missed_where_that_is_worth_its_price() -> None:
    values = np.array([[3.0], [2.0], [1.0]])
    rules = (count("length", np.arange(3), 1, 1), count("weak", places(2), 1, price=1.0))
    aim = Objective(Aim.SUM, values, np.ones(1), points=("0",))

    dear = assemble_forms(
        Problem(tuple("abc"), constraints=(rules[0], count("weak", places(2), 1, price=2.5)), objective=aim)
    )
    cheap = assemble_forms(Problem(tuple("abc"), constraints=rules, objective=aim))

    assert (cheap.forms, cheap.objective) == (((0,),), 2.0)
    assert (dear.forms, dear.objective) == (((2,),), 1.0)


def test_a_stimulus_comes_with_as_many_of_its_items_as_it_should() -> None:
    problem = Problem(
        tuple("abcdef"), constraints=(count("length", np.arange(6), 4, 4), count("text", places(0, 1, 2), 1)),
        stimuli=(Stimulus("T", places(0, 1, 2), 2, 2),), exclude=places(3),
    )  # fmt: skip

    (form,) = assemble_forms(problem).forms

    assert len({0, 1, 2} & set(form)) == 2


def test_goals_weigh_misses_of_a_target() -> None:
    values = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    aim = Objective(Aim.GOALS, values, np.array([1.0, 10.0]), np.array([[1.0, 1.0]]), ("theory", "skill"))

    found = assemble_forms(Problem(tuple("abc"), constraints=(count("length", np.arange(3), 1, 1),), objective=aim))

    assert found.forms == ((2,),)
    assert found.objective == 0.0


@pytest.mark.parametrize("problem", [a_pool(), a_pool(forms=14, n=240), a_pool(most_use=2, n=60, forms=5)])
def test_parallel_forms_come_near_a_proven_bound(problem: Problem) -> None:
    found = assemble_forms(problem, Search(seconds=20.0, gap=0.04))

    verdict = verify(problem, found.forms)
    assert verdict.sound
    assert verdict.objective == found.objective <= found.bound + EXACT
    assert found.gap == pytest.approx((found.bound - found.objective) / found.objective, abs=1e-9)
    assert found.gap <= 0.04


def test_the_same_seed_gives_the_same_forms() -> None:
    first, again = (assemble_forms(a_pool(), Search(seconds=60.0, gap=0.01, seed=5)) for _ in range(2))

    assert first.forms == again.forms


def test_a_search_ends_at_what_is_good_enough() -> None:
    found = assemble_forms(a_pool(), Search(seconds=20.0, close_enough=1.0))

    assert found.objective >= 1.0
    assert found.seconds < 10.0


@pytest.mark.parametrize("forms", [1, 4])
def test_a_watcher_hears_of_progress_and_can_end_the_search(forms: int) -> None:
    heard: list[Progress] = []

    def watch(progress: Progress) -> bool:
        heard.append(progress)
        return True

    with pytest.raises(Cancelled):
        assemble_forms(a_pool(forms=forms), Search(seconds=20.0, watch=watch))
    assert heard


def test_time_that_is_too_short_is_told_apart_from_impossible_rules() -> None:
    with pytest.raises(NotFound):
        assemble_forms(a_pool(forms=4), Search(seconds=1e-9))


def test_forms_that_only_their_sum_could_be_are_refused() -> None:
    """Of three enemies a form takes one; two forms of two items would need all four items."""
    problem = Problem(
        tuple("abcd"), forms=2, constraints=(count("length", np.arange(4), 2, 2),), most_use=places(1),
        enemies=(places(0, 1), places(0, 2), places(1, 2)),
    )  # fmt: skip

    assert best(problem) is None
    with pytest.raises(NoForms):
        assemble_forms(problem)


@pytest.mark.parametrize("forms", [1, 3])
def test_where_nothing_is_asked_for_forms_may_be_empty(forms: int) -> None:
    assert assemble_forms(Problem(("a", "b"), forms=forms)).forms == ((),) * forms


def test_a_wish_may_have_any_price_when_forms_are_split_off() -> None:
    rules = (count("length", np.arange(6), 2, 2), count("wish", places(0, 1, 2), 1, price=1.0))

    found = assemble_forms(Problem(tuple("abcdef"), forms=3, constraints=rules, most_use=places(1)))

    assert (found.objective, found.status) == (0.0, Status.OPTIMAL)


def test_a_sum_of_words_is_kept_to_the_word() -> None:
    words = Constraint("words", np.arange(4), np.array([10.5, 20.25, 30.0, 40.0]), low=60.75, high=60.75)

    assert assemble_forms(Problem(tuple("abcd"), constraints=(words,))).forms == ((0, 1, 2),)
