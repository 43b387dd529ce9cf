"""What changed between two wordings: runs of text that stayed, came, or went, character by character."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from kaoping.itembank.items import Revision

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


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the wording before and after."""

    place: str
    runs: tuple[Run, ...]

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return all(run.kind == "same" for run in self.runs)

    def side(self, kind: Literal["ins", "del"]) -> list[Run]:
        """Give the runs of one side: ``del`` for the old wording, ``ins`` for the new one."""
        return [run for run in self.runs if run.kind in {"same", kind}]


def between(old: Revision, new: Revision) -> list[Change]:
    """Set two revisions against each other, part by part, in the order of the new one."""
    before, after = parts(old), parts(new)
    places = [*after, *(place for place in before if place not in after)]
    return [Change(place, tuple(runs(before.get(place, ""), after.get(place, "")))) for place in places]


def parts(revision: Revision) -> dict[str, str]:
    """Give the parts of a wording as text: stem, each option by its letter, key, rationale, source and the rest.

    Bodies of all types are read alike: a list becomes one part for each of its members, ``option:A`` for options.
    """
    body = revision.body
    ordered = [name for name in _FIRST if name in body] + [name for name in body if name not in {*_FIRST, *_FORM}]
    found = {place: text for name in ordered for place, text in _parts(name, body[name]) if text}
    cited = (revision.source_standard, revision.source_edition, revision.source_clause)
    return found | {"source": " ".join(cited).strip(), "difficulty": str(revision.difficulty)}


_FIRST = ("stem", "options", "key", "rationale")
#: Members that say what form a document has, and nothing of its wording.
_FORM = ("type", "version")


def _parts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if name == "options" and isinstance(value, list):
        yield from ((f"option:{chr(65 + place)}", _plain(option)) for place, option in enumerate(value))
    elif name != "key" and isinstance(value, list):
        yield from ((f"{name}:{place}", _plain(member)) for place, member in enumerate(value, start=1))
    else:
        yield name, _plain(value)


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case dict():
            told = ((name, inner) for name, inner in value.items() if name not in _FORM and inner not in (None, ""))
            return "; ".join(f"{name}: {_plain(inner)}" for name, inner in told)
        case bool():
            return "√" if value else "×"
        case list():
            return ", ".join(_plain(inner) for inner in value)
        case _:
            return str(value)


def _runs(before: list[str], after: list[str]) -> Iterator[Run]:
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            yield Run("same", "".join(before[i1:i2]))
            continue
        if i1 < i2:
            yield Run("del", "".join(before[i1:i2]))
        if j1 < j2:
            yield Run("ins", "".join(after[j1:j2]))
