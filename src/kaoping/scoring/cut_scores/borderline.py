r"""Borderline persons: their typical score, or the one that a regression on the examiners' grades predicts.

Regression on grades, station by station [1]_ [2]_:

.. math::

    \hat c = a + b g_0, \qquad
    \sigma^2 = s^2 \Big(\frac1n + \frac{(g_0 - \bar g)^2}{\sum (g_i - \bar g)^2}\Big)

with g0 the borderline grade and n - 2 degrees of freedom. The cut of the examination is the sum over stations. A
person is in many stations, so its variance adds up each person's influence over all stations first,

.. math::

    \sum_i \Big( \sum_s e_{is} \Big(\frac{1}{n_s} + \frac{(g_0 - \bar g_s)(g_{is} - \bar g_s)}{S_s}\Big) \Big)^2
    \frac{n}{n - 2}

or both errors come from drawing persons with all their stations, if ``rng`` is given.

References
----------
.. [1] Kramer, A., Muijtjens, A., Jansen, K., Düsman, H., Tan, L., & van der Vleuten, C. (2003). Comparison of a
   rational and an empirical standard setting procedure for an OSCE. *Medical Education*, 37, 132-139.
.. [2] Wood, T. J., Humphrey-Murto, S. M., & Norman, G. R. (2006). Standard setting in a small scale OSCE: A
   comparison of the modified borderline-group method and the borderline regression method. *Advances in Health
   Sciences Education*, 11, 115-122.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.averages import averaged
from kaoping.scoring.cut_scores.cuts import Cut, estimated, resampled
from kaoping.scoring.cut_scores.errors import NoSpread
from kaoping.scoring.cut_scores.resampling import REPLICATIONS, bootstrap
from kaoping.scoring.errors import BadScores, NotEnoughData

LEAST_PERSONS = 3
LEAST_BORDERLINE = 2
ROUNDING = 1e-12
"""Share of grades, and correlation of scores with them, below which there is nothing but rounding."""


def borderline_group(
    scores: ArrayLike,
    *,
    average: str = "median",
    rng: np.random.Generator | None = None,
    replications: int = REPLICATIONS,
) -> Cut:
    r"""Give the middle of the scores of persons whom judges call borderline [1]_.

    The mean has the error :math:`s / \sqrt n`, the median that of its bootstrap distribution (Maritz and Jarrett); or
    both by drawing, if ``rng`` is given.

    Parameters
    ----------
    scores : (n,) of the borderline persons, in marks.

    Raises
    ------
    NotEnoughData
        There are fewer than two borderline persons.

    References
    ----------
    .. [1] Livingston, S. A., & Zieky, M. J. (1982). *Passing Scores*. Educational Testing Service.

    >>> found = borderline_group([52, 55, 58, 61, 70])
    >>> found.value, round(found.se, 2)
    (58.0, 3.87)
    """
    known = _scores(scores)
    if len(known) < LEAST_BORDERLINE:
        raise NotEnoughData(what="The cut of a borderline group", least=LEAST_BORDERLINE, n=len(known))
    from_formula = averaged(known, average)
    if rng is not None:
        draws = bootstrap(
            lambda source: averaged(source.choice(known, len(known)), average).value,
            rng=rng,
            replications=replications,
        )
        return resampled(from_formula.value, draws, source="persons")
    return estimated(from_formula.value, from_formula.se or 0.0, df=from_formula.df, source="persons")


@dataclass(frozen=True)
class Station:
    """One station or task: cut in marks, intercept, slope (marks per grade), R-squared, residual deviation, persons."""

    name: str
    cut: Cut
    intercept: float
    slope: float
    r_squared: float
    residual_sd: float
    persons: int


@dataclass(frozen=True, eq=False)
class BorderlineRegression:
    """Result of `borderline_regression`: every station, and the whole examination, the sum of the stations."""

    stations: tuple[Station, ...]
    whole: Cut


@dataclass(frozen=True, eq=False)
class _Marked:
    """Scores and grades of one station, and the number of the person of each."""

    name: str
    scores: Floats
    grades: Floats
    persons: np.ndarray


def borderline_regression(
    scores: ArrayLike,
    grades: ArrayLike,
    *,
    borderline: float,
    stations: Sequence[str] = (),
    persons: Sequence[str] = (),
    rng: np.random.Generator | None = None,
    replications: int = REPLICATIONS,
) -> BorderlineRegression:
    r"""Predict the score of a borderline performance from the examiners' global grades, station by station [1]_ [2]_.

    Parameters
    ----------
    scores, grades : (t,) marks and global grades, such as 0 fail, 1 borderline, 2 pass, 3 good.
    borderline : the grade g0.
    stations, persons : (t,) names; one station, and everybody another person, if not given.

    Raises
    ------
    NotEnoughData
        A station has fewer than three persons.
    NoSpread
        All grades of a station are alike, or scores do not rise with grades.
    BadScores
        A score or grade, or the borderline grade, is not finite, or the lists differ in length.

    >>> found = borderline_regression([4, 6, 5, 7, 9, 10], [0, 1, 1, 2, 2, 3], borderline=1)
    >>> station = found.stations[0]
    >>> round(station.cut.value, 3), round(station.cut.se, 3), round(station.r_squared, 3)
    (5.788, 0.385, 0.896)
    """
    if not np.isfinite(borderline):
        raise BadScores(reason="the borderline grade is not a finite number")
    every = _marked(scores, grades, stations, persons)
    lines = [_line(one, borderline) for one in every]
    values = np.array([line.value for line in lines])
    if rng is None:
        cuts = [estimated(line.value, line.se, df=line.n - 2.0, source="persons") for line in lines]
        whole = _summed(every, lines, cuts)
    else:
        draws = _drawn(every, borderline, rng, replications)
        cuts = [resampled(value, draws[:, place], source="persons") for place, value in enumerate(values)]
        whole = resampled(float(values.sum()), draws.sum(axis=1), source="persons")
    return BorderlineRegression(
        tuple(
            Station(one.name, cut, line.intercept, line.slope, line.r_squared, line.residual_sd, line.n)
            for one, line, cut in zip(every, lines, cuts, strict=True)
        ),
        whole,
    )


def _scores(given: ArrayLike) -> Floats:
    known = np.asarray(given, dtype=np.float64).ravel()
    if not np.isfinite(known).all():
        raise BadScores(reason="a score or grade is not a finite number")
    return known


def _marked(scores: ArrayLike, grades: ArrayLike, stations: Sequence[str], persons: Sequence[str]) -> list[_Marked]:
    marks, given = _scores(scores), _scores(grades)
    where = np.asarray(stations) if len(stations) else np.full(len(marks), "")
    who = np.unique(np.asarray(persons), return_inverse=True)[1] if len(persons) else np.arange(len(marks))
    if not len(marks) == len(given) == len(where) == len(who):
        raise BadScores(reason="scores, grades, stations and persons are not equally many")
    found = []
    for name in dict.fromkeys(where.tolist()):
        here = where == name
        if len(np.unique(who[here])) < here.sum():
            raise BadScores(reason=f"a person is twice in station {name}")
        found.append(_Marked(str(name), marks[here], given[here], who[here]))
    return found


@dataclass(frozen=True, eq=False)
class _Line:
    value: float
    se: float
    intercept: float
    slope: float
    r_squared: float
    residual_sd: float
    n: int
    influence: Floats


def _line(one: _Marked, borderline: float) -> _Line:
    n = len(one.scores)
    told = f"The regression of station {one.name}" if one.name else "The regression"
    if n < LEAST_PERSONS:
        raise NotEnoughData(what=told, least=LEAST_PERSONS, n=n)
    apart = one.grades - one.grades.mean()
    squares = float(apart @ apart)
    if not float(np.abs(apart).max()) > ROUNDING * float(np.abs(one.grades).max()):
        raise NoSpread(what=told, reason="all grades are alike")
    slope = float(apart @ one.scores) / squares
    if not slope * np.sqrt(squares) > ROUNDING * float(np.linalg.norm(one.scores)):
        raise NoSpread(
            what=told, reason="scores do not rise with grades; the best grade has to have the highest number"
        )
    intercept = float(one.scores.mean()) - slope * float(one.grades.mean())
    residual = one.scores - intercept - slope * one.grades
    weights = 1 / n + (borderline - one.grades.mean()) * apart / squares
    variance = float(residual @ residual) / (n - 2)
    total = float(((one.scores - one.scores.mean()) ** 2).sum())
    return _Line(
        value=intercept + slope * borderline,
        se=float(np.sqrt(variance * (weights @ weights))),
        intercept=intercept,
        slope=slope,
        r_squared=1 - float(residual @ residual) / total,
        residual_sd=float(np.sqrt(variance)),
        n=n,
        influence=residual * weights,
    )


def _summed(every: list[_Marked], lines: list[_Line], cuts: list[Cut]) -> Cut:
    """Sum of the stations' cuts; the influences of one person are added before they are squared."""
    if len(lines) == 1:
        return cuts[0]
    n = 1 + max(int(one.persons.max()) for one in every)
    together = np.zeros(n)
    for one, line in zip(every, lines, strict=True):
        together[one.persons] += line.influence
    present = min(line.n for line in lines)
    variance = float(together @ together) * present / max(present - 2, 1)
    return estimated(sum(line.value for line in lines), float(np.sqrt(variance)), df=present - 2.0, source="persons")


def _drawn(every: list[_Marked], borderline: float, rng: np.random.Generator, replications: int) -> Floats:
    """Cuts of all stations in samples of persons, (r, s); samples without a line in some station are left out."""
    n = 1 + max(int(one.persons.max()) for one in every)
    draws: list[list[float]] = []

    def one_sample(source: np.random.Generator) -> float:
        times = np.bincount(source.integers(n, size=n), minlength=n)
        values = []
        for one in every:
            again = np.repeat(np.arange(len(one.scores)), times[one.persons])
            sample = _Marked(one.name, one.scores[again], one.grades[again], one.persons[again])
            values.append(_line(sample, borderline).value)
        draws.append(values)
        return 0.0

    bootstrap(one_sample, rng=rng, replications=replications)
    return np.array(draws)
