"""``kaoping keys``: the files that never lie in the database or its backup."""

import click

from kaoping.exam.settings import Settings


@click.group()
def keys() -> None:
    """Look after the keys of encryption, cookies and certificates."""


@keys.command()
def show() -> None:
    """Name the keys and their files; values are never shown."""
    from kaoping.certificates import keys as signing
    from kaoping.itembank import vault

    settings = Settings.load()
    ring = vault.load(settings.key_file)
    click.echo(f"{settings.key_file}: {', '.join(ring.key_ids)}; {ring.current} is current")
    click.echo(f"{settings.signing_key}: {signing.load(settings.signing_key).key_id}")
    click.echo(f"{settings.secret_key_file}: {'present' if settings.secret_key_file.exists() else 'missing'}")


@keys.command()
def new() -> None:
    """Make the keys that are missing; existing ones are never touched."""
    from kaoping.exam import process

    made = process.make_keys(Settings.load())
    for path in made:
        click.echo(f"{path} was made. Keep a copy in another place.")
    if not made:
        click.echo("No key is missing.")


@keys.command()
def rotate() -> None:
    """Add a fresh encryption key for what is written from now on; older values stay readable."""
    from kaoping.itembank import vault

    settings = Settings.load()
    ring = vault.rotate(settings.key_file)
    click.echo(f"{ring.current} is current from the next start on; {settings.key_file} has changed: copy it again.")
