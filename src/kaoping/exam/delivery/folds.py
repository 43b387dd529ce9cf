"""What steps amount to: answers, flags, state and credit of a sitting, as pure folds.

Within an epoch the candidate's own sequence decides which answer of a slot is the latest, not the order of arrival: a
repeated or delayed save never overwrites a newer one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from kaoping.exam.delivery.models import StepVerb

ENDS = frozenset({StepVerb.SUBMIT, StepVerb.EXPIRE})


class StepLike(Protocol):
    """What a fold reads of a step."""

    @property
    def epoch(self) -> int: ...  # noqa: D102
    @property
    def slot(self) -> int | None: ...  # noqa: D102
    @property
    def client_sequence(self) -> int | None: ...  # noqa: D102
    @property
    def verb(self) -> StepVerb: ...  # noqa: D102
    @property
    def response(self) -> Any: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102


class SittingState(StrEnum):
    """Where a sitting stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest word of a candidate on a slot, and its place in the candidate's own order."""

    value: Any
    at: datetime
    epoch: int
    sequence: int


def latest(steps: Iterable[StepLike], verb: StepVerb) -> dict[int, Latest]:
    """Give the latest step of a verb on every slot that has one."""
    best: dict[int, StepLike] = {}
    for step in steps:
        if step.verb is verb and step.slot is not None:
            held = best.get(step.slot)
            if held is None or _order(step) > _order(held):
                best[step.slot] = step
    return {slot: Latest(best[slot].response, best[slot].at, *_order(best[slot])) for slot in sorted(best)}


def _order(step: StepLike) -> tuple[int, int]:
    return step.epoch, step.client_sequence or 0


def answers(steps: Iterable[StepLike]) -> dict[int, Any]:
    """Give the responses that count, by slot; a slot whose answer was taken back is left out."""
    return {slot: word.value for slot, word in latest(steps, StepVerb.ANSWER).items() if word.value is not None}


def flags(steps: Iterable[StepLike]) -> frozenset[int]:
    """Give the slots that the candidate flagged for another look."""
    return frozenset(slot for slot, word in latest(steps, StepVerb.FLAG).items() if word.value)


def state(steps: Iterable[StepLike]) -> SittingState:
    """Give the state: the first end counts."""
    for step in steps:
        if step.verb in ENDS:
            return SittingState.SUBMITTED if step.verb is StepVerb.SUBMIT else SittingState.EXPIRED
    return SittingState.OPEN


def credit(steps: Iterable[StepLike]) -> timedelta:
    """Give the time credited by staff."""
    return timedelta(seconds=sum(step.response["seconds"] for step in steps if step.verb is StepVerb.CREDIT))


def sequences(steps: Iterable[StepLike], epoch: int) -> dict[int, int]:
    """Give the highest client sequence of an epoch by slot; the next save of a slot takes the one after it."""
    highest: dict[int, int] = {}
    for step in steps:
        if step.epoch == epoch and step.slot is not None:
            highest[step.slot] = max(highest.get(step.slot, 0), step.client_sequence or 0)
    return highest


def last_saved_at(steps: Iterable[StepLike]) -> datetime | None:
    """Give the moment of the latest answer that was saved."""
    return max((step.at for step in steps if step.verb is StepVerb.ANSWER), default=None)
