"""``kaoping dif``: which items treat two groups of equal ability differently."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.measurement import (
    Measuring,
    Outputs,
    Refused,
    path_option,
    read_item_rows,
    read_responses,
    responses_argument,
)

if TYPE_CHECKING:
    from kaoping.scoring.dif import Design, Screening
    from kaoping.scoring.responses import ResponseMatrix

LARGEST_PICTURES = 40
"""Most flagged items of which a picture is drawn: those of the smallest p."""


@dataclass(frozen=True)
class Method:
    """A method: its function in `kaoping.scoring.dif`, what its effect is called, and where its classes change."""

    function: str
    effect: str
    cuts: tuple[float, ...] = ()
    takes: tuple[str, ...] = ()


METHODS = {
    "mh": Method("mantel_haenszel", "MH D-DIF (delta)", (1.0, 1.5), ("continuity",)),
    "gmh": Method("generalised_mantel_haenszel", "Difference (item deviations)", (0.17, 0.25)),
    "std": Method("standardisation", "STD P-DIF (points)"),
    "bd": Method("breslow_day", "Change of log odds ratio per point"),
    "logistic": Method("logistic", "Gain in R² (Nagelkerke)", (0.035, 0.07), ("kind",)),
    "sibtest": Method("sibtest", "Beta (points)", (), ("least",)),
    "crossing": Method("crossing_sibtest", "Beta (points)", (), ("least",)),
    "lord": Method("lord", "Difference of difficulties (logits)", (), ("model",)),
    "raju": Method("raju", "Signed area (logits)", (), ("model",)),
    "lr": Method("likelihood_ratio", "Difference of expected score (points)", (), ("model",)),
}


def _choice(name: str, values: Sequence[str], **named: Any) -> Callable[..., Any]:
    return click.option(name, type=click.Choice(list(values)), **named)


@click.command("dif", cls=Measuring)
@responses_argument
@path_option("--group", required=True, help="CSV with person and group, or with group alone in the order of RESPONSES.")
@_choice("--method", list(METHODS), required=True, help="Method; the handbook says when to use which.")
@click.option("--reference", default="", help="Name of the reference group; the first person's if not given.")
@click.option("--focal", default="", help="Name of the focal group; the other one if there are two.")
@_choice("--match", ["total", "rest"], default="total", help="Match on the score with or without the item itself.")
@path_option("--anchors", help="CSV with item: the items to match on; all if not given.")
@click.option("--purify", is_flag=True, help="Match again without flagged items until the flags stand still.")
@_choice("--adjust", ["none", "bonferroni", "bh"], default="none", help="Adjust p for the number of items.")
@click.option("--level", type=float, default=0.05, help="An item is flagged if its adjusted p lies below.")
@_choice("--kind", ["both", "uniform", "nonuniform"], help="For logistic: the difference that is tested; both.")
@click.option("--model", help="For lord and raju: rasch or 2pl; for lr any model of kaoping calibrate; 2pl.")
@click.option("--continuity/--no-continuity", default=None, help="For mh: take one half off; on.")
@click.option("--least", type=click.IntRange(2), help="For sibtest and crossing: persons of each group at a score; 6.")
@path_option("--out", help="CSV to write, a row for each item.")
@path_option("--report", help="JSON to write: design, flags, rounds of purification.")
@path_option("--plots", help="Folder for pictures (SVG): effects of all items, both groups' answers to flagged ones.")
def dif(
    responses: Path,
    *,
    lowest: str,
    omitted: str | None,
    not_reached: str | None,
    group: Path,
    method: str,
    anchors: Path | None,
    out: Path | None,
    report: Path | None,
    plots: Path | None,
    **said: Any,
) -> None:
    """Find items that treat persons of equal ability differently by group."""
    from kaoping.scoring import dif as scoring

    own = {name: said.pop(name) for name in ("kind", "model", "continuity", "least")}
    options = _options(method, own)
    table = read_responses(
        responses, lowest=int(lowest), omitted=omitted, not_reached=not_reached, varying=True, group=group
    )
    matched = tuple(read_item_rows(anchors, [], table.items)) if anchors else ()
    design = scoring.Design(**_plain(said), anchors=matched)
    found = getattr(scoring, METHODS[method].function)(table, design, **options)
    with Outputs() as outputs:
        columns = found.columns()
        outputs.csv(out, list(columns), zip(*(_listed(values) for values in columns.values()), strict=True))
        outputs.json(report, _facts(method, found, design, options))
        outputs.pictures(plots, _pictures(method, found, table, design) if plots else {})
    for line in _lines(found):
        click.echo(line)


def _options(method: str, own: dict[str, Any]) -> dict[str, Any]:
    """Give the method what was said for it, and refuse what is for another."""
    given = {name: value for name, value in own.items() if value is not None}
    for name in given:
        if name not in METHODS[method].takes:
            takers = " and ".join(key for key, one in METHODS.items() if name in one.takes)
            raise Refused(f"--{name} is for the method {takers}; leave it out with {method}.")
    if method == "lr" and "model" in given:
        given["models"] = given.pop("model")
    elif given.get("model", "2pl") not in {"rasch", "2pl"}:
        raise Refused(f"--model {given['model']} cannot be used with {method}; use rasch or 2pl.")
    return given


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "adjust": "" if said["adjust"] == "none" else said["adjust"]}


def _listed(values: Any) -> list[Any]:
    listed: list[Any] = values.tolist() if hasattr(values, "tolist") else list(values)
    return [int(value) if isinstance(value, bool) else value for value in listed]


def _flagged(found: "Screening") -> list[str]:
    return [item for item, flag in zip(found.items, found.flagged, strict=True) if flag]


def _facts(method: str, found: "Screening", design: "Design", options: dict[str, Any]) -> dict[str, Any]:
    purification = found.purification
    return {
        "method": method,
        "options": options,
        "reference": found.groups[0],
        "focal": list(found.groups[1:]),
        "persons": {name: max(n.tolist()) for name, n in zip(found.groups, found.persons, strict=True)},
        "items": len(found.items),
        "match": design.match,
        "anchors": list(design.anchors or found.items),
        "level": design.level,
        "adjust": design.adjust or "none",
        "flagged": _flagged(found),
        "purification": {
            "asked": design.purify,
            "converged": purification.converged,
            "cycle": purification.cycle,
            "rounds": [list(one) for one in purification.rounds],
        },
    }


def _lines(found: "Screening") -> list[str]:
    reference, *focal = (f"{max(n):.0f} of {name}" for name, n in zip(found.groups, found.persons, strict=True))
    flagged, rounds = _flagged(found), found.purification
    lines = [
        f"{len(found.items)} items, {reference} (reference) and {', '.join(focal)} (focal).",
        f"{len(flagged)} flagged{': ' if flagged else ''}{', '.join(flagged)}.",
    ]
    if len(rounds.rounds) > 1:
        end = "the flags stand still" if rounds.converged else "THE FLAGS DO NOT STAND STILL; look at the report"
        lines.append(f"Rounds of purification: {len(rounds.rounds) - 1}; {end}.")
    return lines


def _pictures(method: str, found: "Screening", table: "ResponseMatrix", design: "Design") -> dict[str, bytes]:
    from kaoping.exam.figures import dif as figures
    from kaoping.exam.figures.drawing import Words
    from kaoping.scoring.dif import empirical_curves

    sizes = found.classes or [""] * len(found.items)
    ends = (found.effect, found.effect) if found.interval is None else found.interval
    rows = zip(found.items, found.effect, *ends, sizes, found.flagged, strict=True)
    every = {item: figures.Effect(float(v), float(a), float(b), size, bool(flag)) for item, v, a, b, size, flag in rows}
    named = METHODS[method]
    words = Words("Effects by item", "Item", f"{len(_flagged(found))} of {len(every)} items are flagged.")
    drawn = {"effects": figures.effects(every, words, vertical=named.effect, cuts=named.cuts)}
    if len(found.groups) > 2:  # noqa: PLR2004 - the curves are of a pair
        return drawn
    order = [found.items[place] for place in found.p.argsort(kind="stable") if found.flagged[place]]
    for item in order[:LARGEST_PICTURES]:
        others = tuple(name for name in _flagged(found) if name != item) if design.purify else ()
        curves = empirical_curves(table, item, design=design, leaving_out=others)
        words = Words(item, "Matching score", "Both groups' answers by matching score, with intervals.")
        drawn[f"curves-{item}"] = figures.empirical_curves(curves, words, vertical="Percent of the highest score")
    return drawn
