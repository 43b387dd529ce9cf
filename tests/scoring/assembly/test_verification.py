"""The checker finds every kind of broken rule, and calculates the objective from the items."""

from collections.abc import Sequence

import numpy as np
import pytest

from kaoping.scoring.assembly.problem import Aim, Constraint, Over, Problem, Stimulus
from kaoping.scoring.assembly.verification import Unsound, sound, verify
from tests.scoring.assembly.enumeration import best, count, drawn, keeps, places, sets_of_forms, value

WORDS = Constraint("words", np.arange(6), np.array([10.0, 20, 30, 40, 50, 60]), high=70.0)
TEXTS = (Stimulus("T", places(0, 1, 2), 2, 3), Stimulus("U", places(3, 4), 1, 2))
BROKEN: list[tuple[dict[str, object], Sequence[Sequence[int]], str]] = [
    ({"constraints": (count("length", np.arange(6), 2, 2),)}, [[0]], "constraint length in form 1 by 1"),
    ({"constraints": (count("length", np.arange(6), 2, 2),)}, [[0, 1, 2]], "constraint length in form 1 by 1"),
    ({"constraints": (WORDS,)}, [[3, 4]], "constraint words in form 1 by 20"),
    ({"enemies": (places(0, 1),)}, [[0, 1]], "enemies[0] in form 1 by 1"),
    ({"together": (places(0, 1, 2),)}, [[0, 1]], "all_or_none[0] in form 1 by 1"),
    ({"include": places(4)}, [[0]], "include in form 1 by 1"),
    ({"exclude": places(4)}, [[4]], "exclude in form 1 by 1"),
    ({"stimuli": TEXTS}, [[0]], "stimulus T in form 1 by 1"),
    ({"stimuli": TEXTS, "forms": 2, "most_stimulus_use": 1}, [[3], [4]], "use of stimulus U by 1"),
    ({"forms": 2, "most_use": places(1)}, [[0], [0]], "use of item i0 by 1"),
    ({"forms": 2, "least_use": places(0, 0, 0, 0, 0, 2)}, [[5], [0]], "use of item i5 by 1"),
    ({"forms": 3, "overlap": 1}, [[0, 1], [2], [0, 1]], "overlap with form 3 in form 1 by 1"),
    ({"forms": 2}, [[0]], "number of forms by 1"),
    ({}, [[0, 0]], "an item twice in form 1 by 1"),
    ({}, [[6]], "an item that is not in the pool in form 1 by 1"),
    (
        {"stimuli": TEXTS, "constraints": (Constraint("texts", places(0, 1), np.ones(2), high=1, over=Over.STIMULUS),)},
        [[0, 1, 3]],
        "constraint texts in form 1 by 1",
    ),
]


@pytest.mark.parametrize(("rules", "forms", "sentence"), BROKEN)
def test_every_kind_of_broken_rule_is_found(
    rules: dict[str, object], forms: Sequence[Sequence[int]], sentence: str
) -> None:
    problem = Problem(tuple(f"i{item}" for item in range(6)), **rules)  # type: ignore[arg-type]

    assert [str(broken) for broken in verify(problem, forms).broken] == [sentence]
    with pytest.raises(Unsound, match="do not pass the check"):
        sound(problem, forms)


def test_a_rule_of_another_form_is_not_broken() -> None:
    problem = Problem(("a", "b"), forms=2, constraints=(count("length", np.arange(2), 2, forms=(1,)),))

    assert verify(problem, [[0], [0, 1]]).sound


@pytest.mark.parametrize("aim", list(Aim))
@pytest.mark.parametrize("seed", range(3))
def test_the_objective_is_calculated_from_the_items(aim: Aim, seed: int) -> None:
    problem = drawn(seed, aim)

    for forms in list(sets_of_forms(problem))[:30]:
        verdict = verify(problem, forms)
        assert verdict.sound
        assert verdict.objective == pytest.approx(value(problem, forms), abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_a_set_of_forms_is_sound_exactly_if_it_keeps_the_rules(seed: int) -> None:
    problem = drawn(seed, Aim.NONE, forms=1)
    rng = np.random.default_rng(seed)

    for _ in range(60):
        form = tuple(np.flatnonzero(rng.random(7) < 0.35).tolist())
        assert verify(problem, [form]).sound == keeps(problem, form, 0)


def test_what_missed_wishes_cost_is_told_apart() -> None:
    problem = Problem(tuple("abc"), constraints=(count("wish", np.arange(3), 2, price=0.25),))

    verdict = verify(problem, [[0]])

    assert (verdict.sound, verdict.price, verdict.objective) == (True, 0.25, 0.25)
    assert best(problem) == 0.0
