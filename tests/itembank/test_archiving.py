"""Archived papers: three officers and their passphrases open one for a time, nobody else and no two of them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import archives, archiving, keys, opening, sealing, tripartite
from kaoping.itembank.actor import Actor
from kaoping.itembank.archives import ArchiveOpening, OpeningState, PaperArchive, PaperArchived
from kaoping.itembank.archiving import ROLES, HolderMissing, NoPartyOfArchives, PassphraseTooShort
from kaoping.itembank.opening import (
    ArchiveShut,
    ConsentedAlready,
    NoShareOfYours,
    NotOfTheOpening,
    OpeningOver,
    OpeningPending,
    OpeningRefusalUnexplained,
    OpeningUnexplained,
    PassphraseWrong,
)
from kaoping.itembank.sealing import NotSealed
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_papers import a_paper

PASSPHRASE = "竹影 seven 汽笛 lake 四十"


def at(**later: int) -> dict[str, Any]:
    return {"at": NOON + timedelta(**later)}


def a_holder(session: Session, role: str, passphrase: str = PASSPHRASE) -> Actor:
    officer = an_actor(session, role)
    archiving.hold(session, role, passphrase, by=officer, at=NOON)
    return officer


@pytest.fixture
def officers(session: Session) -> list[Actor]:
    return [a_holder(session, role) for role in ROLES]


@pytest.fixture
def archive(session: Session, officers: list[Actor]) -> PaperArchive:
    paper = a_paper(session)
    sealing.approve(session, paper.id, by=an_actor(session, "item_reviewer"), at=NOON)
    return archiving.archive(session, paper.id, by=officers[1], at=NOON)


def asked(session: Session, archive: PaperArchive, by: Actor) -> ArchiveOpening:
    return opening.ask(session, archive.id, "申诉复核", hours=72, by=by, at=NOON)


def consented(session: Session, row: ArchiveOpening, by: Actor, **later: int) -> ArchiveOpening:
    return opening.consent(session, row.id, PASSPHRASE, hours=24, by=by, **at(**later))


def test_three_officers_open_a_paper_for_a_time_and_it_shuts_by_itself(
    session: Session, archive: PaperArchive, officers: list[Actor]
) -> None:
    row = asked(session, archive, officers[1])
    for place, officer in enumerate(officers):
        with pytest.raises(ArchiveShut):
            opening.read(session, row.id, by=officers[1], at=NOON)
        consented(session, row, officer, hours=place)

    document, trace = opening.read(session, row.id, by=officers[0], **at(hours=20))

    slots = archive.paper.slots
    assert [slot["body"] for slot in document["slots"]] == [slot.revision.body for slot in slots]
    assert trace.viewer_id == officers[0].id
    assert row.state(NOON + timedelta(hours=26)) is OpeningState.OPEN
    with pytest.raises(NotOfTheOpening):
        opening.read(session, row.id, by=an_actor(session, "supervisor"), **at(hours=3))
    with pytest.raises(ArchiveShut):
        opening.read(session, row.id, by=officers[0], **at(hours=27))
    assert opening.shut(session, by=officers[0], **at(hours=27)) == 1
    assert (row.key_sealed, [one.share_sealed for one in row.consents]) == (None, [None] * 3)
    verbs = select(TrailEntry.verb).where(TrailEntry.thing_id == row.id).order_by(TrailEntry.number)
    assert list(session.scalars(verbs)) == [
        "opening_asked", *["opening_consented"] * 3, "archive_opened", "archive_read", "archive_shut",
    ]  # fmt: skip


def test_nobody_consents_twice_or_with_another_passphrase_or_without_a_share(
    session: Session, archive: PaperArchive, officers: list[Actor]
) -> None:
    late = a_holder(session, "supervisor")
    row = asked(session, archive, late)
    with pytest.raises(OpeningPending):
        asked(session, archive, officers[0])
    with pytest.raises(PassphraseWrong):
        opening.consent(session, row.id, PASSPHRASE + " ", hours=24, by=officers[0], at=NOON)
    consented(session, row, officers[0])

    with pytest.raises(ConsentedAlready):
        consented(session, row, officers[0])
    with pytest.raises(NoShareOfYours):
        consented(session, row, late)
    with pytest.raises(OpeningOver):
        consented(session, row, officers[1], hours=73)
    assert row.state(NOON + timedelta(hours=73)) is OpeningState.LAPSED
    assert opening.shut(session, by=late, **at(hours=73)) == 1
    assert row.consents[0].share_sealed is None


def test_a_refusal_ends_an_opening_with_its_reason(
    session: Session, archive: PaperArchive, officers: list[Actor]
) -> None:
    with pytest.raises(OpeningUnexplained):
        opening.ask(session, archive.id, "查", hours=72, by=officers[0], at=NOON)
    row = asked(session, archive, officers[0])
    with pytest.raises(OpeningRefusalUnexplained):
        opening.refuse(session, row.id, " ", by=officers[2], at=NOON)

    opening.refuse(session, row.id, "没有申诉", by=officers[2], at=NOON)

    assert (row.state(NOON), row.reason) == (OpeningState.REFUSED, "没有申诉")
    with pytest.raises(OpeningOver):
        consented(session, row, officers[1])


def test_an_archived_paper_is_neither_read_nor_keyed_and_archiving_twice_is_harmless(
    session: Session, archive: PaperArchive, officers: list[Actor]
) -> None:
    assert archiving.archive(session, archive.paper_id, by=officers[0], at=NOON) is archive
    assert archives.of_paper(session, archive.paper_id) is archive

    with pytest.raises(PaperArchived, match="ask for an opening"):
        sealing.read_content(session, archive.paper_id, by=officers[0], at=NOON)
    with pytest.raises(PaperArchived):
        keys.marking_key(session, archive.paper_id, purpose="评卷第一场", viewer="程以安", by=officers[0], at=NOON)


def test_only_a_sealed_paper_is_archived_and_every_role_has_a_holder(session: Session) -> None:
    paper, administrator = a_paper(session), a_holder(session, ROLES[0])
    with pytest.raises(NotSealed):
        archiving.archive(session, paper.id, by=administrator, at=NOON)
    sealing.approve(session, paper.id, by=an_actor(session, "item_reviewer"), at=NOON)

    with pytest.raises(HolderMissing, match="For 2 of the three roles"):
        archiving.archive(session, paper.id, by=administrator, at=NOON)
    with pytest.raises(PassphraseTooShort):
        archiving.hold(session, ROLES[0], "short", by=administrator, at=NOON)
    with pytest.raises(NoPartyOfArchives):
        archiving.hold(session, "supervisor", PASSPHRASE, by=administrator, at=NOON)


@pytest.mark.parametrize("change", [
    "opened_at = requested_at, open_until = now(), key_sealed = 'x'",
    "purpose = 'x'",
])  # fmt: skip
def test_the_database_opens_nothing_without_three(
    session: Session, archive: PaperArchive, officers: list[Actor], change: str
) -> None:
    row = asked(session, archive, officers[0])
    for officer in officers[:2]:
        consented(session, row, officer)
    session.flush()

    with pytest.raises(IntegrityError, match="opening_needs_three"):
        session.execute(text(f"UPDATE archive_opening SET {change} WHERE id = '{row.id}'"))  # noqa: S608 - a test's own


def test_two_shares_do_not_open_what_three_lock() -> None:
    key = b"k" * tripartite.KEY
    first, second, third = tripartite.split(key)
    locked = tripartite.sealed(b"paper", key, "here")

    assert tripartite.opened(locked, tripartite.joined([third, first, second]), "here") == b"paper"
    for wrong, place in ((tripartite.joined([first, second]), "here"), (key, "there")):
        with pytest.raises(tripartite.NotOpened):
            tripartite.opened(locked, wrong, place)
