"""Makers for papers: a small standard, and a calibrated level 3 shaped like the demonstration bank."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from kaoping.exam.results.models import CalibrationRun
from kaoping.itembank import assembling, specification, versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemState, ItemType, ReviewStage, Revision, Statistics, StatisticsState
from kaoping.itembank.models import Component, Importance, Level, Point, Range, Standard, StandardState, Weight
from kaoping.itembank.papers import Paper, Specification, SpecificationApproval, SpecificationVersion
from kaoping.itembank.rules import Rules
from tests.builders import NOON, an_actor, organisation_of, stored

#: Rows of level 3: weight, and approved items by section as the demonstration bank has them.
ROWS = {
    "0-1": ("职业道德", "Professional ethics", 5, (4, 6, 0, 0)),
    "0-2": ("基础知识", "Basic knowledge", 20, (11, 16, 4, 4)),
    "1": ("标准信息与标准体系", "Standards information", 15, (9, 11, 4, 4)),
    "2": ("标准研制与编写", "Drafting of standards", 25, (14, 19, 6, 4)),
    "3": ("标准审查与编审", "Review of standards", 15, (9, 11, 6, 0)),
    "4": ("标准实施与企业标准化", "Implementation", 15, (9, 11, 4, 4)),
    "5": ("国际标准化", "International standardization", 5, (4, 4, 4, 0)),
}
TYPES = (ItemType.TRUE_FALSE, ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.FILL_IN)

Supply = dict[str, tuple[int, ...]]
Written = Callable[[ItemType, int], dict[str, Any]]


def a_level(session: Session, **changes: Any) -> Level:
    """Make level 3 of a published standard with its theory weights."""
    organisation = organisation_of(session)
    standard = Standard(
        organisation_id=organisation, code="DEMO", edition="2026", name="示范评价规范", name_en="Demonstration",
        state=StandardState.PUBLISHED, published_by=uuid4(), demonstration=True, rules={},
    )  # fmt: skip
    values = {
        "digit": 3,
        "name": "三级",
        "title": "高级工",
        "title_en": "Senior Skilled Worker",
        "components": ["theory", "skill"],
    }
    stored(session, standard)
    level = Level(organisation_id=organisation, standard_id=standard.id, pass_mark=Decimal(60), **values | changes)
    stored(session, level)
    for position, (code, (name, name_en, weight, _)) in enumerate(ROWS.items(), 1):
        row = Range(
            organisation_id=organisation,
            standard_id=standard.id,
            code=code,
            name=name,
            name_en=name_en,
            position=position,
        )
        stored(session, row)
        session.add(Weight(
            organisation_id=organisation, range_id=row.id, level_id=level.id, component=Component.THEORY,
            percent=Decimal(weight),
        ))  # fmt: skip
    session.flush()
    return level


def a_bank(
    session: Session, *, supply: Supply | None = None, seed: int = 7, calibrated: bool = True,
    body: Written | None = None,
) -> Level:  # fmt: skip
    """Make level 3 with approved items of adopted statistics, each on a point of its own."""
    level, by, rng = a_level(session), an_actor(session), Random(seed)
    session.refresh(level.standard, ["ranges"])
    run = a_calibration_run(session, level, by=by)
    kinds = enumerate(_kinds(level, supply or {}), 1)
    items = [an_item(session, level, row, kind, number, by=by, body=body) for number, (row, kind) in kinds]
    session.flush()
    for item in items if calibrated else ():
        with_statistics(session, item, run, a=rng.lognormvariate(0, 0.3), b=rng.gauss(-0.6, 0.9))
    session.flush()
    return level


def a_calibration_run(session: Session, level: Level, *, by: Actor) -> CalibrationRun:
    """Make the run that a level's statistics came from."""
    return stored(session, CalibrationRun(
        organisation_id=level.organisation_id, level_id=level.id, name="试测", model="2PL", persons=1000, items=182,
        loglik=-1.0, iterations=20, converged=True, simulated=True, by=by.id, at=NOON,
    ))  # fmt: skip


def _kinds(level: Level, supply: Supply) -> Iterator[tuple[Range, ItemType]]:
    for row in level.standard.ranges:
        for kind, count in zip(TYPES, supply.get(row.code, ROWS[row.code][3]), strict=True):
            for number in range(count):
                yield row, ItemType.NUMERIC if kind is ItemType.FILL_IN and number % 2 else kind


def an_item(
    session: Session, level: Level, row: Range, kind: ItemType, number: int, *, by: Actor,
    state: ItemState = ItemState.APPROVED, body: Written | None = None,
) -> Item:  # fmt: skip
    """Make an item on a point of its own."""
    organisation = level.organisation_id
    point = Point(
        organisation_id=organisation, standard_id=level.standard_id, range_id=row.id, code=f"{row.code}-{number:03}",
        path=row.name, name=f"鉴定点{number}", name_en=f"Point {number}", fact="事实", source="GB/T 1.1-2020",
        lowest_level=5, importance=Importance.CORE if number % 6 else Importance.GENERAL, confidence="V",
        currency="现行", position=number,
    )  # fmt: skip
    item = Item(
        organisation_id=organisation, standard_id=level.standard_id, level_id=level.id, point_id=point.id,
        code=f"3-{number:06}", type=kind, state=state,
        stage=ReviewStage.FIRST if state is ItemState.IN_REVIEW else None, author_id=by.id,
        demonstration=True, ai_assisted=True,
        created_at=NOON,
    )  # fmt: skip
    revision = Revision(
        organisation_id=organisation, item_id=item.id, number=1, author_id=by.id, source_standard="GB/T 1.1",
        source_edition="2020", source_clause="6.2", difficulty=3, consistency=4, created_at=NOON, submitted_at=NOON,
    )  # fmt: skip
    revision.body = (body or a_body)(kind, number)
    item.revisions = [revision]
    session.add_all([point, item])
    return item


def a_body(kind: ItemType, number: int) -> dict[str, Any]:
    """Write a body of a type."""
    body: dict[str, Any] = {"type": kind.value, "stem": f"第{number}题的题干。", "rationale": "依据所引条款。"}
    match kind:
        case ItemType.TRUE_FALSE:
            return body | {"key": True}
        case ItemType.SINGLE_CHOICE:
            return body | {"options": ["甲", "乙", "丙", "丁"], "key": "ABCD"[number % 4]}
        case ItemType.MULTIPLE_CHOICE:
            return body | {"options": ["甲", "乙", "丙", "丁", "戊"], "key": ["A", "C"]}
        case ItemType.FILL_IN:
            return body | {"stem": f"第{number}题：编号由____和顺序号构成。", "key": [["代号"]]}
        case ItemType.SHORT_ANSWER:
            return body | {"key": {"model": "统一。", "points": [{"text": "统一", "marks": "4"}]}}
    return body | {"key": "12.5", "tolerance": "0.1", "unit": "%"}


def with_statistics(session: Session, item: Item, run: CalibrationRun, *, a: float, b: float) -> Statistics:
    """Give the newest revision of an item adopted statistics."""
    row = Statistics(
        organisation_id=item.organisation_id, revision_id=item.latest.id, item_id=item.id, run_id=run.id,
        state=StatisticsState.ADOPTED, persons=1000, facility=0.65, discrimination=0.4, a=a, b=b, se_a=0.1, se_b=0.1,
        distractors={}, simulated=True, adopted_by=item.author_id, adopted_at=NOON,
    )  # fmt: skip
    session.add(row)
    return row


def a_bare_specification(session: Session, level: Level, *, minutes: int = 90) -> SpecificationVersion:
    """Make a specification without rules, with an approved version that runs can name."""
    made = Specification(
        organisation_id=level.organisation_id, standard_id=level.standard_id, level_id=level.id, name=uuid4().hex,
        created_by=uuid4(), created_at=NOON,
    )  # fmt: skip
    version = SpecificationVersion(
        organisation_id=level.organisation_id, number=1, minutes=minutes, rules={}, author_id=made.created_by,
        created_at=NOON,
    )  # fmt: skip
    version.approval = SpecificationApproval(organisation_id=level.organisation_id, approver_id=uuid4(), at=NOON)
    made.versions = [version]
    stored(session, made)
    return version


def a_specification(session: Session, level: Level, **changes: Any) -> Specification:
    """Derive a specification, change its rules, and have another person approve it."""
    made = specification.derive(session, level.id, name="三级理论知识", by=an_actor(session, "assembler"), at=NOON)
    return with_rules(session, made, **changes)


def with_rules(session: Session, made: Specification, **changes: Any) -> Specification:
    """Bring a specification with changed rules into force."""
    rules = Rules.model_validate({**made.latest.rules, **changes})
    author, other = an_actor(session, "assembler"), an_actor(session, "assembler")
    specification.change(session, made.id, name=made.name, minutes=made.latest.minutes, rules=rules, by=author, at=NOON)
    versions.approve(session, made.latest.id, by=other, at=NOON)
    session.flush()
    return made


def a_paper(session: Session, *, by: Actor | None = None) -> Paper:
    """Assemble one paper of 60 items from a fresh bank."""
    made = a_specification(session, a_bank(session))
    run = assembling.assemble(session, made.id, forms=1, by=by or an_actor(session, "assembler"), at=NOON)
    return run.papers[0]
