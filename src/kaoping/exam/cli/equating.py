"""``kaoping equate``: two files of scores in, a table of equated scores out."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from kaoping.exam.cli.measurement import (
    FileUnreadable,
    Measuring,
    Outputs,
    Refused,
    Row,
    generator,
    path_option,
    read_rows,
    whole,
    write_table,
)

if TYPE_CHECKING:
    from kaoping.scoring.equating import Equating

DESIGNS = ("equivalent", "single", "neat")
METHODS = (
    "identity", "mean", "linear", "equipercentile", "circle-arc", "kernel", "tucker", "levine", "levine-true",
    "braun-holland", "frequency", "chained-linear", "chained-equipercentile", "kernel-chained",
)  # fmt: skip
CRITERIA = ("aic", "bic", "lr")
HEADER = ("score", "equated", "see")

Span: TypeAlias = tuple[int, int]
Method: TypeAlias = "Callable[[Any], Equating]"


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
        first, second = map(whole, str(value).partition(":")[::2])
        if first is None or second is None:
            self.fail(f"{value} is not two whole numbers with a colon between.", param, ctx)
        return first, second


class _Degree(click.ParamType[int | str]):
    name = "DEGREE|aic|bic|lr"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        degree = str(value) if value in CRITERIA else whole(str(value))
        if degree is None:
            self.fail(f"{value} is neither a number of powers nor one of {', '.join(CRITERIA)}.", param, ctx)
        return degree


_pair, _share = _Pair(), click.FloatRange(0, 1)


@click.command(cls=Measuring)
@path_option("--x", required=True, help="Scores on form X; with --design single on both forms.")
@path_option("--y", help="Scores on form Y.")
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
@path_option("--out", help="CSV to write, score,equated,see; printed if not given.")
@path_option("--plots", help="Folder for a picture (SVG): equated scores less scores, with errors.")
def equate(**given: Any) -> None:
    """Equate the scores of form X to the scale of form Y.

    Files are CSV with a header; cells are whole numbers. What cannot be used is told by file, row (the header is row 1)
    and column, with exit status 2, and no file is left behind.
    """
    asked = Request(**given)
    found = _equated(asked, _method(asked), _design(asked))
    with Outputs() as outputs:
        outputs.csv(asked.out, HEADER, _rows(found))
        outputs.pictures(asked.plots, {"equating": _picture(found)} if asked.plots else {})
    if not asked.out:
        write_table(sys.stdout, HEADER, _rows(found))
    click.echo(_summary(found), err=True)


def _equated(asked: Request, method: Method, design: Any) -> "Equating":
    from kaoping.scoring.equating import bootstrap, smooth_design

    def smoothed(data: Any) -> Any:
        degree: Any = asked.smooth
        return smooth_design(data, degree=degree, crossed=asked.crossed)

    complete: Method = method if asked.smooth is None else lambda data: method(smoothed(data))
    if asked.bootstrap is None:
        return complete(design)
    source = smoothed(design) if asked.parametric else None
    found = bootstrap(complete, design, rng=generator(asked.seed), replications=asked.bootstrap, drawn_from=source)
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
    scores = [row.whole("anchor") for file in files for row in read_rows(file, ["anchor"])]
    return min(0, *scores), max(1, *scores)


def _frequencies(file: Path, span: Span | None) -> Any:
    from kaoping.scoring.equating import Frequencies

    counts: dict[int, int] = {}
    for row in read_rows(file, ["score", "count"]):
        score, count = _score(row, "score", span), row.whole("count")
        if score in counts:
            raise row.refuse("score", "stands in an earlier row as well; give every score one row")
        if count < 0:
            raise row.refuse("count", "is not a number of persons; write one from 0 up")
        counts[score] = count
    with _told_of(file):
        return Frequencies.of(list(counts), counts=list(counts.values()), scores=span or (min(counts), max(counts)))


def _pairs(file: Path, columns: Sequence[str], spans: tuple[Span | None, Span | None]) -> Any:
    from kaoping.scoring.equating import JointFrequencies

    rows = read_rows(file, columns)
    first, second = ([_score(row, column, span) for row in rows] for column, span in zip(columns, spans, strict=True))
    with _told_of(file):
        return JointFrequencies.of(first, second, scores=spans)


def _score(row: Row, column: str, span: Span | None) -> int:
    score = row.whole(column)
    if span and not span[0] <= score <= span[1]:
        raise row.refuse(column, f"lies outside {span[0]} to {span[1]}; correct it, or give the range that is possible")
    return score


@contextmanager
def _told_of(file: Path) -> Iterator[None]:
    from kaoping.scoring.errors import BadScores

    try:
        yield
    except BadScores as refused:
        raise FileUnreadable(file=file, reason=refused.reason) from None


def _rows(found: "Equating") -> list[tuple[int, float, float]]:
    return list(zip(found.scores.astype(int).tolist(), found.equated.tolist(), found.see.tolist(), strict=True))


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
