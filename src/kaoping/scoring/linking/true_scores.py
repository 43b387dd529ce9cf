r"""True-score equating: the expected score on the target at the ability that expects the score on the start.

.. math:: e(x) = T_\text{target}(A t + B), \qquad T_\text{start}(t) = x, \qquad
          T(\theta) = \sum_j \sum_c c P_{jc}(\theta)

No ability expects less than the sum of the lower asymptotes, L. There scores are interpolated, so that 0 goes to 0 and
L to L of the target [1]_ (ch. 6.5.2); above the sum of the upper asymptotes likewise, up to full marks for full marks.

Standard errors by the delta method [2]_: with J the derivative of e(x) by the parameters of all calibrations that took
part, the link's included, the variance is J times their covariance times J'.

References
----------
.. [1] Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 6.
.. [2] Ogasawara, H. (2001). Item response theory true score equatings and their standard errors. *Journal of
   Educational and Behavioral Statistics*, 26, 31-50.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.errors import ScoreOutOfReach
from kaoping.scoring.linking.curves import by_parameter, curves
from kaoping.scoring.linking.equivalents import Equivalents, Scored, standard_errors
from kaoping.scoring.linking.links import Influence, Link, through
from kaoping.scoring.parameters import ItemParameters

WIDEST = 1000.0
"""Abilities (logits) between which the ability of a score is sought; beyond, curves are at their asymptotes."""
CYCLES = 200
CLOSE = 1e-12


def equate_true_scores(
    link: Link, *, start_items: Sequence[str] | None = None, target_items: Sequence[str] | None = None
) -> Equivalents:
    """Equate the scores on the link's start to those on its target.

    Parameters
    ----------
    start_items, target_items : names of the items that count in the scores; all if not given.

    Raises
    ------
    ScoreOutOfReach
        A test curve does not rise to a score.

    >>> from kaoping.scoring.linking.forms import Form
    >>> x = Form(ItemParameters.logistic([1.0, 1.0], [0.0, 0.0]))
    >>> y = Form(ItemParameters.logistic([1.0, 1.0], [1.0, 1.0]))
    >>> equate_true_scores(Link("given", x, y, 1.0, 0.0)).equated.round(3)
    array([0.   , 0.538, 2.   ])
    """
    start, target = Scored.of(link.start, start_items), Scored.of(link.target, target_items)
    scores = np.arange(start.largest + 1.0)
    old = _ends(start.items)
    _refuse(np.array([old.low]), np.array([old.high <= old.low]))
    inside = (scores > old.low) & (scores < old.high)
    below = scores <= old.low
    found = _Found(np.empty_like(scores), np.where(below, -np.inf, np.inf), [])
    _between(found, inside, link, start, target)
    _low(found, below, start, target)
    _high(found, ~inside & ~below, start, target)
    see = standard_errors(found.influences)
    return Equivalents("irt-true", scores, found.equated, see, found.theta)


@dataclass(frozen=True, eq=False)
class _Found:
    """What is filled in from three sides."""

    equated: Floats
    theta: Floats
    influences: list[Influence]

    def owe(self, scored: Scored, where: Flags, derivative: Floats) -> None:
        """Note what the equivalents of some scores owe to the items, (r, p)."""
        whole = np.zeros((len(where), derivative.shape[1]))
        whole[where] = derivative
        self.influences.append(scored.influence(whole))


@dataclass(frozen=True, eq=False)
class _Ends:
    """Expected scores at the lowest and the highest ability, with their derivatives by the parameters, (P,) each."""

    low: float
    high: float
    low_by: Floats
    high_by: Floats


def _ends(items: ItemParameters) -> _Ends:
    ends = np.array([-WIDEST, WIDEST])
    low, high = items.expected(ends).sum(axis=0)
    by = by_parameter(items, ends, _points(items))
    return _Ends(_whole(low), _whole(high), by[:, 0], by[:, 1])


def _whole(score: float) -> float:
    """Take a sum of asymptotes that is a whole number but for rounding as that number."""
    return float(round(score)) if abs(score - round(score)) < CLOSE * 1000 else float(score)


def _points(items: ItemParameters) -> Floats:
    return np.arange(float(items.most_categories))[:, None]


def _between(found: _Found, where: Flags, link: Link, start: Scored, target: Scored) -> None:
    scores = np.flatnonzero(where).astype(np.float64)
    if not len(scores):
        return
    t = abilities_expecting(scores, start.items)
    theta = link.carry(t)
    found.theta[where] = theta
    found.equated[where] = target.items.expected(theta).sum(axis=0)
    rise_old, rise_new = _rise(start.items, t), _rise(target.items, theta)
    ratio = link.slope * rise_new / rise_old
    found.owe(start, where, -ratio[:, None] * by_parameter(start.items, t, _points(start.items)).T)
    found.owe(target, where, by_parameter(target.items, theta, _points(target.items)).T)
    by_line = np.zeros((len(where), 2))
    by_line[where] = np.stack([rise_new * t, rise_new], axis=1)
    found.influences.extend(through(link, by_line))


def _low(found: _Found, where: Flags, start: Scored, target: Scored) -> None:
    old, new = _ends(start.items), _ends(target.items)
    if not old.low > 0:
        found.equated[where] = 0.0
        return
    share = np.flatnonzero(where) / old.low
    found.equated[where] = share * new.low
    found.owe(start, where, -(share * new.low / old.low)[:, None] * old.low_by)
    found.owe(target, where, share[:, None] * new.low_by)


def _high(found: _Found, where: Flags, start: Scored, target: Scored) -> None:
    old, new = _ends(start.items), _ends(target.items)
    room = start.largest - old.high
    if not room > 0:
        found.equated[where] = target.largest
        return
    share = (start.largest - np.flatnonzero(where)) / room
    lost = target.largest - new.high
    found.equated[where] = target.largest - share * lost
    found.owe(start, where, -(share * lost / room)[:, None] * old.high_by)
    found.owe(target, where, share[:, None] * new.high_by)


def _rise(items: ItemParameters, theta: Floats) -> Floats:
    """Slope of the test curve, (q,), points per logit."""
    return np.asarray(np.einsum("kmq,m->q", curves(items, theta).slope, np.arange(items.most_categories)))


def abilities_expecting(scores: Floats, items: ItemParameters) -> Floats:
    """Find the abilities (s,) in logits whose expected scores are given, by Newton's method between bounds.

    Raises
    ------
    ScoreOutOfReach
        A score is not between the ends of the test curve, or the curve does not rise there.

    >>> abilities_expecting(np.array([0.5, 1.0]), ItemParameters.logistic([1.0, 1.0], [0.0, 0.0])).round(4)
    array([-1.0986,  0.    ])
    """
    low, high = np.full(len(scores), -WIDEST), np.full(len(scores), WIDEST)
    ends = items.expected(np.array([-WIDEST, WIDEST])).sum(axis=0)
    _refuse(scores, (scores <= ends[0]) | (scores >= ends[1]))
    theta = np.zeros(len(scores))
    for _ in range(CYCLES):
        miss = items.expected(theta).sum(axis=0) - scores
        low, high = np.where(miss < 0, theta, low), np.where(miss > 0, theta, high)
        rise = _rise(items, theta)
        newton = theta - miss / np.where(rise > 0, rise, np.inf)
        usable = (rise > 0) & (newton > low) & (newton < high)
        moved = np.where(miss == 0, theta, np.where(usable, newton, (low + high) / 2))
        step, theta = np.abs(moved - theta), moved
        if (step <= CLOSE * np.maximum(1.0, np.abs(theta))).all():
            break
    _refuse(scores, ~(_rise(items, theta) > 0))
    return theta


def _refuse(scores: Floats, where: Flags) -> None:
    if where.any():
        raise ScoreOutOfReach(score=float(scores[where][0]))
