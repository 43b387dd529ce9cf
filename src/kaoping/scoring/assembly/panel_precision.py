r"""How precise a panel of a multistage test is, calculated and not simulated.

With :math:`g_m(t \mid \theta)` the distribution of the sum of the marks of module m, the chance to have gone the way
:math:`w m` with the sum s in all is

.. math:: f_{wm}(s \mid \theta) = \sum_t [\,r_w(t) = m\,]\; f_w(t \mid \theta)\; g_m(s - t \mid \theta),

:math:`r_w(t)` being the module that follows on the sum t. That is the recursion of Lord and Wingersky [1]_ along every
path, and it says everything: the estimate of a candidate who ends path p with s is the posterior mean

.. math:: \hat\theta_{ps} = \frac{\sum_q \theta_q\, w_q\, f_p(s \mid \theta_q)}{\sum_q w_q\, f_p(s \mid \theta_q)},

whose mean, spread and class at each ability are sums over paths and scores [2]_.

References
----------
.. [1] Lord, F. M., & Wingersky, M. S. (1984). Comparison of IRT true-score and equipercentile observed-score
   "equatings". *Applied Psychological Measurement*, 8, 453-461.
.. [2] Park, R., Kim, J., Chung, H., & Dodd, B. G. (2017). The development of MST test information for the prediction of
   test performances. *Educational and Psychological Measurement*, 77, 570-586.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.routing import By, PanelItems, Routing, Way, follow
from kaoping.scoring.grids import checked, normal_grid
from kaoping.scoring.quadrature import Quadrature


@dataclass(frozen=True, eq=False)
class Ending:
    """What candidates who went one path have.

    Attributes
    ----------
    way : places of its modules.
    theta, se : (s + 1,) estimate and posterior standard deviation for every sum of the marks, in logits; the mean and
        spread of the population where nobody has the sum.
    share : (s + 1,) of the population.
    """

    way: Way
    theta: Floats
    se: Floats
    share: Floats


@dataclass(frozen=True, eq=False)
class PanelPrecision:
    """A panel with its routing, exactly.

    Attributes
    ----------
    theta : (n,) abilities asked for, in logits.
    bias, se : (n,) mean error of the estimate and its standard deviation at an ability.
    paths : (p, n) chance of every path.
    right : (n,) chance to be put into the class that the ability is in; 1 without cuts.
    endings : of every path.
    next_modules : for the modules so far, which one follows after every sum of the marks.
    accuracy : share of the population that is put into the right class.
    reliability : share of the variance of ability in the population that the estimates have.
    """

    theta: Floats
    bias: Floats
    se: Floats
    paths: Floats
    right: Floats
    endings: tuple[Ending, ...]
    next_modules: dict[Way, Whole]
    accuracy: float
    reliability: float

    @property
    def rmse(self) -> Floats:
        """(n,) root mean squared error at an ability."""
        return np.sqrt(self.bias**2 + self.se**2)


def panel_precision(
    panel: PanelItems,
    routing: Routing,
    *,
    theta: ArrayLike = (-2.0, -1.0, 0.0, 1.0, 2.0),
    cuts: Sequence[float] = (),
    population: Quadrature | None = None,
) -> PanelPrecision:
    """Calculate bias, error and classification of a panel at abilities and in a population.

    Parameters
    ----------
    theta : (n,) abilities, in logits.
    cuts : abilities at which classes begin.
    population : standard normal if not given; estimates are posterior means in it.

    Raises
    ------
    BadPopulation
        The population is not a distribution.
    """
    grid = normal_grid(panel.everything) if population is None else checked(population)
    at = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    nodes = np.append(grid.nodes, at)
    reached, following = _reached(panel, routing, nodes, grid)
    q = len(grid.nodes)
    endings = tuple(_ending(way, reached[way][:, :q], grid) for way in panel.ways)
    chance = [reached[way] for way in panel.ways]
    estimates = [ending.theta for ending in endings]
    mean, square = _mean(estimates, chance), _mean([theta**2 for theta in estimates], chance)
    limits = np.sort(np.asarray(cuts, dtype=np.float64))
    own = np.searchsorted(limits, nodes, side="right")
    classes = [np.searchsorted(limits, theta, side="right") for theta in estimates]
    right = sum(
        (((of[:, None] == own) * table).sum(axis=0) for of, table in zip(classes, chance, strict=True)),
        start=np.zeros(len(nodes)),
    )
    centre = grid.weights @ grid.nodes
    estimated = sum(float(ending.share @ (ending.theta - centre) ** 2) for ending in endings)
    return PanelPrecision(
        theta=at, bias=mean[q:] - at, se=np.sqrt(np.maximum(square[q:] - mean[q:] ** 2, 0.0)),
        paths=np.array([table[:, q:].sum(axis=0) for table in chance]), right=right[q:], endings=endings,
        next_modules=following, accuracy=float(grid.weights @ right[:q]),
        reliability=estimated / float(grid.weights @ (grid.nodes - centre) ** 2),
    )  # fmt: skip


def _mean(values: Sequence[Floats], chance: Sequence[Floats]) -> Floats:
    """Give the mean over paths and sums at every node."""
    each = (value @ table for value, table in zip(values, chance, strict=True))
    return sum(each, start=np.zeros(chance[0].shape[1]))


def _reached(
    panel: PanelItems, routing: Routing, nodes: Floats, grid: Quadrature
) -> tuple[dict[Way, Floats], dict[Way, Whole]]:
    """Give, for all modules so far, the chance of every sum of the marks at every node, and what follows on it."""
    scores = [panel.scores(module, nodes) for module in range(len(panel.modules))]
    starts = sorted({way[0] for way in panel.ways})
    reached: dict[Way, Floats] = {
        (module,): chance * scores[module] for module, chance in zip(starts, routing.first, strict=True)
    }
    following: dict[Way, Whole] = {}
    for way in panel.partial:
        after = panel.after(way)
        if not after:
            continue
        here = reached[way]
        following[way] = follow(panel, way, *_compared(panel, routing, way, here, grid))
        for module in after:
            sent = here * (following[way] == module)[:, None]
            reached[*way, module] = _added(sent, scores[module])
    return reached, following


def _compared(panel: PanelItems, routing: Routing, way: Way, here: Floats, grid: Quadrature) -> tuple[Floats, Floats]:
    """Give routing points and what is compared with them: sums of marks with expected sums, or posterior means."""
    points = routing.points[way]
    if routing.by is By.EAP:
        return points, _ending(way, here[:, : len(grid.nodes)], grid).theta
    return np.array([panel.expected(way, point) for point in points]), np.arange(len(here), dtype=np.float64)


def _added(one: Floats, other: Floats) -> Floats:
    """Distribution of the sum of two independent sums at every node."""
    total = np.zeros((len(one) + len(other) - 1, one.shape[1]))
    for score, chance in enumerate(other):
        total[score : score + len(one)] += chance * one
    return total


def _ending(way: Way, chance: Floats, grid: Quadrature) -> Ending:
    joint = chance * grid.weights
    share = joint.sum(axis=1)
    known = share > 0
    weights = np.where(known[:, None], joint / np.where(known, share, 1.0)[:, None], grid.weights)
    theta = weights @ grid.nodes
    spread = (weights * (grid.nodes - theta[:, None]) ** 2).sum(axis=1)
    return Ending(way, theta, np.sqrt(spread), share)
