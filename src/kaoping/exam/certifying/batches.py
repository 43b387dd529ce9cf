r"""A certificate batch from its order to its end: who may say what about it, and how far it is.

.. code-block:: text

   queued ──► issuing ──► drawing ──► packing ──► done
      └──────────┴───────────┴───────────┴──► stopped, failed ──► queued again

A step is done in short transactions that lock the batch first, so a batch may be begun again at any moment. One worker
has it at a time: a second one waits and finds done what the first has done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, joinedload

from kaoping.exam.certifying import choosing
from kaoping.exam.certifying.choosing import Choice
from kaoping.exam.certifying.errors import BatchGoesOn, BatchIsOver, NothingChosen, NothingRefused
from kaoping.exam.certifying.models import (
    BatchState,
    CertificateBatch,
    CertificateBatchLine,
    CertificateFile,
    CertificatePrinting,
    FileKind,
    LineState,
)
from kaoping.exam.registration.models import Application
from kaoping.exam.results.models import Decision
from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, KaopingError, Missing
from kaoping.itembank.trail import database_time, record


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines of a batch by what became of them; of issued ones, whose sheet is ``drawn`` or could not be."""

    waiting: int = 0
    issued: int = 0
    refused: int = 0
    undrawn: int = 0
    drawn: int = 0

    @property
    def wanted(self) -> int:
        """All lines."""
        return self.waiting + self.issued + self.refused


def order(session: Session, choice: Choice, *, by: Actor, at: datetime | None = None) -> CertificateBatch:
    """Order the certificates of chosen final passes; what is in another batch's hand is left out.

    Raises
    ------
    NothingChosen : no pass of the choice waits for a certificate.
    """
    batch = CertificateBatch(
        organisation_id=by.organisation, exam_id=choice.exam_id, english=choice.english, state=BatchState.QUEUED,
        number=turns.next_number(session, CertificateBatch.number, by.organisation), ordered_by=by.id,
        ordered_at=at or database_time(session), pace_done=0,
    )  # fmt: skip
    chosen = session.scalars(choosing.passes(choice)).all()
    if not chosen:
        raise NothingChosen
    session.add(batch)
    session.flush()
    rows = [
        {"organisation_id": by.organisation, "batch_id": batch.id, "place": place, "decision_id": decision}
        for place, decision in enumerate(chosen, start=1)
    ]
    session.execute(insert(CertificateBatchLine), rows)
    record(session, "certificate_batch.ordered", batch, by=by, at=at, number=batch.number, lines=len(chosen))
    return batch


def find(session: Session, batch_id: UUID) -> CertificateBatch:
    """Give a batch, or raise `Missing`."""
    return _found(session.get(CertificateBatch, batch_id))


def locked(session: Session, batch_id: UUID) -> CertificateBatch:
    """Give a batch whose row nobody else changes until the transaction ends."""
    return _found(session.get(CertificateBatch, batch_id, with_for_update=True, populate_existing=True))


def _found(batch: CertificateBatch | None) -> CertificateBatch:
    if batch is None:
        raise Missing(what=N_("batch of certificates"))
    return batch


def count(session: Session) -> int:
    """Count the batches."""
    return session.scalars(select(func.count()).select_from(CertificateBatch)).one()


def listed(session: Session, *, limit: int, offset: int = 0) -> Sequence[CertificateBatch]:
    """Give batches with their exams, the newest first."""
    query = select(CertificateBatch).options(joinedload(CertificateBatch.exam))
    return session.scalars(query.order_by(CertificateBatch.number.desc()).limit(limit).offset(offset)).all()


def counts(session: Session, batch_ids: Sequence[UUID]) -> Mapping[UUID, Counts]:
    """Count the lines and sheets of batches, with as many statements as for one."""
    line = CertificateBatchLine
    kinds = [func.count().filter(line.state == state).label(state.value) for state in LineState]
    lines = select(line.batch_id, *kinds, func.count().filter(line.undrawn.is_not(None)).label("undrawn"))
    drawn = select(CertificatePrinting.batch_id, func.count()).where(
        CertificatePrinting.batch_id.in_(batch_ids), CertificatePrinting.sha256.is_not(None),
        CertificatePrinting.spoiled_at.is_(None),
    )  # fmt: skip
    sheets = {batch: number for batch, number in session.execute(drawn.group_by(CertificatePrinting.batch_id))}  # noqa: C416 - rows are no pairs for the type checker
    rows = session.execute(lines.where(line.batch_id.in_(batch_ids)).group_by(line.batch_id))
    return {
        row.batch_id: Counts(row.waiting, row.issued, row.refused, row.undrawn, sheets.get(row.batch_id, 0))
        for row in rows
    }


def trouble(session: Session, batch_id: UUID, *, limit: int, offset: int = 0) -> Sequence[CertificateBatchLine]:
    """Give the lines that were refused or not drawn, with their candidates, in the order of the batch."""
    people = joinedload(CertificateBatchLine.decision).joinedload(Decision.application).joinedload(Application.person)
    query = select(CertificateBatchLine).where(*_troubled(batch_id)).options(people)
    return session.scalars(query.order_by(CertificateBatchLine.place).limit(limit).offset(offset)).all()


def _troubled(batch_id: UUID) -> tuple[Any, ...]:
    line = CertificateBatchLine
    return line.batch_id == batch_id, (line.state == LineState.REFUSED) | line.undrawn.is_not(None)


def files(session: Session, batch_id: UUID) -> Sequence[CertificateFile]:
    """Give the files of a batch that were made last, by kind."""
    query = select(CertificateFile).where(CertificateFile.batch_id == batch_id)
    newest = {row.kind: row for row in session.scalars(query.order_by(CertificateFile.made_at))}
    return [newest[kind] for kind in FileKind if kind in newest]


def stop(session: Session, batch_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateBatch:
    """Stop a batch after the certificate it is at; it can go on later. Stopping twice is harmless.

    Raises
    ------
    BatchIsOver
    """
    batch = locked(session, batch_id)
    if batch.state is BatchState.DONE:
        raise BatchIsOver(number=batch.number)
    if batch.state.going:
        _end(session, batch, BatchState.STOPPED, by=by, at=at)
    return batch


def again(session: Session, batch_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateBatch:
    """Try the refused lines of a batch again, and those whose sheet could not be drawn.

    Raises
    ------
    BatchGoesOn, NothingRefused
    """
    batch = locked(session, batch_id)
    if batch.state.going:
        raise BatchGoesOn(number=batch.number)
    tried = session.scalars(
        update(CertificateBatchLine).where(*_troubled(batch.id)).values(undrawn=None).returning(CertificateBatchLine.id)
    ).all()
    if not tried:
        raise NothingRefused(number=batch.number)
    refused = (CertificateBatchLine.batch_id == batch.id, CertificateBatchLine.state == LineState.REFUSED)
    session.execute(
        update(CertificateBatchLine).where(*refused).values(state=LineState.WAITING, refusal=None, settled_at=None)
    )
    return _queue(session, batch, "tried_again", by=by, at=at, lines=len(tried))


def go_on(session: Session, batch_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateBatch:
    """Let a batch go on that was stopped or failed, or pack one again whose files were deleted.

    Raises
    ------
    BatchGoesOn
    """
    batch = locked(session, batch_id)
    if batch.state.going:
        raise BatchGoesOn(number=batch.number)
    return _queue(session, batch, "continued", by=by, at=at)


def _queue(
    session: Session, batch: CertificateBatch, verb: str, *, by: Actor, at: datetime | None, **facts: Any
) -> CertificateBatch:
    batch.state, batch.failure, batch.ended_at = BatchState.QUEUED, None, None
    record(session, f"certificate_batch.{verb}", batch, by=by, at=at, number=batch.number, **facts)
    return batch


def begin(session: Session, batch: CertificateBatch, state: BatchState, *, done: int) -> None:
    """Enter a step of the work; ``done`` of it was done before, so that the speed is that of this worker."""
    batch.state, batch.pace_from, batch.pace_done = state, database_time(session), done


def end(session: Session, batch_id: UUID, state: BatchState, *, failure: KaopingError | None = None) -> None:
    """End a batch in the name of who ordered it; one that was stopped meanwhile stays so."""
    batch = locked(session, batch_id)
    if batch.state.going:
        batch.failure = told(failure) if failure else None
        _end(session, batch, state, by=orderer(batch), at=None)


def _end(session: Session, batch: CertificateBatch, state: BatchState, *, by: Actor, at: datetime | None) -> None:
    batch.state, batch.ended_at = state, at or database_time(session)
    record(session, f"certificate_batch.{state}", batch, by=by, at=batch.ended_at, number=batch.number)


def orderer(batch: CertificateBatch) -> Actor:
    """Give the person in whose name a batch works."""
    return Actor(batch.ordered_by, batch.organisation_id)


def told(error: KaopingError) -> dict[str, Any]:
    """Keep an error as JSON, so that its sentence can be written in the language of whoever reads it."""
    plain = {name: _plain(value) for name, value in error.facts.items()}
    return {"error": type(error).__name__, "sentence": type(error).sentence, "facts": plain}


def _plain(fact: object) -> object:
    match fact:
        case int() | float() | str():
            return fact
        case tuple() | list():
            return [str(one) for one in fact]
    return str(fact)
