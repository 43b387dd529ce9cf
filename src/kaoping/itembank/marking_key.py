"""The marking key 标准答案与评分标准 of a paper or a variant, from a frozen value that knows no rows.

It is a document of its own, for those who mark and for nobody else: every page says 机密, and behind the text stand who
took it and when.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kaoping.itembank.printing import fill, render
from kaoping.itembank.scoring_rules import ScoringRule

STYLESHEETS = ("print.css", "key.css")
_IN_BLOCK = 5


@dataclass(frozen=True)
class KeyPoint:
    """A scoring point or criterion with its marks in the paper, and the levels of a criterion from best to poorest."""

    text: str
    marks: Decimal
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeyItem:
    """What the key says of a printed number; ``original`` is its number in the paper as it was assembled.

    ``points`` is what people give marks for; ``key`` then holds the model answer, if the item has one. A case has
    ``parts``, its sub-questions, each with its share of the marks as ``mark``.
    """

    number: int
    key: str
    code: str
    point: str
    source: str
    original: int
    points: tuple[KeyPoint, ...] = ()
    parts: "tuple[KeyItem, ...]" = ()
    mark: Decimal | None = None


def _batched(items: tuple[KeyItem, ...], size: int) -> Iterator[tuple[KeyItem, ...]]:
    return (items[first : first + size] for first in range(0, len(items), size))


@dataclass(frozen=True)
class KeySection:
    """Items of one type and one mark each; ``chosen`` where the answer is a letter of the answer sheet.

    ``apart`` are the marks by which two markers may differ, where people mark.
    """

    type: str
    mark: Decimal
    items: tuple[KeyItem, ...]
    chosen: bool
    scoring: str = ScoringRule.ALL_OR_NOTHING.value
    apart: Decimal | None = None

    @property
    def total(self) -> Decimal:
        """Marks of the whole section."""
        return self.mark * len(self.items)

    @property
    def blocks(self) -> Iterator[tuple[KeyItem, ...]]:
        """Five numbers at a time, as they stand on the answer sheet."""
        return _batched(self.items, _IN_BLOCK)

    @property
    def rows(self) -> Iterator[tuple[KeyItem, ...]]:
        """Items of a row of the table: two where the answer is a letter, one where it is written."""
        return _batched(self.items, 2 if self.chosen else 1)


@dataclass(frozen=True)
class MarkingKey:
    """Everything that the key shows; ``viewer`` and ``taken`` are who took it and when, ``trace`` leads there."""

    component: str
    occupation: str
    level_name: str
    form: str
    variant: str
    issuer: str
    pass_mark: Decimal
    sections: tuple[KeySection, ...]
    digest: str
    demonstration: bool
    viewer: str
    taken: str
    trace: str = ""

    @property
    def total(self) -> Decimal:
        """Marks of the whole paper."""
        return sum((section.total for section in self.sections), Decimal(0))

    @property
    def count(self) -> int:
        """Items of the whole paper."""
        return sum(len(section.items) for section in self.sections)


def marking_key_pdf(key: MarkingKey) -> bytes:
    """Print a marking key; the same value gives the same bytes. Raises `MissingGlyph` naming the item."""
    watermark = fill("key-watermark.svg", words=f"{key.viewer}　{key.taken}　{key.trace}").encode()
    return render(fill("key.html", key=key), stylesheets=STYLESHEETS, resources={"watermark": watermark})
