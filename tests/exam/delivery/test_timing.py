"""Rules of time, for every moment."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kaoping.exam.delivery.timing import GRACE, Window, accepts, deadline, seconds_left
from tests.builders import NOON

moments = st.floats(-200, 200).map(lambda days: NOON + timedelta(days=days))
windows = st.builds(
    lambda opens_at, length, minutes: Window(opens_at, opens_at + timedelta(minutes=length), minutes),
    moments, st.integers(1, 600), st.integers(1, 300),
)  # fmt: skip
credited = st.integers(0, 7200).map(lambda seconds: timedelta(seconds=seconds))


@given(windows, st.floats(0, 1, exclude_max=True))
def test_a_sitting_without_credit_ends_by_its_length_and_by_the_closing(window: Window, share: float) -> None:
    started_at = window.opens_at + (window.closes_at - window.opens_at) * share
    until = deadline(started_at, window)
    assert until <= window.closes_at
    assert until - started_at <= timedelta(minutes=window.minutes)
    assert until in {window.closes_at, started_at + timedelta(minutes=window.minutes)}


@given(windows, moments, credited, credited)
def test_credit_is_given_whole_and_never_shortens(
    window: Window, at: datetime, one: timedelta, more: timedelta
) -> None:
    assert deadline(at, window, one + more) - deadline(at, window, one) == more


@given(moments, moments)
def test_time_left_is_never_negative_and_a_save_counts_while_there_is_any(at: datetime, until: datetime) -> None:
    left = seconds_left(at, until)
    assert left >= 0
    if left:
        assert accepts(at, until)


def test_a_save_counts_until_the_end_of_grace_and_not_a_moment_longer() -> None:
    assert accepts(NOON + GRACE, NOON)
    assert not accepts(NOON + GRACE + timedelta(microseconds=1), NOON)


def test_candidates_log_in_half_an_hour_early_and_start_when_the_exam_opens() -> None:
    window = Window(NOON, NOON + timedelta(hours=2), 90)
    assert not window.admits(NOON - timedelta(minutes=31))
    assert window.admits(NOON - timedelta(minutes=30))
    assert not window.is_open(NOON - timedelta(seconds=1))
    assert window.is_open(NOON)
    assert not window.is_open(NOON + timedelta(hours=2))
