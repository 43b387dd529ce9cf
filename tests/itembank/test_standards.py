"""Standards: taken in, published, fixed."""

import json
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import occupations, point_table, standard_document, standards
from kaoping.itembank.errors import Missing
from kaoping.itembank.items import Item, ItemState, ItemType
from kaoping.itembank.ladders import shipped
from kaoping.itembank.models import Component, Point, StandardState
from kaoping.itembank.standard_document import DocumentInvalid
from kaoping.itembank.standards import StandardPublished, StandardUnfinished
from kaoping.itembank.weight_tables import weight_table
from tests.builders import NOON, an_actor, stored
from tests.builders_bank import (
    DOCUMENT,
    SOUND,
    a_document,
    a_draft_standard,
    a_standard,
    an_approved_item,
    an_item,
    level_of,
    point_of,
)  # fmt: skip

FIVE = shipped()["five"].model_dump(mode="json")


def a_file(**changes: Any) -> bytes:
    return json.dumps(DOCUMENT | changes, ensure_ascii=False).encode()


def test_a_document_becomes_a_draft_with_its_weights_and_points(session: Session) -> None:
    standard = a_draft_standard(session)

    theory = weight_table(session, standard, Component.THEORY)
    assert standard.state is StandardState.DRAFT
    assert [level.full_name for level in standard.levels] == ["四级/中级工", "三级/高级工"]
    assert theory.cells[standard.ranges[1].id, level_of(standard).id] == 60
    assert [point.code for point in standards.points(session, standard.id)] == ["1-1", "2-1"]


def test_points_are_offered_under_their_ranges_in_the_order_of_the_standard(session: Session) -> None:
    ranges = [DOCUMENT["ranges"][0] | {"code": code, "skill": {}, "theory": {}} for code in "314265"]
    points = [DOCUMENT["points"][0] | {"range": code, "code": f"{code}-{n}"} for n in "12" for code in "654321"]
    standard = a_draft_standard(session, ranges=ranges, points=points)

    offered = standards.points_by_range(session, standard.id)

    assert [row.code for row, _ in offered] == list("314265")
    assert [point.code for point in offered[0][1]] == ["3-1", "3-2"]


def test_a_draft_of_the_same_edition_is_replaced(session: Session) -> None:
    draft = a_draft_standard(session)
    entry = occupations.Entry("试用员", "Tester", 4, code="4-08-05-09")
    draft.occupation_id = occupations.write(session, entry, by=an_actor(session), at=NOON).id
    version = draft.version

    again = a_draft_standard(session, name="试用规范（改）")

    assert (again.version, again.occupation_id) == (version + 1, None)
    assert a_draft_standard(session, occupation_code="4-08-05-09").occupation_id is not None
    again = a_draft_standard(session, name="试用规范（改）")
    assert again.id == draft.id
    assert again.name == "试用规范（改）"
    assert len(again.levels) == len(again.ranges) == 2


def test_a_published_edition_is_not_replaced(session: Session) -> None:
    a_standard(session)

    with pytest.raises(StandardPublished) as caught:
        standards.create(session, a_document(), by=an_actor(session), at=NOON)

    assert caught.value.edition == "2026"


def test_weights_that_do_not_sum_to_100_are_not_published(session: Session) -> None:
    ranges = [DOCUMENT["ranges"][0] | {"theory": {"4": "60", "3": "39.5"}}, DOCUMENT["ranges"][1]]
    draft = a_draft_standard(session, ranges=ranges)

    with pytest.raises(StandardUnfinished) as caught:
        standards.publish(session, draft.id, by=an_actor(session), at=NOON)

    assert [str(problem) for problem in caught.value.problems] == [
        "The theory weights of 三级/高级工 sum to 99.5; they should sum to 100."
    ]
    assert draft.state is StandardState.DRAFT


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"levels": [DOCUMENT["levels"][0], DOCUMENT["levels"][1] | {"name": "大师级", "title": "宗师"}]},
            "大师级/宗师",
        ),
        ({"ladder": {**FIVE, "steps": [*FIVE["steps"][:2], FIVE["steps"][2] | {"title": "宗师"}]}}, "keeps that name"),
        ({"ladder": FIVE | {"track": "professional", "certificate": False}}, "different tracks"),
        ({"occupation_code": "2-02-30-09"}, "different tracks"),
    ],
)
def test_levels_that_break_the_rules_of_their_ladder_are_not_published(
    session: Session, changes: dict[str, Any], told: str
) -> None:
    entry = occupations.Entry("标准化工程技术人员", "Standards engineer", 2, code="2-02-30-09")
    occupations.write(session, entry, by=an_actor(session), at=NOON)
    draft = a_draft_standard(session, **changes)

    with pytest.raises(StandardUnfinished) as caught:
        standards.publish(session, draft.id, by=an_actor(session), at=NOON)

    assert any(told in str(problem) for problem in caught.value.problems)


def test_the_catalogue_takes_many_occupations_without_a_code_and_codes_of_plain_figures(session: Session) -> None:
    for name in ("甲", "乙"):
        occupations.write(session, occupations.Entry(name, name, 4), by=an_actor(session), at=NOON)

    assert [one.name for one in occupations.listing(session)] == ["乙", "甲"]
    with pytest.raises(occupations.OccupationExists):
        occupations.write(session, occupations.Entry("甲", "A", 4), by=an_actor(session), at=NOON)
    with pytest.raises(occupations.OccupationCodeInvalid):
        occupations.write(session, occupations.Entry("丙", "C", 4, code="4-０8-０5-０9"), by=an_actor(session), at=NOON)


def test_a_range_without_points_is_not_published(session: Session) -> None:
    draft = a_draft_standard(session, points=DOCUMENT["points"][:1])

    with pytest.raises(StandardUnfinished) as caught:
        standards.publish(session, draft.id, by=an_actor(session), at=NOON)

    assert [problem.facts["code"] for problem in caught.value.problems] == ["2"]


def test_the_database_lets_no_item_stand_on_a_draft(session: Session) -> None:
    draft = a_draft_standard(session)
    level = level_of(draft)
    item = Item(
        organisation_id=draft.organisation_id, standard_id=draft.id, level_id=level.id, code="3-000001",
        point_id=point_of(session, draft).id, type=ItemType.SINGLE_CHOICE, state=ItemState.DRAFT,
        author_id=an_actor(session).id, created_at=NOON,
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="nothing_stands_on_a_draft"):
        stored(session, item)


def test_publishing_twice_is_harmless(session: Session) -> None:
    standard = a_standard(session)

    again = standards.publish(session, standard.id, by=an_actor(session), at=NOON)

    assert again is standard


def test_a_sound_draft_waits_for_a_person_who_did_not_write_it(session: Session) -> None:
    writer, other = an_actor(session), an_actor(session)
    standards.create(session, a_document(), by=writer, at=NOON)
    a_draft_standard(session, code="unfinished", points=DOCUMENT["points"][:1])

    assert (standards.count_ready(session, writer), standards.count_ready(session, other)) == (0, 1)


def test_the_first_standard_is_wanted_until_there_is_one(session: Session) -> None:
    wanted = standards.count_wanted(session, an_actor(session))

    a_draft_standard(session)

    assert (wanted, standards.count_wanted(session, an_actor(session))) == (1, 0)


def test_the_supply_of_a_point_counts_its_items(session: Session) -> None:
    standard = a_standard(session)
    an_item(session, standard)
    an_approved_item(session, standard=standard)

    supply = standards.supply(session, standard.id)

    assert supply[point_of(session, standard).id] == standards.Supply(items=2, approved=1)


def test_a_standard_of_nobody_is_missing(session: Session) -> None:
    with pytest.raises(Missing):
        standards.get(session, an_actor(session).id)


def test_a_sound_file_is_read() -> None:
    assert standard_document.read(a_file(contents=SOUND["contents"])) == a_document()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"levels": []}, "levels"),
        ({"name": ""}, "name"),
        ({"surprise": 1}, "surprise"),
        ({"levels": [DOCUMENT["levels"][0] | {"pass_mark": "160"}]}, "levels[1].pass_mark"),
    ],
)
def test_a_wrong_part_of_a_file_is_named_by_its_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        standard_document.read(a_file(**changes))

    assert [problem.field for problem in caught.value.problems] == [place]


def test_a_repeated_code_and_an_unknown_range_are_named() -> None:
    stray = DOCUMENT["points"][0] | {"range": "9"}

    with pytest.raises(DocumentInvalid) as caught:
        standard_document.read(a_file(points=[stray, DOCUMENT["points"][0]]))

    assert [str(problem) for problem in caught.value.problems] == [
        "points holds 1-1 more than once.",
        "Point 1-1 names range 9, which the document does not have.",
    ]


@pytest.mark.parametrize(("data", "said"), [("名称".encode("gb18030"), "UTF-8"), (b'{"code": }', "Line 1, column 10")])
def test_a_file_that_is_not_json_in_utf8_says_so(data: bytes, said: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        standard_document.read(data)

    assert said in str(caught.value.problems[0])


STRANGE = {
    "endless nesting": b"[" * 200_000,
    "an endless number": a_file(rules={"x": 0}).replace(b'"x": 0', b'"x": ' + b"9" * 6000),
    "no number": a_file(rules={"x": float("nan")}),
    "a null character": a_file(name="\0"),
    "half a character": a_file(rules={"half": [1]}).replace(b"half", b"\\ud800"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_the_database_cannot_keep_is_no_document(name: str) -> None:
    assert [problem.sentence for problem in standard_document.problems_in(STRANGE[name])] == [standard_document.STRANGE]


def test_rules_of_the_point_table_are_checked_on_the_way_in() -> None:
    problems = standard_document.problems_in(a_file(rules={"point_table": {"core_least": 500}}))

    assert [problem.field for problem in problems] == ["rules.core_least"]


def test_items_in_use_count_as_ready(session: Session) -> None:
    standard = a_standard(session)
    item = an_approved_item(session, standard=standard)
    item.state = ItemState.IN_USE
    session.flush()
    point = session.get_one(Point, item.point_id)

    assert point_table.supply_of(session, [point])[point.id] == standards.Supply(1, 1)
    assert standards.range_supply(session, standard.id)[point.range_id] == (1, standards.Supply(1, 1))
