"""``kaoping simulate``: items in, answers of persons who never were out."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.item_files import read_items
from kaoping.exam.cli.measurement import Measuring, Outputs, Refused, path_option

if TYPE_CHECKING:
    from kaoping.scoring.designs import Group, Sample
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.responses import ResponseMatrix

BLOCKS = 4
CELLS = {-1: "", -2: "O", -3: "R"}
"""What is written for items not presented, omitted and not reached."""
_GROUP_PARTS = (3, 4)
_BOOKLETS = re.compile(r"booklets(?::([1-9][0-9]{0,3}))?")


class Groups(click.ParamType[Any]):
    """Groups such as ``men:0:1,women:0.3:1.1``: name, mean, standard deviation and, if wanted, weight of a person."""

    name = "NAME:MEAN:SD[:WEIGHT],…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "list[Group]":
        """Read the text; the persons are divided later."""
        from kaoping.scoring.designs import Group

        found: list[Group] = []
        for text in str(value).split(","):
            name, *numbers = (part.strip() for part in text.split(":"))
            if not name or len(numbers) + 1 not in _GROUP_PARTS or name in {one.name for one in found}:
                self.fail(f"“{text}” is not a group of its own; write NAME:MEAN:SD or NAME:MEAN:SD:WEIGHT", param, ctx)
            try:
                mean, sd, weight = (float(number) for number in [*numbers, "1"][:3])
            except ValueError:
                self.fail(f"“{text}” has a mean, spread or weight that is not a number", param, ctx)
            found.append(Group(name, 1, mean, sd, weight))
        return found


class Missing(click.ParamType[Any]):
    """A share of cells from 0 to below 1, or ``booklets`` with the number of blocks after a colon."""

    name = "SHARE|booklets[:BLOCKS]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | int:
        """Give a share as a float, a number of blocks as an int."""
        if isinstance(value, int | float):
            return value
        if found := _BOOKLETS.fullmatch(value):
            return int(found[1] or BLOCKS)
        try:
            share = float(value)
        except ValueError:
            share = -1.0
        if not 0 <= share < 1:
            self.fail(f"“{value}” is neither a share from 0 to below 1 nor booklets:4", param, ctx)
        return share


_share = click.FloatRange(0, 1, max_open=True)


@click.command(cls=Measuring)
@path_option("--items", required=True, help="CSV of items with parameters, as kaoping calibrate writes it.")
@click.option("--persons", type=click.IntRange(1, 10_000_000), required=True, help="Number of persons.")
@click.option("--mean", type=float, default=0.0, show_default=True, help="Mean ability, logits.")
@click.option("--sd", type=click.FloatRange(0), default=1.0, show_default=True, help="Spread of ability, logits.")
@click.option(
    "--groups",
    type=Groups(),
    help="Groups of equal size instead of one, such as men:0:1,women:0.3:1.1; a fourth number is the "
    "weight of a person.",
)
@click.option(
    "--missing",
    type=Missing(),
    help="Share of cells that are not presented, at random; or booklets:4, of two neighbouring blocks of items each.",
)
@click.option(
    "--omitted",
    type=_share,
    default=0.0,
    help="Share of cells that are left out, rather by those who would fail; written O.",
)
@click.option(
    "--not-reached",
    type=_share,
    default=0.0,
    help="Share of cells at the end that persons do not come to; written R.",
)
@click.option("--seed", type=click.IntRange(0), required=True, help="The same seed gives the same answers.")
@path_option("--out", required=True, help="CSV of answers to write.")
@path_option("--theta", help="CSV of true abilities to write: person,theta and, of several groups, group and weight.")
def simulate(
    *,
    items: Path,
    persons: int,
    mean: float,
    sd: float,
    groups: "list[Group] | None",
    missing: float | None,
    omitted: float,
    not_reached: float,
    seed: int,
    out: Path,
    theta: Path | None,
) -> None:
    """Draw answers of persons to items of any models, by any design."""
    import numpy as np

    from kaoping.scoring.designs import Group, draw_groups

    parameters = read_items(items)
    if groups and len(groups) > persons:
        raise Refused(f"{persons} persons cannot be divided into {len(groups)} groups.")
    rng = np.random.default_rng(seed)
    sample = draw_groups(_divided(groups or [Group("", 1, mean, sd)], persons), rng=rng)
    table = _drawn(sample, parameters, (missing, omitted, not_reached), rng)
    with Outputs() as outputs:
        outputs.csv(out, ["person", *table.items], _answers(table))
        outputs.csv(theta, *_abilities(sample, table.persons, several=bool(groups)))
    known = int((table.codes >= 0).sum())
    click.echo(f"{persons} persons, {len(parameters)} items, {known} answers.")


def _divided(groups: "list[Group]", persons: int) -> "list[Group]":
    """Give every group as many persons as may be, the first ones one more."""
    size, left = divmod(persons, len(groups))
    return [replace(one, persons=size + (place < left)) for place, one in enumerate(groups)]


def _drawn(
    sample: "Sample", parameters: "ItemParameters", design: tuple[float | None, float, float], rng: Any
) -> "ResponseMatrix":
    from kaoping.scoring import designs, simulation

    n, k = len(sample.theta), len(parameters)
    missing, omitted, not_reached = design
    presented = None
    if isinstance(missing, int):
        presented = designs.booklets(n, k, blocks=missing, rng=rng)
    elif missing is not None:
        presented = designs.scattered(n, k, share=missing, rng=rng)
    return simulation.simulate(
        sample.theta,
        parameters,
        rng=rng,
        presented=presented,
        omitted=designs.omissions(sample.theta, parameters, share=omitted, rng=rng) if omitted else None,
        not_reached=designs.unreached(n, k, share=not_reached, rng=rng) if not_reached else None,
        persons=[f"P{number}" for number in range(1, n + 1)],
    )


def _answers(table: "ResponseMatrix") -> Any:
    for person, codes in zip(table.persons, table.codes, strict=True):
        yield [person, *(CELLS.get(code, code) for code in codes.tolist())]


def _abilities(sample: "Sample", persons: tuple[str, ...], *, several: bool) -> tuple[list[str], list[list[Any]]]:
    rows = zip(persons, sample.theta.tolist(), sample.groups, sample.weights.tolist(), strict=True)
    header = ["person", "theta", "group", "weight"]
    return (header, [list(row) for row in rows]) if several else (header[:2], [list(row[:2]) for row in rows])
