"""``kaoping integrity``: what in answers, times and changes is unusual enough for a person to look at."""

import click

from kaoping.exam.cli.integrity import preknowledge, times


@click.group()
def integrity() -> None:
    """Find what in answers and times is unusual: evidence for a person to weigh, never a verdict."""


for _command in (times.times, preknowledge.preknowledge):
    integrity.add_command(_command)
