r"""Criteria that look one answer ahead: what would be known after each answer that the person could give.

==========  =========================================================================================================
name        value, larger is better
==========  =========================================================================================================
``mepv``    minus the expected variance of the posterior, :math:`-\sum_c p_{jc} \mathrm{Var}(\theta | x, x_j = c)`
``mei``     expected information of the item at the next estimate, :math:`\sum_c p_{jc} J_{jc}(\hat\theta_{jc})`
==========  =========================================================================================================

:math:`p_{jc}` is the chance of the answer at the present estimate, :math:`P_{jc}(\hat\theta)`, as the R package catR
has it, or predicted by the posterior, :math:`\int P_{jc}(\theta) p(\theta | x) d\theta` (van der Linden, 1998).
:math:`\hat\theta_{jc}` is the estimate after answer c, and :math:`J_{jc}` the observed information,
:math:`-(\log P_{jc})''`, or the expected one.

References
----------
van der Linden, W. J. (1998). Bayesian item selection criteria for adaptive testing. *Psychometrika*, 63, 201-216.
van der Linden, W. J., & Pashley, P. J. (2000). Item selection and ability estimation in adaptive testing. In
*Computerized Adaptive Testing: Theory and Practice*, 1-25.
"""

from dataclasses import dataclass, field

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.criteria import Criterion
from kaoping.scoring.adaptive.estimation import Estimation, Estimator
from kaoping.scoring.adaptive.progress import Progress, Sources
from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.scorer import Method

LEAST = 1e-300


@dataclass(frozen=True)
class Ahead:
    """What the posterior would be after each answer: its chance ``predicted``, mean and variance, (n, k, m) each."""

    predicted: Floats
    mean: Floats
    variance: Floats


def ahead(bank: Bank, progress: Progress) -> Ahead:
    """Look one answer ahead, for every item."""
    k, m, q = bank.chances.shape
    chances, posterior = bank.chances.reshape(k * m, q).T, progress.posterior(bank)
    total, first, second = ((posterior * power) @ chances for power in bank.powers.T)
    mean = first / np.maximum(total, LEAST)
    variance = np.maximum(second / np.maximum(total, LEAST) - mean**2, 0.0)
    return Ahead(*(part.reshape(-1, k, m) for part in (total, mean, variance)))


def _chances(bank: Bank, progress: Progress, predicted: Floats | None) -> Floats:
    """Chance of each answer, (n, k, m)."""
    if predicted is not None:
        return predicted
    return bank.curves.chances(np.arange(len(bank)), progress.theta[:, None])


@dataclass(frozen=True)
class ExpectedVariance(Criterion):
    """Least expected variance of the posterior (MEPV).

    ``predictive``: answers are predicted by the posterior, not at the estimate.
    """

    predictive: bool = False

    name = "mepv"
    negative = True

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give minus the expected variance, in squared logits."""
        next_ = ahead(bank, progress)
        chance = _chances(bank, progress, next_.predicted if self.predictive else None)
        return np.asarray(-(chance * next_.variance).sum(axis=2))


@dataclass(frozen=True)
class ExpectedInformation(Criterion):
    """Most expected information of the item at the estimate after it (MEI).

    Parameters
    ----------
    estimator : how ability would be estimated, that of the test, with its fallback. Peaks are searched for each item
        and answer; EAP costs far less.
    observed : whether the information is the observed one, or the expected.
    predictive : whether answers are predicted by the posterior, not at the estimate.
    """

    estimator: Estimator = field(default_factory=Estimator)
    observed: bool = True
    predictive: bool = False

    name = "mei"
    negative = True

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give the expected information, per squared logit."""
        next_ = ahead(bank, progress)
        chance = _chances(bank, progress, next_.predicted if self.predictive else None)
        theta = next_.mean if self.estimator.method == Method.EAP else self._peaks(bank, progress, next_.mean)
        items = np.arange(len(bank))[:, None]
        if not self.observed:
            return np.asarray((chance * bank.curves.information(items, theta)).sum(axis=2))
        second = bank.curves.at(items, theta).second
        own = np.arange(second.shape[2])
        return np.asarray((chance * -second[:, :, own, own]).sum(axis=2))

    def _peaks(self, bank: Bank, progress: Progress, mean: Floats) -> Floats:
        """Estimate after each answer, (n, k, m); the posterior's ``mean`` where there is no peak, if so estimated."""
        n, k, m = len(progress), len(bank), bank.curves.most_categories
        estimation = Estimation(self.estimator, bank)
        given = np.arange(k * m)
        found = np.empty((n, k * m))
        categories = np.minimum(given % m, bank.categories[given // m] - 1)
        for person in range(n):
            items = np.broadcast_to(progress.items[person], (k * m, progress.given))
            marks = np.broadcast_to(progress.categories[person], (k * m, progress.given))
            asked = np.column_stack([items, given // m]), np.column_stack([marks, categories])
            found[person], _, peaked = estimation.peak(*asked)
            if self.estimator.fallback == "eap":
                found[person] = np.where(peaked, found[person], mean[person].ravel())
        return found.reshape(n, k, m)
