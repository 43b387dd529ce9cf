"""Which pairs of persons are compared: everybody, pairs by name, neighbours by their seats, or those of a room."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kaoping.exam.cli.measurement import FileUnreadable, NameTwice, Refused, Row, path_option, read_rows

if TYPE_CHECKING:
    from kaoping.scoring.integrity import Comparison, Seat

PERSON, ROOM = "person", "room"

Anything = TypeVar("Anything", bound=Callable[..., Any])


def pairing_options(command: Anything) -> Anything:
    """Take the options that say which pairs are compared."""
    for option in (
        click.option(
            "--known-abilities",
            is_flag=True,
            help="The test as published, as if abilities were known: without the correction for estimating them.",
        ),
        click.option("--rows", type=click.IntRange(0), help="Write no more pairs to --out than this and the flagged."),
        click.option(
            "--least",
            type=click.IntRange(1),
            default=1,
            show_default=True,
            help="Fewest items that both answered of a pair that is judged.",
        ),
        click.option(
            "--omissions",
            type=click.Choice(["leave", "option"]),
            default="leave",
            show_default=True,
            help="Leave omitted items out of the comparison, or take leaving out as one more option.",
        ),
        path_option("--pairs", help="CSV with two columns, first and second: compare only these persons."),
        click.option(
            "--reach",
            type=click.IntRange(0),
            default=1,
            show_default=True,
            help="How many rows and columns apart neighbours may sit; 0 compares everybody in the room.",
        ),
        path_option("--seats", help="CSV with person, room, row, column: compare neighbours only."),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Pairing:
    """Which pairs are compared; ``seats`` by person, if they are known."""

    comparison: "Comparison"
    seats: "dict[str, Seat]"
    words: str


def read_pairing(persons: Sequence[str], seats: Path | None, reach: int, pairs: Path | None) -> Pairing:
    """Read seats or pairs; everybody is compared with everybody if there are none.

    Raises
    ------
    Refused
        Both are given.
    FileUnreadable, CellUnusable, NameTwice
        A person has no seat or is unknown, or two have one seat.
    """
    from kaoping.scoring.integrity import Comparison

    if seats and pairs:
        raise Refused("--seats and --pairs both say who is compared; give one of them.")
    if pairs:
        named = _named(pairs, persons)
        return Pairing(Comparison(named=named), {}, f"{len(named)} pairs of {pairs}")
    if seats is None:
        return Pairing(Comparison(), {}, "everybody with everybody")
    columns = [PERSON, ROOM, "row", "column"] if reach else [PERSON, ROOM]
    rows = {row[PERSON]: row for row in read_rows(seats, columns, unique=PERSON)}
    if lacking := [name for name in persons if name not in rows]:
        raise FileUnreadable(file=seats, reason=f"it has no seat for person {lacking[0]}")
    known = _seats(rows.values()) if {"row", "column"} <= set(next(iter(rows.values())).columns) else {}
    if reach:
        return Pairing(Comparison(seats=known, reach=reach), known, f"neighbours up to {reach} rows and columns apart")
    return Pairing(Comparison(rooms={name: row[ROOM] for name, row in rows.items()}), known, "everybody in a room")


def _named(file: Path, persons: Sequence[str]) -> list[tuple[str, str]]:
    known = set(persons)
    rows = read_rows(file, ["first", "second"])
    for row in rows:
        for column in ("first", "second"):
            if row[column] not in known:
                raise row.refuse(column, "is no person of the answers; use the names in their column person")
        if row["first"] == row["second"]:
            raise row.refuse("second", "is the first person again; name two persons")
    return [(row["first"], row["second"]) for row in rows]


def _seats(rows: Iterable[Row]) -> "dict[str, Seat]":
    from kaoping.scoring.integrity import Seat

    found: dict[str, Seat] = {}
    taken: set[Seat] = set()
    for row in rows:
        seat = Seat(row[ROOM], row.whole("row"), row.whole("column"))
        if seat in taken:
            place = f"room {seat.room}, row {seat.row}, column {seat.column}"
            raise NameTwice(file=row.file, row=row.line, column=row.columns.index("column") + 1, name=place)
        taken.add(seat)
        found[row[PERSON]] = seat
    return found
