"""``kaoping register``: verify the registers of certificates, export their signed heads."""

from pathlib import Path

import click

from kaoping.exam.cli.audit import organisations
from kaoping.exam.settings import Settings


@click.group()
def register() -> None:
    """Check that no line of the certificate register was changed, put in, moved or taken out."""


@register.command()
@click.option(
    "--heads", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="File of heads that were kept."
)
def verify(heads: Path | None) -> None:
    """Recompute every register from its first line and name the first line that does not fit.

    The statements are compared with their lines as far as this installation's keys open them.
    """
    from kaoping.certificates import chain, trust
    from kaoping.exam import signing

    lines = heads.read_text(errors="replace").splitlines() if heads else []
    for name, session in organisations():
        keys = signing.published(Settings.load(), session)
        kept = [chain.Head.parse(line, keys=keys) for line in lines]
        found = chain.verify(session, session.info["organisation"], kept=kept)
        click.echo(f"{name}: {found.sequence} lines, unbroken; head {found.digest[:16]}.")
        same, closed = trust.compare_statements(session, session.info["organisation"])
        click.echo(f"{name}: {same} statements are as issued, {closed} could not be opened and were not compared.")


@register.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def head(file: Path | None) -> None:
    """Print the signed head of every register, or append it to FILE; keep it out of reach of the database's masters."""
    from kaoping.certificates import chain
    from kaoping.exam import signing
    from kaoping.itembank.trail import database_time

    key = signing.current(Settings.load())
    lines = [
        chain.head(session, session.info["organisation"], key=key, at=database_time(session)).line()
        for _, session in organisations()
    ]
    if file is None:
        click.echo("\n".join(lines))
        return
    with file.open("a") as out:
        out.writelines(f"{line}\n" for line in lines)
    click.echo(f"Heads added to {file}: {len(lines)}.")
