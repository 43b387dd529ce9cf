"""Sittings on the database: what is acknowledged is there, once; what is refused leaves nothing."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.delivery import closing, entering, folds, functions, sitting, timing
from kaoping.exam.delivery.entering import Entry
from kaoping.exam.delivery.errors import (
    AnswerUnfit,
    EntryOver,
    NoSuchSlot,
    NotEntered,
    NotOpenYet,
    NotStarted,
    SequenceReused,
    SittingEnded,
    TakenOver,
    TimeOver,
)
from kaoping.exam.delivery.folds import SittingState
from kaoping.exam.delivery.models import Sitting, Step
from kaoping.exam.registration import exams
from kaoping.itembank.actor import Actor
from kaoping.itembank.vault import Vault
from tests.builders import NOON, an_actor
from tests.builders_delivery import Seated, a_candidate, an_exam
from tests.conftest import Database

SOON = NOON + timedelta(minutes=5)
ADDRESS = "192.0.2.7"


def log_in(session: Session, seated: Seated, *, at: datetime = NOON) -> str:
    entry = entering.enter(session, ticket=seated.ticket, name=seated.name, secret=seated.tail, address=ADDRESS, at=at)
    assert isinstance(entry, Entry)
    return entry.token


def begun(session: Session, **exam: Any) -> tuple[str, Sitting]:
    seated = a_candidate(session, an_exam(session, **exam))
    token = log_in(session, seated)
    return token, sitting.start(session, token, at=NOON)


def steps(session: Session, of: Sitting) -> list[Step]:
    session.expire(of)
    return of.steps


def test_starting_again_gives_the_same_sitting(session: Session) -> None:
    token, first = begun(session)
    assert sitting.start(session, token, at=SOON).id == first.id
    assert [step.verb for step in steps(session, first)] == ["start"]


def test_a_start_that_a_new_log_in_overtook_gives_way_to_it(database: Database, vault: Vault) -> None:
    organisation = uuid4()
    with transaction(organisation) as session:
        seated = a_candidate(session, an_exam(session))
        older = log_in(session, seated)
    with transaction() as starting, transaction() as entering_again:
        sitting.desk(starting, older, at=NOON)
        log_in(entering_again, seated)
        starting.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError), starting.begin_nested():
            sitting.start(starting, older, at=NOON)
        entering_again.commit()
        with pytest.raises(TakenOver):
            sitting.start(starting, older, at=NOON)


def test_an_exam_cannot_be_closed_while_a_sitting_is_being_started(database: Database, vault: Vault) -> None:
    organisation = uuid4()
    with transaction(organisation) as session:
        exam = an_exam(session)
        token = log_in(session, a_candidate(session, exam))
    with transaction() as starting, transaction(organisation) as officer:
        sitting.start(starting, token, at=NOON)
        officer.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError), officer.begin_nested():
            exams.close_exam(officer, exam.id, by=Actor(uuid4(), organisation), at=SOON)


def test_nobody_starts_before_the_exam_opens_or_after_it_closed(session: Session) -> None:
    exam = an_exam(session)
    early, late = (log_in(session, a_candidate(session, exam), at=NOON - timedelta(minutes=5)) for _ in range(2))
    with pytest.raises(NotOpenYet):
        sitting.start(session, early, at=NOON - timedelta(seconds=1))
    with pytest.raises(EntryOver):
        sitting.start(session, late, at=exam.closes_at)


def test_the_same_answer_sent_twice_is_one_step_with_one_acknowledgement(session: Session) -> None:
    token, held = begun(session)
    first = sitting.answer(session, token, 2, "B", sequence=1, at=SOON)
    again = sitting.answer(session, token, 2, "B", sequence=1, at=SOON + timedelta(minutes=1))
    assert again == first
    assert (first.number, first.answered, first.saved_at) == (2, 1, SOON)
    assert len(steps(session, held)) == 2


def test_another_answer_under_a_used_sequence_is_refused_and_names_the_highest(session: Session) -> None:
    token, held = begun(session)
    for sequence, letter in ((1, "A"), (2, "B")):
        sitting.answer(session, token, 2, letter, sequence=sequence, at=SOON)
    with pytest.raises(SequenceReused) as refused:
        sitting.answer(session, token, 2, "C", sequence=1, at=SOON)
    assert refused.value.highest == 2
    assert folds.answers(steps(session, held)) == {2: "B"}


def test_a_delayed_older_answer_does_not_overwrite_a_newer_one(session: Session) -> None:
    token, held = begun(session)
    sitting.answer(session, token, 2, "B", sequence=2, at=SOON)
    late = sitting.answer(session, token, 2, "A", sequence=1, at=SOON)
    assert late.answered == 1
    assert folds.answers(steps(session, held)) == {2: "B"}


@pytest.mark.parametrize(
    ("slot", "response"),
    [(1, True), (2, "D"), (3, ["A", "C"]), (4, ["国家", ""]), (5, "68.75"), (2, None), (3, None)],
)
def test_every_type_of_answer_is_kept_as_it_was_given(session: Session, slot: int, response: Any) -> None:
    token, held = begun(session)
    saved = sitting.answer(session, token, slot, response, sequence=1, at=SOON)
    assert steps(session, held)[-1].response == response
    assert saved.answered == (response is not None)


@pytest.mark.parametrize(
    ("slot", "response"),
    [
        (1, "true"),
        (2, ["B"]),
        (2, "BB"),
        (2, 1),
        (3, "A"),
        (3, ["A", 1]),
        (3, [["A"]]),
        (4, "国家"),
        (4, [1]),
        (5, 68.75),
        (5, {"a": 1}),
        (5, "1\x00"),
        (5, "\ud800"),
        (5, "1" * 2001),
        (5, float("nan")),
        (3, ["A"] * 41),
    ],
)
def test_an_answer_of_another_type_is_refused_and_leaves_nothing(session: Session, slot: int, response: Any) -> None:
    token, held = begun(session)
    with pytest.raises(AnswerUnfit):
        sitting.answer(session, token, slot, response, sequence=1, at=SOON)
    assert len(steps(session, held)) == 1


@pytest.mark.parametrize(("slot", "nothing"), [(3, []), (4, ["", " "]), (5, "")])
def test_every_way_to_say_nothing_takes_the_answer_back(session: Session, slot: int, nothing: Any) -> None:
    token, held = begun(session)
    assert sitting.answer(session, token, slot, nothing, sequence=1, at=SOON).answered == 0
    assert folds.answers(steps(session, held)) == {}


def test_the_count_at_the_head_is_the_length_of_the_fold(session: Session) -> None:
    seated = a_candidate(session, an_exam(session))
    rng = random.Random(20261120)
    held = None
    for epoch in range(3):
        token = log_in(session, seated, at=NOON + timedelta(minutes=epoch))
        held = sitting.start(session, token, at=NOON + timedelta(minutes=epoch))
        for sequence in rng.sample(range(1, 200), 25):
            slot, letter = rng.choice([(2, rng.choice(["A", "B", None])), (5, rng.choice(["1", None]))])
            saved = sitting.answer(session, token, slot, letter, sequence=sequence, at=SOON)
            assert saved.answered == len(folds.answers(steps(session, held)))


def test_a_slot_that_the_paper_does_not_have_is_refused(session: Session) -> None:
    token, _ = begun(session)
    with pytest.raises(NoSuchSlot):
        sitting.answer(session, token, 6, "A", sequence=1, at=SOON)


def test_a_token_writes_only_to_its_own_sitting(session: Session) -> None:
    exam = an_exam(session)
    (mine, mine_held), (_, other_held) = (
        (token, sitting.start(session, token, at=NOON))
        for token in (log_in(session, a_candidate(session, exam)) for _ in range(2))
    )
    sitting.answer(session, mine, 2, "B", sequence=1, at=SOON)
    assert len(steps(session, mine_held)) == 2
    assert len(steps(session, other_held)) == 1


@pytest.mark.parametrize("token", ["", "nonsense", "A" * 43, "é" * 43])
def test_an_unknown_token_is_refused(session: Session, token: str) -> None:
    begun(session)
    with pytest.raises(NotEntered):
        sitting.answer(session, token, 1, True, sequence=1, at=SOON)
    with pytest.raises(NotEntered):
        sitting.desk(session, token, at=SOON)


def test_an_answer_before_the_start_is_refused(session: Session) -> None:
    token = log_in(session, a_candidate(session, an_exam(session)))
    with pytest.raises(NotStarted):
        sitting.answer(session, token, 1, True, sequence=1, at=SOON)


def test_an_answer_counts_until_the_deadline_and_its_grace(session: Session) -> None:
    token, held = begun(session, minutes=60)
    until = NOON + timedelta(minutes=60)
    sitting.answer(session, token, 1, True, sequence=1, at=until + timing.GRACE)
    with pytest.raises(TimeOver) as refused:
        sitting.answer(session, token, 1, False, sequence=2, at=until + timing.GRACE + timedelta(milliseconds=1))
    assert refused.value.until == until
    assert folds.answers(steps(session, held)) == {1: True}


def test_an_acknowledgement_that_got_lost_is_given_again_after_the_deadline(session: Session) -> None:
    token, _ = begun(session, minutes=60)
    saved = sitting.answer(session, token, 1, True, sequence=1, at=SOON)
    assert sitting.answer(session, token, 1, True, sequence=1, at=NOON + timedelta(minutes=90)) == saved


def test_credited_time_prolongs_the_sitting_also_past_the_closing(session: Session) -> None:
    token, held = begun(session, minutes=120)
    officer = an_actor(session, "exam_officer")
    sitting.credit(session, held.id, seconds=180, reason="键盘更换", by=officer, at=SOON)
    saved = sitting.answer(session, token, 1, True, sequence=1, at=NOON + timedelta(minutes=122))
    assert saved.answered == 1
    assert sitting.desk(session, token, at=SOON).until == NOON + timedelta(minutes=123)


def test_database_and_program_agree_on_deadline_and_grace(session: Session) -> None:
    assert f"interval '{timing.GRACE.seconds} seconds'" in functions.SAVE_ANSWER
    for minutes in (1, 90, 120, 500):
        token, held = begun(session, minutes=minutes)
        sitting.credit(session, held.id, seconds=minutes, reason="网络", by=an_actor(session, "invigilator"), at=SOON)
        until = session.scalar(select(func.sitting_deadline(held.id)))
        assert sitting.desk(session, token, at=SOON).until == until


def test_a_new_log_in_takes_over_and_the_older_window_is_told(session: Session) -> None:
    seated = a_candidate(session, an_exam(session))
    older = log_in(session, seated)
    held = sitting.start(session, older, at=NOON)
    sitting.answer(session, older, 2, "A", sequence=7, at=SOON)
    newer = log_in(session, seated, at=SOON)
    with pytest.raises(TakenOver):
        sitting.answer(session, older, 2, "B", sequence=8, at=SOON)
    with pytest.raises(TakenOver):
        sitting.desk(session, older, at=SOON)
    sitting.answer(session, newer, 2, "C", sequence=1, at=SOON)
    assert folds.answers(steps(session, held)) == {2: "C"}


def test_a_page_made_for_an_earlier_log_in_is_told_even_if_the_browser_shares_the_cookie(session: Session) -> None:
    seated = a_candidate(session, an_exam(session))
    sitting.start(session, log_in(session, seated), at=NOON)
    newer = log_in(session, seated, at=SOON)
    with pytest.raises(TakenOver):
        sitting.answer(session, newer, 2, "B", sequence=1, epoch=1, at=SOON)


def test_handing_in_ends_the_sitting_once(session: Session) -> None:
    token, held = begun(session)
    sitting.answer(session, token, 1, True, sequence=1, at=SOON)
    assert sitting.submit(session, token, at=SOON).state is SittingState.SUBMITTED
    assert sitting.submit(session, token, at=SOON).state is SittingState.SUBMITTED
    with pytest.raises(SittingEnded):
        sitting.answer(session, token, 1, False, sequence=2, at=SOON)
    assert [step.verb for step in steps(session, held)] == ["start", "answer", "submit"]


def test_handing_in_long_after_the_deadline_keeps_what_was_saved_in_time(session: Session) -> None:
    token, held = begun(session, minutes=30)
    sitting.answer(session, token, 1, True, sequence=1, at=SOON)
    assert sitting.submit(session, token, at=NOON + timedelta(minutes=45)).state is SittingState.EXPIRED
    assert folds.answers(steps(session, held)) == {1: True}


def test_closing_an_exam_ends_open_sittings_and_leaves_the_others(session: Session) -> None:
    exam = an_exam(session)
    tokens = [log_in(session, a_candidate(session, exam)) for _ in range(3)]
    held = [sitting.start(session, token, at=NOON) for token in tokens]
    sitting.submit(session, tokens[0], at=SOON)
    officer = an_actor(session, "exam_officer")
    assert closing.close_sittings(session, exam.id, by=officer, at=SOON) == 2
    assert closing.close_sittings(session, exam.id, by=officer, at=SOON) == 0
    assert [folds.state(steps(session, one)).value for one in held] == ["submitted", "expired", "expired"]
    with pytest.raises(SittingEnded):
        sitting.answer(session, tokens[1], 1, True, sequence=1, at=SOON)


def test_a_flag_is_a_step_of_its_own(session: Session) -> None:
    token, held = begun(session)
    sitting.flag(session, token, 3, True, sequence=1, at=SOON)
    saved = sitting.answer(session, token, 3, ["A"], sequence=2, at=SOON)
    assert saved.answered == 1
    assert folds.flags(steps(session, held)) == {3}


def test_the_chain_of_an_honest_sitting_verifies(session: Session) -> None:
    token, held = begun(session)
    for sequence in range(1, 6):
        sitting.answer(session, token, 4, ["国家", str(sequence)], sequence=sequence, at=SOON)
    sitting.submit(session, token, at=SOON)
    assert sitting.broken_step(session, held.id) is None
    assert [step.number for step in steps(session, held)] == list(range(1, 8))


def test_a_step_put_in_beside_the_function_breaks_the_chain(session: Session) -> None:
    token, held = begun(session)
    sitting.answer(session, token, 2, "A", sequence=1, at=SOON)
    forged = Step(
        organisation_id=held.organisation_id, sitting_id=held.id, number=3, epoch=1, slot=2, client_sequence=2,
        verb="answer", response="B", by=uuid4(), at=SOON, hash=bytes(32),
    )  # fmt: skip
    session.add(forged)
    session.flush()
    assert sitting.broken_step(session, held.id) == 3


def test_a_head_that_was_moved_breaks_the_chain(session: Session) -> None:
    _, held = begun(session)
    session.execute(update(Sitting).where(Sitting.id == held.id).values(number=0, head=bytes(32)))
    assert sitting.broken_step(session, held.id) == 2


@pytest.mark.parametrize("change", ["UPDATE step SET response = '\"A\"'", "DELETE FROM step", "TRUNCATE step"])
def test_the_program_cannot_change_a_step(session: Session, change: str) -> None:
    begun(session)
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(change))


def test_another_organisation_sees_nothing_of_a_sitting(session: Session) -> None:
    begun(session)
    session.execute(text("SELECT set_config('app.organisation', :it, true)"), {"it": str(uuid4())})
    for table in ("sitting", "sitting_token", "step"):
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608


def test_only_the_named_functions_cross_organisations_and_only_the_program_may_call_them(session: Session) -> None:
    rows = session.execute(text(
        "SELECT proname, proowner::regrole::text, proconfig::text,"
        " has_function_privilege('kaoping_backup', p.oid, 'EXECUTE')"
        " FROM pg_proc p WHERE prosecdef AND pronamespace = 'public'::regnamespace AND proname = ANY(:names)"
    ), {"names": ["save_answer", "find_token", "find_ticket"]}).all()  # fmt: skip
    assert len(rows) == 3
    for _, owner, config, others in rows:
        assert owner == "kaoping_definer"
        assert "search_path=pg_catalog, public, pg_temp" in config
        assert not others
