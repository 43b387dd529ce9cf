"""``kaoping link``: two files of items in, the line between their scales out, and items or scores carried over."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.item_files import items_table, read_items
from kaoping.exam.cli.measurement import Measuring, Outputs, Refused, path_option, read_rows

if TYPE_CHECKING:
    from kaoping.scoring.linking import Anchors, Equivalents, Form, Link, Screening
    from kaoping.scoring.parameters import ItemParameters

ITEM = "item"
METHODS = ("mean-mean", "mean-sigma", "mean-gmean", "haebara", "stocking-lord")
BY_CURVES = {"haebara", "stocking-lord"}
STATISTICS = ("robust-z", "distance", "area")
_EMPTY = {"", "NA"}


def _choice(name: str, values: Sequence[str], **named: Any) -> Callable[..., Any]:
    return click.option(name, type=click.Choice(list(values)), **named)


@click.command(cls=Measuring)
@path_option("--from", required=True, help="CSV of items on the scale to leave, as kaoping calibrate writes it.")
@path_option("--to", required=True, help="CSV of items on the scale to reach.")
@_choice("--method", METHODS, required=True, help="How to find the line; the handbook explains each.")
@click.option("--symmetric", is_flag=True, help="Compare curves on both scales (haebara, stocking-lord).")
@_choice(
    "--weights",
    ["uniform", "normal"],
    default="uniform",
    show_default=True,
    help="Weights of the abilities at which curves are compared: 40 from -4 to 4, or the standard normal population.",
)
@path_option("--anchors", help="CSV with item: the common items that may carry the link; all if not given.")
@click.option("--screen", is_flag=True, help="Leave out common items that have drifted, the worst first.")
@_choice("--statistic", STATISTICS, default="robust-z", show_default=True, help="By what drift is judged.")
@click.option(
    "--limit",
    type=click.FloatRange(0, min_open=True),
    help="Limit of the statistic: 2.7 for robust-z, 0.3 logits for distance, 0.1 for area.",
)
@click.option(
    "--keep",
    type=click.FloatRange(0, 1),
    default=0.8,
    show_default=True,
    help="Least share of the common items that is kept.",
)
@_choice("--equate", ["true", "observed"], help="Equate the scores of the items in --from to those in --to.")
@click.option(
    "--share",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Share of the group of --from in the population in which observed scores are equated.",
)
@path_option("--out", help="CSV to write: the items of --from on the scale of --to.")
@path_option("--equated", help="CSV to write with --equate: score,equated,see.")
@path_option("--report", help="JSON to write: A, B, criterion, standard errors, residuals, screening.")
@path_option("--plots", help="Folder for pictures (SVG): difficulties with the line, test curves before and after.")
def link(**said: Any) -> None:
    """Find the line A theta + B from the scale of one calibration to that of another, by their common items."""
    from kaoping.scoring.linking import equate_observed_scores, equate_true_scores

    _consistent(said)
    files = said["from"], said["to"]
    start, target = (_form(file) for file in files)
    anchors = _anchors(said["anchors"], start, target, files)
    found, screening = _linked(anchors, said)
    ways = {"true": equate_true_scores, "observed": lambda line: equate_observed_scores(line, weight=said["share"])}
    equated = ways[said["equate"]](found) if said["equate"] else None
    with Outputs() as outputs:
        outputs.csv(said["out"], *_carried(start, found))
        if equated:
            outputs.csv(said["equated"], ["score", "equated", "see"], _scores(equated))
        outputs.json(said["report"], _facts(found, screening, anchors, said))
        outputs.pictures(said["plots"], _pictures(anchors, found, screening) if said["plots"] else {})
    for line in _lines(found, screening, anchors):
        click.echo(line)


def _consistent(said: dict[str, Any]) -> None:
    """Refuse options that have no meaning with the others."""
    if said["symmetric"] and said["method"] not in BY_CURVES:
        raise Refused(f"--symmetric is for haebara and stocking-lord; leave it out with {said['method']}.")
    if said["limit"] is not None and not said["screen"]:
        raise Refused("--limit is for --screen; give both or neither.")
    if bool(said["equate"]) != bool(said["equated"]):
        raise Refused("--equate says how and --equated where to; give both or neither.")


def _form(file: Path) -> "Form":
    """Read items, with the standard errors if the file has them for every item."""
    from kaoping.scoring.linking import Form

    items = read_items(file)
    columns = read_rows(file, [ITEM])[0].columns
    if not any(column.startswith("se_") for column in columns):
        return Form(items)
    return Form.with_standard_errors(items, _errors(file, items))


def _errors(file: Path, items: "ItemParameters") -> list[list[float]]:
    """Read the standard errors; an empty cell belongs to a parameter that was not estimated."""
    rows = read_rows(file, [ITEM])
    found = []
    for row, form in zip(rows, items.models, strict=True):
        cells = [f"se_{label}" for label in form.reported]
        errors = [0.0 if row[cell] in _EMPTY else row.number(cell) for cell in cells]
        for cell, error in zip(cells, errors, strict=True):
            if error < 0:
                raise row.refuse(cell, "is no standard error; write a number of 0 or more")
        found.append(errors)
    return found


def _anchors(file: Path | None, start: "Form", target: "Form", files: tuple[Path, Path]) -> "Anchors":
    from kaoping.scoring.linking import Anchors

    if file is None:
        return Anchors.of(start, target)
    rows = read_rows(file, [ITEM], unique=ITEM)
    for row in rows:
        for form, other in zip((start, target), files, strict=True):
            if row[ITEM] not in form.items.names:
                raise row.refuse(ITEM, f"is no item of {other}; name items that are in both files")
    return Anchors.of(start, target, names=[row[ITEM] for row in rows])


def _linked(anchors: "Anchors", said: dict[str, Any]) -> "tuple[Link, Screening | None]":
    from kaoping.scoring.linking import Method, link_anchors, screen, uniform
    from kaoping.scoring.quadrature import normal

    comparison = {
        "symmetric": said["symmetric"],
        "grid": normal() if said["weights"] == "normal" else uniform(),
    }
    if not said["screen"]:
        return link_anchors(anchors, Method(said["method"]), **comparison), None
    found = screen(
        anchors, said["method"], statistic=said["statistic"], limit=said["limit"], share=said["keep"], **comparison
    )
    return found.link, found


def _carried(start: "Form", found: "Link") -> tuple[list[str], list[list[Any]]]:
    """Give the table of the start's items on the target's scale; their standard errors go along."""
    from kaoping.scoring.linking.forms import carried_errors

    moved = found.apply(start.items)
    return items_table(moved, [one.tolist() for one in carried_errors(start, found.slope, found.intercept)])


def _scores(equated: "Equivalents") -> list[list[Any]]:
    see = [None] * len(equated.scores) if equated.see is None else equated.see.tolist()
    rows = zip(equated.scores.astype(int).tolist(), equated.equated.tolist(), see, strict=True)
    return [list(row) for row in rows]


def _facts(found: "Link", screening: "Screening | None", anchors: "Anchors", said: dict[str, Any]) -> dict[str, Any]:
    errors = found.standard_errors
    facts: dict[str, Any] = {
        "method": said["method"],
        "symmetric": said["symmetric"],
        "weights": said["weights"] if said["method"] in BY_CURVES else None,
        "A": found.slope,
        "B": found.intercept,
        "criterion": found.criterion,
        "iterations": found.iterations,
        "gradient": found.gradient_norm,
        "se": {"A": errors[0], "B": errors[1], "parameters": "taken as independent"} if errors else None,
        "anchors": list(anchors.names),
        "residuals": [asdict(one) for one in found.residuals],
    }
    if screening:
        facts["screening"] = {
            "statistic": str(screening.statistic),
            "limit": screening.limit,
            "settled": screening.settled,
            "kept": list(screening.kept),
            "removed": [asdict(one) for one in screening.removed],
            "items": [asdict(one) for one in screening.drifts],
        }
    return facts


def _lines(found: "Link", screening: "Screening | None", anchors: "Anchors") -> list[str]:
    carrying = len(screening.kept) if screening else len(anchors)
    lines = [f"A = {found.slope:.6f}, B = {found.intercept:.6f} by {carrying} of {len(anchors)} common items."]
    if found.standard_errors:
        lines.append(
            "Standard errors {:.4f} and {:.4f}, if parameters err independently.".format(*found.standard_errors)
        )
    if screening and screening.removed:
        lines.append(f"Left out: {', '.join(one.item for one in screening.removed)}.")
    if screening and not screening.settled:
        lines.append("MORE ITEMS DRIFT THAN MAY BE LEFT OUT; look at the report.")
    return lines


def _pictures(anchors: "Anchors", found: "Link", screening: "Screening | None") -> dict[str, bytes]:
    from kaoping.exam.figures import linking as figures
    from kaoping.exam.figures.drawing import Words

    shown = figures.with_difficulties(anchors)
    if shown is None:
        return {}
    removed = [one.item for one in screening.removed] if screening else []
    line = f"A = {found.slope:.3f}, B = {found.intercept:.3f}"
    words = Words("Difficulties on the two scales", "Difficulty on the scale to leave, logits", f"The line has {line}.")
    labels = figures.ScatterLabels("On the scale to reach, logits", line, "no change", "left out")
    curves = Words(
        "Expected score on the common items", "Ability on the scale to reach, logits", "Before and after linking."
    )
    names = figures.CurveLabels("Points", "scale to reach", "before linking", "after linking")
    return {
        "difficulties": figures.difficulties(shown, found, words, labels, removed=removed),
        "test-curves": figures.curves_of_the_test(shown.leaving_out(removed), found, curves, names),
    }
