"""A paper as candidates see it: stems, options and fields as safe HTML. Keys and rationales never leave this module.

A sealed paper never changes, so its sheet is made once per process.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank import markdown, sealing
from kaoping.itembank.content import BLANK, LETTERS
from kaoping.itembank.items import ItemType
from kaoping.itembank.papers import Paper, Slot
from kaoping.itembank.rules import Section, section_of

_KEPT = 64


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One item on the sheet: what a candidate may see of it."""

    slot: int
    type: ItemType
    marks: str
    stem: str
    options: tuple[tuple[str, str], ...]
    blanks: int
    unit: str
    ai_assisted: bool

    @property
    def section(self) -> Section:
        """The section of the paper that the item stands in."""
        return section_of(self.type)


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
        _made[paper_id] = tuple(_item(slot) for slot in paper.slots)
    return _made[paper_id]


def _item(slot: Slot) -> SheetItem:
    body: dict[str, Any] = slot.revision.body
    options = body.get("options", ())
    return SheetItem(
        slot=slot.number,
        type=slot.item.type,
        marks=f"{slot.marks.normalize():f}",
        stem=markdown.html(body["stem"], pictures=picture_address),
        options=tuple(
            (letter, markdown.line(option, pictures=picture_address))
            for letter, option in zip(LETTERS, options, strict=False)
        ),
        blanks=len(BLANK.findall(body["stem"])) if slot.item.type is ItemType.FILL_IN else 0,
        unit=body.get("unit", ""),
        ai_assisted=slot.item.ai_assisted,
    )
