"""The keys that sign certificates: the current one, every public key that ever did, and what replaces them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import key_list, keys, public_keys, sm2
from kaoping.certificates.errors import KeyStillSigns
from kaoping.certificates.issuer_keys import IssuerKey, Purpose
from kaoping.certificates.key_list import PublishedKeys
from kaoping.certificates.keys import SigningKey
from kaoping.exam.delivery import tokens
from kaoping.exam.embedded import write_private
from kaoping.exam.people.models import Organisation
from kaoping.exam.settings import Settings
from kaoping.itembank import trail
from kaoping.itembank.actor import system


@dataclass(frozen=True, slots=True)
class Rotation:
    """A change of the signing key: who signs now, who did, and where the old private key lies."""

    new: SigningKey
    old: SigningKey
    aside: Path


def current(settings: Settings) -> SigningKey:
    """Load the private key that signs now, and the SM2 key beside it where one is configured."""
    key = keys.load(settings.signing_key)
    return key if settings.sm2_key is None else replace(key, beside=sm2.load(settings.sm2_key))


def published(settings: Settings, session: Session | None = None) -> PublishedKeys:
    """Give all public keys of statements: of the list, of the current key, and of ``*.pub.pem`` beside it.

    Revocations stand in the list, so whoever judges signatures gives a session.
    """
    listed = key_list.published(session) if session else PublishedKeys({})
    return PublishedKeys({**_of_files(settings), **listed}, listed.withdrawn)


def rotate(session: Session, settings: Settings, *, witnesses: Sequence[str], at: datetime) -> Rotation:
    """Make a new signing key current; the public half of the old one stays published, its private half is put aside.

    The files change last, and the session (of the owner) is committed after them: whatever breaks in between, the key
    in the file is one whose public half is known.

    Raises
    ------
    KeyUnusable, WitnessesMissing
    """
    path, old = settings.signing_key, keys.load(settings.signing_key)
    entered(session, old, witnesses=witnesses, at=at)
    fresh = path.with_name(f"{path.stem}.new{path.suffix}")
    fresh.unlink(missing_ok=True)
    new = keys.generate(fresh)
    entered(session, new, witnesses=witnesses, at=at)
    tell(session, "issuer_key.put_aside", key_list.put_aside(session, old.key_id, at=at), at=at)
    aside = path.with_name(f"{path.stem}-retired-{old.key_id}{path.suffix}")
    path.with_name(f"{path.stem}-{old.key_id}.pub.pem").write_bytes(old.public_pem)
    write_private(aside, old.private_pem.decode())
    fresh.replace(path)
    return Rotation(new, old, aside)


def entered(session: Session, key: SigningKey, *, witnesses: Sequence[str], at: datetime) -> IssuerKey:
    """Enter a signing key in the list; a key that is there stays as it is."""
    return enter(session, public_keys.read(key.public_pem), Purpose.STATEMENT, witnesses=witnesses, at=at)


def enter(
    session: Session, half: public_keys.PublicHalf, purpose: Purpose, *, witnesses: Sequence[str], at: datetime
) -> IssuerKey:
    """Enter a public key in the list and in every organisation's trail."""
    row = key_list.enter(session, half, purpose, witnesses=witnesses, at=at)
    if row.recorded_at == at:
        tell(session, "issuer_key.entered", row, at=at)
    return row


def revoke(
    session: Session, settings: Settings, key_id: str, *, compromised_since: datetime | None, reason: str, at: datetime
) -> IssuerKey:
    """Revoke a key that signs no more.

    Raises
    ------
    KeyStillSigns : it is the current one; another must take its place first.
    KeyUnknown, ReasonOfKeyMissing, MomentUnlikely, KeyRevokedAlready
    """
    if settings.signing_key.exists() and keys.load(settings.signing_key).key_id == key_id:
        raise KeyStillSigns(key=key_id)
    row = key_list.revoke(session, key_id, compromised_since=compromised_since, reason=reason, at=at)
    if row.recorded_at == at:
        tell(session, "issuer_key.revoked", row, at=at)
    return row


def tell(session: Session, verb: str, key: IssuerKey, *, at: datetime) -> None:
    """Put a deed on a key into the trail of every organisation, because it signs for them all."""
    for organisation in session.scalars(select(Organisation.id).order_by(Organisation.id)).all():
        tokens.bind(session, organisation)
        trail.record(session, verb, key, by=system(organisation), at=at, key=key.key_id, purpose=key.purpose.value)


def _of_files(settings: Settings) -> dict[str, Ed25519PublicKey]:
    found = {keys.key_id(key): key for key in map(_public, sorted(settings.signing_key.parent.glob("*.pub.pem")))}
    if settings.signing_key.exists():
        own = keys.load(settings.signing_key)
        found[own.key_id] = own.public_key
    return found


def _public(path: Path) -> Ed25519PublicKey:
    return keys.load_public(path.read_bytes())
