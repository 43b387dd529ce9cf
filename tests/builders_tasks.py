"""Builders of practical tasks: a document that can be handed in, tasks that wait and tasks in force."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank.items import Verdict
from kaoping.itembank.models import Level, Task
from kaoping.itembank.tasks import reviewing, writing
from kaoping.itembank.tasks.document import TaskDocument
from tests.builders import NOON, an_actor


def a_document(**changes: Any) -> TaskDocument:
    """Describe a task of 40 marks with a measured and a judged row."""
    values = {
        "unit": "1-1", "title": "按图样划线", "title_en": "Marking out", "minutes": 30, "marks": 40,
        "site": "钳工工位，照明良好。",
        "equipment": [{"name": "划线平板", "specification": "300 mm × 300 mm", "quantity": "1块", "necessary": True}],
        "materials": ["毛坯一件"], "conditions": "独立工位。", "task": "按图样在毛坯上划线。",
        "steps": ["涂色", "划基准线"],
        "skills": ["能按图样划线"], "quality": ["线条清晰"], "veto": ["伪造数据"], "answer_key": "见图样",
        "rows": [
            {"kind": "M", "marks": 30, "text": "基准线位置正确", "nominal": "50 mm ± 0.2 mm"},
            {"kind": "J", "marks": 10, "text": "线条质量", "nominal": "0 看不清；1 断续；2 清楚；3 清楚均匀"},
        ],
        "deductions": [{"text": "每超时1分钟", "marks": 1, "most": 5}],
    }  # fmt: skip
    return TaskDocument.model_validate({**values, **changes})


def a_task_in_review(session: Session, level: Level, **changes: Any) -> Task:
    """Have somebody write a task and hand it in."""
    author = an_actor(session, "item_writer")
    task = writing.write(session, level.id, a_document(**changes), by=author, at=NOON)
    return writing.submit(session, task.id, by=author, at=NOON)


def a_written_task(session: Session, level: Level, **changes: Any) -> Task:
    """Have somebody write a task and another person approve it."""
    task = a_task_in_review(session, level, **changes)
    reviewing.decide(session, task.id, Verdict.APPROVE, by=an_actor(session, "item_reviewer"), at=NOON)
    return task


def a_revised_task(session: Session, task_id: UUID, **changes: Any) -> Task:
    """Have somebody append a version of a task and another person approve it."""
    author = an_actor(session, "item_writer")
    task = writing.revise(session, task_id, a_document(**changes), by=author, at=NOON)
    writing.submit(session, task.id, by=author, at=NOON)
    reviewing.decide(session, task.id, Verdict.APPROVE, by=an_actor(session, "item_reviewer"), at=NOON)
    return task
