"""``kaoping audit``: verify the trails, export their heads."""

from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session

from kaoping.exam.settings import Settings


@click.group()
def audit() -> None:
    """Check that nobody changed what was recorded."""


def organisations() -> Iterator[tuple[str, Session]]:
    """Give every organisation by name, with a transaction of its own that others' commits do not reach."""
    from sqlalchemy import select

    from kaoping.exam import db, process
    from kaoping.exam.people.models import Organisation

    process.prepare(Settings.load())
    with db.transaction() as session:
        found = list(session.execute(select(Organisation.id, Organisation.name).order_by(Organisation.code)))
    for organisation, name in found:
        with db.transaction(organisation, still=True) as session:
            yield name, session


@audit.command()
@click.option(
    "--anchors", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="File of earlier anchors."
)
def verify(anchors: Path | None) -> None:
    """Recompute every trail and name the first entry that does not fit."""
    from kaoping.exam import audit as trails

    lines = anchors.read_text(errors="replace").splitlines() if anchors else []
    for name, session in organisations():
        kept = tuple(trails.Anchor.parse(line) for line in lines)
        found = trails.verify(session, session.info["organisation"], anchors=kept)
        click.echo(f"{name}: {found.entries} entries, unbroken.")


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def anchor(file: Path | None) -> None:
    """Print the sealed head of every trail, or append it to FILE; keep it where the database's masters cannot write."""
    from kaoping.exam import audit as trails

    lines = [trails.anchor(session, session.info["organisation"]).line() for _, session in organisations()]
    if file is None:
        click.echo("\n".join(lines))
        return
    with file.open("a") as out:
        out.writelines(f"{line}\n" for line in lines)
    click.echo(f"Heads added to {file}: {len(lines)}.")
