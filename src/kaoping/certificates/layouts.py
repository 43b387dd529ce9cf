"""The layout of a printed certificate 证书版式: a typed, versioned document that says what stands where on the page.

A layout holds positions in millimetres from the top left of the page, never markup: what an officer types is a number,
a choice, or words that are escaped. The order of the elements is the order in which the page is read aloud. Whether a
layout may be used is said by `kaoping.certificates.layout_checks`.
"""

from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kaoping.certificates.errors import LayoutUnreadable

#: The version of the document's own form.
SCHEMA: Final = "kaoping.layout/1"
MOST_ELEMENTS = 48
MOST_LETTERS = 400

Millimetres = Annotated[Decimal, Field(ge=0, le=420, decimal_places=2, allow_inf_nan=False)]
Extent = Annotated[Decimal, Field(gt=0, le=420, decimal_places=2, allow_inf_nan=False)]
Points = Annotated[Decimal, Field(ge=6, le=48, decimal_places=1, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Words = Annotated[str, Field(max_length=MOST_LETTERS)]
#: SHA-256 of an uploaded picture as it was drawn anew.
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Language(StrEnum):
    """What a page says everything in: Chinese, or Chinese with English beneath."""

    CHINESE = "zh"
    BILINGUAL = "bilingual"


class PageSize(StrEnum):
    """The sheet: the form of the authorities is A4 upright."""

    A4 = "a4"
    A4_LANDSCAPE = "a4_landscape"


#: Width and height in millimetres.
SIZES = MappingProxyType(
    {PageSize.A4: (Decimal(210), Decimal(297)), PageSize.A4_LANDSCAPE: (Decimal(297), Decimal(210))}
)


class Ink(StrEnum):
    """The palette; every colour reaches a contrast of 4.5 to 1 on white, and all but ochre on a pale picture."""

    INK = "ink"
    AZURITE = "azurite"
    DEEP_AZURITE = "deep_azurite"
    OCHRE = "ochre"
    CINNABAR = "cinnabar"
    GREY = "grey"


COLOURS = MappingProxyType(
    {
        Ink.INK: "#1c1b1a",
        Ink.AZURITE: "#2f5f69",
        Ink.DEEP_AZURITE: "#23454d",
        Ink.OCHRE: "#8d6b2c",
        Ink.CINNABAR: "#b3261f",
        Ink.GREY: "#5b5a57",
    }
)


class Face(StrEnum):
    """Weights: bold is cut to fixed words, so a field of the register is always regular."""

    REGULAR = "regular"
    BOLD = "bold"


class Align(StrEnum):
    """How lines stand in their box."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"
    JUSTIFIED = "justify"


class Anchor(StrEnum):
    """The edge of its box from which a text grows."""

    TOP = "top"
    BOTTOM = "bottom"


class Label(StrEnum):
    """Where the label of a field stands."""

    NONE = "none"
    LEFT = "left"
    ABOVE = "above"


class FieldName(StrEnum):
    """What the register can put on a page."""

    TITLE = "title"
    BODY = "body"
    NAME = "name"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    OCCUPATION = "occupation"
    SPECIALTY = "specialty"
    LEVEL = "level"
    NUMBER = "number"
    ISSUER = "issuer"
    ISSUED_ON = "issued_on"
    CERTIFICATE_QUERY = "certificate_query"
    INSTITUTION_QUERY = "institution_query"
    VERIFICATION = "verification"
    SERIAL = "serial"
    DEMONSTRATION = "demonstration"


#: Fields of one line at the foot of the page: their labels say both languages in it.
FOOT = (FieldName.CERTIFICATE_QUERY, FieldName.INSTITUTION_QUERY, FieldName.VERIFICATION, FieldName.SERIAL)


class Closed(BaseModel):
    """Nothing that is not declared is taken; nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Box(Closed):
    """A rectangle of the page in millimetres, and the name by which faults call it."""

    id: Name
    x: Millimetres
    y: Millimetres
    width: Extent
    height: Extent

    @property
    def right(self) -> Decimal:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> Decimal:
        """Its lower edge."""
        return self.y + self.height

    def meets(self, other: "Box") -> bool:
        """Whether two boxes share an area; a common edge is none."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom


class Lettering(Box):
    """A box of text.

    A text too long for its lines is set smaller, in halves of a point down to ``smallest``; what is still too long is
    refused when it is printed, never cut. ``leading`` is from line to line.
    """

    size: Points = Decimal(12)
    smallest: Points = Decimal(12)
    colour: Ink = Ink.INK
    align: Align = Align.LEFT
    anchor: Anchor = Anchor.TOP
    lines: Annotated[int, Field(ge=1, le=12)] = 1
    leading: Extent = Decimal(6)


class FieldElement(Lettering):
    """A field of the register, with its label above or in the left ``label_width`` millimetres of its box.

    In a bilingual layout English stands beneath, in ``english_lines`` lines of ``english_size``.
    """

    kind: Literal["field"] = "field"
    field: FieldName
    label: Label = Label.NONE
    label_width: Millimetres = Decimal(0)
    english_size: Points = Decimal(9)
    english_lines: Annotated[int, Field(ge=0, le=6)] = 0

    @property
    def value_width(self) -> Decimal:
        """What the label leaves of its width."""
        return self.width - (self.label_width if self.label is Label.LEFT else 0)


class TextElement(Lettering):
    """Fixed words of the organisation, in Chinese or in English."""

    kind: Literal["text"] = "text"
    text: Words
    english: bool = False
    face: Face = Face.REGULAR


class PhotoElement(Box):
    """The holder's photograph on white; without one its box stays, for one to be pasted."""

    kind: Literal["photo"] = "photo"


class CodeElement(Box):
    """The QR code that leads to the verification page."""

    kind: Literal["qr"] = "qr"


class SealElement(Box):
    """The issuer's seal; the visible signature of the file has the same box."""

    kind: Literal["seal"] = "seal"


class RuleElement(Box):
    """A line, where width or height is its thickness, or a box of four lines."""

    kind: Literal["rule"] = "rule"
    colour: Ink = Ink.AZURITE
    frame: bool = False
    stroke: Annotated[Decimal, Field(ge=Decimal("0.1"), le=2, decimal_places=2)] = Decimal("0.2")


class MicroElement(Box):
    """A line of micro-text: the certificate's own number repeated in capitals 0.4 mm high."""

    kind: Literal["micro"] = "micro"


class PictureElement(Box):
    """An uploaded picture, as a logo; ``alternative`` says what it shows to whoever does not see it."""

    kind: Literal["picture"] = "picture"
    digest: Digest
    alternative: Annotated[str, Field(min_length=1, max_length=200)]


Element = Annotated[
    FieldElement | TextElement | PhotoElement | CodeElement | SealElement | RuleElement | MicroElement | PictureElement,
    Field(discriminator="kind"),
]
#: Kinds of elements in the order in which a page offers them.
KINDS: MappingProxyType[str, type[Box]] = MappingProxyType(
    {
        "field": FieldElement,
        "text": TextElement,
        "photo": PhotoElement,
        "qr": CodeElement,
        "seal": SealElement,
        "rule": RuleElement,
        "micro": MicroElement,
        "picture": PictureElement,
    }
)


class GroundKind(StrEnum):
    """What lies beneath everything: the package's guilloche of the level, white paper, or an uploaded picture."""

    GUILLOCHE = "guilloche"
    PLAIN = "plain"
    PICTURE = "picture"


class Ground(Closed):
    """The ground of the page; a picture is named by its digest."""

    kind: GroundKind = GroundKind.GUILLOCHE
    digest: Digest | None = None


class Layout(Closed):
    """A certificate's page: its size, language, ground, and elements in reading order."""

    schema_version: Literal["kaoping.layout/1"] = Field(SCHEMA, alias="schema")
    page: PageSize = PageSize.A4
    language: Language = Language.CHINESE
    ground: Ground = Ground()
    elements: Annotated[tuple[Element, ...], Field(max_length=MOST_ELEMENTS)] = ()

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @property
    def bilingual(self) -> bool:
        """Whether English stands beneath Chinese."""
        return self.language is Language.BILINGUAL

    @property
    def digests(self) -> frozenset[str]:
        """The uploaded pictures that it needs."""
        named = {one.digest for one in self.elements if isinstance(one, PictureElement)}
        return frozenset(named | ({self.ground.digest} if self.ground.digest else set()))

    @property
    def seal(self) -> SealElement | None:
        """Where the seal, and with it the visible signature, stands."""
        return next((one for one in self.elements if isinstance(one, SealElement)), None)

    def document(self) -> dict[str, Any]:
        """Write it as JSON: numbers as decimal strings, so that the same layout is the same document everywhere."""
        return self.model_dump(mode="json", by_alias=True)


def read(document: object) -> Layout:
    """Read a layout from its document.

    Raises
    ------
    LayoutUnreadable : something is missing, unknown, or outside its range; it says where.
    """
    try:
        return Layout.model_validate(document)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        raise LayoutUnreadable(place=".".join(map(str, first["loc"])) or "layout", reason=first["msg"]) from wrong
