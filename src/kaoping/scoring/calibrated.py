"""What a calibration found: parameters, standard errors, populations, and how it got there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from kaoping.scoring.acceleration import Climb
from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadParameters, FlatLikelihood
from kaoping.scoring.layout import UNIT_SLOPE, Layout, Place
from kaoping.scoring.likelihood import expect
from kaoping.scoring.maximisation import Task
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.population import Populations
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.standard_errors import LARGEST_WORK, Errors, covariance, cross_product, observed, work

if TYPE_CHECKING:
    from kaoping.scoring.calibration import Problem

STEP = 1e-6


@dataclass(frozen=True, eq=False)
class Calibration:
    """Item parameters on the scale of the first group's population (or of the fixed items).

    Attributes
    ----------
    parameters : the k items.
    errors : where the standard errors come from; ``none`` if they were not asked for.
    standard_errors : of the parameters as people read them, one (p,) for each item, zero where fixed (delta method);
        empty if not asked for.
    free : the F free parameters by item and label inside the model; ``covariance`` (P, P) is theirs, then that of the
        groups' free means and log standard deviations.
    groups, mean, sd : names, means and standard deviations (logits) of the groups' populations; ``se_mean``, ``se_sd``,
        zero where fixed.
    density : ``normal`` or ``histogram``; ``population`` is the grid with the weights of the first group.
    answered : (k,) persons whose answer to each item is known.
    log_likelihood : at the solution, without priors; ``log_posterior`` with them.
    iterations : passes over the data; ``step`` is the largest change of the last plain step.
    gradient_norm : largest absolute derivative of the log-posterior by an item parameter, per person.
    trace : objective at every accepted point on the last grid; it never falls beyond rounding.
    """

    parameters: ItemParameters
    errors: Errors
    standard_errors: tuple[Floats, ...] = field(repr=False)
    free: tuple[Place, ...] = field(repr=False)
    covariance: Floats = field(repr=False)
    groups: tuple[str, ...]
    mean: Floats
    sd: Floats
    se_mean: Floats
    se_sd: Floats
    density: str
    population: Quadrature = field(repr=False)
    answered: Floats = field(repr=False)
    n_persons: int
    n_weighted: float
    n_free: int
    log_likelihood: float
    log_posterior: float
    iterations: int
    step: float
    converged: bool
    gradient_norm: float
    trace: tuple[float, ...] = field(repr=False)

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the k items."""
        return self.parameters.names

    @property
    def aic(self) -> float:
        """Akaike's criterion, ``-2 l + 2 P``."""
        return -2 * self.log_likelihood + 2 * self.n_free

    @property
    def bic(self) -> float:
        """Schwarz's criterion, ``-2 l + P log n``."""
        return float(-2 * self.log_likelihood + self.n_free * np.log(self.n_weighted))

    def reported(self, label: str) -> Floats:
        """(k,) one parameter as people read it, such as ``a`` or ``b``.

        Raises
        ------
        BadParameters
            Some item has no such parameter.
        """
        return np.array([row[self._place(item, label)] for item, row in enumerate(self._shown())])

    def standard_error(self, label: str) -> Floats:
        """(k,) standard error of one parameter as people read it; zero where it is fixed.

        Raises
        ------
        BadParameters
            Some item has no such parameter, or no standard errors were asked for.
        """
        if not self.standard_errors:
            raise BadParameters(reason="no standard errors were asked of the calibration")
        return np.array([row[self._place(item, label)] for item, row in enumerate(self.standard_errors)])

    def _shown(self) -> list[Floats]:
        models, values = self.parameters.models, self.parameters.values
        return [form.to_reported(row[None])[0] for form, row in zip(models, values, strict=True)]

    def _place(self, item: int, label: str) -> int:
        labels = self.parameters.models[item].reported
        if label not in labels:
            raise BadParameters(reason=f"item {self.items[item]} has no parameter {label}")
        return labels.index(label)


def describe(
    problem: "Problem", responses: ResponseMatrix, populations: Populations, found: Climb, errors: Errors
) -> Calibration:
    """Give the result at the solution, with standard errors."""
    layout, nodes = problem.layout, problem.nodes
    free = found.point[: layout.size]
    log_weights = populations.log_weights(nodes)
    table = layout.table(free, nodes)
    expected = expect(problem.arrangement, table, nodes, log_weights, threads=problem.threads)
    task = Task(layout, expected.counts, nodes)
    uphill = layout.gather(task.gradients(free)) + layout.prior_gradient(free)
    source = _source(problem, errors)
    spread = _covariance(problem, task, free, populations, expected.persons, source)
    prior = float(layout.prior_densities(free).sum())
    parameters, grid = layout.parameters(free), Quadrature(nodes, np.exp(log_weights[0]))
    mean, sd = populations.moments(nodes)
    if populations.histogram is not None and not _anchored(layout):
        parameters, spread, mean, sd, grid = _standardised(layout, parameters, spread, mean, sd, grid)
    se_mean, se_sd = _population_errors(populations, spread, layout.size)
    histogram = 0 if populations.histogram is None else populations.histogram.size
    return Calibration(
        parameters=parameters,
        errors=source,
        standard_errors=_reported_errors(layout, parameters, spread) if source is not Errors.NONE else (),
        free=layout.owners,
        covariance=spread,
        groups=responses.group_names,
        mean=mean,
        sd=sd,
        se_mean=se_mean,
        se_sd=se_sd,
        density="normal" if populations.histogram is None else "histogram",
        population=grid,
        answered=responses.answered,
        n_persons=responses.n_persons,
        n_weighted=float(responses.weights.sum()),
        n_free=layout.size + len(populations.labels) + histogram,
        log_likelihood=expected.log_likelihood,
        log_posterior=expected.log_likelihood + prior,
        iterations=found.iterations,
        step=found.step,
        converged=True,
        gradient_norm=float(np.abs(uphill).max(initial=0.0)) / responses.n_persons,
        trace=found.trace,
    )


def _source(problem: "Problem", errors: Errors) -> Errors:
    if errors is not Errors.AUTO:
        return errors
    heavy = work(problem.arrangement, len(problem.nodes)) > LARGEST_WORK
    return Errors.CROSS_PRODUCT if heavy else Errors.OBSERVED


def _covariance(
    problem: "Problem", task: Task, free: Floats, populations: Populations, persons: Floats, source: Errors
) -> Floats:
    """Covariance of the free parameters, then of the populations', (P, P).

    Raises
    ------
    FlatLikelihood
        The information is not positive definite; the flattest item is named.
    """
    size = task.layout.size + len(populations.labels)
    if source is Errors.NONE or not size:
        return np.zeros((size, size))
    known = np.zeros((size, size))
    known[np.diag_indices(task.layout.size)] = task.layout.prior_curvature(free)
    crossed = None if source is Errors.OBSERVED else cross_product(problem.arrangement, task, free, populations)
    information = crossed
    if information is None or source is Errors.SANDWICH:
        information = observed(problem.arrangement, task, free, populations, persons)
    found = covariance(information + known, meat=crossed if source is Errors.SANDWICH else None)
    if found is None:
        flattest = int(np.abs(np.linalg.eigh(information + known)[1][: task.layout.size, 0]).argmax())
        raise FlatLikelihood(item=task.layout.owners[flattest][0])
    return found


def _population_errors(populations: Populations, spread: Floats, size: int) -> tuple[Floats, Floats]:
    """Standard errors of the groups' means and standard deviations, (g,) each."""
    mean, sd = np.zeros(len(populations.mean)), np.zeros(len(populations.sd))
    for number, (group, name) in enumerate(populations.labels):
        error = float(np.sqrt(spread[size + number, size + number]))
        if name == "mean":
            mean[group] = error
        else:
            sd[group] = error * populations.sd[group]
    return mean, sd


def _reported_errors(layout: Layout, parameters: ItemParameters, spread: Floats) -> tuple[Floats, ...]:
    """Delta method from the parameters inside to those that people read, (p,) for each item."""
    found: list[Floats] = [np.empty(0)] * len(parameters)
    for section in layout.sections:
        values = np.stack([parameters.values[place] for place in section.places])
        jacobian = np.stack(
            [_change(section.model.to_reported, values, label) for label in range(values.shape[1])], axis=2
        )
        known = section.slots >= 0
        pairs = known[:, :, None] & known[:, None, :]
        inner = np.where(pairs, spread[section.slots[:, :, None], section.slots[:, None, :]], 0.0)
        variance = np.einsum("fpr,frs,fps->fp", jacobian, inner, jacobian)
        for place, row in zip(section.places, np.sqrt(np.maximum(variance, 0.0)), strict=True):
            found[place] = row
    return tuple(found)


def _change(function: Callable[[Floats], Floats], values: Floats, label: int) -> Floats:
    """Differentiate a function of parameters (f, p) by one of them, centrally."""
    step = np.zeros_like(values)
    step[:, label] = STEP * np.maximum(1.0, np.abs(values[:, label]))
    up, down = function(values + step), function(values - step)
    return np.asarray((up - down) / (2 * step[:, label, None]))


def _anchored(layout: Layout) -> bool:
    """Whether known parameters carry the scale, so that it must not be moved."""
    return any((section.slots < 0).any() and section.model.name not in UNIT_SLOPE for section in layout.sections)


def _standardised(
    layout: Layout, parameters: ItemParameters, spread: Floats, mean: Floats, sd: Floats, grid: Quadrature
) -> tuple[ItemParameters, Floats, Floats, Floats, Quadrature]:
    """Move a histogram to mean zero and, if slopes are free, standard deviation one, and the items with it."""
    unit = all(form.name in UNIT_SLOPE for form in layout.models)
    by = 1.0 if unit else 1 / float(sd[0])
    shift = -float(mean[0]) * by
    moved = parameters.rescaled(by, shift)
    turn = np.eye(len(spread))
    for section in layout.sections:
        values = np.stack([parameters.values[place] for place in section.places])
        for label in range(values.shape[1]):
            change = _change(partial(section.model.rescaled, slope=by, intercept=shift), values, label)
            for row, slots in enumerate(section.slots):
                known = slots >= 0
                if known[label]:
                    turn[slots[known], slots[label]] = change[row, known]
    return moved, turn @ spread @ turn.T, mean * by + shift, sd * by, Quadrature(grid.nodes * by + shift, grid.weights)
