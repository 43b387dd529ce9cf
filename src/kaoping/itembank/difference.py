"""What changed between two wordings: runs of text that stayed, came, or went, character by character."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

#: Latin words and numbers count as one; of Chinese every character counts.
_PIECE = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)*|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text: ``same`` in both, ``ins`` only in the new one, ``del`` only in the old one."""

    kind: Literal["same", "ins", "del"]
    text: str


def runs(old: str, new: str) -> list[Run]:
    """Give the runs that lead from the old wording to the new one."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    return list(_runs(before, after))


def _runs(before: list[str], after: list[str]) -> Iterator[Run]:
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            yield Run("same", "".join(before[i1:i2]))
            continue
        if i1 < i2:
            yield Run("del", "".join(before[i1:i2]))
        if j1 < j2:
            yield Run("ins", "".join(after[j1:j2]))
