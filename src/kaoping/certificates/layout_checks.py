"""What is wrong with a layout: what the filling rules require and the page lacks, and what stands where it may not.

The fields and filling rules are those of 人社鉴发〔2021〕1号: a fixed title, values in 小四号 (12 pt), a one-inch
photo, one upright A4 sheet. Every fault names its element and says what to do.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import Any

from kaoping.certificates import wording
from kaoping.certificates.layouts import (
    FOOT,
    SIZES,
    Box,
    CodeElement,
    Element,
    Face,
    FieldElement,
    FieldName,
    GroundKind,
    Ink,
    Label,
    Layout,
    Lettering,
    MicroElement,
    PageSize,
    PhotoElement,
    RuleElement,
    SealElement,
    TextElement,
)
from kaoping.itembank import typefaces
from kaoping.itembank.errors import N_

#: Office printers cut what is closer to the edge, in millimetres.
LEAST_MARGIN = Decimal(10)
PHOTO = (Decimal(25), Decimal(35))
LEAST_CODE = Decimal(28)
SEAL = (Decimal(30), Decimal(45))
FILLED_SIZE, FILLED_SMALLEST = Decimal(12), Decimal("10.5")
#: A line of 1 pt needs this many millimetres.
LINE_OF_A_POINT = Decimal("0.42")
#: English lines are this many millimetres apart for each point of their size.
ENGLISH_LEADING = Decimal("0.48")
#: Fields that the filling rule sets in 小四号.
FILLED = frozenset(
    {
        FieldName.NAME, FieldName.ID_TYPE, FieldName.ID_NUMBER, FieldName.OCCUPATION, FieldName.SPECIALTY,
        FieldName.LEVEL, FieldName.NUMBER,
    }
)  # fmt: skip
#: What a certificate of skill level must say, with the mark of demonstrations.
COMPULSORY = (
    FieldName.TITLE, FieldName.BODY, *sorted(FILLED), FieldName.ISSUER, FieldName.ISSUED_ON,
    FieldName.CERTIFICATE_QUERY, FieldName.INSTITUTION_QUERY, FieldName.VERIFICATION, FieldName.SERIAL,
    FieldName.DEMONSTRATION,
)  # fmt: skip
#: Pictures that it must show.
SHOWN = MappingProxyType({"photo": PhotoElement, "qr": CodeElement, "seal": SealElement})
#: Values that are as long as what they say: a line of their label does not do.
_WITH_ENGLISH = frozenset(
    {
        FieldName.TITLE, FieldName.BODY, FieldName.NAME, FieldName.ID_TYPE, FieldName.OCCUPATION, FieldName.LEVEL,
        FieldName.ISSUER, FieldName.ISSUED_ON,
    }
)  # fmt: skip


class FaultKind(StrEnum):
    """What can be wrong with a layout; the sentences are in `SENTENCES`."""

    LACKS_FIELD = "lacks_field"
    LACKS_PICTURE = "lacks_picture"
    TWICE = "twice"
    SAME_NAME = "same_name"
    OUTSIDE = "outside"
    NEAR_EDGE = "near_edge"
    OVERLAP = "overlap"
    LINES = "lines"
    SHRINK = "shrink"
    FILLED = "filled"
    PHOTO = "photo"
    CODE = "code"
    SEAL = "seal"
    MICRO = "micro"
    NOT_UPRIGHT = "not_upright"
    GROUND = "ground"
    PALE = "pale"
    GLYPHS = "glyphs"
    NOT_BOLD = "not_bold"
    LABEL = "label"
    NO_ENGLISH = "no_english"
    EMPTY = "empty"
    TITLE = "title"
    LACKS_BLOCK = "lacks_block"
    BLOCK_TWICE = "block_twice"
    FOREIGN_BLOCK = "foreign_block"
    NO_ALTERNATIVE = "no_alternative"
    UNGROUNDED = "ungrounded"


SENTENCES = MappingProxyType(
    {
        FaultKind.LACKS_FIELD: N_("The rules require the field “%(field)s”: add it."),
        FaultKind.LACKS_PICTURE: N_("The rules require “%(what)s”: add it."),
        FaultKind.TWICE: N_("“%(field)s” stands on the page twice: remove one."),
        FaultKind.SAME_NAME: N_("Two elements are named “%(id)s”: rename one."),
        FaultKind.OUTSIDE: N_("“%(id)s” reaches over the page by %(excess)s mm: move it or make it smaller."),
        FaultKind.NEAR_EDGE: N_(
            "“%(id)s” is %(margin)s mm from the edge; printers need %(least)s mm: move it inwards."
        ),
        FaultKind.OVERLAP: N_("“%(id)s” and “%(other)s” overlap: move one of them."),
        FaultKind.LINES: N_("%(lines)s lines need %(needed)s mm, “%(id)s” is %(height)s mm high: make it higher."),
        FaultKind.SHRINK: N_("“%(id)s” shrinks to %(smallest)s pt, more than its size of %(size)s pt: lower it."),
        FaultKind.FILLED: N_(
            "“%(id)s” is a value of the form: it is set in 12 pt and shrinks to no less than 10.5 pt."
        ),
        FaultKind.PHOTO: N_("The photo is one inch: 25 mm wide and 35 mm high."),
        FaultKind.CODE: N_("The QR code is square, with sides of at least %(least)s mm, so that phones read it."),
        FaultKind.SEAL: N_("The seal is square, with sides between %(least)s and %(most)s mm."),
        FaultKind.MICRO: N_("The micro-text is 0.8 mm high."),
        FaultKind.NOT_UPRIGHT: N_("The certificate is one upright A4 sheet: choose A4 upright."),
        FaultKind.GROUND: N_("Choose the picture of the ground, or another ground."),
        FaultKind.PALE: N_("“%(id)s” is too pale for a ground with a picture: choose another colour than ochre."),
        FaultKind.GLYPHS: N_("The typeface lacks %(characters)s in “%(id)s”: write it in another form."),
        FaultKind.NOT_BOLD: N_("The bold face lacks %(characters)s in “%(id)s”: set it in the regular face."),
        FaultKind.LABEL: N_("The label of “%(id)s” leaves no room for its value: make it narrower."),
        FaultKind.NO_ENGLISH: N_("“%(id)s” has no line for English: give it one, or choose Chinese alone."),
        FaultKind.EMPTY: N_("“%(id)s” has no words: write some or remove it."),
        FaultKind.LACKS_BLOCK: N_("The sheet cannot lack “%(block)s”: take it in."),
        FaultKind.BLOCK_TWICE: N_("“%(block)s” stands on the sheet twice: take one out."),
        FaultKind.FOREIGN_BLOCK: N_("“%(block)s” is no part of this sheet: take it out."),
        FaultKind.UNGROUNDED: N_("A register is a table on white paper: choose white paper."),
        FaultKind.NO_ALTERNATIVE: N_("Say what the logo shows, for those who do not see it."),
        FaultKind.TITLE: N_("“%(id)s” repeats the fixed title or claims what only the state may print: remove it."),
    }
)
#: Words that stand on no certificate of a body: no co-issue of the government, no second title.
_RESERVED = ("中华人民共和国", "人力资源和社会保障部", "监制", "职业资格证书", wording.TITLE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong, with the element it is about, if it is about one, and facts for its sentence."""

    kind: FaultKind
    element: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The message id of its sentence."""
        return SENTENCES[self.kind]


def _fault(kind: FaultKind, one: Box | None = None, **facts: Any) -> Fault:
    named = {"id": one.id} if one else {}
    return Fault(kind, one.id if one else "", named | facts)


def reserved(text: str) -> bool:
    """Whether a text has words that stand on no document of a body, however they are spaced."""
    return any(words in "".join(text.split()) for words in _RESERVED)


def faults(layout: Layout) -> list[Fault]:
    """Give what is wrong with the layout of a certificate of skill level, compulsory things first."""
    found = [*_lacking(layout), *_page(layout)]
    for one in layout.elements:
        found += _standing(one, layout)
        found += _forms(one)
        if isinstance(one, Lettering):
            found += _lettering(one, layout)
    return [*found, *_overlaps(layout)]


def _lacking(layout: Layout) -> Iterator[Fault]:
    fields = Counter(one.field for one in layout.elements if isinstance(one, FieldElement))
    for wanted in COMPULSORY:
        if not fields[wanted]:
            yield _fault(FaultKind.LACKS_FIELD, field=wanted)
    for kind, shape in SHOWN.items():
        if not any(isinstance(one, shape) for one in layout.elements):
            yield _fault(FaultKind.LACKS_PICTURE, what=kind)
    yield from (_fault(FaultKind.TWICE, field=name) for name, times in fields.items() if times > 1)
    kinds = Counter[str](one.kind for one in layout.elements)
    yield from (_fault(FaultKind.TWICE, field=kind) for kind in SHOWN if kinds[kind] > 1)
    names = Counter(one.id for one in layout.elements)
    yield from (_fault(FaultKind.SAME_NAME, id=name) for name, times in names.items() if times > 1)


def _page(layout: Layout) -> Iterator[Fault]:
    if layout.page is not PageSize.A4:
        yield _fault(FaultKind.NOT_UPRIGHT)
    if (layout.ground.kind is GroundKind.PICTURE) != (layout.ground.digest is not None):
        yield _fault(FaultKind.GROUND)


def _standing(one: Element, layout: Layout) -> Iterator[Fault]:
    """Whether it is on the page, far enough from the edge."""
    width, height = SIZES[layout.page]
    margin = min(one.x, one.y, width - one.right, height - one.bottom)
    if margin < 0:
        yield _fault(FaultKind.OUTSIDE, one, excess=-margin)
    elif margin < LEAST_MARGIN:
        yield _fault(FaultKind.NEAR_EDGE, one, margin=margin, least=LEAST_MARGIN)


def _forms(one: Element) -> Iterator[Fault]:
    """Sizes that pictures must have."""
    match one:
        case PhotoElement() if (one.width, one.height) != PHOTO:
            yield _fault(FaultKind.PHOTO, one)
        case CodeElement() if one.width != one.height or one.width < LEAST_CODE:
            yield _fault(FaultKind.CODE, one, least=LEAST_CODE)
        case SealElement() if one.width != one.height or not SEAL[0] <= one.width <= SEAL[1]:
            yield _fault(FaultKind.SEAL, one, least=SEAL[0], most=SEAL[1])
        case MicroElement() if one.height != Decimal("0.8"):
            yield _fault(FaultKind.MICRO, one)


def english_leading(one: FieldElement) -> Decimal:
    """From one English line to the next, in millimetres."""
    return one.english_size * ENGLISH_LEADING


def _needed(one: Lettering, layout: Layout) -> Decimal:
    """Height of all its lines."""
    line = max(one.leading, one.size * LINE_OF_A_POINT)
    if not isinstance(one, FieldElement):
        return one.lines * line
    english = one.english_lines * english_leading(one) if layout.bilingual else Decimal(0)
    two_labels = layout.bilingual and one.label is Label.LEFT and one.field not in FOOT
    label = line + english_leading(one) if two_labels else Decimal(0)
    return max((one.lines + (one.label is Label.ABOVE)) * line + english, label)


def _lettering(one: Lettering, layout: Layout) -> Iterator[Fault]:
    if (needed := _needed(one, layout)) > one.height:
        yield _fault(FaultKind.LINES, one, lines=one.lines, needed=needed, height=one.height)
    if one.smallest > one.size:
        yield _fault(FaultKind.SHRINK, one, smallest=one.smallest, size=one.size)
    if one.colour is Ink.OCHRE and layout.ground.kind is GroundKind.PICTURE:
        yield _fault(FaultKind.PALE, one)
    if isinstance(one, FieldElement):
        yield from _field(one, layout)
    if isinstance(one, TextElement):
        yield from _text(one)


def _field(one: FieldElement, layout: Layout) -> Iterator[Fault]:
    if one.field in FILLED and (one.size != FILLED_SIZE or one.smallest < FILLED_SMALLEST):
        yield _fault(FaultKind.FILLED, one)
    if one.label is Label.LEFT and not 0 < one.label_width < one.width:
        yield _fault(FaultKind.LABEL, one)
    if layout.bilingual and one.field in _WITH_ENGLISH and not one.english_lines:
        yield _fault(FaultKind.NO_ENGLISH, one)


def _text(one: TextElement) -> Iterator[Fault]:
    if not one.text.strip():
        yield _fault(FaultKind.EMPTY, one)
    if reserved(one.text):
        yield _fault(FaultKind.TITLE, one)
    if lacking := typefaces.missing_glyphs(one.text):
        yield _fault(FaultKind.GLYPHS, one, characters=" ".join(lacking))
    elif one.face is Face.BOLD and (thin := typefaces.missing_glyphs(one.text, weight=typefaces.BOLD)):
        yield _fault(FaultKind.NOT_BOLD, one, characters=" ".join(thin))


def _overlaps(layout: Layout) -> Iterator[Fault]:
    """Boxes that share an area; lines and frames may lie beneath."""
    solid = [one for one in layout.elements if not isinstance(one, RuleElement)]
    yield from (
        _fault(FaultKind.OVERLAP, one, other=other.id) for one, other in combinations(solid, 2) if one.meets(other)
    )
