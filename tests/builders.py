"""Plain functions that make what a test needs; each returns a flushed row and takes changes by keyword."""

from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kaoping.exam.people.models import Account, Membership, Organisation, OrganisationKind
from kaoping.itembank.actor import Actor
from kaoping.itembank.orm import Base

Row = TypeVar("Row", bound=Base)

#: The moment at which tests happen: noon in Shanghai.
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def stored(session: Session, row: Row) -> Row:
    """Add a row and flush it, so that the database has checked it."""
    session.add(row)
    session.flush()
    return row


def organisation_of(session: Session) -> UUID:
    """Give the organisation that the session is bound to; its row is made at the first call."""
    bound: UUID = session.info["organisation"]
    if session.get(Organisation, bound) is None:
        an_organisation(session)
    return bound


def an_organisation(session: Session, **changes: Any) -> Organisation:
    """Make the organisation that the session is bound to, marked as a demonstration."""
    values = {
        "id": session.info["organisation"], "code": uuid4().hex[:12], "name": "示范评价机构",
        "name_en": "Demonstration", "kind": OrganisationKind.TRAINING_AND_EVALUATION, "institution_code": "0000",
        "province_code": "00", "site_code": "000000", "demonstration": True, "created_at": NOON,
    }  # fmt: skip
    return stored(session, Organisation(**values | changes))


def an_account(session: Session, **changes: Any) -> Account:
    """Make a log-in without password or membership."""
    unique = uuid4().hex
    values = {"email": f"{unique}@example.org", "name": "王示范", "fs_uniquifier": unique, "created_at": NOON}
    return stored(session, Account(**values | changes))


def an_actor(session: Session, *roles: str) -> Actor:
    """Make a member of staff of the session's organisation in some roles."""
    organisation, account = organisation_of(session), an_account(session)
    for role in roles:
        granted = {"granted_by": account.id, "granted_at": NOON}
        stored(session, Membership(account_id=account.id, organisation=organisation, role=role, **granted))
    return Actor(account.id, organisation, frozenset(roles))
