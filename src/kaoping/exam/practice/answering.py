"""Answering a practice set: what a visitor with the link sees, and how an answer is marked. Nothing is kept.

Which answers were right so far stands in the visitor's own pages, as one letter for each item.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.exam.delivery import sheet, tokens
from kaoping.exam.delivery.sheet import SheetItem
from kaoping.exam.practice.models import PracticeEntry, PracticeSet
from kaoping.itembank import content, marking
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemUse, Picture
from kaoping.itembank.models import Level

RIGHT, WRONG, OPEN = "1", "0", "-"
_SO_FAR: Final = re.compile(f"[{RIGHT}{WRONG}{OPEN}]*")


@dataclass(frozen=True, slots=True)
class Question:
    """An item of a set as a visitor sees it; ``body`` holds key and rationale, which are shown after an answer."""

    number: int
    shown: SheetItem
    body: dict[str, Any]
    source: str


@dataclass(frozen=True, slots=True)
class Practice:
    """An open set with the entries that may be shown now."""

    row: PracticeSet
    entries: tuple[PracticeEntry, ...]

    @property
    def count(self) -> int:
        """How many items can be answered."""
        return len(self.entries)


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer and whether it is right; ``missing`` if there was none to mark."""

    response: Any
    right: bool
    missing: bool = False


def opened(session: Session, key: str) -> Practice:
    """Find the open set of a link and bind the session to its organisation, or raise `Missing`.

    An item is left out while it waits in recheck, and for good once it was reworded or retired.
    """
    found = session.execute(select(text("*")).select_from(func.find_practice_set(key))).one()
    if found.practice_set is None:
        raise Missing(what=N_("practice set"))
    tokens.bind(session, found.organisation)
    whole = (
        joinedload(PracticeSet.level).joinedload(Level.standard),
        selectinload(PracticeSet.entries).joinedload(PracticeEntry.item).selectinload(Item.revisions),
        selectinload(PracticeSet.entries).joinedload(PracticeEntry.revision),
    )
    row = session.get_one(PracticeSet, found.practice_set, options=whole)
    return Practice(row, tuple(one for one in row.entries if _public(one)))


def question(session: Session, practice: Practice, number: int) -> Question:
    """Give an item of the set by its place, or raise `Missing`."""
    if not 0 < number <= practice.count:
        raise Missing(what=N_("item"))
    entry = practice.entries[number - 1]
    address = partial(picture_address, practice.row.key)
    shown = sheet.item_of(session, entry.revision, entry.item, number=number, marks=Decimal(1), address=address)
    revision = entry.revision
    source = f"{revision.source_standard} {revision.source_edition} {revision.source_clause}"
    return Question(number, shown, revision.body, source)


def mark(asked: Question, response: Any) -> Marked:
    """Mark an answer; one that has not the form of the item, or says nothing, is missing."""
    body = content.parse(asked.body)
    if not marking.answered(response) or not marking.acceptable(body, response):
        return Marked(response, right=False, missing=True)
    return Marked(response, right=marking.mark(body, response, marks=Decimal(1)).right)


def picture(session: Session, practice: Practice, picture_id: UUID) -> Picture:
    """Give a picture of an item of the set, or raise `Missing`."""
    found = session.get(Picture, picture_id)
    if found is None or found.item_id not in {entry.item_id for entry in practice.entries}:
        raise Missing(what=N_("picture"))
    return found


def picture_address(key: str, picture_id: UUID) -> str:
    """Give the address at which visitors see a picture of a set."""
    return f"/practice/{key}/pictures/{picture_id}"


def so_far(practice: Practice, told: str) -> str:
    """Read which answers were right: a letter for each item, whatever an address says."""
    kept = told if _SO_FAR.fullmatch(told) else ""
    return kept[: practice.count].ljust(practice.count, OPEN)


def with_answer(told: str, number: int, marked: Marked) -> str:
    """Enter an answer; the first one counts, because the page shows the key afterwards."""
    if marked.missing or told[number - 1] != OPEN:
        return told
    return told[: number - 1] + (RIGHT if marked.right else WRONG) + told[number:]


def _public(entry: PracticeEntry) -> bool:
    item = entry.item
    return item.use is ItemUse.PRACTICE and item.state in ASSEMBLABLE and item.latest.id == entry.revision_id
