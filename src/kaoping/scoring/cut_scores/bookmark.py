"""The Bookmark method: where in a booklet from easy to hard the mastery of a minimally competent person ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.averages import Average, averaged, intraclass
from kaoping.scoring.cut_scores.booklets import Booklet
from kaoping.scoring.cut_scores.cuts import Cut
from kaoping.scoring.cut_scores.errors import BadJudgements
from kaoping.scoring.cut_scores.papers import Paper

Place = Literal["before", "at", "between"]
FROM_END: dict[Place, tuple[int, int]] = {"before": (1, 1), "at": (0, 0), "between": (1, 0)}
"""How many pages before the bookmarked one the two stand whose locations are averaged."""


@dataclass(frozen=True, eq=False)
class Bookmark:
    """Result of `bookmark` for one round and level.

    Attributes
    ----------
    judge_cuts : (j,) ability at the bookmark of each judge, logits.
    theta : the panel's cut, in logits.
    marks : the same on the paper, in marks; ``None`` without a paper.
    at_tables : intraclass correlation of the bookmarks of judges at one table; ``None`` without tables.
    """

    judges: tuple[str, ...]
    pages: tuple[int, ...]
    judge_cuts: Floats
    theta: Cut
    marks: Cut | None
    at_tables: float | None


def bookmark(
    bookmarks: Mapping[str, int],
    booklet: Booklet,
    *,
    place: Place = "before",
    average: str = Average.MEAN,
    tables: Sequence[str] = (),
    paper: Paper | None = None,
) -> Bookmark:
    r"""Turn bookmarks into a cut in logits and, by the test characteristic curve, in marks [1]_.

    The bookmark lies on the first page that a minimally competent person does not master with the response probability.
    The judge's cut is the location of the page before it, the last one mastered [1]_; or of the bookmarked page itself;
    or the middle between both, which lies lower by chance as often as higher [2]_. The error over judges is that of
    `averaged`; in marks it is times the slope of the curve (delta method).

    Parameters
    ----------
    bookmarks : number of the bookmarked page by judge, from 1; one more than there are pages if all are mastered.
    tables : (j,) tables of the judges, if they discussed in small groups.

    Raises
    ------
    BadJudgements
        A page is not in the booklet, or there is none before it.
    PanelTooSmall
        There are fewer than two judges.

    References
    ----------
    .. [1] Mitzel, H. C., Lewis, D. M., Patz, R. J., & Green, D. R. (2001). The Bookmark procedure: Psychological
       perspectives. In G. J. Cizek (Ed.), *Setting Performance Standards*, 249-281. Erlbaum.
    .. [2] Reckase, M. D. (2006). A conceptual framework for a psychometric theory for standard setting with examples of
       its use for evaluating the functioning of two standard setting methods. *Educational Measurement: Issues and
       Practice*, 25(2), 4-18.

    >>> from kaoping.scoring.cut_scores.booklets import ordered_booklet
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> items = ItemParameters.logistic(np.ones(5), np.linspace(-1, 1, 5))
    >>> found = bookmark({"A": 3, "B": 4}, ordered_booklet(items), paper=Paper.of(items))
    >>> round(found.theta.value, 3), round(found.theta.se, 3), round(found.marks.value, 2)
    (0.443, 0.25, 2.99)
    """
    judges, pages = tuple(bookmarks), tuple(bookmarks.values())
    cuts = np.array([_located(judge, page, booklet, place) for judge, page in bookmarks.items()])
    theta = averaged(cuts, average, tables=tables)
    number = np.unique(np.asarray(tables), return_inverse=True)[1] if tables else None
    return Bookmark(
        judges, pages, cuts, theta, on_paper(theta, paper) if paper else None,
        intraclass(cuts, number) if number is not None else None,
    )  # fmt: skip


def on_paper(theta: Cut, paper: Paper) -> Cut:
    """Give a cut in marks from one in logits: error by the slope of the curve, ends of the interval by the curve.

    >>> from kaoping.scoring.cut_scores.cuts import estimated
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> paper = Paper.of(ItemParameters.logistic([2.0], [0.0]), [10])
    >>> found = on_paper(estimated(0.0, 0.1, source="judges"), paper)
    >>> found.value, round(found.se, 3), round(found.low, 3)
    (5.0, 0.5, 4.032)
    """
    rise = paper.slope(theta.value)
    ends = [None if end is None else paper.expected(end) for end in (theta.low, theta.high)]
    return Cut(
        value=paper.expected(theta.value),
        se=None if theta.se is None else rise * theta.se,
        low=ends[0],
        high=ends[1],
        df=theta.df,
        source=theta.source,
        parts={source: rise * part for source, part in theta.parts.items()},
    )


def _located(judge: str, page: int, booklet: Booklet, place: Place) -> float:
    """Ability at a bookmark."""
    places = [page - 1 - back for back in FROM_END[place]]
    if min(places) < 0:
        reason = f"judge {judge} bookmarks page {page}, before which there is none; use the bookmarked page itself"
        raise BadJudgements(reason=reason)
    if max(places) >= len(booklet.pages):
        raise BadJudgements(reason=f"judge {judge} bookmarks page {page}; the booklet has {len(booklet.pages)}")
    return float(booklet.locations[places].mean())
