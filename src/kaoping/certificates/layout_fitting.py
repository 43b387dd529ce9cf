"""How a text is made to fit its box: the size at which it takes no more lines than it may.

The lines are counted from the widths of the characters, as a printer of Chinese breaks them: between any two Chinese
characters, between Latin words, never before a closing mark. The page itself is measured once more when it is set.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from kaoping.itembank import typefaces

MILLIMETRES_OF_A_POINT = 25.4 / 72
HALF = Decimal("0.5")
#: What stays together: a run of Latin letters, or one character with the closing marks after it.
_PIECE = re.compile(r"([!-~\u00a0-\u024f]+|\s+|.)([，。、；：？！）》”’」』】·]*)", re.DOTALL)
_ROUNDING = 1.002


def _pieces(text: str) -> Iterator[str]:
    return (found.group(0) for found in _PIECE.finditer(text))


def lines(text: str, *, size: Decimal, width: Decimal, weight: int = typefaces.REGULAR) -> int:
    """Count the lines that a text takes in a box of a width in millimetres.

    >>> lines("标准化从业人员", size=Decimal(12), width=Decimal(30))
    1
    >>> lines("标准化从业人员", size=Decimal(12), width=Decimal(20))
    2
    """
    room = float(width) / (float(size) * MILLIMETRES_OF_A_POINT) / _ROUNDING
    taken, used = 1, 0.0
    for piece in _pieces(text):
        wide = typefaces.advance(piece, weight=weight)
        if used + wide > room and used and not piece.isspace():
            taken, used = taken + 1, 0.0
        used += wide
        while used > room and len(piece) > 1:  # a word longer than a line is broken within
            taken, used = taken + 1, used - room
    return taken


def fitted(text: str, *, size: Decimal, smallest: Decimal, width: Decimal, most: int) -> Decimal:
    """Give the largest size from ``size`` down to ``smallest``, in halves of a point, at which a text fits its lines.

    At ``smallest`` it may still be too long; the printer then refuses it by name.
    """
    while size > smallest and lines(text, size=size, width=width) > most:
        size = max(size - HALF, smallest)
    return size
