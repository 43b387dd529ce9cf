"""Ed25519 keys that sign certificate statements: making, loading, naming.

The private key is a PEM file that its owner alone may read; a file that others may read is refused. The key id is
derived from the public key, so it names the same key on every machine.
"""

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kaoping.certificates.errors import KeyUnusable

_OTHERS = 0o077


def key_id(public_key: Ed25519PublicKey) -> str:
    """Name a public key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes."""
    raw = public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


class Cosigner(Protocol):
    """A second key that signs the same bytes beside, such as SM2 (`kaoping.certificates.sm2`)."""

    @property
    def key_id(self) -> str:
        """The key's name in the list of the issuer's keys."""

    def sign(self, message: bytes) -> bytes:
        """Sign some bytes."""


@dataclass(frozen=True)
class SigningKey:
    """A private key with its public half and name, and the key that signs beside it, if one does."""

    private_key: Ed25519PrivateKey
    beside: Cosigner | None = None

    @cached_property
    def public_key(self) -> Ed25519PublicKey:
        """The half that verifies."""
        return self.private_key.public_key()

    @cached_property
    def key_id(self) -> str:
        """The key's name in statements and in the list of published keys."""
        return key_id(self.public_key)

    @property
    def public_pem(self) -> bytes:
        """The public half as PEM, for publication."""
        return self.public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    @property
    def private_pem(self) -> bytes:
        """The private half as PKCS #8 PEM without a passphrase."""
        return self.private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def generate(path: Path) -> SigningKey:
    """Make a key and write it to a new file of mode 0600; an existing file is never overwritten (`KeyUnusable`)."""
    made = SigningKey(Ed25519PrivateKey.generate())
    write_new(path, made.private_pem)
    return made


def write_new(path: Path, key: bytes) -> None:
    """Write a key to a new file of mode 0600; an existing file is never overwritten (`KeyUnusable`)."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyUnusable(path=str(path), reason="the file exists already; a key is never overwritten") from None
    with os.fdopen(handle, "wb") as file:
        file.write(key)


def load(path: Path) -> SigningKey:
    """Read a key; raises `KeyUnusable` when it is absent, open to other users, or not an Ed25519 key."""
    return SigningKey(_ed25519(path, read_private(path)))


def read_private(path: Path) -> bytes:
    """Read a file that its owner alone may read; raises `KeyUnusable` when it is absent or open to other users."""
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise KeyUnusable(path=str(path), reason=error.strerror or "it cannot be read") from error
    if mode & _OTHERS:
        raise KeyUnusable(path=str(path), reason=f"other users may read it; run “chmod 600 {path}”")
    return content


def _ed25519(path: Path, pem: bytes) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyUnusable(path=str(path), reason="it is not a private key in PEM without a passphrase") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(path=str(path), reason="it is not an Ed25519 key")
    return key


def load_public(pem: bytes) -> Ed25519PublicKey:
    """Read a published key; raises ``ValueError`` when it is not an Ed25519 public key in PEM."""
    key = serialization.load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        message = "not an Ed25519 public key"
        raise ValueError(message)  # noqa: TRY004 - the content is wrong, not the type handed over
    return key
