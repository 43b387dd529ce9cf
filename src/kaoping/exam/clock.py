"""Local dates, where the calendar decides: issue dates, the year in a number, exam days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class _Process:
    """The zone of this process."""

    zone = ZoneInfo("Asia/Shanghai")


def use_zone(zone: ZoneInfo) -> None:
    """Let this process count days in a zone (``KAOPING_TIMEZONE``)."""
    _Process.zone = zone


def local(at: datetime) -> datetime:
    """Give a moment as the wall clock shows it."""
    return at.astimezone(_Process.zone)


def local_date(at: datetime) -> date:
    """Give the calendar day on which a moment falls."""
    return local(at).date()


def day(date_: date) -> tuple[datetime, datetime]:
    """Give a calendar day's first moment and the first moment after it, in UTC (a day may have 23 or 25 hours)."""
    start = datetime.combine(date_, time(), _Process.zone)
    end = datetime.combine(date_ + timedelta(days=1), time(), _Process.zone)
    return start.astimezone(UTC), end.astimezone(UTC)
