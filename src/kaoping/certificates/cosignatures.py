"""Signatures by SM2 beside the Ed25519 signature of a statement, over the same bytes: stored, checked, never edited."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from kaoping.certificates import key_list, public_keys, sm2
from kaoping.certificates.errors import KeyUnknown, Sm2Unavailable
from kaoping.certificates.keys import Cosigner
from kaoping.certificates.models import Certificate
from kaoping.itembank.orm import Base, Owned


class NationalSignature(Owned, Base):
    """An SM2 signature over the statement of a certificate, in DER. Appended, never edited."""

    __tablename__ = "national_signature"
    __table_args__ = (UniqueConstraint("certificate_id", "key_id"),)

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    key_id: Mapped[str]
    value: Mapped[bytes]
    signed_at: Mapped[datetime]


class Cosigned(StrEnum):
    """What a check of the second signature found."""

    ABSENT = "absent"
    GOOD = "good"
    BAD = "bad"
    #: The key is revoked, and the signature may have been made by others.
    WITHDRAWN = "withdrawn"
    #: This machine cannot check it.
    UNCHECKED = "unchecked"


def append(session: Session, certificate: Certificate, key: Cosigner, *, at: datetime) -> NationalSignature:
    """Sign the statement of a certificate by a second key, whose public half is in the list of keys.

    Raises
    ------
    KeyUnknown, KeyUnderSuspicion, Sm2Unavailable
    """
    key_list.find(session, key.key_id)
    key_list.require_unrevoked(session, key.key_id)
    row = NationalSignature(
        organisation_id=certificate.organisation_id, certificate_id=certificate.id, key_id=key.key_id,
        value=key.sign(certificate.statement.encode()), signed_at=at,
    )  # fmt: skip
    session.add(row)
    return row


def lacking(session: Session, key_id: str, *, limit: int) -> Sequence[Certificate]:
    """Give the first certificates of the organisation, by number, that a key has not signed."""
    signed = exists().where(NationalSignature.certificate_id == Certificate.id, NationalSignature.key_id == key_id)
    query = select(Certificate).where(~signed).options(defer(Certificate.photo_sealed))
    return session.scalars(query.order_by(Certificate.number).limit(limit)).all()


def check(session: Session, certificate: Certificate) -> Cosigned:
    """Check the newest second signature of a certificate."""
    query = select(NationalSignature).where(NationalSignature.certificate_id == certificate.id)
    row = session.scalars(query.order_by(NationalSignature.signed_at.desc()).limit(1)).one_or_none()
    if row is None:
        return Cosigned.ABSENT
    try:
        key = key_list.find(session, row.key_id)
        half = public_keys.of_der(key.public_der)
        good = sm2.verify(certificate.statement.encode(), row.value, half)
    except (KeyUnknown, Sm2Unavailable):
        return Cosigned.UNCHECKED
    withdrawal = key_list.withdrawal(key)
    if good and withdrawal and withdrawal.covers(row.signed_at):
        return Cosigned.WITHDRAWN
    return Cosigned.GOOD if good else Cosigned.BAD
