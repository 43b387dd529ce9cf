"""The RSA key of badges as JSON Web Tokens, which Open Badges certification asks for beside Ed25519.

It is a file of its own, readable by its owner alone, like the key that signs certificates.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from kaoping.certificates import keys
from kaoping.certificates.errors import KeyNotPublic, KeyUnusable
from kaoping.itembank import base64url

BITS = 3072
_LEAST_BITS = 2048


@dataclass(frozen=True)
class BadgeKey:
    """A private RSA key and what is published of it."""

    private_key: RSAPrivateKey

    @cached_property
    def key_id(self) -> str:
        """The key's name in tokens and in the list of published keys."""
        return key_id(self.public_key)

    @property
    def public_key(self) -> RSAPublicKey:
        """The half that verifies."""
        return self.private_key.public_key()

    def sign(self, content: bytes) -> bytes:
        """Sign as RS256 (PKCS #1 v1.5, SHA-256), which gives the same bytes each time."""
        return self.private_key.sign(content, padding.PKCS1v15(), hashes.SHA256())


def jwk(key: RSAPublicKey) -> dict[str, str]:
    """Write a public key as JSON Web Key."""
    numbers = key.public_numbers()
    return {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}


def key_id(key: RSAPublicKey) -> str:
    """Name a public key: the first 16 hexadecimal digits of the SHA-256 of its SubjectPublicKeyInfo."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:16]


def generate(path: Path) -> BadgeKey:
    """Make a key and write it to a new file of mode 0600; an existing file is never overwritten (`KeyUnusable`)."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    keys.write_new(path, pem)
    return BadgeKey(made)


def load(path: Path) -> BadgeKey:
    """Read a key; raises `KeyUnusable` when it is absent, open to other users, or not an RSA key of 2048 bits."""
    pem = keys.read_private(path)
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyUnusable(path=str(path), reason="it is not a private key in PEM without a passphrase") from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise KeyUnusable(path=str(path), reason=f"it is not an RSA key of {_LEAST_BITS} bits or more")
    return BadgeKey(key)


def of_der(der: bytes) -> RSAPublicKey:
    """Read a published key; raises `KeyNotPublic` for a key of another kind."""
    key = serialization.load_der_public_key(der)
    if not isinstance(key, RSAPublicKey):
        raise KeyNotPublic
    return key


def _number(value: int) -> str:
    return base64url.encode(value.to_bytes((value.bit_length() + 7) // 8))
