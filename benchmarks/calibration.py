"""Measure how near calibration comes to the cost of reading the data.

For each size: seconds of a whole fit with standard errors, passes over the data, and one pass as a multiple of its
floor measured in the same run. The floor is what no implementation of this likelihood avoids: turning the answers into
floats, one product with the parameters, one exponential per person and node, and one product back. For comparison the
two products persons by items by nodes of the general algorithm are timed as well. Processor seconds of one thread.

    python benchmarks/calibration.py
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded

import time
from collections.abc import Callable

import numpy as np

from kaoping.scoring.arrangement import arrange
from kaoping.scoring.calibration import fit
from kaoping.scoring.likelihood import CHUNK, expect
from kaoping.scoring.quadrature import normal
from kaoping.scoring.simulation import simulate

SIZES = ((1_000, 40), (10_000, 60), (100_000, 100))
REPEATS = 3


def seconds(work: Callable[[], object]) -> float:
    best = np.inf
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return float(best)


def floor(right: np.ndarray, parameters: np.ndarray, nodes: int) -> None:
    for start in range(0, len(right), CHUNK):
        answers = right[start : start + CHUNK].astype(np.float64)
        sums = answers @ parameters
        np.exp(np.broadcast_to(sums[:, :1], (len(answers), nodes)))
        _ = answers.T @ sums


def general(right: np.ndarray, nodes: int) -> None:
    odds = np.ones((right.shape[1], nodes))
    for start in range(0, len(right), CHUNK):
        answers = right[start : start + CHUNK].astype(np.float64)
        _ = answers.T @ (answers @ odds)


def measure(n: int, k: int) -> None:
    rng, grid = np.random.default_rng(1), normal()
    a, b = rng.lognormal(0, 0.3, k), rng.standard_normal(k)
    responses = simulate(rng.standard_normal(n), a, b, rng=rng)
    began = time.process_time()
    found = fit(responses)
    whole = time.process_time() - began
    patterns, parameters = arrange(responses), np.column_stack([a, -a * b])
    one = seconds(lambda: expect(patterns, a, -a * b, grid))
    least = seconds(lambda: floor(patterns.right, parameters, len(grid.nodes)))
    products = seconds(lambda: general(patterns.right, len(grid.nodes)))
    times = f"{1e3 * one:8.1f} {1e3 * least:9.1f} {one / least:6.2f} {1e3 * products:11.1f}"
    print(f"{f'{n} x {k}':>16} {whole:8.2f} {found.iterations:7d} {times}")


def main() -> None:
    print(" persons x items    fit/s  passes  pass/ms  floor/ms  ratio  general/ms")
    for n, k in SIZES:
        measure(n, k)


if __name__ == "__main__":
    main()
