r"""The lognormal model of response times, with known parameters: persons' speed and how likely a time is.

.. math:: \log t_{ij} = \beta_j - \varphi_j \tau_i + \varepsilon_{ij} / \alpha_j, \qquad
          \varepsilon_{ij} \sim N(0, 1), \quad \tau_i \sim N(0, \sigma^2)

:math:`\beta_j` is the time intensity (log seconds that a person of average speed takes), :math:`\alpha_j` the
discrimination (one over the spread of the log times of persons of one speed), :math:`\varphi_j` how strongly the time
follows speed, 1 on average and for every item in the model of van der Linden [1]_, free in that of Klein Entink, Fox
and van der Linden [2]_.

References
----------
.. [1] van der Linden, W. J. (2006). A lognormal model for response times on test items. *Journal of Educational and
   Behavioral Statistics*, 31, 181-204.
.. [2] Klein Entink, R. H., Fox, J.-P., & van der Linden, W. J. (2009). A multivariate multilevel approach to the
   modeling of accuracy and speed of test takers. *Psychometrika*, 74, 21-48.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.integrity.time_errors import BadTimeParameters


@dataclass(frozen=True, eq=False)
class TimeParameters:
    """Parameters of the times of k items, and the spread of speed.

    Parameters
    ----------
    items : k names.
    intensity : (k,) beta, in log seconds.
    discrimination : (k,) alpha, per log second.
    slope : (k,) phi.
    spread : sigma, standard deviation of speed over the persons, in log seconds.

    Raises
    ------
    BadTimeParameters
        They are not as many as items, not finite, or a discrimination or the spread is not positive.
    """

    items: tuple[str, ...]
    intensity: Floats
    discrimination: Floats
    slope: Floats
    spread: float

    def __post_init__(self) -> None:
        shape = (len(self.items),)
        for part in (self.intensity, self.discrimination, self.slope):
            if part.shape != shape or not np.isfinite(part).all():
                raise BadTimeParameters(reason=f"there are not {shape[0]} finite numbers of each kind")
        if not ((self.discrimination > 0).all() and np.isfinite(self.spread) and self.spread > 0):
            raise BadTimeParameters(reason="a discrimination or the spread of speed is not positive")

    @classmethod
    def of(
        cls, items: Sequence[str], intensity: ArrayLike, discrimination: ArrayLike, slope: ArrayLike, spread: float
    ) -> "TimeParameters":
        """Give parameters from lists.

        >>> TimeParameters.of(["A"], [4.0], [2.0], [1.0], 0.3).information
        array([4.])
        """
        beta, alpha, phi = (np.asarray(kind, dtype=np.float64) for kind in (intensity, discrimination, slope))
        return cls(tuple(items), beta, alpha, phi, spread)

    def named(self, names: Sequence[str]) -> "TimeParameters":
        """Give the items of these names, in their order.

        Raises
        ------
        BadTimeParameters
            There is no item of a name.
        """
        place = {name: number for number, name in enumerate(self.items)}
        for name in names:
            if name not in place:
                raise BadTimeParameters(reason=f"there are none for item {name}")
        at = np.array([place[name] for name in names], dtype=np.int64)
        return TimeParameters(
            tuple(names), self.intensity[at], self.discrimination[at], self.slope[at], self.spread
        )  # fmt: skip

    @property
    def information(self) -> Floats:
        r"""(k,) what each item tells about speed, :math:`\alpha_j^2 \varphi_j^2`, per squared log second."""
        return (self.discrimination * self.slope) ** 2


@dataclass(frozen=True, eq=False)
class Speeds:
    """Speed of n persons in log seconds saved on an average item: larger is faster.

    ``tau`` and ``se`` are of maximum likelihood, infinite where a person has no times; ``mean`` and ``sd`` are those of
    the posterior over the population.
    """

    tau: Floats
    se: Floats
    mean: Floats
    sd: Floats


@dataclass(frozen=True, eq=False)
class SpeedSums:
    r"""What the times of n persons tell about speed.

    ``information`` (n,) is :math:`I_i = \sum_j \alpha_j^2\varphi_j^2`, ``pull`` (n,) is
    :math:`\sum_j \alpha_j^2 \varphi_j (\beta_j - \log t_{ij})`; their quotient is the estimate of maximum likelihood.
    """

    information: Floats
    pull: Floats


def speed_sums(times: ResponseTimes, parameters: TimeParameters) -> SpeedSums:
    """Sum what the times of every person tell about speed."""
    weight = parameters.discrimination**2 * parameters.slope
    known = times.timed.astype(np.float64)
    return SpeedSums(known @ parameters.information, known @ (weight * parameters.intensity) - times.log @ weight)


def speeds(times: ResponseTimes, parameters: TimeParameters) -> Speeds:
    r"""Estimate the speed of every person.

    .. math:: \hat\tau_i = \frac{\sum_j \alpha_j^2 \varphi_j (\beta_j - \log t_{ij})}{I_i}, \qquad
              SE_i = I_i^{-1/2}, \qquad
              \bar\tau_i = \frac{I_i \hat\tau_i}{I_i + \sigma^{-2}}, \qquad
              SD_i = (I_i + \sigma^{-2})^{-1/2}

    Parameters
    ----------
    times : of n persons on k items, possibly incomplete.
    parameters : of the k items, in the same order.

    Raises
    ------
    BadTimeParameters
        The parameters are not those of the items.

    >>> items = TimeParameters(("A", "B"), np.log([60.0, 30.0]), np.full(2, 2.0), np.ones(2), 0.3)
    >>> found = speeds(ResponseTimes([[30.0, 15.0]], ("A", "B")), items)
    >>> found.tau.round(3), found.se.round(3), found.mean.round(3)
    (array([0.693]), array([0.354]), array([0.29]))
    """
    fitting(times, parameters)
    sums = speed_sums(times, parameters)
    known = sums.information > 0
    tau = np.divide(sums.pull, sums.information, out=np.full(times.n_persons, np.inf), where=known)
    precision = sums.information + parameters.spread**-2
    with np.errstate(divide="ignore"):
        return Speeds(tau, 1 / np.sqrt(sums.information), sums.pull / precision, 1 / np.sqrt(precision))


def fitting(times: ResponseTimes, parameters: TimeParameters) -> None:
    """Refuse parameters that are not those of the items.

    Raises
    ------
    BadTimeParameters
    """
    if parameters.items != times.items:
        raise BadTimeParameters(reason="the items are not those of the times, in the same order")


def simulate_times(
    tau: Floats, parameters: TimeParameters, *, rng: np.random.Generator, persons: Sequence[str] = ()
) -> ResponseTimes:
    """Draw the times of n persons of known speed.

    >>> items = TimeParameters(("A", "B"), np.log([60.0, 30.0]), np.full(2, 100.0), np.ones(2), 0.3)
    >>> simulate_times(np.zeros(1), items, rng=np.random.default_rng(1)).seconds.round(0)
    array([[60., 30.]])
    """
    noise = rng.standard_normal((len(tau), len(parameters.items))) / parameters.discrimination
    return ResponseTimes(
        np.exp(parameters.intensity - np.multiply.outer(tau, parameters.slope) + noise),
        parameters.items,
        persons=persons,
    )
