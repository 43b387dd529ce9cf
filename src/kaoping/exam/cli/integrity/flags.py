"""What every screening is asked, and what it says in the end: flags, and how many of them chance alone gives."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kaoping.exam.cli.measurement import path_option

if TYPE_CHECKING:
    from kaoping.scoring.dif.significance import Adjustment
    from kaoping.scoring.integrity.evidence import Evidence, Subject

ADJUSTMENTS = ("none", "bonferroni", "bh")

Anything = TypeVar("Anything", bound=Callable[..., Any])


def screening_options(command: Anything) -> Anything:
    """Take what every screening is asked: when it flags, and where its results go."""
    for option in (
        path_option("--plots", help="Folder for pictures (SVG)."),
        path_option("--report", help="JSON to write: settings, flags, and how many flags chance alone gives."),
        path_option("--out", help="CSV to write, a row for each that was judged."),
        click.option(
            "--adjust", type=click.Choice(ADJUSTMENTS), default="none", show_default=True,
            help="Adjust p for the number of those judged.",
        ),
        click.option(
            "--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.01, show_default=True,
            help="Flag what has an adjusted p of at most this.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def ties_option(command: Anything) -> Anything:
    """Take the seed by which ties of a discrete statistic are broken."""
    said = click.option(
        "--seed", type=click.IntRange(0), help="Break ties at random, so that the level is kept exactly."
    )
    return said(command)


def adjustment(said: str) -> "Adjustment":
    """Give an adjustment as the measurement core calls it."""
    return "" if said == "none" else said  # type: ignore[return-value]


def judged(evidence: "Evidence | None") -> Mapping["Subject", tuple[float, float, float, int]]:
    """Statistic, p, adjusted p and flag of every subject that was judged."""
    if evidence is None:
        return {}
    columns = (evidence.statistic.tolist(), evidence.p.tolist(), evidence.adjusted_p.tolist())
    rows = zip(*columns, map(int, evidence.flagged.tolist()), strict=True)
    return dict(zip(evidence.subjects, rows, strict=True))


def cells(table: Mapping["Subject", tuple[float, float, float, int]], subject: "Subject") -> Sequence[Any]:
    """Four cells of a row: statistic, p, adjusted p, flag; empty if nothing can be said."""
    return table.get(subject, (None, None, None, None))


def closing(found: Sequence["Evidence"]) -> list[str]:
    """Lines that end what is printed: how many were flagged and how many chance alone gives, and what a flag is."""
    from kaoping.scoring.integrity.evidence import CAUTION

    return [*(one.sentence.removesuffix(CAUTION).strip() for one in found), CAUTION]
