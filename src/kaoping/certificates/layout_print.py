"""A certificate set by a layout: the register's fields at their places, through the one pipeline of print.

Every text is escaped, every number comes from the typed layout, and nothing is read but what is handed over. A page is
refused, with the field named, where a text is longer than its box even at its smallest size.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pikepdf

from kaoping.certificates import face_words, render, wording
from kaoping.certificates.errors import LayoutPictureMissing
from kaoping.certificates.face_words import Label as Words
from kaoping.certificates.face_words import english_date
from kaoping.certificates.ground import certificate_ground
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.layout_checks import english_leading
from kaoping.certificates.layout_fitting import MILLIMETRES_OF_A_POINT, fitted
from kaoping.certificates.layouts import (
    COLOURS,
    FOOT,
    SIZES,
    Anchor,
    Element,
    Face,
    FieldElement,
    FieldName,
    GroundKind,
    Label,
    Layout,
    Lettering,
    SealElement,
    TextElement,
)
from kaoping.certificates.render import Imprint, SealPlace, balance
from kaoping.certificates.statement import Award
from kaoping.itembank.printing import Limit, Underlay, fill
from kaoping.itembank.printing import render as set_page

if TYPE_CHECKING:
    from kaoping.certificates.pades import DocumentSigner

STYLESHEETS = ("print.css", "layout.css")
_SMALLEST_ENGLISH = Decimal(7)
_LABEL_SIZE, _LABEL_ENGLISH = Decimal("10.5"), Decimal("8.5")

#: Layouts of an organisation are for certificates of skill level.
_FACE = face_words.LABELS[CertificateKind.SKILL_LEVEL]
LABELS = {
    FieldName.NAME: face_words.NAME,
    FieldName.ID_TYPE: face_words.ID_TYPE,
    FieldName.ID_NUMBER: face_words.ID_NUMBER,
    FieldName.OCCUPATION: _FACE.occupation,
    FieldName.SPECIALTY: _FACE.specialty,
    FieldName.LEVEL: _FACE.sixth,
    FieldName.NUMBER: face_words.NUMBER,
    FieldName.ISSUER: _FACE.issuer,
    FieldName.ISSUED_ON: face_words.ISSUED_ON,
    FieldName.CERTIFICATE_QUERY: Words("证书信息查询", "Certificate query"),
    FieldName.INSTITUTION_QUERY: Words("机构信息查询", "Body query"),
    FieldName.VERIFICATION: Words("本机构核验", "Issuer verification"),
    FieldName.SERIAL: Words("印制流水码", "Print serial"),
}


@dataclass(frozen=True)
class Said:
    """What a field says, in Chinese and, where it has one, in English."""

    chinese: str
    english: str = ""


@dataclass(frozen=True)
class Sheet:
    """One certificate to be set: what it awards, what stands beside it, and the pictures of its layout by digest."""

    award: Award
    number: str
    imprint: Imprint
    photo: bytes | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    #: Words in place of a field's own, for samples.
    instead: Mapping[FieldName, Said] = field(default_factory=dict)


def words(sheet: Sheet) -> dict[FieldName, Said]:
    """Give what every field says; a field without words is left out, as the official addresses of demonstrations."""
    award, imprint, day = sheet.award, sheet.imprint, sheet.award.issued_on
    official = () if award.demonstration else (imprint.certificate_query_url, imprint.institution_query_url)
    certificate_query, institution_query = official or ("", "")
    said = {
        FieldName.TITLE: Said(wording.TITLE, wording.TITLE_EN),
        FieldName.BODY: Said(award.body, award.body_en if award.issuer_en else ""),
        FieldName.NAME: Said(award.name, award.name_en),
        FieldName.ID_TYPE: Said(award.id_type, award.id_type_en),
        FieldName.ID_NUMBER: Said(award.id_number),
        FieldName.OCCUPATION: Said(award.occupation, award.occupation_en),
        FieldName.SPECIALTY: Said(award.specialty or "--", award.specialty_en),
        FieldName.LEVEL: Said(award.level_name, award.level_name_en),
        FieldName.NUMBER: Said(sheet.number),
        FieldName.ISSUER: Said(award.issuer, award.issuer_en),
        FieldName.ISSUED_ON: Said(f"{day.year}年{day.month}月{day.day}日", english_date(day)),
        FieldName.CERTIFICATE_QUERY: Said(certificate_query),
        FieldName.INSTITUTION_QUERY: Said(institution_query),
        FieldName.VERIFICATION: Said(imprint.verify_home),
        FieldName.SERIAL: Said(imprint.serial),
        FieldName.DEMONSTRATION: Said(wording.DEMONSTRATION_MARK if award.demonstration else ""),
    }
    return {name: one for name, one in (said | dict(sheet.instead)).items() if one.chinese}


def pdf(
    layout: Layout,
    sheet: Sheet,
    *,
    credential: bytes | None = None,
    signer: "DocumentSigner | None" = None,
    at: datetime | None = None,
) -> bytes:
    """Set a certificate by a layout as PDF/A-3a and PDF/UA-1; the same arguments give the same bytes.

    The credential is attached; with a signer the file is signed where the layout has its seal.

    Raises `DoesNotFit` and `MissingGlyph` naming the element, `LayoutPictureMissing`, `PhotoUnusable`, and
    `NotForDemonstration`.
    """
    render.check_addresses(sheet.award, sheet.imprint)
    render.check_seal(sheet.award, sheet.imprint)
    seal = layout.seal
    place = SealPlace(float(seal.x), float(seal.y), float(seal.width)) if seal else SealPlace(0, 0, 0)
    draw = partial(_drawn, layout, sheet)
    return render.completed(
        draw, sheet.award, sheet.imprint, place=place, credential=credential, signer=signer if seal else None, at=at
    )


def _drawn(
    layout: Layout, sheet: Sheet, *, additions: list[Callable[[pikepdf.Pdf], None]], signed: bool
) -> bytes:  # fmt: skip
    said = words(sheet)
    shown = [one for one in layout.elements if not (signed and isinstance(one, SealElement))]
    placed = [_placed(one, said, layout) for one in shown]
    return set_page(
        _html(layout, sheet, [one for one in placed if one]),
        stylesheets=STYLESHEETS,
        resources=_resources(layout, sheet, signed=signed),
        limits=[limit for one in layout.elements if isinstance(one, Lettering) for limit in _limits(one)],
        underlay=_underlay(layout, sheet.award),
        additions=additions,
    )


def _html(layout: Layout, sheet: Sheet, elements: list[Any]) -> str:
    width, height = SIZES[layout.page]
    award = sheet.award
    return fill(
        "layout.html", title=f"{wording.TITLE} {sheet.number}", author=award.issuer,
        description=f"{award.name} {award.occupation} {award.level_name}", width=width, height=height,
        ground=layout.ground.digest is not None, demonstration=award.demonstration, photo=sheet.photo is not None,
        query_url=sheet.imprint.query_url, colours=COLOURS, elements=elements,
    )  # fmt: skip


def _resources(layout: Layout, sheet: Sheet, *, signed: bool) -> dict[str, bytes]:
    if missing := layout.digests - set(sheet.pictures):
        raise LayoutPictureMissing(digest=min(missing))
    drawn = render.pictures(sheet.award, sheet.number, imprint=sheet.imprint, photo=sheet.photo, signed=signed)
    ground = {"ground": sheet.pictures[layout.ground.digest]} if layout.ground.digest else {}
    return drawn | {digest: sheet.pictures[digest] for digest in layout.digests} | ground


def _underlay(layout: Layout, award: Award) -> Underlay | None:
    return Underlay(certificate_ground(award.level)) if layout.ground.kind is GroundKind.GUILLOCHE else None


def _placed(one: Element, said: Mapping[FieldName, Said], layout: Layout) -> Any:
    """Give what the template sets for an element; nothing for a field without words."""
    if isinstance(one, TextElement):
        return _text(one, layout)
    if isinstance(one, FieldElement):
        return _field(one, said[one.field], layout) if one.field in said else None
    return one


def _box(one: Lettering, layout: Layout) -> dict[str, Any]:
    below = SIZES[layout.page][1] - one.bottom
    return {
        "left": one.x, "top": one.y, "bottom": below if one.anchor is Anchor.BOTTOM else None, "width": one.width,
        "colour": COLOURS[one.colour], "align": one.align, "leading": one.leading, "field": one.id,
        "lang": None, "label": None, "label_en": None, "label_width": None, "english": None,
    }  # fmt: skip


def _text(one: TextElement, layout: Layout) -> dict[str, Any]:
    size = fitted(one.text, size=one.size, smallest=one.smallest, width=one.width, most=one.lines)
    return _box(one, layout) | {
        "kind": "bold" if one.face is Face.BOLD else "words",
        "said": one.text.splitlines(),
        "size": size,
        "lang": "en" if one.english else None,
    }


def _field(one: FieldElement, said: Said, layout: Layout) -> dict[str, Any]:
    width = one.value_width
    size = fitted(said.chinese, size=one.size, smallest=one.smallest, width=width, most=one.lines)
    placed = _box(one, layout) | {"kind": one.field.value, "said": _broken(one, said.chinese, size), "size": size}
    if layout.bilingual and one.english_lines and said.english:
        english = fitted(
            said.english, size=one.english_size, smallest=min(one.english_size, _SMALLEST_ENGLISH), width=width,
            most=one.english_lines,
        )  # fmt: skip
        placed |= {"english": said.english, "english_size": english}
    return placed | _label(one, layout)


def _broken(one: FieldElement, text: str, size: Decimal) -> list[str]:
    """Break the issuer's name into lines of nearly equal length; other texts break where their line ends."""
    if one.field is not FieldName.ISSUER:
        return [text]
    return balance(text, limit=max(1, int(float(one.value_width) / (float(size) * MILLIMETRES_OF_A_POINT))))


def _label(one: FieldElement, layout: Layout) -> dict[str, Any]:
    placed: dict[str, Any] = {"english_leading": english_leading(one)}
    if one.label is Label.NONE or one.field not in LABELS:
        return placed
    words = LABELS[one.field]
    placed |= {"label": words.label, "label_en": words.label_en if layout.bilingual else None}
    if one.label is Label.ABOVE:
        return placed
    if layout.bilingual and one.field in FOOT:
        placed |= {"label": f"{words.label} {words.label_en}", "label_en": None}
    return placed | {
        "label_left": one.x, "label_top": one.y, "label_width": one.label_width, "left": one.x + one.label_width,
        "width": one.value_width, "label_size": min(one.size, _LABEL_SIZE),
        "label_english_size": min(one.english_size, _LABEL_ENGLISH),
    }  # fmt: skip


def _limits(one: Lettering) -> list[Limit]:
    """Hold a text against its box."""
    top, right, bottom = float(one.y), float(one.right), float(one.bottom)
    found = [Limit(one.id, top=top, right=right, bottom=bottom, lines=one.lines)]
    if isinstance(one, FieldElement) and one.english_lines:
        found.append(Limit(f"{one.id} in English", top=top, right=right, bottom=bottom, lines=one.english_lines))
    return found
