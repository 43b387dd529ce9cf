"""Paper patterns: those of the program, and those that a standard brings."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import patterns, specification
from kaoping.itembank.errors import Missing
from kaoping.itembank.fitting import WeightNotGiven
from kaoping.itembank.models import Standard
from kaoping.itembank.patterns import Origin, PatternsInvalid
from kaoping.itembank.rules import Section
from kaoping.itembank.versions import rules_of
from tests.builders import NOON, an_actor
from tests.builders_papers import a_level

OWN = {
    "key": "own-50", "name": "单选 50", "name_en": "50 single choice", "minutes": 60,
    "sections": [{"section": "single_choice", "count": 50, "marks": "2"}],
}  # fmt: skip


def a_standard(*own: object) -> Standard:
    return Standard(code="S", edition="2026", name="规范", name_en="Standard", rules={"patterns": list(own)})


def test_every_pattern_of_the_program_gives_100_marks_and_says_where_it_is_from() -> None:
    for pattern in patterns.of_program():
        assert sum(rule.total for rule in pattern.sections) == Decimal(100)
        assert pattern.origin is not Origin.STANDARD
        assert bool(pattern.source) == bool(pattern.source_en) == (pattern.origin is Origin.PUBLISHED)


def test_the_patterns_of_a_standard_come_first_and_take_the_place_of_the_programs() -> None:
    changed = OWN | {"key": "classic-200"}

    offered = patterns.offered(a_standard(OWN, changed))

    assert list(offered)[:2] == ["own-50", "classic-200"]
    assert offered["own-50"].origin is Origin.STANDARD
    assert (offered["classic-200"].items, len(offered)) == (50, len(patterns.of_program()) + 1)


def test_patterns_that_cannot_be_read_are_named_with_their_standard_and_place() -> None:
    wrong = OWN | {"minutes": 5}

    with pytest.raises(PatternsInvalid, match=r"standard S cannot be read: 0\.minutes"):
        patterns.offered(a_standard(wrong))


def test_a_published_pattern_needs_its_source() -> None:
    with pytest.raises(PatternsInvalid, match="has a source"):
        patterns.offered(a_standard(OWN | {"origin": "published"}))


def test_the_reference_names_every_pattern_and_its_example_can_be_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "patterns.md").read_text(encoding="utf-8")
    example = json.loads(page.partition("```json\n")[2].partition("```")[0])

    named = re.findall(r"^\| `([a-z]+-\d+)` \|", page, re.MULTILINE)
    offered = patterns.offered(a_standard(*example["rules"]["patterns"]))

    assert named == [pattern.key for pattern in patterns.of_program()]
    assert sum(rule.total for rule in offered["province-2026"].sections) == Decimal(100)


def test_a_specification_follows_the_pattern_that_was_chosen(session: Session) -> None:
    level, by = a_level(session), an_actor(session)

    made = specification.derive(session, level.id, name="三级", pattern="mixed-190", by=by, at=NOON)

    rules = rules_of(made.latest)
    assert [(rule.section, rule.count, rule.marks) for rule in rules.sections] == [
        (Section.TRUE_FALSE, 40, Decimal("0.5")), (Section.SINGLE_CHOICE, 140, Decimal("0.5")),
        (Section.MULTIPLE_CHOICE, 10, Decimal(1)),
    ]  # fmt: skip
    assert (rules.problems(), made.latest.minutes) == ([], 90)


def test_a_pattern_of_the_standard_is_derived_or_refused_with_its_numbers(session: Session) -> None:
    level, by = a_level(session), an_actor(session)
    level.standard.rules = {"patterns": [OWN]}

    with pytest.raises(WeightNotGiven, match="Items of 2 marks cannot give a range its weight of 5"):
        specification.derive(session, level.id, name="三级", pattern="own-50", by=by, at=NOON)


def test_a_pattern_of_nobody_is_missing(session: Session) -> None:
    with pytest.raises(Missing):
        specification.derive(session, a_level(session).id, name="三级", pattern="none", by=an_actor(session), at=NOON)
