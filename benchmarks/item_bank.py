"""A made-up bank of items for the benchmarks of finding: sealed and indexed as real ones, from a seeded grammar.

Every stem is drawn from a vocabulary of 1,200 made-up terms, so that texts share words as those of one occupation do;
one item in a hundred is another one with a word changed. Levels, types, states, statistics and sealed papers are mixed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kaoping.exam.results.models import CalibrationRun
from kaoping.itembank import text_index
from kaoping.itembank.items import Item, ItemState, ItemType, ReviewStage, Revision
from kaoping.itembank.models import Component, Importance, Level, Point, Range, Standard, StandardState, Weight
from kaoping.itembank.papers import AssemblyRun, Paper, PaperState, RunState, Slot
from kaoping.itembank.text_index import ItemText
from tests.builders import NOON, an_actor, organisation_of
from tests.builders_papers import a_bare_specification, a_body, a_calibration_run, with_statistics

ROWS, POINTS, PAPERS, SLOTS = 20, 40, 60, 100
ALIKE = 0.01
MEASURED, ASSISTED = 0.6, 0.1
CHIEF = 3
"""Digit of the level that has most items and the papers."""
STATES = {
    ItemState.DRAFT: 5, ItemState.IN_REVIEW: 5, ItemState.RETURNED: 3, ItemState.TRIAL: 1, ItemState.APPROVED: 81,
    ItemState.RECHECK: 2, ItemState.RETIRED: 3,
}  # fmt: skip
TYPES = {
    ItemType.TRUE_FALSE: 3, ItemType.SINGLE_CHOICE: 5, ItemType.MULTIPLE_CHOICE: 2, ItemType.FILL_IN: 1,
    ItemType.NUMERIC: 1,
}  # fmt: skip
"""How often each type stands in the bank; the others are rare in real ones."""
_SIGNS = (
    "材料零件设备工序焊缝轴承阀门管道电机线路仪表样品标准文件规程图纸气体液体温度压力速度强度精度间隙磨损裂纹"
    "腐蚀绝缘接地润滑冷却清洗检验校准装配拆卸调整记录报告审查备案归档隔离警示"
)
_VERBS = (
    "应当复核", "必须记录", "不得更换", "需要隔离", "可以调整", "应先检验", "须经批准后使用", "应及时上报",
    "要重新校准", "应逐项登记",
)  # fmt: skip
_ASKED = (
    "下列做法正确的是（　　）。", "其首要依据是（　　）。", "允许的最大偏差为（　　）。", "责任人是（　　）。",
    "应首先采取的措施是（　　）。", "该要求属于（　　）。",
)  # fmt: skip


def vocabulary(rng: Random) -> list[str]:
    """Make terms of two to four signs, each once, so that no item offers the same twice."""
    return list(dict.fromkeys("".join(rng.choices(_SIGNS, k=rng.choice((2, 3, 4)))) for _ in range(1200)))


@dataclass(frozen=True)
class Grammar:
    """Writes wordings from a vocabulary."""

    rng: Random
    terms: list[str]

    def term(self) -> str:
        return self.rng.choice(self.terms)

    def body(self, kind: ItemType, number: int) -> dict[str, Any]:
        """Write an item of a type."""
        rng = self.rng
        stem = (
            f"在{self.term()}的{self.term()}达到{rng.randint(2, 400)}时，{self.term()}与{self.term()}"
            f"{rng.choice(_VERBS)}，{self.term()}{'是____。' if kind is ItemType.FILL_IN else rng.choice(_ASKED)}"
        )
        written = a_body(kind, number) | {"stem": stem, "rationale": f"见{self.term()}一节：{self.term()}。"}
        if "options" in written:
            written["options"] = [
                f"{term}{rng.choice(_VERBS)}" for term in rng.sample(self.terms, len(written["options"]))
            ]
        return written

    def reworded(self, body: dict[str, Any]) -> dict[str, Any]:
        """Write an item again with one term added."""
        return body | {"stem": body["stem"].replace("，", f"，且{self.term()}，", 1)}


def build(session: Session, items: int, *, seed: int = 1) -> Iterator[int]:
    """Fill the session's organisation with a bank and say after every thousand items how many there are."""
    rng = Random(seed)
    grammar, levels = Grammar(rng, vocabulary(rng)), _standard(session)
    points = _points(session, levels[0].standard_id)
    runs = {level.id: a_calibration_run(session, level, by=an_actor(session)) for level in levels}
    authors = [an_actor(session, "item_writer").id for _ in range(25)]
    used: list[Revision] = []
    last: dict[str, Any] = {}
    measured: list[tuple[Item, CalibrationRun]] = []
    for number in range(1, items + 1):
        level = rng.choices(levels, (1, 2, 5, 2, 1))[0]
        kind = rng.choices(list(TYPES), list(TYPES.values()))[0]
        again = bool(last) and rng.random() < ALIKE
        last = grammar.reworded(last) if again else grammar.body(kind, number)
        made = _item(session, level, rng.choice(points), last, number, rng=rng, author=rng.choice(authors))
        if made.state is ItemState.APPROVED and level.digit == CHIEF:
            used.append(made.revisions[0])
        if made.state is ItemState.APPROVED and rng.random() < MEASURED:
            measured.append((made, runs[level.id]))
        if number % 1000 == 0:
            session.flush()
            _measure(session, measured, rng)
            measured = []
            session.expunge_all()
            yield number
    _papers(session, levels[2], used, rng)


def _standard(session: Session) -> list[Level]:
    organisation = organisation_of(session)
    standard = Standard(
        organisation_id=organisation, code="BENCH", edition="2026", name="示范规范", name_en="Benchmark",
        state=StandardState.PUBLISHED, published_by=uuid4(), demonstration=True, rules={},
    )  # fmt: skip
    session.add(standard)
    levels = [
        Level(
            organisation_id=organisation, standard_id=standard.id, pass_mark=Decimal(60), digit=digit,
            name=f"{digit}级", title="工", title_en="Worker", components=["theory", "skill"],
        )
        for digit in (5, 4, 3, 2, 1)
    ]  # fmt: skip
    session.add_all(levels)
    rows = [
        Range(organisation_id=organisation, standard_id=standard.id, code=f"{place}", name=f"职业功能{place}",
              name_en=f"Function {place}", position=place)
        for place in range(1, ROWS + 1)
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    session.add_all(
        Weight(organisation_id=organisation, range_id=row.id, level_id=level.id, component=Component.THEORY,
               percent=Decimal(100) / ROWS)
        for row in rows for level in levels
    )  # fmt: skip
    return levels


def _points(session: Session, standard: UUID) -> list[Point]:
    rows = session.query(Range).filter_by(standard_id=standard).order_by(Range.position).all()
    made = [
        Point(organisation_id=row.organisation_id, standard_id=standard, range_id=row.id,
              code=f"{row.code}-{place:03}", path=row.name, name=f"鉴定点{row.code}之{place}", name_en=f"Point {place}",
              fact="事实", source="GB/T 1.1-2020", lowest_level=5, confidence="V", currency="现行", position=place,
              importance=(Importance.CORE, Importance.GENERAL, Importance.AUXILIARY)[place % 3])
        for row in rows for place in range(1, POINTS + 1)
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


def _item(
    session: Session, level: Level, point: Point, body: dict[str, Any], number: int, *, rng: Random, author: UUID
) -> Item:
    state = rng.choices(list(STATES), list(STATES.values()))[0]
    stage = rng.choice(list(ReviewStage)) if state is ItemState.IN_REVIEW else None
    item = Item(
        organisation_id=level.organisation_id, standard_id=level.standard_id, level_id=level.id, point_id=point.id,
        code=f"{level.digit}-{number:06}", type=ItemType(body["type"]), state=state, stage=stage,
        author_id=author, demonstration=True, ai_assisted=rng.random() < ASSISTED, created_at=NOON,
    )  # fmt: skip
    revision = Revision(
        organisation_id=item.organisation_id, item_id=item.id, number=1, author_id=author, created_at=NOON,
        source_standard=f"GB/T {rng.randint(1000, 1200)}", source_edition="2020", source_clause="6.2",
        difficulty=rng.randint(1, 5), consistency=4, submitted_at=None if state is ItemState.DRAFT else NOON,
    )  # fmt: skip
    revision.body = body
    item.revisions = [revision]
    words, bands = text_index.keys_of(body, item.organisation_id)
    session.add_all([item, ItemText(organisation_id=item.organisation_id, item_id=item.id, words=words, bands=bands)])
    return item


def _measure(session: Session, items: list[tuple[Item, CalibrationRun]], rng: Random) -> None:
    for item, run in items:
        with_statistics(session, item, run, a=rng.lognormvariate(0, 0.3), b=rng.gauss(-0.6, 0.9))
    session.flush()


def _papers(session: Session, level: Level, used: list[Revision], rng: Random) -> None:
    """Seal papers of items of one level on different points."""
    version = a_bare_specification(session, session.merge(level))
    run = AssemblyRun(
        organisation_id=level.organisation_id, specification_id=version.specification_id, version_id=version.id,
        state=RunState.SOLVED, by=uuid4(), at=NOON, report={},
    )  # fmt: skip
    session.add(run)
    session.flush()
    owner = {item.id: item.point_id for item in session.query(Item).filter_by(level_id=level.id)}
    for number in range(PAPERS):
        paper = Paper(
            organisation_id=level.organisation_id, run_id=run.id, specification_id=run.specification_id,
            code=f"2026-3-{number:04}-A", label=f"{number}", assembled_by=uuid4(), assembled_at=NOON,
        )  # fmt: skip
        session.add(paper)
        session.flush()
        distinct = {owner[one.item_id]: one for one in rng.sample(used, 3 * SLOTS)}
        session.add_all(
            Slot(organisation_id=level.organisation_id, paper_id=paper.id, number=place, revision_id=one.id,
                 item_id=one.item_id, point_id=point, marks=Decimal(1))
            for place, (point, one) in enumerate(list(distinct.items())[:SLOTS], 1)
        )  # fmt: skip
        session.flush()
        paper.state, paper.approved_by, paper.sealed_at, paper.digest = PaperState.SEALED, uuid4(), NOON, b"d" * 32
    session.flush()
