"""Builders of results: a closed exam on a paper of 100 marks, sittings, sheets, scores, decisions, certificates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import randrange
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from kaoping.certificates import proposals
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import Certificate, ProposalVerb
from kaoping.exam.delivery import entering, sitting
from kaoping.exam.delivery.entering import Entry
from kaoping.exam.marking import sheets
from kaoping.exam.people.consents import Answers
from kaoping.exam.people.models import Organisation
from kaoping.exam.registration import enrolment, exams
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.registration.rooms import NewRoom
from kaoping.exam.results import awarding, deciding, grounds, scoring
from kaoping.exam.results.models import Decision, GroundKind
from kaoping.itembank import sealing
from kaoping.itembank.actor import SYSTEM, Actor
from kaoping.itembank.items import ItemType
from kaoping.itembank.models import Component, Level, Range, Task, TaskState
from kaoping.itembank.papers import AssemblyRun, Paper, RunState, Slot
from tests import builders_papers
from tests.builders import NOON, an_actor, an_organisation, organisation_of, stored
from tests.builders_registration import a_batch, a_candidate, a_level, a_photo, a_standard

OPENS, CLOSES = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
AFTER = NOON + timedelta(days=1)
FINAL = AFTER + timedelta(days=7)

#: Marks of the six true-or-false items of a paper; “true” is right everywhere.
MARKS = tuple(map(Decimal, ("40", "19.5", "0.5", "20", "10", "10")))
PASSING = (1, 2, 3, 4)
JUST_SHORT = (1, 2)
EVERYTHING = (1, 2, 3, 4, 5, 6)

#: Tasks of the skill component and their marks.
TASKS = {"T1": Decimal(60), "T2": Decimal(40)}
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEYS = {KEY.key_id: KEY.public_key}
ADDRESS = "192.0.2.7"


def a_filed_organisation(session: Session, **changes: Any) -> Organisation:
    """Make an organisation with a site code of its own, for tests that commit: numbers are unique over all of them."""
    return an_organisation(session, site_code=f"{randrange(10**6):06}", **changes)


def a_level_with_tasks(session: Session, *, tasks: Mapping[str, Decimal] = TASKS) -> Level:
    """Make level 3 of a published standard with practical tasks."""
    organisation_of(session)
    level = a_level(session, standard=a_standard(session, demonstration=True))
    for code, marks in tasks.items():
        stored(session, Task(
            organisation_id=level.organisation_id, standard_id=level.standard_id, level_id=level.id, code=code,
            unit=code, title=f"任务{code}", title_en=f"Task {code}", minutes=60, marks=marks, demonstration=True,
            state=TaskState.APPROVED, author_id=SYSTEM, created_at=NOON, submitted_at=NOON, body={},
            sheet=[{"code": f"{code}-1", "kind": "M", "marks": str(marks), "text": "按要求完成"}],
        ))  # fmt: skip
    return level


def a_paper(session: Session, level: Level, *, marks: Sequence[Decimal] = MARKS, label: str = "A") -> Paper:
    """Seal a paper of true-or-false items with these marks."""
    organisation, author = level.organisation_id, an_actor(session, "item_writer")
    row = stored(session, Range(
        organisation_id=organisation, standard_id=level.standard_id, code=f"F{label}", name="标准", name_en="Standards",
        position=1,
    ))  # fmt: skip
    version = builders_papers.a_bare_specification(session, level, minutes=60)
    run = stored(session, AssemblyRun(
        organisation_id=organisation, specification_id=version.specification_id, version_id=version.id,
        state=RunState.SOLVED, by=author.id, at=NOON, report={},
    ))  # fmt: skip
    paper = stored(session, Paper(
        organisation_id=organisation, run_id=run.id, specification_id=version.specification_id,
        code=f"P-{uuid4().hex[:6]}", label=label, assembled_by=author.id, assembled_at=NOON,
    ))  # fmt: skip
    for number, worth in enumerate(marks, start=1):
        kind, place = ItemType.TRUE_FALSE, number + 100 * ord(label)
        item = builders_papers.an_item(session, level, row, kind, place, by=author)
        session.flush()
        stored(session, Slot(
            organisation_id=organisation, paper_id=paper.id, number=number, revision_id=item.latest.id, item_id=item.id,
            point_id=item.point_id, marks=worth,
        ))  # fmt: skip
    session.expire(paper)
    return sealing.approve(session, paper.id, by=an_actor(session, "assembler"), at=NOON)


def an_open_exam(
    session: Session, *, level: Level | None = None, skill_paper_id: UUID | None = None, **batch: Any
) -> Exam:
    """Open an exam of one paper from an hour after noon."""
    level = level or a_level_with_tasks(session)
    officer = an_actor(session, "exam_officer")
    held = a_batch(session, by=officer, standard_id=level.standard_id, **batch)
    exam = exams.prepare(
        session, held.id, level.id, name="三级理论知识", opens_at=OPENS, closes_at=CLOSES, minutes=60,
        paper_ids=[a_paper(session, level).id], rooms=[NewRoom("1", 30)], by=officer, at=NOON,
        skill_paper_id=skill_paper_id,
    )  # fmt: skip
    return exams.open_exam(session, exam.id, by=officer, at=NOON)


def enrolled(
    session: Session, exam: Exam, *, number: int = 1, name: str = "方一鸣", photo: bool = False
) -> Application:
    """Enrol a candidate."""
    agreed = Answers(notice=True, identity_number=True, photo=photo)
    new = a_candidate(number, name, consents=agreed, photo=a_photo() if photo else None)
    return enrolment.enrol(session, exam.id, new, by=an_actor(session, "exam_officer"), at=NOON)


def sat(session: Session, application: Application, *, right: Iterable[int], wrong: Iterable[int] = ()) -> Application:
    """Let a candidate sit the paper: right and wrong answers, the rest blank."""
    secret, at = application.person.identity[-6:], OPENS + timedelta(minutes=1)
    entry = entering.enter(
        session, ticket=application.ticket, name=application.person.name, secret=secret, address=ADDRESS, at=at
    )
    assert isinstance(entry, Entry), entry
    sitting.start(session, entry.token, at=at)
    for slot, response in [*((slot, True) for slot in right), *((slot, False) for slot in wrong)]:
        sitting.answer(session, entry.token, slot, response, sequence=1, at=at)
    sitting.submit(session, entry.token, at=at + timedelta(minutes=30))
    return application


def closed(session: Session, exam: Exam) -> Exam:
    """Close an exam."""
    session.flush()
    session.expire_all()
    return exams.close_exam(session, exam.id, by=an_actor(session, "exam_officer"), at=CLOSES)


def a_sat_application(
    session: Session, *, right: Iterable[int] = PASSING, photo: bool = False, **batch: Any
) -> Application:
    """Give a candidate of a closed exam who answered these items rightly."""
    exam = an_open_exam(session, **batch)
    application = sat(session, enrolled(session, exam, photo=photo), right=right)
    closed(session, exam)
    return application


def marks_of(total: str) -> dict[str, Decimal]:
    """Give the marks of a sheet with this total."""
    first = min(TASKS["T1"], Decimal(total))
    return {"T1": first, "T2": Decimal(total) - first}


def with_sheets(session: Session, application: Application, *totals: str) -> list[Actor]:
    """Enter a sheet by an assessor of its own for each total, and give the assessors."""
    assessors = [an_actor(session, "assessor") for _ in totals]
    for assessor, total in zip(assessors, totals, strict=True):
        sheets.enter(session, application.id, marks_of(total), by=assessor, at=AFTER)
    return assessors


def with_final_scores(
    session: Session, application: Application, *, skill: Sequence[str] = ("80", "82")
) -> Application:
    """Score and confirm both components."""
    officer = an_actor(session, "exam_officer")
    with_sheets(session, application, *skill)
    scoring.score_theory(session, application.id, by=officer, at=AFTER)
    scoring.score_skill(session, application.id, by=officer, at=AFTER)
    for component in (Component.THEORY, Component.SKILL):
        scoring.confirm(session, application.id, component, by=officer, at=AFTER)
    return application


def a_final_decision(
    session: Session, application: Application | None = None, *, kinds: Sequence[GroundKind] = (), **changes: Any
) -> Decision:
    """Announce and finalise, and enter the grounds; a pass unless the changes say otherwise."""
    application = application or a_sat_application(session, **changes)
    officer = an_actor(session, "exam_officer")
    with_final_scores(session, application)
    deciding.announce(session, application.id, by=officer, at=AFTER)
    decision = deciding.finalise(session, application.id, by=officer, at=FINAL)
    return with_grounds(session, decision, *kinds)


def with_grounds(session: Session, decision: Decision, *kinds: GroundKind) -> Decision:
    """Enter what no module writes, or some of it, for a decision."""
    for kind in kinds or grounds.BY_HAND:
        grounds.enter(session, [decision], kind, evidence="档案第 1 号", by=an_actor(session, "exam_officer"), at=FINAL)
    return decision


def a_certificate(
    session: Session, decision: Decision | None = None, *, at: datetime = FINAL, **changes: Any
) -> Certificate:
    """Issue the certificate of a final pass."""
    decision = decision or a_final_decision(session, **changes)
    return awarding.issue(session, decision.id, key=KEY, by=an_actor(session, "certificate_officer"), at=at)


def changed(
    session: Session, certificate: Certificate, verb: ProposalVerb, *, reason: str = "违规取得", at: datetime = FINAL
) -> Certificate:
    """Let one person propose a change of state and another confirm it."""
    proposal = proposals.propose(
        session, certificate.id, verb, reason=reason, by=an_actor(session, "certificate_officer"), at=at
    )
    proposals.confirm(session, proposal.id, by=an_actor(session, "certificate_officer"), at=at)
    session.expire(certificate)
    return certificate


def revoked(
    session: Session, certificate: Certificate, *, reason: str = "违规取得", at: datetime = FINAL
) -> Certificate:
    """Revoke a certificate by two persons."""
    return changed(session, certificate, ProposalVerb.REVOKE, reason=reason, at=at)


def rewritten(certificate: Certificate, statement: str) -> None:
    """Let a certificate say something else, as if somebody who masters the database had changed it."""
    before = certificate.statement_sealed
    certificate.statement = statement
    forged, certificate.statement_sealed = certificate.statement_sealed, before
    set_committed_value(certificate, "statement_sealed", forged)
