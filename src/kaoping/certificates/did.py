"""The issuer as a decentralised identifier: ``did:web`` of the installation, and the document behind it [1]_.

A key that only went out of use stays among those that assert, because what it signed is still true; if it was revoked,
the time stands beside it. A key that was in other hands stays in the document too, but asserts nothing any more: nobody
can tell from a badge what it signed before.

References
----------
.. [1] W3C CCG. *did:web Method Specification*; W3C (2025). *Controlled Identifiers v1.0*, sections 2.2.2 and 2.2.3.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from kaoping.certificates import badge_keys
from kaoping.certificates.multibase import multikey
from kaoping.certificates.proofs import moment

_CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
]


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key by its name; when it was revoked, if it was; and whether it was in other hands."""

    name: str
    key: Ed25519PublicKey | RSAPublicKey
    revoked: datetime | None = None
    compromised: bool = False


def did_web(origin: str) -> str:
    """Name the issuer after the address of the installation.

    >>> did_web("https://cert.example.cn"), did_web("http://127.0.0.1:8000")
    ('did:web:cert.example.cn', 'did:web:127.0.0.1%3A8000')
    """
    return f"did:web:{urlsplit(origin).netloc.replace(':', '%3A')}"


def document(origin: str, keys: Iterable[PublishedKey]) -> dict[str, Any]:
    """Write the issuer's document with every key that was ever published."""
    did, known = did_web(origin), list(keys)
    return {
        "@context": _CONTEXTS,
        "id": did,
        "verificationMethod": [_method(did, one) for one in known],
        "assertionMethod": [f"{did}#{one.name}" for one in known if not one.compromised],
    }


def _method(did: str, published: PublishedKey) -> dict[str, Any]:
    material: dict[str, Any]
    if isinstance(published.key, Ed25519PublicKey):
        material = {"type": "Multikey", "publicKeyMultibase": multikey(published.key)}
    else:
        material = {"type": "JsonWebKey", "publicKeyJwk": badge_keys.jwk(published.key)}
    revoked = {"revoked": moment(published.revoked)} if published.revoked else {}
    return {"id": f"{did}#{published.name}", "controller": did} | material | revoked
