"""The modified method of Angoff: the sum of the marks that a minimally competent person is expected to get."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.averages import Average, averaged
from kaoping.scoring.cut_scores.components import Additive, Components, additive, components
from kaoping.scoring.cut_scores.cuts import Cut, estimated
from kaoping.scoring.cut_scores.errors import BadJudgements
from kaoping.scoring.cut_scores.ratings import Ratings

LEAST_ITEMS = 2


@dataclass(frozen=True, eq=False)
class Angoff:
    """Result of `angoff` for one round and level; cuts in marks.

    Attributes
    ----------
    mean, trimmed, median : the panel's cut over judges; the items are these.
    generalised : the mean with the error of other judges and other items of the same kind.
    judge_cuts : (j,) cut of each judge over all items; of items not rated, as leniency and difficulty say.
    components : variances of ratings of judges, items and the rest, as shares of the marks.
    fit : leniency and difficulty, as shares of the marks, and what they leave.
    """

    ratings: Ratings
    mean: Cut
    trimmed: Cut
    median: Cut
    generalised: Cut
    judge_cuts: Floats
    components: Components
    fit: Additive

    def cut(self, average: str = Average.MEAN) -> Cut:
        """Give the panel's cut over judges by one of the averages."""
        return {Average.MEAN: self.mean, Average.TRIMMED: self.trimmed, Average.MEDIAN: self.median}[Average(average)]


def angoff(ratings: Ratings, *, tables: Sequence[str] = ()) -> Angoff:
    r"""Give the panel's cut, :math:`\hat c = \sum_i \bar x_i`, with its errors [1]_.

    If every judge rates every item, a judge's cut is the sum of the judge's ratings, and the panel's the mean of these.
    Otherwise leniency and difficulty of the ratings as shares of the marks are fitted by least squares,
    :math:`x_{ji} / m_i = \mu + \alpha_j + \beta_i`, and stand for the ratings that a judge did not give: a lenient
    judge who was given the easy items does not move the cut. With m the full marks, variances of shares, and w the
    weight of each share in the panel's cut, for a complete table :math:`m_i / J`, the errors are [2]_

    .. math::

        \sigma^2_{judges} = \sigma^2_J \sum_j \Big(\sum_i w_{ji}\Big)^2 + \sigma^2_{JI} \sum_{j,i} w_{ji}^2, \qquad
        \sigma^2_{items} = \sigma^2_I \sum_i m_i^2

    The first, for a complete table :math:`s^2 / J` of the judges' cuts, says how far the cut of another panel for this
    paper might lie; the second is added for a paper of other items of the same kind.

    Parameters
    ----------
    ratings : of one round and one level.
    tables : (j,) tables that the judges sat at, if they discussed in small groups; see `averaged`.

    Raises
    ------
    BadJudgements
        There are fewer than two items, or too few ratings to tell judges from items.
    PanelDivided
        Two judges are linked by no items rated in common.

    References
    ----------
    .. [1] Angoff, W. H. (1971). Scales, norms, and equivalent scores. In *Educational Measurement* (2nd ed.), 514-515.
    .. [2] Brennan, R. L., & Lockwood, R. E. (1980). A comparison of the Nedelsky and Angoff cutting score procedures
       using generalizability theory. *Applied Psychological Measurement*, 4, 219-240.

    >>> found = angoff(Ratings.complete([[0.4, 0.6, 0.8], [0.5, 0.9, 0.8], [0.6, 0.6, 0.8]]))
    >>> found.judge_cuts.round(2), round(found.mean.value, 2), round(found.mean.se, 4)
    (array([1.8, 2.2, 2. ]), 2.0, 0.1155)
    """
    if len(ratings.items) < LEAST_ITEMS:
        raise BadJudgements(reason="there is one item; a paper needs two or more")
    fit, found = additive(ratings), components(ratings)
    cuts = judge_cuts(ratings, fit)
    mean, trimmed, median = (
        averaged(cuts, average, tables=tables) for average in (Average.MEAN, Average.TRIMMED, Average.MEDIAN)
    )
    over_judges = _over_judges(fit, found)
    if not ratings.whole:
        mean = _rescaled(mean, float(np.sqrt(over_judges)), tables)
    return Angoff(
        ratings=ratings,
        mean=mean,
        trimmed=trimmed,
        median=median,
        generalised=_generalised(mean, found, ratings.maxima),
        judge_cuts=cuts,
        components=found,
        fit=fit,
    )


def judge_cuts(ratings: Ratings, fit: Additive) -> Floats:
    """Give the cut of each judge over all items, (j,): what the judge said, and else what the fit says."""
    return np.asarray(np.where(ratings.rated, ratings.values, fit.fitted * ratings.maxima).sum(axis=1))


def _over_judges(fit: Additive, found: Components) -> float:
    """Variance of the panel's cut over judges, the items being these."""
    spread, lone = (fit.weights.sum(axis=1) ** 2).sum(), (fit.weights**2).sum()
    variance = found.judges * spread + found.rest * lone
    return float(variance if variance > 0 else max(found.judges, 0.0) * spread + max(found.rest, 0.0) * lone)


def _rescaled(mean: Cut, se: float, tables: Sequence[str]) -> Cut:
    """Give the mean of an incomplete table the error of its own weights, or that of its tables if it is larger."""
    larger = max(se, mean.se or 0.0) if tables else se
    return estimated(mean.value, larger, df=mean.df, source=mean.source)


def _generalised(mean: Cut, found: Components, maxima: Floats) -> Cut:
    """Add the error of other items; the interval keeps the fewer degrees of freedom of judges and items."""
    of_judges, of_items = mean.se or 0.0, float(np.sqrt(maxima @ maxima * max(found.items, 0.0)))
    return estimated(
        mean.value,
        float(np.hypot(of_judges, of_items)),
        df=min(mean.df, len(maxima) - 1.0),
        source=f"{mean.source} and items",
        parts={mean.source: of_judges, "items": of_items},
    )
