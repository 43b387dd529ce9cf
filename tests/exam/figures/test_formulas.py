"""Formulas for print."""

import pytest

from kaoping.exam.figures import formulas
from kaoping.exam.figures.formulas import FormulaUnknown


@pytest.mark.parametrize("latex", [r"\frac{14}{19} \geq 73.7\%", r"\bar{x} \pm 2\sigma", "y_g"])
def test_a_formula_is_drawn_in_outlines_alike_every_time(latex: str) -> None:
    drawn = formulas.svg(latex)

    assert drawn.startswith(b"<svg")
    assert b"<text" not in drawn
    assert formulas.svg(latex) == drawn


def test_a_formula_that_cannot_be_drawn_is_named() -> None:
    with pytest.raises(FormulaUnknown, match="unknown") as refused:
        formulas.svg(r"\unknown{x}")

    assert refused.value.facts["latex"] == r"\unknown{x}"
