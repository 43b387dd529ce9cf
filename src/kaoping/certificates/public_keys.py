"""Public halves as files hold them: what kind of key, its name and its fingerprint; private keys are turned away."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from kaoping.certificates import keys
from kaoping.certificates.errors import KeyIsPrivate, KeyNotPublic

SM2 = "SM2"
#: AlgorithmIdentifier of SM2 keys: id-ecPublicKey with the curve 1.2.156.10197.1.301 (GB/T 32918.5).
_SM2_ALGORITHM = bytes.fromhex("301306072a8648ce3d0201" + "06082a811ccf5501822d")
_SM2_HEAD = bytes.fromhex("3059") + _SM2_ALGORITHM


@dataclass(frozen=True, slots=True)
class PublicHalf:
    """A public key or a certificate of one: ``der`` as it is kept, ``spki`` the key alone."""

    key_id: str
    algorithm: str
    der: bytes
    spki: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key in groups of four, to be read out and compared."""
        digits = hashlib.sha256(self.spki).hexdigest().upper()
        return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))

    @property
    def pem(self) -> str:
        """The kept bytes as PEM."""
        label = "PUBLIC KEY" if self.der == self.spki else "CERTIFICATE"
        return _armoured(self.der, label)


def read(content: bytes) -> PublicHalf:
    """Read a public key or a certificate in PEM or DER.

    Raises
    ------
    KeyIsPrivate, KeyNotPublic
    """
    if b"PRIVATE KEY" in content:
        raise KeyIsPrivate
    return of_der(_der(content))


def of_der(der: bytes) -> PublicHalf:
    """Name the key in these bytes: a SubjectPublicKeyInfo or an X.509 certificate."""
    if der.startswith(_SM2_HEAD):
        return PublicHalf(_named(der), SM2, der, der)
    try:
        key = _certified(der) or serialization.load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyNotPublic from None
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if isinstance(key, Ed25519PublicKey):
        return PublicHalf(keys.key_id(key), "Ed25519", der, spki)
    return PublicHalf(_named(spki), _algorithm(key), der, spki)


def ed25519(der: bytes) -> Ed25519PublicKey:
    """Give the key of a statement; raises `KeyNotPublic` for a key of another kind."""
    key = serialization.load_der_public_key(der)
    if not isinstance(key, Ed25519PublicKey):
        raise KeyNotPublic
    return key


def _certified(der: bytes) -> PublicKeyTypes | None:
    try:
        certificate = x509.load_der_x509_certificate(der)
    except ValueError:
        return None
    return certificate.public_key()


def _named(spki: bytes) -> str:
    return hashlib.sha256(spki).hexdigest()[:16]


def _algorithm(key: object) -> str:
    match key:
        case RSAPublicKey():
            return f"RSA-{key.key_size}"
        case EllipticCurvePublicKey():
            return key.curve.name
    raise KeyNotPublic


def _der(content: bytes) -> bytes:
    if b"-----BEGIN" not in content:
        return content
    lines = content.split(b"-----BEGIN", 1)[1].splitlines()[1:]
    body = b"".join(lines).split(b"-----END", 1)[0]
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        raise KeyNotPublic from None


def _armoured(der: bytes, label: str) -> str:
    return f"-----BEGIN {label}-----\n" + base64.encodebytes(der).decode() + f"-----END {label}-----\n"
