"""A project table as data: whatever is drawn, a paper has its marks, its time and its weights."""

from decimal import Decimal
from typing import Any

import pytest

from kaoping.itembank.skill.table import Table, TableInvalid, read, require_consistent, shortages
from tests.builders_skill import WEIGHTS, a_table, a_unit

STOCK = {"1-1": [("T1", Decimal(40), 30)], "1-2": [("T2", Decimal(40), 30)], "2-1": [("T3", Decimal(60), 60)]}


def told(table: Table) -> list[str]:
    return [str(problem) for problem in table.problems(WEIGHTS)]


def test_a_consistent_table_has_no_problem_and_is_read_as_it_was_written() -> None:
    table = require_consistent(a_table(), WEIGHTS)

    assert read(table.plain()) == table
    assert table.task_count == 2


@pytest.mark.parametrize(
    ("units", "minutes", "sentence"),
    [
        (["A:30", "A", ""], 90, "The units of group A have different marks (1-1: 30, 1-2: 40)"),
        (["", "", ""], 120, "A drawn paper has 140 marks; every draw needs 100."),
        (["A", "A", ""], 120, "The longest draw takes 90 minutes, the table says 120"),
        (["A", "", ""], 120, "Group A draws 1 of 1 units (1-1)"),
    ],
)
def test_what_contradicts_is_told_with_its_numbers(units: list[str], minutes: int, sentence: str) -> None:
    described = []
    for code, word in zip(("1-1", "1-2", "2-1"), units, strict=True):
        group, _, marks = word.partition(":")
        changes: dict[str, Any] = {"marks": marks} if marks else {}
        described.append(a_unit(code, group=group or None, **changes))

    assert any(sentence in one for one in told(a_table(units=described, minutes=minutes)))


def test_a_function_gets_its_weight_whatever_is_drawn() -> None:
    units = [a_unit("1-1", group="A"), a_unit("1-2", group="A", function="2"), a_unit("2-1")]

    said = told(a_table(units=units))

    assert "Function 1 gets 0–40 marks; its skill weight is 40. Change its units." in said
    assert "Function 2 gets 60–100 marks; its skill weight is 60. Change its units." in said


def test_units_without_function_are_held_to_the_weights_as_limits_only() -> None:
    units = [a_unit("1-1", group="A", function=None), a_unit("1-2", group="A", function=None), a_unit("2-1")]

    assert not told(a_table(units=units))


def test_two_of_three_units_are_drawn_where_the_group_says_so() -> None:
    thirds = [a_unit("1-1", group="A", marks=20), a_unit("1-2", group="A", marks=20)]
    units = [*thirds, {**a_unit("1-1", group="A", marks=20), "code": "1-3"}, a_unit("2-1")]

    table = a_table(units=units, groups=[{"letter": "A", "take": 2}], minutes=120)

    assert not told(table)
    assert table.task_count == 3


def test_a_unit_is_short_of_tasks_that_have_its_marks_and_keep_its_time() -> None:
    stock = STOCK | {"2-1": [("T3", Decimal(60), 90), ("T4", Decimal(50), 60)]}

    found = shortages(a_table(), stock)

    (short,) = map(str, found)
    assert short.startswith(
        "Unit 2-1 单元2-1 needs 1 tasks of 60 marks and at most 60 minutes; the bank has 2, of which 0"
    )
    assert not shortages(a_table(), STOCK)


def test_an_empty_or_doubled_table_is_refused() -> None:
    with pytest.raises(TableInvalid):
        require_consistent(a_table(units=[]), WEIGHTS)
    assert told(a_table(units=[a_unit("1-1"), a_unit("1-1")]))[0] == "Two units have the code 1-1; give each its own."
