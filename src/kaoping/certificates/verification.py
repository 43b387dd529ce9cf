"""Public verification: what a certificate is, and no more than the question entitles to.

By the QR code's secret, or by number, name and identity tail: the whole face. By number and name: state, level and
masked name. Unknown and mismatched queries do the same work and get the same answer.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kaoping.certificates import register
from kaoping.certificates import statement as statements
from kaoping.certificates.models import Certificate


class State(StrEnum):
    """What the public is told."""

    VALID = "valid"
    REVOKED = "revoked"
    BROKEN = "broken"


class Extent(StrEnum):
    """How much of the face a query is shown."""

    PHOTO = "photo"
    FACE = "face"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class Located:
    """A certificate that a query found, before anything of it was read."""

    organisation: UUID
    certificate: UUID
    extent: Extent


@dataclass(frozen=True, slots=True)
class Face:
    """The answer: state, and the signed words as far as the query entitles to."""

    state: State
    extent: Extent
    number: str
    level: str
    level_en: str
    name: str
    award: dict[str, Any] | None
    photo: bytes | None
    demonstration: bool
    revoked_at: datetime | None
    reason: str | None


def masked_name(name: str) -> str:
    """Show the first character of a name alone.

    >>> masked_name("林知远")
    '林**'
    """
    return name[:1] + "*" * (len(name) - 1)


def by_query_key(session: Session, query_key: str) -> Located | None:
    """Find a certificate by the secret of its QR code."""
    fingerprint = register.query_fingerprint(query_key)
    found = session.execute(select(text("*")).select_from(func.find_certificate_by_query(fingerprint))).one()
    return Located(found.organisation, found.certificate, Extent.PHOTO) if found.certificate else None


def by_number(session: Session, number: str, *, name_folded: str, tail: str) -> Located | None:
    """Find a certificate by number and name, and by the identity tail if one is given.

    A tail that does not match is a mismatch as a whole, not a query without tail.
    """
    found = session.execute(select(text("*")).select_from(func.find_certificate_by_number(number))).one()
    name_held = found.name_fingerprint or secrets.token_bytes(32)
    tail_held = found.tail_fingerprint or secrets.token_bytes(32)
    same_name = hmac.compare_digest(register.name_fingerprint(number, name_folded), name_held)
    same_tail = hmac.compare_digest(register.tail_fingerprint(number, tail), tail_held)
    if not (same_name and (same_tail or not tail)):
        return None
    return Located(found.organisation, found.certificate, Extent.FACE if tail else Extent.LEAST)


def by_signed_number(session: Session, number: str) -> Located | None:
    """Find a certificate by its number alone, for a file that its issuer signed: the file shows the whole face."""
    found = session.execute(select(text("*")).select_from(func.find_certificate_by_number(number))).one()
    return Located(found.organisation, found.certificate, Extent.PHOTO) if found.certificate else None


def face(session: Session, located: Located, *, keys: Mapping[str, Ed25519PublicKey]) -> Face:
    """Read a located certificate; the session is bound to its organisation. A signature that fails is told as such."""
    certificate = session.get_one(Certificate, located.certificate)
    signed = certificate.statement
    key = keys.get(certificate.key_id)
    sound = key is not None and statements.verify(signed.encode(), certificate.signature, key)
    award = statements.award_of(signed.encode())
    revoked = certificate.revoked
    state = State.BROKEN if not sound else State.REVOKED if revoked else State.VALID
    whole = located.extent is not Extent.LEAST
    return Face(
        state=state,
        extent=located.extent,
        number=certificate.number,
        level=award.level_name,
        level_en=award.level_name_en,
        name=award.name if whole else masked_name(award.name),
        award=statements.public_view(signed.encode())["award"] if whole else None,
        photo=register.photo_of(certificate) if located.extent is Extent.PHOTO else None,
        demonstration=certificate.demonstration,
        revoked_at=revoked.at if revoked and whole else None,
        reason=revoked.facts["reason"] if revoked and whole else None,
    )
