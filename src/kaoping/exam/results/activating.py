"""A candidate's account: opened or extended with ticket, name and identity tail, under the limits of the exam's log-in.

The room code does not open an account: it is read out in a room. A refusal that counts as a try is returned, not
raised, so that the count is written.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kaoping.exam.delivery import entering, tokens
from kaoping.exam.people import accounts, identity
from kaoping.exam.people.models import Account, Person
from kaoping.exam.results.errors import ActivationRefused, AlreadyActivated, NoSuchCandidate, TooManyActivations
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import database_time, record


def open_account(
    session: Session, *, ticket: str, name: str, tail: str, email: str, password: str, address: str,
    at: datetime | None = None,
) -> Account | ActivationRefused:  # fmt: skip
    """Open an account for whoever holds a ticket and knows name and identity tail.

    Raises
    ------
    AlreadyActivated, EmailTaken, EmailUnusable, PasswordTooShort
    """
    moment = at or database_time(session)
    person = _identified(session, ticket, name, tail, address, moment)
    if isinstance(person, ActivationRefused):
        return person
    if person.account_id is not None:
        raise AlreadyActivated
    account = accounts.add(session, email, name=person.name, password=password, at=moment)
    _link(session, person, account.id, moment)
    return account


def add_ticket(
    session: Session, account_id: UUID, *, ticket: str, name: str, tail: str, address: str, at: datetime | None = None
) -> Person | ActivationRefused:
    """Link a further ticket, such as one of another organisation, to an account. Linking twice is harmless.

    Raises
    ------
    AlreadyActivated : the ticket belongs to another account.
    """
    moment = at or database_time(session)
    person = _identified(session, ticket, name, tail, address, moment)
    if isinstance(person, ActivationRefused):
        return person
    if person.account_id not in {None, account_id}:
        raise AlreadyActivated
    if person.account_id is None:
        _link(session, person, account_id, moment)
    return person


def _link(session: Session, person: Person, account_id: UUID, at: datetime) -> None:
    person.account_id = account_id
    record(session, "account.activated", person, by=Actor(account_id, person.organisation_id), at=at)


def _identified(
    session: Session, ticket: str, name: str, tail: str, address: str, at: datetime
) -> Person | ActivationRefused:
    found = entering.holder(session, ticket, address=address, matches=lambda found: _matches(found, name, tail), at=at)
    if isinstance(found, datetime):
        return TooManyActivations(until=found)
    if found is None:
        return NoSuchCandidate()
    tokens.bind(session, found.organisation)
    return session.get_one(Person, found.person, with_for_update=True)


def _matches(found: Any, name: str, tail: str) -> bool:
    known = found.application is not None
    person, folded = (found.person, found.name_folded) if known else (uuid4(), uuid4().hex)
    fingerprint = found.tail_fingerprint if known else uuid4().bytes
    right_name = identity.same(identity.folded_name(name).encode(), folded.encode())
    right_tail = identity.same(identity.tail_fingerprint(person, tail), fingerprint)
    return known and right_name and right_tail
