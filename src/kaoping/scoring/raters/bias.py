r"""Bias: whether a rater is more severe than usual towards some items, groups or occasions.

After the main model, every combination of two facets gets a measure :math:`\gamma` of its own with all other measures
held, the abilities being integrated over. It is positive where the combination is rated lower than its elements
explain.

.. math:: \operatorname{se}(\hat\gamma) = \frac{1}{\sqrt{I_{\gamma\gamma}}} \sqrt{\frac{I_{\gamma\gamma} -
          I_{\gamma\beta} I_{\beta\beta}^{-1} I_{\beta\gamma}}{I_{\gamma\gamma}}}

The second factor is what the main measures have taken up already; without it, t would be too near zero. A column
without measures in the model, such as a group of persons, is given some first: else every combination would take up
how able its group is, and look biased. The sum of
:math:`t^2` over all combinations, times degrees of freedom by combinations, is about chi-square.

A combination with no rating but the lowest or the highest is adjusted by 0.3 score points. To have the terms in the
model itself, and a likelihood ratio, name the pair among the interactions of the panel.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse, special
from scipy.sparse import csgraph

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.dif.significance import Adjustment, adjusted
from kaoping.scoring.errors import NotConverged
from kaoping.scoring.raters.calibration import ManyFacet, many_facet
from kaoping.scoring.raters.checking import ADJUSTMENT, ends
from kaoping.scoring.raters.errors import BadPanel, Undetermined
from kaoping.scoring.raters.estimation import log_probabilities
from kaoping.scoring.raters.information import DENSE, covariance, information
from kaoping.scoring.raters.ratings import Ratings, joint
from kaoping.scoring.raters.score_functions import LEAST_SHARE, PAIRS
from kaoping.scoring.raters.sparsity import beside, matrix, sums, widened
from kaoping.scoring.raters.structure import main_facets

PERSON = "person"
TOLERANCE = 1e-5
MAX_ITERATIONS = 50
LONGEST_STEP = 1.0
AT_A_TIME = 1024
"""Combinations whose information on the main measures is worked on at a time."""


@dataclass(frozen=True)
class Homogeneity:
    """Whether all bias may be zero: chi-square, degrees of freedom, p."""

    chi_square: float
    df: int
    p: float


@dataclass(frozen=True, eq=False)
class Bias:
    """Bias of each combination, (b,), in logits, and observed and expected mean ratings.

    ``members`` (2, b) are the elements of both facets. ``p`` is two-sided and adjusted as asked. ``extreme`` ones
    were adjusted.
    """

    facets: tuple[str, str]
    names: tuple[tuple[str, str], ...]
    members: Whole
    n: Floats
    observed: Floats
    expected: Floats
    bias: Floats
    se: Floats
    t: Floats
    p: Floats
    extreme: Flags
    homogeneity: Homogeneity

    def along(self, facet: str) -> Mapping[str, Homogeneity]:
        """Test for each element of one of the two facets whether its bias is zero towards all of the other facet's.

        With occasions as the other facet this is a test of drift.
        """
        if facet not in self.facets:
            raise BadPanel(reason=f"the bias is of {' and '.join(self.facets)}, not of {facet}")
        side = self.facets.index(facet)
        found = {}
        for element in np.unique(self.members[side]):
            here = np.flatnonzero(self.members[side] == element)
            if len(here) > 1:
                found[self.names[here[0]][side]] = _homogeneity(self.t[here], len(here) - 1)
        return found


def bias(found: ManyFacet, facets: tuple[str, str], *, adjust: Adjustment = "") -> Bias:
    """Estimate and test the bias of every combination of two facets that occurs.

    Parameters
    ----------
    facets : names of two facets of the ratings. If one has no measures in the model, the model is fitted again with
        its main effect, so that groups may differ in ability without looking biased.
    adjust : how p is adjusted for the number of combinations: "", "bonferroni" or "bh".

    Raises
    ------
    BadPanel
        The same facet twice, or more measures than can be held at once.
    Disconnected, ExtremeElement
        The main effect of a column without measures is not determined.
    NotConverged
        The bias of a combination.
    """
    if len(set(facets)) != 2:  # noqa: PLR2004 - a pair
        raise BadPanel(reason=f"bias is of two facets, not of {' and '.join(facets)}")
    ratings, found = found.ratings, _with_main_effects(found, facets)
    first, code = joint([ratings.code(name) for name in facets])
    members = np.stack([ratings.code(name)[first] for name in facets])
    names = tuple((ratings.names(facets[0])[a], ratings.names(facets[1])[b]) for a, b in members.T)
    combinations = _Combinations(found, code, len(first))
    gamma, known = combinations.solve()
    expected = combinations.derivatives(np.zeros(len(first)))[1]
    se = np.sqrt(combinations.share_left() / known)
    t = gamma / se
    n = sums(code, ratings.weight)
    means = sums(code, ratings.weight * ratings.category) / n
    return Bias(
        facets, names, members, n, means + ratings.lowest, expected / n + ratings.lowest, gamma, se, t,
        adjusted(special.erfc(np.abs(t) / np.sqrt(2)), adjust), combinations.tilt != 0,
        _homogeneity(t, _degrees(members)),
    )  # fmt: skip


def _with_main_effects(found: ManyFacet, facets: tuple[str, str]) -> ManyFacet:
    """Fit the model again with measures for the columns that have none, unless its facets tell them already."""
    ratings, panel = found.ratings, found.structure.panel
    main = main_facets(ratings, panel)
    lacking = [name for name in facets if name not in (PERSON, *main) and not _told(ratings, name, main)]
    if not lacking:
        return found
    # Nobody is in two groups: that persons do not connect them is no reason to refuse, one mean for all places them.
    wider = replace(panel, facets=(*main, *lacking), exchangeable=True)
    try:
        return many_facet(ratings, wider)
    except Undetermined:  # several facets together tell the column
        return found


def _told(ratings: Ratings, name: str, main: tuple[str, ...]) -> bool:
    """Tell whether the elements of one facet each have one element of a column, as raters have a school."""
    code = ratings.code(name)
    return any(len(joint([ratings.code(one), code])[0]) == len(ratings.names(one)) for one in main)


def _homogeneity(t: Floats, df: int) -> Homogeneity:
    chi_square = float(t @ t) * df / len(t)
    return Homogeneity(chi_square, df, float(special.chdtrc(df, chi_square)) if df else 1.0)


def _degrees(members: Whole) -> int:
    """Combinations less what the main measures of both facets take up."""
    sides = [np.unique(side, return_inverse=True)[1] for side in members]
    a, b = (int(side.max()) + 1 for side in sides)
    links = sparse.coo_array((np.ones(members.shape[1]), (sides[0], a + sides[1])), shape=(a + b, a + b))
    parts = int(csgraph.connected_components(links, directed=False)[0])
    return int(max(members.shape[1] - a - b + parts, 0))


class _Combinations:
    """The combinations of two facets: which cells belong to each, and the ratings in it by person."""

    def __init__(self, found: ManyFacet, code: Whole, size: int) -> None:
        ratings, structure = found.ratings, found.structure
        self.found, self.size, self.owner = found, size, code[structure.first]
        pairs, pair = joint([code, ratings.person])
        self.person, self.group = ratings.person[pairs], code[pairs]
        m, shape = structure.categories, (len(pairs), structure.cells)
        self.counts = matrix(ratings.weight, pair, structure.cell, shape)
        self.chosen = matrix(ratings.weight, pair, structure.cell * m + ratings.category, (shape[0], shape[1] * m))
        self.marks = sums(pair, ratings.weight * ratings.category)
        least, most = ends(code, ratings.category, size)
        extreme = (least == most) & ((most == 0) | (least == m - 1))
        self.tilt = np.where(extreme, np.where(most == 0, -ADJUSTMENT, ADJUSTMENT), 0.0)

    def derivatives(self, gamma: Floats) -> tuple[Floats, Floats, Floats]:
        """Derivative of the log-likelihood by each bias, expected marks, and information."""
        structure, nodes = self.found.structure, self.found.population.nodes
        marks = np.arange(structure.categories)
        before = structure.difficulty(self.found.parameters)
        log_after = log_probabilities(before + gamma[self.owner, None] * marks, nodes)
        gain = (log_after - log_probabilities(before, nodes)).reshape(-1, len(nodes))
        chances = np.exp(log_after)
        mean = np.einsum("k,ckq->cq", marks, chances)
        variance = np.einsum("k,ckq->cq", marks**2, chances) - mean**2
        expected, known = np.empty(len(self.person)), np.empty(len(self.person))
        for start in range(0, len(self.person), PAIRS):
            rows = slice(start, start + PAIRS)
            shift = self.chosen[rows] @ gain
            weights = self.found.expected.weights[self.person[rows]] * np.exp(shift - shift.max(axis=1, keepdims=True))
            weights /= weights.sum(axis=1, keepdims=True)
            pull = self.counts[rows] @ mean
            expected[rows] = (weights * pull).sum(axis=1)
            cost = (weights * pull**2).sum(axis=1) - expected[rows] ** 2
            known[rows] = (weights * (self.counts[rows] @ variance)).sum(axis=1) - cost
        pull, total, information_on = (
            sums(self.group, part, self.size) for part in (expected - self.marks, expected, known)
        )
        return pull + self.tilt, total, information_on

    def solve(self) -> tuple[Floats, Floats]:
        """Find the bias of each combination and the information on it."""
        gamma = np.zeros(self.size)
        for _ in range(MAX_ITERATIONS):
            pull, _, known = self.derivatives(gamma)
            move = np.clip(pull / np.maximum(known, TOLERANCE), -LONGEST_STEP, LONGEST_STEP)
            if np.abs(move).max() < TOLERANCE:
                return gamma, np.maximum(known, TOLERANCE)
            gamma += move
        raise NotConverged(iterations=MAX_ITERATIONS, step=float(np.abs(move).max()), tolerance=TOLERANCE)

    def share_left(self) -> Floats:
        """Share of the information on each bias that the main measures have not taken up; 1 if they are too many."""
        found, structure = self.found, self.found.structure
        free = np.flatnonzero(structure.free)
        if len(free) > DENSE:
            return np.ones(self.size)
        steps = structure.categories - 1
        rows = np.arange(structure.cells * steps)
        shifts = matrix(rows % steps + 1.0, rows, self.owner.repeat(steps), (len(rows), self.size))
        design = beside([structure.design[:, free], shifts])
        whole = information(
            structure, found.expected, found.population, chances=found.chances, at=(found.mean, found.sd), design=design
        )
        main = np.concatenate([np.arange(len(free)), len(free) + self.size + np.arange(2)])
        own = len(free) + np.arange(self.size)
        zero = widened(structure.zero[:, free], 2)
        errors, known = covariance(whole[main][:, main], zero), whole.diagonal()[own]
        taken = np.empty(self.size)
        for start in range(0, self.size, AT_A_TIME):
            shared = whole[main][:, own[start : start + AT_A_TIME]].toarray()
            taken[start : start + AT_A_TIME] = (shared * (errors @ shared)).sum(axis=0)
        return np.asarray(np.maximum(1 - taken / known, LEAST_SHARE))
