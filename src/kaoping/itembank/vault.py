"""Encryption at rest, with the place of the value as associated data: AES-256-GCM or SM4-GCM, as each key says.

A sealed value is bound to ``table:row:field:key id``; moved to another row, column or key it does not open. Keys live
in a file outside the database and its backup; a person's data are sealed with a key of their own that is itself sealed
here, so that destroying that one key makes the data unreadable everywhere, backups included.

A process notices within a second that its key file has another current key, and at once when it meets a value under a
key that it does not know: keys are rotated while the system runs.
"""

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from cryptography.exceptions import InvalidTag

from kaoping.itembank.ciphers import NONCE, Cipher, decrypt, encrypt, of_key
from kaoping.itembank.errors import N_, ItemBankError

KEY_ID = 8
#: Seconds after which a process looks whether its key file has changed, before it seals.
LOOK = 1.0


class Unreadable(ItemBankError):
    """A sealed value does not open: another key, another place, or damage."""

    sentence = N_(
        "The sealed value at %(place)s cannot be opened with key %(key)s: moved, damaged, or sealed with a lost key."
    )


class KeysUnusable(ItemBankError):
    """The key file is missing or not private, or holds keys of a cipher that this machine lacks."""

    sentence = N_("The key file %(path)s cannot be used: %(reason)s.")


class KeyStays(ItemBankError):
    """A key cannot leave the ring."""

    sentence = N_("Key %(key)s stays in the ring: %(reason)s.")


class Vault:
    """A ring of data keys and the keys derived for look-ups and for the audit chain."""

    def __init__(self, keys: Mapping[str, bytes], current: str, *, source: Path | None = None) -> None:
        self._ring = (dict(keys), current)
        self._source, self._looked = source, monotonic()

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Identifiers of all keys, oldest first."""
        return tuple(self._ring[0])

    @property
    def current(self) -> str:
        """Identifier of the key that seals."""
        return self._ring[1]

    def cipher_of(self, key_id: str) -> Cipher:
        """Give the cipher of a key."""
        return of_key(self._ring[0][key_id])

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt under the current key; the result carries its key id and nonce."""
        if self._source and monotonic() - self._looked > LOOK:
            self._read_again()
        keys, current = self._ring
        nonce, key = os.urandom(NONCE), keys[current]
        return current.encode() + nonce + encrypt(of_key(key), key, nonce, plain, f"{place}:{current}".encode())

    def unseal(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what `seal` gave for the same place."""
        key_id = sealed[:KEY_ID].decode(errors="replace")
        nonce, body = sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :]
        if self._source and key_id not in self._ring[0]:
            self._read_again()
        try:
            key = self._ring[0][key_id]
            return decrypt(of_key(key), key, nonce, body, f"{place}:{key_id}".encode())
        except (KeyError, InvalidTag, ValueError):
            raise Unreadable(place=place, key=key_id) from None

    def _read_again(self) -> None:
        """Take over what the key file says now; one that cannot be read changes nothing."""
        self._looked = monotonic()
        with contextlib.suppress(KeysUnusable, OSError):
            if self._source:
                self._ring = load(self._source)._ring  # noqa: SLF001 - another vault

    def fingerprint(self, value: str, purpose: str) -> bytes:
        """HMAC-SHA256 of a value for one purpose, to find equal values without reading them.

        It is keyed by the first key of the ring, so that rotation does not lose what was stored.
        """
        first = next(iter(self._ring[0].values()))
        derived = hmac.digest(first, b"fingerprint:" + purpose.encode(), hashlib.sha256)
        return hmac.digest(derived, value.encode(), hashlib.sha256)


def new_ring(cipher: Cipher = Cipher.AES_256_GCM) -> dict[str, bytes]:
    """Make a ring with one fresh key."""
    return {secrets.token_hex(KEY_ID // 2): secrets.token_bytes(cipher.key_bytes)}


def create(path: Path, cipher: Cipher = Cipher.AES_256_GCM) -> Vault:
    """Write a new key file (mode 0600); an existing one is never overwritten."""
    _require(path, cipher)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _changing(path):
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            raise KeysUnusable(path=path, reason="it exists already and is never overwritten") from None
        _write(descriptor, {"keys": _entries(new_ring(cipher))})
    return load(path)


def load(path: Path) -> Vault:
    """Read a key file that only its owner may read; the last key of the ring is the current one."""
    try:
        keys = {key_id: _key_of(entry) for key_id, entry in _document(path)["keys"].items()}
        current = list(keys)[-1]
    except (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError):
        raise KeysUnusable(path=path, reason="it is not a key file of Kaoping") from None
    for cipher in {of_key(key) for key in keys.values()}:
        _require(path, cipher)
    return Vault(keys, current, source=path)


def rotate(path: Path, cipher: Cipher = Cipher.AES_256_GCM) -> Vault:
    """Add a fresh key to the file and make it current; older values stay readable."""
    _require(path, cipher)
    load(path)
    with _changing(path):
        document = _document(path)
        document["keys"] |= _entries(new_ring(cipher))
        _replace(path, document)
        return load(path)


def retire(path: Path, key_id: str) -> Path:
    """Take a key out of the ring into a file of its own beside it, which the operator destroys.

    Whether values remain under the key is asked by who calls.

    Raises
    ------
    KeyStays : it is the current one, or the first, on which fingerprints and the trail rest; or no such key.
    """
    load(path)
    with _changing(path):
        return _set_aside(path, key_id)


def _set_aside(path: Path, key_id: str) -> Path:
    ring = load(path)
    reasons = {ring.current: "it is the current one", ring.key_ids[0]: "fingerprints and the audit trail rest on it"}
    if key_id in reasons or key_id not in ring.key_ids:
        raise KeyStays(key=key_id, reason=reasons.get(key_id, "the ring has no such key"))
    document = _document(path)
    aside = path.with_name(f"{path.stem}-retired-{key_id}.json")
    _write(os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), {"keys": {key_id: document["keys"][key_id]}})
    del document["keys"][key_id]
    _replace(path, document)
    return aside


def _document(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_mode & 0o077:
            raise KeysUnusable(path=path, reason=f"others may read it; mend it with: chmod 600 {path}")
        document: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        raise KeysUnusable(
            path=path,
            reason="it does not exist; put your copy of it back, or, for a new installation, run: kaoping keys new",
        ) from None
    return document


def _entries(ring: Mapping[str, bytes]) -> dict[str, Any]:
    return {key_id: {"cipher": of_key(key).value, "key": key.hex()} for key_id, key in ring.items()}


def _key_of(entry: str | dict[str, str]) -> bytes:
    """Read a key; a bare text is one of AES-256-GCM, as files were written before there was a choice."""
    cipher, text = ("AES-256-GCM", entry) if isinstance(entry, str) else (entry["cipher"], entry["key"])
    key = bytes.fromhex(text)
    if of_key(key) is not Cipher(cipher):
        raise ValueError(cipher)
    return key


def _require(path: Path, cipher: Cipher) -> None:
    if not cipher.available:
        mend = "install the wheel of cryptography 46 or newer, or an OpenSSL 3.1 or newer built with SM4"
        raise KeysUnusable(path=path, reason=f"the OpenSSL of this machine lacks {cipher.value}; {mend}")


@contextlib.contextmanager
def _changing(path: Path) -> Iterator[None]:
    """Let one process at a time change a key file; then write what its folder says through to the disk too."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        os.fsync(folder)
    finally:
        os.close(folder)


def _replace(path: Path, document: object) -> None:
    temporary = path.with_suffix(".new")
    _write(os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), document)
    temporary.replace(path)


def _write(descriptor: int, document: object) -> None:
    """Write a key file through to the disk: a key that a power cut takes away takes the data with it."""
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
