r"""What a simulated adaptive test is worth: bias, errors, lengths, exposure, overlap, content and classification.

With n persons, the items' uses :math:`u_j` and the mean length :math:`\bar L`:

* bias is the mean of :math:`\hat\theta - \theta`, RMSE the root of its mean square; an honest standard error has the
  mean square of :math:`(\hat\theta - \theta)/SE` near 1;
* the rate of an item is :math:`r_j = u_j / n`; the spread of the rates (Chang & Ying, 1999) is
  :math:`\chi^2 = \sum_j (r_j - \bar L / k)^2 / (\bar L / k)`, zero if all items are used alike;
* the overlap of two persons is the number of items that both got over the mean length; its mean over all pairs is
  :math:`\sum_j u_j (u_j - 1) / (n (n - 1) \bar L)`. The conditional overlap is that of pairs of persons in one range of
  ability.

References
----------
Chang, H.-H., & Ying, Z. (1999). a-stratified multistage computerized adaptive testing. *Applied Psychological
Measurement*, 23, 211-222.
Chen, S.-Y., Ankenmann, R. D., & Spray, J. A. (2003). The relationship between item exposure and test overlap in
computerized adaptive testing. *Journal of Educational Measurement*, 40, 129-145.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.adaptive.classification import level
from kaoping.scoring.adaptive.simulation import Simulation
from kaoping.scoring.arrays import Flags, Floats, Whole

RANGES = (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)
"""Abilities that divide the ranges of a report, in logits."""
FEWEST_FOR_A_PAIR = 2


@dataclass(frozen=True)
class Precision:
    """How near the estimates of some persons come: all in logits but ``n``, ``correlation`` and ``standardised``.

    ``standardised`` is the mean square of errors over their standard errors; ``correlation`` is none of persons who are
    all alike. Persons without a finite standard error are left out of ``se`` and ``standardised``.
    """

    n: int
    bias: float
    rmse: float
    mae: float
    se: float | None
    standardised: float | None
    correlation: float | None
    length: float


@dataclass(frozen=True)
class Range:
    """Persons whose true ability lies from ``low`` to below ``high``, in logits; none at the open ends."""

    low: float | None
    high: float | None
    precision: Precision
    overlap: float | None
    largest_rate: float


@dataclass(frozen=True, eq=False)
class Exposure:
    """Use of the bank: ``rates`` (k,), their spread ``chi_square``, the mean overlap of pairs, and unused items."""

    rates: Floats
    chi_square: float
    overlap: float | None
    unused: int

    @property
    def largest(self) -> float:
        """Largest rate."""
        return float(self.rates.max())


@dataclass(frozen=True, eq=False)
class Classified:
    """Persons by true level (rows) and level found (columns), (levels, levels); ``decided`` share before the end.

    ``agreement`` is the share on the diagonal.
    """

    cuts: tuple[float, ...]
    table: Whole
    decided: float | None

    @property
    def agreement(self) -> float:
        """Share of the persons whose level was found."""
        return float(np.trace(self.table) / self.table.sum())


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Everything that is reported of a simulation; ``areas`` gives the mean and extreme numbers of items of each."""

    precision: Precision
    ranges: tuple[Range, ...]
    lengths: tuple[int, float, int]
    reasons: dict[str, int]
    exposure: Exposure
    areas: dict[str, tuple[float, int, int]]
    classified: Classified | None


def evaluate(
    simulation: Simulation, *, ranges: Sequence[float] = RANGES, cuts: Sequence[float] = ()
) -> Evaluation:  # fmt: skip
    """Evaluate a simulation.

    Parameters
    ----------
    ranges : rising abilities that divide the ranges; ranges without persons are left out.
    cuts : of the levels, if the test itself does not classify.

    >>> from kaoping.scoring.adaptive import AdaptiveTest, Bank, Stopping, simulate
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> rng = np.random.default_rng(1)
    >>> bank = Bank(ItemParameters.logistic(np.ones(4), np.zeros(4)))
    >>> found = evaluate(simulate(AdaptiveTest(bank, Stopping(2)), rng.normal(size=100), rng=rng))
    >>> found.exposure.rates, found.exposure.chi_square, found.exposure.overlap, found.reasons
    (array([1., 1., 0., 0.]), 2.0, 1.0, {'length': 100})
    """
    here = level(simulation.true, ranges)
    ends = [None, *map(float, ranges), None]
    described = [
        _range(simulation, here == place, ends[place], ends[place + 1])
        for place in range(len(ranges) + 1)
        if (here == place).any()
    ]
    length = simulation.length
    return Evaluation(
        precision=_precision(simulation, np.ones(len(simulation), dtype=np.bool_)),
        ranges=tuple(described),
        lengths=(int(length.min()), float(length.mean()), int(length.max())),
        reasons={
            name: int((simulation.reason == number).sum())
            for number, name in enumerate(simulation.reasons)
            if (simulation.reason == number).any()
        },
        exposure=exposure(simulation),
        areas=_areas(simulation),
        classified=_classified(simulation, cuts),
    )


def exposure(simulation: Simulation) -> Exposure:
    """Count the uses of the bank."""
    rates = simulation.uses / len(simulation)
    even = rates.sum() / len(rates)
    spread = float(((rates - even) ** 2).sum() / even) if even else 0.0
    return Exposure(rates, spread, _overlap(simulation.uses, simulation.length), int((simulation.uses == 0).sum()))


def _overlap(uses: Whole, length: Whole) -> float | None:
    """Mean share of items that two persons have in common; none of fewer than two persons."""
    n = len(length)
    if n < FEWEST_FOR_A_PAIR or not length.any():
        return None
    return float((uses * (uses - 1.0)).sum() / (n * (n - 1.0) * length.mean()))


def _precision(simulation: Simulation, rows: Flags) -> Precision:
    true, theta, se = simulation.true[rows], simulation.theta[rows], simulation.se[rows]
    error, known = theta - true, np.isfinite(se) & (se > 0)
    varied = len(true) > 1 and np.ptp(true) > 0 and np.ptp(theta) > 0
    return Precision(
        n=len(true),
        bias=float(error.mean()),
        rmse=float(np.sqrt((error**2).mean())),
        mae=float(np.abs(error).mean()),
        se=float(np.sqrt((se[known] ** 2).mean())) if known.any() else None,
        standardised=float(((error[known] / se[known]) ** 2).mean()) if known.any() else None,
        correlation=float(np.corrcoef(true, theta)[0, 1]) if varied else None,
        length=float(simulation.length[rows].mean()),
    )


def _range(simulation: Simulation, rows: Flags, low: float | None, high: float | None) -> Range:
    items = simulation.items[rows]
    uses = np.bincount(items[items >= 0], minlength=len(simulation.test.bank))
    overlap = _overlap(uses, simulation.length[rows])
    return Range(low, high, _precision(simulation, rows), overlap, float(uses.max() / rows.sum()))


def _areas(simulation: Simulation) -> dict[str, tuple[float, int, int]]:
    """Mean, smallest and largest number of items of each area in a test."""
    bank = simulation.test.bank
    area = np.where(simulation.items >= 0, bank.area[simulation.items], -1)
    counts = {name: (area == number).sum(axis=1) for number, name in enumerate(bank.area_names)}
    return {name: (float(one.mean()), int(one.min()), int(one.max())) for name, one in counts.items()}


def _classified(simulation: Simulation, cuts: Sequence[float]) -> Classified | None:
    rule = simulation.test.classification
    places = tuple(map(float, rule.cuts if rule is not None else cuts))
    if not places:
        return None
    true = level(simulation.true, places)
    found = level(simulation.theta, places) if simulation.levels is None else simulation.levels
    table = np.zeros((len(places) + 1, len(places) + 1), dtype=np.int64)
    np.add.at(table, (true, found), 1)
    decided = None if simulation.decided is None else float(simulation.decided.mean())
    return Classified(places, table, decided)
