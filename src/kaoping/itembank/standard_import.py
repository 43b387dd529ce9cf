"""Taking a standard in from a workbook: everything is checked and shown first, and stored as a whole or not at all.

Between the two pages the document travels in the form, sealed for this person.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import sealed_form, standard_workbook, standards
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Stage, Standard
from kaoping.itembank.standard_document import StandardDocument
from kaoping.itembank.standard_workbook import Reading
from kaoping.itembank.structure import Occupation


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook says, and the standard of the same code and edition that is there already."""

    reading: Reading
    standing: Standard | None

    @property
    def takes(self) -> bool:
        """Whether the document can be stored."""
        return self.reading.document is not None and (self.standing is None or self.standing.stage is Stage.DRAFT)


def preview(session: Session, data: bytes) -> Preview:
    """Check a workbook and store nothing.

    Raises
    ------
    NotAnOfficeFile, OfficeFileTooLarge, OfficeFileSuspicious, FormulaFound, SheetTooLarge
    """
    reading = standard_workbook.read(data)
    return Preview(reading, _standing(session, reading.document) if reading.document else None)


def _standing(session: Session, document: StandardDocument) -> Standard | None:
    same = (Standard.code == document.code, Standard.edition == document.edition)
    return session.scalars(select(Standard).where(*same)).one_or_none()


def take(session: Session, document: StandardDocument, *, by: Actor, at: datetime | None = None) -> Standard:
    """Store a checked document as a draft; a draft of the same code and edition is replaced."""
    standard = standards.create(session, document, by=by, at=at)
    if document.occupation_code:
        query = select(Occupation.id).where(Occupation.code == document.occupation_code)
        standard.occupation_id = session.scalars(query).one_or_none()
    return standard


def sealed(document: StandardDocument, *, by: Actor) -> str:
    """Seal a checked document for the form of the second page."""
    return sealed_form.sealed(document.model_dump_json().encode(), _place(by))


def unsealed(text: str, *, by: Actor) -> StandardDocument:
    """Open what `sealed` gave to the same person."""
    return StandardDocument.model_validate_json(sealed_form.unsealed(text, _place(by)))


def _place(by: Actor) -> str:
    return f"standard-import:{by.organisation}:{by.id}"
