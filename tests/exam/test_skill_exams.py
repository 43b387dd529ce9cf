"""An exam with a sealed skill paper: assessors mark its tasks and no others."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from kaoping.exam.marking import sheets, sheets_csv
from kaoping.exam.marking.errors import TasksIncomplete, TaskUnknown
from kaoping.exam.registration.errors import SkillPaperNotSealed, SkillPaperOfOtherLevel
from kaoping.exam.registration.models import Application
from kaoping.exam.results import scoring
from kaoping.itembank.skill import papers
from kaoping.itembank.skill.models import SkillPaper
from tests.builders import NOON, an_actor
from tests.builders_results import AFTER, EVERYTHING, a_level_with_tasks, an_open_exam, closed, enrolled, sat
from tests.builders_skill import a_project_table, a_sealed_paper, a_skill_level


def a_sat_exam(session: Session) -> tuple[Application, SkillPaper]:
    level = a_skill_level(session)
    paper = a_sealed_paper(session, level=level)
    exam = an_open_exam(session, level=level, skill_paper_id=paper.id)
    application = sat(session, enrolled(session, exam), right=EVERYTHING)
    closed(session, exam)
    return application, paper


def test_the_assessors_mark_the_tasks_of_the_skill_paper_and_no_others(session: Session) -> None:
    application, paper = a_sat_exam(session)
    codes = [task.code for task in paper.tasks]
    marks = dict(zip(codes, (Decimal(30), Decimal("50.5")), strict=True))
    other = next(code for code in ("S3-1-1-01", "S3-1-2-01", "S3-1-1-02", "S3-1-2-02") if code not in codes)

    listed = sheets_csv.template(session, application.exam, by=an_actor(session, "assessor"))
    for _ in range(2):
        sheets.enter(session, application.id, marks, by=an_actor(session, "assessor"), at=AFTER)
    score = scoring.score_skill(session, application.id, by=an_actor(session), at=AFTER)

    assert listed.splitlines()[0] == ",".join(["准考证号", *codes])
    assert score.raw == Decimal("80.5")
    with pytest.raises(TaskUnknown):
        sheets.enter(session, application.id, marks | {other: Decimal(1)}, by=an_actor(session), at=AFTER)


def test_without_a_skill_paper_the_bank_of_such_a_level_is_no_sheet(session: Session) -> None:
    exam = an_open_exam(session, level=a_skill_level(session))

    with pytest.raises(TasksIncomplete, match="or prepare the exam with a sealed skill paper"):
        sheets.tasks_of(session, exam)


def test_an_exam_takes_a_sealed_skill_paper_of_its_level_only(session: Session) -> None:
    level = a_skill_level(session)
    table = a_project_table(session, level)
    drawn = papers.draw_papers(session, table.id, by=an_actor(session), at=NOON).papers[0]
    session.flush()

    with pytest.raises(SkillPaperNotSealed, match=drawn.code), session.begin_nested():
        an_open_exam(session, level=level, skill_paper_id=drawn.id)
    papers.approve(session, drawn.id, by=an_actor(session), at=NOON)
    with pytest.raises(SkillPaperOfOtherLevel, match=drawn.code), session.begin_nested():
        an_open_exam(session, level=a_level_with_tasks(session), skill_paper_id=drawn.id)
