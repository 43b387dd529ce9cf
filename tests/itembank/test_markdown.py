"""Markdown of items: what is shown, and what never gets through."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.itembank import markdown

PICTURE = UUID("12345678-1234-5678-1234-123456789abc")


def test_emphasis_a_table_and_a_list_are_shown() -> None:
    shown = markdown.html("**不**\n\n| 量 | 单位 |\n|---|---|\n| 长度 | m |\n\n- 甲")

    assert "<strong>不</strong>" in shown
    assert "<td>长度</td>" in shown
    assert "<li>甲</li>" in shown


def test_a_formula_becomes_mathml() -> None:
    shown = markdown.line("密度 $\\rho=\\frac{m}{V}$")

    assert "<math" in shown
    assert "<mfrac>" in shown


def test_a_smaller_sign_in_a_formula_is_no_html() -> None:
    assert not markdown.problems("若 $a<b$ 且 $c>d$", "stem")


def test_a_formula_of_endless_braces_is_told_as_unreadable() -> None:
    text = f"${'{' * 3000}x{'}' * 3000}$"

    assert markdown.problems(text, "stem")
    assert "<math" not in markdown.html(text)


def test_blanks_are_marked_even_alone_on_a_line() -> None:
    assert markdown.html("____").count("k-blank") == 1


def test_a_picture_of_the_item_is_shown_where_the_reader_may_see_it() -> None:
    shown = markdown.html(f"![电路图](picture:{PICTURE})", pictures=lambda picture: f"/exam/pictures/{picture}")

    assert f'src="/exam/pictures/{PICTURE}"' in shown
    assert 'alt="电路图"' in shown
    assert markdown.picture_ids(f"看 ![图](picture:{PICTURE})") == {PICTURE}


def test_a_picture_from_elsewhere_is_refused_and_not_shown() -> None:
    text = "![图](https://example.org/x.png)"

    assert [problem.facts["source"] for problem in markdown.problems(text, "stem")] == ["https://example.org/x.png"]
    assert "<img" not in markdown.html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "甲<b onclick='x()'>乙</b>",
        "<!-- 藏 -->",
        "<svg onload=x>",
    ],
)
def test_html_is_refused_and_shown_as_text(text: str) -> None:
    assert markdown.problems(text, "stem")
    assert "&lt;" in markdown.html(text)


@pytest.mark.parametrize("text", ["$\\text{<script>alert(1)</script>}$", "[点](javascript:alert(1))", "<javascript:x>"])
def test_nothing_runs_by_way_of_formulas_or_links(text: str) -> None:
    shown = markdown.html(text)

    assert "<script" not in shown
    assert "<a" not in shown


@pytest.mark.parametrize("formula", ["\\frac{1}{", "\\left( x", "\\sqrt{"])
def test_a_formula_that_cannot_be_read_is_named(formula: str) -> None:
    assert [problem.facts["formula"] for problem in markdown.problems(f"求${formula}$", "stem")] == [formula]


@given(st.text(alphabet=st.sampled_from("<>/\"'=$\\_{}[]()!*|`&;: \nabonscriptx甲"), max_size=60))
def test_whatever_is_written_no_element_that_runs_or_loads_gets_through(text: str) -> None:
    shown = markdown.html(text).lower()

    for element in ("<script", "<iframe", "<a ", "<svg", "<style", "<object", "<form", "<img"):
        assert element not in shown


def test_subscripts_and_superscripts_are_shown() -> None:
    assert markdown.line("H~2~O 的面积为 3 m^2^") == "H<sub>2</sub>O 的面积为 3 m<sup>2</sup>"


@pytest.mark.parametrize("text", ["10~20~30", "1~2级，3~4级", "x ^2^", "~2~", "a~<b>~"])
def test_a_range_is_no_subscript(text: str) -> None:
    assert "<su" not in markdown.line(text)
