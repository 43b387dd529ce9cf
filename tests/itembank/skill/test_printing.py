"""Prints of a sealed skill paper: notices, task sheets, score sheets; nominal values stand on the assessors' alone."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank.sealing import NotSealed
from kaoping.itembank.skill import papers, printing
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_skill import a_project_table, a_sealed_paper, a_skill_level

NOMINAL = "标称长度50mm"


def words_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_candidates_learn_the_conditions_and_the_venue_also_the_materials(session: Session) -> None:
    paper, by = a_sealed_paper(session), an_actor(session)

    candidate, venue = (
        words_of(printing.print_paper(session, paper.id, kind, by=by, at=NOON)) for kind in ("notice", "preparation")
    )

    for said in ("操作技能考核通知单（考生）", "满分100分，60分及以上为合格", "独立工位。", paper.code):
        assert said in candidate
    assert "操作技能考核准备通知单（考场）" in venue
    assert "毛坯一件" in venue
    assert not [told for told in ("毛坯一件", "按图样加工", "任务S3") if told in candidate]


def test_a_task_sheet_has_the_four_sections_and_no_key(session: Session) -> None:
    said = words_of(printing.print_paper(session, a_sealed_paper(session).id, "tasks", by=an_actor(session), at=NOON))

    for section in ("一、场地设备要求", "二、工作任务", "三、技能要求", "四、质量指标", "60分钟，60分"):
        assert section in said
    assert NOMINAL not in said


def test_nominal_values_stand_on_the_assessors_sheets_alone_and_their_print_is_an_entry_of_its_own(
    session: Session,
) -> None:
    paper, by = a_sealed_paper(session), an_actor(session)

    bare = words_of(printing.print_paper(session, paper.id, "sheets", by=by, at=NOON))
    key = words_of(printing.print_key(session, paper.id, purpose="考评第一场", viewer="林知行", by=by, at=NOON))

    for said in ("评分细则", "规定或标称值", "结果或实际值", "评价分", "否定项", "伪造数据", "考评员3", "考评组长"):
        assert said in bare
        assert said in key
    assert NOMINAL in key
    assert NOMINAL not in bare
    verbs = session.scalars(select(TrailEntry.verb).where(TrailEntry.thing_id == paper.id).order_by(TrailEntry.number))
    assert list(verbs)[-2:] == ["skill_paper_printed", "skill_key_printed"]
    assert printing.prints_of(session, paper.id) == 2


def test_only_a_sealed_paper_is_printed(session: Session) -> None:
    table = a_project_table(session, a_skill_level(session))
    paper = papers.draw_papers(session, table.id, by=an_actor(session), at=NOON).papers[0]
    session.flush()

    with pytest.raises(NotSealed):
        printing.print_paper(session, paper.id, "tasks", by=an_actor(session), at=NOON)
