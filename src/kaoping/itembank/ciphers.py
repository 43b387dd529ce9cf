"""The two authenticated ciphers of sealed values: AES-256-GCM, and SM4-GCM (GB/T 32907-2016, RFC 8998).

Both take a nonce of 12 bytes and append a tag of 16, so that a value has the same length under either.
"""

from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher as Engine
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

NONCE = 12
TAG = 16


class Cipher(StrEnum):
    """What a key of the ring is for."""

    AES_256_GCM = "AES-256-GCM"
    SM4_GCM = "SM4-GCM"

    @property
    def key_bytes(self) -> int:
        """Length of its keys."""
        return 32 if self is Cipher.AES_256_GCM else 16

    @property
    def available(self) -> bool:
        """Whether the OpenSSL of this process has it."""
        try:
            encrypt(self, bytes(self.key_bytes), bytes(NONCE), b"", b"")
        except UnsupportedAlgorithm:
            return False
        return True


def of_key(key: bytes) -> Cipher:
    """Give the cipher that a key of this length is for."""
    return next(cipher for cipher in Cipher if cipher.key_bytes == len(key))


def encrypt(cipher: Cipher, key: bytes, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
    """Encrypt, and append the tag."""
    if cipher is Cipher.AES_256_GCM:
        return AESGCM(key).encrypt(nonce, plain, associated)
    working = Engine(SM4(key), GCM(nonce)).encryptor()
    working.authenticate_additional_data(associated)
    return working.update(plain) + working.finalize() + working.tag


def decrypt(cipher: Cipher, key: bytes, nonce: bytes, body: bytes, associated: bytes) -> bytes:
    """Decrypt what `encrypt` gave; ``InvalidTag`` and ``ValueError`` tell that it is something else."""
    if cipher is Cipher.AES_256_GCM:
        return AESGCM(key).decrypt(nonce, body, associated)
    working = Engine(SM4(key), GCM(nonce, body[-TAG:])).decryptor()
    working.authenticate_additional_data(associated)
    return working.update(body[:-TAG]) + working.finalize()
