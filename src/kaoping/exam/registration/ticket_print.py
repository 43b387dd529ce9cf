"""The printed admission ticket 准考证: the ticket above the fold, the candidate's instructions below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kaoping.certificates.ground import report_ground
from kaoping.certificates.photo import prepared
from kaoping.itembank.printing import Underlay, fill, render
from kaoping.itembank.qr import qr_svg

STYLESHEETS = ("print.css", "ticket.css")


@dataclass(frozen=True)
class PlannedComponent:
    """One component of the timetable: what, how, when, where; local times as they are printed."""

    component: str
    mode: str
    day: str
    time: str
    site: str
    address: str
    room: str
    seat: str


@dataclass(frozen=True)
class PrintableTicket:
    """Everything a ticket shows; ``facts`` are label and value, ``check_in`` is what the QR code holds.

    ``rules`` are the batch's own instructions; none prints the standing ones.
    """

    number: str
    batch: str
    facts: tuple[tuple[str, str], ...]
    plan: tuple[PlannedComponent, ...]
    issuer: str
    phone: str
    check_in: str
    demonstration: bool
    rules: Sequence[str] = ()


def ticket_pdf(ticket: PrintableTicket, *, printed_at: datetime, photo: bytes | None = None) -> bytes:
    """Print a ticket; ``printed_at`` is local time. The same arguments give the same bytes.

    Raises `kaoping.itembank.print_errors.MissingGlyph` and `kaoping.certificates.errors.PhotoUnusable`.
    """
    html = fill("ticket.html", ticket=ticket, photo=photo is not None, printed=f"{printed_at:%Y-%m-%d %H:%M}")
    pictures = {"qr": qr_svg(ticket.check_in)} | ({"photo": prepared(photo)} if photo else {})
    return render(html, stylesheets=STYLESHEETS, resources=pictures, underlay=Underlay(report_ground()))
