"""``kaoping analyse``: the classical statistics of items and test, from a table of answers."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli import item_report, scoring_key
from kaoping.exam.cli.measurement import (
    Measuring,
    Outputs,
    generator,
    path_option,
    read_cells,
    read_item_rows,
    read_responses,
    refuse_constant,
    responses_argument,
)

if TYPE_CHECKING:
    from kaoping.scoring.classical import ConditionalErrors, ItemRow, Marks, Options
    from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True)
class Answers:
    """What was read: the table, and for each item the key and what each person chose, if there is a key."""

    table: "ResponseMatrix"
    keys: dict[str, scoring_key.ItemKey] = field(default_factory=dict)
    choices: dict[str, list[str | None]] = field(default_factory=dict)


@click.command(cls=Measuring)
@responses_argument
@path_option("--key", help="CSV with item, key and, if wanted, options: cells of RESPONSES are then chosen options.")
@path_option("--marks", help="CSV with item and marks: what each item is worth, instead of its highest category.")
@click.option("--seed", type=int, default=1, help="Number from which random halves are drawn; the same gives the same.")
@path_option("--out", help="CSV to write, a row for each item.")
@path_option("--report", help="JSON to write, with everything that is calculated.")
@path_option("--plots", help="Folder for pictures (SVG): the map of items, the scores, and options by score.")
def analyse(
    responses: Path,
    *,
    lowest: str,
    omitted: str | None,
    not_reached: str | None,
    key: Path | None,
    marks: Path | None,
    seed: int,
    out: Path | None,
    report: Path | None,
    plots: Path | None,
) -> None:
    """Analyse items and test by classical statistics, each with its confidence interval."""
    from kaoping.scoring import classical

    blanks = scoring_key.Blanks(omitted, not_reached)
    answers = _keyed(responses, key, blanks) if key else _given(responses, int(lowest), blanks)
    table = answers.table
    worth = classical.Marks.of(table, marks=_marks(marks, table.items) if marks else None)
    items = classical.item_table(table, marks=worth.largest)
    summary = classical.test_summary(worth, rng=generator(seed))
    errors = _conditional(worth)
    options = _options(answers, worth)
    with Outputs() as outputs:
        guesses = {item: found.guess for item, found in answers.keys.items()}
        outputs.csv(out, item_report.header(), item_report.rows(items, options, guesses))
        outputs.json(report, item_report.facts(summary, items, options, errors))
        outputs.pictures(plots, _pictures(worth, items, answers, options, errors) if plots else {})
    for line in item_report.lines(summary, items, options):
        click.echo(line)


def _given(file: Path, lowest: int, blanks: scoring_key.Blanks) -> Answers:
    """Read categories as they are."""
    return Answers(
        read_responses(file, lowest=lowest, omitted=blanks.omitted, not_reached=blanks.not_reached, varying=True)
    )


def _keyed(file: Path, key: Path, blanks: scoring_key.Blanks) -> Answers:
    """Read chosen options, and mark them by the key."""
    cells = read_cells(file)
    keys = scoring_key.read_key(key, cells)
    table = scoring_key.score(cells, keys, blanks)
    refuse_constant(table, file, first=cells.first, words=("wrong", "right"))
    chosen = {item: scoring_key.choices(cells, place, blanks) for place, item in enumerate(cells.items)}
    return Answers(table, dict(zip(cells.items, keys, strict=True)), chosen)


def _marks(file: Path, items: Sequence[str]) -> list[float]:
    """Read what each item is worth, in the order of the table."""
    rows = read_item_rows(file, ["marks"], items, each="marks")
    for row in rows.values():
        if row.number("marks") <= 0:
            raise row.refuse("marks", "is not above 0; an item that is worth nothing cannot be analysed")
    return [rows[name].number("marks") for name in items]


def _conditional(worth: "Marks") -> "tuple[str, ConditionalErrors] | None":
    """Give the errors by score: of right and wrong by Lord and Keats, of other marks by Feldt and Qualls."""
    from kaoping.scoring import classical
    from kaoping.scoring.errors import NotDichotomous, ScoringError

    with suppress(ScoringError):
        try:
            return "Lord-Keats", classical.lord_keats(worth, least=classical.LEAST_FOR_A_SHARE)
        except NotDichotomous:
            return "Feldt-Qualls", classical.feldt(worth)
    return None


def _options(answers: Answers, worth: "Marks") -> "dict[str, Options]":
    """Analyse the options of every item that has a key and persons enough."""
    from kaoping.scoring import classical
    from kaoping.scoring.errors import ScoringError

    found = {}
    for place, (item, key) in enumerate(answers.keys.items()):
        scores, there = worth.rest(place)
        chosen = [choice for choice, known in zip(answers.choices[item], there, strict=True) if known]
        with suppress(ScoringError):
            found[item] = classical.analyse_options(chosen, scores, key=key.right, options=key.options)
    return found


def _pictures(
    worth: "Marks",
    items: "Sequence[ItemRow]",
    answers: Answers,
    options: "dict[str, Options]",
    errors: "tuple[str, ConditionalErrors] | None",
) -> dict[str, bytes]:
    from kaoping.exam.figures import classical as figures
    from kaoping.exam.figures.drawing import Words
    from kaoping.exam.figures.items import option_lines

    drawn: dict[str, bytes] = {}
    both = {row.item: (row.facility, row.item_rest) for row in items}
    places = {item: figures.Place(p, r) for item, (p, r) in both.items() if p is not None and r is not None}
    if places:
        words = Words("Items by facility and discrimination", "Facility", f"{len(places)} items with their intervals.")
        drawn["items"] = figures.item_map(places, words, vertical="Item-rest correlation")
    if errors:
        words = Words("Scores and their errors", "Score (marks)", f"Errors of measurement by {errors[0]}.")
        axes: dict[str, Any] = {"error_word": "one conditional standard error", "vertical": "Persons"}
        scores = worth.total[worth.complete]
        drawn["scores"] = figures.score_distribution(scores, errors[1], words, total=worth.largest.sum(), **axes)
    for item, found in options.items():
        if found.trace:
            shares = {name: found.trace.shares[:, place].tolist() for place, name in enumerate(found.trace.options)}
            groups = [f"{mean:.1f}" for mean in found.trace.mean_score]
            words = Words(f"{item}: options by score", "Mean score without the item", "Percent of each score group.")
            drawn[f"options-{item}"] = option_lines(shares, answers.keys[item].right, groups, words, key_word="key")
    return drawn
