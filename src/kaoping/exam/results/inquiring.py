"""What an employer is told who asks about many certificates: each by number, name and identity tail, as on the page.

Numbers follow each other, so a list with numbers and names alone would be a way to walk the register: all three are
needed for each. An address whose questions find nothing too often is told no more. The organisations whose
certificates were found keep who asked and what for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import verification
from kaoping.certificates.verification import Face
from kaoping.exam.delivery import limits, tokens
from kaoping.exam.delivery.entering import network
from kaoping.exam.delivery.limits import Limit
from kaoping.exam.people import identity
from kaoping.exam.results import inquiry_errors, verifying
from kaoping.exam.results.inquiries import Inquiry, InquiryWay
from kaoping.exam.results.inquiry_lists import Question
from kaoping.exam.results.verifying import Keys
from kaoping.itembank import trail
from kaoping.itembank.actor import system

#: Inquiries of one address, whatever they find: lists of a person, requests of a program.
LIMITS = {
    InquiryWay.LIST: Limit("verify-list", 20, timedelta(hours=1)),
    InquiryWay.PROGRAM: Limit("verify-program", 300, timedelta(hours=1)),
}
LONGEST_ASKER, LONGEST_PURPOSE = 120, 300
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, what for, and how."""

    asker: str
    purpose: str
    way: InquiryWay
    address: str


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to one question; without a face nothing matches, or nothing more was looked up."""

    question: Question
    looked_up: bool
    face: Face | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers at a moment, or when to come back."""

    at: datetime
    told: Sequence[Told] = ()
    come_back: datetime | None = None


def ask(
    session: Session, questions: Iterable[Question], asked: Asked, *, keys: Keys, at: datetime | None = None
) -> Answers:
    """Answer questions about certificates and let their organisations keep who asked.

    Raises
    ------
    InquiryUnexplained
    """
    if not (asked.asker.strip() and asked.purpose.strip()):
        raise inquiry_errors.InquiryUnexplained
    moment = at or trail.database_time(session)
    if until := _admit(session, asked, moment):
        return Answers(moment, come_back=until)
    found: list[tuple[UUID, str]] = []
    told = [_tell(session, question, asked, keys, moment, found) for question in questions]
    _keep(session, asked, found, moment)
    return Answers(moment, told)


def inquiries(session: Session) -> list[Inquiry]:
    """Give who asked about certificates of the organisation, the newest first."""
    return list(session.scalars(select(Inquiry).order_by(Inquiry.at.desc(), Inquiry.id).limit(_SHOWN)))


def _admit(session: Session, asked: Asked, at: datetime) -> datetime | None:
    limit = LIMITS[asked.way]
    whom = limits.subject(limit, network(asked.address))
    limits.queue(session, whom)
    if until := limits.blocked_until(session, limit, whom, at=at):
        return until
    limits.count_failure(session, limit, whom, at=at)
    return verifying.blocked(session, asked.address, at)


def _tell(
    session: Session, question: Question, asked: Asked, keys: Keys, at: datetime, found: list[tuple[UUID, str]]
) -> Told:
    if verifying.blocked(session, asked.address, at):
        return Told(question, looked_up=False)
    number, folded = verifying.clean_number(question.number), identity.folded_name(question.name)
    located = verification.by_number(session, number, name_folded=folded, tail=identity.tail(question.tail))
    if located is None:
        verifying.count_fruitless(session, asked.address, at)
        return Told(question, looked_up=True)
    tokens.bind(session, located.organisation)
    found.append((located.organisation, number))
    return Told(question, looked_up=True, face=verification.face(session, located, keys=keys, at=at))


def _keep(session: Session, asked: Asked, found: list[tuple[UUID, str]], at: datetime) -> None:
    """Append to each organisation's record; the session is bound to one organisation after another."""
    said = {"asker": asked.asker.strip(), "purpose": asked.purpose.strip(), "way": asked.way, "at": at}
    for organisation, ours in groupby(sorted(found), key=lambda pair: pair[0]):
        tokens.bind(session, organisation)
        row = Inquiry(organisation_id=organisation, numbers=[number for _, number in ours], **said)
        session.add(row)
        trail.record(
            session, "certificate.inquired", row, by=system(organisation), at=at, asker=row.asker, purpose=row.purpose
        )
        session.flush()
