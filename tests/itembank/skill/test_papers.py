"""Skill papers: drawn with a record, sealed by another person, then frozen."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank.papers import PaperState
from kaoping.itembank.sealing import AlreadySealed, NotSealed, OwnPaper, SealBroken
from kaoping.itembank.skill import papers, tables
from kaoping.itembank.skill.papers import DrawOutside, TasksShort
from kaoping.itembank.skill.tables import NoApprovedTable
from tests.builders import NOON, an_actor
from tests.builders_skill import a_project_table, a_sealed_paper, a_skill_level, a_table


def test_parallel_papers_are_drawn_and_recorded_so_that_anybody_can_draw_them_again(session: Session) -> None:
    table, by = a_project_table(session, a_skill_level(session)), an_actor(session)

    first = papers.draw_papers(session, table.id, papers=3, seed=7, by=by, at=NOON)
    second = papers.draw_papers(session, table.id, papers=1, seed=7, by=by, at=NOON)
    session.flush()

    assert [paper.code for paper in first.papers] == [f"2026-3-S0001-{label}" for label in "ABC"]
    assert [paper.code for paper in second.papers] == ["2026-3-S0002-A"]
    assert len({slot.task_id for paper in first.papers for slot in paper.slots if slot.unit == "2-1"}) == 3
    for paper in first.papers:
        assert sum((slot.marks for slot in paper.slots), Decimal(0)) == 100
    assert (first.by, first.at, first.seed, first.report["tasks"]["1-1"]) == (
        by.id,
        NOON,
        7,
        ["S3-1-1-01", "S3-1-1-02"],
    )
    assert papers.drawn_again(session, first)
    assert papers.drawn_again(session, second)


def test_nothing_is_drawn_without_approval_tasks_or_sense(session: Session) -> None:
    level, by = a_skill_level(session, bank={"1-1": (1, 40, 30), "1-2": (1, 40, 30)}), an_actor(session)
    made = tables.write(session, level.id, a_table(), by=by, at=NOON)

    with pytest.raises(NoApprovedTable):
        papers.draw_papers(session, made.id, by=by, at=NOON)
    tables.approve(session, made.latest.id, by=an_actor(session), at=NOON)
    with pytest.raises(TasksShort, match=r"too few tasks for 1 units \(2-1\)"):
        papers.draw_papers(session, made.id, by=by, at=NOON)
    with pytest.raises(DrawOutside):
        papers.draw_papers(session, made.id, papers=9, by=by, at=NOON)


def test_another_person_seals_and_a_sealed_paper_is_frozen(session: Session) -> None:
    table, by = a_project_table(session, a_skill_level(session)), an_actor(session)
    paper = papers.draw_papers(session, table.id, by=by, at=NOON).papers[0]
    session.flush()
    with pytest.raises(NotSealed):
        papers.verify_digest(session, paper)
    with pytest.raises(OwnPaper):
        papers.approve(session, paper.id, by=by, at=NOON)

    sealed = papers.approve(session, paper.id, by=an_actor(session), at=NOON)

    papers.verify_digest(session, sealed)
    assert sealed.state is PaperState.SEALED
    with pytest.raises(AlreadySealed):
        papers.discard(session, paper.id, by=by, at=NOON)


@pytest.mark.parametrize(
    "deed", ["UPDATE skill_paper SET label = 'Z'", "UPDATE task SET minutes = 1", "DELETE FROM skill_paper"]
)
def test_the_database_refuses_to_change_a_sealed_paper_or_its_tasks(session: Session, deed: str) -> None:
    a_sealed_paper(session)
    session.flush()

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(deed))


def test_a_paper_that_is_not_what_was_sealed_is_recognised(session: Session) -> None:
    table, by = a_project_table(session, a_skill_level(session)), an_actor(session)
    paper = papers.draw_papers(session, table.id, by=by, at=NOON).papers[0]
    session.flush()
    paper.state, paper.sealed_at, paper.approved_by = PaperState.SEALED, NOON, an_actor(session).id

    paper.digest = bytes(32)

    with pytest.raises(SealBroken):
        papers.verify_digest(session, paper)


def test_a_discarded_paper_does_not_count_as_used(session: Session) -> None:
    table, by = a_project_table(session, a_skill_level(session)), an_actor(session)
    paper = papers.draw_papers(session, table.id, by=by, at=NOON).papers[0]
    session.flush()

    papers.discard(session, paper.id, by=by, at=NOON)
    session.flush()

    assert not papers.eligible_tasks(session, table, a_table()).past
