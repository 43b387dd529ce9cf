"""Builders of certificate batches: final passes of an exam, and doing the work of a batch."""

import contextlib
from collections.abc import Iterator
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kaoping.certificates.models import Certificate
from kaoping.exam.certifying import batches, drawing, issuing, packing, printings
from kaoping.exam.certifying.choosing import Choice
from kaoping.exam.certifying.issuing import Opened, Workshop
from kaoping.exam.certifying.models import BatchState, CertificateBatch
from kaoping.exam.certifying.sheets import Press
from kaoping.exam.registration.models import Exam
from kaoping.exam.results.models import Decision
from tests.builders import an_actor, stored
from tests.builders_results import AFTER, FINAL, KEY, an_open_exam, enrolled, with_grounds

NAMES = ("方一鸣", "阿依古丽·买买提", "于安", "司马青", "陈小满")
#: A character that the typeface lacks.
RARE = "张𠮷"
#: What a decision was made from.
DECIDED = {"pass_mark": "60", "components": {name: {"raw": "80", "version": 1} for name in ("theory", "skill")}}


def passes(session: Session, *names: str) -> Exam:
    """Enrol candidates whose passes are final."""
    exam = an_open_exam(session)
    for number, name in enumerate(names, start=1):
        application = enrolled(session, exam, number=number, name=name)
        decision = stored(session, Decision(
            organisation_id=exam.organisation_id, application_id=application.id, version=1, outcome="pass",
            state="final", grounds=DECIDED, decided_by=uuid4(), decided_at=AFTER, objection_until=FINAL,
            final_at=FINAL,
        ))  # fmt: skip
        with_grounds(session, decision)
    return exam


def within(session: Session) -> Opened:
    """Let a batch work in the session of a test."""

    @contextlib.contextmanager
    def opened() -> Iterator[Session]:
        yield session
        session.flush()

    return opened


def ordered(session: Session, *names: str) -> CertificateBatch:
    exam = passes(session, *names)
    return batches.order(session, Choice(exam.id), by=an_actor(session, "certificate_officer"))


def worked(opened: Opened, batch_id: UUID, workshop: Workshop) -> None:
    """Do the whole work of a batch."""
    issuing.issue_all(opened, batch_id, workshop)
    drawing.draw_all(opened, batch_id, workshop)
    packing.pack_all(opened, batch_id, workshop)


def a_printed_batch(session: Session, certificate: Certificate) -> CertificateBatch:
    """Log one sheet of a certificate in a batch that is done, without drawing it."""
    officer = an_actor(session, "certificate_officer")
    batch = stored(session, CertificateBatch(
        organisation_id=officer.organisation, number=1, english=False, state=BatchState.DONE, ordered_by=officer.id,
        ordered_at=FINAL, pace_done=0,
    ))  # fmt: skip
    (row,) = printings.take(
        session, [certificate], batch=batch, part=1, press=Press("https://kaoping.example", KEY), by=officer
    )
    printings.drawn(session, [(row, b"sheet")], by=officer)
    return batch
