"""When a sitting begins and ends: pure rules of time, without a clock of their own.

    deadline = min(start + minutes, closing of the exam) + credited time

Credit gives back time that was lost to equipment, so it also counts past the closing of the exam and never shortens.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: A save counts if it arrives this long after the deadline: the last answer is still on its way when the clock stops.
#: The database function `save_answer` says the same; a test compares them.
GRACE = timedelta(seconds=20)
#: Candidates may log in this long before the exam opens, to check their data and read the rules.
LEAD = timedelta(minutes=30)
#: How long after the closing a candidate may still look at the confirmation.
AFTERGLOW = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Window:
    """When an exam may be sat, and for how long."""

    opens_at: datetime
    closes_at: datetime
    minutes: int

    @property
    def entry_from(self) -> datetime:
        """The first moment at which candidates may log in."""
        return self.opens_at - LEAD

    def admits(self, at: datetime) -> bool:
        """Whether candidates may log in."""
        return self.entry_from <= at < self.closes_at

    def is_open(self, at: datetime) -> bool:
        """Whether a sitting may be started."""
        return self.opens_at <= at < self.closes_at


def deadline(started_at: datetime, window: Window, credit: timedelta = timedelta(0)) -> datetime:
    """Give the moment at which a sitting ends."""
    return min(started_at + timedelta(minutes=window.minutes), window.closes_at) + credit


def accepts(at: datetime, until: datetime) -> bool:
    """Whether a save that arrives now still counts."""
    return at <= until + GRACE


def seconds_left(at: datetime, until: datetime) -> int:
    """Give the whole seconds until the deadline, never less than zero."""
    return max(0, int((until - at).total_seconds()))
