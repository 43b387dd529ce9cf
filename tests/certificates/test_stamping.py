"""The fast print path shows the page that the accessible path shows."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from math import hypot
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pikepdf import Pdf
from pypdfium2 import raw

from kaoping.certificates.errors import NotForDemonstration
from kaoping.certificates.photo import prepared
from kaoping.certificates.render import certificate_pdf
from kaoping.certificates.stamping import PrintRun
from kaoping.itembank.print_errors import DoesNotFit, MissingGlyph
from tests.certificates.builders import LONGEST_ISSUER, NUMBER, QUERY, a_photo, an_award, an_imprint

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
MM = 72 / 25.4
Letter = tuple[str, float, float]
CASES: dict[str, dict[str, Any]] = {
    "usual": {},
    "bilingual, 17 characters, kerned and joined letters": {
        "english": True,
        "name": "阿卜杜勒·买买提·吐尔逊江·艾合买",
        "name_en": "AVERY Griffith To 1980",
    },
    "bilingual, 18 characters, two-line fields": {
        "english": True,
        "name": "阿卜杜勒·买买提·吐尔逊江·艾合买提",
        "occupation": "标准化从业人员国际标准化与技术性贸易措施方向示范岗位",
        "specialty": "标准信息与标准体系建设和标准实施监督评价改进方向人员",
        "issuer": LONGEST_ISSUER,
    },
    "in earnest, no photo, rare and Latin characters": {
        "photo": None,
        "demonstration": False,
        "level": "1",
        "name": "䶮Zhi 12·堃",
        "id_number": "H12345678(9)",
    },
    "markup": {"name": "<b>&amp;@NUMBER@"},
}


@pytest.fixture(scope="module")
def run() -> PrintRun:
    return PrintRun()


def letters(pdf: bytes) -> list[Letter]:
    """Every character of the page with the point at which it stands, in millimetres."""
    return list(_letters(pypdfium2.PdfDocument(pdf)[0].get_textpage()))


def _letters(text: Any) -> Iterator[Letter]:
    x, y = raw.c_double(), raw.c_double()
    for index in range(text.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text.raw, index))
        if char.strip() and not raw.FPDFText_IsGenerated(text.raw, index):
            raw.FPDFText_GetCharOrigin(text.raw, index, x, y)
            yield char, x.value / MM, y.value / MM


def matched(one: list[Letter], other: list[Letter], *, within: float) -> bool:
    """Whether every character of one page stands on the other, at most so far away."""
    left = list(other)
    for char, x, y in one:
        found = [letter for letter in left if letter[0] == char and hypot(letter[1] - x, letter[2] - y) <= within]
        if not found:
            return False
        left.remove(found[0])
    return not left


@pytest.mark.parametrize("case", CASES)
def test_both_paths_put_the_same_characters_in_the_same_places(case: str, run: PrintRun) -> None:
    said = {"imprint": an_imprint(), "photo": prepared(a_photo())} | CASES[case]
    how: dict[str, Any] = {name: said.pop(name) for name in ("imprint", "photo", "english") if name in said}

    stamped = letters(run.certificate(an_award(**said), NUMBER, at=AT, **how))

    assert matched(stamped, letters(certificate_pdf(an_award(**said), NUMBER, **how)), within=0.05)
    assert not run.handed_over


def test_a_stamped_page_holds_code_photo_and_title_and_is_the_same_every_time(run: PrintRun) -> None:
    photo = prepared(a_photo())

    pdf = run.certificate(an_award(name="<林>&"), NUMBER, at=AT, imprint=an_imprint(), photo=photo)

    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [QUERY]
    with Pdf.open(io.BytesIO(pdf)) as opened:
        assert opened.pages[0].Resources.XObject["/Photo"].read_raw_bytes() == photo
        assert str(opened.docinfo.Subject).startswith("<林>& ")
        with opened.open_metadata() as metadata:
            assert metadata["dc:title"] == f"职业技能等级证书 {NUMBER}"
            assert metadata["dc:description"] == str(opened.docinfo.Subject)
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "U")
    assert pdf == PrintRun().certificate(an_award(name="<林>&"), NUMBER, at=AT, imprint=an_imprint(), photo=photo)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name_en": "Long name " * 8 + "."}, "name in English: longer than a line"),
        ({"name": "林 知  远"}, "name value: white space"),
        ({"name": "ê\u0304"}, "name value: marks set above or beneath letters"),
    ],
)
def test_what_stamping_cannot_show_goes_to_the_accessible_path_and_is_counted(
    changes: dict[str, str], reason: str
) -> None:
    run = PrintRun()

    pdf = run.certificate(an_award(**changes), NUMBER, at=AT, imprint=an_imprint(), english=True)

    assert run.handed_over == {reason: 1}
    assert pdf == certificate_pdf(an_award(**changes), NUMBER, imprint=an_imprint(), english=True)


def test_stamping_refuses_what_the_page_refuses(run: PrintRun) -> None:
    with pytest.raises(MissingGlyph) as lacking:
        run.certificate(an_award(name="𠮷田"), NUMBER, at=AT, imprint=an_imprint())
    with pytest.raises(DoesNotFit) as long:
        run.certificate(an_award(id_number="1" * 60), NUMBER, at=AT, imprint=an_imprint())
    with pytest.raises(NotForDemonstration):
        run.certificate(an_award(), NUMBER, at=AT, imprint=an_imprint(query_url="https://query.example.cn/1"))

    assert (lacking.value.field, lacking.value.characters) == ("name value", "𠮷")
    assert long.value.field == "identity number value"
