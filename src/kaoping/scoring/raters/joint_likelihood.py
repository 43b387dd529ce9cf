r"""Measures by joint maximum likelihood, as Facets has them: every person's ability is a parameter of its own.

Nothing is assumed of the population, at a price: measures are spread too widely, by about :math:`L/(L - 1)` for persons
with :math:`L` ratings [1]_, however many persons there are; with few ratings for each take `many_facet`. Persons with
nothing but lowest or highest ratings tell nothing of raters and are left out; their own ability is then estimated
with 0.3 score points taken off or added. Standard errors of the measures allow for the abilities being estimated, those
of abilities take the measures as known.

References
----------
.. [1] Wright, B. D., & Douglas, G. A. (1977). Best procedures for sample-free item analysis. *Applied Psychological
   Measurement*, 1, 281-295.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from kaoping.scoring.acceleration import climb
from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.raters.checking import ADJUSTMENT, check_categories, check_connections, ends, extremes
from kaoping.scoring.raters.errors import BadPanel, Undetermined
from kaoping.scoring.raters.estimation import LONGEST_STEP, assembled, solver
from kaoping.scoring.raters.information import variances
from kaoping.scoring.raters.measures import Measured
from kaoping.scoring.raters.ratings import Ratings
from kaoping.scoring.raters.sparsity import matrix, sums
from kaoping.scoring.raters.structure import Panel, Structure, lay_out

TOLERANCE = 1e-6
MAX_ITERATIONS = 5000
LAST_STEPS = 100


@dataclass(frozen=True, eq=False)
class Joint(Measured):
    """Measures and abilities in logits, by joint maximum likelihood.

    Attributes
    ----------
    parameters, standard_errors, extreme : (p,) as of `Measured`.
    theta, se : (n,) ability of each person and its standard error; ``extreme_persons`` were adjusted.
    log_likelihood : of the ratings of all persons who are not extreme.
    """

    theta: Floats = field(repr=False)
    se: Floats = field(repr=False)
    extreme_persons: Flags = field(repr=False)
    log_likelihood: float
    iterations: int
    step: float
    converged: bool


def joint_likelihood(
    ratings: Ratings,
    panel: Panel | None = None,
    *,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
) -> Joint:
    """Estimate a many-facet Rasch model by joint maximum likelihood; arguments as `many_facet`.

    Raises
    ------
    BadPanel
        The model does not fit the ratings, or asks to compare raters who share no person.
    Disconnected, ExtremeElement, UnusedCategory, Undetermined
        The ratings do not determine the measures.
    NotConverged
        Not within ``max_iterations`` passes.

    >>> given = Ratings.from_columns("AABBCCDD", [1, 0, 0, 1, 1, 0, 1, 0], {"rater": "xyxyxyxy"})
    >>> {name: round(value, 3) for name, value in joint_likelihood(given).measures("rater").items()}
    {'x': -1.099, 'y': 1.099}
    """
    structure = lay_out(ratings, panel or Panel())
    if structure.panel.exchangeable:
        raise BadPanel(reason="joint maximum likelihood compares raters by the persons they share alone")
    low, high = ends(ratings.person, ratings.category, len(ratings.persons))
    outside = (low == high) & ((high == 0) | (low == ratings.n_categories - 1))
    kept = ~outside[ratings.person]
    if not kept.any():
        raise Undetermined(what="any measure, all persons having nothing but lowest or highest ratings")
    _check(ratings, structure, kept)
    extreme, tilt = extremes(ratings, structure, kept)
    problem = _Problem(ratings, structure, kept, tilt)
    start = np.zeros(int(structure.free.sum()) + len(ratings.persons))
    found = climb(problem.mapping, start, tolerance=tolerance, max_iterations=max_iterations)
    parameters, theta = problem.unpack(found.point)
    errors = problem.errors(parameters, theta)
    theta, information = problem.finished(parameters, theta, np.where(outside, np.where(high == 0, 1.0, -1.0), 0.0))
    value = found.objective - float(tilt @ parameters)
    return Joint(
        ratings, structure, parameters, errors, extreme, theta, 1 / np.sqrt(information), outside, value,
        found.iterations, found.step, True,
    )  # fmt: skip


def _check(ratings: Ratings, structure: Structure, kept: Flags) -> None:
    """Refuse what the ratings of persons who are not extreme do not determine."""
    check_categories(ratings, structure, kept)
    check_connections(ratings.taken(kept), structure)
    for term in structure.terms[:-1]:
        lost = sums(term.place[structure.cell], kept, len(term.labels)) == 0
        if lost.any():
            lonely = f"{term.name} {term.labels[int(lost.argmax())]}"
            raise Undetermined(what=f"{lonely}, which met only persons with nothing but lowest or highest ratings")


class _Problem:
    """Newton steps of persons and measures in turn; a point is the free parameters and the abilities."""

    def __init__(self, ratings: Ratings, structure: Structure, kept: Flags, tilt: Floats) -> None:
        self.ratings, self.structure, self.tilt = ratings, structure, tilt
        self.weight, self.people = ratings.weight * kept, len(ratings.persons)
        self.marks = np.arange(structure.categories)
        self.chosen = np.eye(structure.categories)[ratings.category]

    def unpack(self, point: Floats) -> tuple[Floats, Floats]:
        """Give all parameters, and the abilities."""
        parameters = self.structure.start.copy()
        parameters[self.structure.free] = point[: -self.people]
        return parameters, point[-self.people :].copy()

    def mapping(self, point: Floats) -> tuple[float, Floats]:
        """Make a pass: the log-likelihood at the point, with what adjusts extreme elements, and the next point."""
        parameters, theta = self.unpack(point)
        chances = self.chances(parameters, theta)
        value = float(self.weight @ np.log((chances * self.chosen).sum(axis=1))) + float(self.tilt @ parameters)
        pull, information = self.persons(chances, self.weight)
        theta += np.clip(pull / np.maximum(information, TOLERANCE), -LONGEST_STEP, LONGEST_STEP)
        parameters += self.step(self.chances(parameters, theta))
        return value, np.concatenate([parameters[self.structure.free], theta])

    def chances(self, parameters: Floats, theta: Floats) -> Floats:
        """Chances of the categories of each rating, (r, m)."""
        lines = (
            self.marks * theta[self.ratings.person, None] - self.structure.difficulty(parameters)[self.structure.cell]
        )
        weights = np.exp(lines - lines.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def persons(self, chances: Floats, weight: Floats) -> tuple[Floats, Floats]:
        """Derivative by each ability, and information on it, (n,)."""
        mean = chances @ self.marks
        variance = chances @ self.marks**2 - mean**2
        return tuple(  # type: ignore[return-value]
            sums(self.ratings.person, weight * part, self.people) for part in (self.ratings.category - mean, variance)
        )

    def information(self, chances: Floats) -> sparse.csr_array:
        """Information on all parameters, abilities being known."""
        cells, steps = self.structure.cells, self.structure.categories - 1
        inner, cell = chances[:, 1:], self.structure.cell
        block = np.empty((cells, steps, steps))
        for one in range(steps):
            for other in range(steps):
                each = inner[:, one] * ((one == other) - inner[:, other])
                block[:, one, other] = sums(cell, self.weight * each, cells)
        return assembled(self.structure.design, block)

    def step(self, chances: Floats) -> Floats:
        """Newton step of all parameters with abilities held."""
        structure, free = self.structure, self.structure.free
        left = self.weight[:, None] * (chances - self.chosen)
        by_cell = np.stack([sums(structure.cell, column, structure.cells) for column in left[:, 1:].T], axis=1)
        gradient = structure.design.T @ by_cell.ravel() + self.tilt
        step = np.zeros(len(free))
        step[free] = solver(self.information(chances)[free][:, free], structure.zero[:, free])(gradient[free])
        return np.asarray(np.clip(step, -LONGEST_STEP, LONGEST_STEP))

    def errors(self, parameters: Floats, theta: Floats) -> Floats:
        """Standard errors of all parameters, the abilities being estimated as well."""
        structure, chances = self.structure, self.chances(parameters, theta)
        steps, free = structure.categories - 1, np.flatnonzero(structure.free)
        _, information = self.persons(chances, self.weight)
        pulls = self.weight[:, None] * chances[:, 1:] * (self.marks[1:] - (chances @ self.marks)[:, None])
        rows = structure.cell[:, None] * steps + np.arange(steps)
        columns = np.repeat(self.ratings.person[:, None], steps, axis=1)
        cross = matrix(pulls.ravel(), rows.ravel(), columns.ravel(), (structure.cells * steps, self.people))
        shared: Any = structure.design.T @ cross
        known = np.where(information > 0, 1 / np.maximum(information, TOLERANCE**2), 0.0)
        left = self.information(chances) - shared @ sparse.diags_array(known) @ shared.T
        out = np.zeros(len(structure.free))
        out[free] = np.sqrt(np.maximum(variances(left[free][:, free], structure.zero[:, free]), 0.0))
        return out

    def finished(self, parameters: Floats, theta: Floats, inwards: Floats) -> tuple[Floats, Floats]:
        """Estimate all abilities once more with measures held, extreme ones moved inwards, and give the information."""
        for _ in range(LAST_STEPS):
            pull, information = self.persons(self.chances(parameters, theta), self.ratings.weight)
            move = np.clip((pull + ADJUSTMENT * inwards) / information, -LONGEST_STEP, LONGEST_STEP)
            theta = theta + move
            if np.abs(move).max() < TOLERANCE:
                break
        return theta, information
