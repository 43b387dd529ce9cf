"""Assembly: two papers from a calibrated bank, or the rule that cannot be met."""

from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import assembling, sealing, specification
from kaoping.itembank.items import Item, ItemState, ItemType
from kaoping.itembank.models import Importance, Point
from kaoping.itembank.orders import TooManyPapers
from kaoping.itembank.papers import AssemblyRun, RunState
from kaoping.itembank.rules import Rules, Section, section_of
from kaoping.itembank.scoring_rules import ScoringRule
from kaoping.itembank.versions import NoApprovedVersion
from tests.builders import NOON, an_actor, stored
from tests.builders_papers import ROWS, a_bank, a_specification, an_item, with_rules
from tests.itembank.test_specification import TABLE


def assembled(session: Session, **changes: object) -> AssemblyRun:
    made = a_specification(session, a_bank(session), **changes)
    return assembling.assemble(session, made.id, by=an_actor(session, "assembler"), at=NOON)


def test_two_papers_share_no_item_and_keep_every_rule(session: Session) -> None:
    run = assembled(session)

    assert run.state is RunState.SOLVED
    assert [paper.code for paper in run.papers] == ["2026-3-0001-A", "2026-3-0001-B"]
    first, second = ({slot.item_id for slot in paper.slots} for paper in run.papers)
    assert not first & second
    for paper in run.papers:
        taken = Counter((slot.item.point.range.code, section_of(slot.item.type)) for slot in paper.slots)
        wanted = {
            (row, section): n
            for row, counts in TABLE.items()
            for section, n in zip(tuple(Section)[:4], counts, strict=True)
            if n
        }
        assert taken == wanted
        assert sum(slot.marks for slot in paper.slots) == Decimal(100)
        assert len({slot.point_id for slot in paper.slots}) == 60


def test_slots_stand_in_the_order_of_sections_rows_and_points(session: Session) -> None:
    paper = assembled(session).papers[0]

    keys = [(section_of(s.item.type).position, s.item.point.range.position, s.item.point.position) for s in paper.slots]

    assert [slot.number for slot in paper.slots] == list(range(1, 61))
    assert keys == sorted(keys)


def test_the_report_gives_proof_curves_and_the_reason_of_every_item(session: Session) -> None:
    report = assembled(session).report

    first, second = report["papers"]
    assert report["proven"]
    assert report["gap"] <= 0.02
    assert abs(first["mean"] - second["mean"]) <= 1
    assert 0.55 <= first["ratio"] <= 0.75
    assert first["rows"] == {code: str(weight) for code, (_, _, weight, _) in ROWS.items()}
    assert max(abs(a - b) for a, b in zip(first["expected"], second["expected"], strict=True)) <= 1.5
    assert len(first["chosen"]) == 60
    assert all(1 <= why["rank"] <= why["of"] and why["taken"] <= why["of"] for why in first["chosen"])


def test_too_few_items_of_one_type_are_named_with_the_number_missing(session: Session) -> None:
    level = a_bank(session, supply={"3": (9, 11, 3, 0)})
    made = a_specification(session, level)
    rows = [
        {**row, "counts": dict(zip(tuple(Section)[:4], TABLE[row["code"]], strict=True))}
        for row in made.latest.rules["rows"]
    ]
    with_rules(session, made, rows=rows)

    run = assembling.assemble(session, made.id, by=an_actor(session), at=NOON)

    assert (run.state, run.papers) == (RunState.INFEASIBLE, [])
    facts = run.report["shortfalls"][0]["facts"]
    told = tuple(facts[name] for name in ("row", "type", "needed", "available", "short", "suffice"))
    assert told == ("3", "multiple_choice", 4, 3, 1, 1)


def test_new_items_are_asked_for_on_the_points_that_have_none(session: Session) -> None:
    level = a_bank(session, supply={"3": (9, 11, 3, 0)})
    row = next(row for row in level.standard.ranges if row.code == "3")
    for number in (901, 902):
        stored(session, Point(
            organisation_id=level.organisation_id, standard_id=level.standard_id, range_id=row.id, code=f"3-{number}",
            path=row.name, name="鉴定点", name_en="Point", fact="事实", source="GB/T 1.1-2020", lowest_level=5,
            importance=Importance.CORE, confidence="V", currency="现行", position=number,
        ))  # fmt: skip

    run = assembling.assemble(session, a_specification(session, level).id, by=an_actor(session), at=NOON)

    assert run.report["shortfalls"][0]["facts"]["points"].startswith("3-901, 3-902, ")


def test_a_band_that_no_papers_reach_is_named_with_the_distance(session: Session) -> None:
    run = assembled(session, ratio_low="0.95", ratio_high="0.99")

    assert run.state is RunState.INFEASIBLE
    (only,) = run.report["shortfalls"]
    assert "too hard" in only["sentence"]
    assert only["facts"]["limit"] == 95.0
    assert only["facts"]["short"] > 1
    assert "mean" in run.report["conflicts"][0]
    assert [one["facts"]["before"] for one in run.report["repairs"]] == ["0.95"]


def test_items_without_statistics_wait_unless_the_specification_takes_them(session: Session) -> None:
    made = a_specification(session, a_bank(session, calibrated=False))
    by = an_actor(session)

    refused = assembling.assemble(session, made.id, by=by, at=NOON)
    with_rules(session, made, uncalibrated=True, ratio_low="0.3", ratio_high="0.9")
    taken = assembling.assemble(session, made.id, by=by, at=NOON)

    assert refused.state is RunState.INFEASIBLE
    assert sum(line["waiting"] for line in refused.report["supply"]) == sum(sum(row[3]) for row in ROWS.values())
    assert taken.state is RunState.SOLVED
    assert taken.report["uncalibrated"] == 182


def test_items_that_people_mark_are_assembled_without_statistics_and_sealed_with_their_rule(session: Session) -> None:
    level = a_bank(session)
    by = an_actor(session)
    an_item(session, level, level.standard.ranges[0], ItemType.SHORT_ANSWER, 990, by=by)
    sections = [
        {"section": "true_false", "count": 20, "marks": "1"}, {"section": "single_choice", "count": 28, "marks": "2"},
        {"section": "multiple_choice", "count": 7, "marks": "2"},
        {"section": "short_answer", "count": 1, "marks": "10", "scoring": "two_markers.1", "apart": "1.5"},
    ]  # fmt: skip
    made = a_specification(session, level, mode="by_type", sections=sections, ratio_low="0.3", ratio_high="0.9")

    paper = assembling.assemble(session, made.id, forms=1, by=by, at=NOON).papers[0]
    sealing.approve(session, paper.id, by=an_actor(session), at=NOON)

    last = paper.slots[-1]
    assert (last.item.type, last.marks, last.scoring) == (ItemType.SHORT_ANSWER, Decimal(10), ScoringRule.TWO_MARKERS)
    assert last.apart == Decimal("1.5")
    document = [
        [s.number, str(s.item_id), str(s.revision_id), str(s.marks.normalize()), s.revision.body] for s in paper.slots
    ]
    assert paper.digest != sealing.digest(paper, document)


def test_retired_items_are_not_used(session: Session) -> None:
    level = a_bank(session)
    retired = session.scalars(select(Item).where(Item.type == ItemType.MULTIPLE_CHOICE)).first()
    assert retired is not None
    retired.state = ItemState.RETIRED
    made = a_specification(session, level)

    run = assembling.assemble(session, made.id, by=an_actor(session), at=NOON)

    assert run.state is RunState.SOLVED
    assert retired.id not in {slot.item_id for paper in run.papers for slot in paper.slots}


def test_items_in_too_many_sealed_papers_are_left_out(session: Session) -> None:
    made = a_specification(session, a_bank(session), exposure_most=1)
    by, other = an_actor(session, "assembler"), an_actor(session, "assembler")
    first = assembling.assemble(session, made.id, forms=1, by=by, at=NOON).papers[0]
    sealing.approve(session, first.id, by=other, at=NOON)

    second = assembling.assemble(session, made.id, forms=1, by=by, at=NOON)

    assert second.state is RunState.SOLVED
    assert second.papers[0].code == "2026-3-0002-A"
    assert not {slot.item_id for slot in first.slots} & {slot.item_id for slot in second.papers[0].slots}
    assert sum(line["exposed"] for line in second.report["supply"]) == 60


def test_a_run_makes_at_most_eight_papers(session: Session) -> None:
    made = a_specification(session, a_bank(session))

    with pytest.raises(TooManyPapers, match="1 to 8"):
        assembling.assemble(session, made.id, forms=9, by=an_actor(session), at=NOON)


def test_papers_follow_the_newest_approved_version_and_the_run_keeps_which(session: Session) -> None:
    made, by = a_specification(session, a_bank(session), exposure_most=3), an_actor(session, "assembler")
    draft = Rules.model_validate({**made.latest.rules, "exposure_most": 9})
    specification.change(session, made.id, name=made.name, minutes=100, rules=draft, by=by, at=NOON)

    run = assembling.assemble(session, made.id, forms=1, by=by, at=NOON)

    assert (run.version.number, run.report["version"], run.report["minutes"]) == (2, 2, 90)
    assert run.report["rules"]["exposure_most"] == 3


def test_nothing_is_assembled_before_a_version_is_approved(session: Session) -> None:
    by = an_actor(session, "assembler")
    made = specification.derive(session, a_bank(session).id, name="三级", by=by, at=NOON)

    with pytest.raises(NoApprovedVersion, match="三级 has no approved version yet"):
        assembling.assemble(session, made.id, by=by, at=NOON)
