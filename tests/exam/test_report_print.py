"""The printed score report and its figures."""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from kaoping.exam.results.report_figures import Axis, Estimate, ability, bar, radar
from kaoping.exam.results.report_print import ComponentScore, FunctionRate, PrintableReport, report_pdf
from kaoping.itembank.print_errors import DoesNotFit

FUNCTIONS = tuple(
    FunctionRate(name, name, weight, items, rate, mean)
    for name, weight, items, rate, mean in [
        ("职业道德", 5, 3, 100, 88), ("基础知识", 20, 12, 83, 74), ("标准信息", 15, 9, 78, 70),
        ("研制编写", 25, 15, 80, 66), ("审查编审", 15, 9, 67, 61), ("标准实施", 15, 9, 89, 72),
    ]
)  # fmt: skip
RATES = st.floats(0, 100)


def a_report(**changes: Any) -> PrintableReport:
    said: dict[str, Any] = {
        "number": "CJ-2026-000417",
        "occupation": "标准化从业人员（示范）",
        "level_name": "三级/高级工",
        "facts": (("姓名", "林知远"), ("准考证号", "202611000417"), ("证件号码", "110***********0011")),
        "components": (
            ComponentScore("理论知识考试", Decimal("82.50"), Decimal(60), "合格"),
            ComponentScore("综合评审", None, Decimal(60), "待评"),
        ),
        "verdict": "待定",
        "issuer": "考评示范职业技能评价中心",
        "issued_on": date(2026, 11, 23),
        "verify_home": "http://127.0.0.1:8000/verify",
        "query_url": "http://127.0.0.1:8000/r/1",
        "demonstration": True,
        "objection_until": datetime(2026, 11, 28, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
        "estimate": Estimate(0.86, 0.31, -0.12),
        "functions": FUNCTIONS,
    }
    return PrintableReport(**said | changes)


def test_a_report_says_marks_estimate_and_profile_on_one_page() -> None:
    reader = PdfReader(io.BytesIO(report_pdf(a_report())))

    words = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    for said in (
        "82.5",
        "能力估计值+0.86，标准误0.31，合格界−0.12",
        "职业道德",
        "100%*",
        "数据均为虚构",
        "扫码核验",
    ):
        assert said in words
    assert "异议" not in words


def test_a_report_without_an_estimate_or_profile_leaves_them_out() -> None:
    words = PdfReader(io.BytesIO(report_pdf(a_report(estimate=None, functions=())))).pages[0].extract_text()

    assert "能力估计" not in words
    assert "能力结构" not in words
    assert "82.5" in words


def test_a_report_that_nobody_can_check_by_code_says_so_and_until_when_one_may_object() -> None:
    words = PdfReader(io.BytesIO(report_pdf(a_report(query_url="", verify_home="")))).pages[0].extract_text()

    assert "核验" not in words
    assert "未列入证书登记册" in words
    assert "2026年11月28日09:30前" in words.replace("\n", "")


def test_a_report_too_long_for_its_page_is_refused() -> None:
    components = (ComponentScore("理论知识考试", Decimal(60), Decimal(60), "合格"),) * 12

    with pytest.raises(DoesNotFit):
        report_pdf(a_report(components=components))


@given(st.lists(st.tuples(RATES, RATES), min_size=3, max_size=8))
def test_a_radar_is_well_formed_and_within_its_box(rates: list[tuple[float, float]]) -> None:
    drawn = ET.fromstring(radar([Axis("甲<&乙", own, mean) for own, mean in rates]))  # noqa: S314 - our own

    dots = drawn.findall("{*}circle")
    assert len(dots) == len(rates)
    assert all(0 <= float(dot.get("cx", "-1")) <= 84 and 0 <= float(dot.get("cy", "-1")) <= 62 for dot in dots)


@given(st.floats(-9, 9), st.floats(0.01, 3), st.floats(-4, 4))
def test_an_estimate_beyond_the_scale_stays_within_its_box(theta: float, se: float, cut: float) -> None:
    drawn = ET.fromstring(ability(Estimate(theta, se, cut)))  # noqa: S314 - our own

    ends = [float(rule.get(end, "-1")) for rule in drawn.findall("{*}line") for end in ("x1", "x2")]
    assert all(6 <= end <= 144 for end in ends)


def test_half_marks_fill_half_the_bar() -> None:
    drawn = ET.fromstring(bar(Decimal(50), cut=Decimal(60)))  # noqa: S314 - our own

    assert [rect.get("width") for rect in drawn.findall("{*}rect")] == ["44", "22.00"]
