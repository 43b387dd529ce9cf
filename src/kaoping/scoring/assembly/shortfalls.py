"""What papers cannot meet, and by how much, in sentences that can be translated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kaoping.scoring.errors import ScoringError

SUPPLY: Final = (
    "%(row)s, %(type)s: %(papers)d papers need %(needed)d items and the pool has %(available)d; %(short)d are missing."
)
CROWDED: Final = (
    "%(row)s, %(type)s: %(papers)d papers need %(needed)d items, but with one item per point, no item twice and no "
    "enemies together only %(placed)d can be placed; %(short)d are missing."
)
COUNT: Final = "Paper %(paper)d takes %(taken)d items of %(row)s, %(type)s; the rule asks for %(asked)d."
MARKS: Final = "A paper of these items cannot have %(asked)s marks; the nearest differs by %(short)s."
TOO_HARD: Final = (
    "The papers are too hard: the mean expected score must be at least %(limit).2f marks; "
    "the nearest papers miss that by %(short).2f."
)
TOO_EASY: Final = (
    "The papers are too easy: the mean expected score must be at most %(limit).2f marks; "
    "the nearest papers miss that by %(short).2f."
)
MEANS: Final = (
    "The mean expected scores of the papers must lie within %(limit).2f marks of each other; "
    "the nearest papers exceed that by %(short).2f."
)
CURVES: Final = (
    "The characteristic curves of the papers must lie within %(limit).2f marks of each other; "
    "the nearest papers exceed that by %(short).2f."
)
PAPERS: Final = "There are %(taken)d papers; the rules ask for %(asked)d."
POINT: Final = "Paper %(paper)d has %(taken)d items on point %(point)s; only one is allowed."
SHARED: Final = "Item %(item)s is in %(taken)d papers; papers must not share items."
ENEMIES: Final = "Paper %(paper)d holds items that must not meet: %(items)s."
UNUSABLE: Final = "Item %(item)s is in paper %(paper)d but may not be used."
UNKNOWN: Final = "Item %(item)s in paper %(paper)d is not in the pool."


@dataclass(frozen=True)
class Shortfall:
    """One rule that is not met: a sentence with ``%(fact)s`` places, its facts, and the size of the miss."""

    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.facts


class Infeasible(ScoringError):
    """The papers cannot meet the rules; ``shortfalls`` says which, and by how much."""

    sentence = "No papers meet the rules. %(reasons)s"

    def __init__(self, shortfalls: Iterable[Shortfall] = (), **facts: Any) -> None:
        found = tuple(shortfalls) or facts["shortfalls"]
        super().__init__(shortfalls=found, reasons=" ".join(map(str, found)))


class Undecided(ScoringError):
    """Time ran out before papers were found or proven impossible."""

    sentence = "No papers were found within %(seconds)d seconds; it is not proven that there are none."


class BadPool(ScoringError):
    """The columns of a pool, or the rules on it, contradict themselves."""

    sentence = "The pool cannot be used: %(reason)s."
