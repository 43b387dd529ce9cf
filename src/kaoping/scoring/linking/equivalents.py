"""Equated scores: for every score on one form the equivalent on the other, and the items that make the scores."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.linking.forms import Form
from kaoping.scoring.linking.links import Influence, gathered, spread
from kaoping.scoring.parameters import ItemParameters


@dataclass(frozen=True, eq=False)
class Equivalents:
    """The function that takes scores on the start to the scale of the target's scores.

    ``scores`` (s,) all possible scores, 0 to the largest; ``equated`` (s,) their equivalents in points of the target,
    not rounded; ``see`` (s,) their standard errors in the same points, none if the errors of a form are unknown;
    ``theta`` (s,) abilities in logits of the target that expect these scores, of true-score equating alone: minus and
    plus infinity at and beyond the asymptotes.
    """

    method: str
    scores: Floats
    equated: Floats
    see: Floats | None
    theta: Floats | None = None


@dataclass(frozen=True, eq=False)
class Scored:
    """The items of a form that count in its score."""

    form: Form
    places: Whole = field(repr=False)

    @classmethod
    def of(cls, form: Form, names: Sequence[str] | None) -> "Scored":
        """Take the items of the given names, or all.

        Raises
        ------
        BadParameters
            There is no item of a name, or none is left.
        """
        if names is None:
            return cls(form, np.arange(len(form.items)))
        wanted = form.items.named(list(names)).names
        if not wanted:
            raise BadParameters(reason="no item counts in the score")
        return cls(form, np.array([form.items.names.index(name) for name in wanted]))

    @property
    def items(self) -> ItemParameters:
        """The items."""
        return self.form.items.take(self.places)

    @property
    def largest(self) -> int:
        """The largest score."""
        return int((self.items.categories - 1).sum())

    def influence(self, derivative: Floats) -> Influence:
        """Take a derivative (r, p) by the parameters of these items to the whole form."""
        whole = np.zeros((len(derivative), self.form.size))
        whole[:, self.form.stack(self.places)] = derivative
        return Influence(self.form, whole)


def standard_errors(influences: Sequence[Influence]) -> Floats | None:
    """Standard error of each of several numbers, (r,); none if the errors of a form are unknown."""
    found = spread(gathered(influences))
    return None if found is None else np.sqrt(np.maximum(np.diag(found), 0.0))
