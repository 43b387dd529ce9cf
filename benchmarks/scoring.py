"""Measure how fast persons are scored: many at once, against the floor of two matrix products, and one at a time.

Processor seconds, one thread, the best of some runs; the floor, the two products persons by items by nodes of an EM
cycle, is measured in the same run. One person is scored by a prepared `Scorer`.

    python benchmarks/scoring.py [--persons 100000] [--items 100]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded

import argparse
import time
from collections.abc import Callable

import numpy as np

from kaoping.scoring import ability
from kaoping.scoring.arrangement import BLOCK
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.plausible_values import plausible_values
from kaoping.scoring.scorer import Method, Scorer
from kaoping.scoring.simulation import simulate
from kaoping.scoring.sum_scores import eap_of_sums

NODES = 61
REPEATS = 5
SINGLE = 200


def seconds(work: Callable[[], object]) -> float:
    best = np.inf
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return float(best)


def floor(answers: np.ndarray) -> None:
    """The two products of one EM cycle."""
    odds = np.ones((answers.shape[1], NODES))
    for start in range(0, len(answers), BLOCK):
        block = answers[start : start + BLOCK].astype(np.float64)
        _ = block.T @ (block @ odds)


def items(k: int, kind: str, rng: np.random.Generator) -> ItemParameters:
    slope, place = rng.lognormal(0, 0.3, k), rng.standard_normal(k)
    if kind == "grm":
        steps = place[:, None] + np.array([-1.0, 0.0, 1.0])
        shown = np.column_stack([slope, steps])
        return ItemParameters.reported([str(number) for number in range(k)], [model("grm", 4)] * k, list(shown))
    return ItemParameters.logistic(slope, place, np.full(k, 0.2) if kind == "3pl" else None)


def at_once(kind: str, n: int, k: int) -> None:
    rng = np.random.default_rng(1)
    known = items(k, kind, rng)
    answers = simulate(rng.standard_normal(n), known, rng=rng)
    methods: dict[str, Callable[[], object]] = {
        "eap": lambda: ability.eap(answers, known),
        "map": lambda: ability.maximum_a_posteriori(answers, known),
        "ml": lambda: ability.maximum_likelihood(answers, known),
        "wle": lambda: ability.weighted_likelihood(answers, known),
        "warm": lambda: ability.weighted_likelihood(answers, known, weight="warm"),
        "eapsum": lambda: eap_of_sums(answers, known),
        "5 pv": lambda: plausible_values(answers, known, draws=5, rng=np.random.default_rng(1)),
    }
    least = seconds(lambda: floor(answers.answers))
    for name, work in methods.items():
        took = seconds(work)
        print(
            f"{kind} {n} x {k:<6} {name:<8} {took:8.3f} s   floor {least:6.3f} s   ratio {took / least:6.2f}",
            flush=True,
        )


def one_by_one(kind: str, k: int) -> None:
    rng = np.random.default_rng(2)
    known = items(k, kind, rng)
    rows = simulate(rng.standard_normal(SINGLE), known, rng=rng).answers
    for method in Method:
        scorer = Scorer(known, method)
        took = seconds(lambda scorer=scorer: [scorer(row) for row in rows]) / SINGLE
        print(f"{kind} one person x {k:<4} {method:<8} {1e6 * took:8.0f} µs", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=100)
    asked = parser.parse_args()
    for kind in ("2pl", "3pl", "grm"):
        at_once(kind, asked.persons, asked.items)
    for kind in ("2pl", "3pl", "grm"):
        one_by_one(kind, asked.items)


if __name__ == "__main__":
    main()
