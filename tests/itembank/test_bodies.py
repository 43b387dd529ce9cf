"""Bodies of every type: sound ones are read and come back, others are refused with the place and the mend."""

import json
from typing import Any

import pytest

from kaoping.itembank import content
from kaoping.itembank.bodies.hotspots import Area
from kaoping.itembank.items import ItemType
from tests.builders_bodies import BODIES, RATIONALE, SECRET

#: Fields that are key, at any depth of a presentation.
KEY_FIELDS = {
    "key", "rationale", "rubric", "tolerance", "relative", "factor", "normalise", "model", "points", "criterion",
    "descriptors",
}  # fmt: skip

BAD: list[tuple[str, dict[str, Any], list[str]]] = [
    ("numeric", {"relative": "1.5"}, ["relative"]),
    ("numeric", {"units": [{"unit": "ｍｍ", "factor": "1"}]}, ["units"]),
    ("numeric", {"units": [{"unit": "cm", "factor": "0"}]}, ["units"]),
    ("numeric", {"units": [{"unit": "cm", "factor": "x"}]}, ["units"]),
    ("numeric", {"unit": ""}, ["unit"]),
    ("matching", {"key": {"1": "C", "2": "B"}}, ["key"]),
    ("matching", {"key": {"1": "C", "2": "C", "3": "A"}}, ["key"]),
    ("matching", {"key": {"1": "C", "2": "Z", "3": "A"}}, ["key"]),
    ("matching", {"left": ["GB", "ＧＢ", "DB"]}, ["left"]),
    ("matching", {"right": ["甲"]}, ["right", "key", "key"]),
    ("ordering", {"key": ["D", "B", "C", "C"]}, ["key"]),
    ("ordering", {"key": ["A", "B", "C", "D"]}, ["entries"]),
    ("ordering", {"entries": ["批准", "起草", " "]}, ["entries"]),
    ("cloze", {"key": ["B", "C"]}, ["key"]),
    ("cloze", {"key": ["B", "B", "A"]}, ["key"]),
    ("cloze", {"stem": "没有空"}, ["stem", "key"]),
    ("hotspot", {"key": [0, 1, 2], "most_choices": 3}, ["key"]),
    ("hotspot", {"key": []}, ["key"]),
    ("hotspot", {"key": [9]}, ["key"]),
    ("hotspot", {"most_choices": 1}, ["most_choices"]),
    ("hotspot", {"picture": None}, ["picture"]),
    ("hotspot", {"picture": "../../etc"}, ["picture"]),
    ("hotspot", {"areas": [{"shape": "rect", "coords": [9, 9, 1, 1]}] * 2, "key": [0], "most_choices": 1},
     ["areas", "areas"]),
    ("hotspot", {"areas": [{"shape": "polygon", "coords": [0, 0, 5, 5, 9, 9]},
                           {"shape": "circle", "coords": [1, 1, 0]}], "key": [0]}, ["areas", "areas"]),
    ("short_answer", {"key": {"model": "x", "points": []}}, ["points"]),
    ("short_answer", {"key": {"model": "x", "points": [{"text": "x", "marks": "-1"}]}}, ["key"]),
    ("essay", {"rubric": []}, ["rubric"]),
    ("essay", {"words": {"least": 900, "most": 800}}, ["words"]),
    ("file_upload", {"accept": ["text/html"]}, ["accept"]),
    ("file_upload", {"accept": []}, ["accept"]),
    ("case", {"stimulus": " "}, ["stimulus"]),
    ("case", {"parts": []}, ["parts"]),
    ("case", {"parts": [{"marks": "0", "body": BODIES["fill_in"]}]}, ["parts"]),
    ("case", {"parts": [{"marks": "1", "body": BODIES["fill_in"] | {"key": [["x"]]}}]}, ["part-1-key"]),
    ("case", {"parts": [{"marks": "1", "body": BODIES["case"]}]}, ["part-1-type"]),
    ("case", {"parts": ["x"]}, ["part-1-type"]),
]  # fmt: skip


def test_every_type_has_a_body() -> None:
    assert set(BODIES) == {kind.value for kind in ItemType}
    assert {kind for kind, body in BODIES.items() if not content.parse(body).by_machine} == {
        "short_answer", "essay", "file_upload"
    }  # fmt: skip


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_comes_back_from_json_as_it_was(kind: str) -> None:
    stored = content.parse(BODIES[kind]).model_dump(mode="json")

    assert content.parse(json.loads(json.dumps(stored))) == content.parse(BODIES[kind])
    assert stored["version"] == 1


@pytest.mark.parametrize("kind", BODIES)
def test_nothing_of_the_key_is_in_the_presentation(kind: str) -> None:
    shown, key = content.presentation(BODIES[kind]), content.key_document(BODIES[kind])

    assert not KEY_FIELDS & set(_names(shown))
    assert SECRET not in json.dumps(shown, ensure_ascii=False)
    assert shown["stem"] == BODIES[kind]["stem"]
    assert key["rationale"] == RATIONALE
    assert key["type"] == shown["type"] == kind


def _names(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [*part, *(name for value in part.values() for name in _names(value))]
    return [name for value in part for name in _names(value)] if isinstance(part, list) else []


@pytest.mark.parametrize(("kind", "changes", "fields"), BAD)
def test_what_breaks_a_rule_is_named(kind: str, changes: dict[str, Any], fields: list[str]) -> None:
    problems = content.problems_in(BODIES[kind] | changes)

    assert [problem.field for problem in problems] == fields
    assert all(str(problem) for problem in problems)


@pytest.mark.parametrize("kind", BODIES)
def test_a_part_that_the_type_does_not_know_is_refused(kind: str) -> None:
    assert content.problems_in(BODIES[kind] | {"answer": "x"})


def test_a_draft_on_a_picture_may_wait_for_its_picture() -> None:
    assert content.problems_in({"type": "hotspot", "stem": "指出阀门。", "rationale": "见图。"}) == []


@pytest.mark.parametrize(
    ("area", "inside", "outside"),
    [
        ({"shape": "rect", "coords": [10, 10, 20, 20]}, [(10, 10), (20, 20), (15, 12)], [(9, 15), (15, 21)]),
        ({"shape": "circle", "coords": [10, 10, 5]}, [(10, 5), (13, 14)], [(14, 14), (10, 16)]),
        ({"shape": "polygon", "coords": [0, 0, 10, 0, 10, 10, 5, 4, 0, 10]}, [(5, 2), (2, 5), (8, 5)],
         [(5, 7), (11, 5), (5, 20)]),
        ({"shape": "polygon", "coords": [0, 10, 5, 4, 10, 10, 10, 0, 0, 0]}, [(5, 2), (2, 5)], [(5, 7), (11, 5)]),
    ],
)  # fmt: skip
def test_a_point_lies_in_an_area_or_beside_it(
    area: dict[str, Any], inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> None:
    drawn = Area.model_validate(area)

    assert [drawn.holds(x, y) for x, y in inside] == [True] * len(inside)
    assert [drawn.holds(x, y) for x, y in outside] == [False] * len(outside)


def test_a_candidate_reads_every_side_and_every_part() -> None:
    assert content.texts(BODIES["matching"])[:2] == ["将代号与含义对应。", "GB"]
    assert content.texts(BODIES["case"])[0] == "某企业拟制定企业标准。"
    assert content.reading_length(BODIES["case"]) > content.reading_length(BODIES["multiple_choice"])
