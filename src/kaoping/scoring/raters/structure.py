r"""How measures make up the difficulty of a rating, as sparse matrices.

The many-facet Rasch model [1]_ in the form of its cumulated difficulties: a rating in category k of person n has

.. math:: P(k) \propto \exp(k \theta_n - D_{ck}), \qquad D_{ck} = k \Big(\sum_f \beta_f + \gamma\Big) +
          \sum_{h \le k} \tau_{gh}, \qquad D = X \xi

where the cell c is the combination of elements that the rating belongs to, :math:`\beta_f` the measures of its
elements, :math:`\gamma` its interactions, and :math:`\tau_{gh}` the thresholds of its scale g. Ratings of one cell
share their probabilities, so that work grows with cells and not with ratings.

References
----------
.. [1] Linacre, J. M. (1989). *Many-Facet Rasch Measurement*. MESA Press.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.raters.errors import BadPanel
from kaoping.scoring.raters.ratings import Ratings, joint
from kaoping.scoring.raters.sparsity import matrix

STEPS, COMMON = "steps", "common"


@dataclass(frozen=True)
class Panel:
    """The model that is asked for.

    Attributes
    ----------
    facets : facets that have measures; all of the ratings if not given.
    steps : ``"common"`` thresholds for all ratings, or the facet whose elements have their own.
    interactions : pairs of facets whose combinations have measures of their own; a column that is not among `facets`,
        such as a group of persons, may be one of a pair.
    anchors : known measures in logits, ``{"rater": {"A": 0.3}}``, or of all thresholds of a scale,
        ``{"steps": {...}}``.
    extreme : what becomes of elements with no rating but the lowest or the highest.
    exchangeable : persons were assigned to raters at random, so subsets that no person connects may be compared.
    """

    facets: tuple[str, ...] = ()
    steps: str = COMMON
    interactions: tuple[tuple[str, str], ...] = ()
    anchors: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    extreme: Literal["refuse", "adjust"] = "refuse"
    exchangeable: bool = False


@dataclass(frozen=True, eq=False)
class Term:
    """A block of parameters: a facet, an interaction such as ``rater:item``, or the thresholds ``steps``.

    ``place`` (c,) is the first parameter, within the block, of each cell; each of ``margins`` gives every parameter the
    number of the group in which it is one of those that sum to zero.
    """

    name: str
    facets: tuple[str, ...]
    labels: tuple[str, ...]
    start: int
    place: Whole
    margins: tuple[Whole, ...]

    @property
    def columns(self) -> slice:
        """Columns of the block in the vector of parameters."""
        return slice(self.start, self.start + len(self.labels))


@dataclass(frozen=True, eq=False)
class Structure:
    """Cells, parameters and the sparse matrices between them, for n persons, r ratings, c cells, p parameters.

    ``design`` (c (m - 1), p) gives the cumulated difficulties of categories 1 to m - 1; ``ratings_of`` (n, c) the
    weight of the ratings of each person in each cell, ``chosen`` (n, c m) the same by category. ``zero`` (s, p) times
    the parameters is zero. ``floating`` is the facet that takes up a shift of all measures within a pass, and
    ``held`` the rows of ``zero`` without its own.
    """

    panel: Panel
    terms: tuple[Term, ...]
    cell: Whole
    first: Whole
    categories: int
    design: sparse.csr_array
    ratings_of: sparse.csr_array
    chosen: sparse.csr_array
    zero: sparse.csr_array
    held: sparse.csr_array
    start: Floats
    free: Flags
    floating: Term | None
    restrictions: int

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.first)

    @property
    def n_free(self) -> int:
        """Number of measures and thresholds that the ratings determine."""
        return int(self.free.sum()) - self.restrictions

    def term(self, name: str) -> Term:
        """Give a block of parameters by its name.

        Raises
        ------
        BadPanel
            The model has no such block.
        """
        for term in self.terms:
            if term.name == name:
                return term
        raise BadPanel(reason=f"it has no {name}; there are {', '.join(term.name for term in self.terms)}")

    def difficulty(self, parameters: Floats) -> Floats:
        """Cumulated difficulties of all categories, (c, m); 0 for category 0."""
        steps = (self.design @ parameters).reshape(self.cells, self.categories - 1)
        return np.concatenate([np.zeros((self.cells, 1)), steps], axis=1)


def lay_out(ratings: Ratings, panel: Panel) -> Structure:
    """Arrange ratings for a model.

    Raises
    ------
    BadPanel
        A facet, interaction or anchor that the ratings do not have.
    """
    _check(ratings, panel)
    first, cell = joint([ratings.code(name) for name in ratings.facets])
    terms = tuple(_terms(ratings, panel, {name: ratings.code(name)[first] for name in ratings.facets}))
    start, free = _anchored(terms, panel)
    floating = next((term for term in terms[:-1] if len(term.facets) == 1 and term.name not in panel.anchors), None)
    rows = {term.name: _zero(term, free) for term in terms}
    held = [one for name, one in rows.items() if floating is None or name != floating.name]
    m, people, person = ratings.n_categories, len(ratings.persons), ratings.person
    within = matrix(ratings.weight, person, cell, (people, len(first)))
    chosen = matrix(ratings.weight, person, cell * m + ratings.category, (people, len(first) * m))
    zero = _stacked(list(rows.values()))
    lost = zero.shape[0] - sum(_components(term) for term in terms if len(term.margins) > 1)
    return Structure(
        panel, terms, cell, first, m, _design(terms, len(first), m), within, chosen, zero, _stacked(held), start, free,
        floating, lost,
    )  # fmt: skip


def main_facets(ratings: Ratings, panel: Panel) -> tuple[str, ...]:
    """Give the facets that have measures."""
    return panel.facets or tuple(ratings.facets)


def _check(ratings: Ratings, panel: Panel) -> None:
    for name in [*panel.facets, *(one for pair in panel.interactions for one in pair), panel.steps]:
        if name not in ratings.facets and name != COMMON:
            raise BadPanel(reason=f"the ratings have no facet {name}; there are {', '.join(ratings.facets)}")
    for pair in panel.interactions:
        if len(set(pair)) != len(pair) or len(pair) != 2:  # noqa: PLR2004 - a pair
            raise BadPanel(reason=f"an interaction is of two facets, not of {' and '.join(pair)}")


def _terms(ratings: Ratings, panel: Panel, codes: Mapping[str, Whole]) -> Iterator[Term]:
    """Give the blocks of parameters: facets, interactions, thresholds last."""
    start = 0
    for name in main_facets(ratings, panel):
        labels = ratings.facets[name]
        yield Term(name, (name,), labels, start, codes[name], (np.zeros(len(labels), dtype=np.int64),))
        start += len(labels)
    for pair in panel.interactions:
        seen, place = joint([codes[name] for name in pair])
        members = tuple(codes[name][seen] for name in pair)
        names = (tuple(ratings.facets[name][code] for code in found) for name, found in zip(pair, members, strict=True))
        labels = tuple(":".join(both) for both in zip(*names, strict=True))
        yield Term(":".join(pair), pair, labels, start, place, members)
        start += len(labels)
    steps = ratings.n_categories - 1
    marks = [str(ratings.lowest + step) for step in range(1, steps + 1)]
    if panel.steps == COMMON:
        nowhere = np.zeros(len(next(iter(codes.values()))), dtype=np.int64)
        yield Term(STEPS, (), tuple(marks), start, nowhere, (np.zeros(steps, dtype=np.int64),))
        return
    groups = ratings.facets[panel.steps]
    labels = tuple(f"{group}:{mark}" for group in groups for mark in marks)
    yield Term(
        STEPS, (panel.steps,), labels, start, codes[panel.steps] * steps, (np.arange(len(groups)).repeat(steps),)
    )


def _anchored(terms: Sequence[Term], panel: Panel) -> tuple[Floats, Flags]:
    """Give the parameters with known ones in their places, and which of them are free."""
    start = np.zeros(terms[-1].columns.stop)
    free = np.ones(len(start), dtype=np.bool_)
    known = {term.name: term for term in terms}
    for name, anchors in panel.anchors.items():
        if name not in known:
            raise BadPanel(reason=f"anchors are of {', '.join(known)}; there is no {name}")
        places = {label: known[name].start + place for place, label in enumerate(known[name].labels)}
        for label, value in anchors.items():
            if label not in places:
                raise BadPanel(reason=f"the anchor {label} does not occur among the ratings as {name}")
            if not np.isfinite(value):
                raise BadPanel(reason=f"the anchor {label} of {name} is not a finite number")
            start[places[label]], free[places[label]] = value, False
    return start, free


def _zero(term: Term, free: Flags) -> sparse.csr_array:
    """Give the sums within a block that are zero: of all elements, unless some are known."""
    width, unknown = len(free), free[term.columns]
    if term.name == STEPS:
        group = term.margins[0]
        if (whole := np.bincount(group, unknown) % np.bincount(group)).any():
            lacking = term.labels[int(np.flatnonzero((group == whole.argmax()) & unknown)[0])]
            raise BadPanel(reason=f"some thresholds of a scale are anchored and {lacking} is not; anchor all or none")
    rows, columns = list[Whole](), list[Whole]()
    height = 0
    for margin in term.margins:
        # One known element places a facet; known thresholds place their own scale alone.
        open_ones = np.bincount(margin, unknown) == np.bincount(margin)
        number = np.cumsum(open_ones) - 1 + height
        kept = np.flatnonzero(open_ones[margin])
        rows.append(number[margin[kept]])
        columns.append(term.start + kept)
        height += int(open_ones.sum())
    where = np.concatenate(rows), np.concatenate(columns)
    return matrix(np.ones(len(where[0])), *where, (height, width))


def _components(term: Term) -> int:
    """Count the parts of an interaction that share no element: in each, one zero sum follows from the others."""
    rows, columns = term.margins
    size = int(rows.max()) + 1
    total = size + int(columns.max()) + 1
    links = sparse.coo_array((np.ones(len(rows)), (rows, size + columns)), shape=(total, total))
    seen = len(np.unique(rows)) + len(np.unique(columns))
    return int(csgraph.connected_components(links, directed=False)[0]) - (total - seen)


def _design(terms: Sequence[Term], cells: int, m: int) -> sparse.csr_array:
    """Build the matrix from parameters to cumulated difficulties of the categories 1 to m - 1."""
    cell, step = np.divmod(np.arange(cells * (m - 1)), m - 1)
    rows, columns, values = list[Whole](), list[Whole](), list[Floats]()
    for term in terms:
        if term.name != STEPS:
            rows.append(np.arange(len(cell)))
            columns.append(term.start + term.place[cell])
            values.append(step + 1.0)
            continue
        for lower in range(m - 1):
            reached = np.flatnonzero(step >= lower)
            rows.append(reached)
            columns.append(term.start + term.place[cell[reached]] + lower)
            values.append(np.ones(len(reached)))
    where = np.concatenate(rows), np.concatenate(columns)
    return matrix(np.concatenate(values), *where, (len(cell), terms[-1].columns.stop))


def _stacked(rows: Sequence[sparse.csr_array]) -> sparse.csr_array:
    return sparse.csr_array(sparse.vstack(rows, format="csr"))
