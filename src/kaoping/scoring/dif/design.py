"""How groups are compared: who with whom, matched on what, and when an item is flagged."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kaoping.scoring.arrays import Flags
from kaoping.scoring.dif.significance import Adjustment
from kaoping.scoring.errors import BadDesign
from kaoping.scoring.responses import ResponseMatrix

Match = Literal["total", "rest"]
PAIR = 2


@dataclass(frozen=True)
class Design:
    """Who is compared with whom, on which items persons are matched, and when an item is flagged.

    Parameters
    ----------
    reference, focal : names of the two groups. If one is missing it is the other of two groups; if both are, the
        reference is the group of the first person. Persons of other groups are left out.
    match : the score on which persons are matched: "total" of the anchors and the item under study, or "rest", the
        anchors without it.
    anchors : names of the items to match on; all items if not given.
    level : an item is flagged if its (adjusted) p lies below.
    adjust : how p is adjusted for the number of items: "" not at all, "bonferroni", or "bh" for Benjamini-Hochberg.
    purify : match again without the flagged items until the flags stand still.
    rounds : most rounds of purification after the first.

    Raises
    ------
    BadDesign
        The level is not between 0 and 1, or there are fewer than one round.

    >>> Design(focal="women", purify=True).match
    'total'
    """

    reference: str = ""
    focal: str = ""
    match: Match = "total"
    anchors: tuple[str, ...] = ()
    level: float = 0.05
    adjust: Adjustment = ""
    purify: bool = False
    rounds: int = 10

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise BadDesign(reason=f"the level {self.level} is not between 0 and 1")
        if self.rounds < 1:
            raise BadDesign(reason="purification needs at least one round")

    def pair(self, responses: ResponseMatrix) -> tuple[str, str]:
        """Give the names of reference and focal group.

        Raises
        ------
        BadDesign
            A name is unknown, or of more than two groups not both are named.

        >>> Design(focal="a").pair(ResponseMatrix([[0], [1]], groups=["a", "b"]))
        ('b', 'a')
        """
        names = responses.group_names
        known = [_known(name, names) for name in (self.reference, self.focal) if name]
        others = [name for name in names if name not in known]
        if len(known) < PAIR and len(known) + len(others) != PAIR:
            raise BadDesign(reason=f"{_count(names)}; name the reference and the focal group")
        reference = self.reference or others[0]
        focal = self.focal or others[-1]
        if reference == focal:
            raise BadDesign(reason=f"{reference} is both the reference and the focal group")
        return reference, focal

    def every(self, responses: ResponseMatrix) -> tuple[str, ...]:
        """Give the names of the reference and of all focal groups; one only if ``focal`` names it.

        Raises
        ------
        BadDesign
            A name is unknown, or there is one group only.
        """
        names = responses.group_names
        if self.focal or len(names) <= PAIR:
            return self.pair(responses)
        reference = _known(self.reference or names[0], names)
        return reference, *(name for name in names if name != reference)

    def anchored(self, responses: ResponseMatrix) -> Flags:
        """Tell which items persons are matched on, (k,).

        Raises
        ------
        BadDesign
            An anchor is no item of the table.
        """
        if not self.anchors:
            return np.ones(responses.n_items, dtype=bool)
        if strange := [name for name in self.anchors if name not in responses.items]:
            raise BadDesign(reason=f"the anchor {strange[0]} is no item of the table")
        return np.array([name in self.anchors for name in responses.items])


PLAIN = Design()


def _known(name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        raise BadDesign(reason=f"there is no group {name}; there are {', '.join(names)}")
    return name


def _count(names: tuple[str, ...]) -> str:
    if names == ("",):
        return "there are no groups"
    return (
        f"there is one group ({names[0]})" if len(names) == 1 else f"there are {len(names)} groups ({', '.join(names)})"
    )
