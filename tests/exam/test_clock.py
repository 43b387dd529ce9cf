"""Days are those of the wall clock in the installation's zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kaoping.exam import clock


@pytest.fixture(autouse=True)
def _shanghai() -> Iterator[None]:
    yield
    clock.use_zone(ZoneInfo("Asia/Shanghai"))


def test_the_evening_in_utc_is_the_next_day_in_shanghai() -> None:
    assert clock.local_date(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)


def test_a_day_holds_its_own_moments_and_no_other() -> None:
    start, end = clock.day(date(2026, 5, 20))

    assert clock.local_date(start) == clock.local_date(end - timedelta(microseconds=1)) == date(2026, 5, 20)
    assert clock.local_date(end) == date(2026, 5, 21)


def test_a_day_in_which_clocks_are_set_back_has_25_hours() -> None:
    clock.use_zone(ZoneInfo("Europe/Berlin"))

    start, end = clock.day(date(2026, 10, 25))

    assert end - start == timedelta(hours=25)
