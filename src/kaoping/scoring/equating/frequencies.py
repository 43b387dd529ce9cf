r"""How many persons had which score: of one form, or of two scores of the same persons.

A table may be as observed, or smoothed; either way it knows how far its shares err. With :math:`\hat p` the shares of
all cells in one row, the covariance is :math:`C C'`: for observed counts
:math:`C = n^{-1/2} (D_{\sqrt p} - p \sqrt{p}')`, for a smoothed table the smaller factor that comes with it [1]_.

References
----------
.. [1] Von Davier, A. A., Holland, P. W., & Thayer, D. T. (2004). *The Kernel Method of Test Equating*, ch. 3. Springer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadScores

LEAST, WIDEST = 2, 10_000
MOST_CELLS = 30_000_000
"""Numbers in the gradient of every equated score by every pair: 240 MB."""


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation in score points; skewness and kurtosis (3 for a normal distribution) where known."""

    mean: float
    sd: float
    skewness: float | None = None
    kurtosis: float | None = None


@dataclass(frozen=True, eq=False)
class Frequencies:
    r"""How many persons had each score of a form.

    Parameters
    ----------
    scores : (s,) all possible scores, one point apart, rising.
    counts : (s,) persons with each score, 0 and up; of a smoothed table not whole.
    factor : (s, t) factor of the covariance of the shares, if the table was smoothed.

    Raises
    ------
    BadScores
        Scores are not one point apart, a count is negative or not a number, or there are fewer than two persons.

    >>> table = Frequencies([0, 1, 2], [1, 2, 1])
    >>> table.shares, table.mean
    (array([0.25, 0.5 , 0.25]), 1.0)
    """

    scores: Floats
    counts: Floats
    factor: Floats | None = None

    def __init__(self, scores: ArrayLike, counts: ArrayLike, *, factor: Floats | None = None) -> None:
        _keep(self, scores=_scale(scores), counts=_counts(counts), factor=factor)
        if self.counts.shape != self.scores.shape:
            raise BadScores(reason=f"{self.scores.size} scores have counts of shape {self.counts.shape}")

    @classmethod
    def of(
        cls, persons: ArrayLike, *, counts: ArrayLike | None = None, scores: tuple[int, int] | None = None
    ) -> "Frequencies":
        """Count the scores of persons, (n,), or of ``counts`` persons with each of n scores.

        ``scores`` is the least and the greatest possible score; from 0 (or the least) to the greatest if not given.

        >>> Frequencies.of([3, 1, 1], scores=(0, 3)).counts
        array([0., 2., 0., 1.])
        >>> Frequencies.of([3, 1], counts=[5, 2]).counts
        array([0., 2., 0., 5.])
        """
        values, found = _counted([persons], [scores], None if counts is None else _counts(counts))
        return cls(values[0], found)

    @property
    def n(self) -> float:
        """Number of persons."""
        return float(self.counts.sum())

    @property
    def shares(self) -> Floats:
        """(s,) share of persons with each score."""
        return self.counts / self.n

    @property
    def mean(self) -> float:
        """Mean, in score points."""
        return float(self.shares @ self.scores)

    @property
    def variance(self) -> float:
        """Variance with divisor n - 1, in squared score points."""
        return float(self.shares @ (self.scores - self.mean) ** 2) * self.n / (self.n - 1)

    @property
    def moments(self) -> Moments:
        r"""Mean, standard deviation, skewness :math:`m_3 / m_2^{3/2}` and kurtosis :math:`m_4 / m_2^2`."""
        return moments(self.scores, self.shares, n=self.n)

    def covariance_root(self, gradient: Floats) -> Floats:
        """Multiply a gradient with respect to the shares, (m, s), by C: squared rows sum to variances, (m,)."""
        return _root(gradient, self.shares, self.n, self.factor)

    def resampled(self, rng: np.random.Generator, *, n: int | None = None) -> "Frequencies":
        """Draw as many persons again (or ``n``) from the shares of the table."""
        return Frequencies(self.scores, rng.multinomial(n or round(self.n), self.shares))


@dataclass(frozen=True, eq=False)
class JointFrequencies:
    """How many persons had each pair of scores: two forms, or a form (first) and an anchor (second).

    Parameters
    ----------
    first, second : (s,), (t,) all possible scores of both, one point apart, rising.
    counts : (s, t) persons with each pair.
    factor : (s * t, u) factor of the covariance of the shares, row after row, if the table was smoothed.

    Raises
    ------
    BadScores
        As for `Frequencies`.

    >>> table = JointFrequencies.of([0, 1, 2, 2], [0, 0, 1, 1])
    >>> table.counts
    array([[1., 0.],
           [1., 0.],
           [0., 2.]])
    """

    first: Floats
    second: Floats
    counts: Floats
    factor: Floats | None = None

    def __init__(self, first: ArrayLike, second: ArrayLike, counts: ArrayLike, *, factor: Floats | None = None) -> None:
        _keep(self, first=_scale(first), second=_scale(second), counts=_counts(counts), factor=factor)
        if self.first.size**2 * self.second.size > MOST_CELLS:
            raise BadScores(
                reason=f"{self.first.size} by {self.second.size} possible scores are too many; count in larger units"
            )
        if self.counts.shape != (self.first.size, self.second.size):
            raise BadScores(
                reason=f"{self.first.size} by {self.second.size} scores have counts of shape {self.counts.shape}"
            )

    @classmethod
    def of(
        cls,
        first: ArrayLike,
        second: ArrayLike,
        *,
        scores: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None),
    ) -> "JointFrequencies":
        """Count the pairs of scores of persons, (n,) each; ``scores`` as for `Frequencies.of`, of both.

        >>> JointFrequencies.of([1, 1], [0, 1], scores=((0, 1), (0, 1))).counts
        array([[0., 0.],
               [1., 1.]])
        """
        values, counts = _counted([first, second], list(scores))
        return cls(values[0], values[1], counts)

    @property
    def n(self) -> float:
        """Number of persons."""
        return float(self.counts.sum())

    @property
    def shares(self) -> Floats:
        """(s, t) share of persons with each pair."""
        return self.counts / self.n

    @property
    def of_first(self) -> Frequencies:
        """Frequencies of the first score."""
        return Frequencies(self.first, self.counts.sum(axis=1))

    @property
    def of_second(self) -> Frequencies:
        """Frequencies of the second score."""
        return Frequencies(self.second, self.counts.sum(axis=0))

    def covariance_root(self, gradient: Floats) -> Floats:
        """Multiply a gradient with respect to the shares, (m, s, t), by C: squared rows sum to variances, (m,)."""
        cells = gradient.reshape(len(gradient), -1)
        return _root(cells, self.shares.ravel(), self.n, self.factor)

    def resampled(self, rng: np.random.Generator, *, n: int | None = None) -> "JointFrequencies":
        """Draw as many persons again (or ``n``) from the shares of the table."""
        drawn = rng.multinomial(n or round(self.n), self.shares.ravel())
        return JointFrequencies(self.first, self.second, drawn.reshape(self.counts.shape))


def moments(scores: Floats, shares: Floats, *, n: float | None = None) -> Moments:
    """Calculate the moments of a distribution; with ``n`` the standard deviation is that of a sample (n - 1).

    >>> moments(np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    Moments(mean=0.5, sd=0.5, skewness=0.0, kurtosis=1.0)
    """
    mean = float(shares @ scores)
    second, third, fourth = (float(shares @ (scores - mean) ** power) for power in (2, 3, 4))
    sd = float(np.sqrt(second * n / (n - 1))) if n else float(np.sqrt(second))
    if second == 0:
        return Moments(mean, 0.0)
    return Moments(mean, sd, third / second**1.5, fourth / second**2)


def standard_errors(*roots: Floats) -> Floats:
    """Give the standard errors, (m,), of a statistic of independent samples from its `covariance_root` in each.

    >>> standard_errors(np.array([[3.0]]), np.array([[4.0]]))
    array([5.])
    """
    variance: Floats = sum((np.square(root).sum(axis=1) for root in roots), start=np.zeros(len(roots[0])))
    errors: Floats = np.sqrt(variance)
    return errors


def _root(gradient: Floats, shares: Floats, n: float, factor: Floats | None) -> Floats:
    if factor is not None:
        return gradient @ factor
    centred: Floats = (gradient - (gradient @ shares)[:, None]) * np.sqrt(shares / n)
    return centred


def _keep(table: object, **fields: Floats | None) -> None:
    for name, values in fields.items():
        if values is not None:
            values.setflags(write=False)
        object.__setattr__(table, name, values)


def _scale(scores: ArrayLike) -> Floats:
    values = np.array(scores, dtype=np.float64)
    if values.ndim != 1 or values.size < LEAST or not np.isfinite(values).all() or (np.diff(values) != 1).any():
        raise BadScores(reason="possible scores must be at least two, one point apart and rising")
    return values


def _counts(counts: ArrayLike) -> Floats:
    values = np.array(counts, dtype=np.float64)
    if not np.isfinite(values).all() or (values < 0).any():
        raise BadScores(reason="a count is negative or not a number")
    if values.sum() < LEAST:
        raise BadScores(reason=f"it holds {values.sum():g} persons, and at least {LEAST} are needed")
    return values


def _counted(
    columns: Sequence[ArrayLike], ranges: Sequence[tuple[int, int] | None], weights: Floats | None = None
) -> tuple[list[Floats], Floats]:
    """Possible scores of every column, and the counts of their combinations."""
    persons = [np.asarray(column, dtype=np.float64) for column in columns]
    shapes = {column.shape for column in persons} | ({weights.shape} if weights is not None else set())
    if len(shapes) > 1 or persons[0].ndim != 1 or persons[0].size == 0:
        raise BadScores(reason="the columns must be of equal length, not empty")
    edges = [_edges(column, span) for column, span in zip(persons, ranges, strict=True)]
    if np.prod([len(edge) for edge in edges]) > MOST_CELLS:
        raise BadScores(reason="the possible pairs of scores are too many; count in larger units")
    counts, _ = np.histogramdd(np.stack(persons, axis=1), bins=edges, weights=weights)
    return [edge[:-1] + 0.5 for edge in edges], counts


def _edges(column: Floats, span: tuple[int, int] | None) -> Floats:
    if not (np.isfinite(column) & (column == np.round(column))).all():
        raise BadScores(reason="a score is not a whole number")
    low, high = span or (min(0, int(column.min())), max(1, int(column.max())))
    if column.min() < low or column.max() > high:
        raise BadScores(reason=f"a score lies outside {low} to {high}")
    if high - low > WIDEST:
        raise BadScores(reason=f"{low} to {high} are more than {WIDEST} possible scores")
    edges: Floats = np.arange(low, high + 2, dtype=np.float64) - 0.5
    return edges
