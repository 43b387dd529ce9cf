"""Builders of delivery: an exam with a sealed paper of five items, one of each type, and candidates at their seats."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy.orm import Session

from kaoping.exam.people import identity
from kaoping.exam.people.models import IdentityType, Person
from kaoping.exam.registration.models import Application, Batch, Exam, ExamPaper, ExamState, Room
from kaoping.itembank import sealing
from kaoping.itembank.items import Item, ItemState, ItemType, Picture, Revision
from kaoping.itembank.models import Importance, Level, Point, Range, Standard, StandardState
from kaoping.itembank.papers import AssemblyRun, Paper, RunState, Slot
from kaoping.itembank.scoring_rules import ScoringRule, of_type
from tests.builders import NOON, an_actor, organisation_of, stored
from tests.builders_papers import a_bare_specification

ROOM_CODE = "KP7284"
NAME = "林知远"
_numbers = count(1)

#: What must never reach a candidate.
RATIONALE = "理由探针"
_OPTIONS = ["选项甲", "选项乙", "选项丙", "选项丁"]
BODIES: tuple[dict[str, Any], ...] = (
    {"type": "true_false", "stem": "标准化是一项活动。", "key": True, "rationale": RATIONALE},
    {"type": "single_choice", "stem": "世界标准日是哪一天？", "options": _OPTIONS, "key": "B", "rationale": RATIONALE},
    {"type": "multiple_choice", "stem": "下列属于标准层次的有哪些？", "options": _OPTIONS, "key": ["A", "C"],
     "rationale": RATIONALE},
    {"type": "fill_in", "stem": "标准分为____标准和____标准。", "key": [["国家暗钥"], ["行业暗钥"]],
     "rationale": RATIONALE},
    {"type": "numeric", "stem": "赞成 22 人，共 32 人，赞成率为多少？", "key": "68.75", "tolerance": "0.1", "unit": "%",
     "rationale": RATIONALE},
)  # fmt: skip

#: Items that are answered by arranging; the picture of the last one is made with it.
ARRANGED: tuple[dict[str, Any], ...] = (
    {"type": "matching", "stem": "为标准代号选择层次。", "left": ["GB", "DB"], "key": {"1": "A", "2": "B"},
     "right": ["国家标准", "地方标准", "团体标准"], "rationale": RATIONALE},
    {"type": "ordering", "stem": "按制定程序排序。", "entries": ["批准", "起草", "立项"], "key": ["C", "B", "A"],
     "rationale": RATIONALE},
    {"type": "cloze", "stem": "标准由____批准，由____归口。", "key": ["A", "B"],
     "choices": ["主管部门", "技术委员会", "起草人"], "rationale": RATIONALE},
    {"type": "hotspot", "stem": "点出尺寸线。", "key": [1], "most_choices": 2, "rationale": RATIONALE, "areas": [
        {"shape": "rect", "coords": [10, 10, 90, 60]}, {"shape": "circle", "coords": [150, 50, 30]},
        {"shape": "polygon", "coords": [210, 10, 290, 10, 250, 90]},
    ]},
)  # fmt: skip


@dataclass(frozen=True)
class Seated:
    """A candidate with everything that a log-in needs."""

    application: Application
    ticket: str
    name: str
    tail: str


def an_exam(
    session: Session, *, opens_at: datetime = NOON, minutes: int = 90, bodies: Sequence[dict[str, Any]] = BODIES,
    rules: Sequence[ScoringRule] = (), **changes: Any,
) -> Exam:  # fmt: skip
    """Make an exam that is open for two hours from noon."""
    organisation = {"organisation_id": organisation_of(session)}
    level = _a_level(session)
    batch = stored(session, Batch(
        **organisation, standard_id=level.standard_id, code=uuid4().hex[:8], name="示范批次", region="110000",
        objection_days=5, assessor_tolerance=Decimal(5), created_by=uuid4(), created_at=NOON,
    ))  # fmt: skip
    values: dict[str, Any] = {
        "batch_id": batch.id, "level_id": level.id, "name": "理论知识考试", "state": ExamState.OPEN,
        "opens_at": opens_at, "closes_at": opens_at + timedelta(hours=2), "minutes": minutes,
    }  # fmt: skip
    exam = stored(session, Exam(**organisation, **values | changes))
    paper = a_sealed_paper(session, level, bodies=bodies, rules=rules)
    stored(session, ExamPaper(**organisation, exam_id=exam.id, paper_id=paper.id, position=1))
    room = Room(**organisation, exam_id=exam.id, name="第 2 考场", seats=80)
    room.code = ROOM_CODE
    stored(session, room)
    session.expire(exam)
    return exam


def _a_level(session: Session) -> Level:
    organisation = {"organisation_id": organisation_of(session)}
    standard = stored(session, Standard(
        **organisation, code=uuid4().hex[:8], edition="2026", name="标准化从业人员（示范）评价规范",
        name_en="Standardisation", occupation_code=None, effective_on=None, rules={}, demonstration=True,
        state=StandardState.PUBLISHED, published_by=uuid4(),
    ))  # fmt: skip
    return stored(session, Level(
        **organisation, standard_id=standard.id, digit=3, name="三级", title="高级工", title_en="Senior Skilled Worker",
        components=["theory", "skill"], pass_mark=Decimal(60),
    ))  # fmt: skip


def a_sealed_paper(
    session: Session, level: Level, *, bodies: Sequence[dict[str, Any]] = BODIES, rules: Sequence[ScoringRule] = ()
) -> Paper:
    """Make a sealed paper, of the five items in `BODIES` if not told, two marks each, marked by rules if there are."""
    organisation = {"organisation_id": organisation_of(session)}
    version = a_bare_specification(session, level)
    run = stored(session, AssemblyRun(
        **organisation, specification_id=version.specification_id, version_id=version.id, state=RunState.SOLVED,
        by=uuid4(), at=NOON, report={},
    ))  # fmt: skip
    paper = stored(session, Paper(
        **organisation, run_id=run.id, specification_id=version.specification_id, code=uuid4().hex[:10], label="A",
        assembled_by=uuid4(), assembled_at=NOON,
    ))  # fmt: skip
    topic = stored(session, Range(
        **organisation, standard_id=level.standard_id, code="F1", name="标准", name_en="Standards", position=1,
    ))  # fmt: skip
    usual = [of_type(ItemType(body["type"]))[0] for body in bodies]
    for number, (body, rule) in enumerate(zip(bodies, rules or usual, strict=True), start=1):
        _fill(session, paper, level, topic, number, body, rule)
    session.expire(paper)
    return sealing.approve(session, paper.id, by=an_actor(session, "assembler"), at=NOON)


def _fill(
    session: Session, paper: Paper, level: Level, topic: Range, number: int, body: dict[str, Any], rule: ScoringRule
) -> None:
    organisation = {"organisation_id": organisation_of(session)}
    point = stored(session, Point(
        **organisation, standard_id=level.standard_id, range_id=topic.id, code=f"F1-{number}", path="F1", name="点",
        name_en="Point", fact="事实", source="GB/T 1.1", lowest_level=5, importance=Importance.CORE, confidence="V",
        currency="current", position=number,
    ))  # fmt: skip
    item = stored(session, Item(
        **organisation, standard_id=level.standard_id, level_id=level.id, point_id=point.id, code=uuid4().hex[:8],
        type=ItemType(body["type"]), state=ItemState.APPROVED, author_id=uuid4(), demonstration=True,
        created_at=NOON,
    ))  # fmt: skip
    revision = Revision(
        **organisation, item_id=item.id, number=1, author_id=item.author_id, source_standard="GB/T 1.1",
        source_edition="2020", source_clause="6.2.2", difficulty=3, consistency=3, created_at=NOON, submitted_at=NOON,
    )  # fmt: skip
    revision.body = body | {"picture": str(_drawing(session, item).id)} if body["type"] == "hotspot" else body
    stored(session, revision)
    stored(session, Slot(
        **organisation, paper_id=paper.id, number=number, revision_id=revision.id, item_id=item.id, point_id=point.id,
        marks=Decimal(2), scoring=rule, apart=Decimal("0.4") if rule.markers else None,
    ))  # fmt: skip


def _drawing(session: Session, item: Item) -> Picture:
    file = io.BytesIO()
    Image.new("RGB", (300, 100), "white").save(file, "PNG")
    return stored(session, Picture(
        organisation_id=item.organisation_id, item_id=item.id, media_type="image/png", width=300, height=100,
        alternative="零件图", content=file.getvalue(), created_at=NOON,
    ))  # fmt: skip


def a_candidate(session: Session, exam: Exam, *, name: str = NAME) -> Seated:
    """Seat a candidate of the exam in its room."""
    organisation, seat = organisation_of(session), next(_numbers)
    number = f"11010119900101{seat:04}"
    person_id = uuid4()
    person = stored(session, Person(
        id=person_id, organisation_id=organisation, name=name, name_folded=identity.folded_name(name),
        identity_type=IdentityType.RESIDENT_IDENTITY_CARD, identity=number,
        identity_fingerprint=hashlib.sha256(number.encode()).digest(),
        tail_fingerprint=identity.tail_fingerprint(person_id, identity.tail(number)), photo_sealed=None,
        account_id=None, created_at=NOON,
    ))  # fmt: skip
    application = stored(session, Application(
        organisation_id=organisation, exam_id=exam.id, person_id=person.id, room_id=exam.rooms[0].id, seat=seat,
        ticket=_ticket(), paper_id=exam.papers[0].paper_id, created_by=uuid4(), created_at=NOON,
    ))  # fmt: skip
    return Seated(application, application.ticket, name, number[-6:])


def _ticket() -> str:
    return f"{UUID(int=uuid4().int).int % 10**12:012}"
