"""Whole numbers as programs and forms write them."""

import re

_WHOLE = re.compile("[0-9]{1,9}")


def whole(text: str) -> int | None:
    """Read a whole number; figures of other scripts, such as ², and endless ones are none."""
    return int(text) if _WHOLE.fullmatch(text) else None
