"""The printing log 印制登记: sheets of paper with serials counted per organisation, and what became of spoiled ones.

A serial is taken under a lock as the one after the last, in the transaction that enters the sheet: none is given twice,
and none is lost. The texts beside the award are kept with it: whatever the organisation sets later, the sheet of an
entry can be drawn again, byte for byte, as long as program and typeface are the same.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from kaoping.certificates.models import Certificate, CertificateKind
from kaoping.certificates.render import Imprint
from kaoping.certificates.states import State, state_of
from kaoping.exam.certifying.errors import (
    CertificateUnknown,
    NoPaperSheet,
    NotInForce,
    SheetDiffers,
    SheetNotDrawn,
    SheetReasonMissing,
    SheetSpoiledAlready,
)
from kaoping.exam.certifying.models import CertificateBatch, CertificatePrinting, Purpose
from kaoping.exam.certifying.sheets import Press
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import printing, register_list
from kaoping.exam.results.verifying import clean_number
from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.trail import database_time, record, record_many

SHORTEST_REASON: Final = 2
LONGEST_REASON: Final = 200


def written(serial: int) -> str:
    """Write a serial as it stands on the sheet.

    >>> written(42)
    '00000042'
    """
    return f"{serial:08}"


def take(
    session: Session, certificates: Sequence[Certificate], *, batch: CertificateBatch, part: int, press: Press,
    by: Actor,
) -> list[CertificatePrinting]:  # fmt: skip
    """Enter the sheets of a part of a batch, with the serials that follow, in the order of the certificates."""
    organisation = session.get_one(Organisation, by.organisation)
    first = turns.next_number(session, CertificatePrinting.serial, by.organisation)
    moment = database_time(session)
    rows = [
        CertificatePrinting(
            organisation_id=by.organisation, certificate_id=certificate.id, batch_id=batch.id, part=part,
            serial=serial, english=batch.english, purpose=Purpose.BATCH, printed_by=by.id, printed_at=moment,
            imprint=press.imprint(certificate, organisation),
        )
        for serial, certificate in enumerate(certificates, start=first)
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    return rows


def imprint(row: CertificatePrinting) -> Imprint:
    """Give the texts that a sheet bears beside the award, as they were when its serial was taken."""
    return Imprint(serial=written(row.serial), **row.imprint)


def drawn(session: Session, sheets: Sequence[tuple[CertificatePrinting, bytes]], *, by: Actor) -> None:
    """Enter the digests of sheets that were drawn; a sheet that was drawn before keeps its own."""
    new = [(row, content) for row, content in sheets if row.sha256 is None]
    for row, content in new:
        row.sha256 = hashlib.sha256(content).digest()
    deeds = [(row, {"serial": row.serial, "sha256": row.sha256.hex()}) for row, _ in new if row.sha256]
    record_many(session, "certificate_sheet.printed", deeds, by=by, at=None)


def reprint(
    session: Session, certificate: Certificate, *, reason: str, english: bool, press: Press, by: Actor,
    at: datetime | None = None,
) -> CertificatePrinting:  # fmt: skip
    """Print a certificate again on one sheet; its number stays, the sheet has a serial of its own.

    Raises
    ------
    SheetReasonMissing, NotInForce, NoPaperSheet
    """
    moment = at or database_time(session)
    if certificate.kind is CertificateKind.SCORE_REPORT:
        raise NoPaperSheet(number=certificate.number)
    if state_of(certificate, at=moment) is not State.VALID:
        raise NotInForce(number=certificate.number)
    sound = _of(certificate.id).where(CertificatePrinting.spoiled_at.is_(None))
    newest = session.scalars(sound.limit(1)).one_or_none()
    row = CertificatePrinting(
        organisation_id=by.organisation, certificate=certificate, english=english, purpose=Purpose.REPRINT,
        reason=_reason(reason), replaces_id=newest.id if newest else None, printed_by=by.id, printed_at=moment,
    )  # fmt: skip
    return _enter(session, row, press=press, by=by)


def spoil(
    session: Session, printing_id: UUID, *, reason: str, press: Press, by: Actor, at: datetime | None = None
) -> CertificatePrinting:
    """Record that a sheet was spoiled, and give the one that replaces it, under a new serial.

    Of a certificate that is not in force any more no sheet is printed; then the spoiled one is given back.

    Raises
    ------
    SheetReasonMissing, SheetSpoiledAlready, SheetNotDrawn
    """
    row, said = find(session, printing_id, lock=True), _reason(reason)
    if row.spoiled_at is not None:
        raise SheetSpoiledAlready(serial=written(row.serial))
    if row.sha256 is None:
        raise SheetNotDrawn(serial=written(row.serial))
    moment = at or database_time(session)
    row.spoiled_at, row.spoiled_by, row.spoiled_reason = moment, by.id, said
    record(session, "certificate_sheet.spoiled", row, by=by, at=moment, serial=row.serial, reason=said)
    if state_of(row.certificate, at=moment) is not State.VALID:
        return row
    fresh = CertificatePrinting(
        organisation_id=by.organisation, certificate=row.certificate, batch_id=row.batch_id, english=row.english,
        purpose=Purpose.REPLACEMENT, reason=said, replaces_id=row.id, printed_by=by.id, printed_at=moment,
    )  # fmt: skip
    return _enter(session, fresh, press=press, by=by)


def sheet(session: Session, row: CertificatePrinting, *, press: Press) -> bytes:
    """Draw the sheet of an entry.

    Raises
    ------
    DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration
    """
    design = printing.designs(session, [row.certificate_id], english=row.english).get(row.certificate_id)
    return press.sheet(row.certificate, imprint(row), english=row.english, design=design)


def fetch(session: Session, printing_id: UUID, *, press: Press, by: Actor, at: datetime | None = None) -> bytes:
    """Give one sheet to be printed; that it was fetched is kept.

    Raises
    ------
    SheetNotDrawn, SheetSpoiledAlready, NotInForce, SheetDiffers
    """
    row = find(session, printing_id)
    if row.sha256 is None:
        raise SheetNotDrawn(serial=written(row.serial))
    if row.spoiled_at is not None:
        raise SheetSpoiledAlready(serial=written(row.serial))
    if state_of(row.certificate, at=at or database_time(session)) is not State.VALID:
        raise NotInForce(number=row.certificate.number)
    content = sheet(session, row, press=press)
    if hashlib.sha256(content).digest() != row.sha256:
        raise SheetDiffers(serial=written(row.serial))
    record(session, "certificate_sheet.fetched", row, by=by, at=at, serial=row.serial)
    return content


def to_give_out(batch_id: UUID, *, at: datetime) -> Select[CertificatePrinting]:
    """Ask for the sheets of a batch that are drawn, not spoiled, and of certificates in force, by serial."""
    row = CertificatePrinting
    sound = (row.batch_id == batch_id, row.sha256.is_not(None), row.spoiled_at.is_(None))
    query = select(row).join(Certificate, Certificate.id == row.certificate_id).where(*sound)
    return query.where(register_list.in_state(State.VALID, at)).order_by(row.serial)


def find(session: Session, printing_id: UUID, *, lock: bool = False) -> CertificatePrinting:
    """Give an entry of the log with its certificate, or raise `Missing`."""
    row = session.get(CertificatePrinting, printing_id, with_for_update=lock or None)
    if row is None:
        raise Missing(what=N_("sheet in the printing log"))
    return row


def neighbours(
    session: Session, row: CertificatePrinting
) -> tuple[CertificatePrinting | None, CertificatePrinting | None]:
    """Give the sheet that an entry stands in place of, and the newest that stands in its place."""
    after = select(CertificatePrinting).where(CertificatePrinting.replaces_id == row.id)
    newest = session.scalars(after.order_by(CertificatePrinting.serial.desc()).limit(1)).one_or_none()
    return (session.get(CertificatePrinting, row.replaces_id) if row.replaces_id else None), newest


def called(session: Session, number: str) -> Certificate:
    """Give the certificate of a number.

    Raises
    ------
    CertificateUnknown
    """
    wanted = clean_number(number)
    found = session.scalars(select(Certificate).where(Certificate.number == wanted)).one_or_none()
    if found is None:
        raise CertificateUnknown(number=wanted[:40])
    return found


def count(session: Session, *, batch_id: UUID | None = None, sought: str = "") -> int:
    """Count the entries of the log that a search finds."""
    found = _sought(batch_id, sought).order_by(None).subquery()
    return session.scalars(select(func.count()).select_from(found)).one()


def listed(
    session: Session, *, limit: int, offset: int = 0, batch_id: UUID | None = None, sought: str = ""
) -> Sequence[CertificatePrinting]:
    """Give entries of the log with their certificates, the newest serial first."""
    query = _sought(batch_id, sought).options(joinedload(CertificatePrinting.certificate))
    return session.scalars(query.limit(limit).offset(offset)).all()


def _sought(batch_id: UUID | None, sought: str) -> Select[CertificatePrinting]:
    """Ask for the sheets of a batch, or of a certificate by its number, or the one of a serial."""
    query = select(CertificatePrinting).order_by(CertificatePrinting.serial.desc())
    if batch_id:
        query = query.where(CertificatePrinting.batch_id == batch_id)
    words = clean_number(sought)
    if words.isascii() and words.isdecimal() and len(words) <= len(written(0)):
        return query.where(CertificatePrinting.serial == int(words))
    if words:
        query = query.join(Certificate, Certificate.id == CertificatePrinting.certificate_id)
        return query.where(Certificate.number == words)
    return query


def _of(certificate_id: UUID) -> Select[CertificatePrinting]:
    query = select(CertificatePrinting).where(CertificatePrinting.certificate_id == certificate_id)
    return query.order_by(CertificatePrinting.serial.desc())


def _reason(reason: str) -> str:
    said = " ".join(reason.split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON:
        raise SheetReasonMissing(most=LONGEST_REASON)
    return said


def _enter(session: Session, row: CertificatePrinting, *, press: Press, by: Actor) -> CertificatePrinting:
    """Enter one sheet under the next serial, and draw it."""
    with session.no_autoflush:
        row.imprint = press.imprint(row.certificate, session.get_one(Organisation, by.organisation))
        row.serial = turns.next_number(session, CertificatePrinting.serial, by.organisation)
    session.add(row)
    session.flush()
    drawn(session, [(row, sheet(session, row, press=press))], by=by)
    record(
        session, f"certificate_sheet.{row.purpose}", row, by=by, at=row.printed_at, serial=row.serial,
        number=row.certificate.number, reason=row.reason,
    )  # fmt: skip
    return row
