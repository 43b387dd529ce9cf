"""M-step: new item parameters, given expected counts, by Newton steps with the expected information."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import expit, logit

from kaoping.scoring.arrays import Floats
from kaoping.scoring.layout import Layout, Section
from kaoping.scoring.models import Asymptotic

NEWTON_STEPS = 2
LONGEST_STEP = 1.0
STANDING = 1e-10
HALVINGS = 12
ROUNDING = 1e-13
"""Relative loss of height that is taken for rounding and not for a step too long."""
GENTLE, LOWERS, UPPER = 0.5, (-3.0, -1.5, -0.6), 4.0
"""Slope, and logits of the asymptotes, from which other peaks are sought."""
SOLVED = (0.03, 0.97)
LOGISTIC_VARIANCE = np.pi**2 / 3
STEPS_FROM_A_START = 6
GAIN = 1e-3
"""Gain of log-likelihood from which on another peak is higher and not the same."""
RIDGE = 1e-10
"""Share added to the diagonal of an information matrix, so that one that rounds to singular can be solved."""


@dataclass(frozen=True, eq=False)
class Task:
    """The function that an M-step climbs: expected log-likelihood of the counts (k, m, q) at the nodes, plus priors."""

    layout: Layout
    counts: Floats
    nodes: Floats

    def of(self, section: Section) -> Floats:
        """Counts of a section's items, (f, m, q)."""
        return self.counts[section.places, : section.model.categories]

    def heights(self, free: Floats) -> Floats:
        """Height of each item, (k,), without priors; minus infinity where parameters are impossible."""
        found = np.empty(len(self.layout.names))
        for section in self.layout.sections:
            log = section.model.log_probabilities(self.layout.values(section, free), self.nodes)
            found[section.places] = np.where(np.isnan(log).any(axis=(1, 2)), -np.inf, _total(self.of(section), log))
        return found

    def gradients(self, free: Floats) -> list[Floats]:
        """Derivative by the parameters of each section, (f, p) each, without priors."""
        found = []
        for section in self.layout.sections:
            change = section.model.derivative(self.layout.values(section, free), self.nodes)
            found.append(np.einsum("fmq,fmpq->fp", self.of(section), change, optimize=True))
        return found

    def slopes_and_information(self, free: Floats) -> tuple[list[Floats], list[Floats]]:
        """Derivative (f, p) and expected information (f, p, p) of each section."""
        slopes, information = [], []
        for section in self.layout.sections:
            values = self.layout.values(section, free)
            change, counts = section.model.derivative(values, self.nodes), self.of(section)
            slopes.append(np.einsum("fmq,fmpq->fp", counts, change, optimize=True))
            persons = np.maximum(counts.sum(axis=1, keepdims=True), 0.0)
            chance = np.exp(section.model.log_probabilities(values, self.nodes))
            weighted = (np.sqrt(persons * chance)[:, :, None] * change).swapaxes(1, 2)
            flat = weighted.reshape(*weighted.shape[:2], -1)
            information.append(flat @ flat.swapaxes(1, 2))
        return slopes, information


def _total(counts: Floats, log: Floats) -> Floats:
    finite = np.nan_to_num(log, nan=0.0, neginf=0.0)
    return np.asarray(np.einsum("fmq,fmq->f", counts, finite, optimize=True))


def maximise(task: Task, free: Floats) -> Floats:
    """Take a few Newton steps; returns new free parameters (F,), never lower than the old ones.

    Where no two items share a parameter every item is solved alone, all at once; else all together. A step is cut
    to length one, and halved until the item (or the whole) does not lose height.
    """
    layout = task.layout
    unit = _units(layout)
    height = _heights(task, free, unit)
    for _ in range(NEWTON_STEPS):
        step = _cut(_newton(task, free), unit)
        for _ in range(HALVINGS):
            reached = _heights(task, free + step, unit)
            down = ~(reached >= height - ROUNDING * np.abs(height))
            if not down.any():
                break
            step[down[unit]] /= 2
        step[down[unit]] = 0.0
        free, height = free + step, np.where(down, height, reached)
        if np.abs(step).max(initial=0.0) < STANDING:
            break
    return free


def gentler_peaks(task: Task, free: Floats) -> Floats | None:
    """Look for higher peaks with gentler slopes of items with asymptotes; None if there are none.

    The likelihood of such an item can have two peaks: one ordinary, and one with a steep slope and a high asymptote,
    which few answers of able persons produce. The second is left wherever the first is as high; it is never sought.
    """
    layout = task.layout
    sections = [section for section in layout.sections if isinstance(section.model, Asymptotic)]
    if not sections or not layout.separate:
        return None
    unit = _units(layout)
    height = _heights(task, free, unit)
    best, least = free.copy(), height + GAIN
    for lower in LOWERS:
        tried = free.copy()
        for section in sections:
            values = _start(task.of(section).sum(axis=2), len(section.model.labels), lower)
            known = section.slots >= 0
            tried[section.slots[known]] = values[known]
        for _ in range(STEPS_FROM_A_START):
            tried = maximise(task, tried)
        reached = _heights(task, tried, unit)
        for section in sections:
            slope = section.slots[:, 0]
            gentler = np.abs(tried[slope]) < np.abs(free[slope])
            better = section.places[(slope >= 0) & gentler & (reached > least)[section.places]]
            best = np.where(np.isin(unit, better), tried, best)
            least[better] = reached[better]
    return None if (best == free).all() else best


def _start(counts: Floats, labels: int, lower: float) -> Floats:
    """Parameters (f, p) of a gentle slope and a lower asymptote at which about the observed share is right."""
    share = counts[:, 1] / np.maximum(counts.sum(axis=1), 1.0)
    solved = np.clip((share - expit(lower)) / (1 - expit(lower)), *SOLVED)
    values = [np.full_like(share, GENTLE), logit(solved) * np.sqrt(1 + GENTLE**2 / LOGISTIC_VARIANCE)]
    values += [np.full_like(share, each) for each in (lower, UPPER)[: labels - 2]]
    return np.stack(values, axis=1)


def _cut(step: Floats, unit: np.ndarray) -> Floats:
    """Shorten the steps of units that go too far. All numbers of a unit by one factor, or the way would not lead up."""
    longest = np.zeros(int(unit.max(initial=0)) + 1)
    np.maximum.at(longest, unit, np.abs(step))
    return np.asarray(step / np.maximum(longest / LONGEST_STEP, 1.0)[unit])


def _units(layout: Layout) -> np.ndarray:
    """Which height each free parameter answers to, (F,): its item's, or the one of the whole."""
    unit = np.zeros(layout.size, dtype=np.int64)
    if layout.separate:
        for section in layout.sections:
            for place, row in zip(section.places, section.slots, strict=True):
                unit[row[row >= 0]] = place
    return unit


def _heights(task: Task, free: Floats, unit: np.ndarray) -> Floats:
    """Height of each unit with its priors."""
    found = task.heights(free)
    prior = task.layout.prior_densities(free)
    if not task.layout.separate:
        return np.array([found.sum() + prior.sum()])
    np.add.at(found, unit, prior)
    return found


def _newton(task: Task, free: Floats) -> Floats:
    layout = task.layout
    slopes, information = task.slopes_and_information(free)
    gradient = layout.gather(slopes) + layout.prior_gradient(free)
    curvature = np.maximum(layout.prior_curvature(free), 0.0)
    if layout.separate:
        return _one_by_one(layout, information, gradient, curvature)
    return _together(layout.gather_square(information) + np.diag(curvature), gradient)


def _one_by_one(layout: Layout, information: list[Floats], gradient: Floats, curvature: Floats) -> Floats:
    step = np.zeros(layout.size)
    for section, part in zip(layout.sections, information, strict=True):
        known = section.slots >= 0
        uphill = np.where(known, gradient[section.slots], 0.0) if layout.size else np.zeros(known.shape)
        matrix = np.where(known[:, :, None] & known[:, None, :], part, 0.0)
        diagonal = np.einsum("fpp->fp", matrix)
        diagonal += np.where(known, curvature[section.slots] if layout.size else 0.0, 1.0)
        diagonal *= 1 + RIDGE
        diagonal += RIDGE
        found = np.linalg.solve(matrix, uphill[:, :, None])[:, :, 0]
        step[section.slots[known]] = found[known]
    return step


def _together(information: Floats, gradient: Floats) -> Floats:
    information[np.diag_indices_from(information)] *= 1 + RIDGE
    information[np.diag_indices_from(information)] += RIDGE
    try:
        return np.asarray(cho_solve(cho_factor(information), gradient), dtype=np.float64)
    except LinAlgError:
        return gradient / np.diag(information)
