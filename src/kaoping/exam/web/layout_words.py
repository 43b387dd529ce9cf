"""Words of layouts: kinds, states, fields, properties of elements and what is wrong with an entry."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from kaoping.certificates import layout_print
from kaoping.certificates.layout_checks import Fault, FaultKind
from kaoping.certificates.layout_models import LayoutKind, LayoutState
from kaoping.certificates.layout_sheets import BLOCK_WORDS, Block
from kaoping.certificates.layouts import (
    Align,
    Anchor,
    Face,
    FieldName,
    GroundKind,
    Ink,
    Label,
    Language,
    PageSize,
)
from kaoping.exam.web.languages import CHINESE, language
from kaoping.itembank.errors import N_

KIND_WORDS = {
    LayoutKind.SKILL_LEVEL: N_("Certificate of skill level"),
    LayoutKind.SCORE_REPORT: N_("Score report"),
    LayoutKind.ADMISSION_TICKET: N_("Admission ticket"),
    LayoutKind.BATCH_REGISTER: N_("Register of a batch"),
}
#: How a state is shown, its icon and its word.
STATE_WORDS = {
    LayoutState.DRAFT: ("", "text", N_("draft")),
    LayoutState.SUBMITTED: ("warn", "warn", N_("waits for approval")),
    LayoutState.APPROVED: ("good", "check", N_("approved")),
    LayoutState.WITHDRAWN: ("bad", "cross", N_("withdrawn")),
}
LANGUAGE_WORDS = {Language.CHINESE: N_("Chinese"), Language.BILINGUAL: N_("Chinese and English")}
PAGE_WORDS = {PageSize.A4: N_("A4 upright"), PageSize.A4_LANDSCAPE: N_("A4 on its side")}
GROUND_WORDS = {
    GroundKind.GUILLOCHE: N_("Guilloche of the package"),
    GroundKind.PLAIN: N_("White paper"),
    GroundKind.PICTURE: N_("Uploaded picture"),
}
ELEMENT_WORDS = {
    "field": N_("Certificate field"), "text": N_("Fixed words"), "photo": N_("Photo"), "qr": N_("QR code"),
    "seal": N_("Seal"), "rule": N_("Line or box"), "micro": N_("Micro-text"), "picture": N_("Picture"),
}  # fmt: skip
_FURTHER_FIELDS = {
    FieldName.TITLE: N_("Title"),
    FieldName.BODY: N_("Sentence of award"),
    FieldName.DEMONSTRATION: N_("Mark of demonstrations"),
}
_CHOICES: dict[str, dict[Any, str]] = {
    "colour": {
        Ink.INK: N_("Ink"), Ink.AZURITE: N_("Azurite"), Ink.DEEP_AZURITE: N_("Deep azurite"), Ink.OCHRE: N_("Ochre"),
        Ink.CINNABAR: N_("Cinnabar"), Ink.GREY: N_("Grey"),
    },
    "align": {
        Align.LEFT: N_("Left-aligned"), Align.CENTRE: N_("Centred"), Align.RIGHT: N_("Right-aligned"),
        Align.JUSTIFIED: N_("Justified"),
    },
    "anchor": {Anchor.TOP: N_("From its upper edge"), Anchor.BOTTOM: N_("From its lower edge")},
    "face": {Face.REGULAR: N_("Regular"), Face.BOLD: N_("Bold")},
    "label": {Label.NONE: N_("No label"), Label.LEFT: N_("Label at the left"), Label.ABOVE: N_("Label above")},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Property:
    """A property of elements: its name, label, and how it is typed (number, choice, flag, words, picture)."""

    name: str
    label: str
    kind: str = "number"
    step: str = "0.1"


PROPERTIES = (
    Property("id", N_("Name of the element"), "name"),
    Property("field", N_("What it says"), "choice"),
    Property("text", N_("Words"), "words"),
    Property("digest", N_("Picture"), "picture"),
    Property("alternative", N_("What it shows"), "words"),
    Property("x", N_("From the left, mm")),
    Property("y", N_("From the top, mm")),
    Property("width", N_("Width, mm")),
    Property("height", N_("Height, mm")),
    Property("size", N_("Size, pt"), step="0.5"),
    Property("smallest", N_("Smallest size, pt"), step="0.5"),
    Property("lines", N_("Lines"), step="1"),
    Property("leading", N_("From line to line, mm")),
    Property("colour", N_("Colour"), "choice"),
    Property("face", N_("Weight"), "choice"),
    Property("align", N_("Alignment"), "choice"),
    Property("anchor", N_("Grows"), "choice"),
    Property("label", N_("Label"), "choice"),
    Property("label_width", N_("Width of the label, mm")),
    Property("english_size", N_("Size of English, pt"), step="0.5"),
    Property("english_lines", N_("Lines of English"), step="1"),
    Property("english", N_("These words are English"), "flag"),
    Property("stroke", N_("Thickness, mm")),
    Property("frame", N_("A box of four lines"), "flag"),
)
_PAGE_PROPERTIES = {"page": N_("Paper size"), "language": N_("Language"), "ground": N_("Ground")}
_LABELS = {one.name: one.label for one in PROPERTIES}


def field_word(field: str) -> str:
    """Name a field of the register in the reader's language."""
    name = FieldName(field)
    if name in _FURTHER_FIELDS:
        return str(_(_FURTHER_FIELDS[name]))
    words = layout_print.LABELS[name]
    return words.label if language() is CHINESE else words.label_en


def choices(name: str) -> dict[Any, str]:
    """Give the values of a choice with their words."""
    if name == "field":
        return {field: field_word(field) for field in FieldName}
    return {value: str(_(word)) for value, word in _CHOICES[name].items()}


def fault(found: Fault) -> str:
    """Write what is wrong with a layout."""
    facts = dict(found.facts)
    if found.kind in {FaultKind.LACKS_FIELD, FaultKind.TWICE} and facts["field"] in set(FieldName):
        facts["field"] = field_word(facts["field"])
    else:
        facts |= {"block": _block_word(facts["block"])} if "block" in facts else {}
        facts |= {name: _element_word(facts[name]) for name in ("field", "what") if name in facts}
    return str(_(found.sentence) % facts)


def _block_word(block: Block) -> str:
    return str(_(BLOCK_WORDS[block]))


def _element_word(kind: str) -> str:
    return str(_(ELEMENT_WORDS[kind]))


def slip(name: str, kind: str) -> str:
    """Write what is wrong with an entry."""
    label = _(_LABELS[name]) if name in _LABELS else name
    if kind == "missing":
        return str(_("“%(label)s” is empty: fill it in.", label=label))
    if name == "id":
        return str(_("The name has small letters, digits and hyphens, and begins with a letter."))
    return str(_("“%(label)s” is outside what is possible: correct it.", label=label))


def property_word(name: str) -> str:
    """Name a property of an element or of the page."""
    return str(_(_LABELS[name] if name in _LABELS else _PAGE_PROPERTIES.get(name, name)))
