"""Written answers: a corpus of ways to write the same, and of what is not the same."""

from typing import Any

import pytest

from kaoping.itembank.bodies.written import Normalise, Numeric
from kaoping.itembank.written_answers import near, same

SAME: list[tuple[str, str, dict[str, Any]]] = [
    ("ＧＢ／Ｔ １．１", "GB/T 1.1", {}),
    ("gb/t1.1", "GB/T 1.1", {}),
    ("５０％", "50%", {}),
    ("推荐性　标准", "推荐性标准", {}),
    ("㎜", "mm", {}),
    ("12 mm", "12", {"units": ["mm", "毫米"]}),
    ("12毫米", "12", {"units": ["mm", "毫米"]}),
    ("3.50", "3.5", {"numbers": True}),
    ("１，２００", "1200", {"numbers": True}),
    ("73.72", "73.7±0.05", {"numbers": True}),
    ("73.65毫米", "73.7 ± 0.05", {"numbers": True, "units": ["毫米"]}),
    ("GB-T", "GB/T", {"punctuation": True}),
    ("范围、目的", "范围，目的", {"punctuation": True}),
    ("一 二", "一二", {}),
    ("標準化對象", "标准化对象", {"script": True}),
    ("干燥", "乾燥", {"script": True}),
    ("mm", "mm", {"units": ["mm"]}),
    ("1.5 mm", "1.5", {"numbers": True, "punctuation": True, "units": ["mm"]}),
    ("12 mm。", "12", {"punctuation": True, "units": ["mm"]}),
    ("5％", "5", {"punctuation": True, "units": ["%"]}),
]
OTHER: list[tuple[str, str, dict[str, Any]]] = [
    ("", "GB", {}),
    ("GB/T", "GB", {}),
    ("gb", "GB", {"case": False}),
    ("ＧＢ", "GB", {"width": False}),
    ("G B", "GB", {"spaces": False}),
    ("標準化", "标准化", {}),
    ("乾坤", "干坤", {"script": True}),
    ("5O", "50", {"numbers": True}),
    ("3.50", "3.5", {}),
    ("73.76", "73.7±0.05", {"numbers": True}),
    ("12 kg", "12", {"units": ["mm"]}),
    ("nan", "1", {"numbers": True}),
    ("1e999999", "1", {"numbers": True}),
    ("GB-T", "GB/T", {}),
    ("15", "1.5", {}),
    ("mm", "12", {"units": ["mm"]}),
    ("12MM", "12", {"units": ["mm"]}),
    ("1.5 mm", "15", {"numbers": True, "punctuation": True, "units": ["mm"]}),
    ("-15 mm", "15", {"numbers": True, "punctuation": True, "units": ["mm"]}),
    ("1,5", "15", {"numbers": True}),
    ("1_200", "1200", {"numbers": True}),
]


@pytest.mark.parametrize(("given", "accepted", "by"), SAME)
def test_another_way_to_write_counts_as_the_same(given: str, accepted: str, by: dict[str, Any]) -> None:
    assert same(given, accepted, Normalise(**by))


@pytest.mark.parametrize(("given", "accepted", "by"), OTHER)
def test_another_answer_does_not(given: str, accepted: str, by: dict[str, Any]) -> None:
    assert not same(given, accepted, Normalise(**by))


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("1.5", True), ("1.5 m", True), ("１５００ｍｍ", True), ("150cm", True), ("1,530 mm", True),
        ("1,531 mm", False),
        ("1.53", True), ("1.5301", False), ("1500", False), ("1.5 km", False), ("1500 m", False), ("mm", False),
        ("1,5", False), ("15,30 mm", False), ("1500 MM", False), ("1e" + "9" * 30, False),
        ("", False), ("1e99999999999 mm", False), ("0.0015km", False),
    ],
)  # fmt: skip
def test_a_number_counts_in_any_accepted_unit_within_the_wider_tolerance(given: str, *, right: bool) -> None:
    units: Any = [{"unit": "mm", "factor": "0.001"}, {"unit": "cm", "factor": "0.01"}]
    body = Numeric(stem="?", rationale="!", key="1.5", tolerance="0.001", relative="0.02", unit="m", units=units)

    assert near(body, given) is right
