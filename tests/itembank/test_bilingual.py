"""Places of a body that are translated, the body in English, and where both languages differ."""

from typing import Any

from kaoping.itembank import bilingual, content

PICTURE = "3f0c9a52-6c0b-4a53-9d1c-0f6a7f5f0a11"
CASE: dict[str, Any] = {
    "type": "case", "stem": "回答下列问题。", "rationale": "见材料。", "stimulus": "某企业编写标准。",
    "parts": [
        {"marks": "2", "body": {
            "type": "single_choice", "stem": "谁批准？", "rationale": "由规定。", "key": "B",
            "options": ["甲", "乙", "丙"],
        }},
        {"marks": "3", "body": {
            "type": "essay", "stem": "说明理由。", "rationale": "由规定。",
            "rubric": [{"criterion": "完整", "marks": "3", "descriptors": ["好", "差"]}],
        }},
        {"marks": "1", "body": {
            "type": "hotspot", "stem": "指出范围。", "rationale": "由图。", "picture": PICTURE, "key": [0],
            "areas": [{"shape": "rect", "coords": [0, 0, 5, 5]}, {"shape": "rect", "coords": [6, 6, 9, 9]}],
        }},
    ],
}  # fmt: skip
MATCHING: dict[str, Any] = {
    "type": "matching", "stem": "配对。", "rationale": "按定义。", "left": ["范围", "目次"], "right": ["界定", "列出"],
    "key": {"1": "A", "2": "B"},
}  # fmt: skip


def translated(body: dict[str, Any], **changes: str) -> dict[str, str]:
    """Give a translation of every place, each with a text of its own."""
    return {
        place: f"Text {letter}" for letter, place in zip("ABCDEFGHIJKLMNOP", bilingual.places(body, {}), strict=False)
    } | {name.replace("__", "."): text for name, text in changes.items()}


def test_every_text_that_is_read_is_a_place_and_no_key_is() -> None:
    found = bilingual.places(CASE, {PICTURE: "封面"})

    assert list(found) == [
        "stimulus", "stem", "parts.0.body.stem", "parts.0.body.options.0", "parts.0.body.options.1",
        "parts.0.body.options.2", "parts.1.body.stem", "parts.1.body.rubric.0.criterion",
        "parts.1.body.rubric.0.descriptors.0", "parts.1.body.rubric.0.descriptors.1", "parts.2.body.stem",
        "parts.2.body.picture",
    ]  # fmt: skip
    assert found["parts.2.body.picture"] == "封面"
    assert set(bilingual.places(MATCHING, {})) == {"stem", "left.0", "left.1", "right.0", "right.1"}


def test_the_english_body_keeps_key_and_marks_of_the_original() -> None:
    body = content.parse(CASE).model_dump(mode="json")

    made = bilingual.english(body, translated(body))

    assert content.key_document(made)["parts"][0]["key"] == content.key_document(body)["parts"][0]["key"] == "B"
    assert [part["marks"] for part in made["parts"]] == [part["marks"] for part in body["parts"]]
    assert made["parts"][2]["body"]["picture"] == PICTURE
    assert made["parts"][0]["body"]["options"] == ["Text D", "Text E", "Text F"]
    assert body == content.parse(CASE).model_dump(mode="json")


def test_a_translation_is_whole_or_says_what_is_missing() -> None:
    whole = translated(MATCHING)

    assert not bilingual.problems(MATCHING, whole, {})
    assert [one.field for one in bilingual.problems(MATCHING, whole | {"right.1": " "}, {})] == ["right.1"]
    assert [one.field for one in bilingual.problems(MATCHING, whole | {"stem": "a <b>x</b>"}, {})] == ["stem"]
    assert [one.field for one in bilingual.problems(MATCHING, whole | {"left.0": f"![x](picture:{PICTURE})"}, {})] == [
        "left.0"
    ]


def test_a_translation_that_breaks_a_rule_of_the_type_is_told_of_the_whole() -> None:
    cloze = {
        "type": "cloze",
        "stem": "____和____。",
        "rationale": "定义。",
        "choices": ["一", "二", "三"],
        "key": ["A", "B"],
    }
    found = bilingual.problems(cloze, translated(cloze, stem="____ only"), {})
    same = bilingual.problems(MATCHING, translated(MATCHING, left__0="Same", left__1="same"), {})

    assert ["blanks" in str(one) for one in found] == [True]
    assert [one.field for one in same] == [""]


def test_what_both_languages_write_alike_is_compared() -> None:
    body = {
        "type": "numeric",
        "stem": "加载 $F=2$ 至 1 500 N，保持10min，____。",
        "rationale": "见条款。",
        "key": "1",
        "unit": "毫米",
    }
    text = "Load $F=3$ to 1,500 N 载荷 and hold for 15 min."

    found = bilingual.differences(body, {"stem": text}, {})

    told = [(one.place, one.sentence.split()[0], one.facts) for one in found]
    assert told == [
        ("stem", "Chinese", {"words": "载荷"}),
        ("stem", "The", {"original": "10", "english": "15"}),
        ("stem", "The", {}),
        ("stem", "The", {"original": 1, "english": 0}),
        ("unit", "Nothing", {}),
    ]
    assert not bilingual.differences(
        body, {"stem": "Load at $F = 2$ to 1,500 N, hold for 10 min, ____.", "unit": "mm"}, {}
    )


def test_a_blank_that_takes_chinese_answers_alone_keeps_an_item_from_english() -> None:
    body = {
        "type": "fill_in",
        "stem": "____由____批准。",
        "rationale": "条款。",
        "key": [["标准", "standard"], ["院士"]],
    }
    texts = {"stem": "A ____ is approved by ____."}

    told = [(one.field, one.facts) for one in bilingual.problems(body, texts, {})]

    assert told == [("stem", {"number": 2})]
    assert [one.facts for one in bilingual.differences(body, texts, {})] == [{"number": 2}]
    assert not bilingual.problems(body | {"key": [["标准", "standard"], ["院士", "academician"]]}, texts, {})
