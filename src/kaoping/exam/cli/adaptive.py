"""``kaoping adaptive simulate``: an adaptive test given to persons who never were, or to real answers once more."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli import adaptive_results as results
from kaoping.exam.cli.adaptive_rules import BALANCES, CRITERIA, METHODS, Exposures, Numbers, Options, Stops, test_of
from kaoping.exam.cli.idle_options import refuse_idle
from kaoping.exam.cli.item_files import read_items
from kaoping.exam.cli.measurement import (
    Measuring,
    Outputs,
    Refused,
    generator,
    path_option,
    read_responses,
    read_rows,
)

if TYPE_CHECKING:
    from kaoping.scoring.adaptive import AdaptiveTest, Simulation
    from kaoping.scoring.parameters import ItemParameters

PERSONS = 1000
_number, _count = click.FloatRange(0, min_open=True), click.IntRange(1, 10_000_000)
_share = click.FloatRange(0, 0.5, min_open=True, max_open=True)


@dataclass(frozen=True)
class People:
    """Who takes the test: how many of a population, at points of a grid, of given abilities, or with given answers."""

    persons: int | None
    mean: float
    sd: float
    grid: tuple[float, float, int] | None
    theta: Path | None
    responses: Path | None
    cells: dict[str, Any]


@click.group()
def adaptive() -> None:
    """Adaptive tests: design and simulate them."""


def _given(*options: Callable[..., Any]) -> Callable[..., Any]:
    """Put options on a command, in the order written."""

    def put(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return put


_who = _given(
    click.option("--persons", type=_count, help=f"Number of persons ({PERSONS}); with --grid at each point."),
    click.option("--mean", type=float, default=0.0, help="Mean of the population, in logits (0)."),
    click.option("--sd", type=_number, default=1.0, help="Its standard deviation (1)."),
    click.option("--grid", type=(float, float, click.IntRange(2, 1000)), help="Persons at points of LOW HIGH POINTS."),
    path_option("--theta", help="CSV of true abilities: theta and, if wanted, person."),
    path_option("--responses", help="CSV of answers to the whole bank, for a post-hoc simulation."),
    click.option("--lowest", type=click.Choice(["0", "1"]), default="0", help="The lowest category in RESPONSES."),
    click.option("--omitted", help="What a cell of RESPONSES holds if the person left the item out."),
    click.option("--not-reached", help="What a cell of RESPONSES holds if the person did not come to the item."),
)
_which = _given(
    click.option("--criterion", type=click.Choice(CRITERIA), default="mfi", show_default=True, help="What is best."),
    click.option("--acceleration", type=click.FloatRange(0), default=1.0, help="Of progressive and proportional (1)."),
    click.option("--strata", type=_count, default=4, help="Of stratified: number of strata (4)."),
    click.option("--by", type=click.Choice(["a", "information"]), default="a", help="Of stratified: what ranks items."),
    click.option("--blocking", is_flag=True, help="Of stratified: every stratum gets items of all difficulties."),
    click.option("--predictive", is_flag=True, help="Of mepv and mei: predict answers by the posterior."),
    click.option("--exposure", type=Exposures(), default="none", help="none, randomesque:5, falling:5, "
                 "sympson-hetter:0.25, eligibility:0.25, or chances (none)."),
    path_option("--chances", help="CSV with item and chance, or chance1, …, as --exposure-out writes it."),
    click.option("--levels", type=Numbers(), help="Abilities such as -1,1 between which exposure is controlled apart."),
    click.option("--fading", type=click.FloatRange(0, 1, min_open=True), default=1.0, help="Of eligibility (1)."),
    click.option("--most-uses", type=_count, help="Most persons who get an item."),
    path_option("--areas", help="CSV with item and area; otherwise the column area of ITEMS, if there is one."),
    path_option("--content", help="CSV with area and share: the shares of the areas in every test."),
    click.option("--balance", type=click.Choice(BALANCES), default="constrained", help="How shares are kept."),
    path_option("--shadow", help="JSON of rules as kaoping assemble takes it: every test keeps them, by shadow tests."),
    path_option("--enemies", help="CSV with group and item: nobody gets two items of a group."),
)  # fmt: skip
_until = _given(
    click.option("--length", type=_count, default=30, show_default=True, help="Items of the longest test."),
    click.option("--shortest", type=_count, default=1, help="Items of the shortest test (1)."),
    click.option("--stop", type=Stops(), multiple=True, help="se:0.3, information:0.2, change:0.02, sprt, glr or "
                 "confidence:0.95; several times if wanted."),
    click.option("--cuts", type=Numbers(), help="Abilities such as 0,1 that divide the levels."),
    click.option("--delta", type=_number, default=0.3, help="Of sprt and glr: half the region of indifference (0.3)."),
    click.option("--alpha", type=_share, default=0.05, help="Of sprt and glr: risk of a wrong “above” (0.05)."),
    click.option("--beta", type=_share, default=0.05, help="Of sprt and glr: risk of a wrong “below” (0.05)."),
    click.option("--method", type=click.Choice(METHODS), default="eap", show_default=True, help="How to estimate."),
    click.option("--bounds", type=(float, float), default=(-4.0, 4.0), help="Of map, ml, wle: LOW HIGH (-4 4)."),
    click.option("--fallback", type=click.Choice(["eap", "bound"]), default="eap", help="Where ml has no value (eap)."),
    click.option("--errors", type=click.Choice(["expected", "observed"]), default="expected", help="Of map, ml, wle: "
                 "the information that standard errors come from (expected)."),
    click.option("--nodes", type=(float, float, click.IntRange(3, 2000)), help="Nodes of EAP: LOW HIGH NUMBER."),
    click.option("--start", type=float, help="Ability that a test starts from; the population's mean."),
    click.option("--spread", type=click.FloatRange(0), default=0.0, help="Draw the start within so many logits (0)."),
    click.option("--first", help="Items such as I1,I2 that everybody gets first."),
)  # fmt: skip
_where = _given(
    click.option("--seed", type=click.IntRange(0), required=True, help="The same seed gives the same tests."),
    path_option("--out", help="CSV to write, a row for each person."),
    path_option("--steps", help="CSV to write, a row for each answer."),
    path_option("--exposure-out", help="CSV to write, a row for each item."),
    path_option("--report", help="JSON to write: precision, length, exposure, overlap, content, classification."),
    path_option("--plots", help="Folder for pictures (SVG)."),
)


@adaptive.command(cls=Measuring)
@click.argument("items", type=click.Path(path_type=Path))
@_who
@_which
@_until
@_where
def simulate(
    items: Path,
    *,
    persons: int | None,
    mean: float,
    sd: float,
    grid: tuple[float, float, int] | None,
    theta: Path | None,
    responses: Path | None,
    lowest: str,
    omitted: str | None,
    not_reached: str | None,
    seed: int,
    out: Path | None,
    steps: Path | None,
    exposure_out: Path | None,
    report: Path | None,
    plots: Path | None,
    **rules: Any,
) -> None:
    """Give an adaptive test from the bank ITEMS to simulated persons, or to real answers once more."""
    from kaoping.scoring.adaptive import evaluate

    cells = {"lowest": int(lowest), "omitted": omitted, "not_reached": not_reached}
    people = People(persons, mean, sd, grid, theta, responses, cells)
    _one_of(people)
    refuse_idle(click.get_current_context())
    parameters, rng = read_items(items), generator(seed)
    options = Options(file=items, mean=mean, sd=sd, **rules)
    made = test_of(parameters, options, rng)
    found, names = _tested(made.test, people, parameters, rng)
    evaluation = evaluate(found, cuts=options.cuts or ())
    with Outputs() as outputs:
        outputs.csv(out, *results.persons(found, names))
        outputs.csv(steps, *results.steps(found, names, people.cells["lowest"] if responses else 0))
        outputs.csv(exposure_out, *results.items(found, made.chances))
        outputs.json(report, results.facts(found, evaluation, made, options))
        outputs.pictures(plots, results.pictures(found, evaluation) if plots else {})
    for line in results.lines(found, evaluation, made):
        click.echo(line)


def _one_of(people: People) -> None:
    """Refuse persons who are given in two ways."""
    given = {"--grid": people.grid, "--theta": people.theta, "--responses": people.responses}
    named = [name for name, value in given.items() if value is not None]
    if len(named) > 1:
        raise Refused(f"{named[0]} and {named[1]} both say who takes the test; leave one of them out.")
    if people.persons is not None and named and named[0] != "--grid":
        raise Refused(f"--persons and {named[0]} both say who takes the test; leave one of them out.")


def _tested(
    test: "AdaptiveTest", people: People, parameters: "ItemParameters", rng: Any
) -> "tuple[Simulation, list[str]]":
    """Give the test, and the names of the persons."""
    from kaoping.scoring.adaptive import on_grid, replay
    from kaoping.scoring.adaptive import simulate as given

    if people.responses is not None:
        categories = dict(zip(parameters.names, parameters.categories.tolist(), strict=True))
        table = read_responses(people.responses, categories=categories, **people.cells)
        return replay(test, table, rng=rng), list(table.persons)
    names: list[str] = []
    if people.theta is not None:
        rows = read_rows(people.theta, ["theta"], unique="person")
        names = [row["person"] for row in rows] if "person" in rows[0].columns else []
        abilities: Any = [row.number("theta") for row in rows]
    elif people.grid is not None:
        abilities = on_grid(*people.grid, people.persons or PERSONS)
    else:
        abilities = rng.normal(people.mean, people.sd, people.persons or PERSONS)
    return given(test, abilities, rng=rng), names or [str(place + 1) for place in range(len(abilities))]
