"""Builders of registration: a published standard with a level, sealed papers, batches, exams, candidates."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy.orm import Session

from kaoping.exam.filing.models import Filing, FilingState
from kaoping.exam.people.consents import Answers
from kaoping.exam.people.identity import check_character
from kaoping.exam.people.models import IdentityType
from kaoping.exam.registration import batches, exams
from kaoping.exam.registration.enrolment import NewCandidate
from kaoping.exam.registration.models import Batch, Exam
from kaoping.exam.registration.rooms import NewRoom
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Component, Level, Standard, StandardState
from kaoping.itembank.papers import AssemblyRun, Paper, PaperState, RunState
from tests.builders import NOON
from tests.builders_papers import a_bare_specification

MORNING = NOON + timedelta(days=1)
AGREED = Answers(notice=True, identity_number=True, photo=False)


def an_identity(number: int = 1, born: str = "19900307") -> str:
    """Give a valid identity number of a region that does not exist."""
    first = f"990000{born}{number:03}"
    return first + check_character(first)


def a_standard(session: Session, **changes: Any) -> Standard:
    """Make a published standard with the levels 三级 and 五级."""
    organisation = session.info["organisation"]
    values: dict[str, Any] = {
        "code": f"S-{uuid4().hex[:6]}", "edition": "2026", "name": "标准化从业人员（示范）评价规范",
        "name_en": "Standardization practitioner (sample)", "state": StandardState.PUBLISHED, "published_by": uuid4(),
        "rules": {}, "demonstration": True,
    }  # fmt: skip
    standard = Standard(organisation_id=organisation, **values | changes)
    names = ((3, "三级", "高级工", "Senior Skilled Worker"), (5, "五级", "初级工", "Junior Skilled Worker"))
    for digit, name, title, english in names:
        standard.levels.append(
            Level(
                organisation_id=organisation, digit=digit, name=name, title=title, title_en=english,
                components=[Component.THEORY, Component.SKILL], pass_mark=Decimal(60),
            )
        )  # fmt: skip
    session.add(standard)
    session.flush()
    return standard


def a_level(session: Session, digit: int = 3, *, standard: Standard | None = None) -> Level:
    """Give a level of a standard."""
    standard = standard or a_standard(session)
    return next(level for level in standard.levels if level.digit == digit)


def sealed_papers(session: Session, level: Level, labels: str = "AB", **changes: Any) -> list[Paper]:
    """Make papers of a level, sealed by another person than their assembler; they hold no slots."""
    organisation = session.info["organisation"]
    version = a_bare_specification(session, level)
    run = AssemblyRun(
        organisation_id=organisation, specification_id=version.specification_id, version_id=version.id,
        state=RunState.SOLVED, by=uuid4(), at=NOON, report={},
    )  # fmt: skip
    session.add(run)
    session.flush()
    values: dict[str, Any] = {
        "organisation_id": organisation, "run_id": run.id, "specification_id": version.specification_id,
        "state": PaperState.SEALED, "assembled_by": uuid4(), "assembled_at": NOON, "approved_by": uuid4(),
        "sealed_at": NOON, "digest": bytes(32),
    }  # fmt: skip
    papers = [
        Paper(label=label, code=f"2026-{level.digit}-{uuid4().hex[:4]}-{label}", **values | changes) for label in labels
    ]
    session.add_all(papers)
    session.flush()
    return papers


def a_filing(session: Session, code: str, **changes: Any) -> Filing:
    """Store a confirmed filing of a standard's code for levels 5 to 1 in region 00 and all days of tests."""
    values: dict[str, Any] = {
        "number": f"备〔{uuid4().hex[:6]}〕", "authority": "某省人力资源和社会保障厅（示范）",
        "digits": [5, 4, 3, 2, 1], "regions": ["00"], "starts_on": date(2020, 1, 1), "ends_on": date(2199, 12, 31),
        "entered_by": uuid4(), "entered_at": NOON, "state": FilingState.CONFIRMED, "confirmed_by": uuid4(),
        "confirmed_at": NOON,
        "evidence_name": "notice.pdf", "evidence_type": "application/pdf", "evidence": b"%PDF-",
        "evidence_sha256": bytes(32),
    }  # fmt: skip
    filing = Filing(organisation_id=session.info["organisation"], standard_code=code, **values | changes)
    session.add(filing)
    session.flush()
    return filing


def a_batch(session: Session, *, by: Actor, **changes: Any) -> Batch:
    """Open a batch of a standard that is filed."""
    standard_id: UUID = changes.pop("standard_id", None) or a_standard(session).id
    if standard := session.get(Standard, standard_id):
        a_filing(session, standard.code)
    values: dict[str, Any] = {"code": f"2026-{uuid4().hex[:6]}", "name": "2026年第四批（示范）", "at": NOON}
    return batches.open_batch(session, standard_id, by=by, **values | changes)


def an_exam(
    session: Session, *, by: Actor, rooms: Sequence[NewRoom] = (NewRoom("1", 3), NewRoom("2", 2)), **changes: Any
) -> Exam:
    """Prepare an exam on the next morning with papers A and B."""
    level = changes.pop("level", None) or a_level(session)
    batch = changes.pop("batch", None) or a_batch(session, by=by, standard_id=level.standard_id)
    papers = changes.pop("papers", None) or sealed_papers(session, level)
    values: dict[str, Any] = {
        "name": "三级理论知识", "opens_at": MORNING, "closes_at": MORNING + timedelta(hours=3), "minutes": 90,
        "paper_ids": [paper.id for paper in papers], "at": NOON,
    }  # fmt: skip
    return exams.prepare(session, batch.id, level.id, rooms=rooms, by=by, **values | changes)


def a_candidate(number: int = 1, name: str = "方一鸣", **changes: Any) -> NewCandidate:
    """Give somebody who wants to be enrolled and consented to the number, not to a photo."""
    values: dict[str, Any] = {
        "identity_type": IdentityType.RESIDENT_IDENTITY_CARD, "identity": an_identity(number), "consents": AGREED,
    }  # fmt: skip
    return NewCandidate(name=name, **values | changes)


def a_photo(size: tuple[int, int] = (600, 800), kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """Make a photo file."""
    file = BytesIO()
    Image.new(mode, size, "steelblue").save(file, kind)
    return file.getvalue()


def a_list(*rows: str, header: str = "姓名,证件类型,证件号码", encoding: str = "utf-8") -> bytes:
    """Make a list of candidates as a file."""
    return "\r\n".join((header, *rows, "")).encode(encoding)


def a_row(number: int = 1, name: str = "方一鸣", *more: str) -> str:
    """Make a right row of a list."""
    return ",".join((name, "居民身份证", an_identity(number), *more))


def minutes(count: int) -> timedelta:
    """Give some minutes."""
    return timedelta(minutes=count)


def later(moment: datetime, **parts: float) -> datetime:
    """Give a later moment."""
    return moment + timedelta(**parts)
