"""Certificates of the demonstration: grounds, a batch as an officer orders it, and the files that it is packed into."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam import signing
from kaoping.exam.certifying import batches, handing_out, storing
from kaoping.exam.certifying.choosing import Choice
from kaoping.exam.certifying.models import BatchState, CertificateBatch, FileKind
from kaoping.exam.demonstration.staff import Staff
from kaoping.exam.demonstration.stages import DemonstrationStuck
from kaoping.exam.results import awarding, badging, grounds, registered_reports, score_reports
from kaoping.exam.results.models import GroundKind
from kaoping.exam.settings import Settings

#: What is entered by hand about simulated candidates.
GROUNDS = {
    GroundKind.ELIGIBILITY: "示范：虚构考生，按申报条件（示范）第 1 款核对，无实际证明材料。",
    GroundKind.NO_TRAINER: "示范：虚构考生，未参加任何培训。",
}


def order(session: Session, staff: Staff, exam_id: UUID) -> UUID | None:
    """Enter the grounds of all final passes and order their certificates as a batch; give one that is not done."""
    waiting = awarding.pending(session)
    for kind, evidence in GROUNDS.items():
        grounds.enter(session, [one.decision for one in waiting], kind, evidence=evidence, by=staff["exam-officer"])
    begun = select(CertificateBatch).where(CertificateBatch.exam_id == exam_id)
    batch = session.scalars(begun.order_by(CertificateBatch.number.desc()).limit(1)).one_or_none()
    officer = staff["certificate-officer"]
    if batch is None and waiting:
        batch = batches.order(session, Choice(exam_id), by=officer)
    if batch is None or batch.state is BatchState.DONE:
        return None
    if not batch.state.going:
        batches.go_on(session, batch.id, by=officer)
    return batch.id


def files_of_batch(session: Session, staff: Staff, batch_id: UUID, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give the signed certificates of a batch by name, from the file that an officer fetches."""
    batch = batches.find(session, batch_id)
    if batch.state is not BatchState.DONE:
        raise DemonstrationStuck(f"the batch of certificates ended as {batch.state}: {batch.failure}")
    by = staff["certificate-officer"]
    row = handing_out.fetch(session, batch_id, FileKind.ARCHIVE, folder=folder, by=by)
    packed = b"".join(storing.pieces(storing.file_path(folder, row.id), storing.file_place(row.id)))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        yield from ((name, archive.read(name)) for name in archive.namelist() if name.endswith(".pdf"))


def report_scores(session: Session, staff: Staff, exam_id: UUID, chosen: Settings) -> int:
    """Put the score reports of an exam on the register, write the first one, and give how many there are."""
    key, origin = signing.current(chosen), chosen.origin
    done = score_reports.issue_all(session, exam_id, key=key, origin=origin, by=staff["certificate-officer"])
    if done.refused:
        raise DemonstrationStuck(f"a score report was refused: {done.refused[0].error}")
    found = score_reports.of_exam(session, exam_id)
    file = chosen.data / "print" / f"score-report-{found[0].number}.pdf"
    if not file.exists():
        badge = badging.document(session, found[0], origin=origin, key=key)
        file.write_bytes(registered_reports.pdf(session, found[0], origin=origin, credential=badge))
    return len(found)
