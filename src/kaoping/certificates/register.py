"""The register 证书登记: a certificate is issued once, under a number from a locked counter, signed, and never edited.

What happens to it later is a further line of the register (`kaoping.certificates.proposals`); its state is read from
the lines.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import cosignatures, counting, key_list, offline_code
from kaoping.certificates import statement as statements
from kaoping.certificates.errors import NameNotPrintable, TermMissing
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.kinds import TERMED
from kaoping.certificates.models import Certificate, CertificateProposal, RegisterEntry
from kaoping.certificates.number import Filing
from kaoping.certificates.statement import Award
from kaoping.certificates.states import EntryVerb, State
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


@dataclass(frozen=True, slots=True)
class Basis:
    """What a certificate follows from (a decision by its id, or a confirmed proposal), and what it replaces."""

    award_id: UUID
    proposal: CertificateProposal | None = None
    replaced: Certificate | None = None


def issue(
    session: Session,
    award: Award,
    *,
    basis: Basis,
    holder: Holder,
    filing: Filing,
    key: SigningKey,
    by: Actor,
    at: datetime | None = None,
) -> Certificate:
    """Issue a certificate. Issuing again on the same basis gives the same certificate.

    The number is taken from a counter whose row stays locked until the caller's transaction ends: no number is given
    twice, and none is lost when the transaction rolls back.

    Raises
    ------
    NameNotPrintable, SerialExhausted, LevelBlocked, NoNumberRule, TermMissing, KeyUnderSuspicion
    """
    if made := _made(session, award, basis):
        return made
    require_printable(award)
    if award.kind in TERMED and award.valid_until is None:
        raise TermMissing
    key_list.require_unrevoked(session, key.key_id)
    moment = at or trail.database_time(session)
    taken = counting.take(session, filing, award, by=by)
    text = statements.statement(award, taken.number, key_id=key.key_id)
    query_key = secrets.token_urlsafe(QUERY_KEY)
    certificate = Certificate(
        organisation_id=by.organisation,
        number=taken.number,
        kind=award.kind,
        award_id=basis.award_id,
        person_id=holder.person_id,
        level=award.level,
        demonstration=award.demonstration,
        valid_until=award.valid_until,
        supersedes_id=basis.replaced.id if basis.replaced else None,
        standing=State.VALID,
        statement=text.decode(),
        signature=statements.sign(text, key).value,
        key_id=key.key_id,
        photo=base64.b64encode(holder.photo).decode() if holder.photo else None,
        query_key=query_key,
        query_fingerprint=query_fingerprint(query_key),
        offline_code=offline_code.packed(award, taken.number, query_key=query_key, key=key),
        name_fingerprint=name_fingerprint(taken.number, holder.name_folded),
        tail_fingerprint=tail_fingerprint(taken.number, holder.tail),
        issued_at=moment,
    )
    session.add(certificate)
    if key.beside is not None:
        cosignatures.append(session, certificate, key.beside, at=moment)
    facts = taken.facts | {"kind": award.kind.value, "statement": hashlib.sha256(text).hexdigest()}
    facts |= {"supersedes": award.supersedes} if award.supersedes else {}
    append(session, certificate, EntryVerb.ISSUED, proposal=basis.proposal, by=by, at=moment, facts=facts)
    return certificate


def _made(session: Session, award: Award, basis: Basis) -> Certificate | None:
    query = select(Certificate).where(Certificate.award_id == basis.award_id, Certificate.kind == award.kind)
    replaced = basis.replaced.id if basis.replaced else None
    return session.scalars(query.where(Certificate.supersedes_id.is_not_distinct_from(replaced))).one_or_none()


def award_of(certificate: Certificate) -> Award:
    """Give the award as it was signed, to print the certificate again."""
    return statements.award_of(certificate.statement.encode())


def photo_of(certificate: Certificate) -> bytes | None:
    """Give the holder's photo as a file."""
    return base64.b64decode(certificate.photo) if certificate.photo else None


def require_printable(award: Award) -> None:
    """Refuse an award with a character that the face cannot draw; raises `NameNotPrintable`."""
    fields = {
        "name": award.name,
        "occupation": award.occupation,
        "specialty": award.specialty,
        "level": award.level,
        "English words": f"{award.name_en} {award.occupation_en} {award.specialty_en} {award.level_title_en}",
        "issuer": award.issuer,
        "id_number": award.id_number,
    }
    for field, text in fields.items():
        if missing := missing_glyphs(text):
            raise NameNotPrintable(field=field, characters=" ".join(missing))


def append(
    session: Session,
    certificate: Certificate,
    verb: EntryVerb,
    *,
    facts: dict[str, Any],
    proposal: CertificateProposal | None = None,
    confirmed_by: UUID | None = None,
    by: Actor,
    at: datetime,
) -> RegisterEntry:
    """Append a line; the database gives its place in the chain, and refuses one that was not confirmed by two."""
    entry = RegisterEntry(
        organisation_id=by.organisation,
        certificate=certificate,
        verb=verb,
        by=proposal.proposed_by if proposal else by.id,
        confirmed_by=proposal.decided_by if proposal else confirmed_by,
        proposal=proposal,
        at=at,
        facts=facts,
    )
    session.add(entry)
    trail.record(session, f"certificate.{verb}", certificate, by=by, at=at, number=certificate.number)
    return entry
