"""Measures of raters, items and further facets, all on one scale of logits, and the population of persons."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from kaoping.scoring.acceleration import Climb, Progress, climb
from kaoping.scoring.arrays import Floats
from kaoping.scoring.quadrature import FEWEST_NODES, WIDTH, Quadrature, spacing_for
from kaoping.scoring.raters.checking import check_categories, check_connections, extremes
from kaoping.scoring.raters.errors import Undetermined
from kaoping.scoring.raters.estimation import Expected, Problem, blocks, expect, log_probabilities
from kaoping.scoring.raters.information import information, variances
from kaoping.scoring.raters.measures import Measured
from kaoping.scoring.raters.ratings import Ratings
from kaoping.scoring.raters.sparsity import widened
from kaoping.scoring.raters.structure import Panel, Structure, lay_out

TOLERANCE = 1e-6
MAX_ITERATIONS = 1000
MOST_NODES = 601


@dataclass(frozen=True, eq=False)
class ManyFacet(Measured):
    """Measures in logits: severity of raters, difficulty of items; higher gives lower ratings.

    Every facet sums to zero unless some of its measures were known.

    Attributes
    ----------
    parameters, standard_errors, extreme : as of `Measured`; the errors come from the observed information.
    mean, sd : of the population of persons; ``se_mean`` and ``se_sd`` their standard errors.
    log_likelihood : at the solution, without what adjusts extreme elements.
    n_free : number of parameters that the ratings determine.
    iterations : passes over the data; ``step`` is the largest change of the last one.
    expected, population, chances : posterior of every person on the grid, the grid, and (c, m, q) chances of
        categories.
    """

    mean: float
    sd: float
    se_mean: float
    se_sd: float
    log_likelihood: float
    n_free: int
    iterations: int
    step: float
    converged: bool
    expected: Expected = field(repr=False)
    population: Quadrature = field(repr=False)
    chances: Floats = field(repr=False)
    trace: tuple[float, ...] = field(repr=False)

    @property
    def aic(self) -> float:
        """Akaike's criterion, ``-2 l + 2 P``."""
        return -2 * self.log_likelihood + 2 * self.n_free

    @property
    def bic(self) -> float:
        """Schwarz's criterion, ``-2 l + P log n`` for n persons."""
        return float(-2 * self.log_likelihood + self.n_free * np.log(len(self.ratings.persons)))


def many_facet(
    ratings: Ratings,
    panel: Panel | None = None,
    *,
    errors: bool = True,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
    progress: Callable[[Progress], None] | None = None,
) -> ManyFacet:
    """Estimate a many-facet Rasch model [1]_ by marginal maximum likelihood over a normal population.

    Parameters
    ----------
    ratings : r ratings of n persons, as few for each as there are.
    panel : facets, thresholds, interactions, anchors; all facets with common thresholds if not given.
    errors : whether standard errors are wanted.
    tolerance : largest change of a parameter, in logits, at which it stands still.

    Raises
    ------
    BadPanel
        The model does not fit the ratings.
    Disconnected, ExtremeElement, UnusedCategory, Undetermined
        The ratings do not determine the measures.
    NotConverged
        Not within ``max_iterations`` passes.

    References
    ----------
    .. [1] Linacre, J. M. (1989). *Many-Facet Rasch Measurement*. MESA Press.

    >>> rng = np.random.default_rng(1)
    >>> person, rater = np.repeat(np.arange(300), 3), np.tile([0, 1, 2], 300)
    >>> severity = np.array([-0.5, 0.0, 0.5])
    >>> right = rng.standard_normal(300)[person] - severity[rater] + rng.logistic(size=900) > 0
    >>> found = many_facet(Ratings.from_columns(person, right, {"rater": rater}))
    >>> {name: round(value, 1) for name, value in found.measures("rater").items()}
    {'0': -0.5, '1': -0.0, '2': 0.5}
    """
    structure = lay_out(ratings, panel or Panel())
    check_categories(ratings, structure)
    check_connections(ratings, structure)
    extreme, tilt = extremes(ratings, structure)
    problem, found, passes = _climbed(structure, tilt, tolerance, max_iterations, progress)
    point, state = found.point, _state(problem, found.point)
    parameters, population, chances, expected = state
    at = float(point[-2]), float(np.exp(point[-1]))
    spread = _errors(structure, expected, population, chances, at) if errors else np.zeros(0)
    ends = (float(spread[-2]), float(spread[-1]) * at[1]) if errors else (0.0, 0.0)
    return ManyFacet(
        ratings, structure, parameters, spread[:-2], extreme, *at, *ends, expected.log_likelihood,
        structure.n_free + 2, passes, found.step, True, expected, population, chances, found.trace,
    )  # fmt: skip


def _climbed(
    structure: Structure,
    tilt: Floats,
    tolerance: float,
    max_iterations: int,
    progress: Callable[[Progress], None] | None,
) -> tuple[Problem, Climb, int]:
    """Iterate, on a finer grid again if that of the start proves too wide for the person of whom most is known."""
    problem, point, passes = Problem(structure, FEWEST_NODES, tilt), np.zeros(int(structure.free.sum()) + 2), 0
    while True:
        found = climb(
            problem.mapping, point, tolerance=tolerance, max_iterations=max_iterations - passes, progress=progress
        )
        point, passes = found.point, passes + found.iterations
        nodes = min(_nodes_for(structure, _state(problem, point), float(np.exp(point[-1]))), MOST_NODES)
        if nodes <= problem.nodes:
            return problem, found, passes
        problem = Problem(structure, nodes, tilt)


def _state(problem: Problem, point: Floats) -> tuple[Floats, Quadrature, Floats, Expected]:
    parameters, population = problem.unpack(point)
    log_chances = log_probabilities(problem.structure.difficulty(parameters), population.nodes)
    expected = expect(problem.structure, log_chances, population)
    return parameters, population, np.exp(log_chances), expected


def _nodes_for(structure: Structure, state: tuple[Floats, Quadrature, Floats, Expected], sd: float) -> int:
    """Count the nodes that the person of whom most is known needs."""
    _, _, chances, expected = state
    marks = np.arange(structure.categories)[:, None]
    variance = (chances * marks**2).sum(axis=1) - (chances * marks).sum(axis=1) ** 2
    known = (
        float((expected.weights[rows] * (structure.ratings_of[rows] @ variance)).sum(axis=1).max())
        for rows in blocks(len(expected.weights))
    )
    steps = int(np.ceil(2 * WIDTH * sd / spacing_for(max(known), sd) - 1e-6))
    return max(FEWEST_NODES, steps + 1 + steps % 2)


def _errors(
    structure: Structure, expected: Expected, population: Quadrature, chances: Floats, at: tuple[float, float]
) -> Floats:
    """Standard errors of all parameters, and of the mean and log deviation of the persons."""
    free = np.flatnonzero(np.concatenate([structure.free, [True, True]]))
    whole = information(structure, expected, population, chances=chances, at=at)
    zero = widened(structure.zero, 2)
    out = np.zeros(len(structure.free) + 2)
    try:
        out[free] = np.sqrt(np.maximum(variances(whole[free][:, free], zero[:, free]), 0.0))
    except Undetermined as unknown:
        raise Undetermined(what=_name(structure, int(free[unknown.place]))) from None
    return out


def _name(structure: Structure, place: int) -> str:
    for term in structure.terms:
        if term.columns.start <= place < term.columns.stop:
            return f"{term.name} {term.labels[place - term.start]}"
    return "the population of persons"
