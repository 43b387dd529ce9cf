"""Baked badges: a picture, SVG or PNG, that carries the credential within [1]_.

References
----------
.. [1] 1EdTech (2024). *Open Badges Specification 3.0*, section 5.3: element ``openbadges:credential``, chunk ``iTXt``
   with the keyword ``openbadgecredential``, never compressed.
"""

import re
import struct
import zlib
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"openbadgecredential"
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_IN_SVG = re.compile(
    r'<openbadges:credential(?:\s+verify="(?P<token>[\w.-]+)")?\s*>(?:\s*<!\[CDATA\[(?P<json>.*?)\]\]>)?', re.DOTALL
)


def baked_svg(picture: bytes, document: bytes) -> bytes:
    """Put a credential, as JSON, right behind the opening tag of an SVG picture."""
    head, tag, rest = picture.decode().partition("<svg ")
    attributes, _, body = rest.partition(">")
    carried = f"<openbadges:credential><![CDATA[{document.decode()}]]></openbadges:credential>"
    return f'{head}{tag}xmlns:openbadges="{_NAMESPACE}" {attributes}>{carried}{body}'.encode()


def baked_png(picture: bytes, document: bytes) -> bytes:
    """Put a credential, as JSON, into a PNG picture, behind its first chunk."""
    head_ends = len(_PNG) + 12 + int.from_bytes(picture[8:12])
    chunk = b"iTXt" + _KEYWORD + b"\0\0\0\0\0" + document
    carried = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return picture[:head_ends] + carried + picture[head_ends:]


def unbaked(picture: bytes) -> str | None:
    """Give the credential that a picture carries, JSON or token, or nothing."""
    if picture.startswith(_PNG):
        return next((text for kind, text in _chunks(picture) if kind == b"iTXt"), None)
    found = _IN_SVG.search(picture.decode(errors="replace"))
    return (found["token"] or (found["json"] or "").strip() or None) if found else None


def _chunks(picture: bytes) -> Iterator[tuple[bytes, str]]:
    """Go through the chunks of a PNG picture and give the texts under the keyword of badges."""
    place = len(_PNG)
    while place + 12 <= len(picture):
        length, kind = struct.unpack(">I4s", picture[place : place + 8])
        content = picture[place + 8 : place + 8 + length]
        keyword, _, rest = content.partition(b"\0")
        if kind == b"iTXt" and keyword == _KEYWORD and rest[:1] == b"\0":
            yield kind, rest[2:].split(b"\0", 2)[-1].decode(errors="replace")
        place += 12 + length
