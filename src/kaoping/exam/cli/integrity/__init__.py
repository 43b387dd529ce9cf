"""``kaoping integrity``: what in a sitting is unusual enough for a person to look at it."""

import click

from kaoping.exam.cli.integrity import changes, copying, similarity


@click.group()
def integrity() -> None:
    """Screen a sitting for unusual answers: evidence for a person to weigh, never a verdict."""


for _command in (copying.copying, similarity.similarity, changes.changes):
    integrity.add_command(_command)
