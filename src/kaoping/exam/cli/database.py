"""``kaoping db``: bring up to date, check, back up, restore."""

from pathlib import Path

import click

from kaoping.exam.settings import Settings

_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Make the tables, or bring them to this version."""
    from kaoping.exam import db as database
    from kaoping.exam import migrating

    database.upgrade(Settings.load())
    click.echo(f"The database is at revision {migrating.head()}.")


@db.command()
def check() -> None:
    """Check version, roles and the laws that the database itself keeps."""
    from kaoping.exam import db as database
    from kaoping.exam import migrating

    engine = database.connect(Settings.load())
    migrating.require_current(engine)
    with database.transaction() as session:
        broken = migrating.violations(session.connection())
    if broken:
        raise click.ClickException("; ".join(broken) + ".")
    click.echo(f"The database is at revision {migrating.head()} and keeps every law.")


@db.command("roles")
def roles_() -> None:
    """Print the SQL that makes the roles and the database on a server of your own."""
    from kaoping.exam import roles

    click.echo(roles.EXTERNAL, nl=False)


@db.command()
@_file
def backup(file: Path) -> None:
    """Write the whole database into one new FILE; the keys are kept elsewhere by you."""
    from kaoping.exam import backup as archives

    settings = Settings.load()
    manifest = archives.write(settings, file)
    click.echo(f"{file} holds the database of {manifest.at} ({file.stat().st_size / 1024**2:.1f} MiB).")
    click.echo(f"It opens only with the key file {settings.key_file}: keep a copy of that in another place.")


@db.command()
@_file
def restore(file: Path) -> None:
    """Restore FILE into an empty installation and check what was restored."""
    from kaoping.exam import backup as archives

    settings = Settings.load()
    found = archives.restore(settings, file)
    for organisation, entries in found.trails.items():
        click.echo(f"Audit trail of {organisation}: {entries} entries, unbroken.")
    if found.missing_keys:
        lost = ", ".join(f"{count} × {column}" for column, count in found.lost.items()) or "no stored value"
        trail = "" if found.trails else " and every check of the audit trail"
        raise click.ClickException(
            f"The rows were restored, but {settings.key_file} lacks the keys {', '.join(found.missing_keys)}. "
            f"Lost without them: {lost}{trail}. Put the key file back and run: kaoping audit verify"
        )
    click.echo(f"Sealed values opened as a sample: {found.opened}. The database of {found.manifest.at} is restored.")
