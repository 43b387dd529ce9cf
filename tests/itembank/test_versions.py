"""Versions of a specification: approved by another person, never changed, compared."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from kaoping.itembank import specification, versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import Missing
from kaoping.itembank.papers import Specification, SpecificationApproval
from kaoping.itembank.rules import Rules, Section
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.versions import Difference, OwnVersion, VersionFollowed
from tests.builders import NOON, an_actor
from tests.builders_papers import a_level


def a_derived(session: Session, by: Actor) -> Specification:
    return specification.derive(session, a_level(session).id, name="三级", by=by, at=NOON)


def changed(session: Session, made: Specification, *, by: Actor, minutes: int = 90, **rules: object) -> None:
    new = Rules.model_validate({**made.latest.rules, **rules})
    specification.change(session, made.id, name=made.name, minutes=minutes, rules=new, by=by, at=NOON)


def test_another_person_brings_a_version_into_force(session: Session) -> None:
    made, other = a_derived(session, an_actor(session)), an_actor(session)
    assert made.in_force is None

    versions.approve(session, made.latest.id, by=other, at=NOON)

    session.expire_all()
    assert made.in_force is made.latest
    assert made.latest.approval is not None
    assert (made.latest.approval.approver_id, made.latest.approval.at) == (other.id, NOON)
    entry = session.scalars(select(TrailEntry).where(TrailEntry.verb == "specification_approved")).one()
    assert (entry.by, entry.thing_id, entry.facts) == (other.id, made.id, {"version": 1})


def test_approving_twice_keeps_the_first_approval(session: Session) -> None:
    made, first = a_derived(session, an_actor(session)), an_actor(session)

    for by in (first, an_actor(session)):
        versions.approve(session, made.latest.id, by=by, at=NOON)

    assert session.scalars(select(SpecificationApproval)).one().approver_id == first.id


def test_the_author_cannot_approve(session: Session) -> None:
    author = an_actor(session)
    made = a_derived(session, author)

    with pytest.raises(OwnVersion, match="Version 1 of the specification 三级 was written by you"):
        versions.approve(session, made.latest.id, by=author, at=NOON)


def test_the_database_refuses_an_approval_by_the_author_or_under_a_false_author(session: Session) -> None:
    author = an_actor(session)
    version = a_derived(session, author).latest
    values = {"organisation_id": author.organisation, "version_id": version.id, "at": NOON}

    with pytest.raises(IntegrityError, match="approver_is_not_author"), session.begin_nested():
        session.add(SpecificationApproval(author_id=author.id, approver_id=author.id, **values))
    with pytest.raises(IntegrityError, match="fk_specification_approval"), session.begin_nested():
        session.add(SpecificationApproval(author_id=uuid4(), approver_id=author.id, **values))


@pytest.mark.parametrize("deed", ["UPDATE specification_version SET minutes = 60", "DELETE FROM specification_version"])
def test_a_version_is_never_changed(session: Session, deed: str) -> None:
    a_derived(session, an_actor(session))

    with pytest.raises(ProgrammingError, match="permission denied"), session.begin_nested():
        session.execute(text(deed))


def test_a_version_that_was_followed_is_not_approved_any_more(session: Session) -> None:
    author, other = an_actor(session), an_actor(session)
    made = a_derived(session, author)
    changed(session, made, by=author, minutes=100)

    with pytest.raises(VersionFollowed, match=r"Version 1 .* followed by version 2"):
        versions.approve(session, made.versions[0].id, by=other, at=NOON)


def test_a_draft_leaves_the_approved_version_in_force(session: Session) -> None:
    author = an_actor(session)
    made = a_derived(session, author)
    versions.approve(session, made.latest.id, by=an_actor(session), at=NOON)

    changed(session, made, by=author, minutes=100)

    assert made.in_force is made.versions[0]
    assert (made.latest.number, made.latest.approval) == (2, None)


def test_only_the_newest_version_of_somebody_else_waits_for_a_person(session: Session) -> None:
    author, other = an_actor(session), an_actor(session)
    made = a_derived(session, author)
    changed(session, made, by=author, minutes=100)
    counts = [versions.awaiting(session, by) for by in (author, other)]

    versions.approve(session, made.latest.id, by=other, at=NOON)

    assert counts == [0, 1]
    assert versions.awaiting(session, an_actor(session)) == 0


def test_what_changed_between_versions_is_told_value_by_value(session: Session) -> None:
    author = an_actor(session)
    made = a_derived(session, author)
    rows = [dict(row, counts=dict(row["counts"])) for row in made.latest.rules["rows"]]
    for row, single, multiple in ((1, 1, -1), (3, -1, 1)):
        rows[row]["counts"]["single_choice"] += single
        rows[row]["counts"]["multiple_choice"] += multiple
    before = versions.rules_of(made.latest).rows[1]
    changed(session, made, by=author, minutes=100, rows=rows, ratio_low="0.6", uncalibrated=True)

    found = versions.differences(*made.versions)

    single = before.count(Section.SINGLE_CHOICE)
    assert Difference("count", single, single + 1, row="0-2", section=Section.SINGLE_CHOICE) in found
    assert [one.row for one in found] == ["0-2", "0-2", "2", "2", None, None, None]
    assert found[4:] == [
        Difference("minutes", 90, 100),
        Difference("ratio_low", Decimal("0.55"), Decimal("0.6")),
        Difference("uncalibrated", before=False, after=True),
    ]
    assert versions.differences(made.latest, made.latest) == []


def test_a_version_of_nobody_is_missing(session: Session) -> None:
    with pytest.raises(Missing):
        versions.find(session, uuid4())
