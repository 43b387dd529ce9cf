"""Drafts 草稿: what a writer has typed and not saved yet, kept sealed on the server, for that writer alone.

Keeping is no deed on an item: it makes no revision, moves no state and leaves no entry in the trail. What is kept is
offered again after a crash or on another device, and is gone when the item is saved.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import UniqueConstraint, delete, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kaoping.itembank import authoring, turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.authoring import EditedMeanwhile
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError
from kaoping.itembank.items import Item
from kaoping.itembank.orm import Base, Owned, Sealed
from kaoping.itembank.trail import database_time

KEPT_FOR: Final = timedelta(days=90)
"""How long what nobody took up again is kept."""
LONGEST: Final = 200_000
"""Characters of one draft: far more than the fields of an item hold."""

Fields = dict[str, list[str]]


class DraftElsewhere(ItemBankError, Conflict):
    """Another window of the same writer kept something newer."""

    sentence = N_(
        "You are writing this item in another window too, kept there at %(kept)s. Reload to go on from there."
    )


class DraftTooLong(ItemBankError, Invalid):
    """The text is longer than any item."""

    sentence = N_("What is typed has more than %(most)d characters and cannot be kept; no item is so long.")


class Draft(Owned, Base):
    """What one writer typed into the editor of one item; of a new item, under the id that it will have."""

    __tablename__ = "item_draft"
    __table_args__ = (UniqueConstraint("writer_id", "item_id"),)

    writer_id: Mapped[UUID]
    item_id: Mapped[UUID] = mapped_column(index=True)
    kept_at: Mapped[datetime]
    fields_sealed: Mapped[bytes]

    #: The fields of the form by name, as the browser sent them; among them the stamp of the revision that was seen.
    fields: Sealed[Fields] = Sealed()

    @property
    def mark(self) -> str:
        """Tell this keeping from every other one."""
        return self.kept_at.isoformat()


def keep(
    session: Session, item_id: UUID, fields: Fields, *, seen: str | None, by: Actor, stamp: str | None = None,
    at: datetime | None = None,
) -> Draft:  # fmt: skip
    """Keep what a writer has typed.

    ``seen`` is the mark of the keeping that the window goes on from, ``stamp`` that of the revision that it shows.

    Raises
    ------
    DraftElsewhere
        Another window kept something that this one has not seen; nothing is overwritten.
    EditedMeanwhile
        The item was saved since the window was opened, so nothing is begun on the older wording.
    """
    if (most := LONGEST) < sum(len(value) for values in fields.values() for value in values):
        raise DraftTooLong(most=most)
    turns.take(session, f"draft:{by.id}:{item_id}")
    draft = of(session, item_id, by=by)
    if draft is not None and draft.mark != seen:
        raise DraftElsewhere(kept=draft.kept_at)
    moment = at or database_time(session)
    if draft is None:
        _require_current(session, item_id, stamp)
        _forget_old(session, by, moment)
        draft = Draft(organisation_id=by.organisation, writer_id=by.id, item_id=item_id)
        session.add(draft)
    draft.fields, draft.kept_at = fields, moment
    session.flush()
    return draft


def of(session: Session, item_id: UUID, *, by: Actor) -> Draft | None:
    """Give what a writer has typed on an item and not saved."""
    return session.scalar(select(Draft).where(Draft.item_id == item_id, Draft.writer_id == by.id))


def of_new_items(session: Session, *, by: Actor) -> Sequence[Draft]:
    """Give a writer's drafts of items that were never saved, the latest first."""
    unsaved = ~exists().where(Item.id == Draft.item_id)
    return session.scalars(select(Draft).where(Draft.writer_id == by.id, unsaved).order_by(Draft.kept_at.desc())).all()


def discard(session: Session, item_id: UUID, *, by: Actor) -> None:
    """Let a writer's draft go, because the item was saved or the writer does not want it."""
    session.execute(delete(Draft).where(Draft.item_id == item_id, Draft.writer_id == by.id))


def first_words(fields: dict[str, Any]) -> str:
    """Give the beginning of the stem by which a writer knows a draft again."""
    return str((fields.get("stem") or [""])[0])[:80]


def _require_current(session: Session, item_id: UUID, stamp: str | None) -> None:
    item = session.get(Item, item_id)
    if item is not None and stamp != authoring.stamp_of(item.latest):
        raise EditedMeanwhile(code=item.code, number=item.latest.number)


def _forget_old(session: Session, by: Actor, moment: datetime) -> None:
    session.execute(delete(Draft).where(Draft.writer_id == by.id, Draft.kept_at < moment - KEPT_FOR))
