"""``kaoping person`` and ``kaoping organisation``: the first accounts of an installation."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.orm import Session

from kaoping.exam.settings import Settings

_organisation = click.option("--organisation", "code", required=True, help="Code of the organisation.")


@contextmanager
def _globally() -> Iterator[Session]:
    from kaoping.exam import db, process

    process.prepare(Settings.load())
    with db.transaction() as session:
        yield session


@click.group()
def person() -> None:
    """Open accounts and give them roles."""


@person.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name as pages show it.")
@click.option("--generate", is_flag=True, help="Make a password and print it once, instead of asking for one.")
def add(email: str, *, name: str, generate: bool) -> None:
    """Open an account for EMAIL (an address or a log-in name)."""
    from kaoping.exam.people import accounts

    password = secrets.token_urlsafe(12) if generate else _asked()
    with _globally() as session:
        account = accounts.add(session, email, name=name, password=password)
        click.echo(f"{account.email} may log in" + (f" with the password {password}" if generate else "") + ".")


def _asked() -> str:
    if not sys.stdin.isatty():
        raise click.UsageError("A password is typed at a terminal, and here is none; use --generate.")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


@person.command()
@click.argument("email")
@click.argument("role")
@_organisation
@click.option("--remove", is_flag=True, help="Take the role back.")
def role(email: str, role: str, *, code: str, remove: bool) -> None:
    """Give ROLE (such as item_writer) to the account of EMAIL."""
    from kaoping.exam import db
    from kaoping.exam.people import accounts
    from kaoping.itembank.actor import system

    with _globally() as session:
        account, organisation = accounts.by_email(session, email), accounts.organisation_by_code(session, code)
    with db.transaction(organisation.id) as session:
        change = accounts.revoke if remove else accounts.grant
        change(session, account.id, role, by=system(organisation.id))
    click.echo(f"{account.email} {'is no longer' if remove else 'is'} {role} of {organisation.name}.")


@click.group()
def organisation() -> None:
    """Open evaluation organisations 评价机构."""


@organisation.command("add")
@click.argument("code")
@click.option("--name", required=True, help="Chinese name as filed.")
@click.option("--name-en", required=True, help="English name.")
@click.option("--kind", type=click.Choice(["Y", "S"]), required=True, help="Y employer, S training and evaluation.")
@click.option("--institution-code", required=True, help="4 digits of the filing.")
@click.option("--province-code", required=True, help="2 digits.")
@click.option("--site-code", required=True, help="6 digits.")
def open_(code: str, kind: str, **facts: Any) -> None:
    """Open the organisation CODE."""
    from kaoping.exam.people import accounts
    from kaoping.exam.people.models import OrganisationKind

    with _globally() as session:
        opened = accounts.open_organisation(session, code, kind=OrganisationKind(kind), **facts)
    click.echo(f"{opened.name} is open under the code {opened.code}.")
