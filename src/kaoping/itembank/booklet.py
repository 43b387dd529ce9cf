"""A paper on paper: the booklet 试卷 that candidates read, from a frozen value that knows no rows.

Stems and options arrive as safe HTML, already rendered and cleaned; their pictures and formulas as ``kp:`` resources.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from types import MappingProxyType

from markupsafe import Markup

from kaoping.itembank.bodies.base import ALPHABET
from kaoping.itembank.print_errors import FormulaNotDrawn
from kaoping.itembank.printing import fill, render
from kaoping.itembank.scoring_rules import ScoringRule

STYLESHEETS = ("print.css", "paper.css")
ENGLISH_STYLESHEETS = (*STYLESHEETS, "paper-en.css")
CHOICE_TYPES = ("single_choice", "multiple_choice", "hotspot")
#: Types that are answered by several letters in an order, which are written and not filled in.
WRITTEN_LETTERS = ("matching", "ordering", "cloze")
_ANSWER_BRACKETS, _ENGLISH_BRACKETS = Markup("（　　）"), Markup(" (&#8195;&#8195;)")
_HAS_BRACKETS = re.compile(r"（[\s　]*）|\([\s　]*\)")
_BETWEEN_PARAGRAPHS = re.compile(r"</p>\s*<p>")
_PARAGRAPH = re.compile(r"</?p>")
_BLANK = re.compile(r"_{4,}")
_GAP = re.compile(r'<span class="gap">[^<]*</span>')
# Options stand four in a row up to this width of the widest (in em), two in a row up to the second.
_FOUR_IN_A_ROW, _TWO_IN_A_ROW = 6.0, 15.0
_NARROW_EM = 0.55


@dataclass(frozen=True)
class PrintableItem:
    """One item as it is printed: blanks are counted for the answer sheet, the unit stands behind its line.

    ``options`` is everything that has letters; ``left`` the numbered side of pairs; ``figure`` a picture with ``areas``
    lettered areas; ``lines`` what an answer in sentences is written on, and ``length`` how long it is; a case has a
    ``stimulus`` and ``parts``, its sub-questions.
    """

    stem: Markup
    options: tuple[Markup, ...] = ()
    blanks: int = 0
    unit: str = ""
    left: tuple[Markup, ...] = ()
    figure: Markup | None = None
    areas: int = 0
    lines: int = 0
    length: str = ""
    #: Whether the answer is a file, for which nothing is written.
    handed_in: bool = False
    stimulus: Markup | None = None
    parts: "tuple[PrintablePart, ...]" = ()


@dataclass(frozen=True)
class PrintablePart:
    """A sub-question of a case: its type and its share of the marks."""

    type: str
    mark: Decimal
    item: PrintableItem


@dataclass(frozen=True)
class PrintableSection:
    """Items of one type and one mark each, marked by one rule; type ``written`` mixes ``fill_in`` and ``numeric``."""

    type: str
    mark: Decimal
    items: tuple[PrintableItem, ...]
    instruction: str = ""
    scoring: str = ScoringRule.ALL_OR_NOTHING.value

    @property
    def total(self) -> Decimal:
        """Marks of the whole section."""
        return self.mark * len(self.items)

    @property
    def letters(self) -> str:
        """Letters to be filled in on the answer sheet; empty where the answer is written."""
        if self.type == "true_false":
            return "AB"
        if self.type in WRITTEN_LETTERS:
            return ""
        return ALPHABET[: max((len(item.options) or item.areas for item in self.items), default=0)]


@dataclass(frozen=True)
class PrintablePaper:
    """Everything that a booklet and its answer sheet show.

    ``component`` is what is examined, 理论知识; ``provenance`` the label of machine-assisted items, printed on every
    page; ``digest`` the hexadecimal digest of the paper or its variant; empty ``notices`` print the standing ones;
    ``variant`` is the letter of the variant 卷型, empty for the paper as it was assembled. With ``english``
    all texts are English, and so are the fixed words of print.
    """

    component: str
    occupation: str
    level_name: str
    form: str
    issuer: str
    minutes: int
    pass_mark: Decimal
    sections: tuple[PrintableSection, ...]
    digest: str
    demonstration: bool
    provenance: str = ""
    notices: tuple[str, ...] = ()
    resources: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    variant: str = ""
    english: bool = False

    @property
    def marked_form(self) -> str:
        """The paper's number, with the letter of its variant where there is one: what every page carries."""
        word = " variant " if self.english else " 卷型"
        return f"{self.form}{word}{self.variant}" if self.variant else self.form

    @property
    def total(self) -> Decimal:
        """Marks of the whole paper."""
        return sum((section.total for section in self.sections), Decimal(0))

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """First and last running number of each section."""
        ends = [sum(len(one.items) for one in self.sections[: k + 1]) for k in range(len(self.sections))]
        return [(end - len(one.items) + 1, end) for end, one in zip(ends, self.sections, strict=True)]


def em_width(text: str) -> float:
    """Estimate the width of a line of text in em: Chinese takes one, Latin about half."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else _NARROW_EM for one in text)


def columns(options: tuple[Markup, ...]) -> int:
    """How many options stand in a row: four, two or one.

    >>> columns((Markup("GB"), Markup("GB/T")))
    4
    """
    widest = max((em_width(option.striptags()) for option in options), default=0.0)
    pictured = any("<img" in option for option in options)
    if widest <= _FOUR_IN_A_ROW and not pictured:
        return 4
    return 2 if widest <= _TWO_IN_A_ROW else 1


def numbered_gaps(html: Markup, *, english: bool = False) -> Markup:
    """Number the gaps of a stem, so that letters on the answer sheet find their gap."""
    numbers, (left, right) = count(1), "()" if english else "（）"
    return Markup(_GAP.sub(lambda _: f'<span class="gap">　{left}{next(numbers)}{right}　</span>', html))  # noqa: S704 - safe before


def inline(html: Markup) -> Markup:
    """Bring rendered Markdown into a list item: paragraphs become lines, blanks become ruled gaps.

    A paragraph within a list item breaks the tagged structure that PDF/UA asks for. Raises `FormulaNotDrawn` for
    MathML, which the printer would set as a row of letters.
    """
    if "<math" in html:
        raise FormulaNotDrawn
    lines = _BETWEEN_PARAGRAPHS.sub("<br>", html.strip())
    return Markup(_BLANK.sub('<span class="gap">　　　　</span>', _PARAGRAPH.sub("", lines)))  # noqa: S704 - safe before


def stem_line(item: PrintableItem, kind: str, english: bool = False) -> Markup:  # noqa: FBT001, FBT002 - a template's
    """Write a stem with the brackets its answer goes into, unless it has its own."""
    stem = numbered_gaps(inline(item.stem), english=english) if kind == "cloze" else inline(item.stem)
    stem += item.length
    bracketed = kind in {"true_false", *CHOICE_TYPES} and not _HAS_BRACKETS.search(stem.striptags())
    return stem + (_ENGLISH_BRACKETS if english else _ANSWER_BRACKETS) if bracketed else stem


def booklet_pdf(paper: PrintablePaper) -> bytes:
    """Print the booklet; the same paper gives the same bytes.

    Raises `kaoping.itembank.print_errors.MissingGlyph` naming the item, and ``ResourceRefused`` for a picture that
    is not among the paper's resources.
    """
    template, sheets = ("paper-en.html", ENGLISH_STYLESHEETS) if paper.english else ("paper.html", STYLESHEETS)
    html = fill(template, paper=paper, stem_line=stem_line, inline=inline, columns=columns, letters=ALPHABET)
    return render(html, stylesheets=sheets, resources=paper.resources)
