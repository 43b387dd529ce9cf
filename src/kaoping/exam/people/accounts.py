"""Accounts of staff, their roles in organisations, and opening an organisation; roles leave a trail."""

import re
from datetime import datetime
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.people.access import ROLES
from kaoping.exam.people.models import Account, Membership, Organisation, OrganisationKind
from kaoping.exam.people.staff_errors import (
    AccountClosed,
    AccountMissing,
    EmailTaken,
    EmailUnusable,
    FilingCodesTaken,
    LastAdministrator,
    NameMissing,
    OrganisationMissing,
    PasswordTooShort,
    RoleUnknown,
)
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import database_time, record

SHORTEST_PASSWORD = 10
ADMINISTRATOR = "system_administrator"
LOG_IN_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")  # for staff without an e-mail address


def add(session: Session, email: str, *, name: str, password: str | None, at: datetime | None = None) -> Account:
    """Open an account, by e-mail address or log-in name, that may log in once it has a password; it has no role yet."""
    address = _address(email)
    if not name.strip():
        raise NameMissing
    if session.scalars(select(Account.id).where(Account.email == address)).first():
        raise EmailTaken(email=address)
    moment = at or database_time(session)
    account = Account(
        email=address, name=name.strip(), password=password and hashed(password), fs_uniquifier=uuid4().hex,
        confirmed_at=moment, created_at=moment,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


def hashed(password: str) -> str:
    """Hash a password with Argon2id, as the log-in page checks it."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(length=len(password), least=SHORTEST_PASSWORD)
    return PasswordHasher().hash(password)


def find(session: Session, email: str) -> Account | None:
    """Find an account by its address or log-in name, if there is one."""
    return session.scalars(select(Account).where(Account.email == email.strip().lower())).first()


def by_email(session: Session, email: str) -> Account:
    """Find an account."""
    account = find(session, email)
    if account is None:
        raise AccountMissing(email=email)
    return account


def actor(session: Session, email: str, organisation: UUID) -> Actor:
    """Let a member of an organisation act by a log-in name, in all roles held there.

    Raises
    ------
    AccountMissing
    AccountClosed : the account was closed; its roles stay written, but nobody acts by them.
    """
    account = by_email(session, email)
    if not account.active:
        raise AccountClosed(email=account.email)
    roles = (membership.role for membership in account.memberships if membership.organisation == organisation)
    return Actor(account.id, organisation, frozenset(roles))


def organisation_by_code(session: Session, code: str) -> Organisation:
    """Find an organisation."""
    known = {it.code: it for it in session.scalars(select(Organisation))}
    if code not in known:
        raise OrganisationMissing(code=code, known=", ".join(sorted(known)) or "none")
    return known[code]


def grant(session: Session, account_id: UUID, role: str, *, by: Actor, at: datetime | None = None) -> Membership:
    """Give an account a role in the actor's organisation; granting twice is harmless."""
    if role not in ROLES:
        raise RoleUnknown(role=role, known=", ".join(ROLES))
    found = _membership(session, account_id, role, by.organisation)
    if found:
        return found
    moment = at or database_time(session)
    membership = Membership(
        account_id=account_id, organisation=by.organisation, role=role, granted_by=by.id, granted_at=moment
    )
    session.add(membership)
    record(session, "role.granted", membership, by=by, at=moment, account=str(account_id), role=role)
    return membership


def revoke(session: Session, account_id: UUID, role: str, *, by: Actor, at: datetime | None = None) -> None:
    """Take a role back; taking back what is not there is harmless. Log-ins of the account end.

    Raises
    ------
    LastAdministrator : nobody could manage people any more.
    """
    found = _membership(session, account_id, role, by.organisation)
    if found:
        if role == ADMINISTRATOR:
            require_another_administrator(session, account_id, by.organisation)
        record(session, "role.revoked", found, by=by, at=at, account=str(account_id), role=role)
        session.delete(found)
        session.get_one(Account, account_id).fs_uniquifier = uuid4().hex


def require_another_administrator(session: Session, account_id: UUID, organisation: UUID) -> None:
    """Raise `LastAdministrator` if no open account but this one may manage people."""
    held = select(Membership.account_id).join(Account).where(Account.active, Membership.role == ADMINISTRATOR)
    if set(session.scalars(held.where(Membership.organisation == organisation))) <= {account_id}:
        raise LastAdministrator


def open_organisation(
    session: Session,
    code: str,
    *,
    name: str,
    name_en: str,
    kind: OrganisationKind,
    institution_code: str,
    province_code: str,
    site_code: str,
    at: datetime | None = None,
) -> Organisation:
    """Open an evaluation organisation 评价机构; the codes are those of its filing 备案.

    Raises
    ------
    FilingCodesTaken : certificate numbers, which begin with the codes, are unique over all organisations.
    """
    codes = {"institution_code": institution_code, "province_code": province_code, "site_code": site_code}
    if session.scalars(select(Organisation.id).filter_by(kind=kind, **codes)).first():
        raise FilingCodesTaken(prefix=kind + "".join(codes.values()))
    organisation = Organisation(
        code=code, name=name, name_en=name_en, kind=kind, **codes, created_at=at or database_time(session)
    )  # fmt: skip
    session.add(organisation)
    session.flush()
    return organisation


def _membership(session: Session, account_id: UUID, role: str, organisation: UUID) -> Membership | None:
    wanted = select(Membership).where(
        Membership.account_id == account_id, Membership.role == role, Membership.organisation == organisation
    )
    return session.scalars(wanted).first()


def _address(email: str) -> str:
    name = email.strip().lower()
    if LOG_IN_NAME.fullmatch(name):
        return name
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as refused:
        raise EmailUnusable(email=email, reason=str(refused)) from None
