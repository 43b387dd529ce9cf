"""Cuts as rows of a table, facts of a report and sentences on the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.measurement import Outputs, Refused

if TYPE_CHECKING:
    from kaoping.scoring.cut_scores import Angoff, Cut, Distribution, Inversion

HEADER = [
    "level", "round", "average", "unit", "cut", "se", "low", "high", "df", "source", "total", "percent", "pass_rate",
]  # fmt: skip
PERCENT = 100.0
MARKS, LOGITS = "marks", "logits"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A cut of one level and round, in marks or logits, of so many marks, with the share that would pass if known."""

    cut: "Cut"
    average: str
    level: str = ""
    round: str = ""
    unit: str = MARKS
    total: float | None = None
    pass_rate: float | None = None

    def row(self) -> list[Any]:
        """Give the row of the table."""
        cut = self.cut
        percent = PERCENT * cut.value / self.total if self.total else None
        bounds = [cut.value, cut.se, cut.low, cut.high, _finite(cut.df), cut.source]
        return [self.level, self.round, self.average, self.unit, *bounds, self.total, percent, self.pass_rate]

    def facts(self) -> dict[str, Any]:
        """Give the entry of the report."""
        return {**dict(zip(HEADER, self.row(), strict=True)), "parts": dict(self.cut.parts)}


def _finite(value: float) -> float | None:
    """Give nothing for an infinite number, which files cannot hold."""
    return value if abs(value) < float("inf") else None


def of_panel(found: "Angoff", persons: "Distribution | None", *, level: str = "", number: str = "") -> list[Line]:
    """Give the cuts of a panel: by each average over judges, and the mean over judges and items."""
    named = {
        "mean": found.mean, "trimmed": found.trimmed, "median": found.median, "mean, other items": found.generalised,
    }  # fmt: skip
    return [
        Line(
            cut=cut, average=average, level=level, round=number, total=found.ratings.total,
            pass_rate=persons.pass_rate(cut.value) if persons else None,
        )
        for average, cut in named.items()
    ]  # fmt: skip


@dataclass(frozen=True)
class Files:
    """Where results go."""

    out: Path | None
    report: Path | None
    plots: Path | None


def write(
    files: Files,
    lines: Sequence[Line],
    facts: Mapping[str, Any],
    pictures: Mapping[str, bytes],
    tables: Sequence[tuple[Path | None, Sequence[str], Sequence[Sequence[Any]]]] = (),
) -> None:
    """Write the table of cuts, the report, pictures and further tables, all or none."""
    with Outputs() as outputs:
        outputs.csv(files.out, HEADER, [line.row() for line in lines])
        outputs.json(files.report, {**facts, "cuts": [line.facts() for line in lines]})
        outputs.pictures(files.plots, pictures)
        for file, header, rows in tables:
            outputs.csv(file, header, rows)


def show(lines: Sequence[Line]) -> None:
    """Print the cuts as a table."""
    rows = [_shown(line) for line in lines]
    header = ["level", "round", "average", "cut", "unit", "se", "95 % interval", "percent", "passing"]
    kept = [place for place in range(len(header)) if any(row[place] for row in rows)]
    widths = [max(len(row[place]) for row in [header, *rows]) for place in kept]
    for row in [header, *rows]:
        cells = (row[place].ljust(width) for place, width in zip(kept, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _shown(line: Line) -> list[str]:
    cut, digits = line.cut, digits_of(line.unit)
    se = "unknown" if cut.se is None else f"{cut.se:.{digits}f}"
    interval = "" if cut.low is None else f"{cut.low:.{digits}f} to {cut.high:.{digits}f}"
    percent = f"{PERCENT * cut.value / line.total:.1f} %" if line.total else ""
    passing = "" if line.pass_rate is None else f"{PERCENT * line.pass_rate:.1f} %"
    value = f"{cut.value:.{digits}f}"
    return [line.level, line.round, line.average, value, line.unit, se, interval, percent, passing]


def digits_of(unit: str) -> int:
    """Give the digits that are shown of marks and logits."""
    return 2 if unit == MARKS else 3


def compared(cut: "Cut", pass_mark: float, *, level: str = "") -> str:
    """Say how far an imposed pass mark lies from a panel's cut, and what follows for the paper."""
    gap = pass_mark - cut.value
    of = f" of level {level}" if level else ""
    if abs(gap) < NOTHING:
        return f"The pass mark of {pass_mark:g} is the cut{of}; nothing has to change."
    side, asks, mend = ("above", "more", "easier") if gap > 0 else ("below", "less", "harder")
    told = f"The pass mark of {pass_mark:g} lies {abs(gap):.1f} marks {side} the cut{of}, {cut.value:.1f}"
    if cut.se:
        told += f", {abs(gap) / cut.se:.1f} of its standard errors"
    told += f", and so asks for {asks}. {_certainty(cut, pass_mark)}"
    change = f"{mend} by {abs(gap):.1f} marks for a person at the cut"
    if _within(cut, pass_mark):
        return f"{told}The paper may stay as it is; to meet the cut exactly it would have to become {change}."
    return f"{told}So that {pass_mark:g} is minimally competent, the paper has to become {change}."


NOTHING = 0.05
"""Marks that are shown as 0.0."""


def _within(cut: "Cut", mark: float) -> bool | None:
    """Whether a mark is in the interval of a cut; nothing if it has none."""
    return None if cut.low is None or cut.high is None else cut.low <= mark <= cut.high


def _certainty(cut: "Cut", pass_mark: float) -> str:
    if not cut.se:
        return ""
    between = f"{cut.low:.1f} to {cut.high:.1f}"
    if _within(cut, pass_mark):
        return f"It lies within the 95 % interval of the cut, {between}: the judgements do not tell the two apart. "
    return f"It lies outside the 95 % interval of the cut, {between}. "


def falling(found: Sequence["Inversion"]) -> Iterator[str]:
    """Say which levels do not rise."""
    for one in found:
        yield (
            f"THE CUTS DO NOT RISE: {one.lower} {one.values[0]:.2f} and {one.upper} {one.values[1]:.2f}; "
            "ask the panel again before they are used."
        )


def by_level(lines: Sequence[Line]) -> "tuple[Inversion, ...]":
    """Find levels that do not rise, in the order of the lines."""
    from kaoping.scoring.cut_scores import inversions

    cuts = {line.level: line.cut.value for line in lines}
    return inversions(cuts, list(cuts))


def imposed(final: Sequence[Line], pass_marks: Sequence[tuple[str, float]]) -> list[tuple[Line, float]]:
    """Find the cut that each imposed pass mark belongs to."""
    found = []
    for level, mark in pass_marks:
        fitting = [line for line in final if not level or line.level == level]
        if not fitting:
            names = ", ".join(line.level for line in final if line.level)
            raise Refused(f"There is no level {level} for --pass-mark{f'; there are {names}' if names else ''}.")
        if len(fitting) > 1:
            raise Refused(f"There are several levels; write --pass-mark {fitting[0].level}={mark:g}.")
        if (most := fitting[0].total) is not None and mark > most:
            raise Refused(f"--pass-mark {mark:g} is beyond the {most:g} marks of the paper.")
        found.append((fitting[0], mark))
    return found


def conclude(final: Sequence[Line], pass_marks: Sequence[tuple[Line, float]]) -> None:
    """Print what follows from the final cuts: levels that do not rise, and how far pass marks lie from them."""
    for sentence in falling(by_level(final)):
        click.echo(sentence)
    for line, mark in pass_marks:
        click.echo(compared(line.cut, mark, level=line.level))


def distances(pass_marks: Sequence[tuple[Line, float]]) -> list[dict[str, Any]]:
    """Give how far pass marks lie from the cuts, for the report."""
    return [
        {
            "level": line.level,
            "pass_mark": mark,
            "gap_marks": mark - line.cut.value,
            "gap_in_errors": (mark - line.cut.value) / line.cut.se if line.cut.se else None,
            "within_interval": _within(line.cut, mark),
        }
        for line, mark in pass_marks
    ]
