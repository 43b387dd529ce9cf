r"""A form: the items of one calibration on its own scale, with what is known of the errors of their parameters.

The delta method needs derivatives by all parameters of a form at once. They are stacked item after item, in the order
of the items and of the labels inside each model, P in all; covariances are (P, P) and derivatives (..., P) in this
order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.calibrated import Calibration
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.layout import Place, lay_out
from kaoping.scoring.models import ResponseModel
from kaoping.scoring.parameters import ItemParameters

STEP = 1e-5
"""Half the distance of central differences of smooth functions of order one; their error is about 1e-10."""


@dataclass(frozen=True, eq=False)
class Form:
    """Items with parameters on the scale of one calibration, and the covariance (P, P) of the parameters if known.

    Forms are told apart by identity: a form that stands in two links of a chain brings its errors once.

    Raises
    ------
    BadParameters
        The covariance does not fit the items.

    >>> form = Form(ItemParameters.logistic([1.0, 1.2], [0.0, 0.5], names=("A", "B")))
    >>> form.size, form.covariance is None
    (4, True)
    """

    items: ItemParameters
    covariance: Floats | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.covariance is not None and (
            self.covariance.shape != (self.size, self.size) or not np.isfinite(self.covariance).all()
        ):
            raise BadParameters(reason=f"their covariance is not {self.size} by {self.size} finite numbers")

    @classmethod
    def calibrated(cls, calibration: Calibration, *, equal: Sequence[Sequence[Place]] = ()) -> "Form":
        """Give the form of a calibration with the covariance of its parameters; fixed ones have none.

        Parameters
        ----------
        equal : lists of parameters that the calibration was told to estimate as one.
        """
        items = calibration.parameters
        slot = {owner: number for number, owner in enumerate(calibration.free)}
        layout = lay_out(items.names, items.models, equal=equal)
        stacked = np.full(int(starts(items)[-1]), -1)
        for section in layout.sections:
            for place, slots in zip(section.places, section.slots, strict=True):
                found = [slot.get(layout.owners[one], -1) if one >= 0 else -1 for one in slots]
                stacked[starts(items)[place] :][: len(found)] = found
        free = stacked >= 0
        spread = np.zeros((len(stacked), len(stacked)))
        spread[np.ix_(free, free)] = calibration.covariance[np.ix_(stacked[free], stacked[free])]
        return cls(items, spread)

    @classmethod
    def with_standard_errors(cls, items: ItemParameters, errors: Sequence[ArrayLike]) -> "Form":
        """Give a form of which only the standard errors are known, as if the parameters erred independently.

        Estimates of one calibration do not: all difficulties move with the mean of its sample. Standard errors of
        linking that start from here are too small; `calibrated` gives the right ones.

        Parameters
        ----------
        errors : for each item the standard errors of its parameters as people read them, zero where fixed.

        >>> items = ItemParameters.logistic([2.0], [0.5])
        >>> Form.with_standard_errors(items, [[0.1, 0.2]]).covariance.round(4)
        array([[ 0.01  , -0.005 ],
               [-0.005 ,  0.1625]])
        """
        spread = np.zeros((int(starts(items)[-1]),) * 2)
        for item, (form, values, row) in enumerate(zip(items.models, items.values, errors, strict=True)):
            given = np.asarray(row, dtype=np.float64)
            if given.shape != values.shape or not (given >= 0).all():
                raise BadParameters(reason=f"item {items.names[item]} needs {len(values)} standard errors, 0 or more")
            inward = np.linalg.inv(reading(form, values[None])[0])
            place = slice(*starts(items)[item : item + 2])
            spread[place, place] = (inward * given**2) @ inward.T
        return cls(items, spread)

    @property
    def size(self) -> int:
        """Number P of parameters."""
        return int(self.starts[-1])

    @cached_property
    def starts(self) -> Whole:
        """(k + 1,) where each item's parameters start in the stack."""
        return starts(self.items)

    def stack(self, places: Whole) -> Whole:
        """Where the parameters of some items stand, item after item."""
        return np.concatenate([np.arange(self.starts[place], self.starts[place + 1]) for place in places])

    def spread(self, derivative: Floats) -> Floats | None:
        """Covariance (r, r) that this form's errors give to r numbers with a derivative (r, P); none if unknown."""
        return None if self.covariance is None else np.asarray(derivative @ self.covariance @ derivative.T)


def starts(items: ItemParameters) -> Whole:
    """(k + 1,) where each item's parameters start in the stack.

    >>> starts(ItemParameters.logistic([1.0, 1.0], [0.0, 0.0], [0.0, 0.2]))
    array([0, 2, 5])
    """
    return np.concatenate([[0], np.cumsum([len(values) for values in items.values])]).astype(np.int64)


def reading(form: ResponseModel, values: Floats) -> Floats:
    """Derivative (f, p, p) of parameters as people read them by those inside, (f, p), by central differences.

    >>> from kaoping.scoring.models import model
    >>> reading(model("2pl"), np.array([[2.0, -1.0]])).round(6)
    array([[[ 1.  ,  0.  ],
            [-0.25, -0.5 ]]])
    """
    found = np.empty((*values.shape, values.shape[1]))
    for label in range(values.shape[1]):
        step = np.zeros_like(values)
        step[:, label] = STEP * np.maximum(1.0, np.abs(values[:, label]))
        gap = form.to_reported(values + step) - form.to_reported(values - step)
        found[:, :, label] = gap / (2 * step[:, label, None])
    return found


def carried_errors(form: Form, slope: float, intercept: float) -> tuple[Floats, ...]:
    """Standard errors of the items as people read them on the scale ``slope * theta + intercept``, (p,) for each item.

    The line is taken as known; none if the form's errors are unknown.

    >>> items = ItemParameters.logistic([2.0], [0.5])
    >>> form = Form.with_standard_errors(items, [[0.1, 0.2]])
    >>> [errors.round(3).tolist() for errors in carried_errors(form, 2.0, 1.0)]
    [[0.05, 0.4]]
    """
    if form.covariance is None:
        return ()
    found = []
    for item, (one, values) in enumerate(zip(form.items.models, form.items.values, strict=True)):
        here = slice(*form.starts[item : item + 2])
        moved = one.rescaled(values[None], slope, intercept)
        along = one.rescaled(values + np.eye(len(values)), slope, intercept) - moved
        turn = reading(one, moved)[0] @ along.T
        found.append(np.sqrt(np.maximum(np.diag(turn @ form.covariance[here, here] @ turn.T), 0.0)))
    return tuple(found)
