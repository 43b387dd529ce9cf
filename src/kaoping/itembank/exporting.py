"""Taking items out of the bank as a file: one person asks, another decides, the first fetches it once and in time.

What is fetched is made at that moment and kept nowhere. Its passphrase is shown to the requester and kept nowhere
either, so a file whose passphrase is lost is asked for again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import export_file, item_documents, item_rows, listing, standards, turns, typefaces, viewing
from kaoping.itembank.actor import Actor
from kaoping.itembank.decided_once import decided
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.export_file import Cover
from kaoping.itembank.exports import ExportedItem, ExportRequest, ExportState
from kaoping.itembank.item_rows import Wording
from kaoping.itembank.items import Item, Picture, Revision
from kaoping.itembank.listing import Search
from kaoping.itembank.models import Standard
from kaoping.itembank.print_errors import MissingGlyph
from kaoping.itembank.printable import issuer
from kaoping.itembank.sharing.models import TakenItem
from kaoping.itembank.trail import database_time, record
from kaoping.itembank.viewing import LONGEST_PURPOSE, SHORTEST_PURPOSE, Access

LONGEST_REASON: Final = 500


class ExportUnexplained(ItemBankError, Invalid):
    """Items leave the bank for a purpose that can be read later."""

    sentence = N_("Say in %(least)s to %(most)s characters what the items are for: it is kept with your name.")


class ExportFindsNothing(ItemBankError, Invalid):
    """A search that finds no item leads to no export."""

    sentence = N_("This search finds no item; nothing was asked for.")


class ExportTooLarge(ItemBankError, Invalid):
    """More items than the organisation lets one request take."""

    sentence = N_("This search finds %(count)d items; one export takes at most %(most)d. Narrow the search.")


class OwnExport(ItemBankError, Forbidden):
    """Whoever asked for an export does not decide on it."""

    sentence = N_("You asked for this export; another person decides on it.")


class NotYourExport(ItemBankError, Forbidden):
    """What was allowed to one person is fetched by nobody else."""

    sentence = N_("Export %(number)d was asked for by somebody else, who alone can fetch it.")


class ExportDecided(ItemBankError, Conflict):
    """A decision stands."""

    sentence = N_("Export %(number)d is decided already; load its page again.")


class RefusalUnexplained(ItemBankError, Invalid):
    """A request is refused for a reason that the requester can read."""

    sentence = N_("Say in at most %(most)d characters why the export is refused.")


class ExportNotOpen(ItemBankError, Conflict):
    """Only an allowed request is fetched, and once."""

    sentence = N_("Export %(number)d cannot be fetched: it waits, was refused, or was fetched already.")


class PassphraseStale(ItemBankError, Conflict):
    """The file is encrypted with the passphrase that the page showed to this person."""

    sentence = N_("The passphrase of this page does not hold any more. Load the page of the export again.")


class ExportLapsed(ItemBankError, Conflict):
    """Time went by."""

    sentence = N_("Export %(number)d could be fetched until %(until)s. Ask for it again.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: a search as it is written in addresses, what for, and whether keys are needed."""

    asked: Mapping[str, str]
    purpose: str
    with_keys: bool


@dataclass(frozen=True, slots=True)
class People:
    """Names that stand on the cover sheet."""

    requested_by: str
    approved_by: str


def request(
    session: Session, wish: Wish, search: Search, *, most: int, by: Actor, at: datetime | None = None
) -> ExportRequest:
    """Ask for an export of what a search finds now, in the wordings that are newest now.

    Raises
    ------
    ExportUnexplained, ExportFindsNothing, ExportTooLarge, SearchTooLong
    MissingGlyph : the cover sheet cannot print the purpose.
    """
    purpose, moment = _purpose(wish.purpose), at or database_time(session)
    if not (count := listing.count(session, search, by.organisation)):
        raise ExportFindsNothing
    if count > most:
        raise ExportTooLarge(count=count, most=most)
    row = ExportRequest(
        organisation_id=by.organisation,
        number=turns.next_number(session, ExportRequest.number, by.organisation),
        state=ExportState.REQUESTED, purpose=purpose,
        with_keys=wish.with_keys, count=0, asked=dict(wish.asked), requested_by=by.id, requested_at=moment,
    )  # fmt: skip
    row.items = [
        ExportedItem(organisation_id=by.organisation, item_id=item.id, revision_id=revision, code=item.code)
        for item, revision in _found(session, search, by)
    ]
    row.count = len(row.items)
    session.add(row)
    facts = {"number": row.number, "items": row.count, "keys": row.with_keys, "purpose": purpose}
    record(session, "export_requested", row, by=by, at=moment, **facts)
    return row


def approve(
    session: Session, request_id: UUID, *, hours: int, by: Actor, at: datetime | None = None
) -> ExportRequest:  # fmt: skip
    """Allow an export for some hours from now. Allowing it twice is harmless.

    Raises
    ------
    OwnExport, ExportDecided
    """
    row, moment = _to_decide(session, request_id, by=by), at or database_time(session)
    if decided(row, ExportState.APPROVED, waiting=ExportState.REQUESTED, by=by, otherwise=ExportDecided):
        return row
    row.until = moment + timedelta(hours=hours)
    return _decide(session, row, ExportState.APPROVED, by=by, at=moment)


def refuse(
    session: Session, request_id: UUID, reason: str, *, by: Actor, at: datetime | None = None
) -> ExportRequest:  # fmt: skip
    """Refuse an export for a reason. Refusing it twice is harmless.

    Raises
    ------
    OwnExport, ExportDecided, RefusalUnexplained
    """
    row, moment, said = _to_decide(session, request_id, by=by), at or database_time(session), reason.strip()
    if decided(row, ExportState.REFUSED, waiting=ExportState.REQUESTED, by=by, otherwise=ExportDecided):
        return row
    if not 0 < len(said) <= LONGEST_REASON:
        raise RefusalUnexplained(most=LONGEST_REASON)
    row.reason = said
    return _decide(session, row, ExportState.REFUSED, by=by, at=moment)


def fetch(
    session: Session, request_id: UUID, passphrase: str, *, people: People, by: Actor, at: datetime | None = None
) -> bytes:
    """Make the file of an allowed export, once: who took it goes into the trail and into the access log.

    Raises
    ------
    NotYourExport, ExportNotOpen, ExportLapsed
    """
    row, moment = find(session, request_id, lock=True), at or database_time(session)
    if row.requested_by != by.id:
        raise NotYourExport(number=row.number)
    if row.state is not ExportState.APPROVED or row.until is None:
        raise ExportNotOpen(number=row.number)
    if row.lapsed(moment):
        raise ExportLapsed(number=row.number, until=row.until)
    taken = [one.item_id for one in row.items]
    thing = f"export {row.number}"
    trace = viewing.take(session, Access.EXPORT, thing, taken, purpose=row.purpose, by=by, at=moment)
    file = _file(session, row, passphrase, people, trace.code, moment)
    row.state, row.fetched_at, row.trace_id = ExportState.FETCHED, moment, trace.id
    row.digest = hashlib.sha256(file).digest()
    facts = {"number": row.number, "items": row.count, "keys": row.with_keys, "trace": trace.code}
    record(session, "export_fetched", row, by=by, at=moment, sha256=row.digest.hex(), **facts)
    return file


def find(session: Session, request_id: UUID, *, lock: bool = False) -> ExportRequest:
    """Give a request with the items it names, or raise `Missing`."""
    query = select(ExportRequest).where(ExportRequest.id == request_id).options(selectinload(ExportRequest.items))
    query = query.with_for_update().execution_options(populate_existing=True) if lock else query
    row = session.scalars(query).one_or_none()
    if row is None:
        raise Missing(what=N_("export"))
    return row


def count(session: Session) -> int:
    """Count the requests."""
    return session.scalar(select(func.count()).select_from(ExportRequest)) or 0


def listed(session: Session, *, limit: int, offset: int = 0) -> Sequence[ExportRequest]:
    """Give the requests, the newest first."""
    query = select(ExportRequest).order_by(ExportRequest.number.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def count_waiting(session: Session, by: Actor) -> int:
    """Count the requests that wait for this person's decision."""
    waiting = (ExportRequest.state == ExportState.REQUESTED, ExportRequest.requested_by != by.id)
    return session.scalar(select(func.count()).select_from(ExportRequest).where(*waiting)) or 0


def count_to_fetch(session: Session, by: Actor) -> int:
    """Count what this person may fetch now."""
    open_ = (ExportRequest.state == ExportState.APPROVED, ExportRequest.until > func.now())
    own = ExportRequest.requested_by == by.id
    return session.scalar(select(func.count()).select_from(ExportRequest).where(own, *open_)) or 0


def _purpose(said: str) -> str:
    purpose = " ".join(said.split())
    if not SHORTEST_PURPOSE <= len(purpose) <= LONGEST_PURPOSE:
        raise ExportUnexplained(least=SHORTEST_PURPOSE, most=LONGEST_PURPOSE)
    if lacking := typefaces.missing_glyphs(purpose):
        raise MissingGlyph(field=purpose, characters="".join(lacking))
    return purpose


def _found(session: Session, search: Search, by: Actor) -> list[tuple[Item, UUID]]:
    """Give the own items that a search finds, each with its newest wording, in one order: no copies of others."""
    newest = (
        select(Revision.item_id, Revision.id, func.row_number().over(
            partition_by=Revision.item_id, order_by=Revision.number.desc()
        ).label("place")).subquery()
    )  # fmt: skip
    query = select(Item, newest.c.id).join(newest, newest.c.item_id == Item.id)
    query = query.where(newest.c.place == 1, ~exists().where(TakenItem.item_id == Item.id))
    rows = session.execute(query.where(*search.conditions(by.organisation)).order_by(Item.code))
    return [(item, revision) for item, revision in rows]


def _to_decide(session: Session, request_id: UUID, *, by: Actor) -> ExportRequest:
    row = find(session, request_id, lock=True)
    if row.requested_by == by.id:
        raise OwnExport
    return row


def _decide(session: Session, row: ExportRequest, state: ExportState, *, by: Actor, at: datetime) -> ExportRequest:
    row.state, row.decided_by, row.decided_at = state, by.id, at
    record(session, f"export_{state}", row, by=by, at=at, number=row.number, items=row.count)
    return row


def _file(
    session: Session, row: ExportRequest, passphrase: str, people: People, trace: str, at: datetime
) -> bytes:  # fmt: skip
    wordings = _wordings(session, row)
    of = {one.item.standard_id: session.get_one(Standard, one.item.standard_id) for one in wordings}
    taken = at.astimezone(turns.ZONE).strftime("%Y-%m-%d %H:%M")
    told = {
        "number": row.number, "trace": trace, "requested_by": people.requested_by, "approved_by": people.approved_by,
        "taken_at": at.isoformat(), "purpose": row.purpose, "items": row.count, "with_keys": row.with_keys,
    }  # fmt: skip
    pictures = _pictures(session, wordings)
    files = {"items.json": item_documents.written(wordings, of, pictures, told=told, with_keys=row.with_keys)}
    notes = {"items.json": f"{row.count} 题"}
    for standard_id, group in groupby(sorted(wordings, key=_by_standard), key=lambda one: one.item.standard_id):
        ones, standard = list(group), of[standard_id]
        points = standards.points(session, standard_id)
        sheet = item_rows.written(ones, standard.levels, points, with_keys=row.with_keys)
        name = f"items-{standard.code}-{standard.edition}.xlsx".replace("/", "-")
        files[name], notes[name] = sheet.data, f"{len(ones) - len(sheet.left_out)} 题"
    cover = Cover(
        number=row.number, trace=trace, organisation=issuer(session, row.organisation_id), taken=taken,
        requested_by=people.requested_by, approved_by=people.approved_by, purpose=row.purpose,
        with_keys=row.with_keys, codes=tuple(one.code for one in row.items), files=notes,
    )  # fmt: skip
    return export_file.sealed(cover, files, passphrase)


def _by_standard(one: Wording) -> tuple[str, str]:
    return str(one.item.standard_id), one.item.code


def _wordings(session: Session, row: ExportRequest) -> list[Wording]:
    query = (
        select(Item, Revision).join(Revision, Revision.item_id == Item.id)
        .join(ExportedItem, ExportedItem.revision_id == Revision.id).where(ExportedItem.request_id == row.id)
        .options(joinedload(Item.point), joinedload(Item.level)).order_by(Item.code)
    )  # fmt: skip
    return [Wording(item, revision) for item, revision in session.execute(query)]


def _pictures(session: Session, wordings: Sequence[Wording]) -> Sequence[Picture]:
    named = {picture for one in wordings for picture in item_documents.pictures_named(one.revision.body)}
    return session.scalars(select(Picture).where(Picture.id.in_(named)).order_by(Picture.id)).all() if named else ()
