"""Packing a batch: the print file of all sheets, the ZIP of all files for screens, and the list to sign on receipt.

They are written part by part into sealed files and have a limited life. Packing again gives the same sheets under the
same serials; spoiled sheets are left out, because their replacements were fetched one by one, and so is whatever is not
in force any more.
"""

import contextlib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kaoping.certificates.models import Certificate
from kaoping.certificates.states import State
from kaoping.exam import clock
from kaoping.exam.certifying import batches, drawing, handing_out, printings, receipts, storing
from kaoping.exam.certifying.issuing import Opened, Workshop
from kaoping.exam.certifying.models import BatchState, CertificateFile, CertificatePrinting, FileKind
from kaoping.exam.certifying.print_file import PrintFile
from kaoping.exam.certifying.printings import written
from kaoping.exam.certifying.storing import SealedFile, file_path, file_place
from kaoping.exam.results import register_list
from kaoping.itembank.trail import database_time, record

#: A file that is being made, with its kind and its row to be.
Made = tuple[FileKind, UUID, SealedFile]


def pack_all(opened: Opened, batch_id: UUID, workshop: Workshop) -> None:
    """Pack the sheets of a batch, and end it; one with nothing in force just ends, without files."""
    with opened() as session:
        batch = batches.locked(session, batch_id)
        if not batch.state.going:
            return
        batches.begin(session, batch, BatchState.PACKING, done=0)
        moment = database_time(session)
        parts = _parts(session, batch_id, moment)
    with _files(workshop, FileKind if parts else ()) as made:
        if made:
            _pack(opened, batch_id, parts, workshop, {kind: file for kind, _, file in made}, moment)
        if not _finish(opened, batch_id, made, workshop, moment):
            return
    storing.clear_parts(workshop.folder, batch_id)


@contextlib.contextmanager
def _files(workshop: Workshop, kinds: Iterable[FileKind]) -> Iterator[list[Made]]:
    """Open a file of each kind; none is left behind unless the end of the batch is committed with their rows."""
    made = [
        (kind, file_id, SealedFile(file_path(workshop.folder, file_id), file_place(file_id)))
        for kind, file_id in ((kind, uuid4()) for kind in kinds)
    ]
    try:
        yield made
    except BaseException:
        _drop(made)
        raise


def _drop(made: Sequence[Made]) -> None:
    for _, _, file in made:
        file.drop()


def _finish(opened: Opened, batch_id: UUID, made: Sequence[Made], workshop: Workshop, at: datetime) -> bool:
    """Enter the files and end the batch; of one that was stopped meanwhile the files are removed."""
    for _, _, file in made:
        file.close()
    with opened() as session:
        batch = batches.locked(session, batch_id)
        if batch.state is not BatchState.PACKING:
            _drop(made)
            return False
        if not made:
            handing_out.discard(session, batch_id, folder=workshop.folder, by=batches.orderer(batch))
        for kind, file_id, file in made:
            _enter(session, batch_id, kind, file_id, file, days=workshop.days, at=at)
        batches.end(session, batch_id, BatchState.DONE)
    return True


def _pack(
    opened: Opened, batch_id: UUID, parts: list[int], workshop: Workshop, files: dict[FileKind, SealedFile],
    at: datetime,
) -> None:  # fmt: skip
    sheets, sound = PrintFile(files[FileKind.SHEETS]), _sound(opened, batch_id, at)
    with zipfile.ZipFile(files[FileKind.ARCHIVE], "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            for name, content in drawing.part_of(opened, batch_id, part, workshop):
                folder, _, own = name.partition("/")
                if name not in sound:
                    continue
                if folder == "sheets":
                    sheets.add(content)
                else:
                    archive.writestr(zipfile.ZipInfo(own, clock.local(at).timetuple()[:6]), content)
    sheets.finish()
    receipts.write(opened, batch_id, files[FileKind.REGISTER], at=at)


def _sound(opened: Opened, batch_id: UUID, at: datetime) -> set[str]:
    """Give the names of what is packed: sheets that are not spoiled and files for a screen, if they are in force."""
    kept = printings.to_give_out(batch_id, at=at).with_only_columns(CertificatePrinting.serial)
    numbers = select(Certificate.number).join(CertificatePrinting).where(*_in_force(batch_id, at))
    with opened() as session:
        sheets = {f"sheets/{written(serial)}.pdf" for serial in session.scalars(kept)}
        return sheets | {f"electronic/{number}.pdf" for number in session.scalars(numbers)}


def _in_force(batch_id: UUID, at: datetime) -> tuple[ColumnElement[bool], ...]:
    in_force = register_list.in_state(State.VALID, at)
    return CertificatePrinting.batch_id == batch_id, CertificatePrinting.sha256.is_not(None), in_force


def _parts(session: Session, batch_id: UUID, at: datetime) -> list[int]:
    """Give the parts of a batch that hold something in force."""
    query = select(CertificatePrinting.part).join(Certificate, Certificate.id == CertificatePrinting.certificate_id)
    query = query.where(*_in_force(batch_id, at), CertificatePrinting.part.is_not(None))
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
