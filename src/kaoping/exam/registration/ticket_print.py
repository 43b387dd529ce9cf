"""The printed admission ticket 准考证: the ticket above the fold, the candidate's instructions below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kaoping.certificates.layout_sheets import TICKET, Block, SheetLayout, usual
from kaoping.certificates.photo import prepared
from kaoping.certificates.sheet_pictures import sheet_resources, sheet_underlay
from kaoping.itembank.printing import fill, render
from kaoping.itembank.qr import qr_svg

STYLESHEETS = ("print.css", "ticket.css", "sheet.css")


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


def ticket_pdf(
    ticket: PrintableTicket,
    sheet: SheetLayout | None = None,
    *,
    printed_at: datetime,
    photo: bytes | None = None,
    uploaded: Mapping[str, bytes] | None = None,
) -> bytes:
    """Print a ticket by a layout of its organisation, or as the package does; ``printed_at`` is local time.

    ``uploaded`` are the pictures of the layout. The same arguments give the same bytes.

    Raises `kaoping.itembank.print_errors.MissingGlyph` and `kaoping.certificates.errors.PhotoUnusable`.
    """
    chosen = sheet or usual(TICKET)
    blocks = [block for block in chosen.blocks if block is not Block.NOTES or chosen.notes]
    printed = f"{printed_at:%Y-%m-%d %H:%M}"
    html = fill(
        "ticket.html", ticket=ticket, sheet=chosen, blocks=blocks, photo=photo is not None, printed=printed
    )  # fmt: skip
    pictures = {"qr": qr_svg(ticket.check_in)} | ({"photo": prepared(photo)} if photo else {})
    resources = pictures | sheet_resources(chosen, uploaded or {})
    return render(html, stylesheets=STYLESHEETS, resources=resources, underlay=sheet_underlay(chosen))
