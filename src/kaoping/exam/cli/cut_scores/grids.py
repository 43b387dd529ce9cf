"""``kaoping cutscore ebel``: items by relevance and difficulty, and what is expected of each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.cut_scores import reports
from kaoping.exam.cli.cut_scores.judgements import (
    AVERAGES,
    ITEM,
    JUDGE,
    LEVEL,
    levels_option,
    maxima_for,
    ordered_levels,
    outputs_options,
    read_distribution,
    read_judged,
    read_marks,
    refuse_shares,
    refuse_twice,
    share,
    tables_of,
)
from kaoping.exam.cli.measurement import FileUnreadable, Measuring, Row, path_option, read_rows

if TYPE_CHECKING:
    from kaoping.scoring.cut_scores import Ebel
    from kaoping.scoring.cut_scores.ebel import Cell

RELEVANCE, DIFFICULTY, EXPECTED = "relevance", "difficulty", "percent"


@click.command(cls=Measuring)
@click.argument("items", type=click.Path(path_type=Path))
@path_option("--grid", required=True, help="CSV with judge, relevance, difficulty and percent: what is expected.")
@path_option("--marks", help="CSV with item and marks: what each item is worth; one mark each if not given.")
@click.option(
    "--average", type=click.Choice(AVERAGES), default="mean", show_default=True,
    help="The average of the judges' cuts that is compared with the pass mark; the table shows all.",
)  # fmt: skip
@levels_option
@path_option("--scores", help="CSV with score, in marks, and count if wanted: how many would pass.")
@path_option("--cells", help="CSV to write: how many items and marks lie in each cell, and what it adds to the cut.")
@outputs_options
def ebel(
    items: Path,
    *,
    grid: Path,
    marks: Path | None,
    average: str,
    levels: str | None,
    scores: Path | None,
    cells: Path | None,
    pass_marks: Sequence[tuple[str, float]],
    out: Path | None,
    report: Path | None,
    plots: Path | None,
) -> None:
    """Set a cut by Ebel's grid. ITEMS: item, relevance, difficulty, and judge if they did not sort together."""
    found = _found(items, grid, marks, levels)
    persons = read_distribution(scores) if scores else None
    lines = [line for level, one in found.items() for line in reports.of_panel(one.panel, persons, level=level)]
    final = [line for line in lines if line.average == average]
    marked = reports.imposed(final, pass_marks)
    facts = {
        "method": "ebel", "unit": reports.MARKS, "total": lines[0].total, "pass_marks": reports.distances(marked),
        "inversions": [asdict(one) for one in reports.by_level(final)],
        "levels": [_facts(level, one) for level, one in found.items()],
    }  # fmt: skip
    header = ["level", "relevance", "difficulty", "items", "marks", "share", "adds"]
    table = (cells, header, [[level, *asdict(cell).values()] for level, one in found.items() for cell in one.grid])
    reports.write(reports.Files(out, report, plots), lines, facts, _pictures(found) if plots else {}, [table])
    reports.show(lines)
    kappa = next(iter(found.values())).kappa
    if kappa is not None:
        click.echo(f"Judges agree about the kinds of items with kappa {kappa:.2f}.")
    reports.conclude(final, marked)


def _facts(level: str, one: "Ebel") -> dict[str, Any]:
    judges, names = one.panel.ratings.judges, one.panel.ratings.items
    return {
        "level": level,
        "judges": len(judges),
        "items": len(names),
        "kappa": one.kappa,
        "grid": [asdict(cell) for cell in one.grid],
        "judge_cuts": dict(zip(judges, one.panel.judge_cuts.tolist(), strict=True)),
        "modal": dict(zip(names, one.modal.tolist(), strict=True)),
    }


def _found(items: Path, grid: Path, file: Path | None, levels: str | None) -> "dict[str, Ebel]":
    """Read items and expectations, and set the cut of each level."""
    marks = read_marks(file)
    expecting = read_judged(grid, [RELEVANCE, DIFFICULTY, EXPECTED])
    refuse_twice(expecting, [JUDGE, RELEVANCE, DIFFICULTY, LEVEL], "has a percentage for this cell")
    refuse_shares(expecting, [EXPECTED])
    rows = _rows(items, marks, file)
    return {
        level: _of_level(rows, [row for row in expecting if row[LEVEL] == level], marks, grid)
        for level in ordered_levels(expecting, levels)
    }


def _of_level(rows: Sequence[Row], expecting: Sequence[Row], marks: Mapping[str, float], grid: Path) -> "Ebel":
    from kaoping.scoring.cut_scores import ebel as setting

    expected: dict[str, dict[Cell, float]] = {}
    for row in expecting:
        expected.setdefault(row[JUDGE], {})[row[RELEVANCE], row[DIFFICULTY]] = share(row, EXPECTED)
    sorting = _sorting(rows, list(expected), grid)
    for row in rows:
        for judge in [row[JUDGE]] if JUDGE in row.columns else expected:
            if (row[RELEVANCE], row[DIFFICULTY]) not in expected[judge]:
                told = f"and {row[DIFFICULTY]} is a cell for which judge {judge} has no percentage in {grid}"
                raise row.refuse(RELEVANCE, told)
    names = list(dict.fromkeys(row[ITEM] for row in rows))
    return setting(sorting, expected, maxima=maxima_for(names, marks), tables=tables_of(expecting))


def _rows(items: Path, marks: Mapping[str, float], file: Path | None) -> list[Row]:
    """Read how items were sorted."""
    columns = [ITEM, RELEVANCE, DIFFICULTY]
    rows = read_rows(items, columns)
    for row in rows:
        for column in (*columns, *({JUDGE} & set(row.columns))):
            if not row[column]:
                raise row.refuse(column, "is empty; say it of every item")
        if file and row[ITEM] not in marks:
            raise row.refuse(ITEM, f"is no item of {file}; correct the name or give it marks")
    refuse_twice(rows, [ITEM, JUDGE], "is sorted")
    known = {row[ITEM] for row in rows}
    if lacking := [name for name in marks if name not in known]:
        raise FileUnreadable(file=items, reason=f"it does not sort item {lacking[0]}, which {file} names")
    return rows


def _sorting(rows: Sequence[Row], judges: Sequence[str], grid: Path) -> dict[str, dict[str, "Cell"]]:
    """Give the cell of each item by judge; the same for all if the panel sorted together."""
    if JUDGE not in rows[0].columns:
        together = {row[ITEM]: (row[RELEVANCE], row[DIFFICULTY]) for row in rows}
        return dict.fromkeys(judges, together)
    found: dict[str, dict[str, Cell]] = {}
    for row in rows:
        if row[JUDGE] not in judges:
            raise row.refuse(JUDGE, f"has no percentages in {grid}")
        found.setdefault(row[JUDGE], {})[row[ITEM]] = row[RELEVANCE], row[DIFFICULTY]
    for judge in judges:
        for item in dict.fromkeys(row[ITEM] for row in rows):
            if item not in found.get(judge, {}):
                reason = f"judge {judge} of {grid} has not sorted item {item}; let every judge sort every item"
                raise FileUnreadable(file=rows[0].file, reason=reason)
    return {judge: found[judge] for judge in judges}


def _pictures(found: "dict[str, Ebel]") -> dict[str, bytes]:
    from kaoping.exam.figures import cut_scores as figures
    from kaoping.exam.figures.drawing import Words

    drawn = {}
    for level, one in found.items():
        title = f"Marks and expected share by kind of item{f', {level}' if level else ''}"
        words = Words(title, "Difficulty", "The grid of relevance and difficulty.")
        drawn[f"grid{f'-{level}' if level else ''}"] = figures.grid(one.grid, words, vertical="Relevance")
    return drawn
