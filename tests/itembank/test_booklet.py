"""The printed paper."""

import io

import pytest
from markupsafe import Markup
from pypdf import PdfReader

from kaoping.itembank.booklet import booklet_pdf, columns, inline
from kaoping.itembank.print_errors import FormulaNotDrawn, MissingGlyph, ResourceRefused
from kaoping.itembank.qr import qr_svg
from tests.itembank.paper_builders import DIGEST, OPTIONS, a_paper, a_section


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_booklet_shows_sections_marks_label_and_digest() -> None:
    pages = pages_of(booklet_pdf(a_paper()))

    words = "".join(pages)
    for said in ("职业技能等级认定理论知识试卷", "满分100分，60分及以上为合格", "四、填空题和计算题", DIGEST):
        assert said in words
    for said in ("第1题～第20题", "第21题～第48题", "第49题～第56题", "第57题～第60题", "每题1分，满分20分"):
        assert said in words
    assert all("AI 辅助命制，未经专家审定" in page and "SF-2026-04-A" in page for page in pages)
    assert "密" in pages[0]


def test_numbers_run_through_the_paper() -> None:
    words = "".join(pages_of(booklet_pdf(a_paper())))

    assert all(f"{number}．" in words for number in range(1, 61))


def test_a_paper_in_earnest_carries_neither_mark_nor_label() -> None:
    words = "".join(pages_of(booklet_pdf(a_paper(demonstration=False, provenance=""))))

    assert "示范试卷" not in words
    assert "AI 辅助" not in words


def test_brackets_for_the_answer_are_added_only_where_the_stem_has_none() -> None:
    bracketed, bare = a_section("single_choice", 1, options=OPTIONS), a_section("true_false", 1, stem=Markup("对。"))
    paper = a_paper(sections=(bracketed, bare))

    words = "".join(pages_of(booklet_pdf(paper))).replace("　", "").replace(" ", "")

    assert "代号是（）。" in words
    assert "代号是（）。（）" not in words
    assert "对。（）" in words


def test_pictures_come_from_the_paper_alone() -> None:
    drawn = a_section("single_choice", 1, stem=Markup('<p>图中<img alt="图" src="kp:figure">为</p>'), options=OPTIONS)

    assert booklet_pdf(a_paper(sections=(drawn,), resources={"figure": qr_svg("1")}))
    with pytest.raises(ResourceRefused):
        booklet_pdf(a_paper(sections=(drawn,)))


def test_a_character_that_cannot_be_printed_names_its_item() -> None:
    lacking = a_section("single_choice", 1, stem=Markup("𠮷"), options=OPTIONS)

    with pytest.raises(MissingGlyph) as refused:
        booklet_pdf(a_paper(sections=(a_section("true_false", 3), lacking)))

    assert refused.value.field == "item 4"


def test_a_title_outside_the_bold_cut_is_set_regular() -> None:
    assert "龘" in pages_of(booklet_pdf(a_paper(component="龘知识")))[0]


@pytest.mark.parametrize(
    ("widest", "expected"),
    [("GB/T", 4), ("一二三四五六", 4), ("一二三四五六七", 2), ("一" * 15, 2), ("一" * 16, 1)],
)
def test_options_stand_four_two_or_one_in_a_row(widest: str, expected: int) -> None:
    assert columns((Markup("A"), Markup.escape(widest))) == expected


def test_paragraphs_become_lines_and_blanks_become_gaps() -> None:
    assert inline(Markup("<p>甲</p>\n<p>乙____</p>\n")) == '甲<br>乙<span class="gap">　　　　</span>'


def test_mathml_is_refused_for_it_would_print_as_a_row_of_letters() -> None:
    with pytest.raises(FormulaNotDrawn):
        inline(Markup("<p><math><mfrac><mn>1</mn><mn>2</mn></mfrac></math></p>"))
