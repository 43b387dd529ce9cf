"""Drawing the sheets of a batch, a part at a time; a part is a sealed file on disk until the batch is packed.

Serials are taken in one short transaction and digests are entered in another; between them the sheets are drawn. A
worker that is killed in between leaves sheets with serials and no digests: they are drawn first when the batch goes on.
A part that the disk has lost is drawn again, under the same serials.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, joinedload

from kaoping.certificates.errors import NotForDemonstration, PhotoUnusable
from kaoping.certificates.layout_choice import Design
from kaoping.certificates.models import Certificate
from kaoping.certificates.states import State, state_of
from kaoping.exam.certifying import batches, printings, storing
from kaoping.exam.certifying.errors import FileGone, NotInForce, SheetDiffers
from kaoping.exam.certifying.issuing import Opened, Workshop
from kaoping.exam.certifying.models import BatchState, CertificateBatch, CertificateBatchLine, CertificatePrinting
from kaoping.exam.certifying.sheets import Press
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import badging, printing, register_list
from kaoping.itembank.errors import KaopingError
from kaoping.itembank.print_errors import DoesNotFit, MissingGlyph
from kaoping.itembank.trail import database_time

#: Sheets of a part.
LOT: Final = 50
#: What may be wrong with one certificate alone.
UNDRAWABLE: Final = (DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration)
#: What the printing log says of a serial whose sheet could not be drawn.
UNDRAWN: Final = "未能绘制 (could not be drawn)"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn of a certificate: the sheet for paper, with its serial, and the file for a screen."""

    printing: CertificatePrinting
    sheet: bytes
    electronic: bytes


def draw_all(opened: Opened, batch_id: UUID, workshop: Workshop) -> None:
    """Draw the sheets of all issued lines; a batch that was stopped meanwhile is left where it is."""
    with opened() as session:
        batch = batches.locked(session, batch_id)
        if not batch.state.going:
            return
        done = batches.counts(session, [batch_id])[batch_id].drawn
        batches.begin(session, batch, BatchState.DRAWING, done=done)
    while True:
        with opened() as session:
            part = next_part(session, batch_id, workshop.press)
        if part is None:
            return
        draw_part(opened, batch_id, part, workshop)


def next_part(session: Session, batch_id: UUID, press: Press) -> int | None:
    """Give a part whose sheets have serials and are not drawn, or take serials for a new one; None if all are drawn."""
    batch = batches.locked(session, batch_id)
    if batch.state is not BatchState.DRAWING:
        return None
    of_batch = CertificatePrinting.batch_id == batch_id
    begun = (of_batch, CertificatePrinting.sha256.is_(None), CertificatePrinting.spoiled_at.is_(None))
    part = session.scalars(select(func.min(CertificatePrinting.part)).where(*begun)).one()
    if part is not None:
        return part
    certificates = _without_sheet(session, batch)
    if not certificates:
        return None
    last = session.scalars(select(func.max(CertificatePrinting.part)).where(of_batch)).one() or 0
    printings.take(session, certificates, batch=batch, part=last + 1, press=press, by=batches.orderer(batch))
    return last + 1


def _without_sheet(session: Session, batch: CertificateBatch) -> Sequence[Certificate]:
    """Give certificates of a batch that are in force and have no sheet of it."""
    sheet = exists().where(
        CertificatePrinting.certificate_id == Certificate.id, CertificatePrinting.batch_id == batch.id,
        CertificatePrinting.spoiled_at.is_(None),
    )  # fmt: skip
    line = (CertificateBatchLine.batch_id == batch.id, CertificateBatchLine.undrawn.is_(None))
    in_force = register_list.in_state(State.VALID, database_time(session))
    query = (
        select(Certificate)
        .join(CertificateBatchLine, CertificateBatchLine.certificate_id == Certificate.id)
        .where(*line, in_force, ~sheet)
        .order_by(Certificate.number)
        .limit(LOT)
    )
    return session.scalars(query).all()


def draw_part(opened: Opened, batch_id: UUID, part: int, workshop: Workshop) -> list[Drawn]:
    """Draw the sheets of a part and keep them on disk; one that cannot be drawn does not stop the others.

    What is wrong with all of them, such as a document key that has run out, is raised.

    Raises
    ------
    SheetDiffers : a sheet that is logged comes out otherwise.
    """
    with opened() as session:
        rows, failed = _still_in_force(_of_part(session, batch_id, part), at=database_time(session))
        organisation = session.get_one(Organisation, batches.find(session, batch_id).organisation_id)
        press, designs = workshop.press, _designs(session, rows)
        badges = {
            row.id: badging.document(session, row.certificate, origin=press.origin, key=press.key) for row in rows
        }
    done = list[Drawn]()
    for row in rows:
        try:
            done.append(_draw(row, organisation, press, badge=badges[row.id], design=designs.get(row.id)))
        except UNDRAWABLE as refused:
            if row.sha256 is not None:
                raise
            failed[row.id] = refused
    _require_logged(done)
    storing.write(
        storing.part_path(workshop.folder, batch_id, part), storing.part_place(batch_id, part), _bundled(done)
    )
    with opened() as session:
        _enter(session, batch_id, part, done, failed)
    return done


def _still_in_force(
    rows: Sequence[CertificatePrinting], *, at: datetime
) -> tuple[list[CertificatePrinting], dict[UUID, KaopingError]]:
    """Tell the sheets to draw from those whose certificate lost its force before they were drawn for the first time."""
    lost = {
        row.id: NotInForce(number=row.certificate.number)
        for row in rows
        if row.sha256 is None and state_of(row.certificate, at=at) is not State.VALID
    }
    return [row for row in rows if row.id not in lost], dict(lost)


def part_of(opened: Opened, batch_id: UUID, part: int, workshop: Workshop) -> list[tuple[str, bytes]]:
    """Give the files of a part by name, from the disk, or drawn again if the disk has lost them."""
    place = storing.part_place(batch_id, part)
    try:
        content = b"".join(storing.pieces(storing.part_path(workshop.folder, batch_id, part), place))
    except FileGone:
        content = _bundled(draw_part(opened, batch_id, part, workshop))
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return [(name, bundle.read(name)) for name in bundle.namelist()]


def _of_part(session: Session, batch_id: UUID, part: int) -> Sequence[CertificatePrinting]:
    """Give the sheets of a part, without those that could not be drawn."""
    drawable = CertificatePrinting.spoiled_at.is_(None) | CertificatePrinting.sha256.is_not(None)
    rows = select(CertificatePrinting).where(
        CertificatePrinting.batch_id == batch_id, CertificatePrinting.part == part, drawable
    )
    return session.scalars(
        rows.options(joinedload(CertificatePrinting.certificate)).order_by(CertificatePrinting.serial)
    ).all()


def _designs(session: Session, rows: Sequence[CertificatePrinting]) -> dict[UUID, Design]:
    """Give the layouts of sheets by the sheet; one that is left out has the official form."""
    found = dict[UUID, Design]()
    for english in (False, True):
        of_language = {row.certificate_id: row.id for row in rows if row.english is english}
        used = printing.designs(session, of_language, english=english)
        found |= {of_language[certificate_id]: design for certificate_id, design in used.items()}
    return found


def _draw(
    row: CertificatePrinting, organisation: Organisation, press: Press, *, badge: bytes, design: Design | None
) -> Drawn:  # fmt: skip
    sheet = press.sheet(row.certificate, printings.imprint(row), english=row.english, design=design)
    electronic = printing.pdf(
        row.certificate, organisation, origin=press.origin, english=row.english, credential=badge, design=design
    )
    return Drawn(row, sheet, electronic)


def _require_logged(drawn: Sequence[Drawn]) -> None:
    """Let no file hold a sheet other than the one that is logged under its serial."""
    for one in drawn:
        if one.printing.sha256 not in {None, hashlib.sha256(one.sheet).digest()}:
            raise SheetDiffers(serial=printings.written(one.printing.serial))


def _bundled(drawn: Sequence[Drawn]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for one in drawn:
            bundle.writestr(f"sheets/{printings.written(one.printing.serial)}.pdf", one.sheet)
            bundle.writestr(f"electronic/{one.printing.certificate.number}.pdf", one.electronic)
    return out.getvalue()


def _enter(
    session: Session, batch_id: UUID, part: int, done: Sequence[Drawn], failed: dict[UUID, KaopingError]
) -> None:  # fmt: skip
    """Enter what was drawn; who draws the same part at the same time finds it entered."""
    by = batches.orderer(batches.locked(session, batch_id))
    rows = {row.id: row for row in _of_part(session, batch_id, part)}
    printings.drawn(session, [(rows[one.printing.id], one.sheet) for one in done if one.printing.id in rows], by=by)
    moment = database_time(session)
    for row_id in failed.keys() & rows.keys():
        row = rows[row_id]
        row.spoiled_at, row.spoiled_by, row.spoiled_reason = moment, by.id, UNDRAWN
        line = update(CertificateBatchLine).where(CertificateBatchLine.certificate_id == row.certificate_id)
        session.execute(line.values(undrawn=batches.told(failed[row_id])))
