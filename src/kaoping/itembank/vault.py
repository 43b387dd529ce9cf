"""Encryption at rest: AES-256-GCM with the place of the value as associated data.

A sealed value is bound to ``table:row:field:key id``; moved to another row, column or key it does not open. Keys live
in a file outside the database and its backup; a person's data are sealed with a key of their own that is itself sealed
here, so that destroying that one key makes the data unreadable everywhere, backups included.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kaoping.itembank.errors import N_, ItemBankError

NONCE = 12
KEY_ID = 8


class Unreadable(ItemBankError):
    """A sealed value does not open: another key, another place, or damage."""

    sentence = N_(
        "The sealed value at %(place)s cannot be opened with key %(key)s: moved, damaged, or sealed with a lost key."
    )


class KeysUnusable(ItemBankError):
    """The key file is missing or not private."""

    sentence = N_("The key file %(path)s cannot be used: %(reason)s.")


class Vault:
    """A ring of data keys and the keys derived for look-ups and for the audit chain."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        self._keys = dict(keys)
        self.current = current

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Identifiers of all keys, oldest first."""
        return tuple(self._keys)

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt under the current key; the result carries its key id and nonce."""
        nonce = os.urandom(NONCE)
        associated = f"{place}:{self.current}".encode()
        return self.current.encode() + nonce + AESGCM(self._keys[self.current]).encrypt(nonce, plain, associated)

    def unseal(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what `seal` gave for the same place."""
        key_id = sealed[:KEY_ID].decode(errors="replace")
        nonce, body = sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :]
        try:
            return AESGCM(self._keys[key_id]).decrypt(nonce, body, f"{place}:{key_id}".encode())
        except (KeyError, InvalidTag):
            raise Unreadable(place=place, key=key_id) from None

    def fingerprint(self, value: str, purpose: str) -> bytes:
        """HMAC-SHA256 of a value for one purpose, to find equal values without reading them.

        It is keyed by the first key of the ring, so that rotation does not lose what was stored.
        """
        first = next(iter(self._keys.values()))
        derived = hmac.digest(first, b"fingerprint:" + purpose.encode(), hashlib.sha256)
        return hmac.digest(derived, value.encode(), hashlib.sha256)


def new_ring() -> dict[str, str]:
    """Make a ring with one fresh key, as it is stored in the key file."""
    return {secrets.token_hex(KEY_ID // 2): secrets.token_hex(32)}


def create(path: Path) -> Vault:
    """Write a new key file (mode 0600); an existing one is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise KeysUnusable(path=path, reason="it exists already and is never overwritten") from None
    _write(descriptor, {"keys": new_ring()})
    return load(path)


def load(path: Path) -> Vault:
    """Read a key file that only its owner may read; the last key of the ring is the current one."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeysUnusable(path=path, reason=f"others may read it; mend it with: chmod 600 {path}")
        ring: dict[str, str] = json.loads(path.read_text())["keys"]
    except FileNotFoundError:
        raise KeysUnusable(
            path=path,
            reason="it does not exist; put your copy of it back, or, for a new installation, run: kaoping keys new",
        ) from None
    except (ValueError, KeyError, TypeError):
        raise KeysUnusable(path=path, reason="it is not a key file of Kaoping") from None
    return Vault({key_id: bytes.fromhex(value) for key_id, value in ring.items()}, list(ring)[-1])


def rotate(path: Path) -> Vault:
    """Add a fresh key to the file and make it current; older values stay readable."""
    load(path)
    document = json.loads(path.read_text())
    document["keys"] |= new_ring()
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    _write(descriptor, document)
    temporary.replace(path)
    return load(path)


def _write(descriptor: int, document: object) -> None:
    """Write a key file through to the disk: a key that a power cut takes away takes the data with it."""
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
