"""``kaoping integrity preknowledge``: who is better or faster on exposed items, and which items became easier."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.integrity import preknowledge_report
from kaoping.exam.cli.integrity.flags import adjustment, screening_options, ties_option
from kaoping.exam.cli.integrity.time_files import Range, parameters_of, read_times, time_options
from kaoping.exam.cli.item_files import read_items
from kaoping.exam.cli.measurement import (
    FileUnreadable,
    Measuring,
    Outputs,
    Refused,
    generator,
    path_option,
    read_item_rows,
    read_responses,
    responses_argument,
)

if TYPE_CHECKING:
    from kaoping.scoring.integrity.item_drift import Drift
    from kaoping.scoring.integrity.lognormal import TimeParameters
    from kaoping.scoring.integrity.response_times import ResponseTimes
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.quadrature import Quadrature
    from kaoping.scoring.responses import ResponseMatrix

BEFORE_AND_AFTER = 2


@dataclass(frozen=True)
class Sitting:
    """What was read: answers, items, and times with their parameters if they are given."""

    responses: "ResponseMatrix"
    items: "ItemParameters"
    times: "ResponseTimes | None"
    time_items: "TimeParameters | None"


@click.command(cls=Measuring)
@responses_argument
@path_option("--items", required=True, help="CSV of the items as kaoping calibrate writes it.")
@click.option("--exposed", required=True, help="The exposed items: names such as I3,I7, or a CSV with a column item.")
@path_option("--times", help="CSV of the times of the same persons, to judge speed as well.")
@time_options
@click.option(
    "--null", type=click.Choice(["theoretical", "empirical"]), default="theoretical", show_default=True,
    help="What chance alone gives: what the models say, or what the middle half of these persons show.",
)  # fmt: skip
@ties_option
@click.option(
    "--mean", type=float, help="Mean ability of the population; estimated from the secure items if not given."
)
@click.option("--sd", type=click.FloatRange(0, min_open=True), help="Its spread; estimated likewise.")
@path_option("--group", help="CSV with person and group, of persons before and after the exposure, for --items-out.")
@click.option("--after", help="The group that came after.")
@screening_options
@path_option("--items-out", help="CSV to write, a row for each item: whether it became easier or faster.")
def preknowledge(
    responses: Path,
    *,
    lowest: str,
    omitted: str | None,
    not_reached: str | None,
    items: Path,
    exposed: str,
    times: Path | None,
    group: Path | None,
    after: str | None,
    out: Path | None,
    items_out: Path | None,
    report: Path | None,
    plots: Path | None,
    **said: Any,
) -> None:
    """Find persons who are better or faster on exposed items than on secure ones."""
    meant = Range(said.pop("unit"), said.pop("least"), said.pop("most"))
    words = {"lowest": int(lowest), "omitted": omitted, "not_reached": not_reached}
    _refuse_half(group, after, items_out)
    sitting = _read(responses, words, items, times, (meant, said.pop("known"), said.pop("slopes")), group)
    work = _compared(sitting, _names(exposed, sitting.responses.items), after, said)
    with Outputs() as outputs:
        outputs.csv(out, preknowledge_report.PERSONS, preknowledge_report.person_rows(work))
        outputs.csv(items_out, preknowledge_report.ITEMS, preknowledge_report.item_rows(work))
        outputs.json(report, preknowledge_report.facts(work))
        outputs.pictures(plots, preknowledge_report.pictures(work) if plots else {})
    for line in preknowledge_report.lines(work):
        click.echo(line)


def _refuse_half(group: Path | None, after: str | None, items_out: Path | None) -> None:
    if (group is None) != (after is None):
        raise Refused("--group and --after go together: the groups of the persons, and which of them came after.")
    if items_out is not None and group is None:
        raise Refused("--items-out compares persons before and after; give --group and --after.")


def _names(exposed: str, items: tuple[str, ...]) -> tuple[str, ...]:
    """Read the exposed items from the option itself or from the file that it names."""
    names = tuple(part.strip() for part in exposed.split(",") if part.strip())
    if set(names) <= set(items):
        return names
    if Path(exposed).suffix or Path(exposed).exists():
        return tuple(read_item_rows(Path(exposed), [], items))
    unknown = next(name for name in names if name not in items)
    raise Refused(f"--exposed: “{unknown}” is no item of the answers, and “{exposed}” is no file.")


def _read(
    file: Path,
    words: dict[str, Any],
    items: Path,
    times: Path | None,
    timing: tuple[Range, Path | None, bool],
    group: Path | None,
) -> Sitting:
    known = read_items(items)
    categories = dict(zip(known.names, map(int, known.categories), strict=True))
    table = read_responses(file, **words, categories=categories, group=group)
    for name in table.items:
        if name not in known.names:
            raise FileUnreadable(file=items, reason=f"it has no parameters for item {name} of the answers")
    if times is None:
        return Sitting(table, known.named(table.items), None, None)
    meant, given, slopes = timing
    seconds = read_times(times, meant).of(table)
    return Sitting(table, known.named(table.items), seconds, parameters_of(seconds, given, slopes=slopes)[0])


def _compared(
    sitting: Sitting, names: tuple[str, ...], after: str | None, said: dict[str, Any]
) -> preknowledge_report.Work:
    """Judge the persons, and the items if some persons came after."""
    from kaoping.scoring.integrity import preknowledge as scoring
    from kaoping.scoring.integrity.ability_changes import ability_changes

    table, items = sitting.responses, sitting.items
    exposed = scoring.exposed_places(table.items, names)
    population = _population(table, items, ~exposed, said)
    rng = None if said["seed"] is None else generator(said["seed"])
    answers, speed = scoring.answer_shifts(table, items, exposed, population=population, rng=rng), None
    if sitting.times is not None and sitting.time_items is not None:
        speed = scoring.speed_shifts(sitting.times, sitting.time_items, exposed)
    if said["null"] == "empirical":
        answers, speed = answers.recentred(), speed.recentred() if speed else None
    shared: dict[str, Any] = {"level": said["level"], "adjust": adjustment(said["adjust"])}
    return preknowledge_report.Work(
        responses=table,
        exposed=exposed,
        null=said["null"],
        ties="half" if said["seed"] is None else f"at random, seed {said['seed']}",
        population=population,
        answer_shifts=answers,
        speed_shifts=speed,
        changes=ability_changes(table, items, exposed),
        answers=answers.evidence(**shared),
        times=speed.evidence(**shared) if speed else None,
        both=scoring.joint_evidence(answers, speed, **shared) if speed else None,
        drift=_drifts(sitting, after) if after is not None else (),
        level=said["level"],
    )


def _population(table: "ResponseMatrix", items: "ItemParameters", secure: Any, said: dict[str, Any]) -> "Quadrature":
    """Give the population as said, else as the answers to the secure items have it."""
    from kaoping.scoring.integrity.ability_population import ability_population
    from kaoping.scoring.quadrature import normal

    mean, sd = said["mean"], said["sd"]
    if mean is None or sd is None:
        found = ability_population(table.take(items=secure), items.take(secure.nonzero()[0]))
        middle = float(found.weights @ found.nodes)
        spread = float(found.weights @ (found.nodes - middle) ** 2) ** 0.5
        mean, sd = middle if mean is None else mean, spread if sd is None else sd
    return normal(121, mean=mean, sd=sd)


def _drifts(sitting: Sitting, after: str) -> tuple["Drift", ...]:
    """Compare the groups item by item, each with the population of its own."""
    from kaoping.scoring.integrity.ability_population import ability_population
    from kaoping.scoring.integrity.item_drift import answer_drift, time_drift

    table = sitting.responses
    if after not in table.group_names or len(table.group_names) != BEFORE_AND_AFTER:
        groups = ", ".join(table.group_names)
        raise Refused(f"--after {after} has to be one of two groups; the groups are {groups}.")
    late = table.group == table.group_names.index(after)
    populations = tuple(ability_population(table.take(persons=some), sitting.items) for some in (~late, late))
    found = [answer_drift(table, sitting.items, late, populations=(populations[0], populations[1]))]
    if sitting.times is not None and sitting.time_items is not None:
        found.append(time_drift(sitting.times, sitting.time_items, late))
    return tuple(found)
