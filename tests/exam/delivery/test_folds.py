"""Folds over steps: whatever the order of arrival, the candidate's last word counts."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kaoping.exam.delivery import folds
from kaoping.exam.delivery.folds import SittingState
from kaoping.exam.delivery.models import StepVerb
from tests.builders import NOON


@dataclass(frozen=True)
class Did:
    """A step without a database."""

    verb: StepVerb
    slot: int | None = None
    response: Any = None
    client_sequence: int | None = None
    epoch: int = 1
    at: datetime = NOON


words = st.lists(st.tuples(st.integers(1, 5), st.sampled_from([None, "A", "B", "C"])), max_size=30)


def _history(said: list[tuple[int, str | None]]) -> list[Did]:
    return [Did(StepVerb.ANSWER, slot, word, sequence) for sequence, (slot, word) in enumerate(said, start=1)]


@given(words, st.randoms(use_true_random=False))
def test_delayed_and_reordered_saves_give_the_same_answers(
    said: list[tuple[int, str | None]], rng: random.Random
) -> None:
    history = _history(said)
    expected = {slot: word for slot, word in dict(said).items() if word is not None}
    rng.shuffle(history)
    assert folds.answers(history) == expected


@given(words, words)
def test_a_later_epoch_outranks_every_sequence_of_an_earlier_one(
    before: list[tuple[int, str | None]], after: list[tuple[int, str | None]]
) -> None:
    later = [Did(s.verb, s.slot, s.response, s.client_sequence, epoch=2) for s in _history(after)]
    expected = {slot: word for slot, word in (dict(before) | dict(after)).items() if word is not None}
    assert folds.answers(later + _history(before)) == expected


def test_an_answer_taken_back_is_no_answer() -> None:
    assert folds.answers(_history([(1, "A"), (1, None)])) == {}


def test_flags_and_answers_do_not_mix() -> None:
    steps = [Did(StepVerb.FLAG, 1, True, 1), Did(StepVerb.ANSWER, 1, "A", 2), Did(StepVerb.FLAG, 2, False, 1)]
    assert folds.flags(steps) == {1}
    assert folds.answers(steps) == {1: "A"}


def test_the_first_end_decides_the_state() -> None:
    start = Did(StepVerb.START)
    assert folds.state([start]) is SittingState.OPEN
    assert folds.state([start, Did(StepVerb.SUBMIT), Did(StepVerb.EXPIRE)]) is SittingState.SUBMITTED
    assert folds.state([start, Did(StepVerb.EXPIRE)]) is SittingState.EXPIRED


def test_credits_add_up() -> None:
    steps = [Did(StepVerb.CREDIT, response={"seconds": seconds}) for seconds in (60, 120)]
    assert folds.credit(steps) == timedelta(minutes=3)


def test_the_next_sequence_of_a_slot_is_counted_within_the_epoch() -> None:
    steps = [*_history([(1, "A"), (1, "B"), (2, "C")]), Did(StepVerb.ANSWER, 1, "D", 9, epoch=2)]
    assert folds.sequences(steps, 1) == {1: 2, 2: 3}
    assert folds.sequences(steps, 2) == {1: 9}
