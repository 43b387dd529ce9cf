"""Ratings of persons by raters, one row for each: sparse, for few raters of many see a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.raters.errors import BadRatings

MOST_CATEGORIES = 100


@dataclass(frozen=True, eq=False)
class Ratings:
    """One row for each of r ratings.

    Attributes
    ----------
    persons : names of the n persons.
    facets : names of the elements of each facet, such as ``{"rater": ("A", "B"), "item": ("1", "2", "3")}``.
    person : (r,) person of each rating.
    codes : (f, r) element of each rating in each facet, in the order of `facets`.
    category : (r,) 0 for the lowest rating of the scale, up to `n_categories` - 1.
    lowest : the rating that category 0 stands for.
    n_categories : number of categories of the scale.
    weight : (r,) how often each rating counts.
    """

    persons: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    person: Whole
    codes: Whole
    category: Whole
    lowest: int
    n_categories: int
    weight: Floats

    @classmethod
    def from_columns(
        cls,
        person: Iterable[object],
        rating: ArrayLike,
        facets: Mapping[str, Iterable[object]],
        *,
        weight: ArrayLike | None = None,
        scale: tuple[int, int] | None = None,
    ) -> "Ratings":
        """Take columns of equal length, a row for each rating; elements are in the order of their first row.

        Parameters
        ----------
        rating : (r,) whole numbers.
        facets : name of each facet and its column, such as ``rater``, ``item``, ``occasion``.
        weight : (r,) positive; 1 if not given.
        scale : lowest and highest rating that can be given; the lowest and highest that were given if not said.

        Raises
        ------
        BadRatings
            Columns of unequal length, no rows, ratings that are not whole or off the scale, a weight that is not
            positive, or two ratings of one person with the same elements of all facets.

        >>> given = Ratings.from_columns("AABB", [3, 4, 1, 2], {"rater": "xyxy"})
        >>> given.persons, given.facets["rater"], given.category, given.n_categories
        (('A', 'B'), ('x', 'y'), array([2, 3, 0, 1]), 4)
        """
        names, person_codes = _coded(person)
        coded = {name: _coded(column) for name, column in facets.items()}
        if not coded:
            raise BadRatings(reason="they name no rater and no item")
        values = _whole(rating)
        weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=np.float64)
        for name, column in {"person": person_codes, **{key: codes for key, (_, codes) in coded.items()}}.items():
            if len(column) != len(values):
                raise BadRatings(reason=f"there are {len(values)} ratings and {len(column)} cells of {name}")
        if weights.shape != values.shape or not (np.isfinite(weights) & (weights > 0)).all():
            raise BadRatings(reason="a weight is not a positive number, or there is not one for each rating")
        low, high = _scale(values, scale)
        codes = np.array([codes for _, codes in coded.values()])
        _refuse_twice(names, {name: elements for name, (elements, _) in coded.items()}, person_codes, codes)
        elements = {name: found for name, (found, _) in coded.items()}
        return cls(names, elements, person_codes, codes, values - low, low, high - low + 1, weights)

    @property
    def n(self) -> int:
        """Number of ratings."""
        return len(self.category)

    @property
    def values(self) -> Whole:
        """The ratings as they were given, (r,)."""
        return self.category + self.lowest

    def code(self, facet: str) -> Whole:
        """Element of each rating in a facet, (r,); ``"person"`` gives the person.

        Raises
        ------
        BadRatings
            There is no such facet.
        """
        if facet == "person":
            return self.person
        if facet not in self.facets:
            raise BadRatings(reason=f"they have no facet {facet}; there are {', '.join(self.facets)}")
        return np.asarray(self.codes[list(self.facets).index(facet)])

    def names(self, facet: str) -> tuple[str, ...]:
        """Names of the elements of a facet, or of the persons."""
        return self.persons if facet == "person" else self.facets[facet]

    def taken(self, rows: ArrayLike) -> "Ratings":
        """Keep some rows, named by a mask or by numbers, with all persons and elements that still occur.

        >>> given = Ratings.from_columns("AABB", [3, 4, 1, 2], {"rater": "xyxy"})
        >>> given.taken([0, 2]).facets["rater"]
        ('x',)
        """
        kept = np.arange(self.n)[np.asarray(rows)]
        columns = {name: [self.facets[name][code] for code in self.code(name)[kept]] for name in self.facets}
        people = [self.persons[code] for code in self.person[kept]]
        ends = self.lowest, self.lowest + self.n_categories - 1
        return Ratings.from_columns(people, self.values[kept], columns, weight=self.weight[kept], scale=ends)


def joint(columns: Sequence[Whole]) -> tuple[Whole, Whole]:
    """Number the combinations that occur in columns (r,) of codes: first row of each combination, and (r,) its number.

    >>> joint([np.array([0, 0, 1, 0]), np.array([1, 2, 1, 1])])
    (array([0, 1, 2]), array([0, 1, 2, 0]))
    """
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        number = number * (int(column.max(initial=0)) + 1) + column
        _, number = np.unique(number, return_inverse=True)
    _, first, inverse = np.unique(number, return_index=True, return_inverse=True)
    return first, inverse


def _coded(column: Iterable[object]) -> tuple[tuple[str, ...], Whole]:
    places: dict[str, int] = {}
    codes = [places.setdefault(str(cell), len(places)) for cell in column]
    return tuple(places), np.array(codes, dtype=np.int64)


def _whole(rating: ArrayLike) -> Whole:
    given = np.asarray(rating)
    if given.ndim != 1 or not given.size:
        raise BadRatings(reason="they are not a column with a row for each rating")
    try:
        numbers = given.astype(np.float64)
    except ValueError:
        raise BadRatings(reason="a rating is not a number") from None
    if not np.isfinite(numbers).all() or (numbers != np.rint(numbers)).any():
        raise BadRatings(reason="a rating is not a whole number")
    return numbers.astype(np.int64)


def _scale(values: Whole, scale: tuple[int, int] | None) -> tuple[int, int]:
    low, high = (int(values.min()), int(values.max())) if scale is None else scale
    if low > values.min() or high < values.max():
        raise BadRatings(reason=f"they run from {values.min()} to {values.max()}, beyond the scale {low} to {high}")
    if low == high:
        raise BadRatings(reason=f"all are {low}; nothing can be learnt from them")
    if high - low >= MOST_CATEGORIES:
        raise BadRatings(reason=f"they run from {low} to {high}, more than {MOST_CATEGORIES} categories")
    return low, high


def _refuse_twice(persons: tuple[str, ...], facets: Mapping[str, tuple[str, ...]], person: Whole, codes: Whole) -> None:
    first, _ = joint([person, *codes])
    if len(first) == len(person):
        return
    row = int(np.setdiff1d(np.arange(len(person)), first)[0])
    where = ", ".join(f"{name} {facets[name][code]}" for name, code in zip(facets, codes[:, row], strict=True))
    raise BadRatings(
        reason=f"person {persons[person[row]]} was rated twice by {where}; tell the ratings apart by a further facet "
        "such as occasion"
    )
