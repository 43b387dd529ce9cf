"""Persons with ability and speed, and items with answers and times, drawn from the hierarchical model."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.integrity.lognormal import TimeParameters, simulate_times
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate

SPREAD = 0.3


@dataclass(frozen=True)
class Exam:
    """What was drawn, and what it was drawn from."""

    theta: Floats
    tau: Floats
    items: ItemParameters
    time_items: TimeParameters
    answers: ResponseMatrix
    times: ResponseTimes


def item_names(k: int) -> tuple[str, ...]:
    return tuple(f"I{number}" for number in range(1, k + 1))


def time_items(k: int, rng: np.random.Generator, *, sloped: bool = False) -> TimeParameters:
    slope = rng.uniform(0.5, 1.5, k) if sloped else np.ones(k)
    return TimeParameters(
        item_names(k), rng.normal(4.0, 0.4, k), rng.uniform(1.5, 3.0, k), slope / slope.mean(), SPREAD
    )


def an_exam(
    n: int, k: int, *, seed: int, correlation: float = 0.4, sloped: bool = False, unit_slopes: bool = False
) -> Exam:
    rng = np.random.default_rng(seed)
    a = np.ones(k) if unit_slopes else rng.uniform(0.6, 1.8, k)
    items = ItemParameters.logistic(a, rng.normal(0, 1, k), names=item_names(k))
    timed = time_items(k, rng, sloped=sloped)
    theta, other = rng.standard_normal((2, n))
    tau = SPREAD * (correlation * theta + np.sqrt(1 - correlation**2) * other)
    answers = simulate(theta, items, rng=rng, persons=[f"P{number}" for number in range(1, n + 1)])
    return Exam(theta, tau, items, timed, answers, simulate_times(tau, timed, rng=rng, persons=answers.persons))


def within(share: float, level: float, n: int) -> bool:
    """Within a fifth of the level, or what chance makes of a level that is kept (three standard errors)."""
    return bool(abs(share - level) <= max(0.2 * level, 3 * np.sqrt(level * (1 - level) / n)))
