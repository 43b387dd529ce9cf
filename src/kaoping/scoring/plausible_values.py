r"""Plausible values: abilities drawn from each person's posterior, for statements about populations.

A point estimate varies too little (EAP) or too much (maximum likelihood) over persons; draws from the posteriors vary
as abilities do. They are drawn by inverting the cumulated posterior, :math:`\theta = F^{-1}(u)`. At the middle between
two nodes of an even grid of spacing h the Euler-Maclaurin sum and its derivative give

.. math:: F(\theta_q + h/2) = \sum_{r \le q} p_r + \tfrac{291}{5760} \Delta_1 - \tfrac{17}{5760} \Delta_3 + O(h^6), \\
          h F'(\theta_q + h/2) = \tfrac{9}{16}(p_q + p_{q+1}) - \tfrac{1}{16}(p_{q-1} + p_{q+2}) + O(h^4),

with :math:`\Delta_1 = p_{q+1} - p_q` and :math:`\Delta_3 = p_{q+2} - p_{q-1}`; between these edges a cubic passes with
those values and slopes, limited so that it rises. With two nodes in a posterior standard deviation F errs by 2e-4.

References
----------
Mislevy, R. J. (1991). Randomization-based inference about latent variables from complex samples. *Psychometrika*, 56,
177-196.
Fritsch, F. N., & Carlson, R. E. (1980). Monotone piecewise cubic interpolation. *SIAM Journal on Numerical Analysis*,
17, 238-246.
"""

from collections.abc import Sequence

import numpy as np

from kaoping.scoring.ability import Grid, fitting
from kaoping.scoring.arrangement import arrange
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import BadPopulation
from kaoping.scoring.grids import Population, grids
from kaoping.scoring.likelihood import exponentiate, joint
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.responses import ResponseMatrix

EVEN = 1e-6
"""Largest relative difference of the distances of an even grid."""
FINENESS = 2.0
"""Nodes in a posterior standard deviation of a grid that was not given."""
HALVINGS = 30


def plausible_values(
    responses: ResponseMatrix,
    parameters: ItemParameters,
    *,
    draws: int,
    rng: np.random.Generator,
    population: Population = None,
) -> Floats:
    """Draw abilities of every person from the posterior, (n, draws), in logits.

    Parameters
    ----------
    responses, parameters, population : as for `kaoping.scoring.ability.eap`; the grid has to be even.
    draws : number of values for each person.
    rng : the same state gives the same values, whatever the order of the persons is inside.

    Raises
    ------
    BadParameters, BadPopulation
        Items or population do not belong to the answers; the grid is not even.

    >>> answers, items = ResponseMatrix([[1, 1], [0, 0]]), ItemParameters.logistic([1.0, 1.0], [0.0, 0.0])
    >>> drawn = plausible_values(answers, items, draws=1000, rng=np.random.default_rng(1))
    >>> drawn.mean(axis=1).round(1)
    array([ 0.7, -0.7])
    """
    fitting(responses, parameters)
    populations = grids(population, responses, parameters, fineness=FINENESS)
    _even(populations)
    arrangement = arrange(responses, parameters.models)
    prepared = {id(grid): Grid.of(grid, parameters, arrangement.columns) for grid in populations}
    chance = rng.random((responses.n_persons, draws))
    persons = np.argsort(arrangement.order, kind="stable")
    row_of = arrangement.order[persons]
    drawn = np.empty_like(chance)
    for rows, block in arrangement.rows():
        grid = prepared[id(populations[block.group])]
        density, _ = joint(block, grid.items, grid.log_weights)
        exponentiate(density)
        here = slice(*np.searchsorted(row_of, [rows.start, rows.stop]))
        drawn[persons[here]] = _inverted(density, grid.items.nodes, row_of[here] - rows.start, chance[persons[here]])
    return drawn


def _even(populations: Sequence[Quadrature]) -> None:
    for population in populations:
        gaps = np.diff(population.nodes)
        if not len(gaps) or np.ptp(gaps) > EVEN * gaps[0]:
            raise BadPopulation(reason="plausible values need an evenly spaced grid of two nodes or more")


def _inverted(density: Floats, nodes: Floats, row: Whole, chance: Floats) -> Floats:
    """Invert the cumulated posteriors (r, q) at the chances (p, draws) of persons with these rows (p,)."""
    share = density / density.sum(axis=1, keepdims=True)
    cumulated, level = _edges(share)
    cell = _cell(cumulated, row, chance)
    at = (np.broadcast_to(row[:, None], cell.shape), cell)
    after = (at[0], cell + 1)
    within = _solved(chance - cumulated[at], cumulated[after] - cumulated[at], level[at], level[after])
    spacing = nodes[1] - nodes[0]
    return np.asarray(nodes[0] + spacing * (cell - 0.5 + within))


def _edges(share: Floats) -> tuple[Floats, Floats]:
    """Cumulated shares, and their slopes in nodes, at the edges of the cells around the nodes, (r, q + 1) each."""
    padded = np.pad(share, ((0, 0), (2, 2)))
    outer, left, right, last = (padded[:, place : place + share.shape[1] + 1] for place in range(4))
    cumulated = np.cumsum(padded[:, 1:-2], axis=1) + (291 * (right - left) - 17 * (last - outer)) / 5760
    cumulated[:, 0], cumulated[:, -1] = 0.0, 1.0
    cumulated = np.maximum.accumulate(np.clip(cumulated, 0.0, 1.0), axis=1)
    return cumulated, np.maximum(9 * (left + right) - (outer + last), 0.0) / 16


def _cell(cumulated: Floats, row: Whole, chance: Floats) -> Whole:
    """Give the cell of each chance, the last edge not above it; all rows together are one rising sequence."""
    width = cumulated.shape[1]
    rising = (cumulated + np.arange(len(cumulated))[:, None]).ravel()
    place = np.searchsorted(rising, chance + row[:, None], side="right") - 1 - row[:, None] * width
    return np.asarray(np.clip(place, 0, width - 2), dtype=np.int64)


def _solved(wanted: Floats, rise: Floats, first: Floats, last: Floats) -> Floats:
    """Find t in [0, 1] where the cubic from 0 to ``rise`` with these slopes at its ends reaches ``wanted``."""
    first, last = np.minimum(first, 3 * rise), np.minimum(last, 3 * rise)
    low, high = np.zeros_like(wanted), np.ones_like(wanted)
    for _ in range(HALVINGS):
        t = (low + high) / 2
        value = t * (first + t * (3 * rise - 2 * first - last + t * (first + last - 2 * rise)))
        low, high = np.where(value < wanted, t, low), np.where(value < wanted, high, t)
    return (low + high) / 2
