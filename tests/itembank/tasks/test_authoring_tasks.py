"""Practical tasks: written, handed in, decided on by another person; versions that never change; what papers take."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Verdict
from kaoping.itembank.models import Task, TaskState
from kaoping.itembank.skill import papers, tables
from kaoping.itembank.tasks import reviewing, writing
from kaoping.itembank.tasks.document import TaskDocument, TaskInvalid
from kaoping.itembank.tasks.errors import OthersDraft, OwnTask, ReasonMissing, TaskFollowed, TaskLocked, TaskNotInForce
from tests.builders import NOON, an_actor
from tests.builders_skill import a_project_table, a_sealed_paper, a_skill_level
from tests.builders_tasks import a_document, a_revised_task, a_task_in_review, a_written_task

#: A verdict by the author, written past the program.
OWN_VERDICT = """
INSERT INTO task_review (id, organisation_id, task_id, author_id, reviewer_id, verdict, at)
SELECT gen_random_uuid(), organisation_id, id, author_id, author_id, 'approve', now() FROM task
WHERE state = 'in_review'"""

#: A slot with a retired task, written past the program.
RETIRED_SLOT = """
INSERT INTO skill_slot (id, organisation_id, paper_id, number, task_id, unit, marks)
SELECT gen_random_uuid(), skill_slot.organisation_id, paper_id, 99, task_id, skill_slot.unit, skill_slot.marks
FROM skill_slot JOIN task ON task.id = task_id WHERE task.state = 'retired'"""


def writer_of(task: Task) -> Actor:
    return Actor(task.author_id, task.organisation_id)


def test_a_stored_task_is_read_as_it_was_written(session: Session) -> None:
    task = writing.write(session, a_skill_level(session).id, a_document(), by=an_actor(session), at=NOON)

    assert TaskDocument.of(task) == a_document()
    assert [row["code"] for row in task.sheet] == ["M1", "J1"]
    assert "nominal" not in task.sheet[0]
    assert task.code == "S3-1-03"


def test_rows_that_do_not_add_up_are_refused_with_their_sum(session: Session) -> None:
    author = an_actor(session)
    task = writing.write(session, a_skill_level(session).id, a_document(marks=45), by=author, at=NOON)

    with pytest.raises(TaskInvalid) as caught:
        writing.submit(session, task.id, by=author, at=NOON)

    assert [str(problem) for problem in caught.value.problems] == [
        "The rows of the score sheet add up to 40 marks; the task has 45. Change the rows or the task's marks."
    ]
    with pytest.raises(IntegrityError, match="do not add up"), session.begin_nested():
        session.execute(text("UPDATE task SET state = 'in_review', submitted_at = now() WHERE state = 'draft'"))


def test_an_unfinished_task_is_kept_as_a_draft_and_says_what_it_lacks(session: Session) -> None:
    author, level = an_actor(session), a_skill_level(session)
    bare = TaskDocument(unit="9-9", title="未完", minutes=30, marks=40, rows=[{"kind": "J", "marks": 40, "text": ""}])
    a_project_table(session, level)

    task = writing.write(session, level.id, bare, by=author, at=NOON)

    with pytest.raises(TaskInvalid) as caught:
        writing.submit(session, task.id, by=author, at=NOON)
    assert [problem.field for problem in caught.value.problems] == [
        "unit", "site", "task", "skills", "quality", "row-0-text", "row-0-nominal",
    ]  # fmt: skip


def test_only_another_person_approves_and_a_return_carries_a_reason(session: Session) -> None:
    task, reviewer = a_task_in_review(session, a_skill_level(session)), an_actor(session)
    with pytest.raises(OwnTask):
        reviewing.decide(session, task.id, Verdict.APPROVE, by=writer_of(task), at=NOON)
    with pytest.raises(ReasonMissing):
        reviewing.decide(session, task.id, Verdict.RETURN, by=reviewer, at=NOON)

    reviewing.decide(session, task.id, Verdict.RETURN, comment="规定值缺单位", by=reviewer, at=NOON)

    assert task.state is TaskState.RETURNED
    assert writing.count_returned(session, writer_of(task)) == 1
    with pytest.raises(TaskLocked):
        writing.submit(session, task.id, by=writer_of(task), at=NOON)


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("UPDATE task SET minutes = 1 WHERE state = 'in_review'", "never changes"),
        ("DELETE FROM task WHERE state = 'in_review'", "never changes"),
        ("UPDATE task SET state = 'approved' WHERE state = 'in_review'", "no approving verdict"),
        ("UPDATE task SET state = 'draft' WHERE state = 'in_review'", "does not go from"),
        (OWN_VERDICT, "decides on none"),
    ],
)
def test_the_database_refuses_what_the_workflow_forbids(session: Session, deed: str, reason: str) -> None:
    a_task_in_review(session, a_skill_level(session))
    session.flush()

    with pytest.raises(IntegrityError, match=reason), session.begin_nested():
        session.execute(text(deed))


def test_a_new_version_supersedes_the_old_one_when_it_is_approved(session: Session) -> None:
    level = a_skill_level(session)
    old = a_written_task(session, level)
    writer = an_actor(session)
    new = writing.revise(session, old.id, a_document(title="精划线"), by=writer, at=NOON)
    during = [task.number for task in tables.bank(session, level.id) if task.code == old.code]

    writing.submit(session, new.id, by=writer, at=NOON)
    reviewing.decide(session, new.id, Verdict.APPROVE, by=an_actor(session), at=NOON)

    assert during == [1]
    assert (old.state, new.state, new.number) == (TaskState.SUPERSEDED, TaskState.APPROVED, 2)
    assert [task.title for task in tables.bank(session, level.id) if task.code == old.code] == ["精划线"]
    again = writing.revise(session, new.id, a_document(), by=an_actor(session), at=NOON)
    with pytest.raises(OwnTask):
        reviewing.decide(session, again.id, Verdict.APPROVE, by=writer, at=NOON)


def test_writers_do_not_overwrite_each_other(session: Session) -> None:
    author, other = an_actor(session), an_actor(session)
    task = writing.write(session, a_skill_level(session).id, a_document(), by=author, at=NOON)
    seen = writing.stamp_of(task)
    writing.revise(session, task.id, a_document(minutes=25), by=author, stamp=seen, at=NOON)

    with pytest.raises(TaskFollowed):
        writing.revise(session, task.id, a_document(minutes=20), by=author, stamp=seen, at=NOON)
    with pytest.raises(OthersDraft):
        writing.revise(session, task.id, a_document(), by=other, at=NOON)


def test_a_sealed_paper_keeps_the_version_that_it_was_sealed_with(session: Session) -> None:
    paper = a_sealed_paper(session)
    held = paper.tasks[0]
    rows = [{"kind": "M", "marks": held.marks, "text": "尺寸", "nominal": "50 mm"}]

    a_revised_task(session, held.id, unit=held.unit, marks=held.marks, rows=rows)

    assert held.state is TaskState.SUPERSEDED
    papers.verify_digest(session, paper)


def test_a_paper_with_a_superseded_task_is_not_sealed(session: Session) -> None:
    table, drawer = a_project_table(session, a_skill_level(session)), an_actor(session)
    paper = papers.draw_papers(session, table.id, seed=1, by=drawer, at=NOON).papers[0]
    session.flush()
    writing.retire(session, paper.tasks[0].id, by=an_actor(session), at=NOON)

    with pytest.raises(TaskNotInForce, match=paper.tasks[0].code):
        papers.approve(session, paper.id, by=an_actor(session), at=NOON)
    with pytest.raises(IntegrityError, match="not approved"), session.begin_nested():
        session.execute(text("UPDATE skill_paper SET state = 'sealed'"))
    with pytest.raises(IntegrityError, match="approved tasks only"), session.begin_nested():
        session.execute(text(RETIRED_SLOT))
