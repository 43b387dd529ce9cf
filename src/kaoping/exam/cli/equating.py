"""``kaoping equate``: two files of scores in, a table of equated scores out."""

import csv
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from kaoping.scoring.equating import Equating

WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
DESIGNS = ("equivalent", "single", "neat")
METHODS = (
    "identity", "mean", "linear", "equipercentile", "circle-arc", "kernel", "tucker", "levine", "levine-true",
    "braun-holland", "frequency", "chained-linear", "chained-equipercentile", "kernel-chained",
)  # fmt: skip
CRITERIA = ("aic", "bic", "lr")
DIGITS = 10

Span: TypeAlias = tuple[int, int]
Method: TypeAlias = "Callable[[Any], Equating]"


class Refused(click.ClickException):
    """A file or a request that cannot be used: one sentence and exit status 2."""

    exit_code = 2


@dataclass(frozen=True)
class Request:
    """The options of the command."""

    x: Path
    y: Path | None
    design: str
    method: str
    anchor: str
    smooth: int | str | None
    crossed: int | None
    weight: float
    arc: str
    low: Span | None
    high: Span | None
    range_x: Span | None
    range_y: Span | None
    range_anchor: Span | None
    bootstrap: int | None
    parametric: bool
    seed: int
    out: Path | None
    plots: Path | None


class _Pair(click.ParamType[Span]):
    name = "A:B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        parts = str(value).split(":")
        if len(parts) != len(("A", "B")) or not all(WHOLE.fullmatch(part) for part in parts):
            self.fail(f"{value} is not two whole numbers with a colon between.", param, ctx)
        return int(parts[0]), int(parts[1])


class _Degree(click.ParamType[int | str]):
    name = "DEGREE|aic|bic|lr"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value not in CRITERIA and not WHOLE.fullmatch(str(value)):
            self.fail(f"{value} is neither a number of powers nor one of {', '.join(CRITERIA)}.", param, ctx)
        return str(value) if value in CRITERIA else int(value)


_file = click.Path(path_type=Path, exists=True, dir_okay=False)
_target = click.Path(path_type=Path, dir_okay=False)
_pair, _share = _Pair(), click.FloatRange(0, 1)


@click.command()
@click.option("--x", type=_file, required=True, help="Scores on form X; with --design single on both forms.")
@click.option("--y", type=_file, help="Scores on form Y.")
@click.option(
    "--design", type=click.Choice(DESIGNS), default="equivalent", show_default=True,
    help="equivalent: columns score,count in both files; single: columns x,y in one file; neat: columns total,anchor "
    "in both files, a row for each person.",
)  # fmt: skip
@click.option("--method", type=click.Choice(METHODS), required=True, help="How to equate; the handbook explains each.")
@click.option(
    "--anchor", type=click.Choice(["internal", "external"]), default="internal", show_default=True,
    help="Whether the anchor's items count in the total.",
)  # fmt: skip
@click.option("--smooth", type=_Degree(), help="Smooth first by so many powers, or as many as a criterion chooses.")
@click.option("--crossed", type=click.IntRange(0), help="Powers of the products of two scores when smoothing.")
@click.option("--weight", type=_share, default=0.5, show_default=True, help="Weight of X's group, 0 to 1 (neat).")
@click.option(
    "--arc", type=click.Choice(["simplified", "symmetric"]), default="simplified", show_default=True,
    help="Kind of circle-arc.",
)  # fmt: skip
@click.option("--low", type=_pair, help="Lower end of a circle-arc, X:Y; the least possible scores if not given.")
@click.option("--high", type=_pair, help="Upper end of a circle-arc, X:Y; the greatest possible scores if not given.")
@click.option("--range-x", type=_pair, help="Possible scores on X, such as 0:40; those of the file if not given.")
@click.option("--range-y", type=_pair, help="Possible scores on Y.")
@click.option("--range-anchor", type=_pair, help="Possible scores on the anchor.")
@click.option("--bootstrap", type=click.IntRange(2), help="Standard errors from so many samples instead of formulas.")
@click.option("--parametric", is_flag=True, help="Draw the samples from the smoothed distributions.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the bootstrap.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File for score,equated,see; printed if not given."
)
@click.option("--plots", type=click.Path(path_type=Path, file_okay=False), help="Folder for equating.svg.")
def equate(**given: Any) -> None:
    """Equate the scores of form X to the scale of form Y.

    Files are CSV with a header; cells are whole numbers. What cannot be used is told by file, row (the header is row 1)
    and column, with exit status 2, and no file is left behind.
    """
    from kaoping.scoring.errors import ScoringError

    asked = Request(**given)
    try:
        found = _equated(asked, _method(asked), _design(asked))
    except ScoringError as refused:
        raise Refused(str(refused)) from None
    table = _table(found)
    outputs = {asked.out: table.encode()} if asked.out else {}
    if asked.plots:
        outputs[asked.plots / "equating.svg"] = _picture(found)
    _publish(outputs)
    if not asked.out:
        click.echo(table, nl=False)
    click.echo(_summary(found), err=True)


def _equated(asked: Request, method: Method, design: Any) -> "Equating":
    import numpy as np

    from kaoping.scoring.equating import bootstrap, smooth_design

    def smoothed(data: Any) -> Any:
        degree: Any = asked.smooth
        return smooth_design(data, degree=degree, crossed=asked.crossed)

    whole: Method = method if asked.smooth is None else lambda data: method(smoothed(data))
    if asked.bootstrap is None:
        return whole(design)
    rng = np.random.default_rng(asked.seed)
    source = smoothed(design) if asked.parametric else None
    found = bootstrap(whole, design, rng=rng, replications=asked.bootstrap, drawn_from=source)
    if found.refused:
        click.echo(f"{found.refused} of {asked.bootstrap} samples could not be equated and are left out.", err=True)
    return found.equating


def _method(asked: Request) -> Method:
    """Give the function of a method for a design."""
    methods = _anchored(asked) if asked.design == "neat" else _matched(asked)
    if asked.method not in methods:
        fitting = ", ".join(methods)
        raise Refused(f"The design {asked.design} knows no method {asked.method}; it knows {fitting}.")
    if asked.parametric and asked.smooth is None:
        raise Refused("--parametric draws from smoothed distributions; say how to smooth by --smooth.")
    return methods[asked.method]


def _matched(asked: Request) -> Mapping[str, Method]:
    from kaoping.scoring import equating

    arc: Any = asked.arc
    return {
        "identity": equating.identity,
        "mean": equating.mean,
        "linear": equating.linear,
        "equipercentile": equating.equipercentile,
        "circle-arc": partial(equating.circle_arc, arc=arc, low=asked.low, high=asked.high),
        "kernel": equating.kernel,
    }


def _anchored(asked: Request) -> Mapping[str, Method]:
    from kaoping.scoring import equating

    arc: Any = asked.arc
    weighted = {
        "tucker": equating.tucker,
        "levine": equating.levine,
        "braun-holland": equating.braun_holland,
        "frequency": equating.frequency_estimation,
        "kernel": equating.kernel_poststratification,
    }
    return {
        **{name: partial(function, weight=asked.weight) for name, function in weighted.items()},
        "levine-true": equating.levine_true,
        "chained-linear": equating.chained_linear,
        "chained-equipercentile": equating.chained_equipercentile,
        "kernel-chained": equating.kernel_chained,
        "circle-arc": partial(equating.chained_arc, arc=arc, low=asked.low, high=asked.high),
    }


def _design(asked: Request) -> Any:
    """Read the files of a design."""
    from kaoping.scoring.equating import AnchorGroups, EquivalentGroups, SingleGroup

    if asked.design == "single":
        return SingleGroup(_pairs(asked.x, ("x", "y"), (asked.range_x, asked.range_y)))
    if asked.y is None:
        raise Refused(f"The design {asked.design} needs the scores on form Y as well: --y FILE.")
    if asked.design == "equivalent":
        return EquivalentGroups(_frequencies(asked.x, asked.range_x), _frequencies(asked.y, asked.range_y))
    anchor = asked.range_anchor or _common(asked.x, asked.y)
    x = _pairs(asked.x, ("total", "anchor"), (asked.range_x, anchor))
    y = _pairs(asked.y, ("total", "anchor"), (asked.range_y, anchor))
    return AnchorGroups(x, y, internal=asked.anchor == "internal")


def _common(*files: Path) -> Span:
    """Range of the anchor scores of several files."""
    scores = [row[0] for file in files for _, row in _rows(file, ("anchor",))]
    return min(0, *scores), max(1, *scores)


def _frequencies(file: Path, span: Span | None) -> Any:
    from kaoping.scoring.equating import Frequencies

    counts: dict[int, int] = {}
    for number, (score, count) in _rows(file, ("score", "count")):
        if score in counts:
            raise Refused(f"{file}, row {number}, column score: the score {score} stands in an earlier row as well.")
        if count < 0:
            raise Refused(f"{file}, row {number}, column count: {count} is not a number of persons.")
        counts[score] = count
    with _told_of(file):
        return Frequencies.of(list(counts), counts=list(counts.values()), scores=span or (min(counts), max(counts)))


def _pairs(file: Path, columns: tuple[str, str], spans: tuple[Span | None, Span | None]) -> Any:
    from kaoping.scoring.equating import JointFrequencies

    persons = [row for _, row in _rows(file, columns)]
    with _told_of(file):
        return JointFrequencies.of([row[0] for row in persons], [row[1] for row in persons], scores=spans)


@contextmanager
def _told_of(file: Path) -> Iterator[None]:
    from kaoping.scoring.errors import BadScores

    try:
        yield
    except BadScores as refused:
        raise Refused(f"{file}: {refused}") from None


def _rows(file: Path, columns: tuple[str, ...]) -> list[tuple[int, list[int]]]:
    """Give the whole numbers in the named columns of every row, with the row's number in the file."""
    try:
        lines = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise Refused(f"{file} cannot be read as CSV in UTF-8: {fault}.") from None
    header = [name.strip() for name in lines[0]] if lines else []
    for column in columns:
        if header.count(column) != 1:
            raise Refused(f"{file}, row 1: the header needs one column {column}; it has {', '.join(header) or 'none'}.")
    places = [header.index(column) for column in columns]
    found = [
        (number, [_whole(line, place, f"{file}, row {number}, column {header[place]}") for place in places])
        for number, line in enumerate(lines[1:], start=2)
        if line
    ]
    if not found:
        raise Refused(f"{file}: there is no row below the header.")
    return found


def _whole(line: list[str], place: int, where: str) -> int:
    cell = line[place].strip() if place < len(line) else ""
    if not cell:
        raise Refused(f"{where}: the cell is empty.")
    if not WHOLE.fullmatch(cell):
        raise Refused(f"{where}: “{cell}” is not a whole number of at most nine digits.")
    return int(cell)


def _table(found: "Equating") -> str:
    lines = ["score,equated,see"]
    rows = zip(found.scores, found.equated, found.see, strict=True)
    lines += [f"{score:.0f},{equated:.{DIGITS}f},{see:.{DIGITS}f}" for score, equated, see in rows]
    return "\n".join(lines) + "\n"


def _summary(found: "Equating") -> str:
    told = f"{len(found.scores)} scores were equated by the method {found.method}"
    if found.slope is None or found.intercept is None:
        return f"{told}."
    sign = "−" if found.intercept < 0 else "+"
    return f"{told}: e(x) = {found.slope:.6g} x {sign} {abs(found.intercept):.6g}."


def _picture(found: "Equating") -> bytes:
    from kaoping.exam.figures.drawing import Words
    from kaoping.exam.figures.equating import Labels, difference

    widest = int(abs(found.equated - found.scores).argmax())
    told = f"The largest difference is {found.equated[widest] - found.scores[widest]:+.2f} points, at the score "
    words = Words("Equated score less score, points", "Score on form X", f"{told}{found.scores[widest]:.0f}.")
    return difference(found, words, Labels(found.method, "± 2 standard errors", "no difference"))


def _publish(outputs: Mapping[Path, bytes]) -> None:
    """Write every file beside its place, then move all to their places, so that none is left when one fails."""
    drafts: dict[Path, Path] = {}
    try:
        for path, content in outputs.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{os.getpid()}")
            drafts[draft] = path
            draft.write_bytes(content)
        for draft, path in drafts.items():
            draft.replace(path)
    except OSError as fault:
        raise Refused(f"{fault.filename2 or fault.filename} cannot be written: {fault.strerror}.") from None
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
