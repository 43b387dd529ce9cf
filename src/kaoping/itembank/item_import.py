"""Taking many items in from a workbook: all is checked and shown first, and written as drafts, all or none.

Between the two pages the items travel in the form, sealed for this person; nothing is kept on disk meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, item_workbook, sealed_form, standards, text_index, turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.authoring import Draft, StandardNotPublished
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError
from kaoping.itembank.item_workbook import Reading, Row
from kaoping.itembank.items import Item
from kaoping.itembank.models import StandardState
from kaoping.itembank.text_index import Likeness
from kaoping.itembank.trail import record

SEALED_MOST: Final = 1_500_000
"""Characters of the sealed items in a form, which takes two megabytes."""


class ImportTooLong(ItemBankError, Invalid):
    """The texts of the rows are too long together to travel in a form."""

    sentence = N_("The texts of this file are too long together; divide the file.")


class LikenessNotLookedAt(ItemBankError, Conflict):
    """Items that say nearly the same as others are taken in by a person who says so."""

    sentence = N_("Some items say nearly the same as others. Go back, look at them, and tick that all are to be taken.")


@dataclass(frozen=True, slots=True)
class Twin:
    """A row that says nearly the same as an earlier row of the file."""

    row: int
    earlier: int
    share: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook says, rows that are alike, and rows that are like items of the bank."""

    reading: Reading
    twins: list[Twin]
    known: list[tuple[int, Likeness]]

    @property
    def takes(self) -> bool:
        """Whether all rows can be written."""
        return not self.reading.faults

    @property
    def alike(self) -> bool:
        """Whether a person has to look before the rows are written."""
        return bool(self.twins or self.known)


class _Checked(BaseModel):
    alike: bool
    rows: list[Row]


def preview(session: Session, standard_id: UUID, data: bytes, *, by: Actor) -> Preview:
    """Check a workbook and store nothing.

    Raises
    ------
    Missing, StandardNotPublished, NotAnOfficeFile, OfficeFileTooLarge, OfficeFileSuspicious, FormulaFound,
    SheetTooLarge
    """
    standard = standards.get(session, standard_id)
    if standard.state is not StandardState.PUBLISHED:
        raise StandardNotPublished(code=standard.code)
    reading = item_workbook.read(data, standard.levels, standards.points(session, standard_id))
    return Preview(reading, _twins(reading.rows), _known(session, reading.rows, by))


def _twins(rows: Sequence[Row]) -> list[Twin]:
    pairs = text_index.twins([row.body for row in rows])
    return [Twin(rows[later].number, rows[earlier].number, share) for earlier, later, share in pairs]


def _known(session: Session, rows: Sequence[Row], by: Actor) -> list[tuple[int, Likeness]]:
    if not rows:
        return []
    found = text_index.alike(session, [row.body for row in rows], by.organisation)
    return [(row.number, each) for row, likenesses in zip(rows, found, strict=True) for each in likenesses]


def sealed(seen: Preview, *, by: Actor) -> str:
    """Seal checked rows for the form of the second page.

    Raises
    ------
    ImportTooLong
    """
    plain = _Checked(alike=seen.alike, rows=seen.reading.rows).model_dump_json().encode()
    text = sealed_form.sealed(plain, _place(by))
    if len(text) > SEALED_MOST:
        raise ImportTooLong
    return text


def take(
    session: Session, sealed_: str, *, by: Actor, looked: bool = False, at: datetime | None = None
) -> list[Item]:  # fmt: skip
    """Write every row as a draft of this person's; taking the same form twice makes each item once.

    Raises
    ------
    ImportNotYours, LikenessNotLookedAt
    """
    checked = _Checked.model_validate_json(sealed_form.unsealed(sealed_, _place(by)))
    if checked.alike and not looked:
        raise LikenessNotLookedAt
    turns.take(session, _place(by))
    wanted = [row.item_id for row in checked.rows]
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(wanted)))}
    if new := [_draft(row) for row in checked.rows if row.item_id not in items]:
        made = authoring.write_many(session, new, by=by, at=at)
        items |= {item.id: item for item in made}
        standard = made[0].level.standard
        record(
            session, "items_imported", standard, by=by, at=at, code=standard.code, edition=standard.edition,
            items=len(made),
        )  # fmt: skip
    return [items[item_id] for item_id in wanted]


def _draft(row: Row) -> Draft:
    return Draft(
        row.item_id, row.level_id, row.point_id, row.body, row.source, row.difficulty, row.consistency, row.ai_assisted
    )


def _place(by: Actor) -> str:
    return f"item-import:{by.organisation}:{by.id}"
