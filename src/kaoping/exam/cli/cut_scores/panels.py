"""``kaoping cutscore angoff``: ratings of items by judges, round by round and level by level."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.cut_scores import panel_report, reports
from kaoping.exam.cli.cut_scores.judgements import (
    AVERAGES,
    ITEM,
    JUDGE,
    LEVEL,
    PERCENT,
    ROUND,
    Part,
    by_part,
    levels_option,
    maxima_for,
    outputs_options,
    read_distribution,
    read_judged,
    read_marks,
    refuse_shares,
    refuse_twice,
    tables_of,
)
from kaoping.exam.cli.item_files import read_items
from kaoping.exam.cli.measurement import (
    CellUnusable,
    FileUnreadable,
    Measuring,
    Refused,
    Row,
    path_option,
    read_responses,
)

if TYPE_CHECKING:
    from kaoping.scoring.cut_scores import Agreement, Angoff, Convergence, Distribution, Intrajudge, Norms
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.responses import ResponseMatrix

SCALES = ("share", "percent", "marks")


@dataclass(frozen=True)
class Meeting:
    """What was found of one round and level."""

    level: str
    round: str
    found: "Angoff"
    agreement: "Agreement"
    consistency: "Intrajudge | None"


@dataclass(frozen=True)
class Known:
    """What is known of items and persons beside the ratings.

    ``by_answers`` are items for which the highest answer that was given was taken as the full marks.
    """

    norms: "Norms | None"
    persons: "Distribution | None"
    parameters: "ItemParameters | None"
    by_answers: tuple[str, ...] = ()


@click.command(cls=Measuring)
@click.argument("ratings", type=click.Path(path_type=Path))
@click.option(
    "--scale", type=click.Choice(SCALES), default="share", show_default=True,
    help="What a rating is: a probability or share of the marks from 0 to 1, a percentage, or expected marks.",
)  # fmt: skip
@path_option("--marks", help="CSV with item and marks: what each item is worth; one mark each if not given.")
@click.option("--incomplete", is_flag=True, help="Judges rate different items on purpose.")
@levels_option
@click.option(
    "--average", type=click.Choice(AVERAGES), default="mean", show_default=True,
    help="The average of the judges' cuts that is compared with the pass mark; the table shows all.",
)  # fmt: skip
@path_option("--items", help="CSV of items as kaoping calibrate writes it: how consistent each judge is.")
@path_option("--responses", help="CSV of answers to these items: facilities, and how many would pass.")
@click.option("--lowest", type=click.Choice(["0", "1"]), default="0", help="The lowest category in --responses.")
@click.option("--omitted", help="What a cell of --responses holds if the person left the item out.")
@click.option("--not-reached", help="What a cell of --responses holds if the person did not come that far.")
@path_option("--scores", help="CSV with score, in marks, and count if wanted: how many would pass.")
@path_option("--judges", help="CSV to write, a row for each judge of each round and level.")
@path_option("--feedback", help="CSV to write, a row for each item of each round and level.")
@outputs_options
def angoff(
    ratings: Path,
    *,
    average: str,
    judges: Path | None,
    feedback: Path | None,
    pass_marks: Sequence[tuple[str, float]],
    out: Path | None,
    report: Path | None,
    plots: Path | None,
    **said: Any,
) -> None:
    """Set a cut by the modified Angoff method. RATINGS: judge, item, rating, and round, level, table if wanted."""
    rows = read_judged(ratings, [ITEM, "rating"])
    marks = read_marks(said["marks"])
    meetings = _meetings(rows, marks, said)
    known = _known(said, meetings[0].found.ratings.items, marks)
    meetings = [_checked(one, known) for one in meetings]
    moves = _moves(meetings)
    lines = [
        line
        for one in meetings
        for line in reports.of_panel(one.found, known.persons, level=one.level, number=one.round)
    ]
    final = _final(meetings, lines, average)
    marked = reports.imposed(final, pass_marks)
    facts = {
        "method": "angoff",
        "scale": said["scale"],
        "pass_marks": reports.distances(marked),
        "inversions": [asdict(one) for one in reports.by_level(final)],
        **panel_report.facts(meetings, moves),
    }
    pictures = panel_report.pictures(meetings, known, marked) if plots else {}
    tables = [
        (judges, panel_report.JUDGES, panel_report.judge_rows(meetings, known.persons)),
        (feedback, panel_report.ITEMS, panel_report.item_rows(meetings, known)),
    ]
    reports.write(reports.Files(out, report, plots), lines, facts, pictures, tables)
    reports.show(lines)
    panel_report.tell(meetings, moves, known)
    reports.conclude(final, marked)


def _meetings(rows: Sequence[Row], marks: Mapping[str, float], said: Mapping[str, Any]) -> list[Meeting]:
    """Read the ratings of every round and level."""
    refuse_twice(rows, [ITEM, JUDGE, ROUND, LEVEL], "is rated by this judge")
    if said["scale"] == "percent":
        refuse_shares(rows, ["rating"])
    parts = by_part(rows, said["levels"])
    items = list(dict.fromkeys(row[ITEM] for row in rows))
    if said["marks"]:
        _refuse_unknown(rows, items, marks, said["marks"])
    return [_meeting(part, some, items, maxima_for(items, marks), said) for part, some in parts.items()]


def _refuse_unknown(rows: Sequence[Row], items: Sequence[str], marks: Mapping[str, float], file: Path) -> None:
    for row in rows:
        if row[ITEM] not in marks:
            raise row.refuse(ITEM, f"is no item of {file}; correct the name or give it marks")
    for item in marks:
        if item not in items:
            raise FileUnreadable(file=rows[0].file, reason=f"it has no rating of item {item}, which {file} names")


def _meeting(
    part: Part, rows: Sequence[Row], items: Sequence[str], maxima: Mapping[str, float], said: Mapping[str, Any]
) -> Meeting:
    from kaoping.scoring.cut_scores import Ratings, agreement
    from kaoping.scoring.cut_scores import angoff as setting

    if not said["incomplete"]:
        _refuse_holes(part, rows, items)
    order = {name: place for place, name in enumerate(items)}
    triples = [
        (row[JUDGE], row[ITEM], _rating(row, maxima[row[ITEM]], said["scale"]))
        for row in sorted(rows, key=lambda row: order[row[ITEM]])
    ]
    seen = list(dict.fromkeys(row[JUDGE] for row in rows))
    triples.sort(key=lambda one: seen.index(one[0]))
    tables = tables_of(rows)
    found = setting(Ratings.of(triples, maxima=maxima), tables=tables)
    return Meeting(*part, found, agreement(found), None)


def _refuse_holes(part: Part, rows: Sequence[Row], items: Sequence[str]) -> None:
    """Refuse a judge who rates fewer items than there are."""
    rated: dict[str, set[str]] = {}
    for row in rows:
        rated.setdefault(row[JUDGE], set()).add(row[ITEM])
    for judge, known in rated.items():
        for item in items:
            if item not in known:
                where = "".join(
                    f" in {kind} {name}" for kind, name in zip(("level", "round"), part, strict=True) if name
                )
                reason = f"judge {judge} has no rating of item {item}{where}; add it, or say --incomplete"
                raise FileUnreadable(file=rows[0].file, reason=f"{reason} if judges rate different items")


def _rating(row: Row, full: float, scale: str) -> float:
    """Give a rating in marks."""
    most = {"share": 1.0, "percent": PERCENT, "marks": full}[scale]
    value = row.number("rating")
    if 0 <= value <= most:
        return value * full / most
    raise _beyond(row, value, most, scale)


def _beyond(row: Row, value: float, most: float, scale: str) -> CellUnusable:
    told = f"is not between 0 and {most:g}"
    if scale == "share":
        other = "--scale percent" if value > 1 else "a probability"
        return row.refuse("rating", f"{told}; write a probability such as 0.6, or say {other}" if value > 1 else told)
    return row.refuse("rating", told if scale == "percent" else f"{told}, the marks of item {row[ITEM]}")


def _known(said: Mapping[str, Any], items: Sequence[str], marks: Mapping[str, float]) -> Known:
    from kaoping.scoring.cut_scores import norms

    found, parameters = None, None
    by_answers: tuple[str, ...] = ()
    if said["items"]:
        parameters = read_items(said["items"])
        _refuse_lacking(said["items"], parameters.names, items)
    if said["responses"]:
        table = read_responses(
            said["responses"], lowest=int(said["lowest"]), omitted=said["omitted"], not_reached=said["not_reached"],
            categories=dict(zip(parameters.names, parameters.categories.tolist(), strict=True)) if parameters else None,
        )  # fmt: skip
        _refuse_lacking(said["responses"], table.items, items)
        maxima = maxima_for(items, marks)
        highest = {} if parameters else _highest(table, maxima)
        by_answers = () if parameters else tuple(name for name in maxima if name not in highest)
        found = norms(table, maxima, highest=highest)
    if said["scores"] and found:
        raise Refused("--responses give the scores already; leave out --scores.")
    persons = read_distribution(said["scores"]) if said["scores"] else found.persons if found else None
    return Known(found, persons, parameters, by_answers)


def _highest(table: "ResponseMatrix", maxima: Mapping[str, float]) -> dict[str, int]:
    """Give the highest category of items whose answers are marks: whole ones, of which some answer has two or more.

    An item that was only answered 0 and 1 may be right or wrong, and worth any marks.
    """
    seen = dict(zip(table.items, (table.categories - 1).tolist(), strict=True))
    return {
        name: int(full)
        for name, full in maxima.items()
        if full % 1 == 0 and (seen[name] == full or 1 < seen[name] < full)
    }


def _refuse_lacking(file: Path, names: Sequence[str], items: Sequence[str]) -> None:
    for name in items:
        if name not in names:
            raise FileUnreadable(file=file, reason=f"it has no item {name}, which the judges rated")


def _checked(one: Meeting, known: Known) -> Meeting:
    """Measure the consistency of judges, if items or answers are known."""
    from kaoping.scoring.cut_scores import intrajudge

    if known.parameters is None and known.norms is None:
        return one
    facilities = known.norms.facilities if known.norms else {}
    found = intrajudge(one.found.ratings, known.parameters, cut=one.found.mean.value, facilities=facilities)
    return Meeting(one.level, one.round, one.found, one.agreement, found)


def _moves(meetings: Sequence[Meeting]) -> dict[Part, "Convergence"]:
    """Compare each round of a level with the one before."""
    from kaoping.scoring.cut_scores import convergence

    found = {}
    for level in dict.fromkeys(one.level for one in meetings):
        rounds = [one for one in meetings if one.level == level]
        for one, move in zip(rounds[1:], convergence([one.found for one in rounds]), strict=True):
            found[level, one.round] = move
    return found


def _final(meetings: Sequence[Meeting], lines: Sequence[reports.Line], average: str) -> list[reports.Line]:
    """Give the cut of the last round of each level."""
    last = {one.level: one.round for one in meetings}
    return [line for line in lines if line.average == average and line.round == last[line.level]]
