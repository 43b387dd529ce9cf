"""The common items of two forms: the same item has the same name on both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import AnchorsDiffer, BadParameters, TooFewCommonItems
from kaoping.scoring.layout import UNIT_SLOPE
from kaoping.scoring.linking.forms import Form, reading
from kaoping.scoring.models import ModelName, ResponseModel
from kaoping.scoring.parameters import ItemParameters

FEWEST = 2
"""Two numbers are sought, so that one item with one difficulty cannot do."""
_EXACT = 1e-9


@dataclass(frozen=True, eq=False)
class Anchors:
    """Common items of the form ``start``, whose scale is to be left, and of ``target``, whose scale is to be reached.

    ``places`` (2, k) say where they stand on the two forms.
    """

    start: Form
    target: Form
    places: Whole = field(repr=False)

    @classmethod
    def of(cls, start: Form, target: Form, *, names: Sequence[str] | None = None) -> "Anchors":
        """Give the common items, in the order of the first form; those of the given names if there are any.

        Raises
        ------
        BadParameters
            An item that is named is not on both forms.
        AnchorsDiffer
            An item has other categories, or a model of another kind, on the other form.
        TooFewCommonItems

        >>> x = Form(ItemParameters.logistic([1.0, 1.0, 1.0], [0.0, 1.0, 2.0], names=("A", "B", "C")))
        >>> y = Form(ItemParameters.logistic([1.0, 1.0, 1.0], [0.0, 1.0, 2.0], names=("C", "D", "A")))
        >>> Anchors.of(x, y).names
        ('A', 'C')
        """
        there = set(target.items.names)
        wanted = [name for name in start.items.names if name in there] if names is None else list(names)
        for form in (start, target):
            if missing := [name for name in wanted if name not in form.items.names]:
                raise BadParameters(reason=f"item {missing[0]} is named as an anchor and is not on both forms")
        if len(wanted) < FEWEST:
            raise TooFewCommonItems(least=FEWEST, n=len(wanted))
        places = np.array([[form.items.names.index(name) for name in wanted] for form in (start, target)])
        found = cls(start, target, places)
        for name, old, new in zip(wanted, found.old.models, found.new.models, strict=True):
            if (kind(old), old.categories) != (kind(new), new.categories):
                raise AnchorsDiffer(item=name, start=str(old.name), target=str(new.name))
        return found

    @cached_property
    def old(self) -> ItemParameters:
        """The items with their parameters on the start's scale."""
        return self.start.items.take(self.places[0])

    @cached_property
    def new(self) -> ItemParameters:
        """The items with their parameters on the target's scale."""
        return self.target.items.take(self.places[1])

    @property
    def names(self) -> tuple[str, ...]:
        """(k,) names."""
        return self.old.names

    def __len__(self) -> int:
        return len(self.names)

    def take(self, places: Whole) -> "Anchors":
        """Give some of the anchors."""
        return Anchors(self.start, self.target, self.places[:, places])

    def leaving_out(self, names: Collection[str]) -> "Anchors":
        """Give the anchors of other names."""
        return self.take(
            np.array([place for place, name in enumerate(self.names) if name not in names], dtype=np.int64)
        )

    @property
    def unit_slopes(self) -> bool:
        """Whether all items are of models whose slope is one, so that the scales have the same unit already."""
        every = [(form.name, row[0]) for side in (self.old, self.new) for form, row in _rows(side)]
        return all(name in UNIT_SLOPE and abs(slope - 1) < _EXACT for name, slope in every)

    def in_stack(self, old: Floats, new: Floats) -> tuple[Floats, Floats]:
        """Take derivatives (r, p) by the anchors' parameters on both sides to all parameters of both forms."""
        found = []
        for form, places, part in zip((self.start, self.target), self.places, (old, new), strict=True):
            whole = np.zeros((len(part), form.size))
            whole[:, form.stack(places)] = part
            found.append(whole)
        return found[0], found[1]


def kind(form: ResponseModel) -> str:
    """Name what two calibrations of one item have to share: right or wrong, graded, nominal, or partial credit."""
    if form.name in {ModelName.NOMINAL, ModelName.GRADED}:
        return str(form.name)
    return "dichotomous" if form.categories == 2 else "partial credit"  # noqa: PLR2004


@dataclass(frozen=True, eq=False)
class Read:
    """Discriminations (k,) and difficulties, thresholds or steps (t,) of items, the latter with their item (t,).

    ``a_by``, ``b_by`` are their derivatives (k, P), (t, P) by the stack of these items.
    """

    a: Floats
    b: Floats
    item: Whole
    a_by: Floats = field(repr=False)
    b_by: Floats = field(repr=False)

    def mean_b(self) -> Floats:
        """(k,) mean difficulty of each item."""
        return np.asarray(np.bincount(self.item, self.b) / np.bincount(self.item))


def read(items: ItemParameters) -> Read:
    """Give discriminations and difficulties of items that have them: of every model but the nominal.

    >>> read(ItemParameters.logistic([1.0, 2.0], [0.0, 0.5])).b
    array([-0. ,  0.5])
    """
    form = Form(items)
    a, b, of, a_by, b_by = [], [], [], [], []
    for item, (one, values) in enumerate(_rows(items)):
        shown, turn = one.to_reported(values[None])[0], reading(one, values[None])[0]
        whole = np.zeros((len(values), form.size))
        whole[:, form.starts[item] : form.starts[item + 1]] = turn
        difficulties = range(1, one.categories)
        a.append(shown[0])
        a_by.append(whole[0])
        b += [shown[place] for place in difficulties]
        b_by += [whole[place] for place in difficulties]
        of += [item] * len(difficulties)
    return Read(np.array(a), np.array(b), np.array(of), np.array(a_by), np.array(b_by))


def _rows(items: ItemParameters) -> list[tuple[ResponseModel, Floats]]:
    return list(zip(items.models, items.values, strict=True))
