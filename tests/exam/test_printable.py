"""Formulas and pictures of items on their way to the printer."""

import io
from uuid import UUID

import pytest
from pypdf import PdfReader

from kaoping.exam.figures.formula import FormulaUnknown, formula
from kaoping.exam.figures.printable import Printable
from kaoping.itembank.booklet import booklet_pdf
from kaoping.itembank.qr import qr_svg
from tests.itembank.paper_builders import OPTIONS, a_paper, a_section

PICTURE = UUID(int=7)


@pytest.mark.parametrize("latex", [r"\frac{14}{19}\geq\frac{2}{3}", r"\sum_{i=1}^{n}x_i^2", r"\sqrt{a^2+b^2}", "x"])
def test_a_formula_is_drawn_in_outlines_alike_every_time(latex: str) -> None:
    drawn = formula(latex)

    assert b"<text" not in drawn.svg
    assert drawn.svg.count(b"<path") == 1
    assert 0 <= drawn.depth < drawn.height < 4
    assert formula.__wrapped__(latex) == drawn


def test_what_hangs_below_the_line_is_deeper() -> None:
    assert formula("y_g").depth > formula("x").depth


@pytest.mark.parametrize("latex", [r"\unknowncommand", "{", "^"])
def test_latex_that_cannot_be_drawn_is_named(latex: str) -> None:
    with pytest.raises(FormulaUnknown) as refused:
        formula(latex)

    assert refused.value.latex == latex


def test_formulas_and_pictures_become_names_for_the_printer() -> None:
    printable = Printable()

    stem = printable.block(f"赞成率为 $\\frac{{14}}{{19}}$，见 ![图](picture:{PICTURE})，得____。")

    assert stem.count('src="kp:formula-') == 1
    assert f'src="kp:picture-{PICTURE}"' in stem
    assert list(printable.resources) == [stem.split('src="kp:')[1].split('"')[0]]
    assert printable.pictures == {PICTURE}
    assert "<math" not in stem


def test_a_formula_beyond_the_renderer_prints_its_source_escaped() -> None:
    printable = Printable()

    assert printable.line(r"$\unknown<b>$") == r"<code>\unknown&lt;b&gt;</code>"
    assert printable.resources == {}


def test_markup_of_authors_stays_text() -> None:
    assert "<script" not in Printable().block("<script>alert(1)</script> $x$")


def test_a_booklet_prints_formulas_and_pictures() -> None:
    printable = Printable()
    stem = printable.block(f"赞成率 $\\frac{{14}}{{19}}$ ![投票图](picture:{PICTURE})")
    section = a_section("single_choice", 2, stem=stem, options=OPTIONS)

    pdf = booklet_pdf(
        a_paper(sections=(section,), resources=printable.resources | {f"picture-{PICTURE}": qr_svg("1")})
    )

    assert "赞成率" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert len(pdf) > len(booklet_pdf(a_paper(sections=(a_section("single_choice", 2, options=OPTIONS),))))
