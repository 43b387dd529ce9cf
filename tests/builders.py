"""Plain functions that make what a test needs; every one returns a flushed row and takes changes by keyword."""

from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kaoping.exam.schema import Base
from kaoping.itembank.actor import Actor


def an_organisation(session: Session, **changes: object) -> UUID:
    """Make the organisation that the session is bound to."""
    values = {"id": session.info["organisation"], "name": "示范评价机构"} | changes
    session.execute(insert(Base.metadata.tables["organisation"]).values(values))
    return session.info["organisation"]  # type: ignore[no-any-return]


def an_actor(session: Session, *roles: str) -> Actor:
    """Give a person of the session's organisation in some roles."""
    return Actor(uuid4(), session.info["organisation"], frozenset(roles))
