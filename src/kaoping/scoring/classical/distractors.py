"""Who chose which option, and what that says about the item's key and distractors."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.classical.discrimination import correlation
from kaoping.scoring.classical.estimates import (
    LEAST_FOR_A_CORRELATION,
    LEAST_FOR_A_SHARE,
    Estimate,
    need,
    wilson,
)
from kaoping.scoring.classical.facility import share
from kaoping.scoring.errors import BadResponses, NoVariation

GROUPS = 5
"""Groups of rising score in a trace."""
RARE = 0.05
"""Share of the persons below which a distractor does no work [Haladyna & Downing 1993]."""


@dataclass(frozen=True, eq=False)
class Trace:
    """How often each option was chosen in groups of rising score.

    ``shares``, ``low``, ``high`` (g, m): share of group g that chose option m, with a Wilson interval; ``n`` (g,)
    persons in the group; ``mean_score`` (g,) their mean score.
    """

    options: tuple[str, ...]
    shares: Floats
    low: Floats
    high: Floats
    n: Whole
    mean_score: Floats


class Flag(StrEnum):
    """What a table of options says against an item. Each stands on an interval, not on a value alone."""

    UNCHOSEN = "nobody chose it"
    RARE = "fewer than 5 % chose it"
    RISING = "a distractor that is chosen more as the score rises"
    KEY_OUTDONE = "the key goes with the score less than this distractor does"
    KEY_FALLING = "the key is chosen less as the score rises"
    MISKEYED = "probably a wrong key: the best choose this distractor rather than the key"


@dataclass(frozen=True)
class Option:
    """One option of an item.

    ``share`` of the persons who chose it; ``mean_rest`` their mean score without the item, in marks, ``None`` if
    nobody did; ``point_biserial`` correlation of choosing it with that score, ``None`` if nobody or everybody chose it.
    """

    name: str
    key: bool
    share: Estimate
    mean_rest: float | None
    point_biserial: Estimate | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, eq=False)
class Options:
    """The options of an item, what was found against them, and their trace (``None`` if there are too few persons)."""

    options: tuple[Option, ...]
    trace: Trace | None

    @property
    def flags(self) -> tuple[tuple[str, Flag], ...]:
        """Give each flag with the option it belongs to."""
        return tuple((option.name, flag) for option in self.options for flag in option.flags)


def analyse_options(
    choices: Sequence[str | None],
    scores: Floats,
    *,
    key: Collection[str],
    options: Sequence[str] = (),
    weights: Floats | None = None,
    groups: int = GROUPS,
) -> Options:
    r"""Describe each option by how often it was chosen and by whom.

    The point-biserial correlation of an option is that of choosing it, as 0 or 1, with the score without the item. A
    distractor is flagged as rising if the interval of its correlation lies above 0, the key as falling if its own lies
    below; the key is outdone by the distractor of the largest correlation if that is surely larger (their intervals do
    not meet). A key is called probably wrong when a distractor rises, the key does not, and the highest group chose the
    distractor more often than the key. Options are rare when the interval of their share lies below 5 % [1]_.

    Parameters
    ----------
    choices : (n,) chosen option of each person; ``None`` for no answer.
    scores : (n,) score without this item, in marks.
    key : the right options.
    options : the options that the item offers; those that were chosen and the key, in order, if not given.
    weights : (n,) of the persons; ones if not given.

    Raises
    ------
    NotEnoughData
        There are fewer than 30 persons.
    NoVariation
        All scores are alike.
    BadResponses
        The key is not among the options.

    References
    ----------
    .. [1] Haladyna, T. M., & Downing, S. M. (1993). How many options is enough for a multiple-choice test item?
       *Educational and Psychological Measurement*, 53, 999-1010.

    >>> found = analyse_options(["A", "B"] * 50, np.tile([9.0, 4.0], 50) + np.arange(100) % 3, key="B", options="ABC")
    >>> found.flags[0]
    ('A', <Flag.RISING: 'a distractor that is chosen more as the score rises'>)
    """
    given = np.ones(len(scores)) if weights is None else weights
    need(len(scores), LEAST_FOR_A_CORRELATION, "A table of options")
    if np.ptp(scores) == 0:
        raise NoVariation(what="A table of options", item="score")
    names = tuple(options) or tuple(sorted({*key, *(choice for choice in choices if choice is not None)}))
    if not set(key) <= set(names):
        raise BadResponses(reason=f"the key {', '.join(sorted(key))} is not among the options {', '.join(names)}")
    chosen = _chosen(choices, names)
    found = [_option(name, name in key, column, scores, given) for name, column in zip(names, chosen.T, strict=True)]
    enough = len(scores) >= groups * LEAST_FOR_A_SHARE
    trace = distractor_trace(choices, scores, options=names, groups=groups, weights=given) if enough else None
    return Options(tuple(_flagged(option, found, trace) for option in found), trace)


def distractor_trace(
    choices: Sequence[str | None],
    scores: Floats,
    *,
    options: Sequence[str],
    groups: int = GROUPS,
    weights: Floats | None = None,
) -> Trace:
    """Divide persons by score into groups of about equal size and count what each group chose.

    Persons of one score stay in one group. For multiple choice, give one call per option set as a string such as "AC",
    or one call per letter with the others as None.

    Parameters
    ----------
    choices : (n,) chosen option of each person; None or an unlisted value counts in the group but for no option.
    scores : (n,) raw score, best without this item.
    options : the m options in order.
    weights : (n,) of the persons; ones if not given.

    Raises
    ------
    NotEnoughData
        Fewer than 10 persons per group, or all scores alike.

    >>> found = distractor_trace(["A", "B"] * 50, np.tile([0.0, 1.0], 50), options=["A", "B"], groups=2)
    >>> found.shares
    array([[1., 0.],
           [0., 1.]])
    """
    need(len(scores), groups * LEAST_FOR_A_SHARE, "A trace of options")
    given = np.ones(len(scores)) if weights is None else weights
    group = by_rank(scores, groups)
    mass = np.bincount(group, weights=given)
    hits = np.stack([np.bincount(group, weights=given * column) for column in _chosen(choices, options).T], axis=1)
    n = np.bincount(group)
    counted = mass**2 / np.bincount(group, weights=given**2)
    shares = hits / mass[:, None]
    low, high = wilson(shares * counted[:, None], counted[:, None])
    return Trace(tuple(options), shares, low, high, n, np.bincount(group, weights=given * scores) / mass)


def by_rank(scores: Floats, groups: int) -> Whole:
    """Group of each person (n,), 0 upwards: by mid-rank, so that ties stay together; empty groups are closed up.

    >>> by_rank(np.array([1.0, 2.0, 2.0, 9.0]), 2)
    array([0, 1, 1, 1])
    """
    place, n = np.unique(scores, return_inverse=True, return_counts=True)[1:]
    middle = (np.cumsum(n) - n / 2)[place] / len(scores)
    wanted = np.minimum((middle * groups).astype(np.int64), groups - 1)
    return np.unique(wanted, return_inverse=True)[1].astype(np.int64)


def _chosen(choices: Sequence[str | None], options: Sequence[str]) -> Floats:
    """Whether each person chose each option, (n, m)."""
    place = {option: number for number, option in enumerate(options)}
    codes = np.array([place.get(choice, -1) if choice is not None else -1 for choice in choices])
    return np.asarray(codes[:, None] == np.arange(len(options)), dtype=np.float64)


def _option(name: str, key: bool, chosen: Floats, scores: Floats, weights: Floats) -> Option:  # noqa: FBT001
    by = chosen > 0
    varies = bool(by.any() and not by.all())
    return Option(
        name=name,
        key=key,
        share=share(chosen, weights),
        mean_rest=float(np.average(scores[by], weights=weights[by])) if by.any() else None,
        point_biserial=correlation(chosen, scores, weights) if varies else None,
        flags=(),
    )


def _flagged(option: Option, every: Sequence[Option], trace: Trace | None) -> Option:
    keys = [other.point_biserial for other in every if other.key and other.point_biserial]
    best = max(keys, key=lambda found: found.value, default=None)
    own = option.point_biserial
    flags: list[Flag] = []
    if option.share.value == 0:
        flags = [Flag.UNCHOSEN]
    elif option.share.high < RARE and not option.key:
        flags = [Flag.RARE]
    if option.key and own and own.high < 0:
        flags.append(Flag.KEY_FALLING)
    if not option.key and own and own.low > 0:
        flags.append(Flag.RISING)
        if best and best.low <= 0 and trace and _preferred(option.name, every, trace):
            flags.append(Flag.MISKEYED)
    if not option.key and own and best and own.low > best.high and own.value == _strongest(every):
        flags.append(Flag.KEY_OUTDONE)
    return Option(option.name, option.key, option.share, option.mean_rest, own, tuple(flags))


def _strongest(every: Sequence[Option]) -> float:
    """Largest correlation of a distractor."""
    return max(other.point_biserial.value for other in every if other.point_biserial and not other.key)


def _preferred(name: str, every: Sequence[Option], trace: Trace) -> bool:
    """Whether the highest group chose this distractor more often than any key."""
    top = dict(zip(trace.options, trace.shares[-1], strict=True))
    return bool(top[name] > max(top[option.name] for option in every if option.key))
