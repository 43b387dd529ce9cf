"""Archiving sealed papers: officers set their passphrases, a paper's content and keys are locked under three shares.

The archived document holds what the paper's seal covers, as it is at this moment. Whether exams that use the paper are
closed and final is asked by who calls.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import sealing, tripartite
from kaoping.itembank.actor import Actor
from kaoping.itembank.archives import ArchiveHolder, ArchiveOpening, ArchiveShare, PaperArchive, of_paper
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.papers import Paper, Slot
from kaoping.itembank.rules import plain
from kaoping.itembank.trail import database_time, record

ROLES: Final = ("bank_administrator", "exam_officer", "supervisor")
"""The three parties; kept with every archive, so that a later change leaves older archives as they are."""
SHORTEST_PASSPHRASE: Final = 12


class PassphraseTooShort(ItemBankError, Invalid):
    """Who has a copy of the database can try passphrases; a short one is found."""

    sentence = N_("Use a passphrase of at least %(least)d characters, such as five words that do not belong together.")


class NoPartyOfArchives(ItemBankError, Forbidden):
    """Only the officers of the three roles hold shares."""

    sentence = N_("Shares of archived papers are held by the three roles alone; none of yours is one of them.")


class HolderMissing(ItemBankError, Conflict):
    """A share that nobody can open would lock the paper for good."""

    sentence = N_(
        "For %(count)d of the three roles nobody holds a share yet; the list of archived papers tells for which. An "
        "officer of each sets an archive passphrase first."
    )


def hold(session: Session, role: str, passphrase: str, *, by: Actor, at: datetime | None = None) -> ArchiveHolder:
    """Set the person's passphrase for papers that are archived from now on.

    Raises
    ------
    NoPartyOfArchives, PassphraseTooShort
    """
    if role not in ROLES or role not in by.roles:
        raise NoPartyOfArchives
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseTooShort(least=SHORTEST_PASSPHRASE)
    identity = uuid4()
    public, wrapped = tripartite.new_pair(passphrase, _private(identity))
    row = ArchiveHolder(
        id=identity, organisation_id=by.organisation, account_id=by.id, role=role, public=public, wrapped=wrapped,
        at=at or database_time(session),
    )  # fmt: skip
    session.add(row)
    record(session, "archive_passphrase_set", row, by=by, at=row.at, role=role)
    return row


def holders(session: Session) -> dict[str, list[ArchiveHolder]]:
    """Give by role who holds now: the newest pair of every person."""
    rows = session.scalars(select(ArchiveHolder).order_by(ArchiveHolder.at))
    newest = {row.account_id: row for row in rows}
    return {role: [row for row in newest.values() if row.role == role] for role in ROLES}


def archive(session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None) -> PaperArchive:
    """Lock a sealed paper: its document under a new key, the key in three shares. Doing it twice is harmless.

    Raises
    ------
    NotSealed, SealBroken : there is no sound paper to lock.
    HolderMissing : nobody of a role could open the share.
    """
    paper = sealing.locked(session, paper_id)
    if (known := of_paper(session, paper_id)) is not None:
        return known
    sealing.verify_digest(session, paper)
    held = holders(session)
    if missing := [role for role in ROLES if not held[role]]:
        raise HolderMissing(count=len(missing))
    identity, key = uuid4(), secrets.token_bytes(tripartite.KEY)
    row = PaperArchive(
        id=identity, organisation_id=by.organisation, paper_id=paper.id, roles=list(ROLES),
        document=tripartite.sealed(_document(paper), key, document_place(identity)), archived_by=by.id,
        archived_at=at or database_time(session),
    )  # fmt: skip
    row.shares = [
        ArchiveShare(
            organisation_id=by.organisation, holder_id=holder.id,
            wrapped=tripartite.sealed_for(holder.public, share, share_place(identity, role)),
        )
        for role, share in zip(ROLES, tripartite.split(key), strict=True)
        for holder in held[role]
    ]  # fmt: skip
    session.add(row)
    record(session, "paper_archived", row, by=by, at=row.archived_at, paper=paper.code, roles=list(ROLES))
    return row


def find(session: Session, archive_id: UUID) -> PaperArchive:
    """Give an archive with its openings, or raise `Missing`."""
    query = _whole().where(PaperArchive.id == archive_id).execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise Missing(what=N_("archived paper"))
    return row


def listed(session: Session) -> Sequence[PaperArchive]:
    """Give the archives, the newest first."""
    return session.scalars(_whole().order_by(PaperArchive.archived_at.desc())).all()


def _whole() -> Select[PaperArchive]:
    openings = selectinload(PaperArchive.openings).selectinload(ArchiveOpening.consents)
    return select(PaperArchive).options(joinedload(PaperArchive.paper), openings)


def private_place(holder: ArchiveHolder) -> str:
    """Name the place that a private key is bound to."""
    return _private(holder.id)


def share_place(archive_id: UUID, role: str) -> str:
    """Name the place that a share is bound to."""
    return f"archive_share:{archive_id}:{role}"


def document_place(archive_id: UUID) -> str:
    """Name the place that a document is bound to."""
    return f"paper_archive:{archive_id}:document"


def _private(identity: UUID) -> str:
    return f"archive_holder:{identity}:private"


def _document(paper: Paper) -> bytes:
    held = {"code": paper.code, "digest": (paper.digest or b"").hex(), "slots": [_slot(slot) for slot in paper.slots]}
    return json.dumps(held, ensure_ascii=False).encode()


def _slot(slot: Slot) -> dict[str, Any]:
    revision = slot.revision
    return {
        "number": slot.number, "item": str(slot.item_id), "code": slot.item.code, "revision": revision.number,
        "marks": plain(slot.marks), "scoring": slot.scoring.value, "body": revision.body,
        "source": [revision.source_standard, revision.source_edition, revision.source_clause],
    }  # fmt: skip
