"""What every method gives for every item, and the rounds of purification."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.dif.design import Design, Match
from kaoping.scoring.dif.significance import adjusted, chi_square_tail, half_width
from kaoping.scoring.dif.tables import Tables, tabulate, tabulate_forms
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True)
class Purification:
    """The items flagged in each round, and whether the last two rounds agree.

    ``cycle`` is the number of rounds after which the flags repeat themselves: 1 if they stand still, more if they go
    round in a circle, 0 if the limit was reached or purification was not asked for.
    """

    rounds: tuple[tuple[str, ...], ...]
    converged: bool
    cycle: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Screening:
    """Differential functioning of every item (k,) between a reference and one or more focal groups.

    ``persons`` (g, k) counts the persons behind an item by group; ``statistic`` has ``df`` degrees of freedom and the
    tail ``p``, ``adjusted_p`` allows for the number of items. ``effect`` is the size of the difference in the unit that
    the method states, with standard error ``se`` (``None`` where there is none). ``classes`` sorts the effects: A
    negligible, B moderate, C large. ``flagged`` is what the design's rule flags.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    persons: Floats
    statistic: Floats
    df: Floats
    p: Floats
    adjusted_p: Floats
    flagged: Flags
    effect: Floats
    se: Floats | None
    classes: tuple[str, ...]
    purification: Purification

    @property
    def interval(self) -> Floats | None:
        """(2, k) 95 % confidence interval of the effect, where it has a standard error."""
        if self.se is None:
            return None
        return np.stack([self.effect - half_width(self.se), self.effect + half_width(self.se)])

    def columns(self) -> dict[str, Sequence[Any]]:
        """Give everything that has one value per item, by name, as for a table."""
        every: dict[str, Sequence[Any]] = {"item": self.items}
        every |= {f"n_{name}": self.persons[number] for number, name in enumerate(self.groups)}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in {"items", "groups", "persons"} or value is None or np.shape(value) != (len(self.items),):
                continue
            every["class" if field.name == "classes" else field.name] = value
            if field.name == "se" and (ends := self.interval) is not None:
                every |= {"low": ends[0], "high": ends[1]}
        return every


@dataclass(frozen=True, eq=False)
class Compared:
    """What is compared: items, groups with the reference group first, and ``persons`` (g, k) behind each item."""

    items: tuple[str, ...]
    groups: tuple[str, ...]
    persons: Floats


Found = TypeVar("Found", bound=Screening)
UNPURIFIED = Purification((), converged=False, cycle=0)


def facts(of: Tables | Compared, design: Design, *, statistic: Floats, df: Floats) -> dict[str, Any]:
    """Give what follows for a `Screening` from the statistics (k,) and their degrees of freedom (k,)."""
    p = chi_square_tail(statistic, df)
    tail = adjusted(p, design.adjust)
    return {
        "items": of.items,
        "groups": of.groups,
        "persons": of.persons,
        "statistic": statistic,
        "df": df,
        "p": p,
        "adjusted_p": tail,
        "flagged": tail < design.level,
        "purification": UNPURIFIED,
    }


def compared(responses: ResponseMatrix, groups: tuple[str, ...]) -> Compared:
    """Give what is compared when no matching score is needed, so that every known answer counts.

    >>> compared(ResponseMatrix([[1, 0], [1, -1], [0, 0]], groups=["r", "f", "f"]), ("r", "f")).persons
    array([[1., 1.],
           [2., 1.]])
    """
    place = [responses.group_names.index(name) for name in groups]
    member = [responses.weights * (responses.group == number) for number in place]
    return Compared(responses.items, groups, np.stack([weight @ responses.presented for weight in member]))


def screened(
    responses: ResponseMatrix,
    design: Design,
    test: Callable[[Tables], Found],
    *,
    several: bool = False,
    match: Match | None = None,
    forms: bool = False,
) -> Found:
    """Test every item, again without the flagged ones among the anchors if the design says so.

    Parameters
    ----------
    test : gives the screening from the counts.
    several : whether the method takes more than two groups.
    match : the score to match on, if the method leaves no choice.
    forms : whether persons are matched only with those who answered the same items.
    """
    groups = design.every(responses) if several else design.pair(responses)

    count = tabulate_forms if forms else tabulate

    def once(anchors: Flags) -> Found:
        return test(count(responses, groups, anchors=anchors, match=match or design.match))

    return purified(once, design.anchored(responses), rounds=design.rounds if design.purify else 0)


def purified(test: Callable[[Flags], Found], anchors: Flags, *, rounds: int) -> Found:
    """Test with anchors (k,), and again without those that were flagged until the flags repeat themselves [1]_.

    References
    ----------
    .. [1] Candell, G. L., & Drasgow, F. (1988). An iterative procedure for linking metrics and assessing item bias in
       item response theory. *Applied Psychological Measurement*, 12, 253-260.
    """
    found = test(anchors)
    sets = [_named(found)]
    for _ in range(rounds):
        found = test(anchors & ~found.flagged)
        sets.append(_named(found))
        if sets[-1] in sets[:-1]:
            break
    cycle = sets[::-1].index(sets[-1], 1) if sets[-1] in sets[:-1] else 0
    return replace(found, purification=Purification(tuple(sets), converged=cycle == 1, cycle=cycle))


def _named(found: Screening) -> tuple[str, ...]:
    return tuple(item for item, flag in zip(found.items, found.flagged, strict=True) if flag)
