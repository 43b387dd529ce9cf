"""Names of the people behind ids, for pages."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.people.models import Account


def names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give the names of accounts by id; the program itself and unknown ids have none."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(set(ids))))
    return {row.id: row.name for row in rows}
