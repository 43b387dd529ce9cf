"""The certificate number rule."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.certificates.errors import LevelBlocked, NoNumberRule, NumberInvalid, SerialExhausted
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.number import (
    DEMONSTRATION,
    SPECIAL,
    TRIAL_2019,
    Choice,
    Filing,
    NumberParts,
    NumberRule,
    build_number,
    rule_on,
)

DIGITS = "0123456789"
PROVINCES = next(part.choices for part in TRIAL_2019.parts if isinstance(part, Choice) and part.name == "province")
FILINGS = st.builds(
    Filing,
    kind=st.sampled_from("YS"),
    institution=st.text(DIGITS, min_size=4, max_size=4),
    province=st.sampled_from(PROVINCES),
    site=st.text(DIGITS, min_size=6, max_size=6),
)
PARTS = st.builds(
    NumberParts,
    filing=FILINGS,
    year=st.integers(2019, 2099),
    level=st.sampled_from("54321"),
    serial=st.integers(1, 999_999),
)


@given(PARTS)
def test_what_is_built_is_parsed_back_and_has_22_characters(parts: NumberParts) -> None:
    number = TRIAL_2019.build(parts)

    assert len(number) == 22
    assert TRIAL_2019.parse(number) == parts


@given(PARTS, st.integers(0, 21), st.characters(exclude_characters=DIGITS + "YS", exclude_categories=["Cs"]))
def test_a_foreign_character_anywhere_is_refused(parts: NumberParts, place: int, foreign: str) -> None:
    number = TRIAL_2019.build(parts)

    assert not TRIAL_2019.valid(number[:place] + foreign + number[place + 1 :])


@given(PARTS, st.text(max_size=30))
def test_only_22_characters_are_a_number(parts: NumberParts, tail: str) -> None:
    number = TRIAL_2019.build(parts)

    assert TRIAL_2019.valid(number + tail) == (tail == "")
    assert not TRIAL_2019.valid(number[:-1])


def test_the_published_example_is_a_number() -> None:
    parts = TRIAL_2019.parse("Y000123000042195000001")

    assert parts == NumberParts(Filing("Y", "0001", "23", "000042"), 2019, "5", 1)


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("X000123000042195000001", "kind"),
        ("Y00O123000042195000001", "institution"),
        ("Y000199000042195000001", "province"),
        ("Y00012300004２195000001", "site"),
        ("Y000123000042185000001", "year"),
        ("Y000123000042196000001", "level"),
        ("Y000123000042195000000", "serial"),
        ("Y00012300004219500001", "serial"),
        ("", "kind"),
    ],
)
def test_a_wrong_number_names_its_part(number: str, part: str) -> None:
    with pytest.raises(NumberInvalid) as refused:
        TRIAL_2019.parse(number)

    assert refused.value.part == part


def test_an_exhausted_counter_is_named() -> None:
    with pytest.raises(SerialExhausted) as refused:
        TRIAL_2019.build(NumberParts(DEMONSTRATION, 2026, "3", 1_000_000))

    assert refused.value.counter == "S000000000000263######"


def test_the_special_level_is_blocked_until_its_letter_is_set() -> None:
    with pytest.raises(LevelBlocked) as refused:
        build_number(DEMONSTRATION, day=date(2026, 11, 23), level=SPECIAL, serial=1)

    assert refused.value.level == SPECIAL


def test_a_later_rule_may_give_the_special_level_its_letter() -> None:
    document = TRIAL_2019.model_dump() | {"version": "later", "valid_from": date(2030, 1, 1)}
    document["parts"][5]["codes"][SPECIAL] = "T"
    rules = [NumberRule.model_validate(document)]

    number = rule_on(date(2030, 5, 1), rules=rules).build(NumberParts(DEMONSTRATION, 2030, SPECIAL, 7))

    assert number == "S00000000000030T000007"
    assert not TRIAL_2019.valid(number)
    assert rule_on(date(2029, 12, 31), rules=rules) is TRIAL_2019


def test_no_rule_is_in_force_before_the_first() -> None:
    with pytest.raises(NoNumberRule):
        rule_on(date(2018, 12, 31))


def test_a_year_that_two_digits_cannot_tell_is_refused() -> None:
    with pytest.raises(NumberInvalid) as refused:
        TRIAL_2019.build(NumberParts(DEMONSTRATION, 2119, "3", 1))

    assert refused.value.part == "year"


def test_demonstration_numbers_stand_under_a_province_that_nobody_has() -> None:
    number = build_number(DEMONSTRATION, day=date(2026, 11, 23), level="3", serial=17)

    assert number == "S000000000000263000017"
    assert TRIAL_2019.parse(number).filing.demonstration
    assert not TRIAL_2019.parse("Y000123000042195000001").filing.demonstration


@given(FILINGS)
def test_a_filing_is_read_back_from_its_prefix(filing: Filing) -> None:
    assert Filing.from_prefix(filing.prefix) == filing


SERIAL = {"part": "serial", "name": "serial", "length": 5}


def a_scheme(**changes: object) -> dict[str, object]:
    said = {
        "version": "training-2026", "kinds": ["training_record"], "valid_from": "2026-01-01",
        "parts": [
            {"part": "choice", "name": "fixed", "choices": ["PX"]},
            {"part": "year", "name": "year", "length": 4},
            {"part": "serial", "name": "serial", "length": 5},
        ],
    }  # fmt: skip
    return said | changes


def test_another_scheme_numbers_another_kind_beside_the_packaged_rule() -> None:
    rule = NumberRule.model_validate(a_scheme())

    found = rule_on(date(2026, 5, 1), CertificateKind.TRAINING_RECORD, rules=[rule])

    assert found.build(NumberParts(DEMONSTRATION, 2026, "", 7)) == "PX202600007"
    assert found.read("PX202600007") == {"fixed": "PX", "year": "2026", "serial": "00007"}
    assert rule.example() == "PX202600001"
    assert rule_on(date(2026, 5, 1), rules=[rule]) is TRIAL_2019


def a_scheme_of_levels(**codes: str) -> dict[str, object]:
    return a_scheme(parts=[*a_scheme()["parts"][:2], {"part": "level", "name": "level", "codes": codes}, SERIAL])  # type: ignore[index]


def test_two_levels_under_one_code_are_no_rule() -> None:
    with pytest.raises(ValueError, match="two levels have the same code"):
        NumberRule.model_validate(a_scheme_of_levels(初级="A", 中级="A"))


def test_a_level_whose_code_begins_with_another_one_is_read_back() -> None:
    rule = NumberRule.model_validate(a_scheme_of_levels(初级="A", 高级="AA"))
    parts = NumberParts(DEMONSTRATION, 2026, "高级", 7)

    assert rule.build(parts) == "PX2026AA00007"
    assert rule.parse("PX2026AA00007").level == "高级"


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": [{"part": "year", "name": "year", "length": 4}, {"part": "year", "name": "year", "length": 4}]},
        {
            "parts": [
                {"part": "choice", "name": "x", "choices": ["A"]},
                {"part": "serial", "name": "serial", "length": 5},
            ]
        },
        {"valid_until": "2025-12-31"},
        {"kinds": []},
        {"kinds": ["diploma"]},
        {"more": 1},
    ],
)
def test_a_document_that_gives_no_distinct_numbers_is_no_rule(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        NumberRule.model_validate(a_scheme(**changes))


def test_a_part_that_the_filing_does_not_have_is_refused_by_name() -> None:
    parts = [{"part": "digits", "name": "desk", "length": 2}, *a_scheme()["parts"]]  # type: ignore[misc]

    with pytest.raises(ValueError, match="desk is no part of the filing"):
        NumberRule.model_validate(a_scheme(parts=parts))


@given(PARTS)
def test_score_reports_have_numbers_of_their_own_shape_that_no_certificate_of_level_has(parts: NumberParts) -> None:
    rule = rule_on(date(2026, 11, 26), CertificateKind.SCORE_REPORT)
    of_report = replace(parts, level="", year=max(parts.year, rule.valid_from.year))

    number = rule.build(of_report)

    assert rule.title.endswith("（本程序自定，非主管部门规定）")
    assert (len(number), number[:2]) == (26, "CJ")
    assert rule.parse(number) == of_report
    assert not TRIAL_2019.valid(number)
    assert not rule.valid(TRIAL_2019.build(parts))


def test_no_score_report_has_a_number_before_its_rule_began() -> None:
    with pytest.raises(NoNumberRule):
        rule_on(date(2025, 12, 31), CertificateKind.SCORE_REPORT)
