"""The issuer's keys as a document that anybody may fetch: each with the days it signed, and its revocation.

Of a revocation the public needs its moment and its kind, by the names of RFC 5280, section 5.3.1; what people wrote
about it and who saw the key made stay inside.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from cryptography.hazmat.primitives import serialization
from pydantic import BaseModel, Field, ValidationError

from kaoping.certificates import public_keys
from kaoping.certificates.issuer_keys import IssuerKey, Purpose
from kaoping.certificates.public_keys import PublicHalf
from kaoping.itembank import base64url

_ED25519 = "Ed25519"


class RevocationReason(StrEnum):
    """Why a key is revoked, as RFC 5280 names it."""

    #: It was in other hands: what was entered in the register since then does not count.
    KEY_COMPROMISE = "keyCompromise"
    #: It was lost or replaced, but never in other hands: what it signed before stays good.
    SUPERSEDED = "superseded"


class KeyPublished(BaseModel):
    """One public key of the issuer."""

    kid: str = Field(description="The key's name in statements, badges and the register.")
    purpose: Purpose = Field(description="What the issuer signs with it.")
    algorithm: str
    pem: str = Field(description="The public key or its certificate.")
    kty: Literal["OKP"] | None = Field(None, description="With `crv` and `x`, an Ed25519 key as JSON Web Key.")
    crv: Literal["Ed25519"] | None = None
    x: str | None = None
    valid_from: datetime | None = Field(None, description="Since when it signs; absent: not entered in the list yet.")
    valid_until: datetime | None = Field(None, description="When it was put aside; what it signed before stays good.")
    revoked_at: datetime | None = None
    reason: RevocationReason | None = Field(
        None,
        description="`superseded`: lost or replaced, never in other hands. `keyCompromise`: it was in other hands.",
    )
    compromised_since: datetime | None = Field(
        None, description="What entered the register since then does not count until it is signed anew."
    )


class KeysPublished(BaseModel):
    """Every key of the issuer, also those that sign no more."""

    keys: list[KeyPublished]


def listed(key: IssuerKey) -> KeyPublished:
    """Write what is public of a key in the list."""
    moments = {
        "valid_from": key.used_from, "valid_until": key.used_until, "revoked_at": key.revoked_at,
        "compromised_since": key.compromised_since,
    }  # fmt: skip
    known = {name: moment.astimezone(UTC) for name, moment in moments.items() if moment}
    return unlisted(public_keys.of_der(key.public_der), key.purpose).model_copy(
        update=known | ({"reason": _reason(key)} if key.revoked_at else {})
    )


def unlisted(half: PublicHalf, purpose: Purpose) -> KeyPublished:
    """Write what is public of a key that is in use and was not entered in the list."""
    said = KeyPublished(kid=half.key_id, purpose=purpose, algorithm=half.algorithm, pem=half.pem)
    if half.algorithm != _ED25519:
        return said
    raw = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    point = base64url.encode(public_keys.ed25519(half.spki).public_bytes(*raw))
    return said.model_copy(update={"kty": "OKP", "crv": _ED25519, "x": point})


def trusted_pem(content: bytes) -> bytes:
    """Give the keys of a document that files are checked with: without the register, none that was in other hands.

    Raises
    ------
    ValueError : it is no document of keys.
    """
    try:
        found = KeysPublished.model_validate_json(content).keys
    except ValidationError as wrong:
        raise ValueError(f"it is no list of keys as /verify/keys.json has it ({wrong.error_count()} faults)") from None
    return "\n".join(_blocks(found)).encode()


def _blocks(keys: Iterable[KeyPublished]) -> Iterable[str]:
    return (
        key.pem
        for key in keys
        if key.purpose is not Purpose.NATIONAL and key.reason is not RevocationReason.KEY_COMPROMISE
    )


def _reason(key: IssuerKey) -> RevocationReason:
    return RevocationReason.KEY_COMPROMISE if key.compromised_since else RevocationReason.SUPERSEDED
