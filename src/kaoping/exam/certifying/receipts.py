"""The list of a batch to be signed on receipt 证书发放登记表: number, name, serial, and room for a signature."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kaoping.certificates import register
from kaoping.exam import clock
from kaoping.exam.certifying import batches, printings
from kaoping.exam.certifying.issuing import Opened
from kaoping.exam.certifying.models import CertificatePrinting
from kaoping.exam.certifying.print_file import PrintFile
from kaoping.exam.certifying.printings import written
from kaoping.exam.certifying.storing import SealedFile
from kaoping.exam.people.models import Organisation
from kaoping.itembank.printing import fill, render

STYLESHEETS: Final = ("print.css", "receipts.css")
#: Lines that are set at once.
LINES: Final = 600


@dataclass(frozen=True, slots=True)
class Receipt:
    """A line of the list."""

    place: int
    name: str
    number: str
    level: str
    serial: str


def write(opened: Opened, batch_id: UUID, out: SealedFile, *, at: datetime) -> None:
    """Write the list of a batch, by serial: of a spoiled sheet the replacement, of what is not in force nothing."""
    with opened() as session:
        facts = _facts(session, batch_id, at)
    lots = [pdf_of(lines, facts) for lines in _lots(opened, batch_id, at)]
    if len(lots) == 1:
        out.write(lots[0])
        return
    joined = PrintFile(out)
    for one in lots:
        joined.add(one)
    joined.finish()


def _facts(session: Session, batch_id: UUID, at: datetime) -> dict[str, object]:
    """Give what stands above the list."""
    batch = batches.find(session, batch_id)
    organisation = session.get_one(Organisation, batch.organisation_id)
    listed = printings.to_give_out(batch_id, at=at).order_by(None).subquery()
    return {
        "issuer": organisation.name, "demonstration": organisation.demonstration, "batch": batch.number,
        "exam": batch.exam.name if batch.exam else "", "made": clock.local(at).strftime("%Y-%m-%d %H:%M"),
        "total": session.scalars(select(func.count()).select_from(listed)).one(),
    }  # fmt: skip


def pdf_of(lines: Sequence[Receipt], facts: dict[str, object]) -> bytes:
    """Set some lines of the list."""
    return render(fill("receipts.html", lines=lines, **facts), stylesheets=STYLESHEETS, resources={})


def _lots(opened: Opened, batch_id: UUID, at: datetime) -> Iterator[list[Receipt]]:
    query = printings.to_give_out(batch_id, at=at).options(joinedload(CertificatePrinting.certificate))
    start, rows = 0, True
    while rows:
        with opened() as session:
            found = session.scalars(query.limit(LINES).offset(start)).all()
            lines = [_receipt(place, row) for place, row in enumerate(found, start=start + 1)]
        if lines:
            yield lines
        start, rows = start + LINES, len(lines) == LINES


def _receipt(place: int, row: CertificatePrinting) -> Receipt:
    award = register.award_of(row.certificate)
    return Receipt(place, award.name, row.certificate.number, award.level_name, written(row.serial))
