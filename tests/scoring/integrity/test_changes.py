"""Changed answers: the published index, exact tails, what chance alone gives, and numbers of changes."""

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import binom

from kaoping.scoring.integrity import AnswerChanges, Choices, change_rates, erasures
from kaoping.scoring.integrity.errors import BadScreening, NothingToScreen
from kaoping.scoring.integrity.tails import matches
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.builders_integrity import OPTIONS, choices_of, drawn, option_items

KNOWN = Quadrature(np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0]))
"""A population in which everybody has ability 0."""


def changed_at_random(n: int, k: int, share: float, rng: np.random.Generator) -> tuple[AnswerChanges, ItemParameters]:
    """Persons whose last answers follow the model and who had some other first answers."""
    last, items = drawn(n, k, rng)
    first = np.where(rng.random(last.shape) < share, (last + rng.integers(1, OPTIONS, last.shape)) % OPTIONS, last)
    return AnswerChanges(choices_of(first, items), choices_of(last, items)), items


def test_of_a_known_ability_the_index_is_the_published_one() -> None:
    r"""EDI = (X - sum P - 1/2) / sqrt(sum P (1 - P)) (Wollack, Cohen & Eckerly, 2015)."""
    items = ItemParameters.logistic([1.0, 2.0, 1.0, 1.0], [0.0, 0.5, -1.0, 1.0])
    first, last = (Choices.of(ResponseMatrix([row])) for row in ([0, 0, 1, 1], [1, 1, 1, 0]))
    p = expit(np.array([1.0, 2.0, 1.0]) * (0.0 - np.array([0.0, 0.5, 1.0])))

    found = erasures(AnswerChanges(first, last), items, population=KNOWN)

    assert (found.changed.tolist(), found.right.tolist()) == ([3], [2])
    assert found.expected == pytest.approx([p.sum()])
    assert found.statistic == pytest.approx([(2 - p.sum() - 0.5) / np.sqrt((p * (1 - p)).sum())])
    exact = matches(p[None])[0]
    assert found.p == pytest.approx([exact[3] + exact[2] / 2])


def test_changes_are_counted_by_kind() -> None:
    first, last = (Choices.of(ResponseMatrix(one, categories=[3] * 4)) for one in ([[0, 2, 0, 2]], [[2, 1, 1, 2]]))
    counts = AnswerChanges(first, last).counts

    assert {name: n.tolist() for name, n in counts.items()} == {
        "wrong_to_right": [1], "right_to_wrong": [1], "wrong_to_wrong": [1],
    }  # fmt: skip


def test_an_answer_that_was_taken_back_is_no_change() -> None:
    table = ResponseMatrix([[0, 2, 1]], categories=[3] * 3), ResponseMatrix([[0, -2, 2]], categories=[3] * 3)

    assert AnswerChanges(*map(Choices.of, table)).changed.tolist() == [[False, False, True]]


def test_chance_alone_flags_as_many_persons_as_the_level_says_if_ties_are_broken_at_random() -> None:
    """4 000 persons; the bounds are 4 binomial standard errors, .0138 and .0063."""
    rng = np.random.default_rng(1)
    changes, items = changed_at_random(4000, 30, 0.15, rng)

    for base in ("model", "observed"):
        p = erasures(changes, items, base=base, rng=rng).p
        assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.0138)
        assert (p <= 0.01).mean() == pytest.approx(0.01, abs=0.0063)


def test_of_few_changes_chance_gives_fewer_flags_and_it_is_said_how_many() -> None:
    """6 000 persons; the bounds are 4 standard errors of a Poisson number."""
    changes, items = changed_at_random(6000, 30, 0.15, np.random.default_rng(2))

    found = erasures(changes, items, level=0.05)

    assert found.expected_false < 0.8 * 0.05 * len(found.p)
    assert found.flagged.sum() == pytest.approx(found.expected_false, abs=4 * np.sqrt(found.expected_false))


def test_groups_add_up_their_persons() -> None:
    changes, items = changed_at_random(40, 20, 0.2, np.random.default_rng(3))
    rooms = ["A", "B"] * 20

    persons, groups = (erasures(changes, items, population=normal(), groups=of) for of in (None, rooms))

    assert (groups.subjects, groups.noun) == (("A", "B"), "groups")
    room_of = dict(zip(changes.last.table.persons, rooms, strict=True))
    for place, room in enumerate(groups.subjects):
        members = [number for number, name in enumerate(persons.subjects) if room_of[str(name)] == room]
        assert groups.right[place] == persons.right[members].sum()
        assert groups.expected[place] == pytest.approx(persons.expected[members].sum())
        assert groups.distributions[place].sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("rooms", "size", "most"), [(40, 30, 6), (6, 300, 2)])
def test_honest_rooms_of_able_persons_are_not_flagged_for_being_able(rooms: int, size: int, most: int) -> None:
    """Half of the rooms hold persons of N(1, .7); at .05 more than 6 of 40, or 2 of 6, come less than once in 100."""
    rng = np.random.default_rng(9)
    items, n = option_items(30, rng), rooms * size
    able = np.arange(n) // size % 2 == 0
    last = simulate(rng.normal(np.where(able, 1.0, 0.0), 0.7), items, rng=rng).answers
    first = np.where(rng.random(last.shape) < 0.15, (last + rng.integers(1, OPTIONS, last.shape)) % OPTIONS, last)
    names = [f"R{number // size + 1}" for number in range(n)]
    changes = AnswerChanges(choices_of(first, items), choices_of(last, items))

    found = erasures(changes, items, groups=names, level=0.05, rng=rng)

    assert found.flagged.sum() <= most
    assert found.abilities is not None
    assert found.abilities.mean[::2].mean() == pytest.approx(1.0, abs=0.2)
    assert found.abilities.mean[1::2].mean() == pytest.approx(0.0, abs=0.2)


def test_honest_persons_of_an_able_population_are_flagged_no_more_than_the_level_says() -> None:
    """3 000 persons of N(1, .7); the bound is 4 binomial standard errors."""
    rng = np.random.default_rng(10)
    items = option_items(30, rng)
    last = simulate(rng.normal(1.0, 0.7, 3000), items, rng=rng).answers
    first = np.where(rng.random(last.shape) < 0.3, (last + rng.integers(1, OPTIONS, last.shape)) % OPTIONS, last)

    found = erasures(AnswerChanges(choices_of(first, items), choices_of(last, items)), items, level=0.05, rng=rng)

    assert found.flagged.mean() == pytest.approx(0.05, abs=0.016)


def test_answers_made_right_are_found_and_more_of_them_more_often() -> None:
    rng = np.random.default_rng(4)
    changes, items = changed_at_random(400, 40, 0.05, rng)
    flagged = []
    for number in (0, 4, 10):
        first, last = np.array(changes.first.answers), np.array(changes.last.answers)
        for person in range(100):
            wrong = np.flatnonzero(last[person] != OPTIONS - 1)[:number]
            first[person, wrong], last[person, wrong] = last[person, wrong], OPTIONS - 1
        found = erasures(AnswerChanges(choices_of(first, items), choices_of(last, items)), items)
        flagged.append(np.mean([f"P{person + 1}" in found.named for person in range(100)]))

    assert flagged[0] < 0.05
    assert 0.3 < flagged[1] < flagged[2]


def test_the_observed_base_rate_makes_all_persons_together_as_right_as_they_were() -> None:
    changes, items = changed_at_random(500, 20, 0.2, np.random.default_rng(5))

    found = erasures(changes, items, base="observed")

    assert found.expected.sum() == pytest.approx(found.right.sum(), rel=1e-6)
    assert found.right.sum() == changes.counts["wrong_to_right"].sum()


def test_the_shift_of_the_chances_is_found_again() -> None:
    """2 000 persons of ability 0 reconsider wrong answers to ten items, with chances half a logit above the model's.

    The bound is 4 standard errors of a logit of 6 000 answers, about .026 each.
    """
    rng = np.random.default_rng(6)
    items = ItemParameters.logistic(np.ones(10), np.linspace(-1, 1, 10))
    chance = expit(logit(items.probabilities(np.zeros(1))[:, 1, 0]) + 0.5)
    changed = rng.random((2000, 10)) < 0.3
    last = np.where(changed, rng.random((2000, 10)) < chance, 1)
    first = np.where(changed, 2, last)
    three = [3] * 10
    right = np.ones(10, dtype=int)
    both = (
        Choices.of(ResponseMatrix(table, categories=three), right) for table in (first, np.where(last == 0, 0, last))
    )

    assert erasures(AnswerChanges(*both), items, base="observed", population=KNOWN).shift == pytest.approx(
        0.5, abs=0.11
    )


def test_without_a_base_rate_there_is_nothing_to_compare_with() -> None:
    items = ItemParameters.logistic(np.ones(3), np.zeros(3))
    first, last = (Choices.of(ResponseMatrix([row], categories=[2] * 3)) for row in ([0, 0, 1], [1, 1, 1]))

    with pytest.raises(BadScreening, match="none or all"):
        erasures(AnswerChanges(first, last), items, base="observed", population=KNOWN)


def test_numbers_of_changes_alone_are_compared_with_the_rate_of_all() -> None:
    found = change_rates(["A", "B", "C", "D"], [10, 10, 10, 0], [9, 4, 2, 0])

    assert found.expected == pytest.approx([5.0] * 3)
    assert [one.subject for one in found.unjudged] == ["D"]
    assert found.p[0] < found.p[1] < found.p[2]
    alike = change_rates(["A", "B"], [10, 10], [5, 5])
    assert alike.p == pytest.approx([binom.sf(5, 10, 0.5) + binom.pmf(5, 10, 0.5) / 2] * 2)


def test_persons_who_differ_in_ability_are_not_flagged_for_that() -> None:
    """3 000 persons whose chances vary; the bound is 4 binomial standard errors."""
    rng = np.random.default_rng(7)
    n = rng.integers(1, 15, 3000)
    right = rng.binomial(n, rng.beta(3, 3, 3000))

    found = change_rates([str(number) for number in range(3000)], n, right, rng=rng)

    assert (found.p <= 0.05).mean() == pytest.approx(0.05, abs=0.016)


@pytest.mark.parametrize(
    ("changed", "right", "reason"),
    [([3], [4], "not for every person"), ([3], [3], "none or all"), ([3, 3], [0, 1], "not for every person")],
)
def test_numbers_that_do_not_fit_are_refused(changed: list[int], right: list[int], reason: str) -> None:
    with pytest.raises(BadScreening, match=reason):
        change_rates(["A"], changed, right)


def test_without_changes_nothing_is_screened() -> None:
    last, items = drawn(3, 5, np.random.default_rng(8))
    same = AnswerChanges(choices_of(last, items), choices_of(last, items))

    with pytest.raises(NothingToScreen, match="no answer was changed"):
        erasures(same, items)
    with pytest.raises(NothingToScreen, match="no wrong answer was changed"):
        erasures(same, items, base="observed")
    with pytest.raises(NothingToScreen, match="no answer was changed"):
        change_rates(["A"], [0], [0])
    with pytest.raises(NothingToScreen, match="A alone changed answers; there is nobody to compare with"):
        change_rates(["A", "B"], [9, 0], [6, 0])
    with pytest.raises(BadScreening, match="not those of the same persons"):
        AnswerChanges(choices_of(last, items), choices_of(last[:2], items))
