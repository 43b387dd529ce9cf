"""The answer sheet 答题卡 of a paper: boxes to fill in by number, lines to write on, over as many pages as it takes.

Geometry is in millimetres from the top left corner of the page; black corner marks on every page give it to a scanner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kaoping.itembank.booklet import PrintablePaper, PrintableSection
from kaoping.itembank.printing import fill, render
from kaoping.itembank.qr import qr_svg

STYLESHEETS = ("print.css", "answers.css")
ENGLISH_STYLESHEETS = (*STYLESHEETS, "answers-en.css")
TICKET_DIGITS = 12
_LEFT, _WIDTH = 20.0, 170.0
# The first page keeps its head for the candidate and its foot for the invigilators.
_FIRST_TOP, _FIRST_BOTTOM, _NEXT_TOP, _NEXT_BOTTOM = 98.0, 255.0, 24.0, 278.0
_HEADING, _AFTER_SECTION = 7.2, 1.6
_IN_BLOCK, _BLOCK_HEIGHT, _BLOCK_GAP = 5, 21.9, 1.0
_NUMBER_WIDTH, _BOX_PITCH, _LEAST_SPACE, _MOST_IN_ROW = 8.9, 4.74, 0.4, 8
_LINE_HEIGHT, _LINE_GAP = 9.0, 6.0


@dataclass(frozen=True)
class Heading:
    """The title of a section, or of its continuation on a further page."""

    top: float
    index: int
    section: PrintableSection
    first: int
    last: int
    continued: bool


@dataclass(frozen=True)
class Block:
    """Up to five numbers with their letters."""

    left: float
    top: float
    width: float
    numbers: range
    letters: str


@dataclass(frozen=True)
class Line:
    """The place to write one answer: a rule per blank, the unit behind the last; its further lines have no number."""

    left: float
    top: float
    width: float
    number: int | str
    blanks: int
    unit: str


@dataclass
class Page:
    """What stands on one page, and how far down it reaches."""

    top: float
    bottom: float
    placed: list[Heading | Block | Line] = field(default_factory=list)

    @property
    def headings(self) -> list[Heading]:
        """Titles, in reading order."""
        return [one for one in self.placed if isinstance(one, Heading)]


def _rows_of_blocks(section: PrintableSection, first: int) -> Iterator[list[Block]]:
    """Blocks of five, as many to a row as fit, spread over the column; tops are left at zero."""
    letters = section.letters
    width = _NUMBER_WIDTH + _BOX_PITCH * len(letters)
    in_row = min(_MOST_IN_ROW, int((_WIDTH + _LEAST_SPACE) / (width + _LEAST_SPACE)))
    pitch = width if in_row == 1 else (_WIDTH - width) / (in_row - 1)
    end = first + len(section.items)
    starts = range(first, end, _IN_BLOCK)
    for row in range(0, len(starts), in_row):
        yield [
            Block(_LEFT + place * pitch, 0, width, range(start, min(start + _IN_BLOCK, end)), letters)
            for place, start in enumerate(starts[row : row + in_row])
        ]


def _rows_of_lines(section: PrintableSection, first: int) -> Iterator[list[Line]]:
    """Two answers to a row where both have one blank, else one; tops are left at zero."""
    half = (_WIDTH - _LINE_GAP) / 2
    row: list[Line] = []
    for number, item in enumerate(section.items, first):
        blanks = max(item.blanks, 1)
        wide = blanks > 1
        if row and wide:
            yield row
            row = []
        left = _LEFT + (half + _LINE_GAP if row else 0)
        row.append(Line(left, 0, _WIDTH if wide else half, number, blanks, item.unit))
        if wide or len(row) == 2:  # noqa: PLR2004 - two columns
            yield row
            row = []
    if row:
        yield row


def _rows_of_writing(section: PrintableSection, first: int) -> Iterator[list[Line]]:
    """As many lines over the whole width as an answer in sentences takes, one where it is short; tops are zero."""
    for number, item in enumerate(section.items, first):
        asked = [(f"{number}({k})", part.item) for k, part in enumerate(item.parts, 1)] or [(str(number), item)]
        for label, one in asked:
            if one.handed_in:
                continue
            yield [Line(_LEFT, 0, _WIDTH, label, 1 if one.lines else max(one.blanks, 1), one.unit)]
            for _ in range(one.lines - 1):
                yield [Line(_LEFT, 0, _WIDTH, "", 1, "")]


def _rows(section: PrintableSection, first: int) -> tuple[float, list[Sequence[Block | Line]]]:
    """Rows of a section and the height of each."""
    if section.letters:
        return _BLOCK_HEIGHT + _BLOCK_GAP, list(_rows_of_blocks(section, first))
    if any(item.lines or item.parts or item.handed_in for item in section.items):
        return _LINE_HEIGHT, list(_rows_of_writing(section, first))
    return _LINE_HEIGHT, list(_rows_of_lines(section, first))


def lay_out(paper: PrintablePaper) -> list[Page]:
    """Place every number of a paper; a section that does not fit goes on overleaf under its repeated title."""
    pages = [Page(_FIRST_TOP, _FIRST_BOTTOM)]
    for index, (section, (first, last)) in enumerate(zip(paper.sections, paper.ranges, strict=True)):
        height, rows = _rows(section, first)
        titled = False
        for count, row in enumerate(rows):
            if pages[-1].top + height + (0 if titled else _HEADING) > pages[-1].bottom:
                pages.append(Page(_NEXT_TOP, _NEXT_BOTTOM))
                titled = False
            if not titled:
                pages[-1].placed.append(Heading(pages[-1].top, index, section, first, last, continued=count > 0))
                pages[-1].top += _HEADING
                titled = True
            pages[-1].placed += [_at(one, pages[-1].top) for one in row]
            pages[-1].top += height
        pages[-1].top += _AFTER_SECTION
    return pages


def _at(one: Block | Line, top: float) -> Block | Line:
    if isinstance(one, Block):
        return Block(one.left, top, one.width, one.numbers, one.letters)
    return Line(one.left, top, one.width, one.number, one.blanks, one.unit)


def answer_sheet_pdf(paper: PrintablePaper, *, sheet: str = "", ticket_digits: int = TICKET_DIGITS) -> bytes:
    """Print the answer sheet of a paper; ``sheet`` is the card's own number, in print and in its QR code.

    The QR code says the paper, with the letter of its variant behind a stroke: ``2026-3-0001-A/B``.
    """
    pages = lay_out(paper)
    form = f"{paper.form}/{paper.variant}" if paper.variant else paper.form
    label = f"{form} {sheet}".strip()
    template, sheets = ("answers-en.html", ENGLISH_STYLESHEETS) if paper.english else ("answers.html", STYLESHEETS)
    html = fill(template, paper=paper, pages=pages, sheet=sheet, label=label, ticket_digits=ticket_digits)
    return render(html, stylesheets=sheets, resources={"qr": qr_svg(label)})
