"""Answer copying with a copier and a source: omega."""

import numpy as np
from scipy.special import ndtr

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.integrity.chances import Chances
from kaoping.scoring.integrity.matching import Moments, common, exact_tail
from kaoping.scoring.integrity.pairs import Block
from kaoping.scoring.integrity.similarity import USUAL, Found, Similarity, Terms, screened, tail


def omega(chances: Chances, terms: Terms = USUAL) -> Similarity:
    r"""Wollack's omega: whether a copier has more of a source's answers than the copier's ability explains [1]_.

    The source's answers are taken as given: with :math:`p_j` the chance of the copier to choose what the source chose,

    .. math:: \omega = \frac{M - \sum_j p_j}{\sqrt{\sum_j p_j (1 - p_j)}}

    and the correction of `kaoping.scoring.integrity.matching`. Both directions of every pair are tested. The tail is
    that of the compound binomial distribution of M.

    Raises
    ------
    BadScreening, NothingToScreen
        There are too many pairs, or none that can be judged.

    References
    ----------
    .. [1] Wollack, J. A. (1997). A nominal response model approach for detecting answer copying. *Applied Psychological
       Measurement*, 21, 307-320.
    """
    return screened("omega", chances, terms, _omega, directed=True)


def _omega(chances: Chances, block: Block, terms: Terms) -> Found:
    product, rows, columns = block.product, block.rows, block.columns
    p, slope, chosen = chances.chance[rows], chances.slope[rows], chances.chosen[columns]
    mean = product(p, chosen)
    full = mean - product(p**2, chosen)
    covariance = product(p * slope, chosen) * terms.corrected
    own = chances.information[block.first]
    found = Moments(
        observed=product(chances.chosen[rows], chosen),
        mean=mean,
        full=full,
        variance=full - covariance**2 / own,
        shift=covariance * chances.pull[block.first],
        covariances=(covariance,),
    )
    answers = chances.choices.answers

    def chance(some: Whole) -> Floats:
        """Chance of the copiers to choose what the sources chose, (b, k)."""
        copier, source = block.first[some], block.second[some]
        taken = np.take_along_axis(chances.chance[copier], np.maximum(answers[source], 0)[:, :, None], axis=2)[:, :, 0]
        return np.where(answers[source] >= 0, taken, 0.0)

    p_value = tail(
        ndtr(-found.z), found.usable, lambda near: exact_tail(found, near, chance, k=answers.shape[1], rng=terms.rng)
    )
    mistakes = chosen * ~chances.choices.right
    wrong = product(chances.chosen[rows], mistakes)
    same = found.observed, found.mean, wrong, product(p, mistakes)
    return Found(block.first, block.second, found.z, p_value, common(chances, block), *same)
