"""Accounts of staff and their roles in an organisation. Every change is a deed in the organisation's trail."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kaoping.exam.people.access import ROLES
from kaoping.exam.people.errors import AccountShared, EntryMissing, LastAdministrator, PasswordTooShort, RoleUnknown
from kaoping.exam.people.models import Account, Membership
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.trail import database_time, record

LEAST_PASSWORD = 10
_ADMINISTRATOR = "system_administrator"
#: Letters for passwords that are read aloud: none looks like another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def staff(session: Session, *, by: Actor) -> Sequence[Account]:
    """List the accounts with a role in the actor's organisation, by name."""
    here = select(Membership.account_id).where(Membership.organisation == by.organisation)
    wanted = select(Account).where(Account.id.in_(here)).order_by(Account.name, Account.email)
    return session.scalars(wanted.options(selectinload(Account.memberships))).all()


def member(session: Session, account_id: UUID, *, by: Actor) -> Account:
    """Find an account with a role in the actor's organisation."""
    account = session.get(Account, account_id)
    if account is None or not roles_of(account, by.organisation):
        raise Missing(what=N_("member of staff"))
    return account


def roles_of(account: Account, organisation: UUID) -> frozenset[str]:
    """Give the roles of an account in an organisation."""
    return frozenset(membership.role for membership in account.memberships if membership.organisation == organisation)


def find(session: Session, email: str) -> Account | None:
    """Find an account by its address or log-in name, whatever the size of the letters."""
    return session.scalars(select(Account).where(func.lower(Account.email) == _folded(email))).one_or_none()


def add(
    session: Session, email: str, *, name: str, roles: Iterable[str], password: str | None = None, by: Actor, at: datetime | None = None,
) -> Account:  # fmt: skip
    """Give somebody an account and roles in the actor's organisation; an account that exists keeps name and password."""
    if not _folded(email) or not name.strip():
        raise EntryMissing
    at = at or database_time(session)
    account = find(session, email) or _opened(session, email, name=name, by=by, at=at)
    if account.password is None and password is not None:
        account.password = hashed(password)
    for role in roles:
        grant(session, account.id, role, by=by, at=at)
    return account


def _opened(session: Session, email: str, *, name: str, by: Actor, at: datetime) -> Account:
    account = Account(email=_folded(email), name=name.strip(), fs_uniquifier=uuid4().hex, appearance={}, created_at=at)
    session.add(account)
    record(session, "account.opened", account, by=by, at=at)
    return account


def grant(session: Session, account_id: UUID, role: str, *, by: Actor, at: datetime | None = None) -> None:
    """Give an account a role in the actor's organisation. Granting twice is harmless."""
    if role not in ROLES:
        raise RoleUnknown(role=role)
    account = session.get_one(Account, account_id)
    if role in roles_of(account, by.organisation):
        return
    at = at or database_time(session)
    account.memberships.append(Membership(organisation=by.organisation, role=role, granted_by=by.id, granted_at=at))
    record(session, "role.granted", account, by=by, at=at, role=role)


def revoke(session: Session, account_id: UUID, role: str, *, by: Actor, at: datetime | None = None) -> None:
    """Take a role away in the actor's organisation. Revoking twice is harmless.

    Raises
    ------
    LastAdministrator : nobody could manage people any more.
    """
    account = member(session, account_id, by=by)
    held = [each for each in account.memberships if each.organisation == by.organisation and each.role == role]
    if not held:
        return
    if role == _ADMINISTRATOR and _administrators(session, by.organisation) <= {account.id}:
        raise LastAdministrator
    for membership in held:
        account.memberships.remove(membership)
        session.delete(membership)
    record(session, "role.revoked", account, by=by, at=at, role=role)


def set_roles(session: Session, account_id: UUID, roles: Iterable[str], *, by: Actor, at: datetime | None = None) -> Account:
    """Leave an account with exactly these roles in the actor's organisation."""
    account, wanted = member(session, account_id, by=by), frozenset(roles)
    held = roles_of(account, by.organisation)
    for role in sorted(wanted - held):
        grant(session, account_id, role, by=by, at=at)
    for role in sorted(held - wanted):
        revoke(session, account_id, role, by=by, at=at)
    return account


def reset_password(session: Session, account_id: UUID, *, by: Actor, at: datetime | None = None) -> str:
    """Give a member a new password, end the member's log-ins and second factor, and return the password to hand over."""
    account = _own(session, account_id, by=by)
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    account.password, account.fs_uniquifier = hashed(password), uuid4().hex
    account.tf_primary_method = account.tf_totp_secret = account.mf_recovery_codes = None
    record(session, "password.reset", account, by=by, at=at)
    return password


def set_active(session: Session, account_id: UUID, active: bool, *, by: Actor, at: datetime | None = None) -> Account:  # noqa: FBT001 - the deed itself
    """Close an account, which ends its log-ins, or open it again. Repeating it is harmless."""
    account = _own(session, account_id, by=by)
    if account.active != active:
        if not active and _administrators(session, by.organisation) <= {account.id}:
            raise LastAdministrator
        account.active, account.fs_uniquifier = active, uuid4().hex
        record(session, "account.opened" if active else "account.closed", account, by=by, at=at)
    return account


def prefer(session: Session, account_id: UUID, *, language: str | None, appearance: dict[str, str]) -> Account:
    """Keep how somebody wants the pages: language and display."""
    account = session.get_one(Account, account_id)
    account.language, account.appearance = language, appearance
    return account


def hashed(password: str) -> str:
    """Hash a password with Argon2id, as the log-in page checks it."""
    if len(password) < LEAST_PASSWORD:
        raise PasswordTooShort(length=len(password), least=LEAST_PASSWORD)
    return PasswordHasher().hash(password)


def _own(session: Session, account_id: UUID, *, by: Actor) -> Account:
    account = member(session, account_id, by=by)
    if any(membership.organisation != by.organisation for membership in account.memberships):
        raise AccountShared
    return account


def _administrators(session: Session, organisation: UUID) -> set[UUID]:
    held = select(Membership.account_id).join(Account).where(Account.active, Membership.role == _ADMINISTRATOR)
    return set(session.scalars(held.where(Membership.organisation == organisation)))


def _folded(email: str) -> str:
    return email.strip().lower()
