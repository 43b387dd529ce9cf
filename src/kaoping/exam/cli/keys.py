"""``kaoping keys``: the files that never lie in the database or its backup."""

import sys

import click

from kaoping.exam.settings import Settings
from kaoping.itembank.ciphers import Cipher

_cipher = click.option(
    "--cipher",
    type=click.Choice([cipher.value for cipher in Cipher], case_sensitive=False),
    default=Cipher.AES_256_GCM.value,
    show_default=True,
    help="Cipher of the new encryption key.",
)


@click.group()
def keys() -> None:
    """Look after the keys of encryption, cookies and certificates."""


@keys.command()
def show() -> None:
    """Name the keys, their ciphers and their files; values are never shown."""
    from kaoping.certificates import keys as signing
    from kaoping.itembank import vault

    settings = Settings.load()
    ring = vault.load(settings.key_file)
    named = ", ".join(f"{key_id} ({ring.cipher_of(key_id)})" for key_id in ring.key_ids)
    click.echo(f"{settings.key_file}: {named}; {ring.current} is current")
    click.echo(f"{settings.signing_key}: {signing.load(settings.signing_key).key_id}")
    click.echo(f"{settings.secret_key_file}: {'present' if settings.secret_key_file.exists() else 'missing'}")


@keys.command()
@_cipher
def new(cipher: str) -> None:
    """Make the keys that are missing; existing ones are never touched."""
    from kaoping.exam import process

    made = process.make_keys(Settings.load(), Cipher(cipher))
    for path in made:
        click.echo(f"{path} was made. Keep a copy in another place.")
    if not made:
        click.echo("No key is missing.")


@keys.command()
@_cipher
def rotate(cipher: str) -> None:
    """Add a fresh encryption key; running processes take it within a second, and older values stay readable."""
    from kaoping.itembank import vault

    settings = Settings.load()
    ring = vault.rotate(settings.key_file, Cipher(cipher))
    click.echo(f"{ring.current} ({cipher}) is current; {settings.key_file} has changed: copy it again.")
    click.echo("On several machines, put the file on each before you go on: kaoping keys reseal")


@keys.command()
def reseal() -> None:
    """Seal all older values anew under the current key while the system runs; broken off, it goes on next time."""
    from kaoping.exam import db, migrating, resealing
    from kaoping.itembank import vault
    from kaoping.itembank.orm import use_vault

    settings = Settings.load()
    ring = vault.load(settings.key_file)
    use_vault(ring)
    with db.addresses(settings) as found, db.as_role(found.as_owner()) as owner:
        migrating.require_current(owner)
        done = resealing.reseal(owner, ring, told=lambda at: _progress(at.column, at.done, at.total))
    click.echo(f"Sealed anew under {ring.current} ({ring.cipher_of(ring.current)}): {done.values} values.")
    if done.unreadable:
        raise click.ClickException(f"These values do not open and were left as they are: {', '.join(done.unreadable)}.")
    if done.left:
        raise click.ClickException(f"{done.left} values are being written under older keys; run it again.")


def _progress(column: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{column}: {done} of {total}   ", nl=done >= total, err=True)


@keys.command()
@click.argument("key")
def retire(key: str) -> None:
    """Take KEY out of the ring, once no value is sealed under it; it goes into a file beside the ring."""
    from kaoping.exam import db, migrating, resealing
    from kaoping.itembank import vault

    settings = Settings.load()
    with db.addresses(settings) as found, db.as_role(found.as_owner()) as owner:
        migrating.require_current(owner)
        resealing.require_unused(owner, key)
        resealing.settle(owner, key)
        resealing.require_unused(owner, key)
        aside = vault.retire(settings.key_file, key)
        resealing.require_unused(owner, key)
    click.echo(f"{key} is out of the ring and in {aside}. Older backups need it: destroy it when they are discarded.")
