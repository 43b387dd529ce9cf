"""Specifications: derived from the weight table, changed with every contradiction named."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kaoping.itembank import specification, versions, weight_tables
from kaoping.itembank.conditions import Mode
from kaoping.itembank.errors import Missing
from kaoping.itembank.models import Weight
from kaoping.itembank.rules import Rules, RulesInvalid, Section, SectionRule
from kaoping.itembank.scoring_rules import ScoringRule
from kaoping.itembank.specification import MinutesInvalid, NameMissing, WeightsIncomplete
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.versions import Difference, VersionFollowed, rules_of
from tests.builders import NOON, an_actor
from tests.builders_bank import DOCUMENT, a_standard, level_of
from tests.builders_papers import a_bank, a_level, a_specification, with_rules

#: Items of each row for true/false, single choice, multiple choice, fill in: what the demonstration bank supplies best.
TABLE = {
    "0-1": (1, 2, 0, 0), "0-2": (4, 6, 1, 1), "1": (3, 4, 1, 1), "2": (5, 7, 2, 1), "3": (3, 4, 2, 0),
    "4": (3, 4, 1, 1), "5": (1, 1, 1, 0),
}  # fmt: skip


def table(rules: Rules) -> dict[str, tuple[int, ...]]:
    return {row.code: tuple(row.count(rule.section) for rule in rules.sections) for row in rules.rows}


def changed(rules: Rules, row: int, section: Section, count: int) -> Rules:
    plain = rules.plain()
    plain["rows"][row]["counts"][section.value] = count
    return Rules.model_validate(plain)


def test_the_specification_of_level_3_follows_weights_and_bank(session: Session) -> None:
    made = specification.derive(session, a_bank(session).id, name="三级理论知识", by=an_actor(session), at=NOON)

    rules = rules_of(made.latest)
    assert table(rules) == TABLE
    assert (rules.items, rules.marks, made.latest.minutes) == (60, Decimal(100), 90)
    assert rules.problems() == []


def test_an_empty_bank_still_gives_an_exact_specification(session: Session) -> None:
    made = specification.derive(session, a_level(session).id, name="三级", by=an_actor(session), at=NOON)

    assert rules_of(made.latest).problems() == []


def test_deriving_twice_gives_the_same_specification(session: Session) -> None:
    level, by = a_level(session), an_actor(session)

    first = specification.derive(session, level.id, name="三级", by=by, at=NOON)

    assert specification.derive(session, level.id, name=" 三级 ", by=by, at=NOON) is first


def test_weights_that_do_not_sum_to_100_are_named(session: Session) -> None:
    level = a_level(session)
    session.execute(update(Weight).where(Weight.percent == 25).values(percent=Decimal(24)))

    with pytest.raises(WeightsIncomplete, match="三级/高级工 sum to 99"):
        specification.derive(session, level.id, name="三级", by=an_actor(session), at=NOON)


def test_a_changed_row_is_named_with_its_marks_and_weight(session: Session) -> None:
    made = a_specification(session, a_bank(session))
    wrong = changed(rules_of(made.latest), 0, Section.SINGLE_CHOICE, 3)

    with pytest.raises(RulesInvalid) as refused:
        specification.change(session, made.id, name=made.name, minutes=90, rules=wrong, by=an_actor(session), at=NOON)

    assert [(one.field, str(one)) for one in refused.value.problems] == [
        ("row-0", "Row 0-1 gives 7 marks; its weight is 5. Change its numbers."),
        ("section-single_choice", "The rows give this type 29 items; it needs 28. Change the rows or the number."),
    ]
    assert table(rules_of(made.latest)) == TABLE


def test_a_band_without_width_and_a_total_beside_100_are_named(session: Session) -> None:
    plain = rules_of(a_specification(session, a_bank(session)).latest).plain()
    plain["sections"][0]["marks"] = "2"
    rules = Rules.model_validate(plain | {"ratio_low": "0.8", "ratio_high": "0.7"})

    fields = {problem.field for problem in rules.problems()}

    assert {"total", "ratio_low"} <= fields


def test_a_change_is_a_new_version_and_written_into_the_trail(session: Session) -> None:
    made = a_specification(session, a_bank(session))
    rules = rules_of(made.latest).model_copy(update={"ratio_low": Decimal("0.6")})

    specification.change(session, made.id, name="新名", minutes=120, rules=rules, by=an_actor(session), at=NOON)

    session.expire(made)
    assert (made.name, made.latest.number, made.latest.minutes) == ("新名", 2, 120)
    assert rules_of(made.latest).ratio_low == Decimal("0.6")
    assert rules_of(made.versions[0]).ratio_low == Decimal("0.55")
    verbs = set(session.scalars(select(TrailEntry.verb)))
    assert {"specification_renamed", "specification_changed"} <= verbs


def test_a_change_that_changes_nothing_leaves_no_trace(session: Session) -> None:
    made = a_specification(session, a_bank(session))

    specification.change(
        session, made.id, name=made.name, minutes=90, rules=rules_of(made.latest), by=an_actor(session), at=NOON
    )

    assert len(made.versions) == 1
    assert "specification_changed" not in set(session.scalars(select(TrailEntry.verb)))


def test_a_change_of_a_version_that_was_followed_meanwhile_is_refused(session: Session) -> None:
    made = with_rules(session, a_specification(session, a_bank(session)), exposure_most=3)
    rules = rules_of(made.versions[0]).model_copy(update={"exposure_most": 7})

    with pytest.raises(VersionFollowed, match="followed by version 2"):
        specification.change(session, made.id, name=made.name, minutes=90, rules=rules, by=an_actor(session), after=1)

    assert len(made.versions) == 2


@pytest.mark.parametrize(("name", "minutes", "error"), [("  ", 90, NameMissing), ("三级", 5, MinutesInvalid)])
def test_a_name_and_a_possible_time_are_needed(
    session: Session, name: str, minutes: int, error: type[Exception]
) -> None:
    made = a_specification(session, a_bank(session))

    with pytest.raises(error):
        specification.change(
            session, made.id, name=name, minutes=minutes, rules=rules_of(made.latest), by=an_actor(session)
        )


def test_a_specification_of_nobody_is_missing(session: Session) -> None:
    with pytest.raises(Missing):
        specification.find(session, uuid4())


def test_a_module_stands_beside_the_common_core_with_its_own_weight(session: Session) -> None:
    core, farming, software = (
        {"code": code, "name": code, "name_en": code, "theory": {"3": theory}, "skill": {"3": skill}}
        for code, theory, skill in (("1", "80", "100"), ("2", "20", "0"), ("3", "20", "0"))
    )
    modules = [{"code": code, "name": name, "name_en": code} for code, name in (("A", "农业"), ("I", "信息技术"))]
    ranges = [core, farming | {"module": "A"}, software | {"module": "I"}]
    same = {"name": "点", "name_en": "Point", "lowest_level": 3, "importance": "X"}
    points = [{"range": code, "code": f"{code}-1", **same} for code in "123"]
    level = level_of(a_standard(session, modules=modules, ranges=ranges, points=points, levels=[DOCUMENT["levels"][1]]))
    module = next(one for one in weight_tables.modules(session, level.standard_id) if one.code == "I")

    made = specification.derive(
        session, level.id, name="信息技术", mode=Mode.BY_TYPE, module_id=module.id, by=an_actor(session), at=NOON
    )

    assert [(row.code, row.weight) for row in rules_of(made.latest).rows] == [("1", Decimal(80)), ("3", Decimal(20))]
    with pytest.raises(WeightsIncomplete):
        specification.derive(session, level.id, name="共同", mode=Mode.BY_TYPE, by=an_actor(session), at=NOON)


def test_the_scoring_rule_of_a_type_is_part_of_a_version_and_is_told_as_a_change(session: Session) -> None:
    made = a_specification(session, a_bank(session))
    before = made.latest
    rules = scored(rules_of(before), Section.MULTIPLE_CHOICE, ScoringRule.FEWER_EACH)

    specification.change(session, made.id, name=made.name, minutes=90, rules=rules, by=an_actor(session), at=NOON)

    assert rules_of(made.latest).rule_of(Section.MULTIPLE_CHOICE).scoring is ScoringRule.FEWER_EACH
    assert versions.differences(before, made.latest) == [
        Difference("scoring", ScoringRule.ALL_OR_NOTHING, ScoringRule.FEWER_EACH, section=Section.MULTIPLE_CHOICE)
    ]


def test_a_type_is_not_marked_by_a_rule_of_another_type(session: Session) -> None:
    made = a_specification(session, a_level(session))
    rules = scored(rules_of(made.latest), Section.SINGLE_CHOICE, ScoringRule.PER_PAIR)

    assert [(one.field, one.facts) for one in rules.problems()] == [
        ("scoring-single_choice", {"rule": "per_pair.1"}),
    ]  # fmt: skip


def test_a_section_that_people_mark_has_one_marker_and_a_fifth_of_the_marks_between_two_unless_told() -> None:
    usual = SectionRule.model_validate({"section": "essay", "count": 1, "marks": "12"})
    two = SectionRule.model_validate(
        {"section": "essay", "count": 1, "marks": "12", "scoring": "two_markers.1", "apart": "3"}
    )

    assert (usual.scoring, usual.apart) == (ScoringRule.ONE_MARKER, Decimal("2.40"))
    assert (two.scoring, two.apart) == (ScoringRule.TWO_MARKERS, Decimal(3))
    assert SectionRule.model_validate(usual.model_dump(mode="json")) == usual


def scored(rules: Rules, section: Section, rule: ScoringRule) -> Rules:
    changed = [one.model_copy(update={"scoring": rule}) if one.section is section else one for one in rules.sections]
    return rules.model_copy(update={"sections": changed})
