"""Scoring rules: what an answer that is right in part earns, exactly, and never more or less than there is."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.itembank import content, marking, scoring_rules
from kaoping.itembank.items import ItemType
from kaoping.itembank.marking import AwaitsMarker, acceptable, correct, mark
from kaoping.itembank.scoring_rules import ScoringRule
from tests.builders_bodies import BODIES, RIGHT

EACH, HALF, OPTION = ScoringRule.FEWER_EACH, ScoringRule.FEWER_HALF, ScoringRule.PER_OPTION
BLANK, PAIR, PLACE = ScoringRule.PER_BLANK, ScoringRule.PER_PAIR, ScoringRule.PER_POSITION
ROW = ScoringRule.ADJACENT_PAIRS
MACHINE = [kind for kind in ItemType if kind.by_machine]
WAYS = [(kind, rule) for kind in MACHINE for rule in scoring_rules.of_type(kind)]

#: Type, rule, response, marks of 3.
EARNED: list[tuple[str, ScoringRule, Any, str]] = [
    ("multiple_choice", EACH, ["A"], "1.5"), ("multiple_choice", EACH, ["A", "B"], "0"),
    ("multiple_choice", EACH, ["A", "B", "C"], "0"), ("multiple_choice", HALF, ["C"], "1.5"),
    ("multiple_choice", HALF, ["B"], "0"), ("multiple_choice", OPTION, ["A", "B", "C"], "1.5"),
    ("multiple_choice", OPTION, ["B", "D"], "0"), ("multiple_choice", OPTION, ["A", "A"], "0"),
    ("fill_in", BLANK, ["x", "行标"], "1.5"), ("fill_in", BLANK, ["行标"], "0"), ("numeric", BLANK, "68.75", "3"),
    ("numeric", BLANK, "60", "0"), ("matching", PAIR, ["C", "", "A"], "2"), ("matching", PAIR, {"1": "C"}, "1"),
    ("matching", PAIR, ["C", "C", "C"], "0"), ("matching", PAIR, ["C", "B"], "0"), ("matching", PAIR, {"9": "C"}, "0"),
    ("cloze", BLANK, ["B", "A", "C"], "1"), ("cloze", BLANK, ["B", "B", "B"], "0"),
    ("ordering", PLACE, ["D", "C", "B", "A"], "1.5"), ("ordering", PLACE, ["D"], "0.75"),
    ("ordering", ROW, ["A", "D", "B", "C"], "2"), ("ordering", ROW, ["B", "C"], "1"),
    ("ordering", ROW, ["D", "D", "B"], "0"), ("hotspot", EACH, ["A"], "1.5"), ("hotspot", EACH, ["170,110", "A"], "3"),
    ("hotspot", EACH, ["20,20", "30,30"], "1.5"), ("hotspot", EACH, ["A", "0,0"], "0"),
    ("hotspot", EACH, ["A", "B", "C"], "0"), ("hotspot", OPTION, ["A", "B"], "0"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rule", "response", "marks"), EARNED)
def test_an_answer_that_is_right_in_part_earns_its_share(
    kind: str, rule: ScoringRule, response: Any, marks: str
) -> None:
    outcome = mark(content.parse(BODIES[kind]), response, marks=Decimal(3), rule=rule)

    assert outcome.given == Decimal(marks)
    assert outcome.right is (outcome.given == 3)


@pytest.mark.parametrize(("kind", "rule"), WAYS)
def test_a_right_response_earns_all_marks_by_every_rule_and_none_earns_none(kind: ItemType, rule: ScoringRule) -> None:
    body, marks = content.parse(BODIES[kind]), Decimal("0.35")

    assert mark(body, RIGHT[kind], marks=marks, rule=rule).given == marks
    assert correct(body, RIGHT[kind])
    assert acceptable(body, RIGHT[kind])
    assert mark(body, None, marks=marks, rule=rule).given == 0


@pytest.mark.parametrize("kind", MACHINE)
def test_all_or_nothing_knows_only_all_and_nothing(kind: ItemType) -> None:
    body, rng = content.parse(BODIES[kind]), Random(5)

    earned = {mark(body, _response(kind, rng), marks=Decimal("0.5")).given for _ in range(60)}

    assert earned <= {Decimal(0), Decimal("0.5")}


@given(st.sampled_from(WAYS), st.decimals("0.01", "100", places=2), st.integers(0, 10_000))
def test_marks_are_never_below_nothing_nor_above_all_and_lie_on_hundredths(
    way: tuple[ItemType, ScoringRule], marks: Decimal, seed: int
) -> None:
    kind, rule = way

    earned = mark(content.parse(BODIES[kind]), _response(kind, Random(seed)), marks=marks, rule=rule).given

    assert 0 <= earned <= marks
    assert earned == earned.quantize(Decimal("0.01"))


@given(st.sets(st.sampled_from("BD"), min_size=1), st.sets(st.sampled_from("AC")))
def test_with_a_wrong_option_fewer_earns_nothing(wrong: set[str], right: set[str]) -> None:
    body = content.parse(BODIES["multiple_choice"])

    assert mark(body, sorted(wrong | right), marks=Decimal(2), rule=EACH).given == 0
    assert mark(body, sorted(wrong | right), marks=Decimal(2), rule=HALF).given == 0


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=4) | st.integers(), lambda one: (
    st.lists(one, max_size=4) | st.dictionaries(st.text(max_size=2), one, max_size=3)
)))  # fmt: skip
def test_no_response_of_whatever_form_breaks_marking(response: Any) -> None:
    for kind, rule in WAYS:
        body = content.parse(BODIES[kind])
        assert 0 <= mark(body, response, marks=Decimal(1), rule=rule).given <= 1
        acceptable(body, response)


@pytest.mark.parametrize("kind", ["short_answer", "essay", "file_upload"])
def test_what_people_mark_awaits_its_marker_and_is_not_nothing(kind: str) -> None:
    body = content.parse(BODIES[kind])

    outcome = mark(body, "一段答案", marks=Decimal(5))

    assert (outcome.awaits, outcome.marks, outcome.right) == (True, None, False)
    assert acceptable(body, "一段答案")
    with pytest.raises(AwaitsMarker):
        _ = outcome.given


def test_a_case_adds_its_parts_by_their_shares_and_awaits_the_part_that_people_mark() -> None:
    case = BODIES["case"]
    machine = content.parse(case)
    mixed = content.parse(case | {"parts": [*case["parts"], {"marks": "1", "body": BODIES["essay"]}]})

    assert mark(machine, [["A", "C"], ["x", "y"]], marks=Decimal(4)).given == 3
    assert mark(machine, RIGHT["case"], marks=Decimal(4)).right
    assert acceptable(machine, RIGHT["case"])
    assert mark(mixed, [["A", "C"], ["x", "y"], "正文"], marks=Decimal(4)).awaits


def test_every_rule_has_a_name_a_version_and_words() -> None:
    assert all(rule.value.endswith(".1") for rule in ScoringRule)
    assert all(rule.label and rule.told for rule in ScoringRule)
    assert {rule for kind in MACHINE for rule in scoring_rules.of_type(kind)} == {
        rule for rule in ScoringRule if not rule.markers
    }


def _response(kind: ItemType, rng: Random) -> Any:
    """Give some response of the form of a type."""
    body = content.parse(BODIES[kind])
    letters = list(getattr(body, "letters", "AB"))
    match kind:
        case ItemType.TRUE_FALSE:
            return rng.random() < 0.5
        case ItemType.SINGLE_CHOICE:
            return rng.choice(letters)
        case ItemType.MULTIPLE_CHOICE | ItemType.ORDERING | ItemType.HOTSPOT:
            return rng.sample(letters, rng.randint(1, len(letters)))
        case ItemType.MATCHING | ItemType.CLOZE:
            return [rng.choice([*letters, ""]) for _ in range(3)]
        case ItemType.FILL_IN:
            return [rng.choice(["行标", "x", ""]), rng.choice(["行标", ""])]
    return rng.choice(["68.7", "6.9 cm", "x", ""])


def test_marking_stays_a_pure_function() -> None:
    body = content.parse(BODIES["cloze"])
    response = ["B", "A", "C"]

    first, second = (marking.share(body, response, BLANK) for _ in range(2))

    assert first == second
    assert response == ["B", "A", "C"]
