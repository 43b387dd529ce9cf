import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kaoping.scoring.errors import BadResponses
from kaoping.scoring.responses import ResponseMatrix, arrange


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([[0, 1], [2, 1]], "row 2, column 1 holds 2, not 1, 0 or -1"),
        ([[0.5, 1]], "row 1, column 1 holds 0.5, not 1, 0 or -1"),
        ([0, 1, 1], "it has shape (3,) and not persons by items"),
        (np.empty((0, 4)), "it has shape (0, 4) and not persons by items"),
    ],
)
def test_a_table_that_is_not_right_wrong_or_not_presented_is_refused(answers: object, reason: str) -> None:
    with pytest.raises(BadResponses) as caught:
        ResponseMatrix(answers)  # type: ignore[arg-type]

    assert caught.value.reason == reason


def test_a_missing_value_is_not_taken_for_an_answer() -> None:
    with pytest.raises(BadResponses):
        ResponseMatrix([[1.0, np.nan]])


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


@given(arrays.arrays(np.int8, st.tuples(st.integers(1, 12), st.integers(1, 20)), elements=st.integers(-1, 1)))
def test_arranging_keeps_every_answer_of_every_person(answers: np.ndarray) -> None:
    patterns = arrange(ResponseMatrix(answers))

    shown = patterns.presented[patterns.group] > 0
    rebuilt = np.where(shown, patterns.right, -1)[patterns.order]
    assert (rebuilt == answers).all()
    assert patterns.counts.sum() == len(answers)
    assert (np.diff(patterns.group) >= 0).all()
