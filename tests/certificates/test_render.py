"""The printed certificate."""

import io
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from kaoping.certificates.errors import NotForDemonstration, PhotoUnusable
from kaoping.certificates.ground import certificate_ground
from kaoping.certificates.photo import prepared
from kaoping.certificates.render import balance, certificate_pdf
from kaoping.certificates.seal import seal
from kaoping.itembank.print_errors import DoesNotFit, MissingGlyph
from tests.certificates.builders import LONGEST_ISSUER, NUMBER, QUERY, a_photo, an_award, an_imprint

LARGEST = 250_000


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_demonstration_certificate_says_all_that_it_awards_on_one_page() -> None:
    pdf = certificate_pdf(an_award(), NUMBER, imprint=an_imprint(), photo=a_photo())

    words = text_of(pdf)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    for said in ("林知远", "居民身份证", "110101199003070011", "标准化从业人员（示范）", "--", "三级/高级工", NUMBER):
        assert said in words
    for said in ("示范样张 无效", "不具证书效力", "考评示范职业技能评价中心", "2026年11月23日", "KP 2026 0000 0417"):
        assert said in words
    assert len(pdf) < LARGEST


def test_the_code_on_the_page_leads_to_the_query_address() -> None:
    pdf = certificate_pdf(an_award(), NUMBER, imprint=an_imprint())

    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil()

    codes = zxingcpp.read_barcodes(picture)
    assert [code.text for code in codes] == [QUERY]


def test_all_faces_are_embedded() -> None:
    pdf = certificate_pdf(an_award(), NUMBER, imprint=an_imprint(), english=True)

    page: Any = PdfReader(io.BytesIO(pdf)).pages[0]

    fonts = [font.get_object()["/DescendantFonts"][0].get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)
    assert all("Kaoping-Serif" in font["/BaseFont"] for font in fonts)


@pytest.mark.parametrize("level", ["5", "1"])
def test_the_bilingual_form_says_it_in_english_too(level: str) -> None:
    words = text_of(certificate_pdf(an_award(level=level), NUMBER, imprint=an_imprint(), english=True))

    for said in ("LIN Zhiyuan", "Resident Identity Card", "23 November 2026", an_award(level=level).level_name_en):
        assert said in words
    assert "SPECIMEN" in words


def test_a_certificate_in_earnest_prints_the_official_addresses_and_no_watermark() -> None:
    words = text_of(certificate_pdf(an_award(demonstration=False), NUMBER, imprint=an_imprint()))

    assert "http://jndj.example.cn" in words
    assert "http://pjjg.example.cn" in words
    assert "示范样张" not in words


def test_a_demonstration_prints_no_official_address() -> None:
    words = text_of(certificate_pdf(an_award(), NUMBER, imprint=an_imprint()))

    assert "example.cn" not in words
    assert an_imprint().verify_home in words


def test_a_demonstration_may_not_point_elsewhere() -> None:
    with pytest.raises(NotForDemonstration):
        certificate_pdf(an_award(), NUMBER, imprint=an_imprint(query_url="https://query.example.cn/1"))


def test_the_longest_names_fit() -> None:
    award = an_award(
        name="阿卜杜勒·买买提·吐尔逊江·艾合买提江库",
        occupation="标准化从业人员国际标准化与技术性贸易措施方向示范岗位",
        specialty="标准信息与标准体系建设和标准实施监督评价改进方向人员",
        issuer=LONGEST_ISSUER,
    )

    words = text_of(certificate_pdf(award, NUMBER, imprint=an_imprint(), photo=a_photo()))

    assert award.name in words
    assert len(LONGEST_ISSUER) == 40


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "阿卜杜勒买买提吐尔逊江艾合买提江库尔班江吐尔地"}, "name value"),
        ({"occupation": "标准化从业人员" * 12}, "occupation value"),
        ({"issuer": LONGEST_ISSUER + "甲"}, "issuer"),
        ({"id_number": "1" * 60}, "identity number value"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changes: dict[str, str], field: str) -> None:
    with pytest.raises(DoesNotFit) as refused:
        certificate_pdf(an_award(**changes), NUMBER, imprint=an_imprint())

    assert refused.value.field == field


def test_long_addresses_may_not_run_into_the_seal() -> None:
    home = "http://127.0.0.1:8000/" + "verify-certificates-of-this-installation/" * 3

    with pytest.raises(DoesNotFit) as refused:
        certificate_pdf(an_award(), NUMBER, imprint=an_imprint(verify_home=home))

    assert refused.value.field == "verification address"


def test_a_bilingual_row_that_takes_the_room_of_the_next_is_refused() -> None:
    award = an_award(
        occupation="标准化从业人员国际标准化与技术性贸易措施方向示范岗位",
        occupation_en="Standardization practitioner in international standardization and technical trade measures " * 2,
        specialty="标准信息与标准体系建设和标准实施监督评价改进方向人员",
        specialty_en="Information on standards, systems of standards, implementation, supervision, improvement " * 2,
    )

    with pytest.raises(DoesNotFit) as refused:
        certificate_pdf(award, NUMBER, imprint=an_imprint(), english=True)

    assert refused.value.field in {"occupation", "specialty"}


@pytest.mark.parametrize(("changes", "field"), [({"name": "𠮷田"}, "name value"), ({"issuer": "𠮷中心"}, "issuer")])
def test_a_character_that_the_face_lacks_is_refused_by_name(changes: dict[str, str], field: str) -> None:
    with pytest.raises(MissingGlyph) as refused:
        certificate_pdf(an_award(**changes), NUMBER, imprint=an_imprint())

    assert (refused.value.field, refused.value.characters) == (field, "𠮷")


def test_rare_name_characters_are_printed() -> None:
    assert "䶮堃喆" in text_of(certificate_pdf(an_award(name="䶮堃喆"), NUMBER, imprint=an_imprint()))


def test_markup_in_a_name_is_printed_as_it_stands() -> None:
    words = text_of(certificate_pdf(an_award(name_en="<b>&amp;"), NUMBER, imprint=an_imprint(), english=True))

    assert "<b>&amp;" in words


def test_a_file_that_is_no_picture_is_refused() -> None:
    with pytest.raises(PhotoUnusable):
        prepared(b"%PDF-1.7")
    with pytest.raises(PhotoUnusable):
        prepared(a_photo(size=(100, 140)))


def test_a_prepared_photograph_keeps_no_metadata_and_its_bytes() -> None:
    assert prepared(a_photo()) == prepared(a_photo())
    assert b"Exif" not in prepared(a_photo(kind="PNG"))


@pytest.mark.parametrize("length", range(1, 41))
def test_an_organisation_name_breaks_into_lines_of_nearly_equal_length(length: int) -> None:
    name = "甲" * length

    lines = balance(name)

    assert "".join(lines) == name
    assert max(map(len, lines)) <= 17
    assert max(map(len, lines)) - min(map(len, lines)) <= len(lines)


def test_each_level_has_its_own_ground_drawn_alike_every_time() -> None:
    grounds = {level: certificate_ground(level) for level in "54321"}

    assert len(set(grounds.values())) == 5
    assert len(grounds["5"]) < len(grounds["1"]) < 80_000
    assert certificate_ground.__wrapped__("3") == grounds["3"]


def test_a_seal_takes_forty_characters_and_needs_no_font() -> None:
    drawn = seal(LONGEST_ISSUER, middle="示范", foot="证书专用章")

    assert b"<text" not in drawn
    assert drawn.startswith(b"<svg")
