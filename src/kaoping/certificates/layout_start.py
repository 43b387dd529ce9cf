"""The layouts that a design starts from: the official form in Chinese and bilingual, as documents to change."""

from decimal import Decimal
from typing import Any

from kaoping.certificates.layouts import (
    FOOT,
    Align,
    Anchor,
    CodeElement,
    FieldElement,
    FieldName,
    Ink,
    Label,
    Language,
    Layout,
    MicroElement,
    PhotoElement,
    SealElement,
    TextElement,
)

_COLUMN, _LABELS, _BESIDE, _WHOLE = Decimal(33), Decimal(36), Decimal(112), Decimal(144)
_SMALL = Decimal("8.5")
#: Fields of the value table in their order.
_ROWS = (
    FieldName.NAME, FieldName.ID_TYPE, FieldName.ID_NUMBER, FieldName.OCCUPATION, FieldName.SPECIALTY,
    FieldName.LEVEL, FieldName.NUMBER,
)  # fmt: skip
#: Heights of the rows of the bilingual table: occupation and specialty may take two lines.
_BILINGUAL_HEIGHTS = tuple(map(Decimal, ("12", "11.5", "11.5", "15.4", "15.4", "10.3", "9.9")))


def name_of(field: FieldName) -> str:
    """Give the element of a field its usual name."""
    return field.value.replace("_", "-")


def _place(x: Any, y: Any, width: Any, height: Any) -> dict[str, Decimal]:
    return {"x": Decimal(x), "y": Decimal(y), "width": Decimal(width), "height": Decimal(height)}


def _field(field: FieldName, place: dict[str, Decimal], **more: Any) -> FieldElement:
    said: dict[str, Any] = {"id": name_of(field), "field": field} | place | more
    return FieldElement(**said)


def official(language: Language = Language.CHINESE) -> Layout:
    """Give the official form as a layout."""
    bilingual = language is Language.BILINGUAL
    elements = (
        _demonstration(bilingual=bilingual), *_head(bilingual=bilingual),
        PhotoElement(id="photo", **_place(152, 118 if bilingual else 112, 25, 35)),
        *_rows(bilingual=bilingual),
        MicroElement(id="micro", **_place(_COLUMN, "204.2" if bilingual else "202.2", _WHOLE, "0.8")),
        CodeElement(id="qr", **_place(31, 207 if bilingual else 206, 34, 34)),
        *_scan(bilingual=bilingual), *_close(bilingual=bilingual), *_foot(bilingual=bilingual),
    )  # fmt: skip
    return Layout(language=language, elements=elements)


def _demonstration(*, bilingual: bool) -> FieldElement:
    place = _place(77, 28, 56, 6) if bilingual else _place(84, 28, 42, 6)
    style = {"size": _SMALL, "smallest": _SMALL, "leading": Decimal(5), "colour": Ink.CINNABAR, "align": Align.CENTRE}
    return _field(FieldName.DEMONSTRATION, place, **style)


def _head(*, bilingual: bool) -> tuple[FieldElement, FieldElement]:
    title = _place(21, 41, 168, 30) if bilingual else _place(21, 45, 168, 22)
    body = _place(_COLUMN, 76, _WHOLE, 36) if bilingual else _place(_COLUMN, 80, _WHOLE, 24)
    style = {"align": Align.JUSTIFIED, "lines": 3}
    spoken = (
        {"size": Decimal(12), "leading": Decimal("6.5"), "english_size": Decimal("9.5"), "english_lines": 3}
        if bilingual
        else {"size": Decimal(13), "leading": Decimal(8)}
    )
    return (
        _field(
            FieldName.TITLE, title, size=Decimal(41), smallest=Decimal(41), leading=Decimal(22), align=Align.CENTRE,
            colour=Ink.DEEP_AZURITE, english_size=Decimal(13), english_lines=int(bilingual),
        ),
        _field(FieldName.BODY, body, smallest=Decimal(11), **style, **spoken),
    )  # fmt: skip


def _rows(*, bilingual: bool) -> list[FieldElement]:
    heights = _BILINGUAL_HEIGHTS if bilingual else (Decimal(12),) * len(_ROWS)
    top, rows = Decimal(118 if bilingual else 112), list[FieldElement]()
    for place, (field, height) in enumerate(zip(_ROWS, heights, strict=True)):
        long = field in {FieldName.OCCUPATION, FieldName.SPECIALTY}
        english = bilingual and field not in {FieldName.ID_NUMBER, FieldName.NUMBER}
        rows.append(
            _field(
                field, _place(_COLUMN, top, _BESIDE if place <= 2 else _WHOLE, height),  # noqa: PLR2004 - the photo
                label=Label.LEFT, label_width=_LABELS, smallest=Decimal("10.5"), lines=2 if long else 1,
                leading=Decimal("5.5") if bilingual else Decimal(6), english_lines=int(english),
            )
        )  # fmt: skip
        top += height
    return rows


def _scan(*, bilingual: bool) -> list[TextElement]:
    style = {"size": _SMALL, "smallest": _SMALL, "leading": Decimal(4), "colour": Ink.GREY}
    found = [
        TextElement(id="scan", text="扫码核验本证书的签名与当前状态", lines=2, **_place(67, "208.5", 31, 8), **style)
    ]
    if bilingual:
        words = "Scan to check the signature and current status"
        found.append(
            TextElement(id="scan-english", text=words, english=True, lines=3, **_place(67, 218, 31, 12), **style)
        )
    return found


def _close(*, bilingual: bool) -> list[FieldElement | SealElement]:
    """Name, date, seal; the name grows upwards from its lower edge."""
    leading = Decimal("5.5") if bilingual else Decimal(6)
    issuer = _place(101, "205.5", 76, 27) if bilingual else _place(101, 206, 76, 26)
    style = {"label": Label.ABOVE, "leading": leading, "smallest": Decimal("10.5")}
    date, name = ({"english_lines": bilingual * most, "english_size": _SMALL} for most in (1, 2))
    return [
        _field(FieldName.ISSUER, issuer, anchor=Anchor.BOTTOM, lines=3 - bilingual, **style, **name),
        _field(FieldName.ISSUED_ON, _place(101, 236 if bilingual else 238, 36, 16), **style, **date),
        SealElement(id="seal", **_place(137, 233, 40, 40)),
    ]


def _foot(*, bilingual: bool) -> list[FieldElement]:
    width = Decimal(46) if bilingual else Decimal(24)
    return [
        _field(
            field, _place(_COLUMN, 254 + 4 * row, 102, 4), size=Decimal(8), smallest=Decimal(7), leading=Decimal(4),
            label=Label.LEFT, label_width=width, colour=Ink.CINNABAR if field is FieldName.SERIAL else Ink.INK,
        )
        for row, field in enumerate(FOOT)
    ]  # fmt: skip
