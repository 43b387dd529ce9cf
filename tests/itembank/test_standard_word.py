"""Weight and point tables of Word documents, taken into a draft."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import standard_word, standards
from kaoping.itembank.errors import Invalid
from kaoping.itembank.models import CodeStyle, Component, Standard
from kaoping.itembank.ooxml import NotAnOfficeFile, OfficeFileSuspicious, OfficeFileTooLarge
from kaoping.itembank.sealed_form import ImportNotYours
from kaoping.itembank.standard_document import SubrangePart
from kaoping.itembank.standard_word import DraftMoved, NothingRecognised, WordReading
from kaoping.itembank.weight_tables import weight_table
from tests.builders import NOON, an_actor
from tests.builders_bank import DOCUMENT, a_draft_standard, level_of
from tests.builders_workbooks import ENTITIES, a_word_file, a_workbook, paragraph, with_part, word_table

WEIGHTS = [
    ["项目|", "<", "四级/中级工（%）", "三级/高级工（%）"],
    ["相关知识要求|", "信息", "55", "45"],
    ["^", "编 写", "45", "55%"],
    ["合计", "<", "100", "100"],
]
POINTS = [
    ["鉴定范围", "<", "<", "鉴定点", "<", "重要程度|"],
    ["代码", "名称", "鉴定比重", "代码", "名称", "^"],
    ["1|", "信息|", "60|", "7", "编号判读", "X"],
    ["^", "^", "^", "8", "状态判别", "Y"],
]


def read(session: Session, standard: Standard, *blocks: str) -> WordReading:
    return standard_word.preview(session, standard, a_word_file("".join(blocks)), level=level_of(standard, 4))


def test_weights_and_points_are_taken_from_merged_cells(session: Session) -> None:
    standard, by = a_draft_standard(session), an_actor(session)

    reading = read(session, standard, paragraph("4.1 理论知识权重表"), word_table(WEIGHTS), word_table(POINTS))
    assert not reading.faults
    standard_word.take(session, standard.id, standard_word.sealed(reading, standard, by=by), by=by, at=NOON)

    theory, skill = (weight_table(session, standard, component) for component in (Component.THEORY, Component.SKILL))
    assert [theory.cells[row.id, level_of(standard).id] for row in standard.ranges] == [45, 55]
    assert skill.total(level_of(standard).id) == 100
    added = [point for point in standards.points(session, standard.id) if point.code in {"1-7", "1-8"}]
    assert [(point.name, point.importance, point.lowest_level) for point in added] == [
        ("编号判读", "X", 4), ("状态判别", "Y", 4),
    ]  # fmt: skip


def test_a_caption_of_skills_makes_skill_weights(session: Session) -> None:
    standard = a_draft_standard(session)

    reading = read(session, standard, paragraph("4.2 技能要求权重表"), word_table(WEIGHTS))

    assert {cell.component for cell in reading.cells} == {Component.SKILL}
    assert sum(cell.percent for cell in reading.cells) == Decimal(200)


def test_codes_in_letters_are_put_together_from_the_tiers(session: Session) -> None:
    ranges = [DOCUMENT["ranges"][0] | {"code": "B"}, DOCUMENT["ranges"][1] | {"code": "C"}]
    tier = SubrangePart(code="B-A", name="检索", name_en="Search").model_dump()
    standard = a_draft_standard(session, code_style=CodeStyle.LETTERS, ranges=ranges, subranges=[tier], points=[])
    titles = ["代码", "名称", "代码", "名称", "代码", "鉴定点", "重要程度"]
    table = [titles, ["B", "信息", "A", "检索", "1", "编号", "X"], ["B", "信息", "A", "检索", "B-A-002", "状态", "X"]]

    assert [point.code for point in read(session, standard, word_table(table)).points] == ["B-A-001", "B-A-002"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["9", "别的", "60", "1", "编号", "X"], "There is no range 9"),
        (["1", "信息", "60", "1", "编号", "X"], "There is a point 1-1 already"),
        (["1", "信息", "60", "x", "编号", "X"], "is not of the form"),
        (["1", "信息", "60", "5", "编号", "高"], "Write X, Y or Z."),
        (["1", "信息", "60", "5", "", "X"], "at most 300"),
    ],
)
def test_a_wrong_point_is_named_by_its_row(session: Session, row: list[str], told: str) -> None:
    reading = read(session, a_draft_standard(session), word_table([*POINTS[:2], row]))

    assert [(fault.row, told in str(fault)) for fault in reading.faults] == [(3, True)]


def test_an_unknown_range_and_a_wrong_weight_are_named_by_row_and_level(session: Session) -> None:
    rows = [WEIGHTS[0], ["相关知识要求", "别的", "55", "45"], ["", "信息", "很多", "45"]]

    faults = read(session, a_draft_standard(session), paragraph("理论知识权重表"), word_table(rows)).faults

    assert [(fault.row, fault.column) for fault in faults] == [(2, ""), (3, "四级/中级工")]


def test_what_was_checked_is_not_stored_over_a_changed_draft_or_by_another_person(session: Session) -> None:
    standard, by = a_draft_standard(session), an_actor(session)
    sealed = standard_word.sealed(read(session, standard, word_table(POINTS)), standard, by=by)

    with pytest.raises(ImportNotYours):
        standard_word.take(session, standard.id, sealed, by=an_actor(session), at=NOON)
    standards.draft(session, standard.id, after=standard.version, by=by, at=NOON)
    with pytest.raises(DraftMoved):
        standard_word.take(session, standard.id, sealed, by=by, at=NOON)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (a_word_file(paragraph("没有表")), NothingRecognised),
        (a_word_file(word_table([["甲", "乙"], ["1", "2"]])), NothingRecognised),
        (a_workbook(), NotAnOfficeFile),
        (b"%PDF-1.7", NotAnOfficeFile),
        (a_word_file(word_table([["甲", "<"]]).replace('"2"', '"²"')), NothingRecognised),
        (
            a_word_file(word_table([["长" * 5000, *"<" * 59], *[["^", *"<" * 59]] * 40]).replace("长|", "长")),
            OfficeFileTooLarge,
        ),
        (with_part(a_word_file(""), "word/document.xml", ENTITIES), OfficeFileSuspicious),
    ],
)
def test_a_document_without_known_tables_or_with_tricks_is_refused(
    session: Session, data: bytes, kind: type[Invalid]
) -> None:
    standard = a_draft_standard(session)

    with pytest.raises(kind):
        standard_word.preview(session, standard, data, level=level_of(standard))
