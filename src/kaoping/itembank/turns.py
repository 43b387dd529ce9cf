"""Taking turns: who numbers something waits until whoever is numbering the same has finished."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def take(session: Session, queue: str) -> None:
    """Wait for the turn in a queue; it lasts until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:queue))"), {"queue": queue})
