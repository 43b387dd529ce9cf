"""Sharing by grant: who agrees, what is read across organisations, what is copied, and what is left after the end."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from kaoping.exam.practice import releasing
from kaoping.exam.practice.errors import NotReleasable
from kaoping.itembank import pool
from kaoping.itembank.actor import Actor, system
from kaoping.itembank.errors import Missing
from kaoping.itembank.items import Item, ItemState, ItemUse, Picture
from kaoping.itembank.listing import Search
from kaoping.itembank.sharing import granting, shared, taking
from kaoping.itembank.sharing.errors import (
    GrantedItemsUnfit,
    GrantForReading,
    GrantMovedOn,
    GrantNotOpen,
    GrantToOneself,
    GrantUnclear,
    LevelDiffers,
    NothingToTake,
    OwnGrant,
)
from kaoping.itembank.sharing.granting import Terms
from kaoping.itembank.sharing.models import GrantState, TakenItem, lapsed
from kaoping.itembank.sharing.taking import Taken
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor, an_organisation, stored
from tests.builders_bank import SINGLE, a_standard, a_verdict, an_approved_item, level_of

TODAY = date(2026, 11, 20)
BEGIN, LAST = date(2000, 1, 1), date(2999, 12, 31)


class Sides:
    """Two organisations in one transaction: the session sees one of them at a time."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.owner, self.grantee = session.info["organisation"], uuid4()
        an_organisation(session)
        self.proposer, self.approver = (Actor(uuid4(), self.owner) for _ in range(2))
        standard = a_standard(session)
        first = an_approved_item(session, standard=standard)
        second = an_approved_item(session, standard=standard, body=SINGLE | {"stem": "另一题（　　）。"})
        self.item, self.code, self.other, self.owned_level = first.id, first.code, second.code, first.level_id
        self.hash = first.latest.content_hash
        self.at(self.grantee)
        an_organisation(session)
        self.reader = an_actor(session, "item_writer")
        self.level = level_of(a_standard(session)).id
        self.at(self.owner)

    def at(self, organisation: UUID) -> Session:
        """Let the session see one side."""
        self.session.flush()
        self.session.expunge_all()
        self.session.info["organisation"] = organisation
        self.session.execute(text("SELECT set_config('app.organisation', :it, true)"), {"it": str(organisation)})
        return self.session

    def proposed(self, **changes: Any) -> UUID:
        """Propose a grant at the owner."""
        usual = Terms(
            self.grantee, self.owned_level, None, (), "共同考务", takes=True, keeps=False, since=BEGIN, until=LAST
        )
        return granting.propose(self.at(self.owner), replace(usual, **changes), by=self.proposer, at=NOON).id

    def granted(self, **changes: Any) -> UUID:
        """Propose, approve and accept a grant, and stand at the grantee."""
        grant = self.proposed(**changes)
        granting.offer(self.session, grant, by=self.approver, at=NOON)
        granting.answer(self.at(self.grantee), grant, accept=True, by=self.reader, at=NOON)
        self.session.flush()
        return grant

    def read(self, grant: UUID, item: UUID | None = None) -> str:
        """Read an item as the grantee and give its stem."""
        found = shared.read(self.session, grant, item or self.item, trace="K7M2-9QXD", by=self.reader)
        return str(found.body["stem"])

    def taken(self, grant: UUID, *items: UUID) -> Taken:
        """Take items over as the grantee."""
        chosen = items or (self.item,)
        return taking.take(self.session, grant, chosen, level_id=self.level, trace="K7M2-9QXD", by=self.reader, at=NOON)


@pytest.fixture
def sides(session: Session) -> Sides:
    return Sides(session)


def codes(session: Session, grant: UUID, words: str = "") -> list[str]:
    return [one.code for one in shared.listed(session, grant, words)[0]]


def test_a_grant_needs_two_persons_of_the_owner_and_the_answer_of_the_other(sides: Sides) -> None:
    grant = sides.proposed()
    with pytest.raises(OwnGrant):
        granting.offer(sides.session, grant, by=sides.proposer)
    waiting = [granting.count_to_approve(sides.session, by) for by in (sides.proposer, sides.approver)]
    assert waiting == [0, 1]
    with pytest.raises(Missing):
        granting.find(sides.at(sides.grantee), grant)
    offered = granting.offer(sides.at(sides.owner), grant, by=sides.approver, at=NOON)
    assert offered.state(TODAY) is GrantState.OFFERED
    with pytest.raises(Missing):
        granting.answer(sides.session, grant, accept=True, by=sides.approver)
    with pytest.raises(Missing):
        granting.end(sides.at(sides.grantee), grant, by=sides.reader)
    assert (granting.count_to_answer(sides.session, sides.reader), codes(sides.session, grant)) == (1, [])

    row = granting.answer(sides.session, grant, accept=True, by=sides.reader, at=NOON)
    granting.note(sides.session, grant, by=system(sides.grantee), at=NOON)
    granting.note(sides.session, grant, by=system(sides.grantee), at=NOON)

    assert row.state(TODAY) is GrantState.ACCEPTED
    verbs = sides.session.scalars(select(TrailEntry.verb).where(TrailEntry.thing_id == grant)).all()
    assert sorted(verbs) == ["grant_accepted", "grant_offered"]
    with pytest.raises(GrantMovedOn):
        granting.answer(sides.session, grant, accept=False, by=sides.reader)
    granting.note(sides.at(sides.owner), grant, by=system(sides.owner), at=NOON)
    verbs = sides.session.scalars(select(TrailEntry.verb).where(TrailEntry.thing_id == grant)).all()
    assert sorted(verbs) == ["grant_accepted", "grant_offered", "grant_proposed"]


def test_the_other_side_reads_what_was_granted_and_the_owner_sees_who_read_it(sides: Sides) -> None:
    grant = sides.granted(codes=[sides.code])

    assert codes(sides.session, grant) == [sides.code]
    assert codes(sides.session, grant, "范围") == [sides.code]
    assert codes(sides.session, grant, "别的") == []
    assert sides.read(grant) == SINGLE["stem"]
    sides.read(grant)
    assert sides.session.get(Item, sides.item) is None
    readings = granting.readings(sides.at(sides.owner), grant)

    assert [(view.viewer_id, view.trace, code) for view, code in readings] == [
        (sides.reader.id, "K7M2-9QXD", sides.code)
    ]


@pytest.mark.parametrize("days", [(date(2000, 1, 1), date(2000, 12, 31)), (date(2999, 1, 1), date(2999, 12, 31))])
def test_nothing_is_read_outside_the_days(sides: Sides, days: tuple[date, date]) -> None:
    grant = sides.granted(since=days[0], until=days[1])

    assert codes(sides.session, grant) == []
    with pytest.raises(Missing):
        sides.read(grant)
    with pytest.raises(GrantNotOpen):
        shared.opened(sides.session, grant, by=sides.reader)


def test_nothing_is_read_without_a_grant_by_a_third_or_after_the_end(sides: Sides) -> None:
    grant = sides.granted()
    assert len(codes(sides.session, grant)) == 2
    assert codes(sides.at(uuid4()), grant) == []
    with pytest.raises(Missing):
        sides.read(grant)
    with pytest.raises(Missing):
        granting.find(sides.session, grant)

    ended = granting.end(sides.at(sides.owner), grant, by=sides.approver, at=NOON)
    assert ended.state(TODAY) is GrantState.ENDED
    sides.at(sides.grantee)
    assert codes(sides.session, grant) == []
    with pytest.raises(Missing):
        sides.read(grant)


def test_a_copy_is_frozen_with_its_origin_and_reviewed_by_others(sides: Sides) -> None:
    grant = sides.granted()
    done = sides.taken(grant)
    (code,) = done.items
    item = sides.session.scalars(select(Item).where(Item.code == code)).one()
    origin = taking.origin(sides.session, item.id)
    assert origin is not None
    again = sides.taken(grant)

    assert (item.state, item.author_id, item.organisation_id) == (ItemState.IN_REVIEW, sides.reader.id, sides.grantee)
    assert (item.latest.body["stem"], item.latest.content_hash) == (SINGLE["stem"], sides.hash)
    told = origin.taken
    assert (told.owner_id, told.origin_item_id, told.origin_hash) == (sides.owner, sides.item, sides.hash)
    assert not origin.over
    assert (again.items, again.known) == ({}, [sides.code])
    assert [view.reading for view, _ in granting.readings(sides.at(sides.owner), grant)] == ["taken"]


def test_a_copy_leaves_assembly_when_its_grant_ends_unless_it_may_stay(sides: Sides) -> None:
    grant = sides.granted()
    (code,) = sides.taken(grant).items
    item = sides.session.scalars(select(Item).where(Item.code == code)).one()
    a_verdict(sides.session, item)
    assert item.offered
    assert not sides.session.scalars(lapsed()).all()

    granting.end(sides.at(sides.owner), grant, by=sides.approver, at=NOON)
    sides.at(sides.grantee)

    assert sides.session.scalars(lapsed()).all() == [item.id]
    origin = taking.origin(sides.session, item.id)
    assert origin is not None
    assert origin.over
    query = pool._query(sides.level, (), TODAY)
    assert not sides.session.execute(query).all()


def test_pictures_come_along_as_the_copys_own(sides: Sides) -> None:
    picture = uuid4()
    sides.session.add(Picture(
        id=picture, organisation_id=sides.owner, item_id=sides.item, media_type="image/png", width=1, height=1,
        alternative="图", content=b"pixels", created_at=NOON,
    ))  # fmt: skip
    grant = sides.granted()
    assert shared.pictures(sides.session, grant, sides.item, by=sides.reader) == []
    sides.read(grant)
    assert [one.content for one in shared.pictures(sides.session, grant, sides.item, by=sides.reader)] == [b"pixels"]

    sides.taken(grant)

    (own,) = sides.session.scalars(select(Picture)).all()
    assert (own.content, own.id != picture) == (b"pixels", True)


def test_what_a_grant_cannot_be_is_refused(sides: Sides) -> None:
    with pytest.raises(GrantToOneself):
        sides.proposed(grantee_id=sides.owner)
    with pytest.raises(GrantUnclear):
        sides.proposed(since=LAST, until=BEGIN)
    with pytest.raises(GrantedItemsUnfit, match="9-000001"):
        sides.proposed(codes=["9-000001"])
    reading = sides.granted(takes=False, keeps=True)
    with pytest.raises(GrantForReading):
        sides.taken(reading)
    assert shared.opened(sides.session, reading, by=sides.reader).keeps is False
    grant = sides.granted()
    with pytest.raises(NothingToTake):
        taking.take(sides.session, grant, [], level_id=sides.level, trace="", by=sides.reader)
    with pytest.raises(LevelDiffers):
        taking.take(sides.session, grant, [sides.item], level_id=sides.owned_level, trace="", by=sides.reader)


def test_a_copy_is_neither_granted_on_nor_published_for_practice(sides: Sides) -> None:
    (code,) = sides.taken(sides.granted()).items
    item = sides.session.scalars(select(Item).where(Item.code == code)).one()
    a_verdict(sides.session, item)
    onwards = Terms(sides.owner, sides.level, None, [code], "转授", takes=True, keeps=True, since=BEGIN, until=LAST)

    assert granting.selection(sides.session, Search(), by=sides.reader) == []
    with pytest.raises(GrantedItemsUnfit, match=code):
        granting.propose(sides.session, onwards, by=sides.reader)
    with pytest.raises(NotReleasable, match=code):
        releasing.propose(sides.session, [code], reason="公开", by=sides.reader)
    item.use = ItemUse.PRACTICE
    with pytest.raises(IntegrityError, match="practice_is_own"):
        sides.session.flush()


@pytest.mark.parametrize("change", [
    "until = '2999-12-30'", "takes = false", "organisation_id = grantee_id", "ended_by = proposed_by, ended_at = now()",
    "accepted = false",
])  # fmt: skip
def test_the_database_lets_the_other_side_answer_and_nothing_else(sides: Sides, change: str) -> None:
    grant = sides.granted()

    with pytest.raises(DatabaseError, match=r"grant_stands|row-level|grantee_is_another"):
        sides.session.execute(text(f"UPDATE item_grant SET {change} WHERE id = :it"), {"it": grant})  # noqa: S608


def test_the_database_takes_no_copy_without_an_open_grant(sides: Sides) -> None:
    grant = sides.granted(takes=False)
    row = TakenItem(
        organisation_id=sides.grantee, item_id=sides.item, grant_id=grant, owner_id=sides.owner,
        origin_item_id=sides.item, origin_revision_id=uuid4(), origin_code="", origin_number=1, origin_hash=b"x",
        by=sides.reader.id, at=NOON,
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="copy_is_granted"):
        stored(sides.session, row)
