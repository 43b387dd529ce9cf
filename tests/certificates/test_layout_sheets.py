"""Layouts of flowing sheets: what may be chosen, what is fixed, and how score report, ticket and register print."""

import hashlib
import io
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from kaoping.certificates import layout_pictures, layout_sheets
from kaoping.certificates.errors import LayoutUnreadable
from kaoping.certificates.layout_checks import FaultKind
from kaoping.certificates.layout_documents import FORMS, faults_of, start_of
from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.layout_samples import Sample, Wish
from kaoping.certificates.layout_sheets import REGISTER, REPORT, SheetLayout
from kaoping.certificates.layouts import Language
from kaoping.exam.results import sheet_samples
from tests.certificates.test_layouts import a_picture


def a_sheet(**changes: Any) -> SheetLayout:
    return layout_sheets.read(layout_sheets.usual(REPORT).document() | changes)


@pytest.mark.parametrize("kind", FORMS)
def test_the_usual_sheet_has_no_faults(kind: LayoutKind) -> None:
    assert not faults_of(kind, start_of(kind, Language.CHINESE))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"blocks": ["ability"]}, FaultKind.LACKS_BLOCK), ({"blocks": ["scores", "scores"]}, FaultKind.BLOCK_TWICE),
        ({"blocks": ["scores", "rules"]}, FaultKind.FOREIGN_BLOCK), ({"ground": "picture"}, FaultKind.GROUND),
        ({"logo": "a" * 64}, FaultKind.NO_ALTERNATIVE), ({"heading": "国家监 制"}, FaultKind.TITLE),
        ({"notes": ["𠮷"]}, FaultKind.GLYPHS),
    ],
)  # fmt: skip
def test_a_fault_of_a_sheet_is_found(changes: dict[str, Any], kind: FaultKind) -> None:
    assert kind in {one.kind for one in layout_sheets.faults(REPORT, a_sheet(**changes))}


def test_a_register_has_no_ground_and_a_sheet_no_markup_of_its_own() -> None:
    assert [one.kind for one in layout_sheets.faults(REGISTER, a_sheet(blocks=["person", "number"]))] == [
        FaultKind.UNGROUNDED
    ]
    with pytest.raises(LayoutUnreadable):
        a_sheet(css="p{}")


def test_a_report_prints_the_blocks_in_the_order_of_its_layout_with_logo_heading_and_notes() -> None:
    drawn = layout_pictures.prepared(a_picture(), ground=False)
    content = layout_pictures.written(drawn)
    digest = hashlib.sha256(content).hexdigest()
    sheet = a_sheet(
        blocks=["notes", "scores"], logo=digest, logo_alternative="标志", heading="示范机构", notes=["<b>说明一</b>"]
    )

    pdf = sheet_samples.pdf(LayoutKind.SCORE_REPORT, sheet, Wish(pictures={digest: content}))

    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert words.index("一、说明") < words.index("二、科目成绩")
    assert "<b>说明一</b>" in words
    assert "示范机构" in words
    assert "能力结构" not in words


def test_a_ticket_and_a_register_are_drawn_for_their_design() -> None:
    ticket = sheet_samples.picture(
        LayoutKind.ADMISSION_TICKET, layout_sheets.usual(FORMS[LayoutKind.ADMISSION_TICKET]), Wish(Sample.LONG)
    )
    register = layout_sheets.read(layout_sheets.usual(REGISTER).document() | {"blocks": ["number", "person"]})
    words = (
        PdfReader(io.BytesIO(sheet_samples.pdf(LayoutKind.BATCH_REGISTER, register, Wish()))).pages[0].extract_text()
    )

    assert Image.open(io.BytesIO(ticket)).height == 1123
    assert words.index("证书编号") < words.index("姓名")
    assert "签收" not in words.partition("编制人")[0]
