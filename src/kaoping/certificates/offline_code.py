"""The offline code: what a certificate says, signed, in one QR code that a telephone opens as an address [1]_.

``HTTPS://HOST/V/`` and a COSE_Sign1 message in base 32: capitals and digits alone, so the code stays in the
alphanumeric mode of QR and needs no escape in an address. Whoever has the public key reads it without a network; online
the same code opens the page that also knows the state.

The message is a CBOR Web Token: issuer (1), day of issue as seconds (6), and under -260 the words of the face with keys
of one letter. Of the identity number it holds the last four characters.

References
----------
.. [1] IETF (2022). RFC 9052, *CBOR Object Signing and Encryption*; RFC 8392, *CBOR Web Token*.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kaoping.certificates.credential_errors import CodeTooLong, CodeUnreadable
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.statement import Award

PATH = "/V/"
#: 30 mm at 0.4 mm a module.
MOST_MODULES = 75
_TAIL = 4
_SIGN1, _ALGORITHM, _KEY_ID, _EDDSA = 18, 1, 4, -8
_ISSUER, _ISSUED, _FACE = 1, 6, -260
#: A code of 73 modules holds fewer bytes than this.
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
    key_id: str


def write(award: Award, number: str, *, origin: str, query_key: str, key: SigningKey) -> str:
    """Write the code of a certificate; the same arguments give the same text.

    ``query_key`` is the secret by which the online page finds the certificate.

    Raises
    ------
    CodeTooLong : names so long that 30 mm do not hold them at 0.4 mm a module.
    """
    import cbor2

    face = {
        "n": number,
        "p": award.name,
        "i": award.id_number[-_TAIL:],
        "o": award.occupation,
        "l": award.level_name,
        "q": query_key,
    } | ({"d": True} if award.demonstration else {})
    noon = datetime(award.issued_on.year, award.issued_on.month, award.issued_on.day, 12, tzinfo=UTC)
    payload = cbor2.dumps({_ISSUER: award.issuer, _ISSUED: int(noon.timestamp()), _FACE: face})
    protected = cbor2.dumps({_ALGORITHM: _EDDSA, _KEY_ID: bytes.fromhex(key.key_id)})
    signature = key.private_key.sign(_signed_bytes(protected, payload))
    message = cbor2.dumps(cbor2.CBORTag(_SIGN1, [protected, {}, payload, signature]))
    text = f"{origin.upper()}{PATH}{base64.b32encode(message).decode().rstrip('=')}"
    return _fitting(text)


def _fitting(text: str) -> str:
    import segno

    modules = segno.make(text, error="m", boost_error=False).symbol_size(border=0)[0]
    if modules > MOST_MODULES:
        raise CodeTooLong(modules=modules, most=MOST_MODULES)
    return text


def read(text: str, keys: Mapping[str, Ed25519PublicKey]) -> Code:
    """Read a code, whole or without its address, with the published keys alone.

    Raises
    ------
    CodeUnreadable : it is no code, was changed, or no published key signed it.
    """
    import cbor2

    packed = text.strip().upper().rpartition(PATH)[2]
    if len(packed) > _LONGEST:
        raise CodeUnreadable
    try:
        message = cbor2.loads(base64.b32decode(packed + "=" * (-len(packed) % 8)))
        protected, _, payload, signature = message.value
        key_id = cbor2.loads(protected)[_KEY_ID].hex()
        keys[key_id].verify(signature, _signed_bytes(protected, payload))
        return _code(cbor2.loads(payload), key_id)
    except (InvalidSignature, cbor2.CBORDecodeError, binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        raise CodeUnreadable from None


def _signed_bytes(protected: bytes, payload: bytes) -> bytes:
    import cbor2

    return cbor2.dumps(["Signature1", protected, b"", payload])


def _code(claims: dict[Any, Any], key_id: str) -> Code:
    face = claims[_FACE]
    return Code(
        number=face["n"],
        name=face["p"],
        identity_tail=face["i"],
        occupation=face["o"],
        level=face["l"],
        issuer=claims[_ISSUER],
        issued_on=datetime.fromtimestamp(claims[_ISSUED], UTC).date(),
        demonstration=face.get("d", False),
        query_key=face["q"],
        key_id=key_id,
    )
