"""``kaoping keys ceremony``, ``rotate-signing``, ``revoke``, ``publish`` and ``issued``: the issuer's keys."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.orm import Session

from kaoping.exam.settings import Settings

if TYPE_CHECKING:
    from kaoping.certificates.key_list import Withdrawal

_witnesses = click.option(
    "--witness", "witnesses", multiple=True, metavar="NAME", help="Who sees it; two different people, so give it twice."
)


@contextmanager
def as_owner(settings: Settings) -> Iterator[Session]:
    """Open one transaction of the owner, who alone writes the list of keys."""
    from kaoping.exam import clock, db, migrating
    from kaoping.itembank import vault
    from kaoping.itembank.orm import use_vault

    clock.use_zone(settings.zone)
    use_vault(vault.load(settings.key_file))
    with db.addresses(settings) as found, db.as_role(found.as_owner()) as owner:
        migrating.require_current(owner)
        with Session(owner, expire_on_commit=False) as session, session.begin():
            yield session


def _seen_by(witnesses: Sequence[str]) -> list[str]:
    """Ask at a terminal for the names that were not given."""
    from kaoping.certificates import key_list

    given = list(witnesses)
    while sys.stdin.isatty() and len(given) < key_list.WITNESSES:
        given.append(click.prompt(f"Name of witness {len(given) + 1}"))
    return key_list.named(given)


def _agreed(question: str) -> None:
    if sys.stdin.isatty():
        click.confirm(question, abort=True)


@click.command()
@_witnesses
@click.option("--led-by", prompt="Who leads the ceremony", metavar="NAME", help="Name of who types.")
@click.option("--sm2", is_flag=True, help="Also make the SM2 key that KAOPING_SM2_KEY names.")
@click.option(
    "--document-request", "organisation", metavar="NAME", help="Also make a key for PDFs and a request (CSR)."
)
def ceremony(*, witnesses: Sequence[str], led_by: str, sm2: bool, organisation: str | None) -> None:
    """Make the signing key before two witnesses, enter its public half in the list, and write minutes to be signed.

    A signing key that exists is kept. Private keys stay in their files and never go into the database.
    """
    from kaoping.exam import ceremony as holding
    from kaoping.exam import signing
    from kaoping.itembank.trail import database_time

    settings, seen = Settings.load(), _seen_by(witnesses)
    made, requests = [holding.statement_key(settings)], []
    if sm2:
        made.append(holding.national_key(settings))
    if organisation:
        document, request = holding.document_request(settings, organisation)
        made.append(document)
        requests.append(request)
    for one in made:
        click.echo(f"{one.place}: {one.half.algorithm}, {'made now' if one.fresh else 'present before'}")
        click.echo(f"  {one.half.fingerprint}")
    _agreed("Have both witnesses read and compared the fingerprints?")
    with as_owner(settings) as session:
        moment = database_time(session)
        for one in made:
            signing.enter(session, one.half, one.purpose, witnesses=seen, at=moment)
    local = moment.astimezone(settings.zone)
    text = holding.minutes(holding.Meeting(settings.origin, led_by, seen, local), made, requests=requests)
    click.echo(f"Minutes to print, sign and keep: {holding.write_minutes(settings.data, text, local)}")
    for request in requests:
        click.echo(f"Send {request} to the authority; enter its answer with: kaoping keys publish CERTIFICATE")


@click.command("rotate-signing")
@_witnesses
def rotate_signing(*, witnesses: Sequence[str]) -> None:
    """Make a new signing key current; certificates signed by the old one stay valid and verifiable."""
    from kaoping.exam import signing
    from kaoping.itembank.trail import database_time

    settings, seen = Settings.load(), _seen_by(witnesses)
    with as_owner(settings) as session:
        done = signing.rotate(session, settings, witnesses=seen, at=database_time(session))
    click.echo(f"{done.new.key_id} signs from now on; {settings.signing_key} has changed: copy it again.")
    click.echo(
        f"{done.old.key_id} stays published. Its private half lies in {done.aside}: destroy it if nobody needs it."
    )
    click.echo("On several machines, put the new file on each.")


@click.command()
@click.argument("key")
@click.option(
    "--since", metavar="DATE", help="From when on the key may have been in other hands: 2026-11-03 or 2026-11-03T14:30."
)
@click.option("--lost", is_flag=True, help="Nobody else ever had it: it was destroyed or replaced.")
@click.option("--reason", required=True, help="Why, in words that are published.")
def revoke(key: str, *, since: str | None, lost: bool, reason: str) -> None:
    """Revoke KEY: certificates that were registered before the date stay valid, later ones wait to be signed anew."""
    from kaoping.exam import signing
    from kaoping.itembank.trail import database_time

    if (since is None) != lost:
        raise click.UsageError("Say --since DATE if somebody else may have had the key, else --lost.")
    settings = Settings.load()
    moment = _moment(since, settings) if since else None
    with as_owner(settings) as session:
        at = database_time(session)
        signing.revoke(session, settings, key, compromised_since=moment, reason=reason, at=at)
    click.echo(f"{key} is revoked. “kaoping keys affected {key}” lists what it signed too late.")


def _moment(text: str, settings: Settings) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no date; write 2026-11-03 or 2026-11-03T14:30.") from None
    return read if read.tzinfo else read.replace(tzinfo=settings.zone)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--purpose",
    type=click.Choice(["document", "token", "national"]),
    default="document",
    show_default=True,
    help="What the issuer signs with it.",
)
@_witnesses
def publish(file: Path, *, purpose: str, witnesses: Sequence[str]) -> None:
    """Enter the public key or certificate in FILE, such as an authority's answer to the request of the ceremony."""
    from kaoping.certificates import public_keys
    from kaoping.certificates.issuer_keys import Purpose
    from kaoping.exam import signing
    from kaoping.itembank.trail import database_time

    half, seen = public_keys.read(file.read_bytes()), _seen_by(witnesses)
    with as_owner(Settings.load()) as session:
        row = signing.enter(session, half, Purpose(purpose), witnesses=seen, at=database_time(session))
    click.echo(f"{row.key_id} ({row.algorithm}) is in the list.\n  {half.fingerprint}")


@click.command()
def issued() -> None:
    """List the issuer's keys, what they are for, since when they sign, and which are revoked."""
    from kaoping.certificates import key_list
    from kaoping.exam import db, process

    settings = Settings.load()
    process.prepare(settings)
    with db.transaction() as session:
        for key in key_list.listed(session):
            until = f" to {_day(key.used_until, settings)}" if key.used_until else ""
            told = f"{key.key_id} {key.purpose:<9} {key.algorithm:<9} from {_day(key.used_from, settings)}{until}"
            withdrawal = key_list.withdrawal(key)
            click.echo(f"{told}, {_told(withdrawal, settings)}" if withdrawal else told)


def _told(withdrawal: "Withdrawal", settings: Settings) -> str:
    word = "in other hands" if withdrawal.compromised else "revoked"
    return f"{word} since {_day(withdrawal.since, settings)}: {withdrawal.reason}"


def _day(moment: datetime, settings: Settings) -> str:
    return moment.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")


COMMANDS = (ceremony, rotate_signing, revoke, publish, issued)
