r"""Tables of levels, and the indices that follow from them.

With the share :math:`C_{ts}` of persons truly in level t who are put into level s, and the share :math:`R_{st}` who are
put into s by one form and into t by a parallel one,

.. math:: \text{accuracy} = \sum_t C_{tt}, \quad \text{consistency } P = \sum_s R_{ss}, \quad
          P_c = \sum_s R_{s\cdot}^2, \quad \kappa = \frac{P - P_c}{1 - P_c}.

References
----------
Cohen, J. (1960). A coefficient of agreement for nominal scales. *Educational and Psychological Measurement*, 20, 37-46.
Swaminathan, H., Hambleton, R. K., & Algina, J. (1974). Reliability of criterion-referenced tests: A decision-theoretic
formulation. *Journal of Educational Measurement*, 11, 263-267.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats

ALIKE = 1e-12
"""Share of persons below which nobody is said to be there."""


@dataclass(frozen=True)
class Agreement:
    """How far levels agree: with the truth, and with those of a parallel form.

    ``accuracy`` is the share of persons in the level that they truly belong to; ``false_positive`` those put too high
    and ``false_negative`` those put too low. ``consistency`` is the share put into the same level twice, ``chance`` the
    share that would be if both were unrelated, ``kappa`` what is gained on chance. ``None`` is what a method does not
    estimate, or kappa where everybody is in one level.
    """

    accuracy: float | None
    false_positive: float | None
    false_negative: float | None
    consistency: float | None
    chance: float | None
    kappa: float | None


@dataclass(frozen=True)
class AtCut:
    """Decisions about persons whose true value is the cut, and about those within one standard error of it.

    ``passing`` is the chance that a person exactly at the cut reaches it; that person belongs above, so it is the
    accuracy there. ``share`` of persons lie within a standard error of measurement of the cut; ``accuracy`` and
    ``consistency`` are theirs, ``None`` if there are none or the method does not estimate it.
    """

    passing: float
    consistency: float
    share: float
    near_accuracy: float | None
    near_consistency: float | None


@dataclass(frozen=True)
class CutAgreement(Agreement):
    """Agreement on who reaches one cut, or, if ``cut`` is ``None``, every one of several.

    ``truly_above`` is the share of persons who belong above the cut, ``above`` the share put there.
    ``above_rightly`` is the share of those put above who belong there, ``below_rightly`` of those put below;
    ``false_positive_rate`` is the share of those who belong below who are put above, ``false_negative_rate`` of those
    who belong above who are put below. ``None`` where nobody is.
    """

    cut: float | None
    truly_above: float | None
    above: float | None
    above_rightly: float | None
    below_rightly: float | None
    false_positive_rate: float | None
    false_negative_rate: float | None
    at_cut: AtCut | None


def agreement(confusion: Floats | None, parallel: Floats | None) -> Agreement:
    """Give the indices of a table of true and given levels, (l, l), and one of two forms, (l, l).

    >>> found = agreement(np.array([[0.4, 0.1], [0.0, 0.5]]), np.array([[0.3, 0.1], [0.1, 0.5]]))
    >>> found.accuracy, found.false_positive, round(found.consistency, 2), round(found.kappa, 3)
    (0.9, 0.1, 0.8, 0.583)
    """
    right = too_high = too_low = same = chance = kappa = None
    if confusion is not None:
        right, too_high = min(float(confusion.trace()), 1.0), float(np.triu(confusion, 1).sum())
        too_low = float(np.tril(confusion, -1).sum())
    if parallel is not None:
        same, chance = min(float(parallel.trace()), 1.0), float(parallel.sum(axis=1) @ parallel.sum(axis=0))
        kappa = (same - chance) / (1 - chance) if chance < 1 - ALIKE else None
    return Agreement(right, too_high, too_low, same, chance, kappa)


def cut_agreement(
    confusion: Floats | None, parallel: Floats | None, *, place: int, cut: float | None, at_cut: AtCut | None
) -> CutAgreement:
    """Give the indices of who reaches the cut after level ``place``.

    >>> table = np.array([[0.4, 0.1, 0.0], [0.0, 0.2, 0.1], [0.0, 0.0, 0.2]])
    >>> found = cut_agreement(table, None, place=1, cut=5.0, at_cut=None)
    >>> round(found.accuracy, 2), round(found.above_rightly, 3), found.false_negative_rate
    (0.9, 0.667, 0.0)
    """
    truth, twice = (None if table is None else halved(table, place) for table in (confusion, parallel))
    given = truth if truth is not None else twice
    known = agreement(truth, twice)
    return CutAgreement(
        **vars(known),
        cut=cut,
        truly_above=None if truth is None else float(truth[1].sum()),
        above=None if given is None else float(given[:, 1].sum()),
        above_rightly=_share(truth, (1, 1), 0),
        below_rightly=_share(truth, (0, 0), 0),
        false_positive_rate=_share(truth, (0, 1), 1),
        false_negative_rate=_share(truth, (1, 0), 1),
        at_cut=at_cut,
    )


def halved(table: Floats, place: int) -> Floats:
    """Join the levels up to ``place`` and those above it, (2, 2).

    >>> halved(np.eye(3), 0)
    array([[1., 0.],
           [0., 2.]])
    """
    sides = np.arange(len(table)) > place
    member = np.stack([~sides, sides]).astype(np.float64)
    return np.asarray(member @ table @ member.T)


def _share(table: Floats | None, cell: tuple[int, int], axis: int) -> float | None:
    """Share of a cell in its column (axis 0) or row (axis 1)."""
    if table is None:
        return None
    total = float(table[:, cell[1]].sum() if axis == 0 else table[cell[0]].sum())
    return float(table[cell]) / total if total > ALIKE else None
