"""Taking many items in from a workbook: types, faults at their cells, likeness, all or none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from kaoping.itembank import item_import, item_workbook, workbook
from kaoping.itembank.actor import Actor
from kaoping.itembank.authoring import StandardNotPublished
from kaoping.itembank.item_import import ImportTooLong, LikenessNotLookedAt, Preview
from kaoping.itembank.items import Item, ItemState
from kaoping.itembank.models import Standard
from kaoping.itembank.ooxml import NotAnOfficeFile
from kaoping.itembank.sealed_form import ImportNotYours
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.workbook import SheetTooLarge
from tests.builders import an_actor
from tests.builders_bank import a_draft_standard, a_standard, an_item
from tests.builders_item_workbooks import ROWS, an_item_workbook


@pytest.fixture
def standard(session: Session) -> Standard:
    return a_standard(session)


@pytest.fixture
def writer(session: Session) -> Actor:
    return an_actor(session, "item_writer")


def seen(session: Session, standard: Standard, *rows: dict[str, str], by: Actor) -> Preview:
    return item_import.preview(session, standard.id, an_item_workbook(*rows), by=by)


def faults(preview: Preview) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in preview.reading.faults]


def test_every_type_becomes_a_draft_of_the_importer(session: Session, standard: Standard, writer: Actor) -> None:
    preview = seen(session, standard, by=writer)
    assert (preview.takes, preview.alike, preview.reading.total) == (True, False, 5)
    assert session.scalar(select(func.count()).select_from(Item)) == 0

    sealed = item_import.sealed(preview, by=writer)
    items = item_import.take(session, sealed, by=writer)

    assert {(item.state, item.author_id) for item in items} == {(ItemState.DRAFT, writer.id)}
    assert [item.ai_assisted for item in items] == [False, True, False, False, False]
    bodies: list[dict[str, Any]] = [item.latest.body for item in items]
    keys = [False, "A", ["A", "B"], [["2020"], ["标委会", "国家标准化管理委员会"]], "2"]
    assert [body["key"] for body in bodies] == keys
    assert (bodies[4]["tolerance"], bodies[4]["unit"]) == ("0.05", "mm")
    assert items[0].latest.source_clause == "8.5"


def test_taking_the_same_form_twice_makes_each_item_once(session: Session, standard: Standard, writer: Actor) -> None:
    sealed = item_import.sealed(seen(session, standard, by=writer), by=writer)

    first, second = (item_import.take(session, sealed, by=writer) for _ in range(2))

    assert first == second
    entries = session.scalars(select(TrailEntry.facts).where(TrailEntry.verb == "items_imported")).all()
    assert [facts["items"] for facts in entries] == [5]
    assert session.scalar(select(func.count()).select_from(Item)) == 5


@pytest.mark.parametrize(
    ("row", "change", "column"),
    [
        (0, {"point": "9-9"}, "鉴定点"),
        (0, {"point": "2-1", "level": "4"}, "等级"),
        (0, {"level": "x"}, "等级"),
        (0, {"type": "论述题"}, "题型"),
        (0, {"stem": ""}, "题干"),
        (0, {"key": "也许"}, "答案"),
        (0, {"option_B": "多余"}, "选项B"),
        (0, {"unit": "mm"}, "单位"),
        (0, {"rationale": ""}, "解析"),
        (0, {"source_standard": ""}, "依据标准"),
        (0, {"source_edition": ""}, "依据版本"),
        (0, {"source_clause": " "}, "依据条款"),
        (0, {"difficulty": "6"}, "难度"),
        (0, {"consistency": "2.5"}, "一致性"),
        (0, {"ai": ""}, "AI辅助"),
        (1, {"key": ""}, "答案"),
        (1, {"key": "AB"}, "答案"),
        (1, {"key": "H"}, "答案"),
        (1, {"option_B": ""}, "选项B"),
        (1, {"option_B": "范围"}, "选项A"),
        (3, {"key": "2020"}, "答案"),
        (4, {"key": "约二"}, "答案"),
        (4, {"tolerance": "小"}, "允许误差"),
    ],
)
def test_a_wrong_cell_is_named_once(
    session: Session, standard: Standard, writer: Actor, row: int, change: dict[str, str], column: str
) -> None:
    preview = seen(session, standard, ROWS[2], ROWS[row] | change, by=writer)

    assert faults(preview) == [(3, column)]
    assert not preview.takes


def test_rows_that_say_nearly_the_same_are_taken_by_who_looked(
    session: Session, standard: Standard, writer: Actor
) -> None:
    known = an_item(session, standard)
    like = ROWS[1] | {"stem": "下列要素中，界定标准化对象的是（　　）。"}

    preview = seen(session, standard, ROWS[0], ROWS[0] | {"key": "对"}, like, by=writer)

    assert [(twin.row, twin.earlier) for twin in preview.twins] == [(3, 2)]
    assert [(row, each.item) for row, each in preview.known] == [(4, known)]
    sealed = item_import.sealed(preview, by=writer)
    with pytest.raises(LikenessNotLookedAt):
        item_import.take(session, sealed, by=writer)
    assert len(item_import.take(session, sealed, by=writer, looked=True)) == 3


def test_what_was_checked_is_sealed_for_one_person(session: Session, standard: Standard, writer: Actor) -> None:
    sealed = item_import.sealed(seen(session, standard, by=writer), by=writer)

    for text in (sealed, sealed[:-8], "x"):
        with pytest.raises(ImportNotYours):
            item_import.take(session, text, by=an_actor(session, "item_writer"))


def test_files_that_are_none_too_long_or_empty_are_refused(
    session: Session, standard: Standard, writer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotAnOfficeFile):
        item_import.preview(session, standard.id, b"PK no workbook", by=writer)
    with pytest.raises(SheetTooLarge):
        seen(session, standard, *[ROWS[0]] * 501, by=writer)
    empty = item_import.preview(session, standard.id, item_workbook.template(), by=writer)
    assert faults(empty) == [(0, "题干")]
    other = workbook.written({"甲": [["x"]], "乙": [["y"]]})
    assert not item_import.preview(session, standard.id, other, by=writer).takes
    monkeypatch.setattr(item_import, "SEALED_MOST", 100)
    with pytest.raises(ImportTooLong):
        item_import.sealed(seen(session, standard, by=writer), by=writer)


def test_items_are_not_imported_on_a_draft(session: Session, writer: Actor) -> None:
    draft = a_draft_standard(session)

    with pytest.raises(StandardNotPublished):
        seen(session, draft, by=writer)


def test_many_items_take_as_many_statements_as_a_few(session: Session, standard: Standard, writer: Actor) -> None:
    counts: list[int] = []
    for many in (2, 40):
        rows = [ROWS[0] | {"stem": f"第 {many * 1000 + number * 37} 号要求须经批准。"} for number in range(many)]
        sealed = item_import.sealed(seen(session, standard, *rows, by=writer), by=writer)
        with counted(session) as statements:
            items = item_import.take(session, sealed, by=writer, looked=True)
        counts.append(sum("INTO citation" not in statement for statement in statements))
        assert len({item.code for item in items}) == many

    assert counts[0] == counts[1]


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Note the statements that a session sends; rows that are stored together are one."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(session.connection(), "before_cursor_execute", note)
    yield sent
    event.remove(session.connection(), "before_cursor_execute", note)
