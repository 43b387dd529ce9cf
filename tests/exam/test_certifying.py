"""Certificates in batches: what is issued, refused, drawn and packed, and what a killed worker leaves behind."""

import contextlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pikepdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates.models import Certificate
from kaoping.exam.certifying import batches, drawing, handing_out, storing
from kaoping.exam.certifying.choosing import Choice
from kaoping.exam.certifying.errors import NothingChosen
from kaoping.exam.certifying.issuing import Opened, Workshop
from kaoping.exam.certifying.models import BatchState, CertificateBatch, CertificatePrinting, FileKind
from kaoping.exam.db import transaction
from kaoping.itembank.vault import Vault
from tests.builders import an_actor
from tests.builders_certifying import NAMES, RARE, ordered, passes, within, worked
from tests.builders_results import KEY, a_filed_organisation
from tests.conftest import Database


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(KEY, "https://kaoping.example", tmp_path / "print-files", 7)


def content(session: Session, batch: CertificateBatch, kind: FileKind, workshop: Workshop) -> bytes:
    row = handing_out.fetch(session, batch.id, kind, folder=workshop.folder, by=batches.orderer(batch))
    return b"".join(storing.pieces(storing.file_path(workshop.folder, row.id), storing.file_place(row.id)))


def test_a_batch_issues_what_it_can_and_packs_it_while_a_refused_record_waits(
    session: Session, workshop: Workshop
) -> None:
    batch = ordered(session, NAMES[0], RARE, NAMES[1])

    worked(within(session), batch.id, workshop)

    done = batches.counts(session, [batch.id])[batch.id]
    assert (batch.state, done.issued, done.refused, done.drawn) == (BatchState.DONE, 2, 1, 2)
    (line,) = batches.trouble(session, batch.id, limit=9)
    assert (line.refusal or {})["error"] == "NameNotPrintable"
    assert "𠮷" in str((line.refusal or {})["facts"])
    numbers = sorted(session.scalars(select(Certificate.number)))
    with pikepdf.open(io.BytesIO(content(session, batch, FileKind.SHEETS, workshop))) as sheets:
        assert len(sheets.pages) == 2
        assert not sheets.check_pdf_syntax()
    with zipfile.ZipFile(io.BytesIO(content(session, batch, FileKind.ARCHIVE, workshop))) as archive:
        assert archive.namelist() == [f"{number}.pdf" for number in numbers]
        assert archive.testzip() is None


def test_a_refused_record_is_tried_again_once_it_is_mended_and_takes_the_next_number(
    session: Session, workshop: Workshop
) -> None:
    batch = ordered(session, RARE, NAMES[0])
    worked(within(session), batch.id, workshop)
    (line,) = batches.trouble(session, batch.id, limit=9)
    line.decision.application.person.name = "张吉"

    batches.again(session, batch.id, by=batches.orderer(batch))
    worked(within(session), batch.id, workshop)

    sheets = session.execute(
        select(CertificatePrinting.serial, Certificate.number).join(Certificate).order_by(CertificatePrinting.serial)
    ).all()
    assert [(serial, number[-6:]) for serial, number in sheets] == [(1, "000001"), (2, "000002")]
    assert batches.counts(session, [batch.id])[batch.id].issued == 2


def test_what_a_batch_has_in_hand_is_not_chosen_for_another(session: Session) -> None:
    exam = passes(session, *NAMES[:2])
    officer = an_actor(session, "certificate_officer")
    batches.order(session, Choice(exam.id), by=officer)

    with pytest.raises(NothingChosen):
        batches.order(session, Choice(), by=officer)


class Killed(BaseException):
    """The worker ends here: nothing after it is done, and what was not committed is lost."""


def dying(organisation: UUID, lives: int) -> Opened:
    """Give transactions of which the last is not committed."""
    left = iter(range(lives))

    @contextlib.contextmanager
    def opened() -> Iterator[Session]:
        with transaction(organisation) as session:
            yield session
            session.flush()
            if next(left, None) is None:
                raise Killed

    return opened


def test_a_worker_killed_in_any_transaction_leaves_neither_a_gap_nor_a_double(
    database: Database, vault: Vault, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "LOT", 2)
    organisation = uuid4()
    with transaction(organisation) as session:
        a_filed_organisation(session)
        batch = ordered(session, *NAMES[:3])

    kills = 0
    for lives in range(40):
        try:
            worked(dying(organisation, lives), batch.id, workshop)
            break
        except Killed:
            kills += 1

    assert kills > 5
    with transaction(organisation) as session:
        sheets = session.scalars(select(CertificatePrinting).order_by(CertificatePrinting.serial)).all()
        assert [(sheet.serial, sheet.certificate.number[-6:]) for sheet in sheets] == [
            (1, "000001"), (2, "000002"), (3, "000003"),
        ]  # fmt: skip
        assert all(sheet.sha256 for sheet in sheets)
        assert batches.find(session, batch.id).state is BatchState.DONE
        with zipfile.ZipFile(io.BytesIO(content(session, batch, FileKind.ARCHIVE, workshop))) as archive:
            assert archive.namelist() == [f"{sheet.certificate.number}.pdf" for sheet in sheets]
