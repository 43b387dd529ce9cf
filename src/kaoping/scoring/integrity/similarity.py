"""Screening pairs of persons block by block: the terms, the evidence, and what each test gives for a block."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.dif.significance import Adjustment
from kaoping.scoring.integrity.chances import Chances
from kaoping.scoring.integrity.errors import BadScreening, NothingToScreen
from kaoping.scoring.integrity.evidence import Evidence, Unjudged
from kaoping.scoring.integrity.pairs import EVERYBODY, Block, Comparison, Pairs

MOST_PAIRS = 12_000_000
"""Pairs that are kept at once: some fifty bytes each, and as many again for their adjusted p."""
FEW, FOLLOW = "too few items in common", "the matches follow from the abilities"
"""Why a pair is not judged."""
CLOSE = 0.2
"""Normal tail up to which the exact one is calculated."""


@dataclass(frozen=True)
class Terms:
    """How pairs are screened.

    Parameters
    ----------
    comparison : which pairs are compared.
    level, adjust : when a pair is flagged; see `Evidence`.
    least : fewest common items of a pair that is judged.
    corrected : account for abilities that were estimated from the answers themselves.
    rng : breaks ties at random, so that the level is kept exactly where abilities are known; mid-p if not given.
    """

    comparison: Comparison = EVERYBODY
    level: float = 0.01
    adjust: Adjustment = ""
    least: int = 1
    corrected: bool = True
    rng: np.random.Generator | None = None


USUAL = Terms()


@dataclass(frozen=True, eq=False, kw_only=True)
class Similarity(Evidence):
    """Evidence on p pairs of persons.

    Attributes
    ----------
    subjects : the pairs; of omega, copier and source.
    common : (p,) items that both answered.
    matches, expected : (p,) identical answers, and as many as the abilities let expect.
    wrong, expected_wrong : (p,) the same of identical wrong answers.
    apart : pairs that have fewer common items than asked for, or whose matches follow from the abilities.
    few : those among them that have fewer common items than asked for.
    unjudged : of pairs by name those that are not judged, and why; of others only their number is told.
    """

    subjects: Pairs
    common: Whole
    matches: Whole
    expected: Floats
    wrong: Whole
    expected_wrong: Floats
    apart: int
    few: int = 0


@dataclass(frozen=True, eq=False)
class Found:
    """What was found for the pairs of a block; arrays (p,)."""

    first: Whole
    second: Whole
    statistic: Floats
    p: Floats
    common: Floats
    matches: Floats
    expected: Floats
    wrong: Floats
    expected_wrong: Floats


Screen = Callable[[Chances, Block, Terms], Found]


def screened(name: str, chances: Chances, terms: Terms, screen: Screen, *, directed: bool = False) -> Similarity:
    """Screen all pairs that the terms ask for, block by block.

    Raises
    ------
    BadScreening
        There are more pairs than can be kept.
    NothingToScreen
        There is no pair that can be judged.
    """
    parts, number, named = [], 0, terms.comparison.named
    apart, unjudged = {FEW: 0, FOLLOW: 0}, _silent(named or (), chances.persons)
    for block in _blocks(chances, terms, directed=directed):
        number += len(block.first)
        if number > MOST_PAIRS:
            raise BadScreening(
                reason=f"there are more than {MOST_PAIRS} pairs; compare within rooms or among neighbours"
            )
        found = screen(chances, block, terms)
        judged = np.isfinite(found.p) & (found.common >= terms.least)
        for reason, places in ((FEW, found.common < terms.least), (FOLLOW, ~judged & (found.common >= terms.least))):
            apart[reason] += int(places.sum())
            if named:
                pairs = zip(found.first[places].tolist(), found.second[places].tolist(), strict=True)
                unjudged += [Unjudged((chances.persons[one], chances.persons[other]), reason) for one, other in pairs]
        parts.append(_some(found, judged))
    if not parts or not any(len(part["p"]) for part in parts):
        counts = f"{apart[FEW]} have fewer than {terms.least} items in common, of {apart[FOLLOW]} the matches follow"
        raise NothingToScreen(reason=f"of {number} pairs {counts} from the abilities")
    joined: dict[str, Any] = {label: np.concatenate([part[label] for part in parts]) for label in parts[0]}
    subjects = Pairs(chances.persons, joined.pop("first"), joined.pop("second"))
    return Similarity(
        name=name, subjects=subjects, level=terms.level, adjust=terms.adjust, noun="pairs", unjudged=tuple(unjudged),
        apart=sum(apart.values()), few=apart[FEW], **joined,
    )  # fmt: skip


def _silent(named: Sequence[tuple[str, str]], persons: tuple[str, ...]) -> list[Unjudged]:
    """Name the pairs of which a person is not there, since nothing is known of the person's answers."""
    there = set(persons)
    return [Unjudged(pair, "one of them has no answer") for pair in named if not there.issuperset(pair)]


def _blocks(chances: Chances, terms: Terms, *, directed: bool) -> Iterator[Block]:
    for block in terms.comparison.blocks(chances.persons):
        yield block
        if directed:
            yield block.turned()


def _some(found: Found, judged: Flags) -> dict[str, np.ndarray]:
    """Keep the pairs that can be judged, in as little room as they need."""
    kinds = dict.fromkeys(("first", "second"), np.int32) | dict.fromkeys(("common", "matches", "wrong"), np.int16)
    every = {label: getattr(found, label)[judged] for label in Found.__dataclass_fields__}
    return {label: np.rint(v).astype(kinds[label]) if label in kinds else v for label, v in every.items()}


def tail(normal: Floats, usable: Flags, exact: Callable[[Whole], Floats], *, close: float = CLOSE) -> Floats:
    """Upper tail (p,): exact for pairs whose normal tail is small, not a number for those that cannot be judged.

    ``exact`` is given the places of those pairs.
    """
    p = np.where(usable, normal, np.nan)
    near = np.flatnonzero(p <= close)
    if len(near):
        p[near] = exact(near)
    return p
