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

from kaoping.certificates import cosignatures, face_words, register, score_words, states, trust
from kaoping.certificates import statement as statements
from kaoping.certificates.cosignatures import Cosigned
from kaoping.certificates.face_words import Row
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.models import Certificate, RegisterEntry
from kaoping.certificates.score_words import StatedScore
from kaoping.certificates.statement import Award
from kaoping.certificates.states import EntryVerb, ProposalVerb, State
from kaoping.certificates.trust import Trust


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
    #: Why; of a replacement the act alone is public, because its reason may tell what was wrong about the holder.
    reason: str | None
    act: ProposalVerb | None


@dataclass(frozen=True, slots=True)
class Face:
    """The answer: state, and the signed words as far as the query entitles to."""

    state: State
    #: Whether the signature is to be believed; where it is not, the state is the register's word alone.
    trust: Trust
    extent: Extent
    number: str
    level: str
    #: What was awarded, in the words of the kind; of a query that sees the least, the level alone.
    rows: Sequence[Row]
    name: str
    award: dict[str, Any] | None
    photo: bytes | None
    demonstration: bool
    kind: CertificateKind
    valid_until: date | None
    #: The last line of the register that changed the state, for whoever sees the whole face.
    changed: Line | None
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
    return Face(
        state=states.state_of(certificate, at=at),
        trust=trust.of(session, certificate, keys),
        extent=located.extent,
        number=certificate.number,
        level=award.level_name,
        rows=face_words.rows(award) if whole else face_words.level_row(award),
        name=award.name if whole else masked_name(award.name),
        award=statements.public_view(signed.encode())["award"] if whole else None,
        photo=register.photo_of(certificate) if located.extent is Extent.PHOTO else None,
        demonstration=certificate.demonstration,
        kind=certificate.kind,
        valid_until=certificate.valid_until,
        changed=_line(last, award) if whole and last.verb is not EntryVerb.ISSUED else None,
        cosigned=cosignatures.check(session, certificate) if whole else Cosigned.ABSENT,
        successor=certificate.successor.number if whole and certificate.successor else None,
        history=[_line(entry, award) for entry in certificate.entries if whole],
    )


def _line(entry: RegisterEntry, award: Award) -> Line:
    """Give what is public of a line; an identity number that somebody wrote into a reason is masked as on the face."""
    replaced = entry.verb is EntryVerb.SUPERSEDED
    reason = None if replaced else entry.facts.get("reason")
    return Line(
        verb=entry.verb,
        at=entry.at,
        reason=reason and reason.replace(award.id_number, statements.mask(award.id_number)),
        act=ProposalVerb(entry.facts["for"]) if replaced else None,
    )
