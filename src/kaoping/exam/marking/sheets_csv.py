"""Score sheets as CSV: a list to fill in, and its way back; all lines are taken, or none."""

import csv
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from io import StringIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam import lists
from kaoping.exam.marking import listing, sheets
from kaoping.exam.marking.errors import LineWrong, ListWithoutColumn, TicketTwice, TicketUnknown
from kaoping.exam.marking.models import ScoreSheet, SheetOrigin
from kaoping.exam.registration.models import Application, Exam
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import KaopingError

#: What the column of the ticket may be called; the first is the one that the list to fill in uses.
TICKET = ("准考证号", "准考证", "ticket")


def template(session: Session, exam: Exam, *, by: Actor) -> str:
    """Give the list of an exam with the assessor's own marks so far."""
    codes = [task.code for task in sheets.tasks_of(session, exam)]
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([TICKET[0], *codes])
    for line in listing.lines(session, exam, by=by):
        marks: Mapping[str, str] = line.own.marks if line.own else {}
        writer.writerow([line.application.ticket, *(marks.get(code, "") for code in codes)])
    return out.getvalue()


def read(data: bytes, *, codes: list[str]) -> dict[str, tuple[int, dict[str, Decimal]]]:
    """Read a filled list: for each ticket its line number and its marks by task.

    Raises
    ------
    Invalid
        The file cannot be read, a column is missing, or a ticket stands twice.
    """
    text, _ = lists.decoded(data, titles=TICKET)
    records = lists.records(text)
    titles = next(records, (1, []))[1]
    place = {title.strip(): number for number, title in enumerate(titles)}
    ticket = next((place[name] for name in TICKET if name in place), None)
    for wanted, known in ((TICKET[0], ticket is not None), *((code, code in place) for code in codes)):
        if not known:
            raise ListWithoutColumn(column=wanted, found=", ".join(filter(None, titles)) or "--")
    found: dict[str, tuple[int, dict[str, Decimal]]] = {}
    for line, cells in records:
        padded = cells + [""] * (len(titles) - len(cells))
        number = padded[ticket or 0]
        if number in found:
            raise TicketTwice(ticket=number, first=found[number][0], line=line)
        found[number] = line, {code: sheets.parse_mark(padded[place[code]]) for code in codes}
    return found


def enter(session: Session, exam_id: UUID, data: bytes, *, by: Actor, at: datetime | None = None) -> list[ScoreSheet]:
    """Enter an assessor's own sheets from a filled list; any wrong line refuses the whole list.

    Raises
    ------
    LineWrong
        Names the line and what is wrong with it.
    """
    exam = session.get_one(Exam, exam_id)
    rows = read(data, codes=[task.code for task in sheets.tasks_of(session, exam)])
    query = select(Application).where(Application.exam_id == exam.id, Application.ticket.in_(rows))
    known = {application.ticket: application for application in session.scalars(query)}
    entered = []
    for ticket, (line, marks) in rows.items():
        if ticket not in known:
            raise TicketUnknown(ticket=ticket, line=line, exam=exam.name)
        try:
            entered.append(sheets.enter(session, known[ticket].id, marks, by=by, at=at, origin=SheetOrigin.CSV))
        except KaopingError as error:
            raise LineWrong(line=line, reason=error) from error
    return entered
