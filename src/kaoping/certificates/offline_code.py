"""The offline code: what a certificate says, signed, in one QR code that a telephone opens as an address [1]_.

``HTTPS://HOST/V/`` and a COSE_Sign1 message in base 32: capitals and digits alone, so the code stays in the
alphanumeric mode of QR and needs no escape in an address. Whoever has the public key reads it without a network; online
the same code opens the page that also knows the state.

What is signed is a CBOR array, because each byte makes the squares smaller: form (1), number, name, last four of the
identity number, occupation, level, issuer, days from 1970 to the day of issue, the secret of the page, demonstration,
kind (empty: skill level), days from 1970 to the last day of validity (null: no limit).

References
----------
.. [1] IETF (2022). RFC 9052, *CBOR Object Signing and Encryption*.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kaoping.certificates.credential_errors import CodeTooLong, CodeUnreadable
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.statement import Award
from kaoping.certificates.wording import LEVELS
from kaoping.itembank import base64url

PATH = "/V/"
#: What 65 modules hold in alphanumeric mode at error level M: beyond that, readers miss codes of 30 mm in a picture of
#: 100 dpi that was compressed (JPEG 40) or turned by 15°.
MOST_CHARACTERS = 419
_TAIL = 4
#: What the words of anybody may lead to on the way to a signature that no published key made.
_UNREADABLE = (InvalidSignature, binascii.Error, ValueError, TypeError, LookupError, AttributeError, RecursionError)
_SIGN1, _ALGORITHM, _KEY_ID, _EDDSA = 18, 1, 4, -8
_FORM = 1
_FIRST_DAY = date(1970, 1, 1)
#: No code of ours is longer.
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Code:
    """What a genuine code says, and the key that signed it."""

    number: str
    name: str
    identity_tail: str
    occupation: str
    level: str
    issuer: str
    issued_on: date
    demonstration: bool
    query_key: str
    kind: CertificateKind
    valid_until: date | None
    key_id: str


def packed(award: Award, number: str, *, query_key: str, key: SigningKey) -> str:
    """Sign what a certificate says, in base 32; the same arguments give the same text.

    ``query_key`` is the secret by which the online page finds the certificate, base 64 for addresses.
    """
    import cbor2

    said = [
        _FORM,
        number,
        award.name,
        award.id_number[-_TAIL:],
        award.occupation,
        award.level,
        award.issuer,
        (award.issued_on - _FIRST_DAY).days,
        base64url.decode(query_key),
        award.demonstration,
        "" if award.kind is CertificateKind.SKILL_LEVEL else award.kind.value,
        (award.valid_until - _FIRST_DAY).days if award.valid_until else None,
    ]
    payload = cbor2.dumps(said)
    protected = cbor2.dumps({_ALGORITHM: _EDDSA, _KEY_ID: bytes.fromhex(key.key_id)})
    signature = key.private_key.sign(_signed_bytes(protected, payload))
    message = cbor2.dumps(cbor2.CBORTag(_SIGN1, [protected, {}, payload, signature]))
    return base64.b32encode(message).decode().rstrip("=")


def address(code: str, *, origin: str) -> str:
    """Give the address that is printed for a packed code.

    Raises
    ------
    CodeTooLong : names so long that 30 mm do not hold them at 0.4 mm a module.
    """
    text = f"{origin.upper()}{PATH}{code}"
    if len(text) > MOST_CHARACTERS:
        raise CodeTooLong(characters=len(text), most=MOST_CHARACTERS)
    return text


def write(award: Award, number: str, *, origin: str, query_key: str, key: SigningKey) -> str:
    """Write the printed code of a certificate; raises what `address` raises."""
    return address(packed(award, number, query_key=query_key, key=key), origin=origin)


def read(text: str, keys: Mapping[str, Ed25519PublicKey]) -> Code:
    """Read a code, whole or without its address, with the published keys alone.

    Raises
    ------
    CodeUnreadable : it is no code, was changed, or no published key signed it.
    """
    import cbor2

    code = text.strip().upper().rpartition(PATH)[2]
    if len(code) > _LONGEST:
        raise CodeUnreadable
    try:
        message = cbor2.loads(base64.b32decode(code + "=" * (-len(code) % 8)))
        protected, _, payload, signature = message.value
        key_id = cbor2.loads(protected)[_KEY_ID].hex()
        keys[key_id].verify(signature, _signed_bytes(protected, payload))
        return _code(cbor2.loads(payload), key_id)
    except (cbor2.CBORDecodeError, *_UNREADABLE):
        raise CodeUnreadable from None


def _signed_bytes(protected: bytes, payload: bytes) -> bytes:
    import cbor2

    return cbor2.dumps(["Signature1", protected, b"", payload])


def _code(said: Any, key_id: str) -> Code:
    form, number, name, tail, occupation, level, issuer, days, query_key, demonstration, kind, until = said
    if form != _FORM:
        raise CodeUnreadable
    return Code(
        number=number,
        name=name,
        identity_tail=tail,
        occupation=occupation,
        level=LEVELS.get(level, level),
        issuer=issuer,
        issued_on=_FIRST_DAY + timedelta(days=days),
        demonstration=demonstration,
        query_key=base64url.encode(query_key),
        kind=CertificateKind(kind) if kind else CertificateKind.SKILL_LEVEL,
        valid_until=None if until is None else _FIRST_DAY + timedelta(days=until),
        key_id=key_id,
    )
