"""``kaoping integrity changes``: whether more changed answers became right than ability, or what is usual, explains."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.integrity.change_log import read_log, read_numbers
from kaoping.exam.cli.integrity.change_report import ChangeReport
from kaoping.exam.cli.integrity.flags import adjustment, screening_options, ties_option
from kaoping.exam.cli.integrity.sittings import Files, Reading, answers_options, ties
from kaoping.exam.cli.measurement import FileUnreadable, Measuring, Outputs, Refused, generator, path_option, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(cls=Measuring)
@click.argument("changes", type=click.Path(path_type=Path), metavar="CHANGES")
@path_option("--answers", help="CSV of the last answers, chosen options, of all persons; needed with a log of changes.")
@answers_options
@click.option("--omitted", help="What a cell holds if the person saw the item and left it out.")
@click.option("--not-reached", help="What a cell holds if the person did not come as far as the item.")
@click.option(
    "--base",
    type=click.Choice(["model", "observed"]),
    default="model",
    show_default=True,
    help="Chance to become right: what the model says of the last answer, or shifted to what was observed of "
    "all persons whose first answer was wrong.",
)
@click.option(
    "--mean",
    type=float,
    help="Mean ability of the population; estimated from the unchanged answers, of each group, if not given.",
)
@click.option("--sd", type=click.FloatRange(0, min_open=True), help="Its spread; goes with --mean.")
@path_option("--group", help="CSV with person and group, such as a room or site: judge groups instead of persons.")
@screening_options
@ties_option
def changes(
    changes: Path,
    *,
    answers: Path | None,
    base: str,
    mean: float | None,
    sd: float | None,
    group: Path | None,
    seed: int | None,
    level: float,
    adjust: str,
    out: Path | None,
    report: Path | None,
    plots: Path | None,
    **said: Any,
) -> None:
    """Test how many changed answers became right, of persons or groups.

    CHANGES is a log with person, item, from and to, a row for each change in the order of time, or with a column at
    that gives the order; or it holds the numbers of each person: person, changes, wrong_to_right.
    """
    if answers is None and any(said.values()):
        raise Refused("--key, --items and --model are for a log of changes, which needs --answers as well.")
    if (mean is None) != (sd is None):
        raise Refused("--mean and --sd say what the population is only together; give both.")
    if answers is None and mean is not None:
        raise Refused("--mean and --sd are for a log of changes, which needs --answers as well.")
    if answers is None and base == "observed":
        raise Refused(
            "--base observed is for a log of changes; numbers of changes always have the rate of all persons."
        )
    population = None if mean is None or sd is None else (mean, sd)
    terms = {"level": level, "adjust": adjustment(adjust), "rng": None if seed is None else generator(seed)}
    told = (
        _of_log(changes, answers, Reading(lowest=0, **said), group, population, {**terms, "base": base})
        if answers
        else _of_numbers(changes, group, terms)
    )
    with Outputs() as outputs:
        told.write(outputs, {"ties": ties(seed)}, Files(out, report, plots))
    for line in told.lines():
        click.echo(line)


def _of_numbers(file: Path, group: Path | None, terms: dict[str, Any]) -> ChangeReport:
    from kaoping.scoring.integrity import change_rates

    known = read_numbers(file)
    found = change_rates(known.persons, known.changed, known.right, groups=_groups(group, known.persons, file), **terms)
    return ChangeReport(found, f"numbers of changes from {file}; rate of all persons")


def _of_log(
    file: Path,
    answers: Path,
    reading: Reading,
    group: Path | None,
    population: tuple[float, float] | None,
    terms: dict[str, Any],
) -> ChangeReport:
    from kaoping.scoring.grids import normal_grid
    from kaoping.scoring.integrity import erasures

    sitting, known = read_log(file, answers, reading)
    persons = sitting.choices.table.persons
    said = population and normal_grid(sitting.parameters, mean=population[0], sd=population[1])
    found = erasures(known, sitting.parameters, population=said, groups=_groups(group, persons, answers), **terms)
    kinds = ", ".join(f"{int(n.sum())} {name.replace('_', ' ')}" for name, n in known.counts.items())
    return ChangeReport(found, f"changes: {kinds}; {sitting.origin}; base {terms['base']}", population)


def _groups(file: Path | None, persons: "Sequence[str]", answers: Path) -> list[str] | None:
    """Read the group of every person."""
    if file is None:
        return None
    rows = {row["person"]: row for row in read_rows(file, ["person", "group"], unique="person")}
    for row in rows.values():
        if not row["group"]:
            raise row.refuse("group", "is no group; give every person one")
    if lacking := [name for name in persons if name not in rows]:
        raise FileUnreadable(file=file, reason=f"it has no group for person {lacking[0]} of {answers}")
    return [rows[name]["group"] for name in persons]
