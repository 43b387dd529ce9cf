"""Simplified and traditional characters made one 繁简, phrase by phrase: 乾坤 stays and 乾燥 becomes 干燥.

The tables are those of OpenCC, whose conversion this is.
"""

from functools import cache

from opencc import OpenCC


def simplified(text: str) -> str:
    """Write a text in simplified characters.

    >>> simplified("標準化")
    '标准化'
    """
    return str(_converter().convert(text))


@cache
def _converter() -> OpenCC:
    """Read the tables once per process; converting changes nothing in them."""
    return OpenCC("t2s")
