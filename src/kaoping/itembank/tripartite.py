"""A key that no one person has: three shares, each sealed for officers who open theirs with a passphrase of their own.

The key of an archive is the exclusive-or of three random shares; any two of them tell nothing about it. A share is
sealed for an officer's public key (X25519, HKDF-SHA-256, AES-256-GCM), so that papers are archived without anybody's
passphrase. The private key is sealed under the passphrase (scrypt). Every sealed value is bound to its place.
"""

import os
import secrets
from collections.abc import Iterable
from functools import reduce
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

PARTIES: Final = 3
KEY: Final = 32
_NONCE, _SALT = 12, 16
#: Memory of a guess at a passphrase: 128 · r · n bytes, 32 MB.
_COST, _BLOCK = 2**15, 8


class NotOpened(Exception):
    """A passphrase, share or document does not open: the wrong one, another place, or damage."""


def new_pair(passphrase: str, place: str) -> tuple[bytes, bytes]:
    """Make an officer's pair: the public key, and the private key sealed under the passphrase."""
    private, salt = X25519PrivateKey.generate(), os.urandom(_SALT)
    wrapped = salt + sealed(private.private_bytes_raw(), _derived(passphrase, salt), place)
    return private.public_key().public_bytes_raw(), wrapped


def unlocked(wrapped: bytes, passphrase: str, place: str) -> X25519PrivateKey:
    """Open an officer's private key. Raises `NotOpened`."""
    salt, body = wrapped[:_SALT], wrapped[_SALT:]
    return X25519PrivateKey.from_private_bytes(opened(body, _derived(passphrase, salt), place))


def split(key: bytes) -> tuple[bytes, ...]:
    """Divide a key into three shares of its length, all of which are needed."""
    some = [secrets.token_bytes(len(key)) for _ in range(PARTIES - 1)]
    return (*some, joined([key, *some]))


def joined(shares: Iterable[bytes]) -> bytes:
    """Put a key together again from all its shares.

    >>> joined(split(b"a key")) == b"a key"
    True
    """
    return reduce(lambda one, other: bytes(a ^ b for a, b in zip(one, other, strict=True)), shares)


def sealed_for(public: bytes, share: bytes, place: str) -> bytes:
    """Seal a share for the holder of a public key."""
    once = X25519PrivateKey.generate()
    agreed = once.exchange(X25519PublicKey.from_public_bytes(public))
    mine = once.public_key().public_bytes_raw()
    return mine + sealed(share, _agreed(agreed, mine + public), place)


def opened_by(private: X25519PrivateKey, wrapped: bytes, place: str) -> bytes:
    """Open a share with the private key that it was sealed for. Raises `NotOpened`."""
    once, body = wrapped[:KEY], wrapped[KEY:]
    agreed = private.exchange(X25519PublicKey.from_public_bytes(once))
    return opened(body, _agreed(agreed, once + private.public_key().public_bytes_raw()), place)


def sealed(plain: bytes, key: bytes, place: str) -> bytes:
    """Encrypt under a key, bound to a place."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def opened(body: bytes, key: bytes, place: str) -> bytes:
    """Decrypt what `sealed` gave for the same place. Raises `NotOpened`."""
    try:
        return AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise NotOpened from None


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=KEY, n=_COST, r=_BLOCK, p=1).derive(passphrase.encode())


def _agreed(secret: bytes, publics: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=b"kaoping archive share" + publics).derive(secret)
