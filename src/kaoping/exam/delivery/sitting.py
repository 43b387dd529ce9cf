"""A candidate's sitting: find the desk, start, answer, flag, submit; staff credit lost time.

Every use case of a candidate takes the token of the cookie and binds the session to its organisation. A save is one
call of the database function `save_answer`, after which the answer is held against its item in memory and undone if the
item cannot take it; nothing else happens between the request and the acknowledgement.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kaoping.exam.delivery import fitting, folds, tokens
from kaoping.exam.delivery.entering import window_of
from kaoping.exam.delivery.errors import (
    AnswerUnfit,
    EntryOver,
    NoSuchSitting,
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
from kaoping.exam.delivery.models import Sitting, StepVerb
from kaoping.exam.delivery.timing import Window, accepts, deadline
from kaoping.exam.people.access import allow
from kaoping.exam.registration.models import Application, ExamState
from kaoping.itembank import marking, trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import database_time

GENESIS = bytes(32)
_LONGEST_LIST = 40
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_SAVE = text(
    "SELECT * FROM save_answer(:token, :slot, :epoch, :sequence, :verb, CAST(:response AS jsonb),"
    " CAST(:at AS timestamptz))"
)
_APPEND = text(
    "SELECT append_step(:sitting, :epoch, NULL, NULL, :verb, CAST(:response AS jsonb), :by, CAST(:at AS timestamptz))"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a candidate's pages show: who sits here, which exam, and how far it is."""

    application: Application
    window: Window
    epoch: int
    at: datetime
    sitting: Sitting | None
    state: SittingState | None
    until: datetime | None

    @property
    def running(self) -> bool:
        """Whether answers are still taken."""
        return self.state is SittingState.OPEN and self.until is not None and accepts(self.at, self.until)


@dataclass(frozen=True, slots=True)
class Saved:
    """The server's word that a step is in the database."""

    sequence: int
    number: int
    saved_at: datetime
    answered: int


def desk(session: Session, token: str, *, at: datetime | None = None) -> Desk:
    """Find the candidate's desk by token.

    Raises
    ------
    NotEntered, TakenOver : as `tokens.hold`.
    """
    at = at or database_time(session)
    holder = tokens.hold(session, token, at=at)
    application = session.get_one(Application, holder.application)
    window = window_of(application.exam)
    sitting = session.scalar(select(Sitting).where(Sitting.application_id == application.id))
    if sitting is None:
        return Desk(application, window, holder.epoch, at, None, None, None)
    until = deadline(sitting.created_at, window, folds.credit(sitting.steps))
    return Desk(application, window, holder.epoch, at, sitting, folds.state(sitting.steps), until)


def start(session: Session, token: str, *, at: datetime | None = None) -> Sitting:
    """Start the sitting on the paper that was dealt to this seat; starting again is harmless.

    Raises
    ------
    NotOpenYet, EntryOver : outside the exam's window.
    """
    found = desk(session, token, at=at)
    application, at = found.application, found.at
    # A log-in or the closing of the exam at the same moment comes wholly before or wholly after.
    session.refresh(application, with_for_update=True)
    session.refresh(application.exam, with_for_update={"read": True})
    epoch = tokens.hold(session, token, at=at).epoch
    existing = session.scalar(select(Sitting).where(Sitting.application_id == application.id))
    if existing is not None:
        return existing
    if at < found.window.opens_at:
        raise NotOpenYet(opens=found.window.opens_at)
    if not found.window.is_open(at) or application.exam.state is not ExamState.OPEN:
        raise EntryOver(ended=found.window.closes_at)
    sitting = Sitting(
        organisation_id=application.organisation_id, application_id=application.id, paper_id=application.paper_id,
        number=0, head=GENESIS, epoch=epoch, created_at=at,
    )  # fmt: skip
    session.add(sitting)
    session.flush()
    append(session, sitting, StepVerb.START, by=application.person_id, at=at)
    return sitting


def answer(
    session: Session, token: str, slot: int, response: Any, *, sequence: int, epoch: int | None = None,
    at: datetime | None = None,
) -> Saved:  # fmt: skip
    """Save an answer; ``None`` takes it back. Sending the same again gives the same acknowledgement.

    ``sequence`` counts the candidate's changes of this slot, ``epoch`` is the log-in that the page was made for.

    Raises
    ------
    NotEntered, TakenOver, NotStarted : there is no sitting that this token may write to.
    SittingEnded, TimeOver : it is too late; nothing was written.
    SequenceReused : the sequence was used for another answer.
    NoSuchSlot, AnswerUnfit : the paper has no such item, or the answer is none that it takes; what was saved before
        stands.
    """
    return _save(session, token, slot, StepVerb.ANSWER, response, sequence, epoch, at)


def flag(
    session: Session, token: str, slot: int, flagged: bool, *, sequence: int, epoch: int | None = None,  # noqa: FBT001
    at: datetime | None = None,
) -> Saved:  # fmt: skip
    """Flag an item for another look, or take the flag away; as `answer` otherwise."""
    return _save(session, token, slot, StepVerb.FLAG, flagged, sequence, epoch, at)


def _save(
    session: Session, token: str, slot: int, verb: StepVerb, response: Any, sequence: int, epoch: int | None,
    at: datetime | None,
) -> Saved:  # fmt: skip
    if not _storable(response):
        raise AnswerUnfit(slot=slot)
    values = {"token": tokens.digest(token), "slot": slot, "epoch": epoch, "sequence": sequence, "verb": verb.value,
              "response": json.dumps(_given(response), ensure_ascii=False), "at": at}  # fmt: skip
    with session.begin_nested():
        row = session.execute(_SAVE, values).one()
        if row.outcome != "saved":
            raise _REFUSALS[row.outcome](slot=slot, highest=row.highest, until=row.until)
        if verb is StepVerb.ANSWER:
            fitting.require(session, row.organisation, row.paper, row.desk, slot, _given(response))
    return Saved(sequence, row.step_number, row.saved_at, row.answered)


def _storable(response: Any, *, deep: int = 2) -> bool:
    """Whether a response is text, a truth value, nothing, or a list of such or of lists, and PostgreSQL can keep it."""
    if isinstance(response, list):
        return deep > 0 and len(response) <= _LONGEST_LIST and all(_storable(one, deep=deep - 1) for one in response)
    if isinstance(response, str):
        return len(response) <= marking.LONGEST_BY_HAND and not _UNSTORABLE.search(response)
    return response is None or isinstance(response, bool)


def _given(response: Any) -> Any:
    """Give a response, with every way to say nothing as ``None``."""
    return response if marking.answered(response) else None


_REFUSALS = {
    "unknown": NotEntered, "taken_over": TakenOver, "not_started": NotStarted, "ended": SittingEnded, "late": TimeOver,
    "reused": SequenceReused, "no_slot": NoSuchSlot, "unfit": AnswerUnfit,
}  # fmt: skip


def next_sequence(found: Desk, slot: int) -> int:
    """Give the sequence for the next save of a slot, for pages that do not count themselves."""
    steps = found.sitting.steps if found.sitting else []
    return folds.sequences(steps, found.epoch).get(slot, 0) + 1


def submit(session: Session, token: str, *, at: datetime | None = None) -> Desk:
    """Hand the paper in; doing so again, or after the time is over, is harmless: what was saved counts."""
    found = desk(session, token, at=at)
    if found.sitting is None:
        raise NotStarted
    if _lock(session, found.sitting) is SittingState.OPEN:
        verb = StepVerb.SUBMIT if found.running else StepVerb.EXPIRE
        append(session, found.sitting, verb, by=found.application.person_id, at=found.at)
    return desk(session, token, at=found.at)


def credit(
    session: Session, sitting_id: UUID, *, seconds: int, reason: str, by: Actor, at: datetime | None = None
) -> Sitting:
    """Give time back that was lost to equipment; it prolongs the sitting, also past the closing of the exam."""
    allow(by, "room.act")
    sitting = session.get(Sitting, sitting_id)
    if sitting is None:
        raise NoSuchSitting
    if _lock(session, sitting) is not SittingState.OPEN:
        raise SittingEnded
    at = at or database_time(session)
    granted = {"seconds": max(seconds, 0), "reason": reason}
    append(session, sitting, StepVerb.CREDIT, response=granted, by=by.id, at=at)
    trail.record(session, "sitting.credit", sitting, by=by, at=at, **granted)
    return sitting


def append(
    session: Session,
    sitting: Sitting,
    verb: StepVerb,
    *,
    by: UUID,
    at: datetime,
    response: dict[str, Any] | None = None,
) -> None:
    """Append a step that concerns the sitting as a whole."""
    values = {"sitting": sitting.id, "epoch": sitting.epoch, "verb": verb.value, "by": by, "at": at,
              "response": json.dumps(response) if response else None}  # fmt: skip
    session.execute(_APPEND, values)
    session.expire(sitting)


def _lock(session: Session, sitting: Sitting) -> SittingState:
    session.refresh(sitting, with_for_update=True)
    session.expire(sitting, ["steps"])
    return folds.state(sitting.steps)


def broken_step(session: Session, sitting_id: UUID) -> int | None:
    """Verify the chain of a sitting: give the number of the first step that does not fit, None if all do."""
    found: int | None = session.scalar(select(func.broken_step(sitting_id)))
    return found


def remaining(found: Desk) -> timedelta:
    """Give the time that is left, never less than zero."""
    return max(timedelta(0), found.until - found.at) if found.until else timedelta(0)
