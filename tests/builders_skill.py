"""Builders of the skill component: a level with weights and a bank of tasks, project tables, sealed papers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from kaoping.itembank.actor import SYSTEM
from kaoping.itembank.models import Component, Level, Range, Task, TaskState, Weight
from kaoping.itembank.skill import papers, tables
from kaoping.itembank.skill.models import ProjectTable, SkillPaper
from kaoping.itembank.skill.table import Table
from tests.builders import NOON, an_actor, organisation_of, stored
from tests.builders_registration import a_level, a_standard

WEIGHTS = {"1": Decimal(40), "2": Decimal(60)}
#: Tasks of the bank by unit: how many, marks and minutes of each.
BANK = {"1-1": (2, 40, 30), "1-2": (2, 40, 30), "2-1": (3, 60, 60)}


def a_unit(code: str, **changes: Any) -> dict[str, Any]:
    """Describe a unit of function 1 or 2 that the bank can serve."""
    _, marks, minutes = BANK[code]
    values = {"project": f"项目{code[0]}", "name": f"单元{code}", "minutes": minutes, "marks": marks}
    return {"code": code, "function": code[0], **values, **changes}


def a_table(**changes: Any) -> Table:
    """Describe one of 1-1 and 1-2 (抽一), and 2-1 compulsory (必考)."""
    units = [a_unit("1-1", group="A"), a_unit("1-2", group="A"), a_unit("2-1")]
    return Table.model_validate({"minutes": 90, "units": units, **changes})


def a_skill_level(session: Session, *, bank: Mapping[str, tuple[int, int, int]] = BANK) -> Level:
    """Make level 3 with skill weights and a bank of tasks."""
    organisation_of(session)
    level = a_level(session, standard=a_standard(session, demonstration=True))
    same = {"organisation_id": level.organisation_id, "standard_id": level.standard_id}
    for position, (code, percent) in enumerate(WEIGHTS.items(), 1):
        row = stored(
            session, Range(code=code, name=f"职能{code}", name_en=f"Function {code}", position=position, **same)
        )
        session.add(Weight(
            organisation_id=level.organisation_id, range_id=row.id, level_id=level.id, component=Component.SKILL,
            percent=percent,
        ))  # fmt: skip
    for unit, (count, marks, minutes) in bank.items():
        for number in range(1, count + 1):
            session.add(a_task(level, f"S3-{unit}-{number:02}", unit, marks=marks, minutes=minutes))
    session.flush()
    return level


def a_task(level: Level, code: str, unit: str, *, marks: int, minutes: int) -> Task:
    """Describe a task with a measured and a judged row."""
    rows = [("M1", "M", marks - 2, "尺寸符合要求"), ("J1", "J", 2, "外观整洁")]
    body = {
        "conditions": "独立工位。", "materials": ["毛坯一件", "图样一份"], "task": "按图样加工一件。",
        "skills": ["能按图加工"], "quality": ["尺寸公差±0.1 mm"], "answer_key": [],
        "nominal": {"M1": "标称长度50 mm", "J1": "0 至 3 级"}, "veto": ["伪造数据"],
    }  # fmt: skip
    return Task(
        organisation_id=level.organisation_id, standard_id=level.standard_id, level_id=level.id, code=code, unit=unit,
        title=f"任务{code}", title_en=f"Task {code}", minutes=minutes, marks=Decimal(marks), demonstration=True,
        state=TaskState.APPROVED, author_id=SYSTEM, created_at=NOON, submitted_at=NOON, body=body,
        sheet=[{"code": row, "kind": kind, "marks": str(worth), "text": text} for row, kind, worth, text in rows],
    )  # fmt: skip


def a_project_table(session: Session, level: Level, **changes: Any) -> ProjectTable:
    """Bring a project table into force."""
    made = tables.write(session, level.id, a_table(**changes), by=an_actor(session, "assembler"), at=NOON)
    tables.approve(session, made.latest.id, by=an_actor(session, "item_reviewer"), at=NOON)
    return made


def a_sealed_paper(session: Session, *, level: Level | None = None) -> SkillPaper:
    """Draw a skill paper and have another person seal it."""
    table = a_project_table(session, level or a_skill_level(session))
    drawn = papers.draw_papers(session, table.id, seed=1, by=an_actor(session, "assembler"), at=NOON)
    session.flush()
    return papers.approve(session, drawn.papers[0].id, by=an_actor(session, "item_reviewer"), at=NOON)
