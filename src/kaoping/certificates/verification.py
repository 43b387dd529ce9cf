"""Public verification: what a certificate is, and no more than the question entitles to.

By the QR code's secret, or by number, name and identity tail: the whole face. By number and name: state, level and
masked name. Unknown and mismatched queries do the same work and get the same answer.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kaoping.certificates import cosignatures, register, score_words, states, trust
from kaoping.certificates import statement as statements
from kaoping.certificates.cosignatures import Cosigned
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.models import Certificate
from kaoping.certificates.score_words import StatedScore
from kaoping.certificates.states import EntryVerb
from kaoping.certificates.trust import Trust


class State(StrEnum):
    """What the public is told: the state of the register, or that the signature does not match."""

    VALID = "valid"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    #: The signature matches, but its key was in other hands before the register took it in.
    UNTRUSTED = "untrusted"
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
class Line:
    """A line of the register as the public reads it: who wrote it stays inside."""

    verb: EntryVerb
    at: datetime
    reason: str | None


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
    kind: CertificateKind
    valid_until: date | None
    #: When and why the last line of the register changed the state, for whoever sees the whole face.
    changed_at: datetime | None
    reason: str | None
    #: The SM2 signature beside, for whoever sees the whole face.
    cosigned: Cosigned
    #: Number of the certificate that replaced it, for whoever sees the whole face.
    successor: str | None
    #: The lines of the register, the oldest first, for whoever sees the whole face.
    history: Sequence[Line] = ()

    @property
    def scores(self) -> Sequence[StatedScore]:
        """What a score report states, for whoever sees the whole face."""
        return score_words.scores(self.award.get("details", ())) if self.award else ()


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


def by_signed_number(session: Session, number: str, extent: Extent) -> Located | None:
    """Find a certificate by its number alone, for something that its issuer signed and that shows so much of it."""
    found = session.execute(select(text("*")).select_from(func.find_certificate_by_number(number))).one()
    return Located(found.organisation, found.certificate, extent) if found.certificate else None


def face(session: Session, located: Located, *, keys: Mapping[str, Ed25519PublicKey], at: datetime) -> Face:
    """Read a located certificate; the session is bound to its organisation. A signature that fails is told as such."""
    certificate = session.get_one(Certificate, located.certificate)
    signed = certificate.statement
    award = statements.award_of(signed.encode())
    whole = located.extent is not Extent.LEAST
    last = next(entry for entry in reversed(certificate.entries) if entry.verb in states.STANDING)
    changed = last if whole and last.verb is not EntryVerb.ISSUED else None
    return Face(
        state=_state(session, certificate, keys, at),
        extent=located.extent,
        number=certificate.number,
        level=award.level_name,
        level_en=award.level_name_en,
        name=award.name if whole else masked_name(award.name),
        award=statements.public_view(signed.encode())["award"] if whole else None,
        photo=register.photo_of(certificate) if located.extent is Extent.PHOTO else None,
        demonstration=certificate.demonstration,
        kind=certificate.kind,
        valid_until=certificate.valid_until,
        changed_at=changed.at if changed else None,
        cosigned=cosignatures.check(session, certificate) if whole else Cosigned.ABSENT,
        reason=changed.facts["reason"] if changed else None,
        successor=certificate.successor.number if whole and certificate.successor else None,
        history=[Line(entry.verb, entry.at, entry.facts.get("reason")) for entry in certificate.entries if whole],
    )


def _state(session: Session, certificate: Certificate, keys: Mapping[str, Ed25519PublicKey], at: datetime) -> State:
    """Give the state of the register if the signature is to be believed, else why it is not."""
    trusted = trust.of(session, certificate, keys)
    if trusted is Trust.SOUND:
        return State(states.state_of(certificate, at=at).value)
    return State.BROKEN if trusted is Trust.BROKEN else State.UNTRUSTED
