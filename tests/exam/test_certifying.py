"""Certificates in batches: what is issued, refused, drawn and packed, and what a killed worker leaves behind."""

import contextlib
import io
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.certificates import layout_pictures, layout_print
from kaoping.certificates.models import Certificate, ProposalVerb
from kaoping.exam.certifying import batches, drawing, handing_out, issuing, job, printings, receipts, storing
from kaoping.exam.certifying.choosing import Choice
from kaoping.exam.certifying.errors import FileGone, NothingChosen, NotInForce, SheetSpoiledAlready
from kaoping.exam.certifying.issuing import Opened, Workshop
from kaoping.exam.certifying.models import BatchState, CertificateBatch, CertificatePrinting, FileKind
from kaoping.exam.certifying.sheets import Press
from kaoping.exam.db import transaction
from kaoping.exam.people.models import Organisation
from kaoping.exam.settings import Settings
from kaoping.itembank.vault import Vault
from tests.builders import an_actor
from tests.builders_certifying import NAMES, RARE, ordered, passes, within, worked
from tests.builders_results import FINAL, KEY, a_filed_organisation, changed, revoked
from tests.certificates.test_designing import an_approved_layout
from tests.conftest import Database

#: Statements that one certificate may cost, from the line of its batch to the line of the register.
MOST_STATEMENTS = 45


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(Press("https://kaoping.example", KEY), tmp_path / "print-files", 7)


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


def test_a_worker_that_is_killed_by_the_system_issues_on_without_a_gap_or_a_double(
    database: Database, vault: Vault, workshop: Workshop
) -> None:
    organisation = uuid4()
    with transaction(organisation) as session:
        a_filed_organisation(session)
        batch = ordered(session, *NAMES, *NAMES, *NAMES)
    address = database.addresses.app.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.exam.issuing_alone", address, str(organisation), str(batch.id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        for _ in range(4):
            assert worker.stdout.readline() == "settled\n"
        worker.kill()

    with transaction(organisation) as session:
        left = batches.counts(session, [batch.id])[batch.id]
    issuing.issue_all(partial(transaction, organisation), batch.id, workshop)

    assert 0 < left.waiting <= 11
    with transaction(organisation) as session:
        numbers = sorted(session.scalars(select(Certificate.number)))
        assert [int(number[-6:]) for number in numbers] == list(range(1, 16))
        assert batches.counts(session, [batch.id])[batch.id].issued == 15


def test_each_certificate_costs_the_same_statements(session: Session, workshop: Workshop) -> None:
    batch = ordered(session, *NAMES)
    batches.begin(session, batch, BatchState.ISSUING, done=0)
    session.flush()
    costs, said = [], list[str]()
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *told: said.append(told[2]))

    for _ in NAMES:
        session.expunge_all()
        said.clear()
        assert issuing.issue_next(session, batch.id, workshop)
        session.flush()
        costs.append(len(said))

    assert len(set(costs[1:])) == 1, costs
    assert costs[1] <= MOST_STATEMENTS


def test_the_layout_of_a_batch_is_read_once_and_laid_out_once_for_each_shape(
    session: Session, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, told = ordered(session, "方一鸣", "于小安", "陈小满", "司马青山"), list[str]()
    an_approved_layout(session)
    read, lay_out = layout_pictures.contents, layout_print.pdf

    def counted(what: str, deed: Callable[..., Any], *said: Any, **more: Any) -> Any:
        told.append(what)
        return deed(*said, **more)

    monkeypatch.setattr(layout_pictures, "contents", partial(counted, "read", read))
    monkeypatch.setattr(layout_print, "pdf", partial(counted, "laid out", lay_out))

    issuing.issue_all(within(session), batch.id, workshop)

    assert batches.counts(session, [batch.id])[batch.id].issued == 4
    assert told.count("read") == 1
    assert told.count("laid out") == len(workshop.fits) < 4


def test_a_spoiled_sheet_is_replaced_under_the_next_serial_and_a_reprint_keeps_the_number(
    session: Session, workshop: Workshop
) -> None:
    batch, officer = ordered(session, *NAMES[:2]), an_actor(session, "certificate_officer")
    worked(within(session), batch.id, workshop)
    first = session.scalars(select(CertificatePrinting).where(CertificatePrinting.serial == 1)).one()

    fresh = printings.spoil(session, first.id, reason="卡纸", press=workshop.press, by=officer)
    lost = printings.reprint(
        session, fresh.certificate, reason="遗失", english=False, press=workshop.press, by=officer
    )  # fmt: skip

    assert (fresh.serial, fresh.certificate_id, lost.serial) == (3, first.certificate_id, 4)
    assert lost.certificate_id == first.certificate_id
    assert lost.replaces_id == fresh.id
    with pytest.raises(SheetSpoiledAlready):
        printings.spoil(session, first.id, reason="卡纸", press=workshop.press, by=officer)
    with pytest.raises(IntegrityError, match="is logged"), session.begin_nested():
        session.execute(update(CertificatePrinting).where(CertificatePrinting.id == first.id).values(serial=9))
    batches.go_on(session, batch.id, by=officer)
    worked(within(session), batch.id, workshop)
    with pikepdf.open(io.BytesIO(content(session, batch, FileKind.SHEETS, workshop))) as sheets:
        assert len(sheets.pages) == 1
    with zipfile.ZipFile(io.BytesIO(content(session, batch, FileKind.ARCHIVE, workshop))) as archive:
        assert len(archive.namelist()) == 2


def test_what_is_not_in_force_any_more_is_neither_packed_nor_drawn_nor_fetched(
    session: Session, workshop: Workshop
) -> None:
    batch, officer = ordered(session, *NAMES[:3]), an_actor(session, "certificate_officer")
    worked(within(session), batch.id, workshop)
    gone, kept, last = session.scalars(select(CertificatePrinting).order_by(CertificatePrinting.serial)).all()

    revoked(session, gone.certificate)
    changed(session, last.certificate, ProposalVerb.SUSPEND)
    batches.go_on(session, batch.id, by=officer)
    worked(within(session), batch.id, workshop)

    with pikepdf.open(io.BytesIO(content(session, batch, FileKind.SHEETS, workshop))) as sheets:
        assert len(sheets.pages) == 1
    with zipfile.ZipFile(io.BytesIO(content(session, batch, FileKind.ARCHIVE, workshop))) as archive:
        assert archive.namelist() == [f"{kept.certificate.number}.pdf"]
    text = PdfReader(io.BytesIO(content(session, batch, FileKind.REGISTER, workshop))).pages[0].extract_text()
    assert kept.certificate.number in text
    assert gone.certificate.number not in text
    with pytest.raises(NotInForce):
        printings.fetch(session, gone.id, press=workshop.press, by=officer)
    revoked(session, kept.certificate)
    batches.go_on(session, batch.id, by=officer)
    worked(within(session), batch.id, workshop)
    with pytest.raises(FileGone):
        content(session, batch, FileKind.SHEETS, workshop)


def test_a_logged_sheet_stays_the_same_after_every_setting_that_it_shows_has_changed(
    session: Session, workshop: Workshop
) -> None:
    batch, officer = ordered(session, *NAMES[:2]), an_actor(session, "certificate_officer")
    worked(within(session), batch.id, workshop)
    first = session.scalars(select(CertificatePrinting).where(CertificatePrinting.serial == 1)).one()
    before = printings.fetch(session, first.id, press=workshop.press, by=officer)

    organisation = session.get_one(Organisation, batch.organisation_id)
    organisation.settings = organisation.settings | {
        "printed_code": "short", "certificate_query_url": "https://other.example/c", "seal_mark": "改",
        "institution_query_url": "https://other.example/i",
    }  # fmt: skip
    moved = replace(workshop, press=Press("https://moved.example", KEY))
    again = printings.fetch(session, first.id, press=moved.press, by=officer)
    batches.go_on(session, batch.id, by=officer)
    worked(within(session), batch.id, moved)
    fresh = printings.reprint(
        session, first.certificate, reason="遗失", english=False, press=moved.press, by=officer
    )  # fmt: skip

    assert again == before
    assert batch.state is BatchState.DONE
    assert fresh.imprint["query_url"] == f"https://moved.example/v/{first.certificate.query_key}"
    assert fresh.imprint["verify_home"] == "https://moved.example/verify"


def test_a_certificate_that_is_revoked_before_its_sheet_is_drawn_gets_none(
    session: Session, workshop: Workshop
) -> None:
    batch, opened = ordered(session, *NAMES[:3]), within(session)
    issuing.issue_all(opened, batch.id, workshop)
    early, late, kept = session.scalars(select(Certificate).order_by(Certificate.number)).all()
    revoked(session, early)
    batches.begin(session, batch, BatchState.DRAWING, done=0)
    part = drawing.next_part(session, batch.id, workshop.press)
    revoked(session, late)
    drawing.draw_all(opened, batch.id, workshop)

    sheets = session.scalars(select(CertificatePrinting).order_by(CertificatePrinting.serial)).all()
    assert part == 1
    assert [(sheet.certificate_id, sheet.sha256 is None) for sheet in sheets] == [(late.id, True), (kept.id, False)]
    (line,) = batches.trouble(session, batch.id, limit=9)
    assert (line.undrawn or {})["error"] == "NotInForce"


def test_a_batch_that_is_stopped_while_it_is_packed_leaves_no_file_that_no_row_knows(
    session: Session, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, officer = ordered(session, NAMES[0]), an_actor(session, "certificate_officer")
    write = receipts.write

    def stopped(*said: Any, **more: Any) -> None:
        write(*said, **more)
        batches.stop(session, batch.id, by=officer)

    monkeypatch.setattr(receipts, "write", stopped)
    worked(within(session), batch.id, workshop)

    assert batch.state is BatchState.STOPPED
    assert [path.name for path in workshop.folder.glob("**/*") if path.is_file()] == ["part-000001.sealed"]
    assert batches.files(session, batch.id) == []


def test_a_second_worker_waits_until_the_first_has_left_the_batch(
    database: Database, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, inside, leave, met = uuid4(), threading.Event(), threading.Event(), list[str]()

    def carried(*_: Any) -> None:
        met.append("in")
        inside.set()
        assert leave.wait(10)
        met.append("out")

    monkeypatch.setattr(job, "_attempt", carried)
    settings, opened = Settings(data=tmp_path), partial(transaction, uuid4())
    workers = [threading.Thread(target=job.carry_out, args=(opened, batch, settings)) for _ in range(2)]
    for worker in workers:
        worker.start()
    assert inside.wait(10)
    workers[1].join(0.3)
    assert met == ["in"]
    leave.set()
    for worker in workers:
        worker.join(10)

    assert met == ["in", "out", "in", "out"]


def test_two_writers_of_one_file_do_not_write_into_one_another(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "one.sealed"
    slow, quick = storing.SealedFile(path, "one"), storing.SealedFile(path, "one")
    for file, word in ((slow, b"slow"), (quick, b"quick")):
        file.write(word)
    for file, word in ((slow, b"slow"), (quick, b"quick")):
        file.close()
        assert b"".join(storing.pieces(path, "one")) == word


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 16, 20])
def test_a_sealed_file_that_is_cut_anywhere_does_not_pass_as_whole(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(storing, "PIECE", 8)
    path, said = tmp_path / "one.sealed", bytes(range(size))
    storing.write(path, "one", said)
    whole = path.read_bytes()

    assert b"".join(storing.pieces(path, "one")) == said
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        with pytest.raises(FileGone):
            list(storing.pieces(path, "one"))


def test_files_are_sealed_on_disk_and_deleted_after_their_time(session: Session, workshop: Workshop) -> None:
    batch, officer = ordered(session, NAMES[0]), an_actor(session, "certificate_officer")
    worked(within(session), batch.id, workshop)
    stored_files = sorted(workshop.folder.glob("*"))

    assert [path.stat().st_mode & 0o777 for path in stored_files] == [0o600] * 3
    assert not any(b"endstream" in path.read_bytes() for path in stored_files)
    assert handing_out.expire(session, folder=workshop.folder, by=officer) == 0

    later = FINAL + timedelta(days=3650)
    assert handing_out.expire(session, folder=workshop.folder, by=officer, at=later) == 3
    assert not list(workshop.folder.glob("*"))
    with pytest.raises(FileGone):
        content(session, batch, FileKind.SHEETS, workshop)
