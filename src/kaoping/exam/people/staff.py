"""Members of staff as a system administrator manages them. Every change is a deed in the organisation's trail."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kaoping.exam.people import accounts
from kaoping.exam.people.models import Account, Membership
from kaoping.exam.people.staff_errors import AccountShared
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.trail import record

#: Letters for passwords that are read aloud: none looks like another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def everybody(session: Session, *, by: Actor) -> Sequence[Account]:
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


def add(
    session: Session, email: str, *, name: str, roles: Iterable[str], by: Actor, at: datetime | None = None
) -> Account:
    """Give somebody an account and roles in the actor's organisation; one that exists keeps name and password."""
    account = accounts.find(session, email) or accounts.add(session, email, name=name, password=None, at=at)
    for role in roles:
        accounts.grant(session, account.id, role, by=by, at=at)
    return account


def set_roles(
    session: Session, account_id: UUID, roles: Iterable[str], *, by: Actor, at: datetime | None = None
) -> Account:
    """Leave an account with exactly these roles in the actor's organisation."""
    account, wanted = member(session, account_id, by=by), frozenset(roles)
    held = roles_of(account, by.organisation)
    for role in sorted(wanted - held):
        accounts.grant(session, account_id, role, by=by, at=at)
    for role in sorted(held - wanted):
        accounts.revoke(session, account_id, role, by=by, at=at)
    return account


def reset_password(session: Session, account_id: UUID, *, by: Actor, at: datetime | None = None) -> str:
    """Give a member a new password, which ends log-ins and second factor, and return it to hand over."""
    account = _own(session, account_id, by=by)
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    account.password, account.fs_uniquifier = accounts.hashed(password), uuid4().hex
    account.tf_primary_method = account.tf_totp_secret = account.mf_recovery_codes = None
    record(session, "password.reset", account, by=by, at=at)
    return password


def set_active(session: Session, account_id: UUID, active: bool, *, by: Actor, at: datetime | None = None) -> Account:  # noqa: FBT001 - the deed itself
    """Close an account, which ends its log-ins, or open it again. Repeating it is harmless."""
    account = _own(session, account_id, by=by)
    if account.active != active:
        if not active and accounts.ADMINISTRATOR in roles_of(account, by.organisation):
            accounts.require_another_administrator(session, account.id, by.organisation)
        account.active, account.fs_uniquifier = active, uuid4().hex
        record(session, "account.opened" if active else "account.closed", account, by=by, at=at)
    return account


def prefer(session: Session, account_id: UUID, *, language: str | None, appearance: dict[str, str]) -> Account:
    """Keep how somebody wants the pages: language and display."""
    account = session.get_one(Account, account_id)
    account.language, account.appearance = language, appearance
    return account


def _own(session: Session, account_id: UUID, *, by: Actor) -> Account:
    """Find a member whose account leads nowhere else: neither to work nor to own results in another organisation."""
    account = member(session, account_id, by=by)
    candidacies = func.find_own_persons(account_id).table_valued("organisation", "person")
    elsewhere = {membership.organisation for membership in account.memberships}
    elsewhere.update(session.scalars(select(candidacies.c.organisation)))
    if elsewhere - {by.organisation}:
        raise AccountShared
    return account
