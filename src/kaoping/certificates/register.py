"""The register 证书登记: a certificate is issued once, under a number from a locked counter, signed, and never edited.

What happens to it later is a further line of the register; its state is read from the lines.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kaoping.certificates import number as numbers
from kaoping.certificates import statement as statements
from kaoping.certificates.errors import AlreadyRevoked, NameNotPrintable, ReasonMissing
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import Certificate, EntryVerb, NumberCounter, RegisterEntry
from kaoping.certificates.number import Filing
from kaoping.certificates.statement import Award
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.orm import vault
from kaoping.itembank.typefaces import missing_glyphs

QUERY_KEY = 16


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate is for, and by what words a public query finds it: folded name, last six of the identity."""

    person_id: UUID
    name_folded: str
    tail: str
    photo: bytes | None


def name_fingerprint(number: str, name_folded: str) -> bytes:
    """HMAC that a query by number and name is compared with."""
    return vault().fingerprint(f"{number}:{name_folded}", "certificate.name")


def tail_fingerprint(number: str, tail: str) -> bytes:
    """HMAC that the identity tail of a query is compared with."""
    return vault().fingerprint(f"{number}:{tail.upper()}", "certificate.tail")


def query_fingerprint(query_key: str) -> bytes:
    """HMAC that finds a certificate from the secret part of its QR code."""
    return vault().fingerprint(query_key, "certificate.query")


def issue(
    session: Session,
    award: Award,
    *,
    decision_id: UUID,
    holder: Holder,
    filing: Filing,
    key: SigningKey,
    by: Actor,
    at: datetime | None = None,
) -> Certificate:
    """Issue the certificate of a decision. Issuing again gives the same certificate.

    The number is taken from a counter whose row stays locked until the caller's transaction ends: no number is given
    twice, and none is lost when the transaction rolls back.

    Raises
    ------
    NameNotPrintable, SerialExhausted, LevelBlocked, NoNumberRule
    """
    made = session.scalars(select(Certificate).where(Certificate.award_id == decision_id)).one_or_none()
    if made is not None:
        return made
    _require_printable(award)
    moment = at or trail.database_time(session)
    number = _take_number(session, filing, award, by)
    text = statements.statement(award, number, key_id=key.key_id)
    query_key = secrets.token_urlsafe(QUERY_KEY)
    certificate = Certificate(
        organisation_id=by.organisation,
        number=number,
        award_id=decision_id,
        person_id=holder.person_id,
        level=award.level,
        demonstration=award.demonstration,
        statement=text.decode(),
        signature=statements.sign(text, key).value,
        key_id=key.key_id,
        photo=base64.b64encode(holder.photo).decode() if holder.photo else None,
        query_key=query_key,
        query_fingerprint=query_fingerprint(query_key),
        name_fingerprint=name_fingerprint(number, holder.name_folded),
        tail_fingerprint=tail_fingerprint(number, holder.tail),
        issued_at=moment,
    )
    session.add(certificate)
    _append(session, certificate, EntryVerb.ISSUED, by=by, at=moment, facts={"number": number})
    return certificate


def revoke(
    session: Session, certificate_id: UUID, *, reason: str, by: Actor, at: datetime | None = None
) -> Certificate:
    """Revoke a certificate 撤销 with a reason that the public sees.

    Raises
    ------
    ReasonMissing, AlreadyRevoked
    """
    certificate = session.get_one(Certificate, certificate_id, with_for_update={"key_share": True})
    if not reason.strip():
        raise ReasonMissing(number=certificate.number)
    if certificate.revoked:
        raise AlreadyRevoked(number=certificate.number)
    moment = at or trail.database_time(session)
    _append(session, certificate, EntryVerb.REVOKED, by=by, at=moment, facts={"reason": reason.strip()})
    return certificate


def award_of(certificate: Certificate) -> Award:
    """Give the award as it was signed, to print the certificate again."""
    return statements.award_of(certificate.statement.encode())


def photo_of(certificate: Certificate) -> bytes | None:
    """Give the holder's photo as a file."""
    return base64.b64decode(certificate.photo) if certificate.photo else None


def _require_printable(award: Award) -> None:
    fields = {
        "name": award.name,
        "occupation": award.occupation,
        "specialty": award.specialty,
        "issuer": award.issuer,
        "id_number": award.id_number,
    }
    for field, text in fields.items():
        if missing := missing_glyphs(text):
            raise NameNotPrintable(field=field, characters=" ".join(missing))


def _take_number(session: Session, filing: Filing, award: Award, by: Actor) -> str:
    year = award.issued_on.year
    values = {"organisation_id": by.organisation, "prefix": filing.prefix, "year": year, "level": award.level}
    opening = insert(NumberCounter).values(id=uuid4(), serial=0, **values)
    session.execute(opening.on_conflict_do_nothing())
    counter = session.scalars(select(NumberCounter).filter_by(**values).with_for_update()).one()
    session.refresh(counter)
    number = numbers.build_number(filing, day=award.issued_on, level=award.level, serial=counter.serial + 1)
    counter.serial += 1
    session.flush()
    return number


def _append(
    session: Session, certificate: Certificate, verb: EntryVerb, *, by: Actor, at: datetime, facts: dict[str, Any]
) -> None:
    entry = RegisterEntry(
        organisation_id=by.organisation, certificate=certificate, verb=verb, by=by.id, at=at, facts=facts
    )
    session.add(entry)
    trail.record(session, f"certificate.{verb}", certificate, by=by, at=at, number=certificate.number)
