"""Base64 for addresses and tokens (RFC 4648, section 5), without padding."""

import base64
from typing import Final

#: From these characters to those of plain Base64, whose own two become ones that it lacks.
_PLAIN: Final = str.maketrans("-_+/", "+/-_")


def encode(raw: bytes) -> str:
    """Write bytes.

    >>> encode(bytes([251, 255, 1, 2]))
    '-_8BAg'
    """
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Read what `encode` wrote; any other character raises ``ValueError``.

    >>> list(decode("-_8BAg"))
    [251, 255, 1, 2]
    """
    return base64.b64decode(text.translate(_PLAIN) + "=" * (-len(text) % 4), validate=True)
