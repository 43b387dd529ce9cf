r"""Preknowledge of a set of items: persons who are better, or faster, on exposed items than on secure ones.

**Answers.** The secure answers tell what is to be expected on the exposed items: with the posterior of ability given
them, :math:`p(\theta \mid x_S)`, the weighted score :math:`X_E = \sum_{j \in E} w_j x_j` has the predictive
distribution

.. math:: P(X_E = s \mid x_S) = \int P(X_E = s \mid \theta) \, p(\theta \mid x_S) \, d\theta

which is calculated exactly, score after score. The weights are the discriminations (of items of other models the mean
slope of the log odds), so that the score is the statistic of the score test for a gain [1]_; they are rounded to
twentieths of the largest. p is :math:`P(X_E > s) + \frac12 P(X_E = s)`, the mid-p [2]_, which errs less often than its
level where few exposed items leave few scores; with ties broken at random it errs exactly as often. The asymptotic
tests of a change of ability, `ability_changes`, are given for comparison.

**Times.** With the maximum-likelihood speeds :math:`\hat\tau_E, \hat\tau_S` and their informations,

.. math:: z = \frac{\hat\tau_E - \hat\tau_S}{\sqrt{I_E^{-1} + I_S^{-1}}} \sim N(0, 1)

exactly, whatever the speed of the person. Given the secure answers, answers and times are independent where nothing
happened, so that both together give [3]_ [4]_

.. math:: T = \max(z_x, 0)^2 + \max(z_t, 0)^2, \qquad P(T > t) = \tfrac12 P(\chi^2_1 > t) + \tfrac14 P(\chi^2_2 > t)

References
----------
.. [1] Sinharay, S. (2017). Detection of item preknowledge using likelihood ratio test and score test. *Journal of
   Educational and Behavioral Statistics*, 42, 46-68.
.. [2] Lancaster, H. O. (1961). Significance tests in discrete distributions. *JASA*, 56, 223-234.
.. [3] Sinharay, S., & Johnson, M. S. (2020). The use of item scores and response times to detect examinees who may have
   benefited from item preknowledge. *British Journal of Mathematical and Statistical Psychology*, 73, 397-419.
.. [4] Silvapulle, M. J., & Sen, P. K. (2005). *Constrained Statistical Inference*, ch. 3.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.dif.significance import Adjustment, chi_square_tail
from kaoping.scoring.grids import checked
from kaoping.scoring.integrity.empirical_null import normal_score, recentred
from kaoping.scoring.integrity.errors import NothingToScreen
from kaoping.scoring.integrity.evidence import Evidence, Unjudged
from kaoping.scoring.integrity.lognormal import TimeParameters, fitting, speed_sums
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.integrity.speed_ability import node_likelihood
from kaoping.scoring.integrity.time_errors import BadExposure
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.raw_scores import summed
from kaoping.scoring.responses import ResponseMatrix

STEPS = 20
"""Parts that the largest weight of an answer is divided into."""


@dataclass(frozen=True, eq=False)
class Shifts:
    """How much better or faster each person is on the exposed items: ``z`` (n,), standard normal if nothing happened.

    ``judged`` (n,) tells who has answers or times on both sets; ``z`` is zero for the others, whose reason is
    ``reason``. ``difference`` (n,) is the gain: of answers the weighted score on the exposed items less its
    expectation, in parts of the largest possible; of times the difference of speeds, log seconds.
    """

    name: str
    persons: tuple[str, ...]
    z: Floats
    difference: Floats
    judged: Flags
    reason: str

    def recentred(self) -> "Shifts":
        """Give the statistics relative to what is usual among the persons judged, as of `recentred`.

        Raises
        ------
        NotEnoughData
            Fewer than 100 persons are judged.
        """
        moved = np.zeros_like(self.z)
        moved[self.judged] = recentred(self.z[self.judged])
        return replace(self, z=moved)

    def evidence(self, *, level: float = 0.01, adjust: Adjustment = "") -> Evidence:
        """Judge every person, one-sided.

        Raises
        ------
        NothingToScreen
            Nobody has answers or times on both sets.
        """
        return _evidence(self.name, self, self.z, np.asarray(special.ndtr(-self.z)), level, adjust)


def exposed_places(items: Sequence[str], names: Collection[str]) -> Flags:
    """Tell which items are exposed, (k,).

    Raises
    ------
    BadExposure
        A name is no item, no item is exposed, or all are.

    >>> exposed_places(["A", "B", "C"], ["B"])
    array([False,  True, False])
    """
    unknown = sorted(set(names) - set(items))
    if unknown:
        raise BadExposure(reason=f"the exposed item {unknown[0]} is not among the items")
    found = np.array([name in set(names) for name in items], dtype=np.bool_)
    if not found.any() or found.all():
        raise BadExposure(reason=f"{int(found.sum())} of {len(found)} items are exposed; both kinds are needed")
    return found


def on_both(known: Flags, exposed: Flags) -> Flags:
    """Tell who has something known (n, k) of exposed and of secure items, (n,)."""
    return np.logical_and(known[:, exposed].any(axis=1), known[:, ~exposed].any(axis=1))


def answer_shifts(
    responses: ResponseMatrix,
    parameters: ItemParameters,
    exposed: Flags,
    *,
    population: Quadrature | None = None,
    rng: np.random.Generator | None = None,
) -> Shifts:
    """Compare the answers to exposed items with what the answers to secure items let expect.

    Parameters
    ----------
    responses : (n, k) answers.
    parameters : the k items.
    exposed : (k,) whether an item was exposed.
    population : of ability; standard normal if not given.
    rng : breaks ties of equal scores at random instead of by half, so that the level is kept exactly.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered.
    BadPopulation
        The population is not a distribution.

    >>> items = ItemParameters.logistic(np.ones(10), np.zeros(10))
    >>> answers = ResponseMatrix([[0] * 5 + [1] * 5, [1, 0] * 5])
    >>> answer_shifts(answers, items, np.arange(10) >= 5).z.round(1)
    array([ 2.8, -0.5])
    """
    grid = normal() if population is None else checked(population)
    secure = ~exposed
    log = node_likelihood(responses.take(items=secure), parameters.take(np.flatnonzero(secure)), grid.nodes)
    with np.errstate(divide="ignore"):
        log = log + np.log(grid.weights)
    weights = np.exp(log - log.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    judged = on_both(responses.presented, exposed)
    p, gain = _predicted(responses, parameters, np.flatnonzero(exposed), weights, grid, rng)
    z = np.where(judged, normal_score(p), 0.0)
    return Shifts("answers", responses.persons, z, np.where(judged, gain, 0.0), judged, _LACKING_ANSWERS)


def speed_shifts(times: ResponseTimes, parameters: TimeParameters, exposed: Flags) -> Shifts:
    """Compare the speed on exposed items with that on secure items.

    Raises
    ------
    BadTimeParameters
        The parameters are not those of the items.

    >>> items = TimeParameters(("A", "B"), np.log([60.0, 60.0]), np.full(2, 2.0), np.ones(2), 0.3)
    >>> found = speed_shifts(ResponseTimes([[60.0, 20.0]], ("A", "B")), items, np.array([False, True]))
    >>> found.z.round(2), found.difference.round(2)
    (array([1.55]), array([1.1]))
    """
    fitting(times, parameters)
    parts = [
        speed_sums(times.take(items=some), parameters.named([times.items[place] for place in np.flatnonzero(some)]))
        for some in (exposed, ~exposed)
    ]
    judged = np.asarray((parts[0].information > 0) & (parts[1].information > 0), dtype=np.bool_)
    safe = [np.where(judged, part.information, 1.0) for part in parts]
    gain = np.where(judged, parts[0].pull / safe[0] - parts[1].pull / safe[1], 0.0)
    z = gain / np.sqrt(1 / safe[0] + 1 / safe[1])
    return Shifts("times", times.persons, z, gain, judged, "no times on exposed or on secure items")


def joint_evidence(answers: Shifts, times: Shifts, *, level: float = 0.01, adjust: Adjustment = "") -> Evidence:
    """Judge every person by answers and times together; persons with one of both are judged by that one.

    Raises
    ------
    BadExposure
        The persons are not the same.
    NothingToScreen
        Nobody has answers or times on both sets of items.
    """
    if answers.persons != times.persons:
        raise BadExposure(reason="answers and times are not of the same persons, in the same order")
    both, some = np.logical_and(answers.judged, times.judged), np.logical_or(answers.judged, times.judged)
    statistic = np.maximum(answers.z, 0.0) ** 2 + np.maximum(times.z, 0.0) ** 2
    p = chi_square_tail(statistic, 1) / 2 + np.where(both, chi_square_tail(statistic, 2) / 4, 0.0)
    p = np.where(statistic > 0, p, 1.0)
    either = Shifts("answers and times", answers.persons, statistic, statistic, some, _NEITHER)
    return _evidence(either.name, either, statistic, p, level, adjust)


_LACKING_ANSWERS = "no answers to exposed or to secure items"
_NEITHER = "neither answers nor times on both exposed and secure items"


def _evidence(name: str, of: Shifts, statistic: Floats, p: Floats, level: float, adjust: Adjustment) -> Evidence:
    places = np.flatnonzero(of.judged)
    if not len(places):
        raise NothingToScreen(reason=f"everybody has {of.reason}")
    return Evidence(
        name=f"preknowledge by {name}",
        subjects=[of.persons[place] for place in places],
        statistic=statistic[places],
        p=p[places],
        level=level,
        adjust=adjust,
        unjudged=tuple(Unjudged(of.persons[place], of.reason) for place in np.flatnonzero(~of.judged)),
    )


def _predicted(
    responses: ResponseMatrix,
    parameters: ItemParameters,
    places: Whole,
    weights: Floats,
    grid: Quadrature,
    rng: np.random.Generator | None,
) -> tuple[Floats, Floats]:
    """Mid-p of the weighted score on the exposed items, and the score less its expectation as a share, (n,)."""
    items = parameters.take(places)
    worth, chance = _worth(items, grid), items.probabilities(grid.nodes)
    answers = responses.answers[:, places]
    p, gain = np.ones(len(answers)), np.zeros(len(answers))
    tied = np.full(len(answers), 0.5) if rng is None else rng.random(len(answers))
    kinds, kind_of = np.unique(answers >= 0, axis=0, return_inverse=True)
    for kind, known in enumerate(kinds):
        if not known.any():
            continue
        rows, columns = np.flatnonzero(kind_of.ravel() == kind), np.flatnonzero(known)
        score = worth[columns, answers[np.ix_(rows, columns)].astype(np.int64)].sum(axis=1)
        scores = weights[rows] @ summed(chance[columns], worth[columns], items.categories[columns]).T
        above = np.cumsum(scores[:, ::-1], axis=1)[:, ::-1]
        own = np.arange(len(rows))
        p[rows] = above[own, score] - tied[rows] * scores[own, score]
        most = max(scores.shape[1] - 1, 1)
        gain[rows] = (score - scores @ np.arange(scores.shape[1])) / most
    return p, gain


def _worth(items: ItemParameters, grid: Quadrature) -> Whole:
    """Weight of each category of each item as a whole number, (k, m): how steeply its log odds rise, on average."""
    slope = items.along_theta(grid.nodes)[0] @ grid.weights
    own = np.arange(items.most_categories) < items.categories[:, None]
    raised = np.where(own, slope - np.where(own, slope, np.inf).min(axis=1, keepdims=True), 0.0)
    largest = raised.max()
    if np.allclose(raised[own & (raised > 0)], largest):
        return np.asarray((raised > 0), dtype=np.int64)
    return np.asarray(np.rint(STEPS * raised / largest), dtype=np.int64)
