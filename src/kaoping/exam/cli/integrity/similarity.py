"""``kaoping integrity similarity``: whether two persons answered more alike than their abilities explain."""

from pathlib import Path
from typing import Any

import click

from kaoping.exam.cli.integrity.flags import screening_options, ties_option
from kaoping.exam.cli.integrity.pair_screening import screen
from kaoping.exam.cli.integrity.pairing import pairing_options
from kaoping.exam.cli.integrity.sittings import answers_options
from kaoping.exam.cli.measurement import Measuring, Refused, responses_argument

TESTS = {"m4": "m4", "gbt": "generalised_binomial"}
ORDERS = ("evidence", "probability")


@click.command(cls=Measuring)
@responses_argument
@answers_options
@click.option(
    "--method",
    type=click.Choice(list(TESTS)),
    default="m4",
    show_default=True,
    help="Identical right and wrong answers jointly (m4), or all identical answers (gbt).",
)
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    help="For m4: which outcomes are more unusual, by the weight of their evidence (if not said) or by probability.",
)
@pairing_options
@screening_options
@ties_option
def similarity(responses: Path, *, method: str, order: str | None, **said: Any) -> None:
    """Test how much alike persons answered, whoever copied: M4 or the generalised binomial test.

    RESPONSES is a table of chosen options, of which --key gives the right ones, or of marks.
    """
    if order and method != "m4":
        raise Refused(f"--order is for the method m4; leave it out with {method}.")
    screen(responses, TESTS[method], ("first", "second"), test_options={"order": order} if order else {}, **said)
