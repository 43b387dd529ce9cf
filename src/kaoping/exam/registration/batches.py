"""Batches 批次: the unit that is filed, carried out and archived together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kaoping.exam.filing import filings
from kaoping.exam.filing.errors import RegionUnknown
from kaoping.exam.people.models import Organisation
from kaoping.exam.registration import errors, finding
from kaoping.exam.registration.models import Application, Batch, BatchState, Exam, ExamState
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.models import Standard, StandardState
from kaoping.itembank.trail import database_time, record

#: Public notice of results is commonly 3 to 5 working days; seven days hold them. An organisation may set its own.
OBJECTION_DAYS = 7
TOLERANCE = Decimal(5)
_MOST_DAYS = 90
_MOST_MARKS = Decimal(100)


@dataclass(frozen=True, slots=True)
class Listed:
    """A batch in the list, with how much belongs to it."""

    batch: Batch
    exams: int
    candidates: int


def open_batch(
    session: Session, standard_id: UUID, *, code: str, name: str, region: str = "",
    objection_days: int = OBJECTION_DAYS, assessor_tolerance: Decimal = TOLERANCE, simulated: bool = False, by: Actor,
    at: datetime | None = None,
) -> Batch:  # fmt: skip
    """Open a batch for a published standard. The same code and name again gives the batch that is there.

    It is carried out in the organisation's own province unless another region is named.

    Raises
    ------
    BatchCodeTaken, StandardDraft, FieldEmpty, RegionUnknown, ObjectionDaysOutside, ToleranceOutside
    """
    code, name = _given(code, N_("code of the batch")), _given(name, N_("name of the batch"))
    region = region.strip() or session.get_one(Organisation, by.organisation).province_code
    if not filings.REGION.fullmatch(region):
        raise RegionUnknown(code=region[:20])
    _check_rules(objection_days, assessor_tolerance)
    standard = _published(session, standard_id)
    same = session.scalar(select(Batch).where(Batch.code == code))
    if same is not None:
        return _repeated(same, name, standard)
    batch = Batch(
        organisation_id=by.organisation, standard_id=standard.id, code=code, name=name, region=region,
        state=BatchState.OPEN, objection_days=objection_days, assessor_tolerance=assessor_tolerance,
        simulated=simulated, created_by=by.id, created_at=at or database_time(session),
    )  # fmt: skip
    session.add(batch)
    record(session, "batch.open", batch, by=by, at=at, code=code)
    return batch


def _given(value: str, what: str) -> str:
    kept = value.strip()
    if not kept:
        raise errors.FieldEmpty(what=what)
    return kept


def _check_rules(objection_days: int, assessor_tolerance: Decimal) -> None:
    if not 0 <= objection_days <= _MOST_DAYS:
        raise errors.ObjectionDaysOutside(days=objection_days)
    if not 0 <= assessor_tolerance <= _MOST_MARKS:
        raise errors.ToleranceOutside(marks=assessor_tolerance)


def _published(session: Session, standard_id: UUID) -> Standard:
    standard = session.get(Standard, standard_id)
    if standard is None:
        raise Missing(what=N_("standard"))
    if standard.state is not StandardState.PUBLISHED:
        raise errors.StandardDraft(name=standard.name)
    return standard


def _repeated(same: Batch, name: str, standard: Standard) -> Batch:
    if same.name != name or same.standard_id != standard.id:
        raise errors.BatchCodeTaken(code=same.code, name=same.name)
    return same


def close_batch(session: Session, batch_id: UUID, *, by: Actor, at: datetime | None = None) -> Batch:
    """Close a batch whose exams are all closed. Closing twice is harmless."""
    batch = finding.batch(session, batch_id)
    running = [exam.name for exam in batch.exams if exam.state is not ExamState.CLOSED]
    if running:
        raise errors.ExamsOpen(names=", ".join(running))
    if batch.state is not BatchState.CLOSED:
        batch.state = BatchState.CLOSED
        record(session, "batch.close", batch, by=by, at=at)
    return batch


def listed(session: Session) -> list[Listed]:
    """List the organisation's batches, the newest first."""
    exams = select(func.count()).where(Exam.batch_id == Batch.id).scalar_subquery()
    candidates = select(func.count()).where(Application.exam_id == Exam.id, Exam.batch_id == Batch.id).scalar_subquery()
    rows = session.execute(
        select(Batch, exams, candidates)
        .options(joinedload(Batch.standard))
        .order_by(Batch.created_at.desc(), Batch.code.desc())
    )
    return [Listed(batch, exam_count, candidate_count) for batch, exam_count, candidate_count in rows]


def standards(session: Session) -> Sequence[Standard]:
    """Give the published standards that a batch can be opened for."""
    return session.scalars(
        select(Standard).where(Standard.state == StandardState.PUBLISHED).order_by(Standard.code, Standard.edition)
    ).all()
