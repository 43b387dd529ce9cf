"""``kaoping cutscore contrasting`` and ``borderline``: persons whom judges graded, and their scores."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.cut_scores import reports
from kaoping.exam.cli.cut_scores.judgements import (
    bootstrap_options,
    drawing,
    ordered_levels,
    outputs_options,
    refuse_twice,
)
from kaoping.exam.cli.measurement import FileUnreadable, Measuring, Refused, Row, path_option, read_rows
from kaoping.exam.cli.numbers import Finite

if TYPE_CHECKING:
    from kaoping.scoring.cut_scores import BorderlineRegression, Contrast, Cut

PERSON, SCORE, GROUP, GRADE, STATION = "person", "score", "group", "grade", "station"
METHODS = ("logistic", "normal", "midpoint", "empirical")
FEWEST_GROUPS = 2
WAYS = ("regression", "median", "mean")
_cost = Finite(0, min_open=True)
_total = click.option("--total", type=Finite(0, min_open=True), help="Marks of the whole paper, for percentages.")


class BaseRate(click.ParamType[Any]):
    """``equal``, ``sample``, or a share between 0 and 1."""

    name = "equal|sample|SHARE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the word or the number."""
        if value in {"equal", "sample"}:
            return value
        try:
            share = float(value)
        except ValueError:
            share = 0.0
        if not 0 < share < 1:
            self.fail(f"“{value}” is neither equal nor sample nor a share between 0 and 1", param, ctx)
        return share


@click.command(cls=Measuring)
@click.argument("persons", type=click.Path(path_type=Path))
@click.option("--groups", required=True, help="Names of the groups from the lowest up, separated by commas.")
@click.option(
    "--method", type=click.Choice(METHODS), default="logistic", show_default=True, help="How to find the cut."
)
@click.option(
    "--base-rate", type=BaseRate(), default="equal", show_default=True,
    help="Share of the upper group among those to be decided about: equal (one half), sample, or a number.",
)  # fmt: skip
@click.option("--cost-of-passing", type=_cost, default=1.0, help="Cost of passing a person of the lower group; 1.")
@click.option("--cost-of-failing", type=_cost, default=1.0, help="Cost of failing a person of the upper group; 1.")
@_total
@bootstrap_options
@outputs_options
def contrasting(
    persons: Path,
    *,
    groups: str,
    method: str,
    base_rate: Any,
    cost_of_passing: float,
    cost_of_failing: float,
    total: float | None,
    bootstrap: int | None,
    seed: int,
    pass_marks: Sequence[tuple[str, float]],
    out: Path | None,
    report: Path | None,
    plots: Path | None,
) -> None:
    """Set cuts between groups of persons. PERSONS: score, group, and person if wanted; three groups have two cuts."""
    from kaoping.scoring.cut_scores import Costs
    from kaoping.scoring.cut_scores import contrasting as setting

    scores = _grouped(persons, groups)
    costs = Costs(cost_of_passing, cost_of_failing)
    found: dict[str, Contrast] = {}
    for lower, upper in pairwise(scores):
        drawn = drawing(bootstrap, seed, needed=method == "empirical")
        found[upper] = setting(
            scores[lower], scores[upper], method=method, base_rate=base_rate, costs=costs, names=(lower, upper), **drawn
        )
    lines = [
        reports.Line(cut=one.cut, average=method, level=upper if len(found) > 1 else "", total=total)
        for upper, one in found.items()
    ]
    marked = reports.imposed(lines, pass_marks)
    facts = {
        "method": "contrasting", "separation": method, "base_rate": base_rate, "unit": reports.MARKS, "total": total,
        "costs": {"passing": cost_of_passing, "failing": cost_of_failing}, "pass_marks": reports.distances(marked),
        "boundaries": [_facts(names, one) for names, one in zip(pairwise(scores), found.values(), strict=True)],
    }  # fmt: skip
    pictures = _group_pictures(scores, found) if plots else {}
    reports.write(reports.Files(out, report, plots), lines, facts, pictures)
    reports.show(lines)
    for (lower, upper), one in zip(pairwise(scores), found.values(), strict=True):
        means = f"{lower} (mean {one.means[0]:.2f}) and {upper} (mean {one.means[1]:.2f})"
        passing, failing = f"{100 * one.false_pass:.1f} %", f"{100 * one.false_fail:.1f} %"
        click.echo(f"{means}: at the cut {passing} of {lower} would pass and {failing} of {upper} would fail.")
    reports.conclude(lines, marked)


def _grouped(file: Path, groups: str) -> dict[str, list[float]]:
    """Read the scores of each group, from the lowest group up."""
    rows = read_rows(file, [SCORE, GROUP], unique=PERSON)
    ordered = ordered_levels(rows, groups, column=GROUP)
    if len(ordered) < FEWEST_GROUPS:
        raise Refused(f"--groups {groups} names one group; a cut lies between two, such as --groups fail,pass.")
    return {name: [row.number(SCORE) for row in rows if row[GROUP] == name] for name in ordered}


def _facts(names: tuple[str, str], one: "Contrast") -> dict[str, Any]:
    return {
        "lower": names[0],
        "upper": names[1],
        "means": one.means,
        "deviations": one.deviations,
        "numbers": one.numbers,
        "false_pass": one.false_pass,
        "false_fail": one.false_fail,
        "coefficients": one.coefficients,
        "converged": one.converged,
        "iterations": one.iterations,
    }


def _group_pictures(scores: dict[str, list[float]], found: dict[str, "Contrast"]) -> dict[str, bytes]:
    from kaoping.exam.figures import cut_scores as figures
    from kaoping.exam.figures.drawing import Words

    drawn = {}
    for (lower, upper), one in zip(pairwise(scores), found.values(), strict=True):
        words = Words("Scores by group", "Score, marks", f"The cut is {one.cut.value:.1f} marks.")
        both = {lower: scores[lower], upper: scores[upper]}
        drawn[f"groups-{upper}"] = figures.contrasting_groups(both, one.cut, words, vertical="Percent of the group")
    return drawn


@click.command(cls=Measuring)
@click.argument("persons", type=click.Path(path_type=Path))
@click.option("--grade", type=Finite(), required=True, help="The grade of a borderline performance.")
@click.option(
    "--method", type=click.Choice(WAYS), default="regression", show_default=True,
    help="Regression of scores on grades, or the median or mean of the scores with this grade.",
)  # fmt: skip
@_total
@bootstrap_options
@path_option("--stations", help="CSV to write, a row for each station: cut, line and R-squared.")
@outputs_options
def borderline(
    persons: Path,
    *,
    grade: float,
    method: str,
    total: float | None,
    bootstrap: int | None,
    seed: int,
    stations: Path | None,
    pass_marks: Sequence[tuple[str, float]],
    out: Path | None,
    report: Path | None,
    plots: Path | None,
) -> None:
    """Set a cut by borderline persons. PERSONS: score, grade, and person and station for several stations."""
    rows = _graded(persons)
    drawn = drawing(bootstrap, seed)
    if method == "regression":
        found = _regression(rows, grade, drawn)
        whole = found.whole
    else:
        found, whole = None, _of_group(rows, grade, method, drawn)
    lines = _station_lines(found, method) if found else []
    final = reports.Line(cut=whole, average=method, total=total)
    lines = [*lines, replace(final, level="all stations")] if len(lines) > 1 else [final]
    marked = reports.imposed([final], pass_marks)
    facts = {
        "method": "borderline", "average": method, "grade": grade, "unit": reports.MARKS, "total": total,
        "pass_marks": reports.distances(marked), "stations": _station_facts(found),
    }  # fmt: skip
    pictures = _station_pictures(rows, grade, found) if plots and found else {}
    header = ["station", "cut", "se", "low", "high", "intercept", "slope", "r_squared", "residual_sd", "persons"]
    table = (stations, header, [list(one.values()) for one in _station_facts(found)])
    reports.write(reports.Files(out, report, plots), lines, facts, pictures, [table])
    reports.show(lines)
    for sentence in _extrapolated(rows, grade) if found else ():
        click.echo(sentence)
    for one in found.stations if found else ():
        named = f"Station {one.name}: " if one.name else ""
        click.echo(f"{named}{one.slope:.2f} marks for each grade, R² {one.r_squared:.2f}, {one.persons} persons.")
    reports.conclude([final], marked)


def _graded(file: Path) -> list[Row]:
    rows = read_rows(file, [SCORE, GRADE])
    several = STATION in rows[0].columns
    if several and PERSON not in rows[0].columns:
        raise FileUnreadable(file=file, reason="it has stations and no column person; name the person in each row")
    for row in rows:
        for column in {PERSON, STATION} & set(row.columns):
            if not row[column]:
                raise row.refuse(column, "is no name; give every row one")
    if PERSON in rows[0].columns:
        refuse_twice(rows, [PERSON, STATION], "has a score" + (" in this station" if several else ""))
    return rows


def _regression(rows: Sequence[Row], grade: float, drawn: dict[str, Any]) -> "BorderlineRegression":
    from kaoping.scoring.cut_scores import borderline_regression

    columns = rows[0].columns
    return borderline_regression(
        [row.number(SCORE) for row in rows],
        [row.number(GRADE) for row in rows],
        borderline=grade,
        stations=[row[STATION] for row in rows] if STATION in columns else (),
        persons=[row[PERSON] for row in rows] if PERSON in columns else (),
        **drawn,
    )


def _extrapolated(rows: Sequence[Row], grade: float) -> list[str]:
    """Say in which stations nobody's grade is as low or as high as the borderline grade."""
    grades: dict[str, list[float]] = {}
    for row in rows:
        grades.setdefault(row[STATION], []).append(row.number(GRADE))
    return [
        f"{f'Station {name}: ' if name else ''}THE CUT IS EXTRAPOLATED, as the grades given are "
        f"{min(given):g} to {max(given):g}."
        for name, given in grades.items()
        if not min(given) <= grade <= max(given)
    ]


def _of_group(rows: Sequence[Row], grade: float, average: str, drawn: dict[str, Any]) -> "Cut":
    from kaoping.scoring.cut_scores import borderline_group

    if STATION in rows[0].columns:
        raise Refused(f"--method {average} is for one score of each person; use regression, or a file of one station.")
    scores = [row.number(SCORE) for row in rows if row.number(GRADE) == grade]
    if len(scores) < FEWEST_GROUPS:
        reason = f"it has {len(scores)} persons with the grade {grade:g}, and two are needed; choose another --grade"
        raise FileUnreadable(file=rows[0].file, reason=reason)
    return borderline_group(scores, average=average, **drawn)


def _station_lines(found: "BorderlineRegression", method: str) -> list[reports.Line]:
    return [reports.Line(cut=one.cut, average=method, level=one.name) for one in found.stations]


def _station_facts(found: "BorderlineRegression | None") -> list[dict[str, Any]]:
    return [
        {
            "station": one.name, "cut": one.cut.value, "se": one.cut.se, "low": one.cut.low, "high": one.cut.high,
            "intercept": one.intercept, "slope": one.slope, "r_squared": one.r_squared,
            "residual_sd": one.residual_sd, "persons": one.persons,
        }
        for one in (found.stations if found else ())
    ]  # fmt: skip


def _station_pictures(rows: Sequence[Row], grade: float, found: "BorderlineRegression") -> dict[str, bytes]:
    from kaoping.exam.figures import cut_scores as figures
    from kaoping.exam.figures.drawing import Words

    drawn = {}
    for one in found.stations:
        points = [(row.number(GRADE), row.number(SCORE)) for row in rows if row[STATION] == one.name]
        title = f"Scores and grades{f', {one.name}' if one.name else ''}"
        words = Words(title, "Grade", f"The line gives {one.cut.value:.1f} marks at grade {grade:g}.")
        drawn[f"station{f'-{one.name}' if one.name else ''}"] = figures.borderline(
            points, one, words, grade=grade, vertical="Score, marks"
        )
    return drawn
