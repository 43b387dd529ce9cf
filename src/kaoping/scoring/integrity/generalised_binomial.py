"""Answer copying whoever copied: the generalised binomial test."""

import numpy as np
from scipy.special import ndtr

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.integrity.chances import Chances
from kaoping.scoring.integrity.matching import common, exact_tail, match_moments
from kaoping.scoring.integrity.pairs import Block
from kaoping.scoring.integrity.similarity import USUAL, Found, Similarity, Terms, screened, tail


def generalised_binomial(chances: Chances, terms: Terms = USUAL) -> Similarity:
    r"""Test the number of matches of two persons, whoever copied, against its exact distribution [1]_.

    The chance of a match is :math:`\sum_c P_{ijc} P_{sjc}`; M has the compound binomial distribution, with the
    correction of `kaoping.scoring.integrity.matching` for both abilities.

    Raises
    ------
    BadScreening, NothingToScreen
        There are too many pairs, or none that can be judged.

    References
    ----------
    .. [1] van der Linden, W. J., & Sotaridona, L. (2006). Detecting answer copying when the regular response process
       follows a known response model. *Journal of Educational and Behavioral Statistics*, 31, 283-304.
    """
    return screened("GBT", chances, terms, _generalised_binomial)


def _generalised_binomial(chances: Chances, block: Block, terms: Terms) -> Found:
    found = match_moments(chances, block, terms)

    def chance(some: Whole) -> Floats:
        return np.asarray(
            np.einsum("bkm,bkm->bk", chances.chance[block.first[some]], chances.chance[block.second[some]])
        )

    p = tail(
        ndtr(-found.z),
        found.usable,
        lambda near: exact_tail(found, near, chance, k=chances.chance.shape[1], rng=terms.rng),
    )
    wrong = match_moments(chances, block, terms, ~chances.choices.right)
    same = found.observed, found.mean, wrong.observed, wrong.mean
    return Found(block.first, block.second, found.z, p, common(chances, block), *same)
