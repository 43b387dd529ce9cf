"""``kaoping integrity``: what in answers, times and changes is unusual enough for a person to look at."""

import click

from kaoping.exam.cli.integrity import changes, copying, preknowledge, similarity, times


@click.group()
def integrity() -> None:
    """Screen a sitting for what is unusual: evidence for a person to weigh, never a verdict."""


for _command in (copying.copying, similarity.similarity, changes.changes, times.times, preknowledge.preknowledge):
    integrity.add_command(_command)
