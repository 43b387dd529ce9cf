r"""Rudner: classifications by ability estimates whose errors are normal.

A person of true ability theta reaches the cut :math:`c` with the chance

.. math:: P(\hat\theta \ge c \mid \theta) = \Phi\!\left(\frac{\theta - c}{SE(\theta)}\right).

References
----------
Rudner, L. M. (2001). Computing the expected proportions of misclassified examinees. *Practical Assessment, Research &
Evaluation*, 7(14).
Rudner, L. M. (2005). Expected classification accuracy. *Practical Assessment, Research & Evaluation*, 10(13).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from kaoping.scoring.ability import sem_at
from kaoping.scoring.arrays import Floats
from kaoping.scoring.classification.classified import Cases, Classification, Points, classified
from kaoping.scoring.classification.cuts import Cuts
from kaoping.scoring.classification.divided import crossings, divided_normal
from kaoping.scoring.classification.errors import BadEstimates
from kaoping.scoring.grids import checked
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import WIDTH, Quadrature


def rudner(
    theta: ArrayLike,
    se: ArrayLike,
    cuts: ArrayLike | Cuts,
    *,
    weights: ArrayLike | None = None,
    persons: Sequence[str] = (),
) -> Classification:
    """Classify persons by estimates of ability; each estimate stands for persons of that true ability.

    Give estimates that do not lean on a population (maximum or weighted likelihood): those of EAP are drawn together,
    so that consistency and kappa are taken over a population that varies too little.

    Parameters
    ----------
    theta, se : (n,) estimates and standard errors, in logits, or both on any other scale.
    cuts : on the same scale.
    weights : (n,) weight of each person; equal if not given.
    persons : n names; "1" to "n" if not given.

    Raises
    ------
    BadCuts
        The cuts fall or are not finite.
    BadEstimates
        An estimate is not finite, or lists differ in length.

    >>> found = rudner([-1.0, 0.2, 1.5], [0.4, 0.4, 0.4], [0.0])
    >>> found.cases.right.round(3), round(found.together.accuracy, 3)
    (array([0.994, 0.691, 1.   ]), 0.895)
    """
    values, errors = estimates(theta, se)
    shares, marks = shares_of(weights, len(values)), Cuts.of(cuts)
    points = Points(values, errors, shares, marks.levels(values), normal_reaching(values, errors, marks))
    names = list(persons) or [str(number) for number in range(1, len(values) + 1)]
    cases = Cases(names, shares, points.chances, points.level)
    return classified(Classification, marks, points, at=np.full(len(marks), 0.5), cases=cases)


def rudner_expected(
    parameters: ItemParameters,
    cuts: ArrayLike | Cuts,
    *,
    population: Quadrature | None = None,
    mean: float = 0.0,
    sd: float = 1.0,
) -> Classification:
    r"""Tell how a test would classify a population by maximum-likelihood estimates, from its information alone.

    .. math:: SE(\theta) = 1 / \sqrt{I(\theta)}

    Parameters
    ----------
    parameters : the k items.
    cuts : in logits.
    population : abilities and shares, taken as they are; if not given a normal one on a grid that stops at the cuts.
    mean, sd : of the normal population, in logits.

    Raises
    ------
    BadCuts, BadPopulation
        Cuts or population cannot be used.

    >>> test = ItemParameters.logistic(np.full(30, 1.2), np.linspace(-2, 2, 30))
    >>> found = rudner_expected(test, [0.0])
    >>> round(found.together.accuracy, 4), round(found.together.consistency, 4)
    (0.8862, 0.8403)
    """
    marks = Cuts.of(cuts)

    def edge(cut: float) -> list[float]:
        return crossings(lambda theta: (theta - cut) ** 2 - sem_at(theta, parameters) ** 2, *_reach(mean, sd))

    if population is None:
        breaks = [*marks.values, *(place for cut in marks.values for place in edge(cut))]
        grid = divided_normal(parameters, breaks, mean=mean, sd=sd)
    else:
        grid = checked(population)
    errors = sem_at(grid.nodes, parameters)
    reaching = normal_reaching(grid.nodes, errors, marks)
    points = Points(grid.nodes, errors, grid.weights, marks.levels(grid.nodes), reaching)
    return classified(Classification, marks, points, at=np.full(len(marks), 0.5))


def normal_reaching(values: Floats, errors: Floats, cuts: Cuts) -> Floats:
    """Give the chance of reaching each cut if errors are normal, (n, c); without error it is sure.

    >>> normal_reaching(np.array([0.0, 1.0]), np.array([1.0, 0.0]), Cuts.of(1.0)).round(3)
    array([[0.159],
           [1.   ]])
    """
    beyond = values[:, None] - cuts.array
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(errors[:, None] > 0, ndtr(beyond / errors[:, None]), (beyond >= 0).astype(np.float64))


def estimates(theta: ArrayLike, se: ArrayLike) -> tuple[Floats, Floats]:
    """Give estimates and errors as arrays of one shape.

    Raises
    ------
    BadEstimates
        They are not finite, errors are below zero, or shapes differ.

    >>> estimates([0.5], [0.1])
    (array([0.5]), array([0.1]))
    """
    values, errors = np.asarray(theta, dtype=np.float64), np.asarray(se, dtype=np.float64)
    if values.shape != errors.shape or not values.size:
        raise BadEstimates(reason=f"there are {values.size} estimates and {errors.size} standard errors")
    if not np.isfinite(values).all():
        raise BadEstimates(reason="some are not finite; estimate by weighted likelihood, or leave these persons out")
    if not (np.isfinite(errors) & (errors >= 0)).all():
        raise BadEstimates(reason="some standard errors are below zero or not finite")
    return values, errors


def shares_of(weights: ArrayLike | None, n: int) -> Floats:
    """Give shares of persons that add up to one.

    Raises
    ------
    BadEstimates
        The weights are not n numbers from zero on, or all are zero.

    >>> shares_of([1, 3], 2)
    array([0.25, 0.75])
    """
    given = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    if given.shape != (n,) or not (np.isfinite(given) & (given >= 0)).all() or not given.sum() > 0:
        raise BadEstimates(reason=f"the weights of {n} persons are not as many numbers from zero on")
    return np.asarray(given / given.sum())


def _reach(mean: float, sd: float) -> tuple[float, float]:
    return mean - WIDTH * sd, mean + WIDTH * sd
