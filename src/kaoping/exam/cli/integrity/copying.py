"""``kaoping integrity copying``: whether a copier has more of a source's answers than ability explains."""

from pathlib import Path
from typing import Any

import click

from kaoping.exam.cli.integrity.flags import screening_options, ties_option
from kaoping.exam.cli.integrity.pair_screening import screen
from kaoping.exam.cli.integrity.pairing import pairing_options
from kaoping.exam.cli.integrity.sittings import answers_options
from kaoping.exam.cli.measurement import Measuring, responses_argument


@click.command(cls=Measuring)
@responses_argument
@answers_options
@pairing_options
@screening_options
@ties_option
def copying(responses: Path, **said: Any) -> None:
    """Test persons as copiers of others, in both directions: omega.

    RESPONSES is a table of chosen options, of which --key gives the right ones, or of marks.
    """
    screen(responses, "omega", ("copier", "source"), **said)
