"""``kaoping keys affected``, ``resign`` and ``cosign``: signatures that are made later than their certificate."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import click

from kaoping.exam.settings import Settings
from kaoping.itembank.actor import Actor

_organisation = click.option("--organisation", "code", required=True, help="Code of the organisation.")


def _organisations(settings: Settings) -> Iterator[tuple[str, UUID]]:
    from sqlalchemy import select

    from kaoping.exam import db, process
    from kaoping.exam.people.models import Organisation

    process.prepare(settings)
    with db.transaction() as session:
        rows = session.execute(select(Organisation.name, Organisation.id).order_by(Organisation.code))
        yield from ((row.name, row.id) for row in rows.all())


@click.command()
@click.argument("key")
def affected(key: str) -> None:
    """List the certificates that the revoked KEY signed too late and that wait to be signed anew."""
    from kaoping.certificates import trust
    from kaoping.exam import db, signing

    settings, count = Settings.load(), 0
    for name, organisation in _organisations(settings):
        with db.transaction(organisation) as session:
            for certificate in trust.affected(session, key, signing.published(settings, session)):
                count += 1
                click.echo(f"{certificate.number}  {certificate.issued_at.astimezone(settings.zone):%Y-%m-%d}  {name}")
    click.echo(f"{count} certificates wait to be signed anew.")


@click.command()
@click.argument("key")
@_organisation
@click.option("--by", "email", required=True, help="Log-in of who looked at each: a certificate officer.")
@click.option("--confirmed-by", "other", required=True, help="Log-in of another person who confirms them.")
@click.option("--number", "numbers", multiple=True, help="Only this certificate; may be given several times.")
def resign(key: str, *, code: str, email: str, other: str, numbers: Sequence[str]) -> None:
    """Sign anew what the revoked KEY signed too late, as entries of the register; first signatures stay."""
    from kaoping.exam import db, process, signing
    from kaoping.exam.results import signing_anew

    settings = Settings.load()
    process.prepare(settings)
    organisation, by, confirming = _people(code, email, other)
    with db.transaction(organisation) as session:
        done = signing_anew.sign_anew(
            session, key, keys=signing.published(settings, session), key=signing.current(settings), by=by,
            other=confirming, only=numbers,
        )  # fmt: skip
        left = [certificate.number for certificate in done.left]
        click.echo(f"Signed anew: {len(done.signed)} certificates.")
    if left:
        raise click.ClickException(
            f"No decision or confirmed proposal says what stands in {', '.join(left)}: not signed."
        )


def _people(code: str, *emails: str) -> tuple[UUID, Actor, Actor]:
    from kaoping.exam import db
    from kaoping.exam.people import accounts

    with db.transaction() as session:
        organisation = accounts.organisation_by_code(session, code).id
        one, other = (accounts.actor(session, email, organisation) for email in emails)
    return organisation, one, other


@click.command()
def cosign() -> None:
    """Sign by the SM2 key of KAOPING_SM2_KEY every certificate that it has not signed yet; broken off, it goes on."""
    from kaoping.certificates import cosignatures
    from kaoping.certificates.errors import Sm2NotConfigured
    from kaoping.exam import db, signing
    from kaoping.itembank.trail import database_time

    settings, count = Settings.load(), 0
    organisations = list(_organisations(settings))
    key = signing.current(settings).beside
    if key is None:
        raise Sm2NotConfigured
    for _, organisation in organisations:
        while True:
            with db.transaction(organisation) as session:
                moment, some = database_time(session), cosignatures.lacking(session, key.key_id, limit=100)
                for certificate in some:
                    cosignatures.append(session, certificate, key, at=moment)
            if not some:
                break
            count += len(some)
    click.echo(f"Signed by {key.key_id}: {count} certificates.")


COMMANDS = (affected, resign, cosign)
