"""Hints on the craft of items: each rule hits what it is for, and lets a sound item pass."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import craft, key_balance
from tests.builders import an_actor
from tests.builders_bank import SINGLE, a_standard, an_item

SOUND: dict[str, Any] = SINGLE | {
    "stem": "GB/T 1.1—2020 中，界定标准化对象和所覆盖各个方面的要素是（　　）。",
    "rationale": "“范围”界定标准化对象，前言不界定。",
}
TRUE_FALSE: dict[str, Any] = {
    "type": "true_false",
    "stem": "标准一定要每年复审。",
    "key": False,
    "rationale": "复审周期一般不超过五年。",
}

HITS: list[tuple[str, dict[str, Any], str]] = [
    ("longer", SOUND | {"options": ["界定标准化对象的那个要素", "前言", "目次", "索引"]}, "The key is longer"),
    ("catch-all", SOUND | {"options": ["范围", "前言", "目次", "以上都对"]}, "“all” or “none"),
    ("absolute", SOUND | {"options": ["范围", "任何前言", "目次", "索引"]}, "“任何” in a distractor"),
    ("overlap", SOUND | {"options": ["范围、前言", "范围、前言、目次", "目次", "索引"]}, "A and B overlap"),
    ("order", SOUND | {"options": ["3年", "5年", "1年", "7年"]}, "numbers out of order"),
    ("article", SOUND | {"stem": "The scope is an ____.", "options": ["element", "table", "item", "idea"]}, "article"),
    ("several", SOUND | {"stem": "界定标准化对象的有哪些？"}, "asks for several"),
    ("endings", SOUND | {"options": ["范围。", "前言", "目次", "索引"]}, "another sign"),
    ("repeated", SOUND | {"options": ["规范性要素范围", "规范性要素前言", "规范性要素目次"]}, "“规范性要素”"),
    ("echo", SOUND | {"options": ["标准化对象的要素", "各章前的前言", "目次", "索引"]}, "“标准化对象”"),
    ("negative", SOUND | {"stem": "下列不属于必备要素的是（　　）。"}, "(不属于必备要素的是) without emphasis"),
    ("negative in English", SOUND | {"stem": "Which is not an element?"}, "(not) without emphasis"),
    ("double negation", SOUND | {"stem": "下列不属于不应写入范围的是（　　）。"}, "negate twice"),
    ("blank first", SOUND | {"stem": "____界定标准化对象。"}, "begins with a blank"),
    ("absolute statement", TRUE_FALSE, "“一定” tells"),
    ("reason", SOUND | {"rationale": "见标准。"}, "rationale is short"),
    ("reading", SOUND | {"stem": "某企业按标准编制文件，" * 20}, "words to read; at level 3"),
]  # fmt: skip


def said(body: dict[str, Any], **further: Any) -> list[str]:
    return [hint.sentence % hint.facts for hint in craft.hints(body, **further) if not hint.kept]


@pytest.mark.parametrize(("body", "sentence"), [pytest.param(body, told, id=name) for name, body, told in HITS])
def test_a_flaw_is_named(body: dict[str, Any], sentence: str) -> None:
    assert any(sentence in one for one in said(body, digit=3))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"stem": "下列**不属于**必备要素的是（　　）。"},
        {"options": ["1年", "3年", "5年", "7年"]},
        {"options": ["GB/T 1.1", "GB/T 1.1—2020", "GB/T 20001", "GB/T 20002"]},
        {"options": ["任何范围", "前言", "目次", "索引"]},
    ],
)
def test_a_sound_item_is_left_in_peace(changes: dict[str, Any]) -> None:
    assert said(SOUND | changes, digit=3, edition="2020") == []


def test_a_true_statement_may_be_absolute() -> None:
    assert said(TRUE_FALSE | {"key": True}) == []


def test_a_source_without_an_edition_is_named() -> None:
    assert "edition of the source is missing" in said(SOUND, edition=" ")[0]


def test_rules_of_level_and_source_wait_until_both_are_known() -> None:
    assert len(craft.hints(SOUND, digit=3)) == len(craft.hints(SOUND)) + 1


def test_hints_stand_an_item_that_is_hardly_begun() -> None:
    assert craft.hints({"type": "single_choice", "stem": "", "options": ["", ""], "key": None, "rationale": ""})


def test_a_letter_that_is_the_key_too_often_stands_out() -> None:
    balance = key_balance.balanced([{"key": "C", "options": ["", "", "", ""]}] * 10 + [SINGLE] * 10)

    assert balance
    assert [(place.letter, place.count) for place in balance.places] == [("A", 10), ("B", 0), ("C", 10), ("D", 0)]
    assert [place.letter for place in balance.places if place.stands_out] == ["A", "B", "C", "D"]


def test_the_keys_of_a_writer_or_a_level_are_read_from_the_bank(session: Session) -> None:
    writer, standard = an_actor(session, "item_writer"), a_standard(session)
    for _ in range(12):
        an_item(session, standard, by=writer)

    of_writer, of_level = key_balance.of(session, author_id=writer.id), key_balance.of(session, digit=3)

    assert of_writer == of_level
    assert of_writer
    assert [place.count for place in of_writer.places] == [12, 0, 0, 0]
    assert key_balance.of(session, digit=4) is None


def test_even_keys_and_few_items_tell_nothing() -> None:
    even = key_balance.balanced({"key": letter, "options": ["", "", "", ""]} for letter in "ABCD" * 5)

    assert even
    assert not any(place.stands_out for place in even.places)
    assert key_balance.balanced([SINGLE] * 11) is None
