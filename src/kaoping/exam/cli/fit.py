"""``kaoping fit``: whether answers are what calibrated items say, for items, pairs of items, persons and the whole."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli import fit_report
from kaoping.exam.cli.item_files import UNIT_SLOPE, read_items
from kaoping.exam.cli.measurement import (
    FileUnreadable,
    Measuring,
    Outputs,
    Refused,
    path_option,
    read_responses,
    read_rows,
    responses_argument,
)

if TYPE_CHECKING:
    from kaoping.scoring.fit import Fitted
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.responses import ResponseMatrix

STATISTICS = ("sx2", "infit", "m2", "q3", "ldx2", "person")
ESTIMATORS = ("eap", "map", "ml", "wle")
LARGEST_PICTURES = 60
"""Most items of which a picture by sum score is drawn: those that fit worst."""


@dataclass
class Work:
    """What was read, the statistics found, and the sentence of each that could not be calculated."""

    table: "ResponseMatrix"
    complete: "ResponseMatrix | None"
    model: "Fitted"
    theta: list[float]
    estimator: str
    reasons: dict[str, str] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)

    def attempt(self, name: str, statistic: Callable[[], Any]) -> None:
        """Calculate a statistic, or note in its own sentence why it cannot be."""
        from kaoping.scoring.errors import ScoringError

        try:
            self.found[name] = statistic()
        except ScoringError as refused:
            self.reasons[name] = str(refused)


class StatisticsOption(click.ParamType[Any]):
    """A list such as ``sx2,m2``."""

    name = ",".join(STATISTICS)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Read the list; an unknown statistic is refused with those that there are."""
        asked = tuple(part.strip().lower() for part in value.split(","))
        for name in asked:
            if name not in STATISTICS:
                self.fail(f"“{name}” is not a statistic; there are {', '.join(STATISTICS)}", param, ctx)
        return asked


@click.command(cls=Measuring)
@responses_argument
@path_option("--items", required=True, help="CSV of items as kaoping calibrate writes it.")
@click.option(
    "--statistics", type=StatisticsOption(), default=",".join(STATISTICS), help="What to calculate; all if not said."
)
@path_option("--fix", help="CSV of the items that were known when the others were calibrated, as for calibrate.")
@click.option("--mean", type=float, help="Mean of the population in logits; 0, or estimated where the models leave it.")
@click.option("--sd", type=click.FloatRange(0, min_open=True), help="Its standard deviation; 1, or estimated likewise.")
@click.option(
    "--method", type=click.Choice(ESTIMATORS), default="eap", show_default=True,
    help="How abilities are estimated, or were that --scores gives.",
)  # fmt: skip
@path_option("--scores", help="CSV with person and theta, as kaoping score writes it, instead of estimating them.")
@click.option(
    "--kind", type=click.Choice(["c2", "m2*"]), default="c2", show_default=True,
    help="Margins of the model's fit where items have several categories.",
)  # fmt: skip
@path_option("--out", help="CSV to write, a row for each item.")
@path_option("--persons", help="CSV to write, a row for each person.")
@path_option("--pairs", help="CSV to write, a row for each pair of items.")
@path_option("--report", help="JSON to write: fit of the whole model, population, what could not be calculated.")
@path_option("--plots", help="Folder for pictures (SVG): items by sum score, mean squares, correlated residuals.")
def fit(
    responses: Path,
    *,
    lowest: str,
    omitted: str | None,
    not_reached: str | None,
    items: Path,
    statistics: Sequence[str],
    kind: str,
    out: Path | None,
    persons: Path | None,
    pairs: Path | None,
    report: Path | None,
    plots: Path | None,
    **said: Any,
) -> None:
    """Measure how well calibrated items describe the answers."""
    known = read_items(items)
    categories = dict(zip(known.names, map(int, known.categories), strict=True))
    table = read_responses(
        responses, lowest=int(lowest), omitted=omitted, not_reached=not_reached, categories=categories
    )
    parameters = _among(known, table, items)
    work = _prepared(table, parameters, **said)
    _calculate(work, statistics, kind)
    with Outputs() as outputs:
        outputs.csv(out, fit_report.ITEMS, fit_report.item_rows(work.found, parameters))
        outputs.csv(persons, fit_report.PERSONS, fit_report.person_rows(work.found, table, work.theta))
        outputs.csv(pairs, fit_report.PAIRS, fit_report.pair_rows(work.found, table.items))
        outputs.json(report, fit_report.facts(work))
        outputs.pictures(plots, _pictures(work) if plots else {})
    for line in fit_report.lines(work):
        click.echo(line)


def _among(known: "ItemParameters", table: "ResponseMatrix", file: Path) -> "ItemParameters":
    """Give the parameters of the items answered, in their order."""
    for name in table.items:
        if name not in known.names:
            raise FileUnreadable(file=file, reason=f"it has no parameters for item {name} of the answers")
    return known.named(table.items)


def _prepared(
    table: "ResponseMatrix",
    parameters: "ItemParameters",
    *,
    fix: Path | None,
    mean: float | None,
    sd: float | None,
    scores: Path | None,
    method: str,
) -> Work:
    """Take complete persons, population and abilities together."""
    from kaoping.scoring.fit import fitted
    from kaoping.scoring.quadrature import normal

    fixed = tuple(name for name in read_items(fix).names if name in table.items) if fix else ()
    middle, spread = _population(table, parameters, mean, sd, free=bool(fixed))
    population = normal(121, mean=middle, sd=spread)
    model = fitted(parameters, population=population, fixed=fixed)
    whole = (table.presented.sum(axis=1) == table.n_items).nonzero()[0]
    complete = table if table.complete else table.take(persons=whole) if len(whole) else None
    theta = _theta(scores, table) if scores else _estimated(table, model, method)
    return Work(table, complete, model, theta, method)


def _population(
    table: "ResponseMatrix", parameters: "ItemParameters", mean: float | None, sd: float | None, *, free: bool
) -> tuple[float, float]:
    """Give mean and standard deviation: as said, else as the models leave them free, estimated with the items known."""
    from kaoping.scoring.calibration import calibrate

    free = free or all(str(form.name) in UNIT_SLOPE for form in parameters.models)
    if not free or (mean is not None and sd is not None):
        return 0.0 if mean is None else mean, 1.0 if sd is None else sd
    found = calibrate(table, fixed=parameters, errors="none", fewest_persons=1)
    return float(found.mean[0]) if mean is None else mean, float(found.sd[0]) if sd is None else sd


def _estimated(table: "ResponseMatrix", model: "Fitted", method: str) -> list[float]:
    """Estimate the ability of every person; of persons without answers only the population's mean can be said."""
    from kaoping.scoring import ability

    estimates = {
        "eap": lambda of: ability.eap(of, model.parameters, population=model.population),
        "map": lambda of: ability.maximum_a_posteriori(of, model.parameters, population=model.population),
        "ml": lambda of: ability.maximum_likelihood(of, model.parameters),
        "wle": lambda of: ability.weighted_likelihood(of, model.parameters),
    }
    answering = table.presented.sum(axis=1).nonzero()[0]
    known = table if len(answering) == table.n_persons else table.take(persons=answering)
    found = dict(zip(answering.tolist(), estimates[method](known).theta.tolist(), strict=True))
    if infinite := sum(math.isinf(theta) for theta in found.values()):
        raise Refused(f"{infinite} persons have no highest point of the likelihood; use --method wle.")
    middle = float(model.population.weights @ model.population.nodes)
    return [found.get(person, middle) for person in range(table.n_persons)]


def _theta(file: Path, table: "ResponseMatrix") -> list[float]:
    """Read the ability of every person."""
    rows = {row["person"]: row for row in read_rows(file, ["person", "theta"], unique="person")}
    missing = [person for person in table.persons if person not in rows]
    if missing:
        raise FileUnreadable(file=file, reason=f"it has no ability for person {missing[0]}")
    return [rows[person].number("theta") for person in table.persons]


def _calculate(work: Work, statistics: Sequence[str], kind: str) -> None:
    from kaoping.scoring import fit as scoring

    table, model, theta = work.table, work.model, work.theta
    items = model.parameters
    complete = work.complete or table
    plans: dict[str, Callable[[], Any]] = {
        "sx2": lambda: scoring.s_x2(complete, model),
        "infit": lambda: scoring.item_mean_squares(table, items, theta=theta),
        "m2": lambda: scoring.model_fit(complete, model, kind=kind),
        "q3": lambda: scoring.residual_correlations(table, items, theta=theta),
        "ldx2": lambda: scoring.pair_dependence(table, model),
    }
    for name in statistics:
        if name in plans:
            work.attempt(name, plans[name])
    if "person" in statistics:
        fit_report.persons(work)


def _pictures(work: Work) -> dict[str, bytes]:
    from kaoping.exam.figures import fit as figures
    from kaoping.exam.figures.drawing import Words

    drawn = {}
    names = work.table.items
    if "infit" in work.found:
        words = Words("Infit and outfit", "Infit", "Mean squares of the residuals of every item.")
        drawn["mean-squares"] = figures.mean_square_map(work.found["infit"], names, words, vertical="Outfit")
    if "q3" in work.found and len(names) > 1:
        words = Words("Correlation of residuals (adjusted Q3)", "", "Residual correlation of every pair of items.")
        drawn["residuals"] = figures.residual_map(work.found["q3"].adjusted, names, words)
    if "sx2" in work.found:
        found = work.found["sx2"]
        worst = (found.statistic / found.df.clip(1)).argsort()[::-1][:LARGEST_PICTURES]
        for place in map(int, worst):
            words = Words(f"{names[place]}: observed and expected", "Sum score", "Mean mark by sum score.")
            labels = ("observed", "95 % under the model")
            drawn[f"item-{names[place]}"] = figures.score_curve(
                found.tables[place], words, vertical="Mean mark", labels=labels
            )
    return drawn
