"""``kaoping doctor`` and ``kaoping version``."""

import platform

import click

import kaoping
from kaoping.exam.settings import Settings


@click.command()
def doctor() -> None:
    """Say what this machine lacks and the exact command that mends it."""
    from kaoping.exam import checkup

    lacking = 0
    for finding in checkup.examine(Settings.load()):
        click.echo(f"{'ok    ' if finding.fine else 'LACKS '} {finding.part:<11} {finding.seen}")
        if not finding.fine:
            lacking += 1
            click.echo(f"       {'':<11} → {finding.mend}")
    if lacking:
        raise click.ClickException(f"{lacking} of the parts above need mending.")


@click.command()
def version() -> None:
    """Print the versions of Kaoping and of Python."""
    click.echo(f"kaoping {kaoping.__version__}, Python {platform.python_version()}")
