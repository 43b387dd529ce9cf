"""Builders of credentials: fixed keys, a home, a badge."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kaoping.certificates.badge_keys import BadgeKey
from kaoping.certificates.credential import Badge, Home, Place
from kaoping.certificates.keys import SigningKey

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEYS = {KEY.key_id: KEY.public_key}
HOME = Home("https://cert.example.cn", "demo")
SINCE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@cache
def an_rsa_key() -> BadgeKey:
    return BadgeKey(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def a_badge(**changes: Any) -> Badge:
    said: dict[str, Any] = {"id": UUID(int=7), "place": Place(1, 42), "secret": "k7sLq", "since": SINCE}
    return Badge(**said | changes)
