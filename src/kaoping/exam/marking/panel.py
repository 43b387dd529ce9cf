"""Who marks an exam 阅卷员: its officer says so; each states before the first mark whom they are bound to 回避."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.marking.errors import CandidateUnknown, MarkerNotAllowed, MarkerUnassigned, TieUnsaid
from kaoping.exam.marking.models import MarkerPlace, MarkerTie
from kaoping.exam.people import identity
from kaoping.exam.people.models import Account, Membership, Person
from kaoping.exam.registration.models import Application, Exam
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import database_time, record

#: The role of those who mark.
MARKER = "marker"


@dataclass(frozen=True, slots=True)
class Offered:
    """A person with the role of a marker, and whether the exam's officer chose them."""

    account: Account
    chosen: bool


def offered(session: Session, exam: Exam, *, by: Actor) -> list[Offered]:
    """Give everybody who may be chosen to mark, by name, with those who were."""
    chosen = set(session.scalars(select(MarkerPlace.marker_id).where(MarkerPlace.exam_id == exam.id)))
    role = select(Membership.account_id).where(Membership.organisation == by.organisation, Membership.role == MARKER)
    people = select(Account).where(Account.id.in_(role), Account.active).order_by(Account.name, Account.email)
    return [Offered(account, account.id in chosen) for account in session.scalars(people)]


def assign(
    session: Session, exam_id: UUID, markers: Collection[UUID], *, by: Actor, at: datetime | None = None
) -> list[MarkerPlace]:
    """Have exactly these people mark an exam; what the others marked before stands.

    Raises
    ------
    MarkerNotAllowed : somebody does not have the role.
    """
    exam = session.get_one(Exam, exam_id, with_for_update=True)
    known = {one.account.id for one in offered(session, exam, by=by)}
    if unknown := set(markers) - known:
        raise MarkerNotAllowed(count=len(unknown))
    held = {place.marker_id: place for place in _places(session, exam)}
    for marker_id in sorted(held.keys() - set(markers)):
        record(session, "marker.released", exam, by=by, at=at, marker=str(marker_id))
        session.delete(held[marker_id])
    for marker_id in sorted(set(markers) - held.keys()):
        session.add(MarkerPlace(
            organisation_id=by.organisation, exam_id=exam.id, marker_id=marker_id, assigned_by=by.id,
            assigned_at=at or database_time(session),
        ))  # fmt: skip
        record(session, "marker.assigned", exam, by=by, at=at, marker=str(marker_id))
    session.flush()
    return list(_places(session, exam))


def _places(session: Session, exam: Exam) -> Sequence[MarkerPlace]:
    return session.scalars(select(MarkerPlace).where(MarkerPlace.exam_id == exam.id)).all()


def require_assigned(session: Session, exam: Exam, *, by: Actor) -> None:
    """Raise `MarkerUnassigned` unless the exam's officer chose the person to mark."""
    own = select(MarkerPlace.id).where(MarkerPlace.exam_id == exam.id, MarkerPlace.marker_id == by.id)
    if session.scalars(own).first() is None:
        raise MarkerUnassigned(exam=exam.name)


def stated(session: Session, exam: Exam, *, by: Actor) -> bool:
    """Whether a marker said whom they are bound to, or that there is nobody."""
    own = select(MarkerTie.id).where(MarkerTie.exam_id == exam.id, MarkerTie.marker_id == by.id)
    return session.scalars(own).first() is not None


def require_stated(session: Session, exam: Exam, *, by: Actor) -> None:
    """Raise `TieUnsaid` before the statement was made."""
    if not stated(session, exam, by=by):
        raise TieUnsaid(exam=exam.name)


def bound(session: Session, exam: Exam, *, by: Actor) -> set[UUID]:
    """Give the applications that a marker is bound to: their answers go to others."""
    own = select(MarkerTie.application_id).where(MarkerTie.exam_id == exam.id, MarkerTie.marker_id == by.id)
    return {application for application in session.scalars(own) if application is not None}


def state_ties(
    session: Session, exam_id: UUID, named: Iterable[str], *, by: Actor, at: datetime | None = None
) -> list[MarkerTie]:
    """State whom a marker is bound to, by name or ticket number, and that there is nobody else.

    The same statement twice is one; a tie is never taken back.

    Raises
    ------
    MarkerUnassigned : somebody else marks this exam.
    CandidateUnknown : nobody of that name or number sits the exam.
    """
    exam = session.get_one(Exam, exam_id, with_for_update=True)
    require_assigned(session, exam, by=by)
    wanted = _named(session, exam, [line.strip() for line in named if line.strip()])
    own = select(MarkerTie).where(MarkerTie.exam_id == exam.id, MarkerTie.marker_id == by.id)
    known = {tie.application_id for tie in session.scalars(own)}
    made = [
        MarkerTie(
            organisation_id=by.organisation, exam_id=exam.id, marker_id=by.id, application_id=application,
            at=at or database_time(session),
        )
        for application in (*wanted, None)
        if application not in known
    ]  # fmt: skip
    session.add_all(made)
    if made:
        record(session, "marker.ties_stated", exam, by=by, at=at, bound=len(wanted))
    session.flush()
    return made


def _named(session: Session, exam: Exam, lines: list[str]) -> dict[UUID, None]:
    query = select(Application.id, Application.ticket, Person.name_folded).join(Person)
    people = session.execute(query.where(Application.exam_id == exam.id)).all()
    found: dict[UUID, None] = {}
    for line in lines:
        ticket, name = identity.normalised(line), identity.folded_name(line)
        hits = [each.id for each in people if ticket == each.ticket or name == each.name_folded]
        if not hits:
            raise CandidateUnknown(named=line, exam=exam.name)
        found |= dict.fromkeys(hits)
    return found
