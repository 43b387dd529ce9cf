"""Forms drawn on the fly: every one legal, no item beyond the cap, and even as far as the rules allow."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from kaoping.scoring.assembly.exposure import ExposureOutOfReach
from kaoping.scoring.assembly.on_the_fly import (
    FormsExhausted,
    NotOnTheFly,
    banded,
    draw_forms,
    on_the_fly,
)
from kaoping.scoring.assembly.parallel import NoForms
from kaoping.scoring.assembly.problem import Aim, BadProblem, Constraint, Objective, Problem, Stimulus
from kaoping.scoring.assembly.verification import verify

LENGTH = 20


def a_bank(n: int = 200, *, length: int = LENGTH, seed: int = 5) -> Problem:
    """Six cells to the item, three levels within one, a band of time and of information, and triples of enemies."""
    rng = np.random.default_rng(seed)
    cell, level = np.arange(n) % 6, rng.integers(3, size=n)
    rules = [Constraint("length", np.arange(n), np.ones(n), length, length)]
    for name, of, slack in (("cell", cell, 0.0), ("level", level, 1.0)):
        for value in np.unique(of):
            members = np.flatnonzero(of == value)
            share = len(members) / n * length
            low, high = np.floor(share - slack), np.ceil(share + slack)
            rules.append(Constraint(f"{name} {value}", members, np.ones(len(members)), low, high))
    for name, values, width in (
        ("time", rng.lognormal(4, 0.3, n), 0.05),
        ("information", rng.lognormal(-1, 0.4, n), 0.03),
    ):
        middle = values.mean() * length
        rules.append(Constraint(name, np.arange(n), values.round(6), (1 - width) * middle, (1 + width) * middle))
    enemies = tuple(np.sort(group) for group in rng.permutation(n)[: n // 10 * 3].reshape(-1, 3))
    return Problem(tuple(f"I{item}" for item in range(n)), constraints=tuple(rules), enemies=enemies)


def legal(problem: Problem, length: int) -> set[tuple[int, ...]]:
    forms = combinations(range(len(problem.items)), length)
    return {form for form in forms if verify(problem, [form]).sound}


def uses(problem: Problem, forms: Sequence[Sequence[int]]) -> np.ndarray:
    return np.bincount(np.concatenate([*forms]), minlength=len(problem.items))


def test_all_legal_forms_of_a_tiny_pool_are_drawn_and_no_other() -> None:
    half = Constraint("half", np.arange(4), np.ones(4), 1, 2)
    long = Constraint("length", np.arange(8), np.ones(8), 3, 3)
    problem = Problem(tuple("abcdefgh"), constraints=(long, half), enemies=(np.array([0, 5]),), exclude=np.array([7]))
    everything = legal(problem, 3)

    found = draw_forms(problem, len(everything), cap=1.0, rng=np.random.default_rng(1), redraws=400)

    assert set(found.forms) == everything
    with pytest.raises(FormsExhausted) as caught:
        draw_forms(problem, len(everything) + 1, cap=1.0, rng=np.random.default_rng(1), redraws=400)
    assert caught.value.made == len(everything)


def test_no_item_is_used_beyond_the_cap_and_every_form_is_legal_and_new() -> None:
    problem = a_bank()

    found = draw_forms(problem, 300, cap=0.12, rng=np.random.default_rng(2), overlap=10)

    every = replace(problem, forms=300, most_use=np.array([36]), overlap=10)
    assert verify(every, found.forms).sound
    assert len(set(found.forms)) == 300
    assert found.exposure.tolist() == (uses(problem, found.forms) / 300).tolist()
    assert found.greatest_exposure <= 0.12
    assert found.mean_exposure == pytest.approx(LENGTH / 200)
    assert found.unused == 0
    shared = [len(set(one) & set(other)) for one, other in combinations(found.forms, 2)]
    assert found.overlap.tolist() == np.bincount(shared).tolist()
    assert found.greatest_overlap == max(shared) <= 10
    assert found.mean_overlap == pytest.approx(np.mean(shared))
    assert found.overlap_quantile(0.5) == int(np.median(shared))


def test_the_same_generator_draws_the_same_forms() -> None:
    one, again, other = (draw_forms(a_bank(), 20, cap=0.3, rng=np.random.default_rng(seed)).forms for seed in (4, 4, 5))

    assert one == again
    assert one != other


def test_a_tight_cap_is_kept_as_well() -> None:
    """Cells of 33 and 34 items give 3 or 4 each: a cap of 0.11 leaves a tenth to spare."""
    found = draw_forms(a_bank(), 100, cap=0.11, rng=np.random.default_rng(3))

    assert found.greatest_exposure <= 0.11


def test_the_first_form_takes_items_of_one_class_with_equal_chance() -> None:
    rules = tuple(
        Constraint(name, members, np.ones(len(members)), low, low)
        for name, members, low in (("A", np.arange(12), 3), ("B", np.arange(12, 30), 6))
    )
    desk = on_the_fly(Problem(tuple(map(str, range(30))), constraints=rules), cap=1.0, planned=1)
    rng, unused, draws = np.random.default_rng(8), np.zeros(30, dtype=np.int64), 1000

    share = uses(desk.problem, [desk.unchecked(unused, 0, rng=rng) for _ in range(draws)]) / draws

    chance = np.repeat([3 / 12, 6 / 18], [12, 18])
    assert np.abs(share - chance).max() < 4 * np.sqrt(chance * (1 - chance) / draws).max()


def test_a_desk_gives_form_after_form_from_the_counts_it_is_told() -> None:
    problem = a_bank()
    desk = on_the_fly(problem, cap=0.2, planned=10)
    used, rng = np.zeros(200, dtype=np.int64), np.random.default_rng(0)

    for made in range(40):
        form = desk.draw(used, made, rng=rng)
        used[list(form)] += 1
        assert used.max() <= desk.allowance(made + 1)
        assert verify(problem, [form]).sound

    assert desk.allowance(0) == desk.allowance(10) == 2
    assert desk.allowance(40) == 8


def test_items_of_every_form_of_none_and_those_held_together_are_respected() -> None:
    problem = replace(
        a_bank(), include=np.array([6]), exclude=np.array([7, 8]), enemies=(),
        together=(np.array([12, 13]), np.array([13, 14]), np.array([20, 26])),
    )  # fmt: skip

    found = draw_forms(problem, 60, cap=0.3, rng=np.random.default_rng(6))

    assert verify(replace(problem, forms=60, most_use=np.array([60])), found.forms).sound
    assert found.exposure[6] == 1.0
    assert uses(problem, found.forms)[[7, 8]].tolist() == [0, 0]
    assert any({12, 13, 14} <= set(form) for form in found.forms)


def test_forms_with_stimuli_are_found_by_the_solver() -> None:
    stimuli = tuple(Stimulus(f"S{number}", np.arange(5 * number, 5 * number + 5), 2, 3) for number in range(8))
    texts = Constraint("length", np.arange(60), np.ones(60), 12, 12)
    problem = Problem(tuple(map(str, range(60))), constraints=(texts,), stimuli=stimuli)

    found = draw_forms(problem, 12, cap=0.5, rng=np.random.default_rng(6))

    assert verify(replace(problem, forms=12, most_use=np.array([6])), found.forms).sound
    assert len(set(found.forms)) == 12
    assert any(set(form) & set(range(40)) for form in found.forms)


def test_an_objective_becomes_a_band() -> None:
    problem = a_bank()
    table = np.random.default_rng(1).lognormal(-1, 0.5, (200, 2)).round(6)
    target = Objective(Aim.TARGET, table, np.ones(2), table.mean(axis=0)[None] * LENGTH, ("0", "1"))
    maximin = Objective(Aim.MAXIMIN, table, np.array([1.0, 0.8]), points=("0", "1"))

    at_target = draw_forms(replace(problem, objective=target), 20, cap=0.4, band=0.04, rng=np.random.default_rng(2))
    best = draw_forms(replace(problem, objective=maximin), 20, cap=0.4, band=0.04, rng=np.random.default_rng(2))

    assert (np.abs(at_target.sums(table) / target.targets - 1) <= 0.04 + 1e-9).all()
    spread = best.sums(table) / [1.0, 0.8]
    assert spread.max() / spread.min() <= 1.04 / 0.96 + 1e-9
    assert spread.min() > (at_target.sums(table) / [1.0, 0.8]).mean(axis=0).min()


def test_a_cap_that_the_rules_do_not_allow_is_refused_with_the_least() -> None:
    rare = Constraint("rare", np.arange(4), np.ones(4), 2, 3)
    problem = Problem(
        tuple(map(str, range(40))), constraints=(rare, Constraint("length", np.arange(40), np.ones(40), 8, 8))
    )

    with pytest.raises(ExposureOutOfReach) as caught:
        draw_forms(problem, 100, cap=0.3, rng=np.random.default_rng(1))

    assert caught.value.least == pytest.approx(0.5)
    assert draw_forms(problem, 100, cap=0.5, rng=np.random.default_rng(1)).exposure[:4].tolist() == [0.5] * 4


def test_rules_without_any_form_are_refused() -> None:
    length = Constraint("length", np.arange(4), np.ones(4), 3, 3)
    problem = Problem(tuple("abcd"), constraints=(length,), enemies=(np.array([0, 1, 2, 3]),))

    with pytest.raises(NoForms):
        on_the_fly(problem, cap=1.0, planned=1)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"forms": 2}, "n_forms = 2"),
        ({"overlap": 3}, "overlap"),
        ({"most_use": np.array([0])}, "use"),
        ({"constraints": (Constraint("wish", np.arange(4), np.ones(4), 1, price=2.0),)}, "the soft constraint wish"),
        ({"objective": Objective(Aim.SUM, np.ones((4, 1)), np.ones(1), points=("0",))}, "the objective max_sum"),
    ],
)
def test_rules_without_meaning_for_forms_drawn_one_by_one_are_named(changes: dict[str, object], named: str) -> None:
    problem = replace(Problem(tuple("abcd")), **changes)  # type: ignore[arg-type]

    with pytest.raises(NotOnTheFly) as caught:
        on_the_fly(problem, cap=1.0, planned=1)

    assert caught.value.kind == named


@pytest.mark.parametrize(("cap", "planned", "reason"), [(0.0, 9, "must lie above 0"), (0.1, 9, "plan at least 10")])
def test_a_cap_that_allows_no_item_at_all_is_refused(cap: float, planned: int, reason: str) -> None:
    with pytest.raises(BadProblem, match=reason):
        on_the_fly(Problem(tuple("abcd")), cap=cap, planned=planned)


def test_a_request_without_objective_has_no_band() -> None:
    problem = a_bank()

    assert banded(problem) is problem
