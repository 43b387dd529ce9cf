"""A paper as candidates see it: stems, options and fields as safe HTML. Keys and rationales never leave this module.

A sealed paper never changes, so its sheet is made once per process.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank import content, markdown, pictures, sealing
from kaoping.itembank.bodies.base import ALPHABET
from kaoping.itembank.bodies.by_hand import LARGEST_FILE, SUFFIXES
from kaoping.itembank.content import BLANK
from kaoping.itembank.items import Item, ItemType, Revision
from kaoping.itembank.markdown import Address
from kaoping.itembank.papers import Paper, Slot
from kaoping.itembank.rules import Section, section_of
from kaoping.itembank.scoring_rules import ScoringRule

_KEPT = 64


Lettered = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SheetArea:
    """An area of a picture with its letter; coordinates as `kaoping.itembank.bodies.hotspots` has them."""

    letter: str
    shape: str
    coords: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """A picture that is answered on: where it is fetched, what it shows in words, its size in pixels, its areas."""

    address: str
    alternative: str
    width: int
    height: int
    areas: tuple[SheetArea, ...]
    most_choices: int


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One item on the sheet: what a candidate may see of it.

    ``options`` are what is chosen from, with letters: options, the right side of pairs, choices for blanks, or entries
    to be put in order; ``left`` is the left side of pairs; ``reuse`` whether a letter may be used again; ``least`` and
    ``most`` are how many words an essay has; ``accept`` and ``megabytes`` which files are taken. A case has a
    ``stimulus`` and ``parts``, its sub-questions, each with its number as ``part``.
    """

    slot: int
    type: ItemType
    marks: str
    stem: str
    options: Lettered
    blanks: int
    unit: str
    ai_assisted: bool
    units: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    reuse: bool = False
    picture: SheetPicture | None = None
    least: int = 0
    most: int = 0
    accept: tuple[str, ...] = ()
    megabytes: int = 0
    stimulus: str = ""
    part: int = 0
    parts: "tuple[SheetItem, ...]" = ()
    scoring: ScoringRule = ScoringRule.ALL_OR_NOTHING

    @property
    def section(self) -> Section:
        """The section of the paper that the item stands in."""
        return section_of(self.type)

    @property
    def kinds(self) -> str:
        """What kinds of file are taken, as people name them."""
        return ", ".join(SUFFIXES[kind].upper() for kind in self.accept)

    @property
    def place(self) -> str:
        """Number of the item, with that of the sub-question behind it: what names of controls end with."""
        return f"{self.slot}-{self.part}" if self.part else str(self.slot)

    @property
    def control(self) -> str:
        """Name of the controls that hold its answer."""
        return f"response-{self.part}" if self.part else "response"


def rules(items: Sequence[SheetItem]) -> list[tuple[Section, ScoringRule]]:
    """Give the scoring rule of each section in which an answer may be right in part, in the order of the paper."""
    held = {item.section: item.scoring for item in items}
    return [(section, rule) for section, rule in held.items() if len(section.scoring_rules) > 1]


def picture_address(picture_id: UUID) -> str:
    """Give the address at which candidates see a picture of their paper."""
    return f"/exam/pictures/{picture_id}"


_made: dict[UUID, tuple[SheetItem, ...]] = {}


def of(session: Session, paper_id: UUID) -> tuple[SheetItem, ...]:
    """Give the sheet of a paper, in the paper's order, after its content was held against the seal.

    Raises
    ------
    SealBroken, NotSealed : the paper may not be used.
    """
    if paper_id not in _made:
        paper = session.get_one(Paper, paper_id)
        sealing.verify_digest(session, paper)
        if len(_made) >= _KEPT:
            _made.clear()
        _made[paper_id] = tuple(_item(session, slot) for slot in paper.slots)
    return _made[paper_id]


#: The field of each type's presentation that is chosen from.
_CHOSEN_FROM = ("options", "right", "choices", "entries")
_WITH_BLANKS = (ItemType.FILL_IN, ItemType.CLOZE)


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a whole item and its sub-questions share on a sheet."""

    number: int
    ai_assisted: bool
    scoring: ScoringRule
    address: Address


def _item(session: Session, slot: Slot) -> SheetItem:
    return item_of(session, slot.revision, slot.item, number=slot.number, marks=slot.marks, scoring=slot.scoring)


def item_of(
    session: Session, revision: Revision, item: Item, *, number: int, marks: Decimal,
    scoring: ScoringRule = ScoringRule.ALL_OR_NOTHING, address: Address = picture_address,
) -> SheetItem:  # fmt: skip
    """Give what candidates may see of a revision, with its pictures at an address of the caller's."""
    shown, setting = content.presentation(revision.body), _Setting(number, item.ai_assisted, scoring, address)
    made = _shown(session, shown, marks, setting)
    if item.type is not ItemType.CASE:
        return made
    whole = sum((Decimal(part["marks"]) for part in shown["parts"]), Decimal(0))
    parts = (
        replace(_shown(session, part["body"], marks * Decimal(part["marks"]) / whole, setting), part=place)
        for place, part in enumerate(shown["parts"], start=1)
    )
    return replace(made, stimulus=markdown.html(shown["stimulus"], pictures=address), parts=tuple(parts))


def _shown(session: Session, shown: dict[str, Any], marks: Decimal, setting: _Setting) -> SheetItem:
    kind, address = ItemType(shown["type"]), setting.address
    chosen_from = next(filter(None, map(shown.get, _CHOSEN_FROM)), ())
    return SheetItem(
        slot=setting.number,
        type=kind,
        marks=f"{round(marks, 2).normalize():f}",
        stem=markdown.html(shown["stem"], pictures=address),
        options=tuple(zip(ALPHABET, _lines(chosen_from, address), strict=False)),
        blanks=len(BLANK.findall(shown["stem"])) if kind in _WITH_BLANKS else 0,
        unit=shown.get("unit", ""),
        ai_assisted=setting.ai_assisted,
        units=tuple(shown.get("units", ())),
        left=_lines(shown.get("left", ()), address),
        reuse=shown.get("reuse", False),
        picture=_picture(session, shown, address) if kind is ItemType.HOTSPOT else None,
        accept=tuple(shown.get("accept", ())),
        megabytes=min(shown.get("most_megabytes", 0), LARGEST_FILE),
        scoring=setting.scoring,
        **shown.get("words", {}),
    )


def _lines(texts: Iterable[str], address: Address) -> tuple[str, ...]:
    return tuple(markdown.line(text, pictures=address) for text in texts)


def _picture(session: Session, shown: dict[str, Any], address: Address) -> SheetPicture:
    picture = pictures.get(session, UUID(shown["picture"]))
    areas = (
        SheetArea(letter, area["shape"], tuple(area["coords"]))
        for letter, area in zip(ALPHABET, shown["areas"], strict=False)
    )
    return SheetPicture(
        address=address(picture.id), alternative=picture.alternative, width=picture.width,
        height=picture.height, areas=tuple(areas), most_choices=shown["most_choices"],
    )  # fmt: skip
