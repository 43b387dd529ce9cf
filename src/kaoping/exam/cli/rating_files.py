"""Files of ratings: one row for each rating, or one for each person and rater with a column for every item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.exam.cli.tables import FileUnreadable, Row, read_rows, whole

if TYPE_CHECKING:
    from kaoping.scoring.raters import Ratings

PERSON, RATER, ITEM, RATING, WEIGHT = "person", "rater", "item", "rating", "weight"
ROLES = (PERSON, RATER, ITEM, RATING, WEIGHT)
NOT_RATED = ("", "NA")
_DECIMAL_ZERO = ".0"


@dataclass(frozen=True)
class Columns:
    """Which columns of the file mean what: the header's name of each role, the items if they have columns of their own.

    ``further`` are columns that tell ratings apart beside rater and item, such as an occasion or a group of persons.
    """

    named: Mapping[str, str]
    items: Sequence[str] = ()
    further: Sequence[str] = ()

    def of(self, role: str) -> str:
        """Give the name of the column with a role in the header."""
        return self.named.get(role, role)


def read_ratings(
    file: Path, columns: Columns, *, scale: tuple[int, int] | None = None
) -> tuple["Ratings", tuple[str, ...]]:
    """Read ratings, and tell which columns nobody named were taken as items; an empty cell or ``NA`` was not rated.

    Raises
    ------
    FileUnreadable, RowUneven, CellUnusable, NameTwice
        With file, row, column, and what to do.
    BadRatings
        What no single cell is to blame for, such as ratings that are all alike.
    """
    from kaoping.scoring.raters import Ratings

    needed = [columns.of(PERSON), columns.of(RATER), *columns.items, *columns.further]
    rows = read_rows(file, needed)
    layout = _Layout(file, rows[0].columns, columns)
    ratings, weights = list[int](), list[float]()
    seen = dict[tuple[str, ...], int]()
    for row in rows:
        weight = layout.weight(row)
        for names, column in layout.cells(row):
            if row[column] in NOT_RATED:
                continue
            ratings.append(_rating(row, column, scale))
            weights.append(weight)
            if names in seen:
                raise row.refuse(column, _twice(seen[names], layout.facets))
            seen[names] = row.line
    if not ratings:
        raise FileUnreadable(file=file, reason="it has no ratings; give whole numbers in the column of the rating")
    person, *facets = zip(*seen, strict=True)
    named = dict(zip(layout.facets, facets, strict=True))
    taken = () if layout.long or columns.items else layout.items
    return Ratings.from_columns(person, ratings, named, weight=weights, scale=scale), taken


def _twice(line: int, facets: Sequence[str]) -> str:
    told = ", ".join(facets)
    return (
        f"is a second rating of this person by the same {told} (the first is in row {line}); leave one out, or name a "
        "column that tells them apart by --facet"
    )


def _rating(row: Row, column: str, scale: tuple[int, int] | None) -> int:
    text = row[column]
    value = whole(text.removesuffix(_DECIMAL_ZERO))
    if value is None:
        raise row.refuse(column, "is not a rating, a whole number; leave it empty if nothing was rated")
    if scale and not scale[0] <= value <= scale[1]:
        raise row.refuse(column, f"is off the scale {scale[0]} to {scale[1]}; mend it or give another --scale")
    return value


class _Layout:
    """How a row of the file gives ratings: one in the column of the rating, or one for each item."""

    def __init__(self, file: Path, header: Sequence[str], columns: Columns) -> None:
        self.columns = columns
        self.rating = columns.of(RATING)
        self.long = not columns.items and self.rating in header
        fixed = {columns.of(PERSON), columns.of(RATER), columns.of(WEIGHT), *columns.further}
        self.items = tuple(columns.items) or tuple(name for name in header if name not in fixed)
        self.has_item = self.long and columns.of(ITEM) in header
        self.weighted = columns.of(WEIGHT) in header
        if not self.long and not self.items:
            raise FileUnreadable(file=file, reason=f"it has no column {self.rating} and no columns of items")
        further = [name for name in columns.further if name != columns.of(ITEM) or not self.has_item]
        self.further = [name for name in further if name != columns.of(RATER)]
        self.facets = [RATER, *([] if self.long and not self.has_item else [ITEM]), *self.further]

    def cells(self, row: Row) -> Iterator[tuple[tuple[str, ...], str]]:
        """Give person and elements of every rating that the row may hold, with its column."""
        columns = self.columns
        names = [self._name(row, columns.of(PERSON)), self._name(row, columns.of(RATER))]
        further = [self._name(row, name) for name in self.further]
        if self.long:
            item = [self._name(row, columns.of(ITEM))] if self.has_item else []
            yield (*names, *item, *further), self.rating
            return
        for item_name in self.items:
            yield (*names, item_name, *further), item_name

    def weight(self, row: Row) -> float:
        """Give the weight of the ratings of a row."""
        if not self.weighted:
            return 1.0
        column = self.columns.of(WEIGHT)
        value = row.number(column)
        if value <= 0:
            raise row.refuse(column, "is not positive; leave the row out if it is not to count")
        return value

    @staticmethod
    def _name(row: Row, column: str) -> str:
        if not row[column]:
            raise row.refuse(column, "is no name; give every rating one")
        return row[column]


def read_anchors(file: Path, ratings: "Ratings") -> dict[str, dict[str, float]]:
    """Read known measures: facet, element, measure, as `kaoping raters` writes them.

    Empty ones are passed over, and those of interactions such as ``rater:item``, which are estimated anew.

    Raises
    ------
    FileUnreadable, RowUneven, CellUnusable
        With file, row, column, and what to do.
    """
    found = dict[str, dict[str, float]]()
    for row in read_rows(file, ["facet", "element", "measure"]):
        facet, element = row["facet"], row["element"]
        if not row["measure"] or (":" in facet and facet not in ratings.facets):
            continue
        if facet not in ratings.facets and facet != "steps":
            raise row.refuse("facet", f"is no facet of the ratings; there are {', '.join(ratings.facets)} and steps")
        if facet in ratings.facets and element not in ratings.facets[facet]:
            raise row.refuse("element", f"does not occur among the ratings as {facet}; leave this row out")
        if element in found.setdefault(facet, {}):
            raise row.refuse("element", f"is a second time an anchor of {facet}; give each one measure")
        found[facet][element] = row.number("measure")
    return found
