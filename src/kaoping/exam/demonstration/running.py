"""The demonstration from an empty folder to a verified certificate: stages in order, told as they go."""

import contextlib
import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.certificates.models import Certificate
from kaoping.exam import db, process, serving, signing
from kaoping.exam.certifying import job
from kaoping.exam.demonstration import certificates, reviews, staff, stages
from kaoping.exam.demonstration.bot import Candidate, Unexpected
from kaoping.exam.demonstration.staff import Staff
from kaoping.exam.demonstration.stages import DemonstrationStuck, Entrant
from kaoping.exam.figures import formulas
from kaoping.exam.registration.models import Exam, ExamState
from kaoping.exam.results import awarding, badging, printing
from kaoping.exam.results.overview import Overview
from kaoping.exam.settings import Settings
from kaoping.itembank import printable
from kaoping.itembank.models import Component
from kaoping.itembank.skill import printing as skill_printing

Made = TypeVar("Made")
Tell = Callable[[str], None]

AT_ONCE = 10
BEAT_SECONDS = 2.0
READY_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Summary:
    """What the demonstration came to, in figures that were counted and not assumed."""

    candidates: int
    acknowledged: int
    stored: int
    overview: Overview
    certificates: list[Certificate]
    verified: str
    folder: Path

    def lines(self) -> Iterator[str]:
        """Say it."""
        if self.acknowledged:
            yield f"answers      {self.acknowledged} acknowledged to {self.candidates} candidates, {self.stored} stored"
        else:
            yield f"answers      {self.stored} stored by earlier runs"
        decided, theory = len(self.overview.decided), self.overview.mean(Component.THEORY)
        yield f"passed       {self.overview.passed} of {decided} ({100 * self.overview.passed / max(1, decided):.0f} %)"
        yield f"theory mean  {theory if theory is not None else Decimal(0)} of 100"
        for label, precision in self.overview.precisions.items():
            reliability, sem = f"{precision.reliability:.2f}", f"{precision.sem_at_cut:.1f}"
            yield f"paper {label}      reliability {reliability}, SEM at 60: {sem} marks"
        yield f"certificates {len(self.certificates)}, of which {self.verified} was verified over HTTP"
        yield f"PDFs         {self.folder}"


def settings() -> Settings:
    """Load the settings; without KAOPING_DATA the demonstration has a folder of its own beside the ordinary one."""
    if "KAOPING_DATA" not in os.environ:
        ordinary = Settings.load().data
        os.environ["KAOPING_DATA"] = str(ordinary.with_name(f"{ordinary.name}-demo"))
    os.environ.setdefault("KAOPING_LOG_LEVEL", "warning")
    return Settings.load()


@contextlib.contextmanager
def prepared(chosen: Settings, tell: Tell) -> Iterator[Staff]:
    """Open keys and database, bring the tables up to date, and give the staff."""
    serving.require_free_port(chosen.host, chosen.port)
    with timed(tell, "Keys, database, tables") as done:
        made = process.make_keys(chosen)
        db.upgrade(chosen)
        process.prepare(chosen)
        done(f"{len(made)} keys made" if made else "kept")
    known = staff.passwords(chosen.data)
    with db.transaction() as session:
        opened, accounts = staff.organisation(session), staff.people(session, known)
        session.flush()
    with db.transaction(opened.id) as session:
        people = staff.grant(session, opened, accounts)
    try:
        yield people
    finally:
        db.disconnect()


@contextlib.contextmanager
def timed(tell: Tell, title: str) -> Iterator[Callable[[str], None]]:
    """Tell what begins, every two seconds that it goes on, and at the end how long it took and what came of it."""
    tell(f"… {title}")
    began, outcomes, finished = time.monotonic(), ["done"], threading.Event()

    def beat() -> None:
        while not finished.wait(BEAT_SECONDS):
            tell(f"  {title}: {time.monotonic() - began:.0f} s so far")

    threading.Thread(target=beat, daemon=True).start()
    try:
        yield outcomes.append
    finally:
        finished.set()
    tell(f"✓ {title}: {outcomes[-1]} ({time.monotonic() - began:.1f} s)")


def run(chosen: Settings, people: Staff, tell: Tell, *, again: bool = False) -> Summary:
    """Walk the main job; the server is running meanwhile."""
    bank(people, tell)
    exam_id = opened_exam(people, tell, again=again)
    acknowledged = sit(chosen, people, exam_id, tell)
    return conclude(chosen, people, exam_id, acknowledged, tell)


def bank(people: Staff, tell: Tell) -> None:
    """Load the bank, calibrate from the pilot, assemble and seal the papers."""
    with timed(tell, "Demonstration bank") as done:
        standard = within(people, lambda session: stages.load_bank(session, people))
        done(standard.name)
    with timed(tell, "Three items in review") as done:
        written, kept = within(people, lambda session: reviews.stand(session, people, stages.level_of(session)))
        done(f"{', '.join(item.code for item in written)} {'kept' if kept else 'written, one passed on, one returned'}")
    with timed(tell, f"Pilot of {stages.PILOT} simulated persons, calibration") as done:
        calibrated, kept = within(people, lambda session: stages.calibrate(session, people))
        word = "kept" if kept else f"{calibrated.items} items, {calibrated.iterations} iterations, adopted"
        done(word)
    with timed(tell, "Two parallel papers") as done:
        papers, kept = within(people, lambda session: stages.papers(session, people))
        codes = ", ".join(paper.code for paper in papers)
        done(f"{codes} {'kept' if kept else 'assembled, checked, sealed'}")
    with timed(tell, "Skill paper by the project table") as done:
        skill, kept = within(people, lambda session: stages.skill_paper(session, people))
        done(f"{skill.code} {'kept' if kept else 'drawn, sealed'}")


def opened_exam(people: Staff, tell: Tell, *, again: bool) -> UUID:
    """Keep the newest exam, or open a new one."""
    with timed(tell, "Batch, exam, candidates") as done:
        exam = within(people, stages.current_exam)
        if exam is not None and not (again and exam.state is ExamState.CLOSED):
            done(f"{exam.name} kept, {exam.state}")
            return exam.id
        exam = within(people, lambda session: stages.open_exam(session, people))
        done(f"{exam.name}, open")
        return exam.id


def sit(chosen: Settings, people: Staff, exam_id: UUID, tell: Tell) -> int:
    """Let the candidates who have not finished sit the exam over HTTP; give the acknowledged saves."""
    exam = within(people, stages.current_exam)
    if exam is None or exam.state is not ExamState.OPEN:
        return 0
    waiting = within(people, lambda session: stages.entrants(session, exam_id))
    with timed(tell, f"{len(waiting)} candidates sit the exam over HTTP") as done:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sittings = [pool.submit(_sit, chosen.origin, entrant) for entrant in waiting]
            total = 0
            for number, finished in enumerate(as_completed(sittings), start=1):
                total += finished.result()
                if number % AT_ONCE == 0:
                    tell(f"  {number} of {len(waiting)} have handed in")
        done(f"{total} answers acknowledged")
    within(people, lambda session: stages.close_exam(session, people, exam_id))
    return total


def _sit(origin: str, entrant: Entrant) -> int:
    candidate = Candidate(origin)
    candidate.log_in(ticket=entrant.ticket, name=entrant.name, secret=entrant.tail)
    return candidate.sit(entrant.responses)


def conclude(chosen: Settings, people: Staff, exam_id: UUID, acknowledged: int, tell: Tell) -> Summary:
    """Mark the skill component, decide, issue, print and verify."""
    with timed(tell, "Score sheets of two assessors") as done:
        marked, back = within(people, lambda session: stages.enter_sheets(session, people, exam_id))
        done(f"{marked} candidates, {back} pair came back and was marked again" if marked else "kept")
    with timed(tell, "Scores, decisions") as done:
        view = within(people, lambda session: stages.decide(session, people, exam_id))
        done(f"{view.passed} of {len(view.decided)} passed")
    with timed(tell, "Batch of certificates: issued, drawn, signed, packed") as done:
        issued = issue(chosen, people, exam_id)
        done(f"{len(issued)} certificates")
    with timed(tell, "Score reports on the register") as done:
        made = within(people, lambda session: certificates.report_scores(session, people, exam_id, chosen))
        done(f"{made} reports of passes and fails")
    with timed(tell, "Papers as PDF") as done:
        done(f"{print_papers(chosen, people)} papers of theory, with answer sheets, and the sheets of the skill paper")
    with timed(tell, "Public verification"):
        verified = verify(chosen, issued)
    stored = within(people, lambda session: stages.answers_stored(session, exam_id))
    if acknowledged > stored:
        raise DemonstrationStuck(f"{acknowledged} answers were acknowledged, but {stored} are stored")
    return Summary(len(view.lines), acknowledged, stored, view, issued, verified, chosen.data / "print")


def issue(chosen: Settings, people: Staff, exam_id: UUID) -> list[Certificate]:
    """Issue the certificates as a batch and write each that is not there yet."""
    folder = chosen.data / "print"
    folder.mkdir(exist_ok=True)
    batch = within(people, lambda session: certificates.order(session, people, exam_id))
    if batch:
        job.carry_out(partial(db.transaction, people.organisation.id), batch, chosen)
        for name, content in within(
            people, lambda session: list(certificates.files_of_batch(session, people, batch, chosen.print_files))
        ):
            (folder / f"certificate-{name}").write_bytes(content)
    return within(people, lambda session: _files(session, chosen, people, exam_id))


def _files(session: Session, chosen: Settings, people: Staff, exam_id: UUID) -> list[Certificate]:
    """Give the certificates; a file that somebody took away is written again."""
    key, found = signing.current(chosen), awarding.of_exam(session, session.get_one(Exam, exam_id))
    for certificate in found:
        file = chosen.data / "print" / f"certificate-{certificate.number}.pdf"
        if not file.exists():
            badge = badging.document(session, certificate, origin=chosen.origin, key=key)
            content = printing.pdf(certificate, people.organisation, origin=chosen.origin, credential=badge)
            file.write_bytes(content)
    return found


def print_papers(chosen: Settings, people: Staff) -> int:
    """Write booklets, answer sheets and sheets of the skill paper that are not there yet; give the papers."""
    folder = chosen.data / "print"

    def work(session: Session) -> int:
        papers = stages.papers(session, people)[0]
        for paper in papers:
            booklet, sheet = folder / f"paper-{paper.code}.pdf", folder / f"answer-sheet-{paper.code}.pdf"
            if not booklet.exists():
                booklet.write_bytes(printable.booklet(session, paper.id, by=people["assembler"], draw=formulas.svg))
            if not sheet.exists():
                sheet.write_bytes(printable.answer_sheet(session, paper.id, by=people["assembler"]))
        _print_skill(session, people, folder)
        return len(papers)

    return within(people, work)


def _print_skill(session: Session, people: Staff, folder: Path) -> None:
    """Write the notices, task sheets and score sheets of the skill paper that are not there yet."""
    paper = stages.skill_paper(session, people)[0]
    for kind in skill_printing.KINDS:
        file = folder / f"skill-{kind}-{paper.code}.pdf"
        if not file.exists():
            file.write_bytes(skill_printing.print_paper(session, paper.id, kind, by=people["assembler"]))


def verify(chosen: Settings, certificates: list[Certificate]) -> str:
    """Verify the first certificate as somebody who scans its code, and give its number."""
    if not certificates:
        raise DemonstrationStuck("no candidate passed, so there is no certificate to verify")
    first = certificates[0]
    status, page = get(chosen, f"/v/{first.query_key}")
    if status != http.HTTPStatus.OK or first.number[-6:] not in page:
        raise DemonstrationStuck(f"the verification page answered {status} for certificate {first.number}")
    return first.number


def get(chosen: Settings, path: str) -> tuple[int, str]:
    """Ask our own server for a page."""
    connection = http.client.HTTPConnection(urlsplit(chosen.origin).netloc, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def await_ready(chosen: Settings) -> None:
    """Wait until the server answers that it is ready."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if get(chosen, "/readyz")[0] == http.HTTPStatus.OK:
                return
        time.sleep(0.2)
    raise Unexpected(f"the server at {chosen.origin} was not ready within {READY_SECONDS} seconds")


def within(people: Staff, work: Callable[[Session], Made]) -> Made:
    """Do a stage in one transaction of the demonstration's organisation."""
    with db.transaction(people.organisation.id) as session:
        return work(session)
