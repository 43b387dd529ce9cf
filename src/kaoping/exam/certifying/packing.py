"""Packing a batch: the print file of all sheets, the ZIP of all files for screens, and the list to sign on receipt.

They are written part by part into sealed files and have a limited life. Packing again gives the same sheets under the
same serials; spoiled sheets are left out, because their replacements were fetched one by one.
"""

import contextlib
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam import clock
from kaoping.exam.certifying import batches, drawing, receipts, storing
from kaoping.exam.certifying.issuing import Opened, Workshop
from kaoping.exam.certifying.models import BatchState, CertificateFile, CertificatePrinting, FileKind
from kaoping.exam.certifying.print_file import PrintFile
from kaoping.exam.certifying.printings import written
from kaoping.exam.certifying.storing import SealedFile, file_path, file_place
from kaoping.itembank.trail import database_time, record


def pack_all(opened: Opened, batch_id: UUID, workshop: Workshop) -> None:
    """Pack the sheets of a batch, and end it; a batch without any certificate just ends."""
    with opened() as session:
        batch = batches.locked(session, batch_id)
        if not batch.state.going:
            return
        batches.begin(session, batch, BatchState.PACKING, done=0)
        moment, parts = database_time(session), _parts(session, batch_id)
    made = list[tuple[FileKind, UUID, SealedFile]]()
    if parts:
        with _files(workshop) as growing:
            made = growing
            _pack(opened, batch_id, parts, workshop, {kind: file for kind, _, file in made}, moment)
    with opened() as session:
        if batches.locked(session, batch_id).state is not BatchState.PACKING:
            return
        for kind, file_id, file in made:
            _enter(session, batch_id, kind, file_id, file, days=workshop.days, at=moment)
        batches.end(session, batch_id, BatchState.DONE)
    storing.clear_parts(workshop.folder, batch_id)


@contextlib.contextmanager
def _files(workshop: Workshop) -> Iterator[list[tuple[FileKind, UUID, SealedFile]]]:
    """Open a file of each kind; all become whole, or none is left."""
    made = [
        (kind, file_id, SealedFile(file_path(workshop.folder, file_id), file_place(file_id)))
        for kind, file_id in ((kind, uuid4()) for kind in FileKind)
    ]
    try:
        yield made
        for _, _, file in made:
            file.close()
    except BaseException:
        for _, _, file in made:
            file.drop()
        raise


def _pack(
    opened: Opened, batch_id: UUID, parts: list[int], workshop: Workshop, files: dict[FileKind, SealedFile],
    at: datetime,
) -> None:  # fmt: skip
    sheets, sound = PrintFile(files[FileKind.SHEETS]), _sound(opened, batch_id)
    with zipfile.ZipFile(files[FileKind.ARCHIVE], "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            for name, content in drawing.part_of(opened, batch_id, part, workshop):
                folder, _, own = name.partition("/")
                if folder == "sheets" and own in sound:
                    sheets.add(content)
                elif folder == "electronic":
                    archive.writestr(zipfile.ZipInfo(own, clock.local(at).timetuple()[:6]), content)
    sheets.finish()
    receipts.write(opened, batch_id, files[FileKind.REGISTER], at=at)


def _sound(opened: Opened, batch_id: UUID) -> set[str]:
    """Give the names of the sheets that are not spoiled."""
    kept = (CertificatePrinting.batch_id == batch_id, CertificatePrinting.spoiled_at.is_(None))
    with opened() as session:
        return {f"{written(one)}.pdf" for one in session.scalars(select(CertificatePrinting.serial).where(*kept))}


def _parts(session: Session, batch_id: UUID) -> list[int]:
    drawn = (CertificatePrinting.batch_id == batch_id, CertificatePrinting.sha256.is_not(None))
    query = select(CertificatePrinting.part).where(*drawn, CertificatePrinting.part.is_not(None))
    return [part for part in session.scalars(query.distinct().order_by(CertificatePrinting.part)) if part]


def _enter(
    session: Session, batch_id: UUID, kind: FileKind, file_id: UUID, file: SealedFile, *, days: int, at: datetime
) -> None:
    batch = batches.find(session, batch_id)
    row = CertificateFile(
        id=file_id, organisation_id=batch.organisation_id, batch_id=batch_id, kind=kind, sha256=file.sha256,
        size=file.size, made_at=at, until=at + timedelta(days=days),
    )  # fmt: skip
    session.add(row)
    record(
        session, "certificate_file.made", row, by=batches.orderer(batch), at=at, kind=kind.value,
        sha256=file.sha256.hex(),
    )  # fmt: skip
