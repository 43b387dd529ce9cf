"""A link: the line that takes one scale to another, how it was found, and how far it errs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.linking.forms import Form
from kaoping.scoring.linking.residuals import Residual
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature


@dataclass(frozen=True, eq=False)
class Influence:
    """Derivative (2, P) of (A, B) by the parameters of a form."""

    form: Form
    derivative: Floats = field(repr=False)


@dataclass(frozen=True, eq=False)
class Link:
    """The line ``A theta + B`` from the scale of ``start`` to that of ``target``.

    Attributes
    ----------
    method : how it was found.
    slope, intercept : A, without unit, and B, in logits of the target.
    influences : what A and B owe to the parameters of every form that took part.
    criterion : value of what was minimised, none if nothing was.
    iterations : of the descent; ``step`` its last step; ``gradient_norm`` the largest derivative at its end.
    residuals : of the common items; none of a chain.

    >>> items = ItemParameters.logistic([1.0, 1.0], [0.0, 1.0])
    >>> link = Link("by hand", Form(items), Form(items), 2.0, 1.0)
    >>> link.carry(np.array([0.5])), link.inverse().carry(np.array([2.0]))
    (array([2.]), array([0.5]))
    """

    method: str
    start: Form = field(repr=False)
    target: Form = field(repr=False)
    slope: float
    intercept: float
    influences: tuple[Influence, ...] = field(default=(), repr=False)
    criterion: float | None = None
    iterations: int = 0
    step: float = 0.0
    gradient_norm: float = 0.0
    residuals: tuple[Residual, ...] = field(default=(), repr=False)

    @cached_property
    def covariance(self) -> Floats | None:
        """(2, 2) of A and B by the delta method, see `spread`; none if the errors of a form are unknown."""
        return spread(self.influences)

    @property
    def standard_errors(self) -> tuple[float, float] | None:
        """Of A and of B; none if unknown."""
        if self.covariance is None:
            return None
        of_slope, of_intercept = np.sqrt(np.diag(self.covariance))
        return float(of_slope), float(of_intercept)

    def apply(self, items: ItemParameters) -> ItemParameters:
        """Give items of the start with parameters on the target's scale: a/A and A b + B."""
        return items.rescaled(self.slope, self.intercept)

    def carry(self, theta: Floats) -> Floats:
        """Take abilities of the start to the target's scale."""
        return self.slope * theta + self.intercept

    def carry_population(self, grid: Quadrature) -> Quadrature:
        """Take a population of the start to the target's scale."""
        return Quadrature(self.carry(grid.nodes), grid.weights)

    def inverse(self) -> "Link":
        """Give the link back: 1/A and -B/A."""
        slope, intercept = 1 / self.slope, -self.intercept / self.slope
        turn = np.array([[-(slope**2), 0.0], [-intercept * slope, -slope]])
        return Link(self.method, self.target, self.start, slope, intercept, tuple(through(self, turn)))


def through(link: Link, by: Floats) -> list[Influence]:
    """Give what numbers with a derivative (r, 2) by A and B owe to the forms behind a link."""
    return [Influence(one.form, by @ one.derivative) for one in link.influences]


def gathered(parts: Iterable[Influence]) -> tuple[Influence, ...]:
    """Add up what the same numbers owe to the same form in several ways."""
    found: dict[Form, Floats] = {}
    for one in parts:
        found[one.form] = found[one.form] + one.derivative if one.form in found else one.derivative
    return tuple(Influence(form, derivative) for form, derivative in found.items())


def spread(influences: Sequence[Influence]) -> Floats | None:
    r"""Give the covariance (r, r) of numbers by the delta method; none if the errors of a form are unknown.

    .. math:: \Sigma = \sum_f J_f \, \Sigma_f \, J_f'

    over the forms f, whose calibrations are independent.
    """
    parts = [one.form.spread(one.derivative) for one in influences]
    known = [part for part in parts if part is not None]
    return np.sum(known, axis=0) if parts and len(known) == len(parts) else None
