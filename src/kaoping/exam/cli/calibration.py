"""``kaoping calibrate``: item parameters with standard errors, from a table of answers."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.item_files import items_table, read_items
from kaoping.exam.cli.measurement import (
    FileUnreadable,
    Measuring,
    Outputs,
    path_option,
    read_item_rows,
    read_responses,
    responses_argument,
)

if TYPE_CHECKING:
    from kaoping.scoring.acceleration import Progress
    from kaoping.scoring.calibrated import Calibration
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.priors import Prior
    from kaoping.scoring.quadrature import Quadrature
    from kaoping.scoring.responses import ResponseMatrix

MODELS = ("rasch", "1pl", "2pl", "3pl", "4pl", "pcm", "rsm", "gpcm", "grm", "nominal")
ERRORS = ("auto", "observed", "cross-product", "sandwich", "none")
EVERY = 2.0
"""Seconds between two lines that tell how far the calibration is."""
_NUMBER = r"\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*"
_PRIOR = re.compile(rf"([adcut]):(normal-logit|normal|lognormal|beta)\({_NUMBER},{_NUMBER}\)")


class PriorOption(click.ParamType[Any]):
    """A prior such as ``c:beta(5,17)``: the label of the parameter, the density, its two numbers."""

    name = "prior"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "tuple[str, Prior]":
        """Read the text; what cannot be read is refused with the forms that can."""
        from kaoping.scoring.priors import Beta, Lognormal, Normal

        found = _PRIOR.fullmatch(value)
        if found is None:
            forms = "c:normal-logit(-1.1,0.5), c:beta(5,17), a:lognormal(0,0.5), d:normal(0,2)"
            self.fail(f"“{value}” is not a prior; write one like {forms}", param, ctx)
        label, density, first, second = found.groups()
        one, two = float(first), float(second)
        if two <= 0 or (density == "beta" and one <= 0):
            self.fail(f"“{value}”: spreads and the numbers of a beta density are above 0", param, ctx)
        kinds: dict[str, Callable[[float, float], Prior]] = {"beta": Beta, "lognormal": Lognormal}
        return label, kinds.get(density, Normal)(one, two)


@click.command(cls=Measuring)
@responses_argument
@click.option("--model", type=click.Choice(MODELS), default="2pl", show_default=True, help="Model of every item.")
@path_option("--models", help="CSV with item and model, for items with another model than --model.")
@path_option("--group", help="CSV with person and group, or group alone in the order of RESPONSES.")
@click.option("--prior", "priors", type=PriorOption(), multiple=True, help="Such as c:beta(5,17); may be repeated.")
@path_option("--fix", help="CSV of items with known parameters: they carry the scale, the others are calibrated to it.")
@click.option(
    "--density", type=click.Choice(["normal", "histogram"]), default="normal", help="Shape of the population."
)
@click.option("--errors", type=click.Choice(ERRORS), default="auto", help="Where standard errors come from.")
@click.option(
    "--tolerance", type=click.FloatRange(0, 1, min_open=True), default=1e-6, help="Largest change at the end."
)
@click.option("--threads", type=click.IntRange(1), default=1, help="Blocks of persons calculated at once.")
@path_option("--out", help="CSV of items to write, with standard errors.")
@path_option("--report", help="JSON to write: likelihood, criteria, iterations, groups.")
@path_option("--plots", help="Folder for pictures (SVG): curves of items, information of the test, Wright map.")
def calibrate(
    responses: Path,
    *,
    lowest: str,
    omitted: str | None,
    not_reached: str | None,
    model: str,
    models: Path | None,
    group: Path | None,
    priors: "Sequence[tuple[str, Prior]]",
    fix: Path | None,
    density: str,
    errors: str,
    tolerance: float,
    threads: int,
    out: Path | None,
    report: Path | None,
    plots: Path | None,
) -> None:
    """Estimate item parameters by marginal maximum likelihood, with standard errors."""
    from kaoping.scoring import calibration

    known = read_items(fix) if fix else None
    categories = dict(zip(known.names, map(int, known.categories), strict=True)) if known else None
    table = read_responses(
        responses, lowest=int(lowest), omitted=omitted, not_reached=not_reached, categories=categories, group=group
    )
    fixed = _among(known, table, fix) if known and fix else None
    began = time.perf_counter()
    found = calibration.calibrate(
        table,
        _models(table, model, models),
        priors=dict(priors),
        fixed=fixed,
        density=density,
        errors=errors,
        tolerance=tolerance,
        threads=threads,
        progress=_telling(),
    )
    seconds = time.perf_counter() - began
    with Outputs() as outputs:
        outputs.csv(out, *items_table(found.parameters, [row.tolist() for row in found.standard_errors]))
        outputs.json(report, _facts(found, table, seconds))
        outputs.pictures(plots, _pictures(found) if plots else {})
    for line in _lines(found, seconds):
        click.echo(line)


def _models(table: "ResponseMatrix", model: str, file: Path | None) -> Mapping[str, str]:
    """Name the model of every item."""
    asked = dict.fromkeys(table.items, model)
    for item, row in read_item_rows(file, ["model"], table.items).items() if file else ():
        if row["model"].lower() not in MODELS:
            raise row.refuse("model", f"is not a model; write one of {', '.join(MODELS)}")
        asked[item] = row["model"].lower()
    return asked


def _among(known: "ItemParameters", table: "ResponseMatrix", file: Path) -> "ItemParameters":
    """Give the known items that were answered."""
    answered = [name for name in known.names if name in table.items]
    if not answered:
        raise FileUnreadable(file=file, reason="none of its items were answered")
    return known.named(answered)


def _telling() -> "Callable[[Progress], None]":
    """Make the function that tells on standard error, every two seconds, how far the calibration is."""
    last = time.monotonic()

    def tell(progress: "Progress") -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            height, step = f"log-likelihood {progress.objective:.4f}", f"largest change {progress.step:.1e}"
            click.echo(f"pass {progress.iteration}: {height}, {step}", err=True)

    return tell


def _facts(found: "Calibration", table: "ResponseMatrix", seconds: float) -> dict[str, Any]:
    from kaoping.scoring.ability import marginal_reliability

    groups = [
        {"group": name, "mean": mean, "sd": sd, "se_mean": se_mean, "se_sd": se_sd}
        for name, mean, sd, se_mean, se_sd in zip(
            found.groups, found.mean, found.sd, found.se_mean, found.se_sd, strict=True
        )
    ]
    return {
        "loglik": found.log_likelihood,
        "log_posterior": found.log_posterior,
        "parameters": found.n_free,
        "iterations": found.iterations,
        "converged": found.converged,
        "persons": table.n_persons,
        "items": table.n_items,
        "aic": found.aic,
        "bic": found.bic,
        "reliability": marginal_reliability(found.parameters, population=found.population),
        "seconds": seconds,
        "gradient_norm": found.gradient_norm,
        "nodes": len(found.population.nodes),
        "errors": str(found.errors),
        "groups": groups,
    }


def _lines(found: "Calibration", seconds: float) -> Iterator[str]:
    """Say on the terminal what was found."""
    yield (
        f"{len(found.items)} items, {found.n_persons} persons, {found.n_free} free parameters: "
        f"log-likelihood {found.log_likelihood:.4f} after {found.iterations} passes ({seconds:.1f} s)."
    )
    for name, mean, sd in zip(found.groups, found.mean, found.sd, strict=True):
        if name:
            yield f"Group {name}: mean {mean:.3f}, standard deviation {sd:.3f}."
    width = max(4, *map(len, found.items))
    for place, (item, model, row) in enumerate(found.parameters.table()):
        shown = [f"{label} {value:.3f}" for label, value in row.items()]
        if found.standard_errors:
            shown = [f"{text} ({error:.3f})" for text, error in zip(shown, found.standard_errors[place], strict=True)]
        yield f"{item:<{width}}  {model:<7}  {'  '.join(shown)}"
    if found.standard_errors:
        yield "In brackets: standard errors, 0 where a parameter is fixed."


def _population(found: "Calibration") -> "Quadrature":
    """Give the first group's population; a normal one on a grid fine enough for a smooth line."""
    from kaoping.scoring.quadrature import normal

    if found.density == "histogram":
        return found.population
    return normal(161, mean=float(found.mean[0]), sd=float(found.sd[0]))


def _pictures(found: "Calibration") -> dict[str, bytes]:
    from kaoping.exam.figures import calibration as figures
    from kaoping.exam.figures.drawing import Words

    parameters = found.parameters
    ability = "Ability (logits)"
    information = Words("Information of the test", ability, "Information and standard error by ability.")
    scale = Words("Persons and items on one scale", "Persons (left) and items (right)", "Wright map.")
    axes = ("Information", "Standard error")
    drawn = {
        "information": figures.information_and_error(parameters, information, axes=axes),
        "wright": figures.wright_map(parameters, _population(found), scale, vertical=ability),
    }
    for place, name in enumerate(parameters.names):
        curves = Words(f"{name}: curves", ability, "Chance of each category by ability.")
        telling = Words(f"{name}: information", ability, "Information of the item by ability.")
        drawn[f"item-{name}"] = figures.category_curves(parameters, place, curves, vertical="Probability")
        drawn[f"information-{name}"] = figures.item_information(parameters, place, telling, vertical="Information")
    return drawn
