"""What the screenings of pairs do alike: read a sitting, compare its pairs by a test, and tell what was found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kaoping.exam.cli.integrity.flags import adjustment
from kaoping.exam.cli.integrity.pair_report import PairReport
from kaoping.exam.cli.integrity.pairing import read_pairing
from kaoping.exam.cli.integrity.sittings import Files, Reading, ties
from kaoping.exam.cli.measurement import Outputs, generator


def screen(
    responses: Path,
    test: str,
    ends: tuple[str, str],
    *,
    test_options: Mapping[str, str] | None = None,
    lowest: str,
    seats: Path | None,
    reach: int,
    pairs: Path | None,
    rows: int | None,
    least: int,
    known_abilities: bool,
    seed: int | None,
    level: float,
    adjust: str,
    out: Path | None,
    report: Path | None,
    plots: Path | None,
    **said: Any,
) -> None:
    """Screen the pairs of a sitting by a test of `kaoping.scoring.integrity`; ``ends`` name the persons of a pair."""
    from kaoping.scoring import integrity

    sitting = Reading(lowest=int(lowest), **said).sitting(responses)
    pairing = read_pairing(sitting.choices.table.persons, seats, reach, pairs)
    terms = integrity.Terms(
        comparison=pairing.comparison,
        level=level,
        adjust=adjustment(adjust),
        least=least,
        corrected=not known_abilities,
        rng=None if seed is None else generator(seed),
    )
    own = dict(test_options or {})
    known = integrity.chances(sitting.choices, sitting.parameters)
    told = PairReport(sitting, known, pairing, getattr(integrity, test)(known, terms, **own), ends)
    with Outputs() as outputs:
        told.write(
            outputs, {**own, "corrected": terms.corrected, "ties": ties(seed)}, Files(out, report, plots), most=rows
        )
    for line in told.lines():
        click.echo(line)
