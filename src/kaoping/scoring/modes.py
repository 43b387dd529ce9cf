r"""Peaks of the likelihood of ability, weighted or not: one search for maximum likelihood, its weighted form and MAP.

The objective of a person, :math:`\log L(\theta) + w(\theta)`, is calculated on a grid that is even where the test has
information and grows coarser beyond. It can have several peaks (asymptotes make the likelihood wavy), so that every
peak of the grid that could be the highest is refined: around a node the derivative is taken at 13 Chebyshev points and
interpolated by a polynomial, whose root is found by Newton's method within its bracket. The spacing is at most half of
one over the steepest slope of the log probabilities, and there the interpolation errs by about 1e-13; far out, where
the grid is coarse, the interval around the root is narrowed until it is as short. So a person costs products of answers
and tables, and no curve is calculated for a single person.

Where the objective is as high at the end of the line as anywhere, the estimate is infinite.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kaoping.scoring.arrangement import Arrangement, Block, Columns
from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.errors import NotConverged
from kaoping.scoring.likelihood import Curves, curves, joint, product
from kaoping.scoring.likelihood_weights import LikelihoodWeight, Slopes, slopes
from kaoping.scoring.parameters import ItemParameters

Intervals: TypeAlias = NDArray[np.complex128]
"""Centre and half width as real and imaginary part, so that equal intervals are one number."""

WIDEST_SPACING, NARROWEST_SPACING = 0.25, 0.01
SEARCHED = np.linspace(-40.0, 40.0, 321)
"""Abilities (logits) among which the range with information is sought."""
INFORMATIVE = 1e-3
"""Share of the largest information that is information."""
GROWTH = 1.3
"""Ratio of neighbouring distances of nodes beyond the even part."""
EXHAUSTED = 1e-13
"""Information beyond which the ends of the grid are as good as infinity."""
NEGLIGIBLE = 1e-9
"""Difference of log-likelihoods that tells nothing."""
POINTS = 13
NARROWING = 8.0
ROUNDS = 200
_NEWTON_STEPS = 60
NEARLY = 1e-7
"""Newton step after which the next, about its square, is rounding."""
_AT = -np.cos(np.pi * np.arange(POINTS) / (POINTS - 1))
_DEGREES = np.arange(1.0, POINTS)
_INTEGRATED = 1 / np.arange(1.0, POINTS + 1)
_COEFFICIENTS = np.linalg.inv(np.vander(_AT, increasing=True)).T
"""Multiply values (r, 13) at the Chebyshev points by this for the coefficients of powers of t in [-1, 1]."""


@dataclass(frozen=True, eq=False)
class Modes:
    """Place of the highest peak (n,), infinite if there is none, and minus the objective's second derivative there.

    ``sharpness`` is the expected information instead if that was asked for.
    """

    theta: Floats
    sharpness: Floats


@dataclass(frozen=True, eq=False)
class Peaks:
    """Peaks of the rows of a block: ``row`` (t,), ``node`` (t,) of the grid next to the peak, ``height`` (t,) there."""

    row: Whole
    node: Whole
    height: Floats


@dataclass(eq=False)
class ModeSearch:
    """Search of peaks for known items; what depends on abilities alone is calculated once."""

    parameters: ItemParameters
    columns: Columns
    weight: LikelihoodWeight
    expected: bool = False
    nodes: Floats = field(init=False)
    spacing: float = field(init=False)
    margin: float = field(init=False)
    items: Curves = field(init=False)
    grid: Slopes = field(init=False)
    _gaps: Floats = field(init=False)
    _cells: dict[complex, Slopes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.nodes, self.spacing = search_grid(self.parameters)
        self._gaps = np.diff(self.nodes)
        self.items = curves(self.parameters.log_probabilities(self.nodes), self.columns, self.nodes)
        self.grid = slopes(self.parameters, self.columns, self.nodes)
        # A peak rises above the nearest node by at most an eighth of h² times the curvature; twice that is kept.
        self.margin = float(self.grid.information.sum(axis=0).max()) * self.spacing**2 / 4 + NEGLIGIBLE

    def modes(self, arrangement: Arrangement) -> Modes:
        """Find the highest peak of every person, in the order of the persons."""
        found = np.empty((2, arrangement.n_rows))
        for rows, block in arrangement.rows():
            found[:, rows] = self.of(block)
        theta, sharpness = found[:, arrangement.order]
        return Modes(theta, sharpness)

    def of(self, block: Block) -> Floats:
        """Place and sharpness of the highest peak of each row, (2, r).

        Raises
        ------
        NotConverged
            An interval around a peak did not close.
        """
        added = self.weight.along(block.sets, self.grid, block.group)
        objective, sums = joint(block, self.items, added)
        peaks = _peaks(objective, self.margin)
        theta, sharpness, gain = self._refined(block, sums[:, 0], peaks)
        height = peaks.height + gain
        found, best = np.zeros((2, len(block))), np.full(len(block), -np.inf)
        rising = np.argsort(height, kind="stable")
        found[:, peaks.row[rising]] = theta[rising], sharpness[rising]  # the last of a row stays: the highest
        np.maximum.at(best, peaks.row, height)
        ends = objective[:, [0, -1]]
        highest = np.maximum(best, ends.max(axis=1))
        low, high = (ends >= (highest - NEGLIGIBLE)[:, None]).T
        found[:, low], found[:, high] = np.array([[-np.inf], [0.0]]), np.array([[np.inf], [0.0]])
        found[:, low & high] = np.nan
        return found

    def _refined(self, block: Block, alpha: Floats, peaks: Peaks) -> tuple[Floats, Floats, Floats]:
        """Place, sharpness, and height above the node, of each peak, (t,) each."""
        centre = self.nodes[peaks.node]
        width = np.maximum(self._gaps[peaks.node - 1], self._gaps[peaks.node])
        theta, sharpness, gain = np.zeros((3, len(centre)))
        open_ = np.arange(len(centre))
        for attempt in range(ROUNDS):
            if not len(open_):
                return theta, sharpness, gain
            c, w = centre[open_], width[open_]
            slope, amount = self._around(block, alpha, peaks.row[open_], c + 1j * w)
            inside = (slope[:, 0] > 0) & (slope[:, -1] < 0)
            coefficients = slope @ _COEFFICIENTS
            derivative = _derivative(coefficients)
            t = _root(coefficients, derivative)
            powers = _powers(t)
            closed = inside & (w <= self.spacing * (1 + NEGLIGIBLE))
            theta[open_[closed]] = (c + w * t)[closed]
            sharp = _at(amount @ _COEFFICIENTS, powers) if self.expected else -_at(derivative, powers) / w
            sharpness[open_[closed]] = sharp[closed]
            if attempt == 0:
                gain[inside] = np.maximum((w * t * _at(coefficients * _INTEGRATED, powers))[inside], 0.0)
            if closed.all():
                return theta, sharpness, gain
            centre[open_], width[open_] = self._next(c, w, t, inside, slope[:, 0] <= 0)
            open_ = open_[~closed]
        raise NotConverged(iterations=ROUNDS, step=float(width[open_[0]]), tolerance=self.spacing)

    def _next(self, c: Floats, w: Floats, t: Floats, inside: Flags, below: Flags) -> tuple[Floats, Floats]:
        """Give the interval to look at next: a narrower one around the root, or a neighbour if the root is outside."""
        narrower = np.where(inside, np.maximum(w / NARROWING, self.spacing), w)
        around = np.round((c + w * t) / narrower) * narrower
        return np.where(inside, around, np.where(below, c - w, c + w)), narrower

    def _around(self, block: Block, alpha: Floats, rows: Whole, intervals: Intervals) -> tuple[Floats, Floats]:
        """Derivative of the objective at the points of each row's interval, and the information there, (t, 13) each."""
        slope, amount = np.empty((len(rows), POINTS)), np.empty((len(rows), POINTS))
        for interval, part in _equal(intervals):
            cell, chosen = self._cell(complex(interval)), rows[part]
            known = block.sets if block.sets.shape[0] == 1 else block.sets[block.set_of[chosen]]
            found = product(known, cell.first) + self.weight.slope(known, cell, block.group) + alpha[chosen][:, None]
            slope[part] = found + product(block.curved[chosen], cell.odds) if cell.odds.size else found
            if self.expected:
                amount[part] = product(known, cell.information) + self.weight.information(cell, block.group)
        return slope, amount

    def _cell(self, interval: complex) -> Slopes:
        """Derivatives at the points of an interval, given by its centre and half its width."""
        if interval not in self._cells:
            points = interval.real + interval.imag * _AT
            self._cells[interval] = slopes(self.parameters, self.columns, points)
        return self._cells[interval]


def search_grid(parameters: ItemParameters) -> tuple[Floats, float]:
    """Abilities (q,) among which peaks are sought, and their distance where the test has information.

    >>> nodes, spacing = search_grid(ItemParameters.logistic(np.ones(20), np.zeros(20)))
    >>> spacing, bool((np.diff(nodes) >= spacing - 1e-12).all())
    (0.25, True)
    """
    amount = parameters.information(SEARCHED).sum(axis=0)
    steepest = float(np.abs(parameters.along_theta(SEARCHED)[0]).max())
    spacing = float(np.clip(0.5 / max(steepest, NEGLIGIBLE), NARROWEST_SPACING, WIDEST_SPACING))
    telling = SEARCHED[amount >= INFORMATIVE * amount.max()]
    middle = np.arange(np.floor(telling[0] / spacing) - 1, np.ceil(telling[-1] / spacing) + 2) * spacing
    steps = np.cumsum(spacing * GROWTH ** np.arange(1, 60))
    low, high = middle[0] - steps, middle[-1] + steps
    return np.concatenate([_while_telling(parameters, low)[::-1], middle, _while_telling(parameters, high)]), spacing


def _while_telling(parameters: ItemParameters, nodes: Floats) -> Floats:
    """Leave out the nodes after the first where nothing is left to be told."""
    silent = parameters.information(nodes).sum(axis=0) < EXHAUSTED
    return nodes[: int(silent.argmax()) + 1] if silent.any() else nodes


def _equal(intervals: Intervals) -> Iterator[tuple[complex, Whole]]:
    """Different intervals and the places of each."""
    if len(intervals) == 1:
        yield intervals[0], np.zeros(1, dtype=np.int64)
        return
    different, which = np.unique(intervals, return_inverse=True)
    order = np.argsort(which, kind="stable")
    yield from zip(different, np.split(order, np.cumsum(np.bincount(which))[:-1]), strict=True)


def _peaks(objective: Floats, margin: float) -> Peaks:
    """Give the peaks of each row that could be its highest; ripples of rounding on a level part are none."""
    inner = objective[:, 1:-1]
    peak = (inner >= objective[:, :-2]) & (inner > objective[:, 2:])
    peak &= inner >= (objective.max(axis=1) - margin)[:, None]
    row, place = np.nonzero(peak)
    height = inner[row, place]
    real = ~_level(objective, row, place + 1, height)
    return Peaks(row[real], place[real] + 1, height[real])


def _level(objective: Floats, row: Whole, node: Whole, height: Floats) -> Flags:
    """Whether the objective goes on as high from a node to one end: its peak there is a ripple of rounding."""
    level = np.zeros(len(row), dtype=np.bool_)
    doubtful = np.flatnonzero(np.maximum(objective[row, 0], objective[row, -1]) >= height - NEGLIGIBLE)
    if not len(doubtful):
        return level
    whole, here = objective[row[doubtful]], (np.arange(len(doubtful)), node[doubtful])
    before = np.minimum.accumulate(whole, axis=1)[here]
    after = np.minimum.accumulate(whole[:, ::-1], axis=1)[:, ::-1][here]
    level[doubtful] = np.maximum(before, after) >= height[doubtful] - NEGLIGIBLE
    return level


def _powers(t: Floats) -> Floats:
    """Powers 0 to 12 of t (r,), (r, 13)."""
    found = np.empty((len(t), POINTS))
    found[:, 0] = 1.0
    found[:, 1:] = t[:, None]
    return np.multiply.accumulate(found, axis=1, out=found)


def _at(coefficients: Floats, powers: Floats) -> Floats:
    """Values (r,) of polynomials (r, 13)."""
    return np.asarray(np.einsum("rp,rp->r", coefficients, powers))


def _derivative(coefficients: Floats) -> Floats:
    found = np.zeros_like(coefficients)
    found[:, :-1] = coefficients[:, 1:] * _DEGREES
    return found


def _root(coefficients: Floats, derivative: Floats) -> Floats:
    """Root in [-1, 1] of polynomials (r, 13) that fall through zero there, by Newton's method inside a bracket."""
    low, high, t = (np.full(len(coefficients), start) for start in (-1.0, 1.0, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_NEWTON_STEPS):
            powers = _powers(t)
            value = _at(coefficients, powers)
            up = value > 0
            low, high = np.where(up, t, low), np.where(up, high, t)
            step = t - value / _at(derivative, powers)
            step = np.where((step >= low) & (step <= high), step, (low + high) / 2)
            t, change = step, np.abs(step - t).max(initial=0.0)
            if change < NEARLY:
                break
    return t
