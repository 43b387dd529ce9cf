import numpy as np
import pytest

from kaoping.scoring.errors import BadResponses
from kaoping.scoring.responses import ResponseMatrix


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([[0, 1], [-4, 1]], "row 2, column 1 holds -4, not a category from 0 to 100, -1, -2 or -3"),
        ([[0.5, 1]], "row 1, column 1 holds 0.5, not a category from 0 to 100, -1, -2 or -3"),
        ([0, 1, 1], "it has shape (3,) and not persons by items"),
        (np.empty((0, 4)), "it has shape (0, 4) and not persons by items"),
    ],
)
def test_a_table_that_does_not_hold_categories_is_refused(answers: object, reason: str) -> None:
    with pytest.raises(BadResponses) as caught:
        ResponseMatrix(answers)  # type: ignore[arg-type]

    assert caught.value.reason == reason


def test_a_missing_value_is_not_taken_for_an_answer() -> None:
    with pytest.raises(BadResponses):
        ResponseMatrix([[1.0, np.nan]])


def test_omitted_not_reached_and_not_presented_are_three_things() -> None:
    responses = ResponseMatrix([[1, -2, -3, -1], [1, 1, 0, 0]])

    strict = ResponseMatrix(responses.codes, not_reached_as=0)
    lenient = ResponseMatrix(responses.codes, omitted_as=-1)

    assert responses.answers[0].tolist() == [1, 0, -1, -1]
    assert strict.answers[0].tolist() == [1, 0, 0, -1]
    assert lenient.answers[0].tolist() == [1, -1, -1, -1]
    assert responses.answered.tolist() == [2, 2, 1, 1]


def test_a_sparse_table_is_the_same_table() -> None:
    rng = np.random.default_rng(3)
    table = np.where(rng.random((40, 15)) < 0.2, rng.integers(0, 4, (40, 15)), -1)
    person, item = np.nonzero(table >= 0)

    sparse = ResponseMatrix.from_triples(person, item, table[person, item], shape=table.shape)
    dense = ResponseMatrix(table)

    assert sparse.sparse
    assert (sparse.answers == dense.answers).all()
    assert (sparse.categories == dense.categories).all()
    assert (sparse.counts == dense.counts).all()
    assert (sparse.answered == dense.answered).all()
    assert (sparse.take(items=np.array([3, 1])).answers == dense.answers[:, [3, 1]]).all()


@pytest.mark.parametrize(
    ("triples", "reason"),
    [
        (([0, 0], [1, 1], [0, 1]), "a person has two answers to one item"),
        (([0, 1], [1, 1], [0, 0.5]), "answer 2 is 0.5, not a category from 0 to 100"),
        (([0, -1], [1, 1], [0, 1]), "a row or column lies outside 1 persons by 2 items"),
        (([0], [1, 1], [0, 1]), "persons, items and answers are not three lists of one length"),
    ],
)
def test_answers_that_do_not_make_a_table_are_refused(triples: tuple[list[float], ...], reason: str) -> None:
    with pytest.raises(BadResponses) as caught:
        ResponseMatrix.from_triples(*triples)

    assert caught.value.reason == reason


def test_weights_groups_and_categories_have_to_fit() -> None:
    for wrong in ({"weights": [1.0, 0.0]}, {"groups": ["A"]}, {"categories": [2, 1]}, {"persons": ["P", "P"]}):
        with pytest.raises(BadResponses):
            ResponseMatrix([[1, 0], [0, 1]], **wrong)


def test_a_part_of_a_table_keeps_what_belongs_to_it() -> None:
    responses = ResponseMatrix([[1, 0], [0, 2], [1, 1]], weights=[1.0, 2.0, 3.0], groups=["B", "A", "B"])

    part = responses.take(persons=np.array([False, True, True]))

    assert part.weights.tolist() == [2.0, 3.0]
    assert part.group_names == ("A", "B")
    assert part.categories.tolist() == [2, 3]


def test_two_items_of_one_name_are_refused() -> None:
    with pytest.raises(BadResponses) as caught:
        ResponseMatrix([[1, 0]], items=("A", "A"))

    assert caught.value.reason == "two columns are called A"


def test_the_table_cannot_change_after_it_was_checked() -> None:
    source = np.array([[1, 0]])
    responses = ResponseMatrix(source)

    source[0, 0] = 0

    assert responses.answers[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        responses.answers[0, 0] = 0
