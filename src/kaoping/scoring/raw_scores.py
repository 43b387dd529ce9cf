r"""The raw score of a paper: its distribution at an ability, and how far it errs, for items of any models mixed.

Marks are whole numbers of some unit (a mark, or half a mark), so that a score is an index. With :math:`M_{jc}` the
marks of category c of item j,

.. math:: \tau(\theta) = \sum_{jc} M_{jc} P_{jc}(\theta), \qquad
          \sigma^2(\theta) = \sum_j \Big(\sum_c M_{jc}^2 P_{jc} - \big(\sum_c M_{jc} P_{jc}\big)^2\Big)

are the true score and the variance of the raw score at an ability; the whole distribution comes from adding item after
item, :math:`f_j(s) = \sum_c P_{jc}\, f_{j-1}(s - M_{jc})`.

References
----------
Lord, F. M., & Wingersky, M. S. (1984). Comparison of IRT true-score and equipercentile observed-score "equatings".
*Applied Psychological Measurement*, 8, 453-461.
Thissen, D., Pommerich, M., Billeaud, K., & Williams, V. S. L. (1995). Item response theory for scores on tests
including polytomous items with ordered responses. *Applied Psychological Measurement*, 19, 39-49.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import NotEnoughData, ScoringError
from kaoping.scoring.grids import checked, normal_grid
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature

WIDEST = 12.0
"""Abilities (logits) between which the ability of a raw cut is sought."""


class CutOutOfReach(ScoringError):
    """No ability is expected to reach exactly the cut."""

    sentence = "No ability has the expected score %(cut)s; the paper has %(total)s marks."


class BadMarks(ScoringError):
    """The marks are not whole numbers from zero on, one for each item or for each category of each item."""

    sentence = "The marks cannot be used: %(reason)s."


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


def marks_table(parameters: ItemParameters, marks: ArrayLike | None = None) -> Whole:
    """Give the marks of each category of each item, (k, m); zero where an item has no such category.

    Parameters
    ----------
    marks : nothing, so that a category is worth its number; (k,) what one category more is worth; or (k, m) in full.

    Raises
    ------
    BadMarks
        They are not whole, below zero, or not as many as items and categories.

    >>> marks_table(ItemParameters.logistic([1.0, 1.0], [0.0, 0.0]), [1, 2])
    array([[0, 1],
           [0, 2]])
    """
    shape = (len(parameters), parameters.most_categories)
    given = np.ones(shape[0]) if marks is None else np.asarray(marks, dtype=np.float64)
    full = given[:, None] * np.arange(shape[1]) if given.shape == shape[:1] else given
    if full.shape != shape:
        raise BadMarks(reason=f"their shape is {given.shape}, for {shape[0]} items of up to {shape[1]} categories")
    known = np.where(np.arange(shape[1]) < parameters.categories[:, None], full, 0.0)
    if not (np.isfinite(known) & (known >= 0) & (known % 1 == 0)).all():
        raise BadMarks(reason="they are not whole numbers from zero on")
    return known.astype(np.int64)


def true_score(theta: Floats, parameters: ItemParameters, *, marks: ArrayLike | None = None) -> Floats:
    """Give the expected raw score at each ability, (n,), in marks: the test characteristic curve.

    >>> true_score(np.array([0.0]), ItemParameters.logistic(np.ones(3), np.zeros(3)), marks=[1, 2, 2])
    array([2.5])
    """
    worth = marks_table(parameters, marks)
    return np.asarray(np.einsum("kmn,km->n", parameters.probabilities(theta), worth))


def raw_variance(theta: Floats, parameters: ItemParameters, *, marks: ArrayLike | None = None) -> Floats:
    """Give the variance of the raw score of a person of known ability, (n,), in squared marks.

    >>> raw_variance(np.array([0.0]), ItemParameters.logistic(np.ones(3), np.zeros(3)), marks=[1, 2, 2])
    array([2.25])
    """
    worth, chance = marks_table(parameters, marks), parameters.probabilities(theta)
    mean = np.einsum("kmn,km->kn", chance, worth)
    return np.asarray((np.einsum("kmn,km->kn", chance, worth**2) - mean**2).sum(axis=0))


def raw_sem(theta: Floats, parameters: ItemParameters, *, marks: ArrayLike | None = None) -> Floats:
    """Give the conditional standard error of measurement of the raw score at each ability, (n,), in marks.

    >>> raw_sem(np.array([0.0]), ItemParameters.logistic(np.ones(16), np.zeros(16)))
    array([2.])
    """
    return np.sqrt(raw_variance(theta, parameters, marks=marks))


def score_distribution(theta: Floats, parameters: ItemParameters, *, marks: ArrayLike | None = None) -> Floats:
    """Give the distribution of the raw score at each ability, (n, s + 1), adding item after item; s is the total.

    Parameters
    ----------
    theta : (n,) ability in logits.
    marks : as for `marks_table`.

    >>> score_distribution(np.array([0.0]), ItemParameters.logistic(np.ones(2), np.zeros(2)), marks=[1, 2])
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    worth = marks_table(parameters, marks)
    return summed(parameters.probabilities(theta), worth, parameters.categories).T


def summed(chance: Floats, worth: Whole, categories: Whole) -> Floats:
    """Distribution of the sum of the marks, (s + 1, n), from the chances (k, m, n) of the categories.

    >>> summed(np.full((2, 2, 1), 0.5), np.array([[0, 1], [0, 1]]), np.array([2, 2])).T
    array([[0.25, 0.5 , 0.25]])
    """
    scores = np.ones((1, chance.shape[2]))
    for item, number in enumerate(categories):
        wider = np.zeros((len(scores) + int(worth[item, :number].max()), chance.shape[2]))
        for category, mark in enumerate(worth[item, :number]):
            wider[mark : mark + len(scores)] += chance[item, category] * scores
        scores = wider
    return scores


def population_distribution(
    parameters: ItemParameters, *, marks: ArrayLike | None = None, population: Quadrature | None = None
) -> Floats:
    """Give the distribution of the raw score over the population, (s + 1,); standard normal if not given.

    >>> population_distribution(ItemParameters.logistic(np.ones(2), np.zeros(2))).sum().round(12)
    np.float64(1.0)
    """
    grid = normal_grid(parameters) if population is None else checked(population)
    return np.asarray(grid.weights @ score_distribution(grid.nodes, parameters, marks=marks))


def raw_reliability(
    parameters: ItemParameters, *, marks: ArrayLike | None = None, population: Quadrature | None = None
) -> float:
    """Share of the raw-score variance over the population that is true-score variance.

    >>> round(raw_reliability(ItemParameters.logistic(np.ones(40), np.zeros(40))), 2)
    0.89
    """
    grid = normal_grid(parameters) if population is None else checked(population)
    true = true_score(grid.nodes, parameters, marks=marks)
    noise = grid.weights @ raw_variance(grid.nodes, parameters, marks=marks)
    signal = grid.weights @ (true - grid.weights @ true) ** 2
    return float(signal / (signal + noise))


def ability_at(cut: float, parameters: ItemParameters, *, marks: ArrayLike | None = None) -> float:
    """Find the ability (logits) whose expected score is the cut.

    Raises
    ------
    CutOutOfReach
        The cut is not between what abilities of -12 and 12 logits expect, or the curve does not rise to it.

    >>> round(ability_at(1.5, ItemParameters.logistic(np.ones(2), np.zeros(2))), 6)
    1.098612
    """

    def miss(theta: float) -> float:
        return float(true_score(np.array([theta]), parameters, marks=marks)[0]) - cut

    if not miss(-WIDEST) < 0 < miss(WIDEST):
        raise CutOutOfReach(cut=cut, total=int(marks_table(parameters, marks).max(axis=1).sum()))
    return float(brentq(miss, -WIDEST, WIDEST, xtol=1e-12))


def precision_at(
    cut: int, parameters: ItemParameters, *, marks: ArrayLike | None = None, population: Quadrature | None = None
) -> CutPrecision:
    """Measure how precisely a paper decides at a raw cut.

    Raises
    ------
    CutOutOfReach
        As `ability_at`.
    NotEnoughData
        The paper has no items.

    >>> found = precision_at(20, ItemParameters.logistic(np.ones(40), np.zeros(40)))
    >>> round(found.sem, 2), round(found.sem_theta, 3)
    (3.16, 0.316)
    """
    if not len(parameters):
        raise NotEnoughData(what="The precision at a cut", least=1, n=0)
    theta = ability_at(cut, parameters, marks=marks)
    here = np.array([theta])
    sem = float(raw_sem(here, parameters, marks=marks)[0])
    return CutPrecision(
        cut=cut,
        theta=theta,
        sem=sem,
        sem_theta=sem / float(_slope(here, parameters, marks_table(parameters, marks))[0]),
        passing=float(score_distribution(here, parameters, marks=marks)[0, cut:].sum()),
        pass_rate=float(population_distribution(parameters, marks=marks, population=population)[cut:].sum()),
    )


def _slope(theta: Floats, parameters: ItemParameters, worth: Whole) -> Floats:
    """Slope of the test characteristic curve, (n,), in marks per logit."""
    first, _ = parameters.along_theta(theta)
    return np.asarray(np.einsum("kmn,km->n", parameters.probabilities(theta) * first, worth))
