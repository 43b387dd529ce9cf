r"""Criteria that integrate over ability, because an estimate from few answers is far off.

With the likelihood L of the answers so far, the density g of the population, and the estimate :math:`\hat\theta`:

==========  =========================================================================================================
name        value, larger is better
==========  =========================================================================================================
``mlwi``    :math:`\int L(\theta) I_j(\theta) d\theta` (Veerkamp & Berger, 1997)
``mpwi``    :math:`\int L(\theta) g(\theta) I_j(\theta) d\theta` (van der Linden, 1998)
``kl``      :math:`\int L(\theta) K_j(\hat\theta \| \theta) d\theta` (Chang & Ying, 1996; Barrada et al., 2009)
``klp``     :math:`\int L(\theta) g(\theta) K_j(\hat\theta \| \theta) d\theta`
``gdi``     variance of the chance to answer over L, :math:`\sum_c \mathrm{Var}_L P_{jc}` (Kaplan et al., 2015)
``gdip``    the same over the posterior
==========  =========================================================================================================

:math:`K_j(\hat\theta\|\theta) = \sum_c P_{jc}(\hat\theta) \log(P_{jc}(\hat\theta)/P_{jc}(\theta))`. The sum of the
variances goes over all categories but the first, so that it is the published one for right-or-wrong items. Integrals
are trapezoid sums over the nodes of the bank's population, those with g sums over its shares; as products of matrices
they cost little more than one item.

References
----------
Veerkamp, W. J. J., & Berger, M. P. F. (1997). Some new item selection criteria for adaptive testing. *Journal of
Educational and Behavioral Statistics*, 22, 203-226.
van der Linden, W. J. (1998). Bayesian item selection criteria for adaptive testing. *Psychometrika*, 63, 201-216.
Chang, H.-H., & Ying, Z. (1996). A global information approach to computerized adaptive testing. *Applied Psychological
Measurement*, 20, 213-229.
Barrada, J. R., Olea, J., Ponsoda, V., & Abad, F. J. (2009). Item selection rules in computerized adaptive testing:
Accuracy and security. *Methodology*, 5, 7-17.
Kaplan, M., de la Torre, J., & Barrada, J. R. (2015). New item selection methods for cognitive diagnosis computerized
adaptive testing. *Applied Psychological Measurement*, 39, 167-188.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.criteria import Criterion
from kaoping.scoring.adaptive.progress import Progress, Sources
from kaoping.scoring.arrays import Flags, Floats


def weights(bank: Bank, progress: Progress, *, posterior: bool) -> Floats:
    """Likelihood at the nodes times the width of each, or times the share of the population there, (n, q)."""
    return progress.likelihood() * (bank.grid.weights if posterior else bank.steps)


@dataclass(frozen=True)
class LikelihoodWeightedInformation(Criterion):
    """Information weighted by the likelihood (MLWI)."""

    name = "mlwi"
    posterior = False

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give the integral."""
        return weights(bank, progress, posterior=self.posterior) @ bank.informations.T


@dataclass(frozen=True)
class PosteriorWeightedInformation(LikelihoodWeightedInformation):
    """Information weighted by the posterior (MPWI)."""

    name = "mpwi"
    posterior = True


@dataclass(frozen=True)
class KullbackLeibler(Criterion):
    """Kullback-Leibler divergence weighted by the likelihood (KL)."""

    name = "kl"
    posterior = False

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give the integral."""
        weight = weights(bank, progress, posterior=self.posterior)
        here = bank.curves.chances(np.arange(len(bank)), progress.theta[:, None])
        logs = np.log(here, out=np.zeros_like(here), where=here > 0)
        k, m, q = bank.finite_log_chances.shape
        there = (weight @ bank.finite_log_chances.reshape(k * m, q).T).reshape(-1, k, m)
        return np.asarray((here * (weight.sum(axis=1)[:, None, None] * logs - there)).sum(axis=2))


@dataclass(frozen=True)
class PosteriorKullbackLeibler(KullbackLeibler):
    """Kullback-Leibler divergence weighted by the posterior (KLP)."""

    name = "klp"
    posterior = True


@dataclass(frozen=True)
class GlobalDiscrimination(Criterion):
    """Variance of the chances of the categories over the likelihood (GDI)."""

    name = "gdi"
    posterior = False

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give the variances; the likelihood is summed over the nodes, as for any variance."""
        weight = progress.likelihood() * (bank.grid.weights if self.posterior else 1.0)
        weight /= weight.sum(axis=1, keepdims=True)
        chances = bank.chances[:, 1:]
        return sum((_variance(weight, chances[:, c]) for c in range(chances.shape[1])), np.zeros((1, 1)))


@dataclass(frozen=True)
class PosteriorGlobalDiscrimination(GlobalDiscrimination):
    """Variance of the chances of the categories over the posterior (GDIP)."""

    name = "gdip"
    posterior = True


def _variance(weight: Floats, chance: Floats) -> Floats:
    """Variance of chances (k, q) over weights (n, q), (n, k); about the middle chance, so that little is cancelled."""
    middle = chance.mean(axis=1)
    apart = chance - middle[:, None]
    return np.asarray(weight @ (apart**2).T - (weight @ apart.T) ** 2)
