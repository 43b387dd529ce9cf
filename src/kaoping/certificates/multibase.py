"""Base58 (the alphabet of Bitcoin) and keys as Multikey, as W3C credentials write them."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"


def base58(raw: bytes) -> str:
    """Write bytes in base 58; leading zero bytes become ones.

    >>> base58(b"Hello World!")
    '2NEpo7TZRRrLZSi2U'
    """
    value, digits = int.from_bytes(raw), ""
    while value:
        value, digit = divmod(value, 58)
        digits = _ALPHABET[digit] + digits
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def from_base58(text: str) -> bytes:
    """Read base 58; raises ``ValueError`` for a character outside the alphabet.

    >>> from_base58("2NEpo7TZRRrLZSi2U")
    b'Hello World!'
    """
    value = 0
    for letter in text:
        value = value * 58 + _ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8)


def multikey(key: Ed25519PublicKey) -> str:
    """Write an Ed25519 public key as Multikey."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return f"z{base58(_ED25519 + raw)}"
