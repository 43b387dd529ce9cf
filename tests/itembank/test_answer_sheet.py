"""The answer sheet."""

import io
from itertools import pairwise

import pypdfium2
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from kaoping.itembank.answer_sheet import Block, Line, answer_sheet_pdf, lay_out
from tests.itembank.paper_builders import a_paper, a_section, sections

COUNTS = st.integers(1, 200)


def numbers_of(placed: list[object]) -> list[int]:
    found: list[int] = []
    for one in placed:
        if isinstance(one, Block):
            found += one.numbers
        elif isinstance(one, Line):
            found.append(int(one.number))
    return found


@settings(deadline=None)
@given(COUNTS, COUNTS, COUNTS, st.integers(1, 40))
def test_every_number_has_its_place_once_and_in_order(
    true_false: int, single: int, multiple: int, written: int
) -> None:
    paper = a_paper(sections=sections(true_false, single, multiple, written))

    placed = [one for page in lay_out(paper) for one in page.placed]

    assert numbers_of(list(placed)) == list(range(1, true_false + single + multiple + written + 1))


@settings(deadline=None)
@given(COUNTS, COUNTS, COUNTS, st.integers(1, 40))
def test_nothing_lies_outside_the_page_or_on_its_neighbour(
    true_false: int, single: int, multiple: int, written: int
) -> None:
    for page in lay_out(a_paper(sections=sections(true_false, single, multiple, written))):
        blocks = [one for one in page.placed if isinstance(one, Block)]
        assert all(block.left >= 20 and block.left + block.width <= 190.01 for block in blocks)
        assert all(one.top <= page.bottom for one in page.placed)
        for one, other in pairwise(blocks):
            assert other.top > one.top or other.left >= one.left + one.width


def test_the_demonstration_paper_takes_one_page_with_lines_to_write_on() -> None:
    pdf = answer_sheet_pdf(a_paper(), sheet="SF04-000417")

    reader = PdfReader(io.BytesIO(pdf))
    words = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    for said in ("理论知识答题卡", "一、判断题（1～20）", "四、填空题和计算题（57～60）", "卡号 SF04-000417"):
        assert said in words


def test_a_long_paper_goes_on_overleaf_under_its_repeated_title() -> None:
    paper = a_paper(sections=(a_section("written", 60, blanks=2),))

    pages = PdfReader(io.BytesIO(answer_sheet_pdf(paper))).pages

    assert len(pages) > 1
    assert "（1～60）续" in pages[1].extract_text()


def test_the_code_on_the_sheet_names_paper_and_card() -> None:
    pdf = answer_sheet_pdf(a_paper(), sheet="SF04-000417")

    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()

    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["SF-2026-04-A SF04-000417"]


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert answer_sheet_pdf(a_paper()) == answer_sheet_pdf(a_paper())
