"""Items with known parameters, of any models mixed: the curves that scores, fit and linking are calculated from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.models import Asymptotic, ResponseModel, model


@dataclass(frozen=True, eq=False)
class Family:
    """Items of one model and number of categories, calculated together: their places (f,) and parameters (f, p)."""

    model: ResponseModel
    places: Whole
    values: Floats


@dataclass(frozen=True, eq=False)
class ItemParameters:
    """Parameters of k items, each with a model of its own; ability in logits, D = 1.

    Parameters
    ----------
    names : k names.
    models : k models.
    values : k vectors of the parameters inside each model (slopes, intercepts, logits of asymptotes).

    Raises
    ------
    BadParameters
        A parameter is not a number, there are too few or too many, or intercepts of a graded item do not fall.

    >>> two = ItemParameters.logistic([1.0, 2.0], [0.0, 0.5], names=("A", "B"))
    >>> two.probabilities(np.array([0.5]))[:, 1].round(3)
    array([[0.622],
           [0.5  ]])
    """

    names: tuple[str, ...]
    models: tuple[ResponseModel, ...]
    values: tuple[Floats, ...]

    def __post_init__(self) -> None:
        if not len(self.names) == len(self.models) == len(self.values):
            raise BadParameters(
                reason=f"{len(self.names)} names, {len(self.models)} models and {len(self.values)} sets of parameters"
            )
        for name, form, values in zip(self.names, self.models, self.values, strict=True):
            if len(values) != len(form.labels) or not np.isfinite(values).all():
                raise BadParameters(reason=f"item {name} ({form.name}) needs {len(form.labels)} finite parameters")
            if not np.isfinite(form.log_probabilities(values[None], np.zeros(1))).all():
                raise BadParameters(reason=f"the thresholds of item {name} do not rise")

    @classmethod
    def logistic(
        cls,
        a: ArrayLike,
        b: ArrayLike,
        c: ArrayLike | None = None,
        u: ArrayLike | None = None,
        *,
        names: Sequence[str] = (),
    ) -> "ItemParameters":
        """Give right-or-wrong items from discrimination ``a`` (per logit), difficulty ``b`` (logits), asymptotes.

        Parameters
        ----------
        a, b : (k,).
        c, u : (k,) lower and upper asymptotes; an item with c = 0 and u = 1 has two parameters.

        >>> ItemParameters.logistic([1.0], [0.0], [0.2]).probabilities(np.zeros(1))[0, 1]
        array([0.6])
        """
        slope, difficulty = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
        lower = np.zeros_like(slope) if c is None else np.asarray(c, dtype=np.float64)
        upper = np.ones_like(slope) if u is None else np.asarray(u, dtype=np.float64)
        if not slope.shape == difficulty.shape == lower.shape == upper.shape:
            raise BadParameters(reason="the lists of parameters differ in length")
        if ((lower < 0) | (upper > 1) | (lower >= upper)).any():
            raise BadParameters(reason="asymptotes have to lie in order between 0 and 1")
        rows = np.stack([slope, difficulty, lower, upper], axis=1)
        return cls.reported(
            tuple(names) or tuple(str(number + 1) for number in range(len(rows))),
            [model("4pl" if row[3] < 1 else "3pl" if row[2] > 0 else "2pl") for row in rows],
            [row[: 4 if row[3] < 1 else 3 if row[2] > 0 else 2] for row in rows],
        )

    @classmethod
    def reported(
        cls, names: Sequence[str], models: Sequence[ResponseModel], values: Sequence[ArrayLike]
    ) -> "ItemParameters":
        """Give items from parameters as people read them: a, then difficulties or thresholds, then asymptotes.

        >>> ItemParameters.reported(["A"], [model("grm", 3)], [[2.0, -1.0, 1.0]]).values
        (array([ 2.,  2., -2.]),)
        """
        if not len(names) == len(models) == len(values):
            raise BadParameters(reason="names, models and parameters differ in number")
        inside = []
        for name, form, row in zip(names, models, values, strict=True):
            given = np.asarray(row, dtype=np.float64)
            if given.shape != (len(form.reported),):
                raise BadParameters(reason=f"item {name} ({form.name}) needs {', '.join(form.reported)}")
            if isinstance(form, Asymptotic):
                given = np.concatenate([given[:2], np.clip(given[2:], 1e-12, 1 - 1e-12)])
            inside.append(form.from_reported(given[None])[0])
        return cls(tuple(names), tuple(models), tuple(inside))

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Items grouped by model and number of categories."""
        kinds: dict[tuple[str, int], list[int]] = {}
        for place, form in enumerate(self.models):
            kinds.setdefault((form.name, form.categories), []).append(place)
        return tuple(
            Family(self.models[places[0]], np.array(places), np.stack([self.values[place] for place in places]))
            for places in kinds.values()
        )

    @property
    def categories(self) -> Whole:
        """(k,) number of categories of each item."""
        return np.array([form.categories for form in self.models], dtype=np.int64)

    @property
    def most_categories(self) -> int:
        """Number m of categories that the arrays below are padded to."""
        return int(self.categories.max())

    def log_probabilities(self, theta: Floats) -> Floats:
        """Log probability of each category, (k, m, q); minus infinity for categories that an item does not have."""
        found = np.full((len(self), self.most_categories, len(theta)), -np.inf)
        for family in self.families:
            found[family.places, : family.model.categories] = family.model.log_probabilities(family.values, theta)
        return found

    def probabilities(self, theta: Floats) -> Floats:
        """Probability of each category, (k, m, q); zero for categories that an item does not have."""
        return np.exp(self.log_probabilities(theta))

    def along_theta(self, theta: Floats) -> tuple[Floats, Floats]:
        """First and second derivative of the log probabilities by ability, both (k, m, q); zero where padded."""
        shape = (len(self), self.most_categories, len(theta))
        first, second = np.zeros(shape), np.zeros(shape)
        for family in self.families:
            place = (family.places, slice(family.model.categories))
            first[place], second[place] = family.model.along_theta(family.values, theta)
        return first, second

    def information(self, theta: Floats) -> Floats:
        r"""Fisher information of each item about ability, (k, q), per squared logit.

        .. math:: I_j(\theta) = \sum_c P_{jc}(\theta) \left(\frac{d}{d\theta} \log P_{jc}(\theta)\right)^2

        >>> ItemParameters.logistic([2.0], [0.0]).information(np.zeros(1))
        array([[1.]])
        """
        first, _ = self.along_theta(theta)
        return np.asarray((self.probabilities(theta) * first**2).sum(axis=1))

    def expected(self, theta: Floats) -> Floats:
        """Expected category of each item, (k, q).

        >>> ItemParameters.logistic([1.0], [0.0]).expected(np.zeros(1))
        array([[0.5]])
        """
        return np.asarray(np.einsum("kmq,m->kq", self.probabilities(theta), np.arange(self.most_categories)))

    def rescaled(self, slope: float, intercept: float) -> "ItemParameters":
        """Give the same curves on the scale ``slope * theta + intercept``.

        >>> list(ItemParameters.logistic([1.0], [0.5]).rescaled(2.0, 1.0).table())
        [('1', '2pl', {'a': 0.5, 'b': 2.0})]
        """
        moved = (
            form.rescaled(values[None], slope, intercept)[0]
            for form, values in zip(self.models, self.values, strict=True)
        )
        return ItemParameters(self.names, self.models, tuple(moved))

    def take(self, places: Whole) -> "ItemParameters":
        """Give some of the items, in the order asked.

        >>> ItemParameters.logistic([1.0, 2.0], [0.0, 0.5], names=("A", "B")).take(np.array([1])).names
        ('B',)
        """
        return ItemParameters(
            *(tuple(part[place] for place in places) for part in (self.names, self.models, self.values))
        )

    def named(self, names: Sequence[str]) -> "ItemParameters":
        """Give the items of these names, in their order.

        Raises
        ------
        BadParameters
            There is no item of a name.
        """
        place = {name: number for number, name in enumerate(self.names)}
        for name in names:
            if name not in place:
                raise BadParameters(reason=f"there are none for item {name}")
        return self.take(np.array([place[name] for name in names]))

    def table(self) -> Iterator[tuple[str, str, dict[str, float]]]:
        """Name, model and parameters as people read them, item by item.

        >>> list(ItemParameters.logistic([1.0], [0.5]).table())
        [('1', '2pl', {'a': 1.0, 'b': 0.5})]
        """
        for name, form, values in zip(self.names, self.models, self.values, strict=True):
            shown = form.to_reported(values[None])[0]
            yield name, str(form.name), dict(zip(form.reported, map(float, shown), strict=True))
