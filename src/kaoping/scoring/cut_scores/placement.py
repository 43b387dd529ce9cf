"""Where a panel's cut lies on a paper, and how far an imposed pass mark lies from it."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.cut_scores.bookmark import on_paper
from kaoping.scoring.cut_scores.cuts import Cut
from kaoping.scoring.cut_scores.papers import Paper
from kaoping.scoring.grids import checked
from kaoping.scoring.quadrature import Quadrature


@dataclass(frozen=True)
class Rates:
    """What the pass mark does to a population; shares.

    ``competent`` have an ability at the panel's cut or above; ``passing`` reach the pass mark, ``passing_at_cut`` the
    least score that is not below the panel's cut. ``false_pass`` pass without being competent, ``false_fail`` fail
    though they are, ``consistent`` is the rest.
    """

    competent: float
    passing: float
    passing_at_cut: float
    false_pass: float
    false_fail: float

    @property
    def consistent(self) -> float:
        """Share that is decided about rightly."""
        return 1 - self.false_pass - self.false_fail


@dataclass(frozen=True)
class Placement:
    """Result of `place`.

    Attributes
    ----------
    theta, marks : the panel's cut in logits and, on this paper, in marks.
    total : marks of the paper.
    pass_mark, pass_theta : the imposed mark, and the ability (logits) that is expected to get it.
    gap_marks, gap_theta : pass mark less the panel's cut; positive if the paper asks for more than the panel.
    gap_in_errors : the gap in standard errors of the panel's cut; ``None`` if it has none.
    sem : standard error of measurement of the raw score at the panel's cut, marks.
    gap_in_sem : the gap in these.
    competent_passes : chance that a person exactly at the panel's cut reaches the pass mark.
    shift : logits to add to every difficulty so that the pass mark is the panel's cut; negative makes it easier.
    rates : of the population.
    """

    theta: Cut
    marks: Cut
    total: float
    pass_mark: float
    pass_theta: float
    gap_marks: float
    gap_theta: float
    gap_in_errors: float | None
    sem: float
    gap_in_sem: float
    competent_passes: float
    shift: float
    rates: Rates

    @property
    def within_error(self) -> bool | None:
        """Whether the pass mark lies in the 95 % interval of the panel's cut; ``None`` if there is none."""
        if self.marks.low is None or self.marks.high is None:
            return None
        return self.marks.low <= self.pass_mark <= self.marks.high


def place(theta: Cut, paper: Paper, *, pass_mark: float, population: Quadrature | None = None) -> Placement:
    r"""Carry a panel's cut to a paper by its test characteristic curve T and compare it with the imposed pass mark p.

    .. math:: c = T(\theta_c), \qquad \theta_p = T^{-1}(p), \qquad T(\theta_c - \delta) = p
        \iff \delta = \theta_c - \theta_p

    A paper with all difficulties moved by :math:`\delta` expects exactly the pass mark of a minimally competent person.
    The error of the panel's cut goes through the slope of the curve. Item parameters are taken as known, so theirs is
    not in it.

    Parameters
    ----------
    theta : the panel's cut in logits, on the scale of the item parameters.
    pass_mark : in marks of this paper.
    population : of abilities; standard normal if not given.

    Raises
    ------
    CutOutOfReach
        No ability is expected to get the pass mark.
    BadMarks
        The marks are no multiples of a simple part of a mark.

    >>> from kaoping.scoring.cut_scores.cuts import estimated
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> paper = Paper.of(ItemParameters.logistic(np.ones(50), np.linspace(-2, 2, 50)), np.full(50, 2.0))
    >>> found = place(estimated(0.3, 0.1, source="judges"), paper, pass_mark=60)
    >>> round(found.marks.value, 1), round(found.gap_marks, 1), round(found.shift, 3)
    (55.6, 4.4, -0.235)
    """
    marks = on_paper(theta, paper)
    pass_theta = paper.ability_at(pass_mark)
    gap, sem = pass_mark - marks.value, paper.sem(theta.value)
    return Placement(
        theta=theta,
        marks=marks,
        total=paper.total,
        pass_mark=pass_mark,
        pass_theta=pass_theta,
        gap_marks=gap,
        gap_theta=pass_theta - theta.value,
        gap_in_errors=gap / marks.se if marks.se else None,
        sem=sem,
        gap_in_sem=gap / sem,
        competent_passes=float(paper.chance_of(pass_mark, np.array([theta.value]))[0]),
        shift=theta.value - pass_theta,
        rates=_rates(theta.value, marks.value, paper, pass_mark, population),
    )


def from_marks(marks: Cut, booklet: Paper) -> Cut:
    r"""Give a cut in logits from one in marks of a panel's booklet: :math:`T^{-1}`, error over the slope.

    Raises
    ------
    CutOutOfReach
        No ability is expected to get the cut.

    >>> from kaoping.scoring.cut_scores.cuts import estimated
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> booklet = Paper.of(ItemParameters.logistic([2.0], [0.5]), [10])
    >>> found = from_marks(estimated(5.0, 0.5, source="judges"), booklet)
    >>> round(found.value, 6), round(found.se, 6)
    (0.5, 0.1)
    """
    theta = booklet.ability_at(marks.value)
    rise = booklet.slope(theta)
    ends = [None if end is None else booklet.reaching(end) for end in (marks.low, marks.high)]
    se = None if marks.se is None else marks.se / rise
    # An end beyond what the booklet can tell is replaced by that of the straight line.
    low, high = (
        edge if edge is not None or end is None else theta + (end - marks.value) / rise
        for edge, end in zip(ends, (marks.low, marks.high), strict=True)
    )
    parts = {source: part / rise for source, part in marks.parts.items()}
    return Cut(value=theta, se=se, low=low, high=high, df=marks.df, source=marks.source, parts=parts)


def _rates(theta: float, cut: float, paper: Paper, pass_mark: float, population: Quadrature | None) -> Rates:
    grid = paper.population() if population is None else checked(population)
    reached = paper.chance_of(pass_mark, grid.nodes)
    competent = _above(theta, grid)
    return Rates(
        competent=float(grid.weights @ competent),
        passing=float(grid.weights @ reached),
        passing_at_cut=float(grid.weights @ paper.chance_of(paper.attainable(cut), grid.nodes)),
        false_pass=float(grid.weights @ (reached * (1 - competent))),
        false_fail=float(grid.weights @ ((1 - reached) * competent)),
    )


def _above(theta: float, grid: Quadrature) -> np.ndarray:
    """Share of each node's persons at an ability or above; a node stands for those half way to its neighbours."""
    middles = (grid.nodes[1:] + grid.nodes[:-1]) / 2
    edges = np.concatenate([[2 * grid.nodes[0] - middles[0]], middles, [2 * grid.nodes[-1] - middles[-1]]])
    return np.clip((edges[1:] - theta) / np.diff(edges), 0.0, 1.0)
