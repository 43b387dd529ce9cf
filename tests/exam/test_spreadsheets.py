"""Tables for a spreadsheet."""

from kaoping.exam import spreadsheets


def test_no_cell_is_taken_for_a_formula_and_numbers_stay_numbers() -> None:
    text = spreadsheets.written([["=1+1", "@a", "-1.5", -2, "-x", None, "甲,乙"]])

    assert text == "'=1+1,'@a,-1.5,-2,'-x,,\"甲,乙\"\r\n"
