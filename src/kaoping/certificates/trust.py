"""Whether a signature is to be believed: it matches, and its key was not in other hands when the register took it in.

An entry counts as made before a moment if neither it nor any entry before it in the chain is of that moment or later:
whoever stole a key can write an earlier time into a new entry, but cannot put it further up in the chain.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, load_only, selectinload

from kaoping.certificates import register
from kaoping.certificates import statement as statements
from kaoping.certificates.errors import RegisterBroken
from kaoping.certificates.key_list import PublishedKeys
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import Certificate, RegisterEntry
from kaoping.certificates.states import EntryVerb
from kaoping.itembank.actor import Actor
from kaoping.itembank.vault import Unreadable

RE_SIGNED_SCHEMA = "kaoping.re-signed/1"
#: Statements fetched at once.
_BATCH = 1_000


class Trust(StrEnum):
    """What may be said about the signatures of a certificate."""

    SOUND = "sound"
    #: The signature matches, but others may have made it; it has to be signed anew.
    UNTRUSTED = "untrusted"
    #: It does not match, its key was never published, or the statement is not the one that the register took in.
    BROKEN = "broken"


def of(session: Session, certificate: Certificate, keys: Mapping[str, Ed25519PublicKey]) -> Trust:
    """Judge a certificate; without a list of revocations (a plain mapping) every published key is trusted."""
    text, key = certificate.statement.encode(), keys.get(certificate.key_id)
    if key is None or not statements.verify(text, certificate.signature, key):
        return Trust.BROKEN
    if not any(as_registered(certificate, entry) for entry in certificate.entries):
        return Trust.BROKEN
    book = keys if isinstance(keys, PublishedKeys) else PublishedKeys(keys)
    if certificate.key_id not in book.withdrawn:
        return Trust.SOUND
    good = any(_holds(session, certificate, entry, book) for entry in certificate.entries)
    return Trust.SOUND if good else Trust.UNTRUSTED


def as_registered(certificate: Certificate, issued: RegisterEntry) -> bool:
    """Whether a statement is the one that was issued under the certificate's number, whoever signed another one."""
    text = certificate.statement.encode()
    if issued.verb is not EntryVerb.ISSUED or json.loads(text)["number"] != certificate.number:
        return False
    return bool(issued.facts["statement"] == hashlib.sha256(text).hexdigest())


def compare_statements(session: Session, organisation: UUID) -> tuple[int, int]:
    """Compare the statements of a register with its lines: how many are theirs, and how many do not open.

    Raises
    ------
    RegisterBroken : naming the first line whose certificate says something else.
    """
    query = (
        select(RegisterEntry, Certificate)
        .join(Certificate, Certificate.id == RegisterEntry.certificate_id)
        .where(RegisterEntry.organisation_id == organisation, RegisterEntry.verb == EntryVerb.ISSUED)
        .order_by(RegisterEntry.sequence)
        .options(load_only(Certificate.number, Certificate.statement_sealed))
        .execution_options(yield_per=_BATCH)
    )
    same = closed = 0
    for line, certificate in session.execute(query):
        try:
            fits = as_registered(certificate, line)
        except Unreadable:
            closed += 1
            continue
        if not fits:
            reason = f"the statement of certificate {certificate.number} is not the one that was issued"
            raise RegisterBroken(organisation=organisation, sequence=line.sequence, reason=reason)
        same += 1
    return same, closed


def _holds(session: Session, certificate: Certificate, entry: RegisterEntry, keys: PublishedKeys) -> bool:
    """Whether an entry brings a signature that counts: the first one, or one made anew."""
    match entry.verb:
        case EntryVerb.ISSUED:
            return in_time(session, entry, certificate.key_id, keys)
        case EntryVerb.RE_SIGNED:
            key_id = entry.facts["key_id"]
            key = keys.get(key_id)
            message = _message(certificate, key_id, entry.at)
            signed = key is not None and statements.verify(message, bytes.fromhex(entry.facts["signature"]), key)
            return signed and in_time(session, entry, key_id, keys)
    return False


def in_time(session: Session, entry: RegisterEntry, key_id: str, keys: PublishedKeys) -> bool:
    """Whether an entry stands in the chain before its key was in other hands."""
    withdrawal = keys.withdrawn.get(key_id)
    if withdrawal is None:
        return True
    late = first_since(session, entry.organisation_id, withdrawal.since)
    return late is None or entry.sequence < late


def first_since(session: Session, organisation: UUID, moment: datetime) -> int | None:
    """Give the place of the first entry in an organisation's chain that is of a moment or later."""
    query = select(func.min(RegisterEntry.sequence)).where(RegisterEntry.organisation_id == organisation)
    return session.scalar(query.where(RegisterEntry.at >= moment))


def affected(session: Session, key_id: str, keys: PublishedKeys) -> Iterator[Certificate]:
    """Give the organisation's certificates that a revoked key signed too late and nobody signed anew, by number."""
    withdrawal = keys.withdrawn.get(key_id)
    if withdrawal is None:
        return
    query = (
        select(Certificate)
        .join(RegisterEntry, RegisterEntry.certificate_id == Certificate.id)
        .where(Certificate.key_id == key_id, RegisterEntry.verb == EntryVerb.ISSUED)
        .options(defer(Certificate.photo_sealed), selectinload(Certificate.entries))
        .order_by(Certificate.number)
    )
    for certificate in session.scalars(query):
        if of(session, certificate, keys) is Trust.UNTRUSTED:
            yield certificate


def sign_anew(
    session: Session, certificates: Sequence[Certificate], key: SigningKey, *, by: Actor, other: UUID, at: datetime
) -> list[RegisterEntry]:
    """Sign statements anew by another key, as entries of the register; first signatures stay as they are.

    ``by`` looked at each certificate and ``other``, somebody else, confirmed it: the database refuses one person alone.
    """
    return [
        register.append(
            session, certificate, EntryVerb.RE_SIGNED, by=by, confirmed_by=other, at=at,
            facts={
                "key_id": key.key_id,
                "signature": key.private_key.sign(_message(certificate, key.key_id, at)).hex(),
            },
        )
        for certificate in certificates
    ]  # fmt: skip


def _message(certificate: Certificate, key_id: str, at: datetime) -> bytes:
    """Write what is signed anew: the statement, the key, and when."""
    return statements.canonical({
        "schema": RE_SIGNED_SCHEMA, "number": certificate.number, "key_id": key_id,
        "signed_at": at.astimezone(UTC).isoformat(), "statement": certificate.statement,
    })  # fmt: skip
