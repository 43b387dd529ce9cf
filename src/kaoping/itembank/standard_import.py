"""Taking a standard in from a file: everything is checked and shown first, and stored as a whole or not at all.

Between the two pages the document travels in the form, sealed for this person.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import sealed_form, standard_workbook, standards
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Stage, Standard
from kaoping.itembank.standard_document import StandardDocument
from kaoping.itembank.standard_word import DraftMoved
from kaoping.itembank.standard_workbook import Reading


class _Checked(BaseModel):
    """What travels to the second page."""

    document: StandardDocument
    version: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook says, and the standard of the same code and edition that is there already."""

    reading: Reading
    standing: Standard | None

    @property
    def document(self) -> StandardDocument | None:
        """What would be stored."""
        return self.reading.document

    @property
    def version(self) -> int | None:
        """The version of the draft that would be replaced."""
        return self.standing.version if self.standing else None

    @property
    def takes(self) -> bool:
        """Whether the document can be stored."""
        return self.document is not None and (self.standing is None or self.standing.stage is Stage.DRAFT)


def preview(session: Session, data: bytes) -> Preview:
    """Check a workbook and store nothing.

    Raises
    ------
    NotAnOfficeFile, OfficeFileTooLarge, OfficeFileSuspicious, FormulaFound, SheetTooLarge
    """
    return beside(session, standard_workbook.read(data))


def of_document(session: Session, document: StandardDocument) -> Preview:
    """Show a document that was read elsewhere beside what is there."""
    parts = {
        "levels": document.levels, "modules": document.modules, "weights": document.ranges,
        "tiers": document.subranges, "contents": document.contents, "points": document.points,
    }  # fmt: skip
    return beside(session, Reading(document, {name: len(rows) for name, rows in parts.items()}, []))


def beside(session: Session, reading: Reading) -> Preview:
    """Find the standard that a document would replace."""
    return Preview(reading, _standing(session, reading.document) if reading.document else None)


def _standing(session: Session, document: StandardDocument, *, lock: bool = False) -> Standard | None:
    query = select(Standard).where(Standard.code == document.code, Standard.edition == document.edition)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def take(
    session: Session, document: StandardDocument, *, seen: int | None, by: Actor, at: datetime | None = None
) -> Standard:
    """Store a checked document as a draft, in place of the draft whose version was ``seen`` (none: there was none).

    Raises
    ------
    DraftMoved : somebody changed or began the draft since the document was checked.
    """
    standing = _standing(session, document, lock=True)
    if standing is not None:
        standards.refuse_fixed(standing)
    if seen != (standing.version if standing else None):
        raise DraftMoved
    return standards.create(session, document, by=by, at=at)


def sealed(seen: Preview, *, by: Actor) -> str:
    """Seal a checked document for the form of the second page, with the version of the draft that it replaces."""
    return sealed_form.sealed(
        _Checked.model_validate(seen, from_attributes=True).model_dump_json().encode(), _place(by)
    )


def unsealed(text: str, *, by: Actor) -> tuple[StandardDocument, int | None]:
    """Open what `sealed` gave to the same person."""
    checked = _Checked.model_validate_json(sealed_form.unsealed(text, _place(by)))
    return checked.document, checked.version


def _place(by: Actor) -> str:
    return f"standard-import:{by.organisation}:{by.id}"
