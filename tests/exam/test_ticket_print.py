"""The printed admission ticket."""

import io
from datetime import datetime
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from kaoping.exam.registration.ticket_print import PlannedComponent, PrintableTicket, ticket_pdf
from kaoping.itembank.print_errors import MissingGlyph
from tests.certificates.builders import a_photo

PRINTED = datetime(2026, 11, 10, 9, 0)  # noqa: DTZ001 - local time, as printed
THEORY = PlannedComponent(
    "理论知识", "上机考试", "2026年11月14日", "09:00—10:30", "示范考点", "示范市示范区示范路1号", "第一机房", "017"
)


def a_ticket(**changes: Any) -> PrintableTicket:
    said: dict[str, Any] = {
        "number": "202611000417",
        "batch": "2026年第四批职业技能等级认定",
        "facts": (("姓名", "林知远"), ("证件号码", "110101199003070011"), ("报名单位", "")),
        "plan": (THEORY,),
        "issuer": "考评示范职业技能评价中心",
        "phone": "",
        "check_in": "KP-TICKET 202611000417",
        "demonstration": True,
    }
    return PrintableTicket(**said | changes)


def test_a_ticket_says_who_when_and_where_on_one_page() -> None:
    pdf = ticket_pdf(a_ticket(), printed_at=PRINTED, photo=a_photo())

    pages = PdfReader(io.BytesIO(pdf)).pages
    words = pages[0].extract_text()
    assert len(pages) == 1
    for said in ("准考证", "202611000417", "林知远", "09:00—10:30", "第一机房", "017", "示范样张", "2026-11-10 09:00"):
        assert said in words
    assert "考生须知" in words


def test_the_code_on_the_ticket_checks_the_candidate_in() -> None:
    pdf = ticket_pdf(a_ticket(), printed_at=PRINTED)

    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()

    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["KP-TICKET 202611000417"]


def test_three_components_and_rules_of_the_batch_still_fit_one_page() -> None:
    pdf = ticket_pdf(a_ticket(plan=(THEORY,) * 3, rules=("自带黑色签字笔。",)), printed_at=PRINTED)

    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    assert "自带黑色签字笔" in reader.pages[0].extract_text()


def test_a_name_that_cannot_be_printed_is_refused() -> None:
    with pytest.raises(MissingGlyph) as refused:
        ticket_pdf(a_ticket(facts=(("姓名", "𠮷田"),)), printed_at=PRINTED)

    assert refused.value.field == "姓名"
