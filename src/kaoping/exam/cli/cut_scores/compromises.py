"""``kaoping cutscore hofstee`` and ``beuk``: between what judges ask for and what persons reached."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.cut_scores import reports
from kaoping.exam.cli.cut_scores.judgements import (
    JUDGE,
    LEVEL,
    bootstrap_options,
    drawing,
    levels_option,
    ordered_levels,
    outputs_options,
    read_distribution,
    read_judged,
    refuse_shares,
    refuse_twice,
    share,
)
from kaoping.exam.cli.measurement import Measuring, Row, path_option
from kaoping.exam.cli.numbers import Finite

if TYPE_CHECKING:
    from kaoping.scoring.cut_scores import Beuk, Hofstee

LIMITS = ("lowest_cut", "highest_cut", "lowest_fail", "highest_fail")
_scores = path_option(
    "--scores", required=True, help="CSV with score, in marks, and count if wanted: what was reached."
)
_total = click.option("--total", type=Finite(0, min_open=True), help="Marks of the whole paper, for percentages.")


@click.command(cls=Measuring)
@click.argument("judgements", type=click.Path(path_type=Path))
@_scores
@_total
@click.option(
    "--average", type=click.Choice(["mean", "median"]), default="mean", show_default=True,
    help="How the limits of the judges become those of the panel; the error of medians is by bootstrap.",
)  # fmt: skip
@click.option(
    "--outside", type=click.Choice(["refuse", "end", "extend"]), default="refuse", show_default=True,
    help="If the curve misses the line: refuse, take the nearer end of the line, or extend it.",
)  # fmt: skip
@levels_option
@bootstrap_options
@outputs_options
def hofstee(
    judgements: Path,
    *,
    scores: Path,
    total: float | None,
    average: Any,
    outside: Any,
    levels: str | None,
    bootstrap: int | None,
    seed: int,
    pass_marks: Sequence[tuple[str, float]],
    out: Path | None,
    report: Path | None,
    plots: Path | None,
) -> None:
    """Set a cut by Hofstee's compromise. JUDGEMENTS: judge, lowest_cut, highest_cut, lowest_fail, highest_fail (%)."""
    from kaoping.scoring.cut_scores import hofstee as setting

    persons = read_distribution(scores)
    found: dict[str, Hofstee] = {}
    for level, rows in _levels(judgements, LIMITS, levels).items():
        table = [_limits(row) for row in rows]
        drawn = drawing(bootstrap, seed, needed=average == "median")
        found[level] = setting(table, persons, average=average, outside=outside, **drawn)
    lines = [
        reports.Line(cut=one.cut, average=average, level=level, total=total, pass_rate=1 - one.fail_rate)
        for level, one in found.items()
    ]
    marked = reports.imposed(lines, pass_marks)
    facts = {
        "method": "hofstee", "unit": reports.MARKS, "total": total, "persons": persons.n, "outside": outside,
        "pass_marks": reports.distances(marked),
        "levels": [
            {"level": level, "inside": one.inside, "fail_rate": one.fail_rate}
            | dict(zip(LIMITS, one.box, strict=True))
            for level, one in found.items()
        ],
    }  # fmt: skip
    reports.write(reports.Files(out, report, plots), lines, facts, _drawn_boxes(found) if plots else {})
    reports.show(lines)
    for level, one in found.items():
        if not one.inside:
            of = f" of level {level}" if level else ""
            what = "the end of the line" if outside == "end" else "on the line extended"
            click.echo(f"THE CURVE MISSES THE LINE{of}: the cut is {what}, outside of what the judges accept.")
    reports.conclude(lines, marked)


@click.command(cls=Measuring)
@click.argument("judgements", type=click.Path(path_type=Path))
@_scores
@_total
@levels_option
@bootstrap_options
@outputs_options
def beuk(
    judgements: Path,
    *,
    scores: Path,
    total: float | None,
    levels: str | None,
    bootstrap: int | None,
    seed: int,
    pass_marks: Sequence[tuple[str, float]],
    out: Path | None,
    report: Path | None,
    plots: Path | None,
) -> None:
    """Set a cut by Beuk's compromise. JUDGEMENTS: judge, cut in marks, pass_rate in percent."""
    from kaoping.scoring.cut_scores import beuk as setting

    persons = read_distribution(scores)
    found: dict[str, Beuk] = {}
    for level, rows in _levels(judgements, ("cut", "pass_rate"), levels).items():
        table = [[row.number("cut"), share(row, "pass_rate")] for row in rows]
        found[level] = setting(table, persons, **drawing(bootstrap, seed))
    lines = [
        reports.Line(cut=one.cut, average="compromise", level=level, total=total, pass_rate=one.pass_rate)
        for level, one in found.items()
    ]
    marked = reports.imposed(lines, pass_marks)
    facts = {
        "method": "beuk", "unit": reports.MARKS, "total": total, "persons": persons.n,
        "pass_marks": reports.distances(marked),
        "levels": [
            {
                "level": level, "mean_cut": one.means[0], "mean_pass_rate": one.means[1],
                "slope": one.slope if one.slope < float("inf") else None, "pass_rate": one.pass_rate,
            }
            for level, one in found.items()
        ],
    }  # fmt: skip
    reports.write(reports.Files(out, report, plots), lines, facts, _drawn_lines(found) if plots else {})
    reports.show(lines)
    for level, one in found.items():
        cut, rate = one.means
        of = f"Level {level}: the" if level else "The"
        click.echo(f"{of} judges asked for {cut:.2f} marks and {100 * rate:.1f} % passing on the average.")
    reports.conclude(lines, marked)


def _levels(file: Path, columns: Sequence[str], levels: str | None) -> dict[str, list[Row]]:
    rows = read_judged(file, columns)
    refuse_twice(rows, [JUDGE, LEVEL], "has a judgement")
    refuse_shares(rows, [name for name in columns if name.endswith(("fail", "rate"))])
    return {level: [row for row in rows if row[LEVEL] == level] for level in ordered_levels(rows, levels)}


def _limits(row: Row) -> list[float]:
    """Read the limits of a judge, which have to be in order."""
    found = [row.number(LIMITS[0]), row.number(LIMITS[1]), share(row, LIMITS[2]), share(row, LIMITS[3])]
    for low in (0, 2):
        if found[low] > found[low + 1]:
            raise row.refuse(LIMITS[low + 1], f"is below {LIMITS[low]} ({row[LIMITS[low]]}); exchange the two")
    return found


def _drawn_boxes(found: dict[str, "Hofstee"]) -> dict[str, bytes]:
    from kaoping.exam.figures import cut_scores as figures
    from kaoping.exam.figures.drawing import Words

    return {
        f"hofstee{f'-{level}' if level else ''}": figures.compromise(
            one.curve.cuts, 100 * one.curve.rates,
            figures.Compromise.of_box(one.box, one.cut, one.fail_rate),
            Words(
                f"Hofstee's compromise{f', {level}' if level else ''}", "Cut, marks",
                f"The curve meets the line at {one.cut.value:.1f} marks.",
            ),
            vertical="Percent failing",
        )
        for level, one in found.items()
    }  # fmt: skip


def _drawn_lines(found: dict[str, "Beuk"]) -> dict[str, bytes]:
    from kaoping.exam.figures import cut_scores as figures
    from kaoping.exam.figures.drawing import Words

    return {
        f"beuk{f'-{level}' if level else ''}": figures.compromise(
            one.curve.cuts, 100 * (1 - one.curve.rates),
            figures.Compromise.of_line(one.means, one.slope, one.cut, one.pass_rate),
            Words(
                f"Beuk's compromise{f', {level}' if level else ''}", "Cut, marks",
                f"The line meets the curve at {one.cut.value:.1f} marks.",
            ),
            vertical="Percent passing",
        )
        for level, one in found.items()
    }  # fmt: skip
