"""The list of the issuer's keys: a key is entered, put aside once it signs no more, and revoked; nothing is edited.

Which signatures of a revoked key still count is decided by the register: an entry that was in the chain before the key
was in other hands proves that the signature was made in time (decision 0016).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from kaoping.certificates import public_keys
from kaoping.certificates.errors import (
    KeyRevokedAlready,
    KeyUnderSuspicion,
    KeyUnknown,
    MomentUnlikely,
    ReasonOfKeyMissing,
    WitnessesMissing,
)
from kaoping.certificates.issuer_keys import IssuerKey, Purpose
from kaoping.certificates.public_keys import PublicHalf

#: How many people see a key made.
WITNESSES = 2


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That a key is revoked: signatures entered before ``since`` count, later ones do not."""

    since: datetime
    compromised: bool
    reason: str

    def covers(self, entered_at: datetime) -> bool:
        """Whether a signature that was entered in the register at a moment is no longer trusted."""
        return entered_at >= self.since


@dataclass(frozen=True)
class PublishedKeys(Mapping[str, Ed25519PublicKey]):
    """The public keys that statements are checked with, by id, and which of them are withdrawn."""

    by_id: Mapping[str, Ed25519PublicKey]
    withdrawn: Mapping[str, Withdrawal] = field(default_factory=dict)

    def __getitem__(self, key_id: str) -> Ed25519PublicKey:
        """Give a key."""
        return self.by_id[key_id]

    def __iter__(self) -> Iterator[str]:
        """Go over the ids."""
        return iter(self.by_id)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self.by_id)

    @property
    def unstolen(self) -> dict[str, Ed25519PublicKey]:
        """Give the keys that never fell into other hands: what they signed may be believed without the register."""
        stolen = {key_id for key_id, gone in self.withdrawn.items() if gone.compromised}
        return {key_id: key for key_id, key in self.by_id.items() if key_id not in stolen}

    def trusts(self, key_id: str, entered_at: datetime) -> bool:
        """Whether a signature by a key, entered in the register at a moment, is to be believed."""
        withdrawal = self.withdrawn.get(key_id)
        return key_id in self.by_id and not (withdrawal and withdrawal.covers(entered_at))


def withdrawal(key: IssuerKey) -> Withdrawal | None:
    """Give the revocation of a key; without a compromise what was signed before the revocation stays good."""
    if key.revoked_at is None:
        return None
    since = key.compromised_since or key.revoked_at
    return Withdrawal(since, key.compromised_since is not None, key.reason or "")


def listed(session: Session) -> Sequence[IssuerKey]:
    """Give the newest row of every key, by the beginning of its use."""
    newest = select(IssuerKey.key_id, func.max(IssuerKey.version)).group_by(IssuerKey.key_id)
    pair = tuple_(IssuerKey.key_id, IssuerKey.version)
    return session.scalars(select(IssuerKey).where(pair.in_(newest)).order_by(IssuerKey.used_from)).all()


def published(session: Session) -> PublishedKeys:
    """Give the keys of statements with their revocations."""
    known = [key for key in listed(session) if key.purpose is Purpose.STATEMENT]
    found = {key.key_id: withdrawal(key) for key in known}
    return PublishedKeys(
        {key.key_id: public_keys.ed25519(key.public_der) for key in known},
        {key_id: revoked for key_id, revoked in found.items() if revoked},
    )


def find(session: Session, key_id: str) -> IssuerKey:
    """Give the newest row of a key, or raise `KeyUnknown`."""
    query = select(IssuerKey).where(IssuerKey.key_id == key_id).order_by(IssuerKey.version.desc()).limit(1)
    key = session.scalars(query).one_or_none()
    if key is None:
        raise KeyUnknown(key=key_id)
    return key


def require_unrevoked(session: Session, key_id: str) -> None:
    """Raise `KeyUnderSuspicion` for a key that is revoked; one that was never entered, as in a trial, may sign."""
    revoked = select(IssuerKey.id).where(IssuerKey.key_id == key_id, IssuerKey.revoked_at.is_not(None)).limit(1)
    if session.scalars(revoked).one_or_none() is not None:
        raise KeyUnderSuspicion(key=key_id)


def enter(
    session: Session, half: PublicHalf, purpose: Purpose, *, witnesses: Sequence[str], at: datetime
) -> IssuerKey:  # fmt: skip
    """Enter a key as in use from now on. Entering it again is harmless; a certificate of it takes its place.

    Raises
    ------
    WitnessesMissing : fewer than two different people saw it made.
    """
    known = session.scalars(
        select(IssuerKey).where(IssuerKey.key_id == half.key_id).order_by(IssuerKey.version.desc()).limit(1)
    ).one_or_none()
    if known is not None:
        certified = known.public_der != half.der and known.public_der in half.der
        return _next(session, known, at=at, public_der=half.der) if certified else known
    key = IssuerKey(
        key_id=half.key_id, version=1, purpose=purpose, algorithm=half.algorithm, public_der=half.der, used_from=at,
        used_until=None, revoked_at=None, compromised_since=None, reason=None, witnesses=named(witnesses),
        recorded_at=at,
    )  # fmt: skip
    session.add(key)
    session.flush()
    return key


def named(witnesses: Sequence[str]) -> list[str]:
    """Give the names of two different witnesses, or raise `WitnessesMissing`."""
    names = [" ".join(name.split()) for name in witnesses]
    if len(set(filter(None, names))) < WITNESSES:
        raise WitnessesMissing
    return names


def put_aside(session: Session, key_id: str, *, at: datetime) -> IssuerKey:
    """Say that a key signs no more; what it signed stays good. Saying it twice is harmless."""
    key = find(session, key_id)
    return key if key.used_until else _next(session, key, at=at, used_until=at)


def revoke(
    session: Session, key_id: str, *, compromised_since: datetime | None, reason: str, at: datetime
) -> IssuerKey:  # fmt: skip
    """Revoke a key: lost or replaced (no moment), or in other hands since a moment, which may later move back.

    Raises
    ------
    KeyUnknown, ReasonOfKeyMissing, MomentUnlikely, KeyRevokedAlready
    """
    key = find(session, key_id)
    if not reason.strip():
        raise ReasonOfKeyMissing(key=key_id)
    if compromised_since is not None and not key.used_from <= compromised_since <= (key.revoked_at or at):
        raise MomentUnlikely(key=key_id, made=key.used_from)
    if key.revoked_at is not None:
        return _move_back(session, key, compromised_since, reason.strip(), at)
    return _next(
        session, key, at=at, used_until=key.used_until or at, revoked_at=at, compromised_since=compromised_since,
        reason=reason.strip(),
    )  # fmt: skip


def _move_back(
    session: Session, key: IssuerKey, compromised_since: datetime | None, reason: str, at: datetime
) -> IssuerKey:  # fmt: skip
    if compromised_since == key.compromised_since:
        return key
    held = key.compromised_since or key.revoked_at
    if compromised_since is None or held is None or compromised_since > held:
        raise KeyRevokedAlready(key=key.key_id, since=held)
    return _next(session, key, at=at, compromised_since=compromised_since, reason=reason)


def _next(session: Session, key: IssuerKey, *, at: datetime, **changes: Any) -> IssuerKey:
    same = {
        name: getattr(key, name)
        for name in (
            "key_id", "purpose", "algorithm", "public_der", "used_from", "used_until", "revoked_at",
            "compromised_since", "reason", "witnesses",
        )
    }  # fmt: skip
    row = IssuerKey(**{**same, **changes, "version": key.version + 1, "recorded_at": at})
    session.add(row)
    session.flush()
    return row
