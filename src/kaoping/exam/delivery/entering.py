"""Log-in of candidates: ticket, name, and the last six of the identity document or the room code.

A refusal is returned, not raised: the failed try has to be counted in the same transaction.
"""

import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kaoping.exam.delivery import limits, tokens
from kaoping.exam.delivery.errors import (
    EntryMismatch,
    EntryOver,
    EntryRefused,
    ExamNotOpened,
    TooEarly,
    TooManyTries,
)
from kaoping.exam.delivery.models import Sitting
from kaoping.exam.delivery.timing import AFTERGLOW, Window
from kaoping.exam.people import identity
from kaoping.exam.registration.models import Application, Exam, ExamState, Room
from kaoping.itembank.trail import database_time

_TICKET_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A log-in that succeeded: the token goes into the candidate's cookie and is stored nowhere else."""

    token: str
    application_id: UUID


def window_of(exam: Exam) -> Window:
    """Give the window of an exam."""
    return Window(exam.opens_at, exam.closes_at, exam.minutes)


def enter(
    session: Session, *, ticket: str, name: str, secret: str, address: str, at: datetime | None = None
) -> Entry | EntryRefused:
    """Log a candidate in; the new log-in takes over from an older one.

    The session is not bound to an organisation before. Unknown ticket and mismatch cannot be told apart, neither by the
    answer nor by the work done.
    """
    at = at or database_time(session)
    found = holder(session, ticket, address=address, matches=lambda found: _matches(found, name, secret), at=at)
    if isinstance(found, datetime):
        return TooManyTries(until=found)
    return EntryMismatch() if found is None else _admit(session, found, at)


def holder(
    session: Session, ticket: str, *, address: str, matches: Callable[[Any], bool], at: datetime
) -> Any | datetime | None:
    """Find who holds a ticket: what `find_ticket` gives, None after a failure that was counted, or when to come back.

    ``matches`` is asked about an unknown ticket too, so that it takes as long as a known one.
    """
    ticket = identity.normalised(ticket)[:_TICKET_LENGTH]
    subjects = ((limits.TICKET, limits.subject(limits.TICKET, ticket)),
                (limits.ADDRESS, limits.subject(limits.ADDRESS, network(address))))  # fmt: skip
    limits.queue(session, subjects[0][1])
    for limit, whom in subjects:
        if until := limits.blocked_until(session, limit, whom, at=at):
            return until
    found = session.execute(select(text("*")).select_from(func.find_ticket(ticket))).one()
    if matches(found):
        return found
    for limit, whom in subjects:
        limits.count_failure(session, limit, whom, at=at)
    return None


def network(address: str) -> str:
    """Give what counts as one address: an IPv4 address, or the /64 that one IPv6 subscriber holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None)
    if parsed.version == 4 or mapped:  # noqa: PLR2004 - the version of the protocol
        return str(mapped or parsed)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False))


def _matches(found: Any, name: str, secret: str) -> bool:
    known = found.application is not None
    person = found.person if known else uuid4()
    folded = found.name_folded if known else secrets.token_hex(4)
    fingerprint = found.tail_fingerprint if known else secrets.token_bytes(32)
    code = Room(id=found.room, code_sealed=found.code_sealed).code if known else secrets.token_hex(4)
    right_name = identity.same(identity.folded_name(name).encode(), folded.encode())
    right_tail = identity.same(identity.tail_fingerprint(person, secret), fingerprint)
    right_code = identity.same(identity.normalised(secret).encode(), identity.normalised(code).encode())
    return known and right_name and (right_tail or right_code)


def _admit(session: Session, found: Any, at: datetime) -> Entry | EntryRefused:
    tokens.bind(session, found.organisation)
    exam = session.get_one(Application, found.application).exam
    until = session.scalar(select(func.sitting_deadline(Sitting.id)).where(Sitting.application_id == found.application))
    refusal = _closed(exam, until, at)
    if refusal:
        return refusal
    expires_at = max(exam.closes_at, until or exam.closes_at) + AFTERGLOW
    token = tokens.issue(session, found.application, organisation=found.organisation, expires_at=expires_at, at=at)
    return Entry(token, found.application)


def _closed(exam: Exam, until: datetime | None, at: datetime) -> EntryRefused | None:
    window = window_of(exam)
    if at < window.entry_from:
        return TooEarly(begins=window.entry_from)
    last = max(window.closes_at, until or window.closes_at)
    if exam.state is ExamState.CLOSED or at >= last:
        return EntryOver(ended=last)
    return ExamNotOpened() if exam.state is ExamState.PREPARED else None
