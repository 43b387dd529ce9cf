r"""How alike papers are: their characteristic curves, mean expected scores and information beside a common target.

Shapes: n items, f papers, t abilities. The points of likeness are the t values of the characteristic curve, the mean
expected score, and information at the cut. A distance is measured as a share of what is allowed: papers within y = 1 of
the target differ from each other by no more than the specification allows, as two of them lie at most twice as far
apart as each from the target.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import exp
from typing import Final

import numpy as np

from kaoping.itembank import request
from kaoping.itembank.pool import GRID, Entry
from kaoping.itembank.rules import Rules
from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.problem import Aim, Objective

AIMED: Final = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""Abilities (logits) at which curves are brought together; between them they cannot turn far apart."""
ABILITIES: Final = tuple(step / 4 for step in range(-8, 9))
"""Abilities at which finished papers are compared."""
INFORMATION_WITHIN: Final = 0.02
"""Share of the target's information by which a paper's may lie off it at y = 1."""
STEPS: Final = 120
LIMIT: Final = 6.0


@dataclass(frozen=True, eq=False)
class Target:
    """What every paper is to be like.

    Attributes
    ----------
    points : (t + 2,) expected marks at `AIMED`, mean expected marks, information at the cut.
    expected, information_on_grid : (g,) characteristic curve and information on `kaoping.itembank.pool.GRID`.
    """

    points: Floats
    expected: Floats
    information_on_grid: Floats

    @property
    def information(self) -> float:
        """Information at the cut."""
        return float(self.points[-1])

    @property
    def allowed(self) -> float:
        """Information by which a paper may lie off at y = 1."""
        return INFORMATION_WITHIN * self.information

    def least(self, distance: float) -> float:
        """Give the information at the cut that papers have at least within a distance of the target."""
        return self.information - distance * self.allowed

    def objective(self, entries: tuple[Entry, ...], rules: Rules, *, forms: int, cut: float) -> Objective:
        """Ask for the least distance of the paper that is farthest off, as a share of what is allowed."""
        curve, mean = float(rules.curve_within) / 2, float(rules.mean_within) / 2
        return Objective(
            aim=Aim.TARGET,
            coefficients=table(entries, rules, cut=cut),
            weights=np.array([*(curve for _ in AIMED), mean, self.allowed]),
            targets=np.tile(self.points, (forms, 1)),
            points=(*(f"curve at {theta:g}" for theta in AIMED), request.MEAN, request.CUT),
        )

    def between(self, papers: Sequence[Floats]) -> "Target":
        """Give the target that lies in the middle of some papers, from which the farthest is as near as can be."""
        points = np.array(papers)
        return replace(self, points=(points.min(axis=0) + points.max(axis=0)) / 2)

    def alike(self, entries: tuple[Entry, ...], rules: Rules, *, forms: int, cut: float) -> Objective:
        """Ask for the least distance in curve and mean alone."""
        whole = self.objective(entries, rules, forms=forms, cut=cut)
        return replace(
            whole, coefficients=whole.coefficients[:, :-1], weights=whole.weights[:-1], targets=whole.targets[:, :-1],
            points=whole.points[:-1],
        )  # fmt: skip

    def plain(self) -> dict[str, float | list[float]]:
        """Give it as plain data; the curves lie on `kaoping.itembank.pool.GRID`."""
        curves = {"expected": self.expected, "information": self.information_on_grid}
        return {
            **{name: [round(float(value), 3) for value in curve] for name, curve in curves.items()},
            "mean": round(float(self.points[-2]), 3),
            "at_cut": round(self.information, 3),
        }


def mean_of(chosen: Sequence[Floats], entries: tuple[Entry, ...], rules: Rules, *, cut: float, forms: int) -> Target:
    """Give what papers are like on average if they take every item as often as the parts of their sum say."""
    taken = np.sum([part[: len(entries)] for part in chosen], axis=0) / forms
    grid = np.array(GRID)
    return Target(
        points=taken @ table(entries, rules, cut=cut),
        expected=request.expected(entries, rules, grid) @ taken,
        information_on_grid=request.informing(entries, grid) @ taken,
    )


def table(entries: tuple[Entry, ...], rules: Rules, *, cut: float) -> Floats:
    """(n, t + 2) what every item adds to the points."""
    curves = request.expected(entries, rules, np.array(AIMED)).T
    at_cut = request.informing(entries, np.array([cut]))[0]
    return np.column_stack([curves, request.mean_expected(entries, rules), at_cut])


@dataclass(frozen=True)
class Differences:
    """How far papers are apart, read from their items by plain loops: nothing is shared with the request."""

    spread: float
    means: float


def differences(papers: Sequence[Sequence[Entry]], rules: Rules) -> Differences:
    """Give the greatest difference of two characteristic curves and of two mean expected scores, in marks."""
    curves = [[_expected(paper, rules, theta) for theta in ABILITIES] for paper in papers]
    spread = max(
        (abs(one - other) for pair in combinations(curves, 2) for one, other in zip(*pair, strict=True)), default=0.0
    )
    means = [_mean(paper, rules) for paper in papers]
    return Differences(spread, max(means, default=0.0) - min(means, default=0.0))


def _expected(paper: Sequence[Entry], rules: Rules, theta: float) -> float:
    return sum(
        float(rules.marks_of(entry.section)) / (1 + exp(-entry.a * (theta - entry.b))) for entry in paper
    )  # fmt: skip


def _mean(paper: Sequence[Entry], rules: Rules) -> float:
    """Mean expected marks over a standard normal population, by the rectangle rule."""
    nodes = [-LIMIT + 2 * LIMIT * step / STEPS for step in range(STEPS + 1)]
    weights = [exp(-(node**2) / 2) for node in nodes]
    return sum(w * _expected(paper, rules, node) for w, node in zip(weights, nodes, strict=True)) / sum(weights)
