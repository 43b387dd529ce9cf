"""The candidate's token: 32 random bytes in a cookie, stored as SHA-256, one valid at a time.

A token names its organisation, so whoever presents it binds the session to that organisation for row-level security.
"""

import binascii
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from kaoping.exam.delivery.errors import NotEntered, TakenOver
from kaoping.exam.delivery.models import Sitting, SittingToken
from kaoping.exam.registration.models import Application
from kaoping.itembank import base64url

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a valid token."""

    organisation: UUID
    application: UUID
    epoch: int


def digest(token: str) -> bytes:
    """Give what is stored of a token; what is no token at all gives a digest that matches nothing."""
    try:
        return hashlib.sha256(base64url.decode(token)).digest()
    except (binascii.Error, ValueError):
        return b""


def bind(session: Session, organisation: UUID) -> None:
    """Let the session see the rows of one organisation from now on, also in its later transactions."""
    session.info["organisation"] = organisation
    session.execute(text("SELECT set_config('app.organisation', :it, true)"), {"it": str(organisation)})


def hold(session: Session, token: str, *, at: datetime) -> Holder:
    """Find who holds a token and bind the session to the organisation.

    Raises
    ------
    NotEntered : the token is unknown or has run out.
    TakenOver : a later log-in revoked it.
    """
    found = session.execute(select(text("*")).select_from(func.find_token(digest(token)))).one()
    if found.organisation is None or found.expires_at <= at:
        raise NotEntered
    if found.revoked_at is not None:
        raise TakenOver
    bind(session, found.organisation)
    return Holder(found.organisation, found.application, found.epoch)


def issue(session: Session, application_id: UUID, *, organisation: UUID, expires_at: datetime, at: datetime) -> str:
    """Give a new token, revoke the older ones, and raise the epoch of the sitting if there is one."""
    session.execute(select(Application.id).where(Application.id == application_id).with_for_update(key_share=True))
    of_application = SittingToken.application_id == application_id
    epoch = (session.scalar(select(func.max(SittingToken.epoch)).where(of_application)) or 0) + 1
    session.execute(update(Sitting).where(Sitting.application_id == application_id).values(epoch=epoch))
    older = update(SittingToken).where(of_application, SittingToken.revoked_at.is_(None))
    session.execute(older.values(revoked_at=at))
    secret = secrets.token_bytes(_BYTES)
    token = base64url.encode(secret)
    session.add(
        SittingToken(
            organisation_id=organisation, application_id=application_id, token_hash=hashlib.sha256(secret).digest(),
            epoch=epoch, issued_at=at, expires_at=expires_at, revoked_at=None,
        )
    )  # fmt: skip
    session.flush()
    return token
