"""``kaoping score``: abilities of persons from known items, with standard errors, from files."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.item_files import read_items
from kaoping.exam.cli.measurement import (
    FileUnreadable,
    Measuring,
    Outputs,
    generator,
    path_option,
    read_responses,
    read_rows,
    responses_argument,
    write_table,
)

if TYPE_CHECKING:
    from kaoping.scoring.ability import Abilities
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.quadrature import Quadrature
    from kaoping.scoring.responses import ResponseMatrix
    from kaoping.scoring.scale import Scale

METHODS = ("eap", "map", "ml", "wle", "eapsum")
ROUNDINGS = ("half_up", "half_even", "half_down", "up", "down", "truncate")
ON_ANSWERS_ALONE = {"ml", "wle"}


@dataclass(frozen=True)
class Reference:
    """The population as the options name it: one mean and spread, or those of groups; a grid to calculate on."""

    mean: float
    sd: float
    groups: Path | None
    grid: tuple[float, float, int] | None


@dataclass(frozen=True)
class Scored:
    """Persons with an estimate: their rows in the table; ability and error of each; values drawn, if asked for."""

    rows: list[int]
    abilities: "Abilities"
    drawn: list[list[float]]


@click.command(cls=Measuring)
@responses_argument
@path_option("--items", required=True, help="CSV of items with known parameters, as kaoping calibrate writes it.")
@click.option("--method", type=click.Choice(METHODS), default="eap", show_default=True, help="How to score.")
@click.option("--mean", type=float, default=0.0, help="Mean of the population, in logits (0).")
@click.option("--sd", type=click.FloatRange(0, min_open=True), default=1.0, help="Its standard deviation (1).")
@path_option("--group", help="CSV with person and group, or group alone in the order of RESPONSES.")
@path_option("--populations", help="CSV with group, mean and sd: the population of each group of --group.")
@click.option("--grid", type=(float, float, click.IntRange(3)), help="Lowest and highest ability and number of nodes.")
@click.option(
    "--weight",
    type=click.Choice(["information", "warm"]),
    default="information",
    help="Weight of wle; warm for 3PL and 4PL items.",
)
@click.option("--plausible", type=click.IntRange(0), default=0, help="Number of values to draw for each person.")
@click.option("--seed", type=int, default=1, help="Number from which they are drawn; the same gives the same.")
@click.option("--scale", "line", type=(float, float), help="Slope and intercept of a scale to report on.")
@click.option("--bounds", type=(float, float), help="Lowest and highest value of the scale.")
@click.option("--decimals", type=click.IntRange(0, 6), default=0, help="Decimals of the scale (0).")
@click.option("--rounding", type=click.Choice(ROUNDINGS), default="half_up", help="Rule of rounding (half_up).")
@path_option("--table", help="CSV to write for eapsum: what each sum of categories means.")
@path_option("--out", help="CSV to write, person,theta,se; printed if not given.")
@path_option("--report", help="JSON to write: persons, spread, reliability.")
def score(
    responses: Path,
    *,
    lowest: str,
    omitted: str | None,
    not_reached: str | None,
    items: Path,
    method: str,
    group: Path | None,
    weight: str,
    table: Path | None,
    out: Path | None,
    report: Path | None,
    **asked: Any,
) -> None:
    """Score persons with known items: ability and standard error, in logits and on a scale."""
    scale = _scale(asked)
    bank = read_items(items)
    categories = dict(zip(bank.names, map(int, bank.categories), strict=True))
    answers = read_responses(
        responses,
        lowest=int(lowest),
        omitted=omitted,
        not_reached=not_reached,
        categories=categories,
        group=group,
    )
    known = _among(bank, answers, items, responses)
    reference = Reference(asked["mean"], asked["sd"], asked["populations"], asked["grid"])
    populations = _populations(reference, answers, known)
    scored = _scored(answers, known, method, populations, weight)
    scored = _with_draws(scored, answers, known, populations, asked) if asked["plausible"] else scored
    sums = _sums(answers, known, method, populations) if table else ([], [])
    header, rows = _table(scored, answers, scale)
    facts = _facts(scored, answers, method)
    with Outputs() as outputs:
        outputs.csv(out, header, rows)
        outputs.csv(table, *sums)
        outputs.json(report, facts)
    if out is None:
        write_table(sys.stdout, header, rows)
    for line in _lines(facts):
        click.echo(line, err=out is None)


def _scale(asked: dict[str, Any]) -> "Scale | None":
    from kaoping.scoring.scale import Scale

    if asked["line"] is None:
        if asked["bounds"] is not None:
            raise click.UsageError("--bounds are those of a scale; give --scale too.")
        return None
    (slope, intercept), (low, high) = asked["line"], asked["bounds"] or (float("-inf"), float("inf"))
    return Scale(slope, intercept, low, high, asked["decimals"], asked["rounding"])


def _among(bank: "ItemParameters", answers: "ResponseMatrix", items: Path, file: Path) -> "ItemParameters":
    """Give the items that were answered, in the order of the answers."""
    if lacking := [name for name in answers.items if name not in set(bank.names)]:
        raise FileUnreadable(file=items, reason=f"it has no row for item {lacking[0]} of {file}")
    return bank.named(answers.items)


def _populations(reference: Reference, answers: "ResponseMatrix", items: "ItemParameters") -> "list[Quadrature]":
    """Give the population of each group."""
    asked = dict.fromkeys(answers.group_names, (reference.mean, reference.sd))
    if reference.groups:
        if not answers.group_names[0]:
            raise click.UsageError("--populations are those of groups; give --group too.")
        asked = {}
        for row in read_rows(reference.groups, ["group", "mean", "sd"], unique="group"):
            if row.number("sd") <= 0:
                raise row.refuse("sd", "is no standard deviation; write a number above 0")
            asked[row["group"]] = row.number("mean"), row.number("sd")
        if lacking := [name for name in answers.group_names if name not in asked]:
            raise FileUnreadable(file=reference.groups, reason=f"it has no row for group {lacking[0]}")
    return [_population(*asked[name], reference, items) for name in answers.group_names]


def _population(mean: float, sd: float, reference: Reference, items: "ItemParameters") -> "Quadrature":
    from kaoping.scoring.grids import normal_between, normal_grid

    if reference.grid is None:
        return normal_grid(items, mean=mean, sd=sd)
    low, high, nodes = reference.grid
    return normal_between(low, high, nodes, mean=mean, sd=sd)


def _scored(
    answers: "ResponseMatrix", items: "ItemParameters", method: str, populations: "list[Quadrature]", weight: str
) -> Scored:
    """Score everybody who can be: persons without answers have no likelihood."""
    from kaoping.scoring import ability, sum_scores

    if method not in ON_ANSWERS_ALONE:
        methods = {"eap": ability.eap, "map": ability.maximum_a_posteriori, "eapsum": sum_scores.eap_of_sums}
        found = methods[method](answers, items, population=populations)
        return Scored(list(range(answers.n_persons)), found, [])
    some = answers.presented.sum(axis=1) > 0
    told = answers if some.all() else answers.take(persons=some)
    rows = [row for row, answered in enumerate(some.tolist()) if answered]
    if method == "ml":
        return Scored(rows, ability.maximum_likelihood(told, items), [])
    return Scored(rows, ability.weighted_likelihood(told, items, weight=weight), [])


def _with_draws(
    scored: Scored,
    answers: "ResponseMatrix",
    items: "ItemParameters",
    populations: "list[Quadrature]",
    asked: dict[str, Any],
) -> Scored:
    from kaoping.scoring.plausible_values import plausible_values

    rng = generator(asked["seed"])
    drawn = plausible_values(answers, items, draws=asked["plausible"], rng=rng, population=populations)
    return Scored(scored.rows, scored.abilities, drawn.tolist())


def _sums(
    answers: "ResponseMatrix", items: "ItemParameters", method: str, populations: "list[Quadrature]"
) -> tuple[list[str], list[list[Any]]]:
    """Give the table of sums; with the share observed if everybody answered every item."""
    from kaoping.scoring.sum_scores import sum_score_table

    if method != "eapsum" or len(populations) > 1:
        raise click.UsageError("--table is for the method eapsum and one population.")
    found = sum_score_table(items, population=populations[0])
    columns = {"score": found.score, "theta": found.theta, "se": found.se, "expected": found.expected}
    if answers.complete:
        columns["observed"] = found.observed(answers)
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return list(columns), [list(row) for row in rows]


def _table(scored: Scored, answers: "ResponseMatrix", scale: "Scale | None") -> tuple[list[str], list[list[Any]]]:
    """Give a row for each person, in the order of the file; cells of a person without an estimate are empty."""
    columns = [scored.abilities.theta.tolist(), scored.abilities.se.tolist()]
    header = ["person", "theta", "se"]
    if scale:
        columns += [list(scale.report(scored.abilities.theta)), scale.errors(scored.abilities.se).tolist()]
        header += ["scaled", "se_scaled"]
    estimates = dict(zip(scored.rows, zip(*columns, strict=True), strict=True))
    draws = scored.drawn or [[]] * answers.n_persons
    nothing = (None,) * len(columns)
    rows = [
        [name, *estimates.get(row, nothing), *draws[row]] for row, name in enumerate(answers.persons)
    ]  # fmt: skip
    return header + [f"pv{number + 1}" for number in range(len(draws[0]))], rows


def _facts(scored: Scored, answers: "ResponseMatrix", method: str) -> dict[str, Any]:
    """Summarise the estimates; what cannot be calculated of so few is null."""
    import statistics

    from kaoping.scoring.ability import empirical_reliability, separation_reliability

    theta = scored.abilities.theta
    finite = [value for value in theta.tolist() if abs(value) < float("inf")]
    spread = statistics.stdev(finite) if len(finite) > 1 else 0.0
    reliability = separation_reliability if method in ON_ANSWERS_ALONE else empirical_reliability
    return {
        "method": method,
        "persons": answers.n_persons,
        "items": answers.n_items,
        "scored": len(scored.rows),
        "infinite": len(theta) - len(finite),
        "mean": statistics.fmean(finite) if finite else None,
        "sd": spread or None,
        "reliability": reliability(scored.abilities) if spread else None,
    }


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    """Say on the terminal what was found."""
    said = f"{facts['scored']} of {facts['persons']} persons scored with {facts['items']} items ({facts['method']})"
    if facts["sd"]:
        said += (
            f": mean {facts['mean']:.3f}, standard deviation {facts['sd']:.3f}, reliability {facts['reliability']:.3f}"
        )
    yield f"{said}."
    if facts["infinite"]:
        yield f"{facts['infinite']} estimates are infinite: these answers are the likelier the further one goes."
