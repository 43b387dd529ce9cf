"""Bitstring Status Lists: one bit for each certificate of an organisation, among 131,072 [1]_.

A certificate's place is drawn at random, so that a list shows neither how many certificates there are nor their order.

References
----------
.. [1] W3C (2025). *Bitstring Status List v1.0*.
"""

import gzip
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from kaoping.certificates.linked_data import CREDENTIALS
from kaoping.certificates.proofs import moment
from kaoping.itembank import base64url

LENGTH = 131_072


class Purpose(StrEnum):
    """What a set bit means."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


def encoded(places: Iterable[int]) -> str:
    """Write a list with some bits set, the first place being the highest bit; the same places give the same text."""
    bits = bytearray(LENGTH // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    return f"u{base64url.encode(gzip.compress(bytes(bits), 9, mtime=0))}"


def is_set(text: str, place: int) -> bool:
    """Whether the bit of a place is set.

    >>> is_set(encoded([7]), 7), is_set(encoded([7]), 8)
    (True, False)
    """
    bits = gzip.decompress(base64url.decode(text.removeprefix("u")))
    return bool(bits[place // 8] & 0x80 >> place % 8)


def status_list(url: str, purpose: Purpose, places: Iterable[int], *, did: str, since: datetime) -> dict[str, Any]:
    """Write a list as a credential, to be signed; ``since`` is when a bit last changed."""
    return {
        "@context": [CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": moment(since),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": encoded(places),
        },
    }
