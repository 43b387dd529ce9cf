"""Opening an archived paper: asked for with a purpose, consented to by three officers, open for hours, shut by itself.

A consent opens the officer's share with the officer's passphrase and keeps it under the ring until the third has come.
Then the key stands under the ring while the paper is open, and is destroyed when it is first found shut.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import archiving, tripartite, turns, viewing
from kaoping.itembank.actor import Actor
from kaoping.itembank.archives import (
    ArchiveConsent,
    ArchiveHolder,
    ArchiveOpening,
    ArchiveShare,
    OpeningState,
    PaperArchive,
)
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.trail import database_time, record
from kaoping.itembank.viewing import LONGEST_PURPOSE, SHORTEST_PURPOSE, Trace

LONGEST_REASON: Final = 500


class OpeningUnexplained(ItemBankError, Invalid):
    """A paper is opened for a purpose that can be read later."""

    sentence = N_("Say in %(least)s to %(most)s characters what the paper is opened for.")


class OpeningPending(ItemBankError, Conflict):
    """One opening at a time."""

    sentence = N_("Paper %(paper)s is open, or an opening waits for consent; use that one.")


class OpeningOver(ItemBankError, Conflict):
    """An opening that ended, or waits no longer, takes no consent."""

    sentence = N_("This opening waits for no consent any more. Load its page again.")


class NoShareOfYours(ItemBankError, Forbidden):
    """A person without a share, or of a role that has consented, cannot consent."""

    sentence = N_("You hold no share of this paper that is still needed: your role has consented, or you came later.")


class ConsentedAlready(ItemBankError, Conflict):
    """Three different persons consent."""

    sentence = N_("You have consented already; two other officers are needed.")


class PassphraseWrong(ItemBankError, Invalid):
    """The passphrase does not open the officer's key."""

    sentence = N_("This passphrase does not open your share. It is the one that held when the paper was archived.")


class OpeningRefusalUnexplained(ItemBankError, Invalid):
    """An opening is refused for a reason."""

    sentence = N_("Say in at most %(most)d characters why the opening is refused.")


class ArchiveShut(ItemBankError, Conflict):
    """The paper is not open now."""

    sentence = N_("Paper %(paper)s is not open now. Ask for an opening.")


class NotOfTheOpening(ItemBankError, Forbidden):
    """Only who asked and who consented read an opened paper."""

    sentence = N_("Only the person who asked for this opening and the three who consented read the paper.")


def ask(
    session: Session, archive_id: UUID, purpose: str, *, hours: int, by: Actor, at: datetime | None = None
) -> ArchiveOpening:
    """Ask for an opening, to which three officers consent within some hours.

    Raises
    ------
    OpeningUnexplained, OpeningPending
    """
    said, moment = " ".join(purpose.split()), at or database_time(session)
    if not SHORTEST_PURPOSE <= len(said) <= LONGEST_PURPOSE:
        raise OpeningUnexplained(least=SHORTEST_PURPOSE, most=LONGEST_PURPOSE)
    turns.take(session, f"archive:{archive_id}")
    archive = archiving.find(session, archive_id)
    if any(one.state(moment) in {OpeningState.WAITING, OpeningState.OPEN} for one in archive.openings):
        raise OpeningPending(paper=archive.paper.code)
    row = ArchiveOpening(
        organisation_id=by.organisation, archive_id=archive_id, purpose=said, requested_by=by.id,
        requested_at=moment, consent_until=moment + timedelta(hours=hours),
    )  # fmt: skip
    session.add(row)
    record(session, "opening_asked", row, by=by, at=moment, paper=archive.paper.code, purpose=said)
    return row


def consent(
    session: Session, opening_id: UUID, passphrase: str, *, hours: int, by: Actor, at: datetime | None = None
) -> ArchiveOpening:
    """Consent with one's passphrase; the third consent opens the paper for some hours.

    Raises
    ------
    OpeningOver, ConsentedAlready, NoShareOfYours, PassphraseWrong
    """
    row, moment = find(session, opening_id, lock=True), at or database_time(session)
    if row.state(moment) is not OpeningState.WAITING:
        raise OpeningOver
    if any(one.person_id == by.id for one in row.consents):
        raise ConsentedAlready
    held = _share(session, row, by)
    row.consents.append(ArchiveConsent(
        organisation_id=by.organisation, role=held.holder.role, person_id=by.id, at=moment,
        share=_opened(held, passphrase).hex(),
    ))  # fmt: skip
    paper = row.archive.paper.code
    record(session, "opening_consented", row, by=by, at=moment, paper=paper, role=held.holder.role)
    if len(row.consents) == tripartite.PARTIES:
        row.key = tripartite.joined(bytes.fromhex(one.share or "") for one in row.consents).hex()
        row.opened_at, row.open_until = moment, moment + timedelta(hours=hours)
        _destroy_shares(row)
        record(session, "archive_opened", row, by=by, at=moment, paper=paper, until=row.open_until.isoformat())
    return row


def refuse(
    session: Session, opening_id: UUID, reason: str, *, by: Actor, at: datetime | None = None
) -> ArchiveOpening:  # fmt: skip
    """Refuse an opening for a reason, as a holder of a share of it.

    Raises
    ------
    OpeningOver, NoShareOfYours, OpeningRefusalUnexplained
    """
    row, moment, said = find(session, opening_id, lock=True), at or database_time(session), reason.strip()
    if row.state(moment) is not OpeningState.WAITING:
        raise OpeningOver
    _share(session, row, by)
    if not 0 < len(said) <= LONGEST_REASON:
        raise OpeningRefusalUnexplained(most=LONGEST_REASON)
    row.refused_by, row.refused_at, row.reason = by.id, moment, said
    _destroy_shares(row)
    record(session, "opening_refused", row, by=by, at=moment, paper=row.archive.paper.code)
    return row


def read(
    session: Session, opening_id: UUID, *, by: Actor, at: datetime | None = None
) -> tuple[dict[str, Any], Trace]:  # fmt: skip
    """Give the document of an open paper with the trace of its reader: the trail and the access log hold both.

    Raises
    ------
    ArchiveShut, NotOfTheOpening
    """
    row, moment = find(session, opening_id), at or database_time(session)
    if by.id not in {row.requested_by, *(one.person_id for one in row.consents)}:
        raise NotOfTheOpening
    if row.state(moment) is not OpeningState.OPEN or row.key is None:
        raise ArchiveShut(paper=row.archive.paper.code)
    place = archiving.document_place(row.archive_id)
    document: dict[str, Any] = json.loads(tripartite.opened(row.archive.document, bytes.fromhex(row.key), place))
    trace = viewing.see(session, (UUID(slot["item"]) for slot in document["slots"]), by=by, at=moment)
    record(session, "archive_read", row, by=by, at=moment, paper=row.archive.paper.code, trace=trace.code)
    return document, trace


def shut(session: Session, *, by: Actor, at: datetime | None = None) -> int:
    """Destroy the keys and shares of openings that are over; give how many were found."""
    moment = at or database_time(session)
    shares = exists().where(ArchiveConsent.opening_id == ArchiveOpening.id, ArchiveConsent.share_sealed.is_not(None))
    query = select(ArchiveOpening).where(or_(
        ArchiveOpening.key_sealed.is_not(None) & (ArchiveOpening.open_until < moment),
        shares & (ArchiveOpening.consent_until < moment),
    )).options(selectinload(ArchiveOpening.consents)).with_for_update()  # fmt: skip
    over = session.scalars(query).all()
    for row in over:
        if row.key_sealed is not None:
            row.key = None
        _destroy_shares(row)
        record(session, "archive_shut", row, by=by, at=moment)
    return len(over)


def find(session: Session, opening_id: UUID, *, lock: bool = False) -> ArchiveOpening:
    """Give an opening with its archive and consents, or raise `Missing`."""
    if lock:
        session.execute(select(ArchiveOpening.id).where(ArchiveOpening.id == opening_id).with_for_update())
    query = select(ArchiveOpening).where(ArchiveOpening.id == opening_id).options(
        joinedload(ArchiveOpening.archive).joinedload(PaperArchive.paper), selectinload(ArchiveOpening.consents)
    )  # fmt: skip
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise Missing(what=N_("opening of an archived paper"))
    return row


def count_waiting(session: Session, by: Actor) -> int:
    """Count the openings that wait for this person's consent."""
    consented = exists().where(
        ArchiveConsent.opening_id == ArchiveOpening.id,
        or_(ArchiveConsent.person_id == by.id, ArchiveConsent.role == ArchiveHolder.role),
    )
    query = (
        select(func.count(ArchiveOpening.id.distinct()))
        .join(ArchiveShare, ArchiveShare.archive_id == ArchiveOpening.archive_id).join(ArchiveHolder)
        .where(
            ArchiveHolder.account_id == by.id, ArchiveOpening.opened_at.is_(None), ArchiveOpening.refused_at.is_(None),
            ArchiveOpening.consent_until > func.now(), ~consented,
        )
    )  # fmt: skip
    return session.scalar(query) or 0


def may_consent(session: Session, row: ArchiveOpening, by: Actor) -> bool:
    """Say whether a waiting opening needs this person's consent."""
    try:
        _share(session, row, by)
    except NoShareOfYours:
        return False
    return all(one.person_id != by.id for one in row.consents)


def _share(session: Session, row: ArchiveOpening, by: Actor) -> ArchiveShare:
    """Give the person's share of a role that has not consented yet."""
    query = (
        select(ArchiveShare).join(ArchiveHolder).options(joinedload(ArchiveShare.holder))
        .where(ArchiveShare.archive_id == row.archive_id, ArchiveHolder.account_id == by.id)
    )  # fmt: skip
    said = {one.role for one in row.consents}
    held: Sequence[ArchiveShare] = [one for one in session.scalars(query) if one.holder.role not in said]
    if not held or held[0].holder.role not in by.roles:
        raise NoShareOfYours
    return held[0]


def _opened(held: ArchiveShare, passphrase: str) -> bytes:
    try:
        private = tripartite.unlocked(held.holder.wrapped, passphrase, archiving.private_place(held.holder))
    except tripartite.NotOpened:
        raise PassphraseWrong from None
    return tripartite.opened_by(private, held.wrapped, archiving.share_place(held.archive_id, held.holder.role))


def _destroy_shares(row: ArchiveOpening) -> None:
    for one in row.consents:
        if one.share_sealed is not None:
            one.share = None
