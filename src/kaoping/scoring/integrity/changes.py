r"""Answers that were changed: whether more of them became right than ability, or what is usual, explains.

For the items E of a person whose answer was changed, X of the last answers are right. With the ability that the
*unchanged* answers U show,

.. math::

    P(X = x) = \int f_E(x \mid \theta)\, p(\theta \mid U)\, d\theta, \qquad
    \mathrm{EDI} = \frac{X - E(X) - 1/2}{SD(X)}

where :math:`f_E` is the compound binomial distribution of the chances to be right. For a known ability this is the
erasure detection index of Wollack, Cohen and Eckerly [1]_ with its exact tail [2]_; the integral accounts for an
ability that is known from few answers only. For a group of persons the distributions are convolved [3]_. The
population is estimated from the unchanged answers of everybody, with a mean of its own for each group that is judged:
to be able is no evidence.

What is usual for persons who reconsider an answer may be better than the model says. With ``base="observed"`` only
items whose first answer was wrong count, and one shift of all chances on the logit scale is chosen so that all persons
together have as many right as was observed [4]_:

.. math:: \mathrm{logit}\, P^*_j(\theta) = \mathrm{logit}\, P_j(\theta) + \delta

Tails are mid-p values (`kaoping.scoring.integrity.tails`). Of a few changes the possible values are far apart, so that
fewer persons are flagged than the level says; `Erasures.expected_false` says how many, and a generator that breaks ties
at random keeps the level exactly.

References
----------
.. [1] Wollack, J. A., Cohen, A. S., & Eckerly, C. A. (2015). Detecting test tampering using item response theory.
   *Educational and Psychological Measurement*, 75, 931-953.
.. [2] Sinharay, S., & Johnson, M. S. (2017). Three new methods for analysis of answer changes. *Educational and
   Psychological Measurement*, 77, 54-81.
.. [3] Wollack, J. A., & Eckerly, C. A. (2017). Detecting test tampering at the group level. In G. J. Cizek & J. A.
   Wollack (Eds.), *Handbook of Quantitative Methods for Detecting Cheating on Tests* (pp. 214-231). Routledge.
.. [4] van der Linden, W. J., & Jeon, M. (2012). Modeling answer changes on test items. *Journal of Educational and
   Behavioral Statistics*, 37, 180-199.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.dif.significance import Adjustment
from kaoping.scoring.grids import checked
from kaoping.scoring.integrity.ability_population import AbilityPopulations, ability_populations
from kaoping.scoring.integrity.chances import scored
from kaoping.scoring.integrity.choices import Choices
from kaoping.scoring.integrity.errors import BadScreening, NothingToScreen
from kaoping.scoring.integrity.evidence import Evidence, Unjudged
from kaoping.scoring.integrity.speed_ability import node_likelihood
from kaoping.scoring.integrity.tails import matches, tie_shares
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix

Base = Literal["model", "observed"]
WIDEST = 20.0
"""Shifts (logits) among which that of the observed base rate is sought."""
EDGE = 1e-9


@dataclass(frozen=True, eq=False, kw_only=True)
class Erasures(Evidence):
    """Evidence on changed answers of k persons, or groups of them.

    Attributes
    ----------
    statistic : (k,) erasure detection index, in standard deviations.
    changed : (k,) changed answers that count.
    right : (k,) those that became right (of ``base="model"``, that are right in the end).
    expected : (k,) as many as were to be expected.
    shift : of the chances to the observed base rate, in logits; 0 for that of the model.
    distributions : (k,) of the number right.
    randomised : whether ties were broken at random.
    abilities : the populations that were estimated from the unchanged answers; none if one was given, or not needed.
    """

    changed: Whole
    right: Whole
    expected: Floats
    shift: float
    distributions: tuple[Floats, ...]
    randomised: bool
    abilities: AbilityPopulations | None = None

    @property
    def expected_false(self) -> float:
        """How many flags chance alone gives: of few changes fewer than the level says, for their p are coarse."""
        if self.randomised or self.adjust == "bh":
            return super().expected_false
        level = self.level / len(self.subjects) if self.adjust else self.level
        return float(sum(one[mid_tails(one) <= level].sum() for one in self.distributions))


@dataclass(frozen=True, eq=False)
class AnswerChanges:
    """First and last answers of the same persons to the same items."""

    first: Choices
    last: Choices

    def __post_init__(self) -> None:
        one, other = self.first.table, self.last.table
        if (one.persons, one.items) != (other.persons, other.items):
            raise BadScreening(reason="first and last answers are not those of the same persons to the same items")

    @property
    def changed(self) -> Flags:
        """(n, k) whether first and last answer differ; not where one of them is missing."""
        return np.asarray((self.first.answers != self.last.answers) & self.first.known & self.last.known)

    @property
    def counts(self) -> dict[str, Whole]:
        """(n,) changes of each kind: wrong to right, right to wrong, wrong to wrong."""
        before, after, changed = self.first.correct, self.last.correct, self.changed
        kinds = {
            "wrong_to_right": ~before & after,
            "right_to_wrong": before & ~after,
            "wrong_to_wrong": ~before & ~after,
        }
        return {name: np.asarray((changed & kind).sum(axis=1)) for name, kind in kinds.items()}


def erasures(
    changes: AnswerChanges,
    parameters: ItemParameters,
    *,
    base: Base = "model",
    population: Quadrature | None = None,
    groups: Sequence[str] | None = None,
    level: float = 0.01,
    adjust: Adjustment = "",
    rng: np.random.Generator | None = None,
) -> Erasures:
    """Test how many changed answers became right, for every person with changes or every group of persons.

    Parameters
    ----------
    changes : first and last answers of n persons.
    parameters : the items, of options or of right and wrong.
    base : where the chances come from; see the module.
    population : of abilities; estimated from the unchanged answers of all persons, or of each group, if not given.
    groups : (n,) group, such as room or site, of each person; every person alone if not given.
    rng : breaks ties at random, so that the level is kept exactly; mid-p, which does not depend on it, if not given.

    Raises
    ------
    BadParameters
        There are none for an item.
    BadScreening
        There are not as many groups as persons, or the observed base rate is none or all.
    AnswersAlike
        The unchanged answers are all right or all wrong, so that they tell no population.
    NothingToScreen
        No answer was changed.
    """
    wrong_first = ~changes.first.correct
    counting = changes.changed if base == "model" else changes.changed & wrong_first
    rows = np.flatnonzero(counting.any(axis=1))
    if not len(rows):
        raise NothingToScreen(reason="no answer was changed" if base == "model" else "no wrong answer was changed")
    names = changes.last.table.persons
    room_of = None if groups is None else dict(zip(names, _fitting(groups, names), strict=True))
    kept, own, right = _unchanged(changes, parameters, groups)
    abilities = ability_populations(kept, own) if population is None else None
    nodes, shares = _prior(abilities, own, population)
    posterior = _posterior(kept.take(persons=rows), own, nodes, shares[kept.group[rows] if abilities else 0])
    chance = np.einsum("kmq,km->kq", np.exp(own.log_probabilities(nodes)), right)
    some, number = counting[rows], (changes.last.correct & counting)[rows].sum(axis=1)
    shift = _shift(chance, some.T.astype(np.float64) @ posterior, int(number.sum())) if base == "observed" else 0.0
    moved = _shifted(chance, shift)
    each = [weight @ matches(moved[items].T) for items, weight in zip(some, posterior, strict=True)]
    judgeable = {names[row]: None for row in rows}
    return judged(
        Counts(tuple(judgeable), some.sum(axis=1), number, tuple(each)),
        groups=room_of,
        shift=shift,
        abilities=abilities,
        level=level,
        adjust=adjust,
        rng=rng,
        unjudged=tuple(Unjudged(name, "no such answer was changed") for name in names if name not in judgeable),
    )


@dataclass(frozen=True, eq=False)
class Counts:
    """Changed answers of n persons: how many, how many became right, and the distribution of that number."""

    persons: tuple[str, ...]
    changed: Whole
    right: Whole
    distributions: tuple[Floats, ...]

    def added(self, group: dict[str, str]) -> "Counts":
        """Add up the persons of each group."""
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.persons):
            places.setdefault(group[name], []).append(place)
        sums = [_sum([self.distributions[place] for place in members]) for members in places.values()]
        changed, right = (
            np.array([one[members].sum() for members in places.values()]) for one in (self.changed, self.right)
        )
        return Counts(tuple(places), changed, right, tuple(sums))


def judged(
    counts: Counts,
    *,
    groups: dict[str, str] | None,
    shift: float,
    level: float,
    adjust: Adjustment,
    rng: np.random.Generator | None,
    unjudged: tuple[Unjudged, ...] = (),
    abilities: AbilityPopulations | None = None,
) -> Erasures:
    """Judge numbers of right answers among changed ones, of persons or of groups of them by name."""
    of = counts if groups is None else counts.added(groups)
    mean, spread = _moments(of.distributions)
    return Erasures(
        name="EDI",
        subjects=of.persons,
        statistic=(of.right - mean - 0.5) / spread,
        p=_tails(of, rng),
        level=level,
        adjust=adjust,
        unjudged=unjudged if groups is None else (),
        noun="persons" if groups is None else "groups",
        changed=of.changed,
        right=of.right,
        expected=mean,
        shift=shift,
        distributions=of.distributions,
        randomised=rng is not None,
        abilities=abilities,
    )


def _tails(counts: Counts, rng: np.random.Generator | None) -> Floats:
    """Chance of at least so many right, (k,): ties count half, or the part that is drawn."""
    rows = zip(counts.distributions, counts.right.tolist(), tie_shares(len(counts.right), rng), strict=True)
    return np.array([min(1.0, one[number + 1 :].sum() + part * one[number]) for one, number, part in rows])


def mid_tails(distribution: Floats) -> Floats:
    """Mid-p of every number, (s,).

    >>> mid_tails(np.array([0.25, 0.5, 0.25]))
    array([0.875, 0.5  , 0.125])
    """
    return np.asarray(np.cumsum(distribution[::-1])[::-1] - distribution / 2)


def _unchanged(
    changes: AnswerChanges, parameters: ItemParameters, groups: Sequence[str] | None
) -> tuple[ResponseMatrix, ItemParameters, Flags]:
    """Give the answers that were not changed, their items, and which of the categories (k, m) are right."""
    own = parameters.named(changes.last.table.items)
    levels, table = scored(changes.last, own)
    kept = np.where(changes.changed, NOT_PRESENTED, table.answers)
    most = own.most_categories
    right = [np.bincount(of, kind, most) > 0 for of, kind in zip(levels, changes.last.right, strict=True)]
    return ResponseMatrix(kept, own.names, categories=own.categories, groups=groups), own, np.array(right)


def _prior(
    abilities: AbilityPopulations | None, items: ItemParameters, population: Quadrature | None
) -> tuple[Floats, Floats]:
    """Nodes (q,) and the logarithm of the share of each group's population at them, (g, q)."""
    if abilities is not None:
        nodes = abilities.nodes(items)
        return nodes, abilities.log_shares(nodes)
    assert population is not None  # noqa: S101 - one of both is there
    grid = checked(population)
    with np.errstate(divide="ignore"):
        return grid.nodes, np.log(grid.weights)[None]


def _posterior(kept: ResponseMatrix, items: ItemParameters, nodes: Floats, shares: Floats) -> Floats:
    """Posterior of the persons (r, q) that their unchanged answers give."""
    log = node_likelihood(kept, items, nodes) + shares
    weights = np.exp(log - log.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _shift(chance: Floats, weight: Floats, number: int) -> float:
    """Find the shift with which ``number`` right answers are expected of items (k, q) that are so often changed."""
    total = float(weight.sum())
    if not EDGE * total < number < (1 - EDGE) * total:
        raise BadScreening(
            reason="none or all of the changed answers became right; there is no base rate to compare with"
        )

    def surplus(shift: float) -> float:
        return float((weight * _shifted(chance, shift)).sum()) - number

    return float(brentq(surplus, -WIDEST, WIDEST))


def _shifted(chance: Floats, shift: float) -> Floats:
    return chance if shift == 0 else np.asarray(expit(logit(np.clip(chance, EDGE, 1 - EDGE)) + shift))


def _moments(distributions: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each distribution, (k,)."""
    rows = [(one @ np.arange(len(one)), one @ np.arange(len(one)) ** 2) for one in distributions]
    mean, square = np.array(rows).T
    return mean, np.sqrt(np.maximum(square - mean**2, EDGE))


def _sum(distributions: Sequence[Floats]) -> Floats:
    """Distribution of the sum of independent numbers."""
    found = np.ones(1)
    for one in distributions:
        found = np.convolve(found, one)
    return found


def _fitting(groups: Sequence[str], names: tuple[str, ...]) -> Sequence[str]:
    if len(groups) != len(names):
        raise BadScreening(reason=f"there are {len(groups)} groups for {len(names)} persons")
    return groups
