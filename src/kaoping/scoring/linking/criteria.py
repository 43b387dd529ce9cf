r"""How far the curves of common items lie apart after linking, and how that changes with A and B.

A person of ability :math:`\theta` on the scale of the start has :math:`A\theta + B` on the target's. Seen from the
target, with :math:`t = (\theta - B) / A`,

.. math:: F(A, B) = \sum_q w_q \sum_r \left( R_r(\theta_q; \text{target}) - R_r(t_q; \text{start}) \right)^2

* Haebara [1]_: R are the probabilities of every category of every item, and half the sum is taken, which for right or
  wrong items is the square of one difference per item.
* Stocking-Lord [2]_: R is the expected score on all common items together, one curve.

The symmetric criterion adds the same seen from the start, with :math:`t = A\theta + B` and the curves exchanged, so
that linking back gives the inverse.

References
----------
.. [1] Haebara, T. (1980). Equating logistic ability scales by a weighted least squares method. *Japanese Psychological
   Research*, 22, 144-149.
.. [2] Stocking, M. L., & Lord, F. M. (1983). Developing a common metric in item response theory. *Applied Psychological
   Measurement*, 7, 201-210.
.. [3] Kim, S., & Lee, W.-C. (2006). An extension of four IRT linking methods for mixed-format tests. *Journal of
   Educational Measurement*, 43, 53-76.
"""

from dataclasses import dataclass, field

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.linking.anchors import Anchors
from kaoping.scoring.linking.curves import Curves, by_parameter, curves, slope_by_parameter
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature

HALF = np.sqrt(0.5)


@dataclass(frozen=True, eq=False)
class Argument:
    """Where moved curves are taken, t (q,), with derivatives by (A, B): first (2, q) and second (2, 2, q)."""

    t: Floats
    first: Floats
    second: Floats


def forward(theta: Floats, slope: float, intercept: float) -> Argument:
    """Abilities of the target on the start's scale: ``(theta - B) / A``.

    >>> forward(np.array([3.0]), 2.0, 1.0).t
    array([1.])
    """
    t, one = (theta - intercept) / slope, np.ones_like(theta)
    second = np.array([[2 * t, one], [one, 0 * one]]) / slope**2
    return Argument(t, np.stack([-t, -one]) / slope, second)


def backward(theta: Floats, slope: float, intercept: float) -> Argument:
    """Abilities of the start on the target's scale: ``A theta + B``.

    >>> backward(np.array([3.0]), 2.0, 1.0).t
    array([7.])
    """
    return Argument(slope * theta + intercept, np.stack([theta, np.ones_like(theta)]), np.zeros((2, 2, len(theta))))


@dataclass(frozen=True, eq=False)
class View:
    """The comparison seen from one scale: curves that stay, curves that move, the share of each ability (q,)."""

    staying: ItemParameters
    moving: ItemParameters
    grid: Quadrature
    from_target: bool
    whole_test: bool
    stays: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stays", self._gather(self.staying.probabilities(self.grid.nodes)))

    def distances(self, lines: Floats) -> Floats:
        """Give F of this view for several lines (l, 2), (l,)."""
        t = np.stack([self._argument(slope, intercept).t for slope, intercept in lines])
        moved = self._gather(self.moving.probabilities(t.ravel())).reshape(-1, *t.shape)
        return np.asarray(((self.stays[:, None] - moved) ** 2).sum(axis=0) @ self.grid.weights)

    def derivatives(self, slope: float, intercept: float) -> tuple[float, Floats, Floats]:
        """Give F, its gradient (2,) and its Hessian (2, 2) by (A, B)."""
        at, moved, gap = self._at(slope, intercept)
        rise, bend = self._gather(moved.slope), self._gather(moved.bend)
        first = -2 * self.grid.weights * (gap * rise).sum(axis=0)
        second = 2 * self.grid.weights * (rise**2 - gap * bend).sum(axis=0)
        hessian = np.einsum("q,iq,jq->ij", second, at.first, at.first) + at.second @ first
        return float((gap**2).sum(axis=0) @ self.grid.weights), at.first @ first, hessian

    def crossed(self, slope: float, intercept: float) -> tuple[Floats, Floats]:
        """Differentiate the gradient by the parameters of the staying and of the moving items, (2, P) each."""
        at, moved, gap = self._at(slope, intercept)
        rise = self._gather(moved.slope)
        reach = 2 * self.grid.weights * at.first
        stay = by_parameter(self.staying, self.grid.nodes, self._spread(rise))
        move = by_parameter(self.moving, at.t, self._spread(rise))
        turn = slope_by_parameter(self.moving, at.t, self._spread(gap))
        return -(reach @ stay.T), reach @ (move - turn).T

    def _argument(self, slope: float, intercept: float) -> Argument:
        return (forward if self.from_target else backward)(self.grid.nodes, slope, intercept)

    def _at(self, slope: float, intercept: float) -> tuple[Argument, Curves, Floats]:
        at = self._argument(slope, intercept)
        moved = curves(self.moving, at.t)
        return at, moved, self.stays - self._gather(moved.chance)

    def _gather(self, chance: Floats) -> Floats:
        """Go from categories (k, m, q) to what is compared, (r, q)."""
        if self.whole_test:
            return np.asarray(np.einsum("kmq,m->q", chance, np.arange(chance.shape[1]))[None])
        return np.asarray(HALF * chance.reshape(-1, chance.shape[2]))

    def _spread(self, rows: Floats) -> Floats:
        """Give each category the weight (k, m, q) that it has in a sum over what is compared, (r, q)."""
        if self.whole_test:
            return np.arange(self.moving.most_categories)[:, None] * rows
        return np.asarray(HALF * rows.reshape(len(self.moving), -1, rows.shape[1]))


@dataclass(frozen=True, eq=False)
class Criterion:
    """The sum over one view or, if it is symmetric, both.

    >>> x = ItemParameters.logistic([1.0, 1.5], [0.0, 1.0], names=("A", "B"))
    >>> from kaoping.scoring.linking.forms import Form
    >>> from kaoping.scoring.quadrature import normal
    >>> anchors = Anchors.of(Form(x), Form(x.rescaled(1.25, 0.5)))
    >>> round(Criterion.of(anchors, normal(), whole_test=False).distance(1.25, 0.5), 12)
    0.0
    """

    views: tuple[View, ...]

    @classmethod
    def of(
        cls, anchors: Anchors, grid: Quadrature, *, whole_test: bool, symmetric: bool = False,
        start_grid: Quadrature | None = None,
    ) -> "Criterion":  # fmt: skip
        """Compare whole tests (Stocking-Lord) or categories (Haebara) of common items.

        Parameters
        ----------
        grid : abilities on the target's scale and their weights; ``start_grid`` on the start's, the same if not given.
        """
        views = [View(anchors.new, anchors.old, grid, True, whole_test)]
        if symmetric:
            views.append(View(anchors.old, anchors.new, start_grid or grid, False, whole_test))
        return cls(tuple(views))

    def distance(self, slope: float, intercept: float) -> float:
        """Give F."""
        return float(self.distances(np.array([[slope, intercept]]))[0])

    def distances(self, lines: Floats) -> Floats:
        """Give F for several lines (l, 2), (l,)."""
        return np.asarray(np.sum([view.distances(lines) for view in self.views], axis=0))

    def derivatives(self, slope: float, intercept: float) -> tuple[float, Floats, Floats]:
        """Give F, its gradient (2,) and its Hessian (2, 2) by (A, B)."""
        value, gradient, hessian = self.views[0].derivatives(slope, intercept)
        for view in self.views[1:]:
            more = view.derivatives(slope, intercept)
            value, gradient, hessian = value + more[0], gradient + more[1], hessian + more[2]
        return value, gradient, hessian

    def crossed(self, slope: float, intercept: float) -> tuple[Floats, Floats]:
        """Differentiate the gradient by the parameters of the old and of the new anchors, (2, P) each."""
        new, old = self.views[0].crossed(slope, intercept)
        for view in self.views[1:]:
            more_old, more_new = view.crossed(slope, intercept)
            old, new = old + more_old, new + more_new
        return old, new
