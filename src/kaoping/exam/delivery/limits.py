"""Rate limits of log-in: failures are counted in the database by the minute and looked at over a sliding span.

Successes are not counted, so that a room of candidates behind one address gets in at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kaoping.exam.people.models import AttemptCounter
from kaoping.itembank.orm import vault

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures of one kind of subject within a span."""

    kind: str
    failures: int
    span: timedelta

    def until(self, minutes: Iterable[tuple[datetime, int]], at: datetime) -> datetime | None:
        """Give when the next try is allowed, from the failures of each minute; None if it is allowed now."""
        recent = sorted((start, count) for start, count in minutes if start + MINUTE > at - self.span)
        excess = sum(count for _, count in recent) - self.failures
        for start, count in recent:
            if excess < 0:
                break
            excess -= count
            if excess < 0:
                return start + MINUTE + self.span
        return None


TICKET = Limit("ticket", 5, timedelta(minutes=15))
#: One address may be a whole room: 60 candidates who each mistype once in ten minutes.
ADDRESS = Limit("address", 60, timedelta(minutes=10))


def subject(limit: Limit, value: str) -> bytes:
    """Give what a counter knows a ticket or an address by."""
    return vault().fingerprint(value, f"attempts:{limit.kind}")


def queue(session: Session, whom: bytes) -> None:
    """Let the tries of one subject wait for each other until the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(whom[:8], signed=True))))


def blocked_until(session: Session, limit: Limit, whom: bytes, *, at: datetime) -> datetime | None:
    """Give when a subject may try again; None if it may now."""
    counters = select(AttemptCounter.window_start, AttemptCounter.count).where(
        AttemptCounter.kind == limit.kind,
        AttemptCounter.subject == whom,
        AttemptCounter.window_start > at - limit.span - MINUTE,
    )
    return limit.until(((start, count) for start, count in session.execute(counters)), at)


def count_failure(session: Session, limit: Limit, whom: bytes, *, at: datetime) -> None:
    """Add one failure to the counter of this minute."""
    opening = insert(AttemptCounter).values(
        id=uuid4(), kind=limit.kind, subject=whom, window_start=at.replace(second=0, microsecond=0), count=1
    )
    session.execute(
        opening.on_conflict_do_update(
            index_elements=["kind", "subject", "window_start"], set_={"count": AttemptCounter.count + 1}
        )
    )
