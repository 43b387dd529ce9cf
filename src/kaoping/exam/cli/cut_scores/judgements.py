"""The files of a panel: what is read of judges, rounds, levels, tables, marks and scores."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.item_files import read_items
from kaoping.exam.cli.measurement import FileUnreadable, Refused, Row, generator, path_option, read_rows, whole

if TYPE_CHECKING:
    from kaoping.scoring.cut_scores import Distribution, Paper

JUDGE, ITEM, ROUND, LEVEL, TABLE, MARKS = "judge", "item", "round", "level", "table", "marks"
AVERAGES = ("mean", "trimmed", "median")
PERCENT = 100.0
SAMPLES = 1000
Part = tuple[str, str]
"""Level and round."""


class PassMark(click.ParamType[Any]):
    """A mark such as ``60``, or ``LEVEL=60`` where there are several levels."""

    name = "[LEVEL=]MARK"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """Give level and mark."""
        level, _, mark = str(value).rpartition("=")
        number = float("nan")
        with suppress(ValueError):
            number = float(mark)
        if not isfinite(number):
            self.fail(f"“{value}” is not a mark; write one such as 60, or LEVEL=60", param, ctx)
        return level.strip(), number


def outputs_options(command: Any) -> Any:
    """Take the options that every method has: the imposed pass mark and the files to write."""
    for option in (
        path_option("--plots", help="Folder for pictures (SVG)."),
        path_option("--report", help="JSON to write, with everything that is calculated."),
        path_option("--out", help="CSV to write, a row for each cut."),
        click.option(
            "--pass-mark",
            "pass_marks",
            type=PassMark(),
            multiple=True,
            help="The pass mark that is imposed, to compare the cut with; LEVEL=MARK for one of several levels.",
        ),
    ):
        command = option(command)
    return command


def levels_option(command: Any) -> Any:
    """Take the order of the levels."""
    text = "Names of the levels from the lowest up, separated by commas; in the order of the file if not given."
    return click.option("--levels", help=text)(command)


def bootstrap_options(command: Any) -> Any:
    """Take the number of bootstrap samples and their seed."""
    seed = click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the samples.")
    text = "Standard errors from so many samples instead of formulas."
    return click.option("--bootstrap", type=click.IntRange(100), help=text)(seed(command))


def drawing(samples: int | None, seed: int, *, needed: bool = False) -> dict[str, Any]:
    """Give the arguments of a bootstrap: none if it was not asked for and is not needed."""
    if samples is None and not needed:
        return {}
    return {"rng": generator(seed), "replications": samples or SAMPLES}


def read_judged(file: Path, columns: Sequence[str]) -> list[Row]:
    """Read rows of which each names a judge."""
    rows = read_rows(file, [JUDGE, *columns])
    for row in rows:
        for column in (JUDGE, *({ROUND, LEVEL, TABLE} & set(row.columns))):
            if not row[column]:
                raise row.refuse(column, "is no name; give every row one")
    return rows


def by_part(rows: Sequence[Row], levels: str | None) -> dict[Part, list[Row]]:
    """Divide rows by level, from the lowest up, and round, from the first on."""
    ordered = ordered_levels(rows, levels)
    rounds = list(dict.fromkeys(row[ROUND] for row in rows))
    if all(whole(name) is not None for name in rounds):
        rounds.sort(key=int)
    found: dict[Part, list[Row]] = {(level, number): [] for level in ordered for number in rounds}
    for row in rows:
        found[row[LEVEL], row[ROUND]].append(row)
    return {part: some for part, some in found.items() if some}


def ordered_levels(rows: Sequence[Row], levels: str | None, *, column: str = LEVEL) -> list[str]:
    """Give the levels in order; those that ``levels`` leaves out or makes up are refused."""
    seen = list(dict.fromkeys(row[column] for row in rows))
    if levels is None:
        return seen
    ordered, option = [name.strip() for name in levels.split(",")], f"--{column}s"
    if column not in rows[0].columns:
        raise FileUnreadable(file=rows[0].file, reason=f"it has no column {column}, though {option} names some")
    if len(set(ordered)) < len(ordered):
        raise Refused(f"{option} {levels} names a {column} twice.")
    for row in rows:
        if row[column] not in ordered:
            raise row.refuse(column, f"is not one of {', '.join(ordered)}; correct it or name it in {option}")
    for name in ordered:
        if name not in seen:
            raise FileUnreadable(file=rows[0].file, reason=f"it has nothing of {column} {name}")
    return ordered


def refuse_twice(rows: Sequence[Row], columns: Sequence[str], what: str) -> None:
    """Refuse a second row with the same names."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        names = tuple(row[column] for column in columns)
        if names in seen:
            raise row.refuse(columns[0], f"{what} in row {seen[names]} as well; keep one of the two")
        seen[names] = row.line


def tables_of(rows: Sequence[Row]) -> list[str]:
    """Give the table of each judge, in the order in which judges appear; none without the column."""
    if TABLE not in rows[0].columns:
        return []
    found: dict[str, str] = {}
    for row in rows:
        if found.setdefault(row[JUDGE], row[TABLE]) != row[TABLE]:
            raise row.refuse(TABLE, f"is another table than judge {row[JUDGE]} had before ({found[row[JUDGE]]})")
    return list(found.values())


def share(row: Row, column: str) -> float:
    """Give a percentage as a share.

    Raises
    ------
    CellUnusable
        It is not between 0 and 100.
    """
    percent = row.number(column)
    if not 0 <= percent <= PERCENT:
        raise row.refuse(column, "is not a percentage from 0 to 100")
    return percent / PERCENT


def refuse_shares(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Refuse percentages of which none is above 1, as they were surely meant as shares."""
    largest = max(rows, key=lambda row: max(row.number(column) for column in columns))
    for column in columns:
        if 0 < largest.number(column) <= 1 and all(row.number(name) <= 1 for row in rows for name in columns):
            raise largest.refuse(column, "seems to be a share; write percent, such as 35 for 0.35")


def read_marks(file: Path | None) -> dict[str, float]:
    """Read what the items are worth; nothing without a file."""
    found = {}
    for row in read_rows(file, [ITEM, MARKS], unique=ITEM) if file else ():
        found[row[ITEM]] = row.number(MARKS)
        if found[row[ITEM]] <= 0:
            raise row.refuse(MARKS, "is not above 0; leave out an item that is worth nothing")
    return found


def read_paper(items: Path, marks: Path | None) -> "Paper":
    """Read the items of a paper and what they are worth; a category is worth its number without marks."""
    from kaoping.scoring.cut_scores import Paper

    parameters = read_items(items)
    if marks is None:
        return Paper.of(parameters)
    worth = read_marks(marks)
    for name in worth:
        if name not in parameters.names:
            raise FileUnreadable(file=marks, reason=f"it has item {name}, which {items} has not")
    for name in parameters.names:
        if name not in worth:
            raise FileUnreadable(file=marks, reason=f"it has no marks for item {name} of {items}")
    return Paper.of(parameters, [worth[name] for name in parameters.names])


def read_distribution(file: Path) -> "Distribution":
    """Read scores of persons: a row for each, or a row for each score with a count."""
    from kaoping.scoring.cut_scores import Distribution
    from kaoping.scoring.errors import BadScores

    rows = read_rows(file, ["score"], unique="person")
    counted = "count" in rows[0].columns
    scores = [row.number("score") for row in rows]
    counts = [row.whole("count") for row in rows] if counted else None
    with suppress(BadScores):
        return Distribution.of(scores, counts)
    wrong = next((row for row in rows if row.whole("count") < 0), None)
    if wrong:
        raise wrong.refuse("count", "is not a number of persons; write one from 0 up")
    raise FileUnreadable(file=file, reason="its counts add up to nobody")


def maxima_for(items: Sequence[str], marks: Mapping[str, float]) -> dict[str, float]:
    """Give the full marks of items: those read, or one each."""
    return {item: marks.get(item, 1.0) for item in items}
