"""Badges of the register: each certificate's place in the status lists, the secret of its hashes, its achievement.

They are made when a badge is first asked for, and never change.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from kaoping.certificates import credential as credentials
from kaoping.certificates.credential import Badge, Place
from kaoping.certificates.models import Certificate, RegisterEntry
from kaoping.certificates.register import award_of
from kaoping.certificates.statement import Award
from kaoping.certificates.states import EntryVerb, State
from kaoping.certificates.status_list import LENGTH, Purpose
from kaoping.itembank.orm import Base, Owned, Sealed

#: A list takes this many certificates, so that a free place is found within a draw or two.
FULL = LENGTH // 2
_SECRET = 16
#: Where a certificate stands when its bit is set.
_SETS = {
    Purpose.REVOCATION: (State.REVOKED, State.SUPERSEDED, State.SUSPENDED),
    Purpose.SUSPENSION: (State.SUSPENDED,),
}


class AchievementRow(Owned, Base):
    """What certificates of one kind attest, as badges name it. Public; a trigger keeps it as it is."""

    __tablename__ = "achievement"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    #: Follows from the facts, and stands in the address of its page.
    key: Mapped[UUID]
    #: Name, description, criteria, type and issuer.
    facts: Mapped[dict[str, Any]]


class BadgeRow(Owned, Base):
    """The badge of a certificate. A trigger keeps it as it is."""

    __tablename__ = "badge"
    __table_args__ = (
        UniqueConstraint("certificate_id"),
        UniqueConstraint("organisation_id", "list_number", "position"),
        CheckConstraint(f"position >= 0 and position < {LENGTH}", name="position_in_list"),
    )

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    achievement_id: Mapped[UUID] = mapped_column(ForeignKey("achievement.id"), index=True)
    list_number: Mapped[int]
    position: Mapped[int]
    #: What the salts of the holder's hashes come from.
    secret_sealed: Mapped[bytes]

    secret: Sealed[str] = Sealed()


def of(session: Session, certificate: Certificate, *, draw: Callable[[int], int] = secrets.randbelow) -> Badge:
    """Give the badge of a certificate, making it the first time."""
    row = _row(session, certificate) or _made(session, certificate, draw)
    place = Place(row.list_number, row.position)
    return Badge(id=row.id, place=place, secret=row.secret, since=certificate.issued_at)


def _row(session: Session, certificate: Certificate) -> BadgeRow | None:
    return session.scalars(select(BadgeRow).where(BadgeRow.certificate_id == certificate.id)).one_or_none()


def _made(session: Session, certificate: Certificate, draw: Callable[[int], int]) -> BadgeRow:
    """Put a certificate on a free place; whoever else takes the place or the certificate at once, wins."""
    organisation = certificate.organisation_id
    achievement = _achievement(session, organisation, award_of(certificate))
    while True:
        new = BadgeRow(
            organisation_id=organisation,
            certificate_id=certificate.id,
            achievement_id=achievement,
            list_number=_open_list(session, organisation),
            position=draw(LENGTH),
            secret=secrets.token_urlsafe(_SECRET),
        )
        columns = {column.name: getattr(new, column.name) for column in BadgeRow.__table__.columns}
        session.execute(insert(BadgeRow).values(columns).on_conflict_do_nothing())
        if row := _row(session, certificate):
            return row


def _open_list(session: Session, organisation: UUID) -> int:
    """Give the number of the list that still takes certificates."""
    query = select(BadgeRow.list_number, func.count()).where(BadgeRow.organisation_id == organisation)
    newest = query.group_by(BadgeRow.list_number).order_by(BadgeRow.list_number.desc()).limit(1)
    number, held = session.execute(newest).one_or_none() or (1, 0)
    return number + (held >= FULL)


def _achievement(session: Session, organisation: UUID, award: Award) -> UUID:
    key = credentials.achievement_key(award)
    facts = credentials.achievement_facts(award)
    values = {"id": uuid4(), "organisation_id": organisation, "key": key, "facts": facts}
    session.execute(insert(AchievementRow).values(values).on_conflict_do_nothing())
    return session.scalars(select(AchievementRow.id).where(AchievementRow.key == key)).one()


def achievement(session: Session, key: UUID) -> AchievementRow | None:
    """Find an achievement of the organisation that the session is bound to."""
    return session.scalars(select(AchievementRow).where(AchievementRow.key == key)).one_or_none()


def exists_list(session: Session, number: int) -> bool:
    """Whether the organisation that the session is bound to has a list of this number; the first is always there."""
    taken = select(BadgeRow.id).where(BadgeRow.list_number == number).limit(1)
    return number == 1 or session.scalars(taken).first() is not None


def places(session: Session, purpose: Purpose, number: int) -> list[int]:
    """Give the places of a list whose bit is set, in order.

    Open Badges 3.0 lets a badge name one list, so that of revocation holds whatever is not in force: revoked,
    superseded and suspended certificates. The list of suspension tells at the same places which of them may come back.
    Expiry stands in the badge itself.
    """
    query = select(BadgeRow.position).join(Certificate, Certificate.id == BadgeRow.certificate_id)
    held = query.where(BadgeRow.list_number == number, Certificate.standing.in_(_SETS[purpose]))
    return list(session.scalars(held.order_by(BadgeRow.position)))


def changed_at(session: Session) -> datetime | None:
    """Give when a certificate of the organisation last changed its state."""
    return session.scalars(select(func.max(RegisterEntry.at)).where(RegisterEntry.verb != EntryVerb.ISSUED)).one()
