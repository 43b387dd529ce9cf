"""Use cases: another person than the assembler approves and seals a paper; a paper that is not wanted is discarded.

The seal is a digest over everything that decides a candidate's marks: slots in order, revisions, their whole content
with the keys, marks. Whoever scores checks it again. The database refuses any later change of a sealed paper.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import archives, cited, enemy_sets, reviewing, turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Forbidden, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, Revision
from kaoping.itembank.papers import Paper, PaperState, Sealable, Slot, Swap
from kaoping.itembank.rules import plain
from kaoping.itembank.scoring_rules import ScoringRule
from kaoping.itembank.sharing.models import TakenItem, lapsed
from kaoping.itembank.trail import database_time, record


class OwnPaper(ItemBankError, Forbidden):
    """The assembler of a paper would approve it."""

    sentence = N_("Paper %(paper)s was assembled by you; another person approves and seals it.")


class OwnSwap(ItemBankError, Forbidden):
    """Somebody who swapped an item of a paper by hand would approve it."""

    sentence = N_("You swapped an item of paper %(paper)s; another person approves and seals it.")


class ChangedMeanwhile(ItemBankError, Conflict):
    """An item was swapped after the approver read the paper."""

    sentence = N_(
        "An item of paper %(paper)s was swapped after you opened the page, so it was not sealed. Read it again."
    )


class NotAssembled(ItemBankError, Conflict):
    """The paper is not waiting for approval."""

    sentence = N_("Paper %(paper)s was discarded and cannot be sealed; assemble again.")


class ItemNoLongerApproved(ItemBankError, Conflict):
    """An item of the paper was retired, reopened or approved in another wording since it was assembled."""

    sentence = N_(
        "Paper %(paper)s holds items that are no longer approved (%(items)s); swap them, or discard the paper and "
        "assemble again."
    )


class SourcesEnded(ItemBankError, Conflict):
    """What items of the paper cite was replaced or withdrawn since it was assembled."""

    sentence = N_(
        "Paper %(paper)s holds items whose source is not in force any more (%(items)s); swap them, or discard the "
        "paper and assemble again."
    )


class EnemiesMeet(ItemBankError, Conflict):
    """Items of the paper were made enemies since it was assembled, or since its list was confirmed."""

    sentence = N_(
        "Paper %(paper)s holds items that became enemies after it was assembled (%(items)s); swap them, or discard the "
        "paper and assemble again."
    )


class AlreadySealed(ItemBankError, Conflict):
    """A sealed paper cannot be discarded."""

    sentence = N_("Paper %(paper)s is sealed and cannot be changed or discarded.")


class SealBroken(ItemBankError, Conflict):
    """What the paper holds is not what was sealed."""

    sentence = N_(
        "Paper %(paper)s does not match its seal: its content was changed after it was sealed. Do not use it."
    )


class NotSealed(ItemBankError, Conflict):
    """Only a sealed paper can be printed or used."""

    sentence = N_("Paper %(paper)s is not sealed yet; another person than its assembler approves it first.")


def find(session: Session, paper_id: UUID) -> Paper:
    """Give a paper of the organisation with its slots, or raise `Missing`."""
    found = session.scalars(_whole(paper_id)).one_or_none()
    if found is None:
        raise Missing(what=N_("paper"))
    return found


def _whole(paper_id: UUID) -> Select[Paper]:
    return select(Paper).where(Paper.id == paper_id).options(
        selectinload(Paper.slots).joinedload(Slot.revision), selectinload(Paper.slots).joinedload(Slot.item),
        joinedload(Paper.run), joinedload(Paper.specification), selectinload(Paper.swaps),
    )  # fmt: skip


def listed(session: Session) -> Sequence[Paper]:
    """Give all papers that were not discarded, the newest first."""
    query = select(Paper).where(Paper.state != PaperState.DISCARDED)
    return session.scalars(query.order_by(Paper.assembled_at.desc(), Paper.code)).all()


def awaiting(session: Session, actor: Actor) -> int:
    """Count the papers that wait for a person's approval: assembled by somebody else, without a swap of theirs."""
    own = exists().where(Swap.paper_id == Paper.id, Swap.by == actor.id)
    waiting = (Paper.state == PaperState.ASSEMBLED, Paper.assembled_by != actor.id, ~own)
    return session.scalars(select(func.count()).select_from(Paper).where(*waiting)).one()


def read_content(session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None) -> Paper:
    """Give a paper to be read with its items; that somebody did is written into the trail.

    Raises
    ------
    PaperArchived
    """
    paper = find(session, paper_id)
    archives.require_unarchived(session, paper)
    record(session, "paper_read", paper, by=by, at=at)
    return paper


def approve(
    session: Session, paper_id: UUID, *, by: Actor, seen: str | None = None, at: datetime | None = None
) -> Paper:
    """Approve and seal a paper; a sealed one is given back as it is.

    ``seen`` is what `stamp_of` gave for the paper that the approver read, if a page was read.

    Raises
    ------
    OwnPaper, OwnSwap : somebody approves who assembled it or swapped an item of it (the database refuses it too).
    ChangedMeanwhile : an item was swapped since the approver read it.
    ItemNoLongerApproved, EnemiesMeet : the bank has changed since it was assembled, so that no paper may be like it.
    """
    paper = locked(session, paper_id)
    if not waits(paper, by):
        return paper
    if by.id in paper.hands:
        raise OwnSwap(paper=paper.code)
    if seen is not None and seen != stamp_of(paper):
        raise ChangedMeanwhile(paper=paper.code)
    _require_approved_items(session, paper, at)
    _require_no_enemies(session, paper)
    for slot in paper.slots:
        slot.item.state = ItemState.IN_USE
    close(session, paper, digest_of(paper), verb="paper_sealed", by=by, at=at)
    return paper


def discard(session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None) -> Paper:
    """Put a paper aside that was not sealed; doing it twice is harmless."""
    paper = locked(session, paper_id)
    put_aside(session, paper, verb="paper_discarded", by=by, at=at)
    return paper


def waits(paper: Sealable, by: Actor) -> bool:
    """Tell whether a paper waits for somebody's approval; a sealed one does not any more.

    Raises
    ------
    NotAssembled : it was discarded.
    OwnPaper : the one who asks assembled it.
    """
    if paper.state is PaperState.DISCARDED:
        raise NotAssembled(paper=paper.code)
    if paper.state is PaperState.ASSEMBLED and paper.assembled_by == by.id:
        raise OwnPaper(paper=paper.code)
    return paper.state is PaperState.ASSEMBLED


def close(session: Session, paper: Sealable, digest: bytes, *, verb: str, by: Actor, at: datetime | None) -> None:
    """Seal a paper with the digest of what stands in it."""
    paper.state, paper.approved_by, paper.sealed_at = PaperState.SEALED, by.id, at or database_time(session)
    paper.digest = digest
    record(session, verb, paper, by=by, at=at, digest=digest.hex())


def put_aside(session: Session, paper: Sealable, *, verb: str, by: Actor, at: datetime | None) -> None:
    """Put a paper aside that was not sealed; doing it twice is harmless."""
    if paper.state is PaperState.SEALED:
        raise AlreadySealed(paper=paper.code)
    if paper.state is PaperState.ASSEMBLED:
        paper.state = PaperState.DISCARDED
        record(session, verb, paper, by=by, at=at)


def digest(paper: Sealable, content: list[Any]) -> bytes:
    """Compute SHA-256 over a paper's number and its content."""
    document = json.dumps([paper.code, content], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(document.encode()).digest()


def hold_against(paper: Sealable, found: bytes) -> None:
    """Hold the digest of what was read against a paper's seal.

    Raises
    ------
    NotSealed : there is no seal yet.
    SealBroken : something differs from what was sealed.
    """
    if paper.digest is None:
        raise NotSealed(paper=paper.code)
    if found != paper.digest:
        raise SealBroken(paper=paper.code)


def stamp_of(paper: Paper) -> str:
    """Give a mark of what stands in a paper, which changes with every swap."""
    return hashlib.sha256(",".join(str(slot.revision_id) for slot in paper.slots).encode()).hexdigest()[:24]


def digest_of(paper: Paper) -> bytes:
    """Compute SHA-256 over number, item, revision, marks, content and scoring rule of every slot, in order.

    All or nothing is not written, so that papers that were sealed before there were other rules keep their digest.
    """
    return digest(paper, [
        [slot.number, str(slot.item_id), str(slot.revision_id), plain(slot.marks), slot.revision.body, *_rule(slot)]
        for slot in paper.slots
    ])  # fmt: skip


def _rule(slot: Slot) -> list[str]:
    if slot.scoring is ScoringRule.ALL_OR_NOTHING:
        return []
    return [slot.scoring.value] if slot.apart is None else [slot.scoring.value, plain(slot.apart)]


def verify_digest(session: Session, paper: Paper) -> None:
    """Read a sealed paper from the database again and hold it against its seal.

    Raises
    ------
    NotSealed : there is no seal yet.
    SealBroken : slots, marks or content differ from what was sealed.
    PaperArchived : it is locked, so nothing is printed, scored or shown from it.
    """
    session.flush()
    archives.require_unarchived(session, paper)
    stored = _anew(session, paper.id)
    hold_against(stored, digest_of(stored))


def locked(session: Session, paper_id: UUID) -> Paper:
    """Lock the paper's row, so that approving, swapping and discarding at once become one after the other."""
    session.execute(select(Paper.id).where(Paper.id == paper_id).with_for_update())
    return _anew(session, paper_id)


def _anew(session: Session, paper_id: UUID) -> Paper:
    """Read a paper from the database whatever the session knows of it."""
    session.scalars(_whole(paper_id).execution_options(populate_existing=True)).all()
    return find(session, paper_id)


def _require_approved_items(session: Session, paper: Paper, at: datetime | None) -> None:
    """Lock the items, so that nobody takes one out of the bank meanwhile, and refuse those that are not approved."""
    items = select(Item).where(Item.id.in_([slot.item_id for slot in paper.slots])).order_by(Item.id)
    session.scalars(items.with_for_update().execution_options(populate_existing=True)).all()
    over = set(session.scalars(lapsed().where(TakenItem.item_id.in_([slot.item_id for slot in paper.slots]))))
    gone = [
        slot.item.code
        for slot in paper.slots
        if not slot.item.offered or slot.item_id in over or slot.revision_id != slot.item.latest.id
    ]
    for slot in paper.slots:
        reviewing.require_intact(slot.revision)
    if gone:
        raise ItemNoLongerApproved(paper=paper.code, items=", ".join(gone))
    day = (at or database_time(session)).astimezone(turns.ZONE).date()
    kept = (Revision.id.in_([slot.revision_id for slot in paper.slots]), cited.ended(day))
    if outdated := session.scalars(select(Item.code).join(Revision).where(*kept).order_by(Item.code)).all():
        raise SourcesEnded(paper=paper.code, items=", ".join(outdated))


def _require_no_enemies(session: Session, paper: Paper) -> None:
    """Refuse items that the bank's sets keep apart, but for deviations of a given list that somebody confirmed."""
    confirmed = {line["rule"] for line in paper.run.report.get("checked", ()) if not line["kept"]}
    found = enemy_sets.met(session, [slot.item_id for slot in paper.slots])
    if unknown := [codes for label, codes in found.items() if f"{enemy_sets.RULE}:{label}" not in confirmed]:
        raise EnemiesMeet(paper=paper.code, items="; ".join(", ".join(codes) for codes in unknown))
