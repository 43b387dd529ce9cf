"""Times of persons on items as CSV, and the parameters of times as CSV; shared by the commands that use times."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kaoping.exam.cli.measurement import NOT_PRESENTED_WORDS, Cells, FileUnreadable, path_option, read_cells, read_rows

if TYPE_CHECKING:
    from kaoping.scoring.integrity.lognormal import TimeParameters
    from kaoping.scoring.integrity.response_times import ResponseTimes
    from kaoping.scoring.integrity.time_calibration import TimeCalibration

UNITS = {"seconds": 1.0, "milliseconds": 0.001, "minutes": 60.0}
KNOWN = ("beta", "alpha", "phi", "sigma")
_LONGEST = 1e9
"""Seconds that no answer takes."""

Anything = TypeVar("Anything", bound=Callable[..., Any])


@dataclass(frozen=True)
class Range:
    """How cells are meant: the unit, and the seconds from which and below which they count as times."""

    unit: str = "seconds"
    least: float | None = None
    most: float | None = None


def time_options(command: Anything) -> Anything:
    """Say how the cells of the table of times are meant, and where their parameters come from."""
    positive = click.FloatRange(0, min_open=True)
    for option in (
        click.option(
            "--slopes", is_flag=True, help="Let times follow speed more strongly on some items than on others."
        ),
        path_option("--known", help="CSV of time parameters as --items-out writes it, instead of estimating them."),
        click.option("--most", type=positive, help="Seconds from which on a time is a time-out and counts as none."),
        click.option("--least", type=positive, help="Seconds below which a time is no time, such as 1 for zeros."),
        click.option(
            "--unit", type=click.Choice(list(UNITS)), default="seconds", show_default=True, help="Unit of the times."
        ),
    ):
        command = option(command)
    return command


def read_times(file: Path, meant: Range) -> "ResponseTimes":
    """Read a table of times, in seconds.

    Raises
    ------
    FileUnreadable, RowUneven, CellUnusable, NameTwice
        With file, row, column, and what to do.
    """
    from kaoping.scoring.integrity.response_times import ResponseTimes

    table = read_cells(file)
    seconds = [
        [_seconds(table, row, item, meant) for item in range(len(table.items))] for row in range(len(table.cells))
    ]
    return ResponseTimes(seconds, table.items, persons=table.persons, least=meant.least, most=meant.most)


def _seconds(table: Cells, row: int, item: int, meant: Range) -> float:
    text = table.cells[row][item]
    if text in NOT_PRESENTED_WORDS:
        return float("nan")
    try:
        value = float(text) * UNITS[meant.unit]
    except ValueError:
        value = float("nan")
    if not abs(value) < _LONGEST:
        raise table.refuse(row, item, f"is no time in {meant.unit}; leave the cell empty if there is none")
    if value < 0:
        raise table.refuse(row, item, "is below zero; leave the cell empty if the time is not known")
    if value == 0 and meant.least is None:
        raise table.refuse(row, item, "is no time; empty the cell, or say --least 1 to leave out times below a second")
    return value


def read_time_items(file: Path) -> "TimeParameters":
    """Read parameters of times: item, beta, alpha, phi and sigma, which is the same in every row.

    Raises
    ------
    FileUnreadable, RowUneven, CellUnusable, NameTwice
        With file, row, column, and what to do.
    """
    from kaoping.scoring.integrity.lognormal import TimeParameters

    rows = read_rows(file, ["item", *KNOWN], unique="item")
    values = {name: [row.number(name) for row in rows] for name in KNOWN}
    for row in rows:
        for name in ("alpha", "sigma"):
            if row.number(name) <= 0:
                raise row.refuse(name, "is not positive")
        if row.number("sigma") != values["sigma"][0]:
            raise row.refuse("sigma", "is another spread of speed than in the first row; it is one number for all")
    names = [row["item"] for row in rows]
    return TimeParameters.of(names, values["beta"], values["alpha"], values["phi"], values["sigma"][0])


def parameters_of(
    times: "ResponseTimes", known: Path | None, *, slopes: bool
) -> tuple["TimeParameters", "TimeCalibration | None"]:
    """Read the parameters of the items that have times, or estimate them."""
    from kaoping.scoring.integrity.time_calibration import calibrate_times

    if known is None:
        found = calibrate_times(times, slopes=slopes)
        return found.parameters, found
    given = read_time_items(known)
    for name in times.items:
        if name not in given.items:
            raise FileUnreadable(file=known, reason=f"it has no parameters for item {name} of the times")
    return given.named(times.items), None
