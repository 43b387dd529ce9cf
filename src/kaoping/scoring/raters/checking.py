"""What has to hold before measures are estimated: connected subsets, finite measures, used categories."""

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.raters.connections import subsets
from kaoping.scoring.raters.errors import Disconnected, ExtremeElement, UnusedCategory
from kaoping.scoring.raters.ratings import Ratings
from kaoping.scoring.raters.sparsity import sums
from kaoping.scoring.raters.structure import COMMON, STEPS, Structure, main_facets

ADJUSTMENT = 0.3
"""Score points that an extreme element is moved inwards if asked for: the usual choice of Facets [Linacre]."""
NAMED = 5
"""Most elements of a subset that an error names."""


def check_connections(ratings: Ratings, structure: Structure) -> None:
    """Refuse a panel in which some differences are not measured.

    Raises
    ------
    Disconnected
        Naming the subsets of the facet that falls into most.
    """
    panel = structure.panel
    if panel.exchangeable:
        return
    anchored = {name: tuple(known) for name, known in panel.anchors.items() if name != STEPS}
    found = subsets(ratings, main_facets(ratings, panel), anchored=anchored)
    facet = max(found, key=lambda name: int(found[name].max()))
    n = int(found[facet].max()) + 1
    if n > 1:
        shown = [_listed(ratings.facets[facet], np.equal(found[facet], number)) for number in range(min(n, NAMED))]
        more = f" and {n - NAMED} more" if n > NAMED else ""
        raise Disconnected(facet=facet, n=n, subsets="; ".join(shown) + more)


def _listed(names: tuple[str, ...], members: Flags) -> str:
    places = np.flatnonzero(members)
    shown = ", ".join(names[place] for place in places[:NAMED])
    return f"{shown} and {len(places) - NAMED} more" if len(places) > NAMED else shown


def check_categories(ratings: Ratings, structure: Structure, rows: Flags | None = None) -> None:
    """Refuse a scale of which a category was not used, among some rows (r,) or all.

    Raises
    ------
    UnusedCategory
        Naming the category and, if scales belong to elements, whose it is.
    """
    m = ratings.n_categories
    own = structure.panel.steps
    group = np.zeros(ratings.n, dtype=np.int64) if own == COMMON else ratings.code(own)
    used = sums(group * m + ratings.category, rows, (int(group.max()) + 1) * m).reshape(-1, m)
    free: Flags = np.asarray(structure.free[structure.term(STEPS).columns].reshape(len(used), m - 1).any(axis=1))
    for place, category in np.argwhere((used < 1) & free[:, None]):
        where = "" if own == COMMON else f" of {own} {ratings.facets[own][place]}"
        raise UnusedCategory(rating=int(category) + ratings.lowest, where=where)


def extremes(ratings: Ratings, structure: Structure, rows: Flags | None = None) -> tuple[Flags, Floats]:
    """Find the free elements whose ratings are all lowest or all highest, (p,), and what is added to their derivative.

    ``rows`` (r,) are the ratings that count; all if not given.

    Raises
    ------
    ExtremeElement
        There is one, and the panel does not say that it is to be adjusted.
    """
    extreme, tilt = np.zeros(len(structure.free), dtype=np.bool_), np.zeros(len(structure.free))
    top = ratings.n_categories - 1
    counted = np.arange(ratings.n) if rows is None else np.flatnonzero(rows)
    for term in structure.terms:
        if term.name == STEPS:
            continue
        code = term.place[structure.cell][counted]
        least, most = ends(code, ratings.category[counted], len(term.labels))
        here = ((least == most) & ((most == 0) | (least == top))) & structure.free[term.columns]
        if here.any() and structure.panel.extreme == "refuse":
            place = int(np.flatnonzero(here)[0])
            more = f" ({int(here.sum()) - 1} more like it)" if here.sum() > 1 else ""
            n, rating = int((code == place).sum()), int(most[place]) + ratings.lowest
            raise ExtremeElement(facet=term.name, element=term.labels[place], n=n, rating=rating, more=more)
        extreme[term.columns] = here
        tilt[term.columns] = np.where(here, np.where(most == 0, -ADJUSTMENT, ADJUSTMENT), 0.0)
    return extreme, tilt


def ends(code: Whole, category: Whole, size: int) -> tuple[Whole, Whole]:
    """Lowest and highest category of each element."""
    least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
    np.minimum.at(least, code, category)
    np.maximum.at(most, code, category)
    return least, most
