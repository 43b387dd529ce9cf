"""Numbering: who numbers something waits until whoever is numbering the same has finished; years are those of China."""

from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Zone of the years in numbers and of printed times."""


def take(session: Session, queue: str) -> None:
    """Wait for the turn in a queue; it lasts until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:queue))"), {"queue": queue})
