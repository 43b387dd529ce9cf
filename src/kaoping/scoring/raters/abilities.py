r"""Persons: posterior mean (EAP) and weighted likelihood estimate (WLE), whatever raters they met.

The WLE solves :math:`\sum_r w_r (x_r - E_r) + J / 2I = 0` with the information :math:`I = \sum w V` and
:math:`J = \sum w\, \mu_3` [1]_; it is finite for everybody, even with nothing but highest ratings.

References
----------
.. [1] Warm, T. A. (1989). Weighted likelihood estimation of ability in item response theory. *Psychometrika*, 54,
   427-450.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import NotConverged
from kaoping.scoring.raters.calibration import ManyFacet
from kaoping.scoring.raters.sparsity import sums

TOLERANCE = 1e-8
MAX_ITERATIONS = 200
LONGEST_STEP = 1.0


@dataclass(frozen=True, eq=False)
class Abilities:
    """Ability of each person in logits, (n,).

    Attributes
    ----------
    eap, sd : mean and standard deviation of the posterior.
    wle, se : weighted likelihood estimate and its standard error, one over the root of the information.
    eap_reliability : variance of `eap` as a share of it and the mean squared `sd`.
    """

    persons: tuple[str, ...]
    eap: Floats
    sd: Floats
    wle: Floats
    se: Floats
    eap_reliability: float


def abilities(found: ManyFacet) -> Abilities:
    """Estimate every person's ability with all measures taken as known.

    Raises
    ------
    NotConverged
        The WLE of a person.
    """
    nodes, weights = found.population.nodes, found.expected.weights
    eap = weights @ nodes
    sd = np.sqrt(np.maximum(weights @ nodes**2 - eap**2, 0.0))
    wle, se = weighted_likelihood(found, eap)
    between = float(eap.var())
    return Abilities(found.ratings.persons, eap, sd, wle, se, between / (between + float((sd**2).mean())))


def weighted_likelihood(found: ManyFacet, start: Floats) -> tuple[Floats, Floats]:
    """Weighted likelihood estimates (n,) and their standard errors, from starting values."""
    ratings, structure = found.ratings, found.structure
    difficulty = structure.difficulty(found.parameters)[structure.cell]
    return warm(ratings.person, ratings.category, difficulty, ratings.weight, start)


def warm(person: Whole, category: Whole, difficulty: Floats, weight: Floats, start: Floats) -> tuple[Floats, Floats]:
    """Weighted likelihood estimates of persons from ratings (r,) with cumulated difficulties (r, m)."""
    theta, rows = start.copy(), np.arange(len(person))
    information, asked = np.ones(len(start)), np.ones(len(start), dtype=np.bool_)
    move = np.zeros(len(start))
    for _ in range(MAX_ITERATIONS):
        mean, variance, third = category_moments(theta[person[rows]], difficulty[rows])
        pull, known, skew = (
            sums(person[rows], weight[rows] * part, len(start)) for part in (category[rows] - mean, variance, third)
        )
        move[:] = 0.0
        move[asked] = (pull[asked] + skew[asked] / (2 * known[asked])) / known[asked]
        theta += np.clip(move, -LONGEST_STEP, LONGEST_STEP)
        information[asked] = known[asked]
        asked = np.abs(move) > TOLERANCE
        rows = rows[asked[person[rows]]]
        if not rows.size:
            return theta, 1 / np.sqrt(information)
    raise NotConverged(iterations=MAX_ITERATIONS, step=float(np.abs(move).max()), tolerance=TOLERANCE)


def category_moments(theta: Floats, difficulty: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and third central moment of ratings (r,) at abilities, from cumulated difficulties (r, m).

    >>> [float(value[0]) for value in category_moments(np.zeros(1), np.array([[0.0, 0.0]]))]
    [0.5, 0.25, 0.0]
    """
    marks = np.arange(difficulty.shape[1])
    lines = marks * theta[:, None] - difficulty
    chances = np.exp(lines - lines.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    mean = chances @ marks
    away = marks - mean[:, None]
    return mean, (chances * away**2).sum(axis=1), (chances * away**3).sum(axis=1)
