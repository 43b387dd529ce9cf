"""Log-in of candidates: three things that belong together, only in the window, and not by trying."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kaoping.exam.delivery import entering, limits, sitting, tokens
from kaoping.exam.delivery.entering import Entry, network
from kaoping.exam.delivery.errors import (
    EntryMismatch,
    EntryOver,
    EntryRefused,
    ExamNotOpened,
    TooEarly,
    TooManyTries,
)
from kaoping.exam.delivery.models import SittingToken, StepVerb
from kaoping.exam.people.models import AttemptCounter
from kaoping.exam.registration.models import ExamState
from tests.builders import NOON
from tests.builders_delivery import ROOM_CODE, Seated, a_candidate, an_exam

ADDRESS = "192.0.2.1"


def enter(
    session: Session, seated: Seated, *, minutes: float = 0, address: str = ADDRESS, **changes: Any
) -> Entry | EntryRefused:
    values: dict[str, str] = {"ticket": seated.ticket, "name": seated.name, "secret": seated.tail} | changes
    session.execute(text("SELECT set_config('app.organisation', '', true)"))
    outcome = entering.enter(session, **values, address=address, at=NOON + timedelta(minutes=minutes))
    tokens.bind(session, seated.application.organisation_id)
    return outcome


@pytest.mark.parametrize(
    "typed",
    [{}, {"secret": ROOM_CODE}, {"secret": ROOM_CODE.lower()}, {"name": " 林 知远 "}, {"name": "林·知远"},
     {"ticket": "spaced"}, {"ticket": "full-width"}],
)  # fmt: skip
def test_ticket_name_and_tail_or_room_code_open_the_door(session: Session, typed: dict[str, Any]) -> None:
    seated = a_candidate(session, an_exam(session))
    if "ticket" in typed:
        spaced = f" {seated.ticket[:4]} {seated.ticket[4:]}"
        full = "".join(chr(ord(digit) + 0xFEE0) for digit in seated.ticket)
        typed = {"ticket": spaced if typed["ticket"] == "spaced" else full}
    outcome = enter(session, seated, **typed)
    assert isinstance(outcome, Entry)
    assert outcome.application_id == seated.application.id


@pytest.mark.parametrize("typed", [{"name": "林知"}, {"secret": "000000"}, {"secret": ""}, {"ticket": "000000000000"}])
def test_unknown_ticket_and_mismatch_get_the_same_answer(session: Session, typed: dict[str, Any]) -> None:
    outcome = enter(session, a_candidate(session, an_exam(session)), **typed)
    assert type(outcome) is EntryMismatch
    assert outcome.facts == {}


def test_the_tail_of_another_candidate_does_not_open_the_door(session: Session) -> None:
    exam = an_exam(session)
    one, other = a_candidate(session, exam), a_candidate(session, exam, name="宋予墨")
    assert isinstance(enter(session, one, secret=other.tail), EntryMismatch)
    assert isinstance(enter(session, other, ticket=one.ticket), EntryMismatch)


def test_log_in_begins_half_an_hour_before_the_exam_and_ends_with_it(session: Session) -> None:
    exam = an_exam(session)
    seated = a_candidate(session, exam)
    early = enter(session, seated, minutes=-31)
    assert isinstance(early, TooEarly)
    assert early.begins == NOON - timedelta(minutes=30)
    assert isinstance(enter(session, seated, minutes=-30), Entry)
    assert isinstance(enter(session, seated, minutes=119), Entry)
    assert isinstance(enter(session, seated, minutes=120), EntryOver)


def test_a_candidate_with_credited_time_gets_back_in_after_the_closing(session: Session) -> None:
    exam = an_exam(session, minutes=120)
    seated = a_candidate(session, exam)
    outcome = enter(session, seated)
    assert isinstance(outcome, Entry)
    held = sitting.start(session, outcome.token, at=NOON)
    sitting.append(session, held, StepVerb.CREDIT, response={"seconds": 600}, by=held.id, at=NOON)
    assert isinstance(enter(session, seated, minutes=125), Entry)
    assert isinstance(enter(session, seated, minutes=130), EntryOver)


@pytest.mark.parametrize(("state", "refusal"), [(ExamState.PREPARED, ExamNotOpened), (ExamState.CLOSED, EntryOver)])
def test_only_an_exam_that_the_officer_opened_admits(
    session: Session, state: ExamState, refusal: type[EntryRefused]
) -> None:
    assert isinstance(enter(session, a_candidate(session, an_exam(session, state=state))), refusal)


def test_a_ticket_is_shut_after_five_failures_and_says_until_when(session: Session) -> None:
    seated = a_candidate(session, an_exam(session))
    for minute in range(5):
        assert isinstance(enter(session, seated, minutes=minute, name="错"), EntryMismatch)
    shut = enter(session, seated, minutes=5)
    assert isinstance(shut, TooManyTries)
    assert shut.until == NOON + timedelta(minutes=16)
    assert isinstance(enter(session, seated, minutes=15.9), TooManyTries)
    assert isinstance(enter(session, seated, minutes=16), Entry)


def test_an_unknown_ticket_is_shut_like_a_known_one(session: Session) -> None:
    seated = a_candidate(session, an_exam(session))
    outcomes = [type(enter(session, seated, ticket="999999999999")) for _ in range(6)]
    assert outcomes == [EntryMismatch] * 5 + [TooManyTries]


def test_sixty_candidates_behind_one_address_get_in_even_if_each_mistypes_once_but_one(session: Session) -> None:
    exam = an_exam(session)
    everybody = [a_candidate(session, exam) for _ in range(60)]
    for seated in everybody[1:]:
        assert isinstance(enter(session, seated, name="错", minutes=0.2), EntryMismatch)
    for seated in everybody:
        assert isinstance(enter(session, seated, minutes=0.8), Entry)


def test_an_address_that_fails_sixty_times_in_ten_minutes_is_shut_and_others_are_not(session: Session) -> None:
    exam = an_exam(session)
    for number in range(60):
        enter(session, a_candidate(session, exam), ticket=f"{number:012}")
    seated = a_candidate(session, exam)
    assert isinstance(enter(session, seated, minutes=10.5), TooManyTries)
    assert isinstance(enter(session, seated, minutes=1, address="192.0.2.2"), Entry)
    assert isinstance(enter(session, seated, minutes=11), Entry)


def test_counters_do_not_say_who_tried(session: Session) -> None:
    seated = a_candidate(session, an_exam(session))
    enter(session, seated, name="错")
    subjects = session.scalars(select(AttemptCounter.subject)).all()
    assert subjects
    assert not any(seated.ticket.encode() in subject or ADDRESS.encode() in subject for subject in subjects)


def test_tokens_are_stored_as_digests_and_one_is_valid_at_a_time(session: Session) -> None:
    seated = a_candidate(session, an_exam(session))
    first, second = enter(session, seated), enter(session, seated)
    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert first.token != second.token
    stored = session.scalars(select(SittingToken).order_by(SittingToken.epoch)).all()
    assert [(token.epoch, token.revoked_at is None) for token in stored] == [(1, False), (2, True)]
    assert len(stored[1].token_hash) == 32
    assert second.token.encode() not in stored[1].token_hash


@pytest.mark.parametrize(
    ("address", "counted"),
    [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
     ("", "unknown")],
)  # fmt: skip
def test_one_subscriber_is_one_address(address: str, counted: str) -> None:
    assert network(address) == counted


failures = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), max_size=12, unique_by=lambda pair: pair[0])


@given(failures)
def test_the_time_to_come_back_is_the_first_moment_that_is_free_again(counted: list[tuple[int, int]]) -> None:
    minutes = [(NOON - timedelta(minutes=ago), count) for ago, count in counted]
    until = limits.TICKET.until(minutes, NOON)
    recent = sum(count for start, count in minutes if start + limits.MINUTE > NOON - limits.TICKET.span)
    assert (until is not None) == (recent >= limits.TICKET.failures)
    if until is not None:
        assert until > NOON
        assert limits.TICKET.until(minutes, until) is None
        assert limits.TICKET.until(minutes, until - timedelta(microseconds=1)) is not None
