"""Layouts: what they may say, what is wrong with them, and how they print."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader

from kaoping.certificates import layout_pictures, layout_print, layouts
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.errors import LayoutPictureMissing, LayoutPictureUnusable, LayoutUnreadable
from kaoping.certificates.layout_checks import FaultKind, faults
from kaoping.certificates.layout_differences import Change, differences
from kaoping.certificates.layout_fitting import fitted, lines
from kaoping.certificates.layout_print import Sheet
from kaoping.certificates.layout_start import official
from kaoping.certificates.layouts import COLOURS, Ink, Language, Layout
from kaoping.certificates.pades import DocumentSigner
from kaoping.itembank.print_errors import DoesNotFit
from tests.certificates.builders import LONGEST_ISSUER, NUMBER, an_award, an_imprint

DIGEST = "a" * 64


def a_layout(element: str = "", **changes: Any) -> Layout:
    """Give the official form with one element changed, or without it when nothing is said."""
    document = official().document()
    if element and not changes:
        document["elements"] = [one for one in document["elements"] if one["id"] != element]
    for one in document["elements"]:
        if one["id"] == element:
            one.update(changes)
    return layouts.read(document)


def with_text(text: str, **changes: Any) -> Layout:
    document = official().document()
    said = {"kind": "text", "id": "own", "x": "67", "y": "222", "width": "30", "height": "12", "lines": 2, "text": text}
    document["elements"].append(said | changes)
    return layouts.read(document)


def kinds(layout: Layout) -> set[FaultKind]:
    return {one.kind for one in faults(layout)}


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("language", Language)
def test_the_official_form_has_no_faults_and_reads_back_as_it_was_written(language: Language) -> None:
    layout = official(language)

    assert not faults(layout)
    assert layouts.read(layout.document()) == layout


@pytest.mark.parametrize(
    ("element", "changes", "kind"),
    [
        ("number", {}, FaultKind.LACKS_FIELD), ("seal", {}, FaultKind.LACKS_PICTURE),
        ("name", {"field": "level"}, FaultKind.TWICE), ("name", {"id": "photo"}, FaultKind.SAME_NAME),
        ("seal", {"x": "180"}, FaultKind.OUTSIDE), ("seal", {"x": "165"}, FaultKind.NEAR_EDGE),
        ("name", {"width": "130"}, FaultKind.OVERLAP), ("name", {"lines": 3}, FaultKind.LINES),
        ("title", {"smallest": "45"}, FaultKind.SHRINK), ("name", {"size": "14"}, FaultKind.FILLED),
        ("photo", {"width": "30"}, FaultKind.PHOTO), ("qr", {"width": "20", "height": "20"}, FaultKind.CODE),
        ("seal", {"width": "20"}, FaultKind.SEAL), ("micro", {"height": "2"}, FaultKind.MICRO),
        ("name", {"label_width": "112"}, FaultKind.LABEL),
    ],
)  # fmt: skip
def test_a_fault_is_found_and_named(element: str, changes: dict[str, Any], kind: FaultKind) -> None:
    assert kind in kinds(a_layout(element, **changes))


@pytest.mark.parametrize(
    ("layout", "kind"),
    [
        (with_text("职业技能 等级证书"), FaultKind.TITLE), (with_text("𠮷"), FaultKind.GLYPHS),
        (with_text("㛃䶮", face="bold"), FaultKind.NOT_BOLD), (with_text(" "), FaultKind.EMPTY),
        (layouts.read(official().document() | {"page": "a4_landscape"}), FaultKind.NOT_UPRIGHT),
        (layouts.read(official().document() | {"ground": {"kind": "picture"}}), FaultKind.GROUND),
        (layouts.read(official().document() | {"language": "bilingual"}), FaultKind.NO_ENGLISH),
    ],
)  # fmt: skip
def test_what_only_a_whole_layout_shows_is_found_too(layout: Layout, kind: FaultKind) -> None:
    assert kind in kinds(layout)


@pytest.mark.parametrize(
    "change",
    [
        {"elements": [{"kind": "html", "id": "x"}]}, {"style": "x"}, {"elements": [{"kind": "photo", "id": "a b"}]},
        {"ground": {"kind": "picture", "digest": "http://127.0.0.1/x"}}, {"page": "a3"},
    ],
)  # fmt: skip
def test_nothing_is_read_that_a_layout_does_not_have(change: dict[str, Any]) -> None:
    with pytest.raises(LayoutUnreadable):
        layouts.read(official().document() | change)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_reads_on_white_and_all_but_ochre_on_the_darkest_ground() -> None:
    darkest = luminance("#" + f"{layout_pictures.PALEST:02x}" * 3)

    for ink, colour in COLOURS.items():
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5
        assert ink is Ink.OCHRE or (darkest + 0.05) / (luminance(colour) + 0.05) >= 4.5


def test_a_text_is_set_smaller_only_as_far_as_it_needs_and_may() -> None:
    said = {"size": Decimal(12), "smallest": Decimal("10.5"), "width": Decimal(40)}

    assert fitted("标准化" * 3, most=1, **said) == Decimal(12)
    assert fitted("标准化标准化标准", most=1, **said | {"width": Decimal(32)}) == Decimal(11)
    assert fitted("标准化" * 9, most=1, **said) == Decimal("10.5")
    assert lines("Standardization Practitioner", size=Decimal(12), width=Decimal(40)) == 2


def test_a_layout_prints_every_field_where_it_stands() -> None:
    pdf = layout_print.pdf(with_text("内部编号"), Sheet(an_award(), NUMBER, an_imprint()))

    words = text_of(pdf)
    for said in (
        "职业技能等级证书",
        "林知远",
        "110101199003070011",
        "--",
        "三级/高级工",
        NUMBER,
        "2026年11月23日",
        "内部编号",
    ):
        assert said in words
    assert "不具证书效力" in words
    assert pdf == layout_print.pdf(with_text("内部编号"), Sheet(an_award(), NUMBER, an_imprint()))


def test_the_longest_names_fit_bilingually_and_what_does_not_fit_is_refused_by_name() -> None:
    long = an_award(name="阿卜杜勒·买买提·吐尔逊江·艾合买提江库", issuer=LONGEST_ISSUER)

    assert LONGEST_ISSUER[:13] in text_of(
        layout_print.pdf(official(Language.BILINGUAL), Sheet(long, NUMBER, an_imprint()))
    )
    with pytest.raises(DoesNotFit) as refused:
        layout_print.pdf(a_layout("name", width="60"), Sheet(long, NUMBER, an_imprint()))
    assert refused.value.field == "name"


def a_picture(size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "black").save(out, "PNG")
    return out.getvalue()


def test_a_ground_is_made_pale_and_printed_beneath() -> None:
    ground = layout_pictures.prepared(a_picture(), ground=True)
    layout = layouts.read(official().document() | {"ground": {"kind": "picture", "digest": DIGEST}})
    sheet = Sheet(an_award(), NUMBER, an_imprint(), pictures={DIGEST: layout_pictures.written(ground)})

    assert ground.getpixel((0, 0)) == (layout_pictures.PALEST,) * 3
    assert layout_print.pdf(layout, sheet).startswith(b"%PDF")
    with pytest.raises(LayoutPictureMissing):
        layout_print.pdf(layout, Sheet(an_award(), NUMBER, an_imprint()))


@pytest.mark.parametrize("upload", [b"<svg/>", a_picture((7000, 1)), a_picture()[:60], b"\0" * (5 * 1024 * 1024 + 1)])
def test_what_is_no_printable_picture_is_refused(upload: bytes) -> None:
    with pytest.raises(LayoutPictureUnusable):
        layout_pictures.prepared(upload, ground=False)


def test_versions_are_told_apart_element_by_element() -> None:
    changed = a_layout("name", x="34")

    found = differences(official(), changed)

    assert [(one.change, one.element, one.name, one.before, one.after) for one in found] == [
        (Change.CHANGED, "name", "x", "33", "34")
    ]
    assert {one.change for one in differences(official(), a_layout("micro"))} == {Change.REMOVED}


def test_a_certificate_by_a_layout_is_signed_where_the_layout_has_its_seal(demonstration_key: DocumentKey) -> None:
    layout, sheet = a_layout("seal", x="138", y="236", width="36", height="36"), Sheet(an_award(), NUMBER, an_imprint())
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    signed = layout_print.pdf(layout, sheet, credential=b"{}", signer=DocumentSigner(demonstration_key), at=at)

    with pikepdf.open(io.BytesIO(signed)) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        corners, filled, attached = [float(edge) for edge in field.Rect], "/V" in field, list(pdf.attachments)
    assert filled
    assert corners == pytest.approx([391.181, 70.866, 493.228, 172.913], abs=0.01)
    assert attached == ["credential.json"]
    assert text_of(signed).count(NUMBER) == 1
