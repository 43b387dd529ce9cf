"""QR codes as vector pictures for print."""

import io
from collections.abc import Sequence

import segno

#: Modules of white on every side of a code.
QUIET = 4
# Any mask may be chosen; trying all eight takes most of the time of making a code.
_FIXED_MASK = 2


def qr_svg(text: str) -> bytes:
    """Draw a QR code of error level M with its quiet zone of four modules, as SVG that fills its box.

    >>> qr_svg("https://verify.example.cn/v/1").startswith(b"<svg")
    True
    """
    picture = io.BytesIO()
    code = segno.make(text, error="m", boost_error=False)
    code.save(picture, kind="svg", xmldecl=False, svgns=True, border=QUIET, omitsize=True, dark="#000")
    return picture.getvalue()


def modules(text: str) -> Sequence[bytes]:
    """Give the same code under a fixed mask as rows of modules from the top, 1 for dark.

    >>> len(modules("https://verify.example.cn/v/1"))
    29
    """
    return tuple(map(bytes, segno.make(text, error="m", boost_error=False, mask=_FIXED_MASK).matrix))
