"""Links by which a holder shows a certificate 分享链接: to an extent, for some days, ended at any time.

The secret of a link is given once, to its holder; the database keeps its HMAC. A link that ended, one past its day and
one that never was are found alike: not at all.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kaoping.certificates.models import Certificate
from kaoping.certificates.verification import Extent, Located
from kaoping.exam.holders.errors import SharedTooLong, TooManyLinks
from kaoping.exam.holders.models import ShareLink
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.orm import vault

#: Days that a link may stay open, and open links of one certificate.
MOST_DAYS, MOST_LINKS = 90, 20
_SECRET = 18


def _fingerprint(secret: str) -> bytes:
    return vault().fingerprint(secret, "certificate.share")


def share(
    session: Session, certificate: Certificate, *, extent: Extent, days: int, account: UUID, at: datetime | None = None
) -> str:
    """Open a link to an own certificate and give its secret, which nobody can give again.

    Raises
    ------
    SharedTooLong, TooManyLinks
    """
    if not 1 <= days <= MOST_DAYS:
        raise SharedTooLong(most=MOST_DAYS)
    moment = at or trail.database_time(session)
    session.get_one(Certificate, certificate.id, with_for_update={"key_share": True})
    if len(standing(session, certificate.id, at=moment)) >= MOST_LINKS:
        raise TooManyLinks(most=MOST_LINKS)
    secret = secrets.token_urlsafe(_SECRET)
    link = ShareLink(
        organisation_id=certificate.organisation_id,
        certificate_id=certificate.id,
        fingerprint=_fingerprint(secret),
        extent=extent,
        made_by=account,
        made_at=moment,
        until=moment + timedelta(days=days),
        ended_at=None,
    )
    session.add(link)
    session.flush()
    by = Actor(account, certificate.organisation_id)
    trail.record(session, "certificate.shared", link, by=by, at=at, number=certificate.number, extent=extent)
    return secret


def standing(session: Session, certificate_id: UUID, *, at: datetime) -> Sequence[ShareLink]:
    """Give the links of a certificate that open now, the newest first."""
    query = select(ShareLink).where(ShareLink.certificate_id == certificate_id, ShareLink.ended_at.is_(None))
    return session.scalars(query.where(ShareLink.until > at).order_by(ShareLink.made_at.desc())).all()


def end(
    session: Session, certificate: Certificate, link_id: UUID, *, account: UUID, at: datetime | None = None
) -> ShareLink:
    """End a link to an own certificate; ending it again is harmless."""
    link = session.get(ShareLink, link_id, with_for_update=True)
    if link is None or link.certificate_id != certificate.id:
        raise Missing(what=N_("link"))
    if link.ended_at is None:
        link.ended_at = at or trail.database_time(session)
        by = Actor(account, certificate.organisation_id)
        trail.record(session, "certificate.unshared", link, by=by, at=at, number=certificate.number)
    return link


def located(session: Session, secret: str, *, at: datetime) -> tuple[Located, datetime] | None:
    """Find what a link shows and until when, or nothing."""
    found = session.execute(select(text("*")).select_from(func.find_share_link(_fingerprint(secret)))).one()
    if found.certificate is None or found.until <= at:
        return None
    return Located(found.organisation, found.certificate, Extent(found.extent)), found.until
