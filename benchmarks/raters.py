"""Measure how long panels of raters take: many-facet Rasch, its tables, bias, and variance components.

For each panel: processor seconds of the fit without and with standard errors, of all tables of elements and persons, of
the bias of every rater towards every item, and of the variance components; passes over the data; peak memory. One
thread.
The first panel is the size that the project promises in a minute; the last has 36 000 texts by 11 000 raters on
9 items, each text seen by two raters.

    python benchmarks/raters.py [--large]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded

import resource
import sys
import time

import numpy as np

from kaoping.scoring.raters import Panel, Ratings, bias, elements, many_facet, persons
from kaoping.scoring.raters.generalizability import components

SIZES = ((10_000, 1_000, 5, 2), (50_000, 1_000, 5, 4))
LARGE = ((36_000, 11_000, 9, 2),)
THRESHOLDS = np.linspace(-1.5, 1.5, 3)
MOST_BIAS = 20_000
"""Combinations up to which the bias is measured."""


def drawn(n: int, raters: int, items: int, each: int) -> Ratings:
    """Draw ratings in four categories; persons have deviation 1.5, raters .5, items .7."""
    rng = np.random.default_rng(1)
    person, item = np.arange(n).repeat(each * items), np.tile(np.arange(items), n * each)
    rater = np.array([rng.choice(raters, each, replace=False) for _ in range(n)]).ravel().repeat(items)
    line = rng.normal(0, 1.5, n)[person] - rng.normal(0, 0.5, raters)[rater] - rng.normal(0, 0.7, items)[item]
    sums = np.concatenate([np.zeros((len(line), 1)), (line[:, None] - THRESHOLDS).cumsum(axis=1)], axis=1)
    shares = np.exp(sums - sums.max(axis=1, keepdims=True)).cumsum(axis=1)
    category = (rng.random((len(line), 1)) * shares[:, -1:] > shares[:, :-1]).sum(axis=1)
    return Ratings.from_columns(person, category, {"rater": rater, "item": item})


def main() -> None:
    """Print a row for each panel."""
    print(" persons  raters items   ratings   fit/s  with se/s  passes  tables/s  bias/s  components/s  peak/MB")
    for n, raters, items, each in SIZES + (LARGE if "--large" in sys.argv else ()):
        ratings = drawn(n, raters, items, each)
        times = [time.process_time()]
        found = many_facet(ratings, Panel(extreme="adjust"), errors=False)
        times.append(time.process_time())
        found = many_facet(ratings, Panel(extreme="adjust"))
        times.append(time.process_time())
        for facet in ("rater", "item"):
            elements(found, facet)
        persons(found)
        times.append(time.process_time())
        if raters * items <= MOST_BIAS:
            bias(found, ("rater", "item"))
        times.append(time.process_time())
        components(ratings)
        times.append(time.process_time())
        fit, with_errors, tables, biased, variances = np.diff(times)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
        counts = f"{n:8d} {raters:7d} {items:5d} {ratings.n:9d} {fit:7.2f} {with_errors:10.2f} {found.iterations:7d}"
        print(f"{counts} {tables:9.2f} {biased:7.2f} {variances:13.2f} {peak:8.0f}", flush=True)


if __name__ == "__main__":
    main()
