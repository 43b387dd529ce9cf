r"""Item parameters from answers: marginal maximum likelihood for any mixture of models, designs and groups.

.. math:: \ell = \sum_i w_i \log \sum_q p_{g(i)}(\theta_q) \prod_{j \text{ known}} P_{j x_{ij}}(\theta_q)
          + \text{log priors}

The scale: the first group's population is standard normal, unless fixed items carry a scale, which estimates every
population; with slopes fixed at one (Rasch, PCM, RSM) its spread is estimated too. Other groups' means and spreads are
estimated always (concurrent calibration).

References
----------
Bock, R. D., & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters: application of an EM
algorithm. *Psychometrika*, 46, 443-459.
Bock, R. D., & Zimowski, M. F. (1997). Multiple group IRT. In *Handbook of Modern Item Response Theory*, ch. 25.
Mislevy, R. J. (1986). Bayes modal estimation in item response models. *Psychometrika*, 51, 177-195.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from kaoping.scoring import identification
from kaoping.scoring.acceleration import Climb, Progress, climb
from kaoping.scoring.arrangement import Arrangement, arrange, arrangement_of_some
from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.calibrated import Calibration, describe
from kaoping.scoring.errors import BadParameters, FlatLikelihood, NotConverged
from kaoping.scoring.layout import UNIT_SLOPE, Layout, Place, lay_out
from kaoping.scoring.likelihood import expect
from kaoping.scoring.maximisation import Task, gentler_peaks, maximise
from kaoping.scoring.models import Asymptotic, ModelName, ResponseModel, model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.population import Populations, histograms, normals
from kaoping.scoring.priors import Prior
from kaoping.scoring.quadrature import WIDTH, even_nodes, spacing_for
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.standard_errors import Errors

STEEPEST = 50.0
"""Slope per logit beyond which an item is a step: its likelihood has no peak and the slope runs away."""
ROUGH = 1e-2
ROUGH_PASSES = 300
REFINEMENTS = 6
SLACK = 1.1
"""How much wider than wanted the spacing of the grid may be before the grid is made anew."""
NARROWEST = 5.0
"""Standard deviations of every population that the grid has to cover to be kept."""

Models = str | ResponseModel | Sequence[str | ResponseModel] | Mapping[str, str]
"""One model for all items, one for each, or the name of the model by the name of the item (2PL if not named)."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What is climbed: the arranged answers, the free parameters, and the populations at a grid."""

    arrangement: Arrangement
    layout: Layout
    nodes: Floats
    threads: int

    def mapping(self, populations: Populations) -> Callable[[Floats], tuple[float, Floats]]:
        """Make one pass of EM over the vector of item and population parameters."""
        size = self.layout.size

        def passing(point: Floats) -> tuple[float, Floats]:
            free, here = point[:size], populations.at(point[size:])
            prior = float(self.layout.prior_densities(free).sum())
            table = self.layout.table(free, self.nodes)
            if prior == -np.inf or np.isnan(table).any() or self._steep(free) is not None:
                return -np.inf, point
            expected = expect(self.arrangement, table, self.nodes, here.log_weights(self.nodes), threads=self.threads)
            after = maximise(Task(self.layout, expected.counts, self.nodes), free)
            if (item := self._steep(after)) is not None:
                raise FlatLikelihood(item=item)
            there = here.updated(expected.persons, self.nodes)
            return expected.log_likelihood + prior, np.concatenate([after, there.vector()])

        return passing

    def _steep(self, free: Floats) -> str | None:
        """Name an item whose slope has run away."""
        slopes = [slot for slot, (_, label) in enumerate(self.layout.owners) if label == "a"]
        if not slopes or np.abs(free[slopes]).max() <= STEEPEST:
            return None
        return self.layout.owners[slopes[int(np.abs(free[slopes]).argmax())]][0]


def calibrate(
    responses: ResponseMatrix,
    models: Models = "2pl",
    *,
    priors: Mapping[str, Prior] | None = None,
    fixed: ItemParameters | None = None,
    pinned: Mapping[Place, float] | None = None,
    equal: Sequence[Sequence[Place]] = (),
    density: str = "normal",
    errors: str = Errors.AUTO,
    tolerance: float = 1e-6,
    max_iterations: int = 2000,
    fewest_persons: int = identification.FEWEST_PERSONS,
    threads: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> Calibration:
    """Estimate the parameters of every item, with standard errors.

    Parameters
    ----------
    responses : answers of n persons to k items.
    models : see `Models`.
    priors : by label of the parameter inside the model: ``a``, ``d``, ``c`` (on the logit, or `Beta` on c itself).
    fixed : known items among those answered (fixed-item calibration of the rest).
    pinned : single known parameters inside the models, such as ``{("B-07", "c"): -1.1}``.
    equal : lists of parameters that are to be the same.
    density : ``normal``, or ``histogram`` for a population of any shape on the grid.
    errors : see `Errors`.
    tolerance : largest change of any parameter in a plain EM step at which the iteration ends.
    threads : blocks of persons calculated at once; the result does not depend on it.
    progress : called after each pass.

    Raises
    ------
    NotIdentified
        In one of its leaves: too few items or persons, a constant item, an empty category, items without common
        persons, a flat peak.
    NotConverged
        ``max_iterations`` passes were not enough.
    BadParameters
        Fixed or shared parameters or priors that do not exist.

    >>> from kaoping.scoring.simulation import simulate
    >>> rng = np.random.default_rng(5)
    >>> true = ItemParameters.logistic(np.ones(10), np.linspace(-1, 1, 10))
    >>> answers = simulate(rng.standard_normal(1000), true, rng=rng)
    >>> calibrate(answers).converged
    True
    """
    forms = _forms(responses, models, fixed)
    layout = lay_out(responses.items, forms, fixed=fixed, pinned=pinned, equal=equal, priors=priors)
    identification.check(responses, layout, fewest_persons=fewest_persons)
    arrangement = arrange(responses, forms)
    free = _start(responses, layout)
    nodes = even_nodes(-WIDTH, WIDTH, _spacing(arrangement, layout, free, 1.0))
    populations = _populations(responses, layout, nodes, density, fixed)
    climbing = partial(climb, tolerance=tolerance, progress=progress)
    start = Problem(arrangement, layout, nodes, threads)
    problem, populations, found = _solve(start, free, populations, climbing, max_iterations)
    return describe(problem, responses, populations, found, Errors(errors))


def _solve(
    problem: Problem, free: Floats, populations: Populations, climbing: Callable[..., Climb], max_iterations: int
) -> tuple[Problem, Populations, Climb]:
    """Climb to the top on a grid that is fine and wide enough for what is found there."""
    size, passes = problem.layout.size, 0
    free, populations = _approach(problem, free, populations)
    for attempt in range(REFINEMENTS):
        start = np.concatenate([free, populations.vector()])
        found = climbing(problem.mapping(populations), start, max_iterations=max_iterations - passes)
        free, populations = found.point[:size], populations.at(found.point[size:])
        passes += found.iterations
        if attempt == REFINEMENTS - 1:
            break
        if (wanted := _wanted(problem, free, populations)) is not None:
            populations = _moved(populations, problem.nodes, wanted)
            problem = replace(problem, nodes=wanted)
        elif (better := _gentler(problem, free, populations)) is not None:
            free = better
        else:
            break
    return problem, populations, replace(found, iterations=passes)


def _forms(responses: ResponseMatrix, models: Models, fixed: ItemParameters | None) -> tuple[ResponseModel, ...]:
    """Give each item its model; known items bring their own."""
    known = dict(zip(fixed.names, fixed.models, strict=True)) if fixed else {}
    for name in known:
        if name not in responses.items:
            raise BadParameters(reason=f"item {name} is fixed but was not answered")
    if isinstance(models, Mapping):
        asked: list[str | ResponseModel] = [models.get(name, ModelName.TWO) for name in responses.items]
        if unknown := [name for name in models if name not in responses.items]:
            raise BadParameters(reason=f"item {unknown[0]} has a model but was not answered")
    elif isinstance(models, str) or not isinstance(models, Sequence):
        asked = [models] * responses.n_items
    else:
        asked = list(models)
    if len(asked) != responses.n_items:
        raise BadParameters(reason=f"{len(asked)} models for {responses.n_items} items")
    found = []
    for name, form, m in zip(responses.items, asked, responses.categories, strict=True):
        if name in known:
            if known[name].categories < m:
                raise BadParameters(reason=f"item {name} has answers beyond the categories of its fixed parameters")
            found.append(known[name])
        else:
            found.append(_form(name, form, int(m)) if isinstance(form, str) else form)
    return tuple(found)


def _form(item: str, name: str, categories: int) -> ResponseModel:
    try:
        return model(name, categories)
    except ValueError as refused:
        raise BadParameters(reason=f"item {item}: {refused}") from None


def _start(responses: ResponseMatrix, layout: Layout) -> Floats:
    """Starting values that give the observed shares of categories at average ability."""
    shares = responses.counts / responses.counts.sum(axis=1, keepdims=True)
    free, users = np.zeros(layout.size), np.zeros(layout.size)
    for section in layout.sections:
        start = section.model.start(np.maximum(shares[section.places, : section.model.categories], 1e-4))
        known = section.slots >= 0
        np.add.at(free, section.slots[known], start[known])
        np.add.at(users, section.slots[known], 1.0)
    return free / np.maximum(users, 1.0)


def _approach(problem: Problem, free: Floats, populations: Populations) -> tuple[Floats, Populations]:
    """Come near the top cheaply: on a part of many persons, and with asymptotes held where they are likely.

    The likelihood of an item with asymptotes can have two peaks, one with a high asymptote and a steep slope. Coming
    from a curve without freedom in its asymptotes leads to the ordinary one.
    """
    some = arrangement_of_some(problem.arrangement)
    part = replace(problem, arrangement=some or problem.arrangement)
    held = np.array([label in {"c", "u"} for _, label in problem.layout.owners], dtype=np.bool_)
    if held.any():
        free, populations = _roughly(part, free, populations, held)
    if some is not None:
        free, populations = _roughly(part, free, populations, np.zeros_like(held))
    return free, populations


def _roughly(
    problem: Problem, free: Floats, populations: Populations, held: Flags
) -> tuple[Floats, Populations]:  # fmt: skip
    """Climb until no parameter moves much, with some of them held."""
    layout = problem.layout.holding(held, free)
    start = np.concatenate([free[~held], populations.vector()])
    try:
        found = climb(
            replace(problem, layout=layout).mapping(populations), start, tolerance=ROUGH, max_iterations=ROUGH_PASSES
        )
    except (FlatLikelihood, NotConverged):
        return free, populations
    near = free.copy()
    near[~held] = found.point[: layout.size]
    return near, populations.at(found.point[layout.size :])


def _populations(
    responses: ResponseMatrix, layout: Layout, nodes: Floats, density: str, fixed: ItemParameters | None
) -> Populations:
    groups = len(responses.group_names)
    if density == "histogram":
        return histograms(groups, nodes)
    unit = all(form.name in UNIT_SLOPE for form in layout.models)
    return normals(groups, first_free=bool(fixed), spread_free=unit)


def _spacing(arrangement: Arrangement, layout: Layout, free: Floats, sd: float) -> float:
    """Spacing that the most informative set of items needs."""
    information = layout.parameters(free).information(np.linspace(-4.0, 4.0, 33))
    most = max(float(np.max(block.sets @ information)) for block in arrangement.blocks)
    return spacing_for(most, sd)


def _gentler(problem: Problem, free: Floats, populations: Populations) -> Floats | None:
    """Give a place from which a higher peak can be climbed, if there seems to be one."""
    if not any(isinstance(form, Asymptotic) for form in problem.layout.models):
        return None
    table, log_weights = problem.layout.table(free, problem.nodes), populations.log_weights(problem.nodes)
    expected = expect(problem.arrangement, table, problem.nodes, log_weights, threads=problem.threads)
    return gentler_peaks(Task(problem.layout, expected.counts, problem.nodes), free)


def _wanted(problem: Problem, free: Floats, populations: Populations) -> Floats | None:
    """Give a finer or wider grid if the one used is not good enough for what was found."""
    if populations.histogram is not None:
        return None
    spacing = _spacing(problem.arrangement, problem.layout, free, float(populations.sd.min()))
    low = float((populations.mean - NARROWEST * populations.sd).min())
    high = float((populations.mean + NARROWEST * populations.sd).max())
    nodes = problem.nodes
    if nodes[1] - nodes[0] <= SLACK * spacing and nodes[0] <= low and nodes[-1] >= high:
        return None
    low = min(float((populations.mean - WIDTH * populations.sd).min()), -WIDTH)
    high = max(float((populations.mean + WIDTH * populations.sd).max()), WIDTH)
    return even_nodes(low, high, spacing)


def _moved(populations: Populations, nodes: Floats, wanted: Floats) -> Populations:
    """Take the populations over to another grid."""
    if populations.histogram is None:
        return populations
    shapes = np.stack([np.interp(wanted, nodes, row) for row in populations.histogram])
    return replace(populations, histogram=shapes)
