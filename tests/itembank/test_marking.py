"""Marking: all or nothing, exact, and tolerant only of how an answer is written."""

from decimal import Decimal
from typing import Any

import pytest

from kaoping.itembank.content import FillIn, MultipleChoice, Numeric, SingleChoice, TrueFalse
from kaoping.itembank.marking import Body, acceptable, answered, correct, mark, number

SINGLE = SingleChoice(stem="?", rationale="!", options=["a", "b", "c"], key="B")
MULTIPLE = MultipleChoice(stem="?", rationale="!", options=["a", "b", "c", "d"], key=["A", "C"])
TRUE = TrueFalse(stem="?", rationale="!", key=True)
BLANKS = FillIn(stem="____ and ____", rationale="!", key=[["范围", "第1章"], ["P成员"]])
NUMBER = Numeric(stem="?", rationale="!", key="73.7", tolerance="0.05", unit="%")


@pytest.mark.parametrize(
    ("body", "response", "right"),
    [
        (SINGLE, "B", True), (SINGLE, "A", False), (SINGLE, None, False),
        (TRUE, True, True), (TRUE, False, False), (TRUE, "true", False), (TRUE, 1, False),
        (MULTIPLE, ["C", "A"], True), (MULTIPLE, ["A"], False), (MULTIPLE, ["A", "B", "C"], False),
        (MULTIPLE, [], False),
        (MULTIPLE, ["A", "A", "C"], False),
        (NUMBER, "1e9999999", False), (NUMBER, "-1e9999999", False), (NUMBER, "1e-9999999", False),
        (BLANKS, ["范围", "p成员"], True), (BLANKS, [" 第１章 ", "Ｐ成员"], True),
        (BLANKS, ["范围", ""], False), (BLANKS, ["范围"], False),
        (NUMBER, "73.7", True), (NUMBER, "73.68", True), (NUMBER, "73.64", False), (NUMBER, "７３．７％", True),
        (NUMBER, "nan", False), (NUMBER, "infinity", False), (NUMBER, "many", False),
    ],
)  # fmt: skip
def test_a_response_is_right_or_wrong(body: Body, response: Any, *, right: bool) -> None:
    assert correct(body, response) is right


def test_marks_are_all_or_nothing_and_exact() -> None:
    assert mark(MULTIPLE, ["A", "C"], marks=Decimal("0.5")).given == Decimal("0.5")
    assert mark(MULTIPLE, ["A"], marks=Decimal("0.5")).given == 0


NUMBERS = ("73.7", "７３．７％", " -1，234.5 ", "+.5", "5.", "1e3", "1,000", "٣", "68.7%")
NO_NUMBERS = (
    "国务院", "", "-", "1/2", "nan", "Infinity", "七", "12 kg", "1.2.3", "%", "1,5", "1_000",
)  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_read_however_it_is_typed(text: str) -> None:
    assert number(text, unit="%") is not None


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_told_as_none(text: str) -> None:
    assert number(text, unit="%") is None


def test_an_unanswered_item_is_told_from_a_false_answer() -> None:
    assert answered(response=False)
    assert not answered(None)
    assert not answered(["", " "])


@pytest.mark.parametrize(
    ("body", "response"),
    [(SINGLE, "D"), (SINGLE, "AB"), (SINGLE, ["A"]), (TRUE, "A"), (MULTIPLE, ["A", "A"]), (MULTIPLE, "A"),
     (BLANKS, ["x"]), (NUMBER, 5)],
)  # fmt: skip
def test_a_response_of_another_form_is_not_acceptable(body: Body, response: Any) -> None:
    assert not acceptable(body, response)


@pytest.mark.parametrize(
    ("body", "response"),
    [(SINGLE, "C"), (SINGLE, None), (TRUE, False), (MULTIPLE, []), (BLANKS, ["x", ""]), (NUMBER, "x")],
)
def test_a_wrong_response_of_the_right_form_is_acceptable(body: Body, response: Any) -> None:
    assert acceptable(body, response)
