"""Measure how long cuts take, against a plain way to get a part of the same in the same run.

Processor seconds, one thread, the best of some runs. Panels, of which variances and outliers are told too, stand beside
dense least squares of judges and items; groups of persons beside sorting their scores.

    python benchmarks/cut_scores.py [--judges 30] [--items 300] [--persons 10000]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded

import argparse
import time
from collections.abc import Callable

import numpy as np

from kaoping.scoring.cut_scores import Distribution, Ratings, angoff, beuk, borderline_regression, contrasting, hofstee

REPEATS = 3


def seconds(work: Callable[[], object]) -> float:
    best = np.inf
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return float(best)


def panels(judges: int, items: int, rng: np.random.Generator) -> dict[str, Callable[[], object]]:
    """Panels that rate everything, and two thirds of it."""
    values = np.clip(rng.normal(0.6, 0.15, items) + rng.normal(0, 0.1, (judges, items)), 0, 1)
    rated = rng.random((judges, items)) < 2 / 3
    names = [f"J{judge}" for judge in range(judges)], [f"I{item}" for item in range(items)]
    part = Ratings(tuple(names[0]), tuple(names[1]), np.where(rated, values, 0.0), rated, np.ones(items))
    judge, item = np.nonzero(rated)
    dummies = np.hstack([judge[:, None] == np.arange(judges), item[:, None] == np.arange(items)]).astype(np.float64)
    return {
        "beside: dense least squares": lambda: np.linalg.lstsq(dummies, values[rated]),
        "Angoff, complete": lambda: angoff(Ratings.complete(values)),
        "Angoff, two thirds rated": lambda: angoff(part),
    }


def persons(n: int, rng: np.random.Generator) -> dict[str, Callable[[], object]]:
    """Groups, grades and distributions of n persons."""
    low, high = rng.normal(50, 10, n // 2), rng.normal(68, 10, n - n // 2)
    everybody = Distribution.of(np.clip(np.rint(np.append(low, high)), 0, 100))
    grades = np.clip(np.rint(rng.normal(2, 1, n)), 0, 4)
    scores = 30 + 12 * grades + rng.normal(0, 6, n)
    limits = np.array([45, 65, 0.2, 0.6]) + rng.normal(size=(12, 4)) * [3, 3, 0.03, 0.03]
    wishes = np.array([58, 0.5]) + rng.normal(size=(12, 2)) * [4, 0.05]
    return {
        "beside: sorting all scores": lambda: np.sort(scores),
        "contrasting groups, logistic": lambda: contrasting(low, high),
        "contrasting groups, normal": lambda: contrasting(low, high, method="normal"),
        "borderline regression": lambda: borderline_regression(scores, grades, borderline=1),
        "Hofstee": lambda: hofstee(limits, everybody),
        "Beuk": lambda: beuk(wishes, everybody),
    }


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--judges", type=int, default=30)
    given.add_argument("--items", type=int, default=300)
    given.add_argument("--persons", type=int, default=10_000)
    size = given.parse_args()
    rng = np.random.default_rng(1)
    for title, cases in (
        (f"{size.judges} judges, {size.items} items", panels(size.judges, size.items, rng)),
        (f"{size.persons} persons", persons(size.persons, rng)),
    ):
        print(title)
        beside = None
        for name, work in cases.items():
            took = seconds(work)
            beside = beside or took
            print(f"  {name:32} {1e3 * took:9.3f} ms {took / beside:9.2f} times")


if __name__ == "__main__":
    main()
