r"""The raw score of a paper: its distribution at an ability, and how far it errs.

Marks are whole numbers of some unit (a mark, or half a mark), so that a score is an index.

References
----------
Lord, F. M., & Wingersky, M. S. (1984). Comparison of IRT true-score and equipercentile observed-score "equatings".
*Applied Psychological Measurement*, 8, 453-461.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import NotEnoughData, ScoringError
from kaoping.scoring.logistic import expected_score, probability, score_variance
from kaoping.scoring.quadrature import Quadrature, normal

WIDEST = 12.0
"""Abilities (logits) between which the ability of a raw cut is sought."""


class CutOutOfReach(ScoringError):
    """No ability is expected to reach exactly the cut."""

    sentence = "No ability has the expected score %(cut)s; the paper has %(total)s marks."


@dataclass(frozen=True)
class CutPrecision:
    """Precision at a raw cut.

    ``theta`` (logits) expects exactly the cut; ``sem`` (marks) is the standard deviation of that person's raw score,
    ``sem_theta`` (logits) that of the ability read from the raw score; ``passing`` the chance that a person of that
    ability reaches the cut, and ``pass_rate`` the share of the population that does.
    """

    cut: float
    theta: float
    sem: float
    sem_theta: float
    passing: float
    pass_rate: float


def score_distribution(theta: Floats, a: Floats, b: Floats, marks: Whole) -> Floats:
    """Give the distribution of the raw score at each ability, (n, s + 1), adding item after item; s is the total.

    Parameters
    ----------
    theta : (n,) ability in logits.
    marks : (k,) whole marks of the items.

    >>> score_distribution(np.array([0.0]), np.ones(2), np.zeros(2), np.array([1, 2]))
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    right = probability(theta, a, b)
    scores = np.zeros((len(theta), int(marks.sum()) + 1))
    scores[:, 0] = 1.0
    for item, mark in enumerate(marks):
        solved = right[:, item, None]
        gained = scores[:, :-mark] * solved
        scores *= 1 - solved
        scores[:, mark:] += gained
    return scores


def population_distribution(a: Floats, b: Floats, marks: Whole, *, grid: Quadrature | None = None) -> Floats:
    """Give the distribution of the raw score over the reference population, (s + 1,).

    >>> population_distribution(np.ones(2), np.zeros(2), np.array([1, 1])).sum().round(12)
    np.float64(1.0)
    """
    population = grid or normal()
    return population.weights @ score_distribution(population.nodes, a, b, marks)


def raw_reliability(a: Floats, b: Floats, marks: Whole, *, grid: Quadrature | None = None) -> float:
    """Share of the raw-score variance over the population that is true-score variance.

    >>> round(raw_reliability(np.full(40, 1.0), np.zeros(40), np.ones(40, dtype=int)), 2)
    0.89
    """
    population = grid or normal()
    true = expected_score(population.nodes, a, b, marks.astype(np.float64))
    noise = population.weights @ score_variance(population.nodes, a, b, marks.astype(np.float64))
    signal = population.weights @ (true - population.weights @ true) ** 2
    return float(signal / (signal + noise))


def ability_at(cut: float, a: Floats, b: Floats, marks: Whole) -> float:
    """Find the ability (logits) whose expected score is the cut.

    Raises
    ------
    CutOutOfReach
        The cut is not between what abilities of -12 and 12 logits expect, or the curve does not rise to it.

    >>> round(ability_at(1.0, np.ones(2), np.zeros(2), np.array([1, 1])), 6)
    0.0
    """

    def miss(theta: float) -> float:
        return float(expected_score(np.array([theta]), a, b, marks.astype(np.float64))[0]) - cut

    if not miss(-WIDEST) < 0 < miss(WIDEST):
        raise CutOutOfReach(cut=cut, total=int(marks.sum()))
    return float(brentq(miss, -WIDEST, WIDEST, xtol=1e-12))


def precision_at(cut: int, a: Floats, b: Floats, marks: Whole, *, grid: Quadrature | None = None) -> CutPrecision:
    """Measure how precisely a paper decides at a raw cut.

    Raises
    ------
    CutOutOfReach
        As `ability_at`.
    NotEnoughData
        The paper has no items.

    >>> found = precision_at(20, np.full(40, 1.0), np.zeros(40), np.ones(40, dtype=int))
    >>> round(found.sem, 2), round(found.sem_theta, 3)
    (3.16, 0.316)
    """
    if not len(a):
        raise NotEnoughData(what="The precision at a cut", least=1, n=0)
    theta = ability_at(cut, a, b, marks)
    here = np.array([theta])
    worth = marks.astype(np.float64)
    sem = float(np.sqrt(score_variance(here, a, b, worth)[0]))
    right = probability(here, a, b)[0]
    return CutPrecision(
        cut=cut,
        theta=theta,
        sem=sem,
        sem_theta=sem / float((worth * a * right * (1 - right)).sum()),
        passing=float(score_distribution(here, a, b, marks)[0, cut:].sum()),
        pass_rate=float(population_distribution(a, b, marks, grid=grid)[cut:].sum()),
    )
