"""Project tables: written as versions, approved by another person, never changed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from kaoping.itembank.skill import tables
from kaoping.itembank.skill.models import ProjectTableApproval
from kaoping.itembank.skill.tables import Change, OwnTable, TableFollowed
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_skill import a_skill_level, a_table, a_unit


def test_another_person_brings_a_version_into_force(session: Session) -> None:
    author, other = an_actor(session), an_actor(session)
    made = tables.write(session, a_skill_level(session).id, a_table(), by=author, at=NOON)
    assert made.in_force is None
    with pytest.raises(OwnTable, match="Version 1 of the project table was written by you"):
        tables.approve(session, made.latest.id, by=author, at=NOON)

    tables.approve(session, made.latest.id, by=other, at=NOON)

    assert made.in_force is made.latest
    verbs = session.query(TrailEntry.verb).order_by(TrailEntry.number).all()
    assert [verb for (verb,) in verbs][-2:] == ["project_table_written", "project_table_approved"]


def test_a_change_is_a_new_version_that_tells_what_changed(session: Session) -> None:
    author, level = an_actor(session), a_skill_level(session)
    made = tables.write(session, level.id, a_table(), by=author, at=NOON)
    units = [a_unit("1-1", group="A", name="划线"), a_unit("1-2", group="A"), a_unit("2-1")]

    tables.write(session, level.id, a_table(), by=author, at=NOON)
    tables.write(session, level.id, a_table(units=units), by=author, at=NOON, after=1)

    assert [version.number for version in made.versions] == [1, 2]
    assert tables.changes(*made.versions) == [Change("name", "单元1-1", "划线", "1-1")]
    with pytest.raises(TableFollowed, match=r"Version 1 .* followed by version 2"):
        tables.write(session, level.id, a_table(), by=author, at=NOON, after=1)
    with pytest.raises(TableFollowed):
        tables.approve(session, made.versions[0].id, by=an_actor(session), at=NOON)


def test_the_database_keeps_versions_and_refuses_an_approval_by_the_author(session: Session) -> None:
    author = an_actor(session)
    version = tables.write(session, a_skill_level(session).id, a_table(), by=author, at=NOON).latest
    same = {"organisation_id": author.organisation, "version_id": version.id, "at": NOON}

    with pytest.raises(IntegrityError, match="approver_is_not_author"), session.begin_nested():
        session.add(ProjectTableApproval(author_id=author.id, approver_id=author.id, **same))
    with pytest.raises(ProgrammingError, match="permission denied"), session.begin_nested():
        session.execute(text("UPDATE project_table_version SET number = 2"))


def test_a_first_table_is_proposed_from_the_bank_with_the_pair_that_weighs_alike(session: Session) -> None:
    level = a_skill_level(session)

    proposed = tables.propose(session, level.id)

    assert [(unit.code, unit.group, unit.function) for unit in proposed.units] == [
        ("1-1", "A", "1"), ("1-2", "A", "1"), ("2-1", None, "2"),
    ]  # fmt: skip
    assert not proposed.problems(tables.weights(session, level.id))
    assert tables.awaiting(session, an_actor(session)) == 0
