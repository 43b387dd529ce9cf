"""Examination of a whole test for two groups: purified odds in the classes of ETS, and the difference of shares."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Whole
from kaoping.scoring.dif.design import Design
from kaoping.scoring.dif.mantel_haenszel import DELTA_PER_LOGIT, mantel_haenszel
from kaoping.scoring.dif.standardisation import standardisation
from kaoping.scoring.errors import NotComparable, TooFewAnchors
from kaoping.scoring.responses import ResponseMatrix

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Size:
    """How much an item differs: class A, B or C, MH D-DIF with its error and p, and STD P-DIF."""

    size: str
    delta: float
    se: float
    p: float
    difference: float


@dataclass(frozen=True, slots=True)
class Examined:
    """One item: the persons of either group who answered it, and how much it differs if that could be said."""

    n_reference: int
    n_focal: int
    enough: bool
    found: Size | None


def examine(responses: ResponseMatrix, reference: str, focal: str, *, least: int) -> tuple[Examined, ...]:
    """Examine every item that at least so many persons of both groups answered, each within its form.

    The matching score is purified of the items that Mantel and Haenszel's test flags when the level holds for all items
    together (Benjamini and Hochberg); shares are standardised on the same score. An item that cannot be compared,
    because at equal scores all answers of a group are alike, is left out, and the others are examined without it.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items marked right or wrong.
    least : fewest persons of either group.

    Returns
    -------
    One entry for each of the k items.

    >>> rng = np.random.default_rng(5)
    >>> ability, harder = rng.standard_normal((1000, 1)), np.repeat([0.0, 1.2], 500)[:, None] * (np.arange(12) == 3)
    >>> right = ability - harder + rng.logistic(size=(1000, 12)) > np.linspace(-1.5, 1.5, 12)
    >>> answers = ResponseMatrix(right.astype(int), groups=["men"] * 500 + ["women"] * 500)
    >>> [one.found.size for one in examine(answers, "men", "women", least=200) if one.found.size != "A"]
    ['C']
    """
    group = np.array(responses.group_names)[responses.group]
    counts = np.stack([responses.presented[group == name].sum(axis=0) for name in (reference, focal)])
    enough = np.asarray((counts >= least).all(axis=0))
    found = _comparable(responses, np.flatnonzero(np.isin(group, (reference, focal))), np.flatnonzero(enough), (
        reference, focal,
    ))  # fmt: skip
    return tuple(
        Examined(int(counts[0, item]), int(counts[1, item]), bool(enough[item]), found.get(item))
        for item in range(responses.n_items)
    )


def _comparable(responses: ResponseMatrix, rows: Whole, columns: Whole, pair: tuple[str, str]) -> dict[int, Size]:
    """Leave out one item after the other until the rest can be compared."""
    groups = [responses.group_names[number] for number in responses.group[rows]]
    while len(columns):
        table = responses.answers[np.ix_(rows, columns)]
        part = ResponseMatrix(table, [str(column) for column in columns], groups=groups)
        try:
            return _sizes(part, pair)
        except NotComparable as refused:
            columns = columns[columns != int(refused.item)]
        except TooFewAnchors:
            break
    return {}


def _sizes(part: ResponseMatrix, pair: tuple[str, str]) -> dict[int, Size]:
    odds = mantel_haenszel(part, Design(*pair, level=LEVEL, adjust="bh", purify=True), forms=True)
    kept = tuple(name for name, flagged in zip(odds.items, odds.flagged, strict=True) if not flagged)
    shares = standardisation(part, Design(*pair, anchors=kept), forms=True)
    columns = zip(odds.items, odds.classes, odds.effect, odds.log_odds_se, odds.p, shares.effect, strict=True)
    return {
        int(name): Size(size, float(delta), float(-DELTA_PER_LOGIT * se), float(p), float(difference))
        for name, size, delta, se, p, difference in columns
    }
