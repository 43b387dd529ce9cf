"""Variants as pure arrangements: permutations with balanced keys, and the way back to the paper."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaoping.itembank import variants
from kaoping.itembank.variants import Arrangement, Placed, Question

SEEDS = st.integers(0, 2**32)


@st.composite
def papers(draw: st.DrawFn) -> list[Question]:
    """Draw the items of a paper: true/false, single and multiple choice, and answers that are written."""
    most = {("true_false", 0): 8, ("single_choice", 4): 24, ("multiple_choice", 5): 5, ("fill_in", 0): 4}
    shapes = [shape for shape, count in most.items() for _ in range(draw(st.integers(0, count)))]
    return [draw(questions(number, section, options)) for number, (section, options) in enumerate(shapes, 1)]


@st.composite
def questions(draw: st.DrawFn, number: int, section: str, options: int) -> Question:
    """Draw an item; some options stay."""
    if not options:
        key = (draw(st.integers(0, 1)),) if section == "true_false" else ()
        return Question(number, section, key=key)
    places = st.integers(0, options - 1)
    least, greatest = (2, 3) if section == "multiple_choice" else (1, 1)
    right = draw(st.sets(places, min_size=least, max_size=greatest))
    stay = draw(st.one_of(st.just(set[int]()), st.sets(places)))
    return Question(number, section, options, tuple(sorted(right)), frozenset(stay))


def choices(count: int, *, stay: frozenset[int] = frozenset(), key: int | None = None) -> list[Question]:
    rng = Random(7)
    return [
        Question(number, "single_choice", 4, (rng.randrange(4) if key is None else key,), stay)
        for number in range(1, count + 1)
    ]


@given(papers(), SEEDS, st.integers(1, 4))
@settings(deadline=None, max_examples=30)
def test_a_variant_is_a_permutation_within_sections_whose_fixed_options_stay(
    paper: list[Question], seed: int, count: int
) -> None:
    made = variants.arrange(paper, count, Random(seed))

    known = {question.number: question for question in paper}
    for arrangement in made:
        assert [known[one.number].section for one in arrangement] == [question.section for question in paper]
        assert {one.number for one in arrangement} == set(known)
        for one in arrangement:
            question = known[one.number]
            assert sorted(one.options) == list(range(question.options))
            assert all(one.options[place] == place for place in question.stay if place < question.options)


@given(st.integers(1, 60), SEEDS)
@settings(deadline=None, max_examples=25)
def test_letters_are_as_equally_frequent_as_the_number_of_items_allows(count: int, seed: int) -> None:
    paper = choices(count)

    (made,) = variants.arrange(paper, 1, Random(seed))

    keys = variants.balance(paper, made)
    assert max(keys.counts.values()) - min(keys.counts.values()) == (0 if count % 4 == 0 else 1)
    assert sum(keys.counts.values()) == count
    assert keys.run <= variants.RUN


@given(papers(), SEEDS)
@settings(deadline=None, max_examples=30)
def test_what_was_answered_on_a_variant_comes_back_as_the_papers_own_key(paper: list[Question], seed: int) -> None:
    (made,) = variants.arrange(paper, 1, Random(seed))
    known = {question.number: question for question in paper}

    printed = {number: letters(key) for number, key in enumerate(variants.answers(known, made), 1)}

    assert variants.original(made, printed) == {question.number: letters(question.key) for question in paper}


def letters(places: tuple[int, ...]) -> list[str]:
    return ["ABCDEFGH"[place] for place in places]


def test_keys_that_stay_are_balanced_by_the_others() -> None:
    stuck = choices(10, stay=frozenset(range(4)), key=3)
    free = [Question(10 + one.number, "single_choice", 4, one.key) for one in choices(30)]

    (made,) = variants.arrange([*stuck, *free], 1, Random(3))

    assert variants.balance([*stuck, *free], made).counts == {"A": 10, "B": 10, "C": 10, "D": 10}


def test_a_chain_of_moves_balances_what_no_single_move_does() -> None:
    paper = [
        *[Question(number, "s", 4, (0,), frozenset({2, 3})) for number in range(1, 7)],
        *[Question(number, "s", 4, (1,), frozenset({0, 3})) for number in range(7, 10)],
        *[Question(number, "s", 4, (2,), frozenset({0, 1})) for number in range(10, 13)],
    ]

    for seed in range(20):
        assert set(Counter(variants.balanced_keys(paper, Random(seed)).values()).values()) == {3}


def test_four_in_a_row_are_taken_where_three_cannot_be_had() -> None:
    stay = frozenset(range(4))
    many = [Question(number, "single_choice", 4, (0,), stay) for number in range(1, 17)]
    few = [Question(number, "single_choice", 4, (1,), stay) for number in range(17, 20)]

    (made,) = variants.arrange([*many, *few], 1, Random(1))

    assert variants.balance([*many, *few], made).run == variants.LONGER_RUN


@pytest.mark.parametrize(("count", "items"), [(2, 80), (4, 40)])
def test_neighbours_share_no_letter_at_any_number_of_an_ordinary_paper(count: int, items: int) -> None:
    paper = choices(items)

    made = variants.arrange(paper, count, Random(11))

    ring = [(made[index], made[(index + 1) % count]) for index in range(count)]
    assert [variants.shared(paper, one, other) for one, other in ring] == [{"single_choice": 0}] * count


def test_answers_of_true_false_items_are_shared_as_little_as_their_number_allows() -> None:
    paper = [Question(number, "true_false", key=(int(number <= 14),)) for number in range(1, 41)]

    one, other = variants.arrange(paper, 2, Random(2))

    assert variants.shared(paper, one, other) == {"true_false": 40 - 2 * 14}


def test_the_same_seed_gives_the_same_variants_and_a_later_one_leaves_the_earlier_as_they_are() -> None:
    paper = choices(20)
    first: list[Arrangement] = variants.arrange(paper, 2, Random(5))

    assert variants.arrange(paper, 2, Random(5)) == first
    (third,) = variants.arrange(paper, 1, Random(6), held=first)
    assert variants.shared(paper, first[1], third) == {"single_choice": 0}


def test_a_letter_that_the_item_does_not_have_stays_wrong() -> None:
    placed = (Placed(2, (1, 0, 2)), Placed(1))

    assert variants.original(placed, {1: "E", 2: ["南京"]}) == {2: "E", 1: ["南京"]}
    assert variants.original(placed, {1: ["A", "C"]}) == {2: ["B", "C"]}
    assert variants.original(placed, {1: None}) == {2: None}
