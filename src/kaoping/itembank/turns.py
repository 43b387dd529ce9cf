"""Numbering: who numbers something waits until whoever is numbering the same has finished; years are those of China."""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Zone of the years in numbers and of printed times."""


def next_number(session: Session, numbers: InstrumentedAttribute[int], organisation: UUID) -> int:
    """Give the number that follows the last of an organisation's rows, such as ``Release.number``.

    Whoever numbers the same rows meanwhile waits until this transaction ends.
    """
    table = numbers.class_.__tablename__
    take(session, f"{table}:{organisation}")
    last = select(func.max(numbers)).where(numbers.class_.organisation_id == organisation)
    return (session.scalar(last) or 0) + 1


def take(session: Session, queue: str) -> None:
    """Wait for the turn in a queue; it lasts until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:queue))"), {"queue": queue})
