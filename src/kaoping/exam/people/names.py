"""Names of the people behind ids, for pages."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.people.models import Account, Membership


def names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give the names of accounts by id; the program itself and unknown ids have none."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def in_role(session: Session, role: str, organisation: UUID) -> dict[UUID, str]:
    """Give the names of the active members of an organisation who have a role, by id and in the order of names."""
    held = (Membership.role == role, Membership.organisation == organisation, Account.active)
    rows = session.execute(select(Account.id, Account.name).join(Membership).where(*held).order_by(Account.name))
    return {row.id: row.name for row in rows}
