"""``kaoping cutscore booklet`` and ``bookmark``: items from easy to hard, and where mastery ends."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.cut_scores import reports
from kaoping.exam.cli.cut_scores.judgements import (
    AVERAGES,
    JUDGE,
    LEVEL,
    ROUND,
    Part,
    by_part,
    levels_option,
    outputs_options,
    read_distribution,
    read_judged,
    read_paper,
    refuse_twice,
    tables_of,
)
from kaoping.exam.cli.measurement import Measuring, Outputs, Row, path_option
from kaoping.exam.cli.numbers import Finite

if TYPE_CHECKING:
    from kaoping.scoring.cut_scores import Booklet, Bookmark, Distribution, Paper

PAGE = "page"
PLACES = ("before", "at", "between")


def _booklet_options(command: Any) -> Any:
    for option in (
        click.option("--guessing-left-out", is_flag=True, help="Place items as if nobody guessed: without c and u."),
        click.option(
            "--rp", type=Finite(0, 1, min_open=True, max_open=True), default=2 / 3, show_default="2/3",
            help="Response probability with which a page is mastered.",
        ),
        path_option("--marks", help="CSV with item and marks: what each item is worth."),
        path_option("--items", required=True, help="CSV of items as kaoping calibrate writes it."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(cls=Measuring)
@_booklet_options
@path_option("--out", required=True, help="CSV to write: page, item, step, location and expected marks there.")
def booklet(*, items: Path, marks: Path | None, rp: float, guessing_left_out: bool, out: Path) -> None:
    """Order items into a booklet for the Bookmark method."""
    paper = read_paper(items, marks)
    ordered = _ordered(paper, rp, guessing_left_out=guessing_left_out)
    rows = [
        [number, page.item, page.step, page.location, paper.expected(page.location)]
        for number, page in enumerate(ordered.pages, 1)
    ]
    with Outputs() as outputs:
        outputs.csv(out, [PAGE, "item", "step", "location", "expected_marks"], rows)
    click.echo(f"{len(rows)} pages from {rows[0][3]:.2f} to {rows[-1][3]:.2f} logits, response probability {rp:.3g}.")


@click.command(cls=Measuring)
@click.argument("bookmarks", type=click.Path(path_type=Path))
@_booklet_options
@click.option(
    "--place", type=click.Choice(PLACES), default="before", show_default=True,
    help="Where the cut of a judge lies: at the page before the bookmarked one, at it, or between both.",
)  # fmt: skip
@click.option(
    "--average", type=click.Choice(AVERAGES), default="median", show_default=True, help="Average of the judges' cuts."
)
@levels_option
@path_option("--scores", help="CSV with score, in marks, and count if wanted: how many would pass.")
@outputs_options
def bookmark(
    bookmarks: Path,
    *,
    items: Path,
    marks: Path | None,
    rp: float,
    guessing_left_out: bool,
    place: str,
    average: str,
    levels: str | None,
    scores: Path | None,
    pass_marks: Sequence[tuple[str, float]],
    out: Path | None,
    report: Path | None,
    plots: Path | None,
) -> None:
    """Set a cut by bookmarks in ordered items. BOOKMARKS: judge, page, and round, level, table if wanted."""
    rows = read_judged(bookmarks, [PAGE])
    refuse_twice(rows, [JUDGE, ROUND, LEVEL], "has a bookmark")
    paper = read_paper(items, marks)
    ordered = _ordered(paper, rp, guessing_left_out=guessing_left_out)
    found = {part: _placed(some, ordered, paper, place, average) for part, some in by_part(rows, levels).items()}
    persons = read_distribution(scores) if scores else None
    lines = [line for part, one in found.items() for line in _lines(part, one, average, paper, persons)]
    last = {level: one for (level, _), one in found.items()}
    ends = dict(found.keys())
    final = [line for line in lines if line.unit == reports.MARKS and line.round == ends[line.level]]
    marked = reports.imposed(final, pass_marks)
    facts = {
        "method": "bookmark", "response_probability": rp, "guessing_left_out": guessing_left_out, "place": place,
        "average": average, "unit": reports.LOGITS, "total": paper.total, "pages": len(ordered.pages),
        "pass_marks": reports.distances(marked), "inversions": [asdict(one) for one in reports.by_level(final)],
        "bookmarks": [_facts(part, one) for part, one in found.items()],
    }  # fmt: skip
    pictures = {"booklet": _picture(ordered, last)} if plots else {}
    reports.write(reports.Files(out, report, plots), lines, facts, pictures)
    reports.show(lines)
    for sentence in _falling(last):
        click.echo(sentence)
    reports.conclude(final, marked)


def _falling(last: "dict[str, Bookmark]") -> list[str]:
    """Say whose bookmark of a higher level is not after that of the lower one."""
    return [
        f"Judge {judge} has the bookmark of level {upper} not after that of {lower}."
        for (lower, below), (upper, above) in pairwise(last.items())
        for judge, page in zip(below.judges, below.pages, strict=True)
        if judge in above.judges and above.pages[above.judges.index(judge)] <= page
    ]


def _ordered(paper: "Paper", rp: float, *, guessing_left_out: bool) -> "Booklet":
    from kaoping.scoring.cut_scores import ordered_booklet

    return ordered_booklet(paper.parameters, response_probability=rp, leave_out_guessing=guessing_left_out)


def _placed(rows: Sequence[Row], ordered: "Booklet", paper: "Paper", place: Any, average: str) -> "Bookmark":
    from kaoping.scoring.cut_scores import bookmark as setting

    last = len(ordered.pages) + (place == "before")
    first = 1 if place == "at" else 2
    for row in rows:
        if not first <= row.whole(PAGE) <= last:
            raise row.refuse(PAGE, f"is not a page from {first} to {last} of this booklet with --place {place}")
    pages = {row[JUDGE]: row.whole(PAGE) for row in rows}
    return setting(pages, ordered, place=place, average=average, tables=tables_of(rows), paper=paper)


def _lines(
    part: Part, one: "Bookmark", average: str, paper: "Paper", persons: "Distribution | None"
) -> list[reports.Line]:
    assert one.marks is not None  # noqa: S101 - the paper was given
    level, number = part
    rate = persons.pass_rate(one.marks.value) if persons else None
    return [
        reports.Line(cut=one.theta, unit=reports.LOGITS, average=average, level=level, round=number),
        reports.Line(cut=one.marks, total=paper.total, pass_rate=rate, average=average, level=level, round=number),
    ]


def _facts(part: Part, one: "Bookmark") -> dict[str, Any]:
    rows = zip(one.judges, one.pages, one.judge_cuts.tolist(), strict=True)
    return {
        "level": part[0],
        "round": part[1],
        "at_tables": one.at_tables,
        "judges": [{"judge": judge, "page": page, "theta": theta} for judge, page, theta in rows],
    }


def _picture(ordered: "Booklet", found: dict[str, "Bookmark"]) -> bytes:
    from kaoping.exam.figures import cut_scores as figures
    from kaoping.exam.figures.drawing import Words

    words = Words("Bookmarks", "Page", "Location of each page, with the bookmarks of all judges.")
    placed = {level: figures.Bookmarks(one.pages, one.theta) for level, one in found.items()}
    return figures.booklet(ordered.locations, placed, words, vertical="Location, logits")
