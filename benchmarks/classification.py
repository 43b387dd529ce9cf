"""Compare indices of classification with what two simulated forms and the true levels show, and measure their time.

Persons are drawn from a standard normal population and answer a paper twice. What a method is given is one form alone;
what it estimates is counted from the true levels and from both forms. Times are processor seconds of one thread.

    python benchmarks/classification.py [--persons 200000] [--items 40] [--seed 1]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded

import argparse
import time
from collections.abc import Callable

import numpy as np

from kaoping.scoring.ability import weighted_likelihood
from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical import alpha
from kaoping.scoring.classification import (
    Classification,
    Cuts,
    estimated_conjunction,
    guo,
    hanson_brennan,
    lee,
    livingston_lewis,
    rudner,
    rudner_expected,
    subkoviak,
)
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.raw_scores import true_score
from kaoping.scoring.simulation import simulate

SHARES = (0.5, 0.7)
"""Cuts of the raw score, as shares of the marks."""
THETA_CUTS = (0.0, 1.0)
PASS = 60


def paper(k: int) -> ItemParameters:
    rng = np.random.default_rng(0)
    return ItemParameters.logistic(rng.lognormal(0, 0.25, k), rng.normal(0, 1, k), np.full(k, 0.2))


def timed(work: Callable[[], Classification]) -> tuple[Classification, float]:
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


def show(name: str, work: Callable[[], Classification], truth: tuple[float, float]) -> None:
    found, took = timed(work)
    accuracy, consistency = found.together.accuracy, found.together.consistency
    told = [
        "      –" if one is None else f"{100 * (one - true):+7.2f}"
        for one, true in zip((accuracy, consistency), truth, strict=True)
    ]
    print(f"{name:<34} accuracy {told[0]} %   consistency {told[1]} %   {took:7.3f} s", flush=True)


def observed(cuts: Cuts, true: Floats, first: Floats, second: Floats) -> tuple[float, float]:
    levels = [cuts.levels(one) for one in (true, first, second)]
    return float(np.mean(levels[0] == levels[1])), float(np.mean(levels[1] == levels[2]))


def by_one_scale(n: int, k: int, rng: np.random.Generator) -> None:
    known, theta = paper(k), rng.standard_normal(n)
    forms = [simulate(theta, known, rng=rng) for _ in range(2)]
    sums = [form.answers.sum(axis=1).astype(np.float64) for form in forms]
    reliability = alpha(forms[0]).value
    cuts = Cuts.of([np.ceil(share * k) for share in SHARES])
    truth = observed(cuts, true_score(theta, known), *sums)
    print(f"sums of {k} items, {n} persons: accuracy {truth[0]:.4f}, consistency {truth[1]:.4f}; differences:")
    show("lee", lambda: lee(known, cuts), truth)
    given = {"reliability": reliability}
    show("livingston-lewis, alpha", lambda: livingston_lewis(sums[0], cuts, maximum=k, **given), truth)
    show("livingston-lewis, alpha, step 1", lambda: livingston_lewis(sums[0], cuts, maximum=k, step=1, **given), truth)
    show("hanson-brennan, compound, alpha", lambda: hanson_brennan(sums[0], cuts, maximum=k, **given), truth)
    show("hanson-brennan, binomial", lambda: hanson_brennan(sums[0], cuts, maximum=k), truth)
    show("huynh", lambda: hanson_brennan(sums[0], cuts, maximum=k, moments=2), truth)
    show("subkoviak, alpha", lambda: subkoviak(sums[0], cuts, maximum=k, **given), truth)

    found = [weighted_likelihood(form, known) for form in forms]
    logits = Cuts.of(THETA_CUTS)
    truth = observed(logits, theta, *(one.theta for one in found))
    print(f"weighted likelihood estimates: accuracy {truth[0]:.4f}, consistency {truth[1]:.4f}; differences:")
    show("rudner, of the population", lambda: rudner_expected(known, logits), truth)
    show("rudner, of persons", lambda: rudner(found[0].theta, found[0].se, logits), truth)
    show("guo, decided by the estimates", lambda: guo(forms[0], known, logits, theta=found[0].theta), truth)


def by_components(n: int, rng: np.random.Generator) -> None:
    """Theory, skill and review at 60 each, as normal scores rounded to half marks."""
    trusted, spread = np.array([0.85, 0.75, 0.70]), np.array([10.0, 12.0, 9.0])
    root = np.linalg.cholesky(np.array([[1.0, 0.6, 0.5], [0.6, 1.0, 0.7], [0.5, 0.7, 1.0]]))
    true = np.array([70.0, 75.0, 68.0]) + rng.standard_normal((n, 3)) @ root.T * spread * np.sqrt(trusted)
    forms = [np.round(2 * (true + rng.standard_normal((n, 3)) * spread * np.sqrt(1 - trusted))) / 2 for _ in range(2)]
    passed = [(one >= PASS).all(axis=1) for one in (true, *forms)]
    truth = float(np.mean(passed[0] == passed[1])), float(np.mean(passed[1] == passed[2]))
    began = time.process_time()
    found = estimated_conjunction(forms[0], trusted, PASS).together
    took = time.process_time() - began
    told = [100 * ((one or 0.0) - right) for one, right in zip((found.accuracy, found.consistency), truth, strict=True)]
    print(f"three components, half marks: accuracy {truth[0]:.4f}, consistency {truth[1]:.4f}; differences:")
    print(f"{'components':<34} accuracy {told[0]:+7.2f} %   consistency {told[1]:+7.2f} %   {took:7.3f} s")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--persons", type=int, default=200_000)
    asked.add_argument("--items", type=int, default=40)
    asked.add_argument("--seed", type=int, default=1)
    said = asked.parse_args()
    rng = np.random.default_rng(said.seed)
    by_one_scale(said.persons, said.items, rng)
    by_components(said.persons, rng)


if __name__ == "__main__":
    main()
