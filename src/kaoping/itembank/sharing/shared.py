"""The pool of another organisation as a grant shows it: a list without wordings, and one item at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import ItemType, Picture, Revision
from kaoping.itembank.sharing import granting
from kaoping.itembank.sharing.errors import GrantNotOpen
from kaoping.itembank.sharing.models import ItemGrant, Reading

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """A shared item in the list: what it is about, not how it is worded."""

    item_id: UUID
    code: str
    type: ItemType
    ai_assisted: bool
    point: str
    point_name: str
    point_name_en: str


@dataclass(frozen=True, slots=True)
class SharedItem:
    """A shared item whole: the owner's newest revision and pictures, unsealed and never stored under the reader."""

    entry: Entry
    revision: Revision
    pictures: Sequence[Picture]

    @property
    def body(self) -> dict[str, Any]:
        """Stem, options, key and rationale."""
        return self.revision.body


def opened(session: Session, grant_id: UUID, *, by: Actor) -> ItemGrant:
    """Give a grant that this organisation may read under today.

    Raises
    ------
    Missing, GrantNotOpen
    """
    row = granting.find(session, grant_id)
    if row.grantee_id != by.organisation:
        raise Missing(what=N_("grant"))
    if not row.open_on(granting.today(session)):
        raise GrantNotOpen(number=row.number)
    return row


def listed(session: Session, grant_id: UUID, words: str = "", *, page: int = 1) -> tuple[Sequence[Entry], int]:
    """Give a page of the items that a grant shows, and how many there are."""
    looked = func.shared_items(grant_id, words.strip(), PER_PAGE, (max(1, page) - 1) * PER_PAGE)
    rows = session.execute(select(text("*")).select_from(looked)).all()
    return [_entry(row) for row in rows], rows[0].total if rows else 0


def read(
    session: Session, grant_id: UUID, item_id: UUID, *, trace: str, by: Actor, reading: Reading = Reading.SEEN
) -> SharedItem:  # fmt: skip
    """Give one item whole; the owner's log has it from then on, with the code of the reader's watermark.

    Raises
    ------
    Missing : the grant shows no such item today.
    """
    asked = func.read_shared_item(grant_id, item_id, by.id, trace, reading.value)
    row = session.execute(select(text("*")).select_from(asked)).one_or_none()
    if row is None:
        raise Missing(what=N_("item"))
    revision = Revision(
        id=row.revision_id, number=row.number, body_sealed=row.body_sealed, source_standard=row.source_standard,
        source_edition=row.source_edition, source_clause=row.source_clause, difficulty=row.difficulty,
        consistency=row.consistency, content_hash=row.content_hash,
    )  # fmt: skip
    return SharedItem(_entry(row), revision, pictures(session, grant_id, item_id, by=by))


def pictures(session: Session, grant_id: UUID, item_id: UUID, *, by: Actor) -> list[Picture]:
    """Give the pictures of an item that this person has read today."""
    asked = func.read_shared_pictures(grant_id, item_id, by.id)
    return [Picture(**row) for row in session.execute(select(text("*")).select_from(asked)).mappings()]


def _entry(row: Any) -> Entry:
    return Entry(
        row.item_id, row.code, ItemType(row.type), row.ai_assisted, row.point, row.point_name, row.point_name_en
    )  # fmt: skip
