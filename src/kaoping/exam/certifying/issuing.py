"""Issuing the lines of a batch, one certificate to a transaction.

A certificate, its number, the lines of the register and the line of the batch are committed together or not at all: a
worker that is killed between or within two certificates leaves neither a gap nor a double behind.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates.layout_choice import Design
from kaoping.certificates.models import Certificate, CertificateKind
from kaoping.certificates.render import Imprint
from kaoping.exam.certifying import batches, fitting
from kaoping.exam.certifying.errors import IssuedElsewhere
from kaoping.exam.certifying.fitting import Fit
from kaoping.exam.certifying.models import BatchState, CertificateBatch, CertificateBatchLine, LineState
from kaoping.exam.certifying.sheets import Press
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import awarding, printing
from kaoping.exam.results.models import Decision
from kaoping.itembank.errors import KaopingError
from kaoping.itembank.trail import database_time

Opened = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a batch is made with: the press with the key that signs, the folder of files, and their days.

    Layouts that were read, and what was found to fit them, are kept for the run.
    """

    press: Press
    folder: Path
    days: int
    designs: dict[UUID, Design] = field(default_factory=dict, repr=False)
    fits: set[Fit] = field(default_factory=set, repr=False)


def issue_all(opened: Opened, batch_id: UUID, workshop: Workshop) -> None:
    """Issue all lines that wait; a batch that was stopped meanwhile is left where it is."""
    with opened() as session:
        batch = batches.locked(session, batch_id)
        if not batch.state.going:
            return
        done = batches.counts(session, [batch_id])[batch_id]
        batches.begin(session, batch, BatchState.ISSUING, done=done.issued + done.refused)
    going = True
    while going:
        with opened() as session:
            going = issue_next(session, batch_id, workshop)


def issue_next(session: Session, batch_id: UUID, workshop: Workshop) -> bool:
    """Issue the next line, or keep why it is refused; say whether there was one."""
    batch = batches.locked(session, batch_id)
    if batch.state is not BatchState.ISSUING:
        return False
    waiting = select(CertificateBatchLine).where(
        CertificateBatchLine.batch_id == batch_id, CertificateBatchLine.state == LineState.WAITING
    )
    line = session.scalars(waiting.order_by(CertificateBatchLine.place).limit(1)).one_or_none()
    if line is None:
        return False
    line.settled_at = database_time(session)
    try:
        with session.begin_nested():
            line.certificate_id = _issue(session, batch, line, workshop).id
            line.state = LineState.ISSUED
    except KaopingError as refused:
        line.certificate_id, line.state, line.refusal = None, LineState.REFUSED, batches.told(refused)
        line.settled_at = database_time(session)
    return True


def _issue(
    session: Session, batch: CertificateBatch, line: CertificateBatchLine, workshop: Workshop
) -> Certificate:  # fmt: skip
    """Issue one certificate; a number is taken only for what fits its sheet."""
    _require_unissued(session, line)
    decision = session.get_one(Decision, line.decision_id)
    moment = database_time(session)
    award = awarding.award(session, decision, at=moment)
    organisation = session.get_one(Organisation, batch.organisation_id)
    imprint = _imprint(organisation, workshop, demonstration=award.demonstration)
    photo = decision.application.person.photo_bytes
    occasion = awarding.occasion(decision, award, at=moment)
    design = printing.design_to_be(session, occasion, english=batch.english, known=workshop.designs)
    if design is None:
        fitting.require(award, imprint=imprint, photo=photo, english=batch.english)
    else:
        fitting.require_design(award, design, imprint=imprint, photo=photo, known=workshop.fits)
    return awarding.issue(session, decision.id, key=workshop.press.key, by=batches.orderer(batch), at=moment)


def _require_unissued(session: Session, line: CertificateBatchLine) -> None:
    follows = (Certificate.award_id == line.decision_id, Certificate.kind == CertificateKind.SKILL_LEVEL)
    number = session.scalars(select(Certificate.number).where(*follows).limit(1)).one_or_none()
    if number is not None:
        raise IssuedElsewhere(number=number)


def _imprint(organisation: Organisation, workshop: Workshop, *, demonstration: bool) -> Imprint:
    """Give what is printed beside any award of the organisation, with a key and a serial of the usual length."""
    return printing.imprint(
        organisation, demonstration=demonstration, query_key="0" * 22, origin=workshop.press.origin, serial="0" * 8
    )
