"""The typefaces of print."""

import pytest

from kaoping.itembank.printing import TEMPLATES
from kaoping.itembank.typefaces import BOLD, REGULAR, Outlines, characters, covers, file, missing_glyphs


def test_the_regular_face_holds_the_whole_basic_set_of_chinese_characters() -> None:
    assert set(range(0x4E00, 0x9FA6)) <= characters(REGULAR)


def test_a_missing_character_is_named_once_in_order() -> None:
    assert missing_glyphs("𠮷田𠀀𠮷\n") == [one for one in "𠮷𠀀" if ord(one) not in characters(REGULAR)]
    assert missing_glyphs("林堃喆䶮·") == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_the_bold_face_holds_every_word_of_the_templates(template: object) -> None:
    words = TEMPLATES.joinpath(str(template)).read_text(encoding="utf-8")

    assert missing_glyphs(words, weight=BOLD) == []


def test_the_bold_face_is_cut_and_says_what_it_lacks() -> None:
    assert file(BOLD).stat().st_size < 1_000_000
    assert covers("职业技能等级证书 三级/高级工 判断题")
    assert not covers("龘")


def test_an_outline_falls_back_to_regular_where_bold_lacks_a_character() -> None:
    place = {"width": 4.0, "height": 4.0}

    bold = Outlines(texts=["示范"]).draw("示", 5, 5, **place)
    regular = Outlines(texts=["示范", "龘"]).draw("示", 5, 5, **place)

    assert bold != regular
    assert bold.startswith("M")
