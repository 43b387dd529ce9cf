"""Measure how near calibration comes to the cost of its two matrix products.

For each size: processor seconds of a whole fit without standard errors, passes over the data, one pass of EM at the
solution, and the floor measured in the same run: the two products persons by items by nodes of the general algorithm.
One thread.

    python benchmarks/calibration.py
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded

import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from kaoping.scoring.ability import eap
from kaoping.scoring.arrangement import BLOCK, Arrangement, arrange
from kaoping.scoring.calibrated import Calibration
from kaoping.scoring.calibration import Problem, calibrate
from kaoping.scoring.layout import Layout, lay_out
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.population import normals
from kaoping.scoring.priors import Normal, Prior
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate

SIZES = (("2pl", 1_000, 40), ("2pl", 10_000, 60), ("2pl", 100_000, 100), ("3pl", 10_000, 60), ("3pl", 100_000, 100))
SPARSE = ((50_000, 1_000, 50),)
GROWTH = ((125_000, 200, 50), (250_000, 200, 50), (500_000, 200, 50), (1_000_000, 200, 50))
REPEATS = 3
ARRANGED: dict[ResponseMatrix, tuple[Arrangement, Layout]] = {}


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    best = np.inf
    for _ in range(repeats):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return float(best)


def floor(answers: np.ndarray, nodes: int) -> None:
    """The two products of one pass."""
    odds = np.ones((answers.shape[1], nodes))
    for start in range(0, len(answers), BLOCK):
        block = answers[start : start + BLOCK].astype(np.float64)
        _ = block.T @ (block @ odds)


def one_pass(responses: ResponseMatrix, found: Calibration, priors: dict[str, Prior] | None) -> None:
    """One pass of EM at the solution; arranging the answers, done once in a fit, is not counted."""
    if responses not in ARRANGED:
        forms = found.parameters.models
        ARRANGED.clear()
        ARRANGED[responses] = arrange(responses, forms), lay_out(responses.items, forms, priors=priors)
    arranged, layout = ARRANGED[responses]
    values = dict(zip(responses.items, zip(found.parameters.models, found.parameters.values, strict=True), strict=True))
    free = np.array([values[item][1][values[item][0].labels.index(label)] for item, label in layout.owners])
    problem = Problem(arranged, layout, found.population.nodes, 1)
    population = normals(1, first_free=False, spread_free=False)
    problem.mapping(population)(np.concatenate([free, population.vector()]))


def items(k: int, model: str, rng: np.random.Generator) -> ItemParameters:
    lower = np.full(k, 0.2) if model == "3pl" else None
    return ItemParameters.logistic(rng.lognormal(0, 0.3, k), rng.standard_normal(k), lower)


def few_of_many(n: int, k: int, each: int, rng: np.random.Generator) -> ResponseMatrix:
    """Draw answers of persons who each see a random part of the items."""
    true = items(k, "2pl", rng)
    slopes, intercepts = np.array(true.values).T
    parts = (rng.random((min(BLOCK, n - start), k)) for start in range(0, n, BLOCK))
    seen = np.concatenate([np.argpartition(part, each, axis=1)[:, :each] for part in parts])
    lines = slopes[seen] * rng.standard_normal((n, 1)) + intercepts[seen]
    answers = rng.random((n, each)) < 1 / (1 + np.exp(-lines))
    person = np.repeat(np.arange(n), each)
    return ResponseMatrix.from_triples(person, seen.ravel(), answers.ravel().astype(int), shape=(n, k))


def measure(label: str, model: str, responses: ResponseMatrix) -> None:
    priors = {"c": Normal(-1.1, 0.5)} if model == "3pl" else None
    began = time.process_time()
    found = calibrate(responses, model, priors=priors, errors="none", tolerance=1e-4)
    whole = time.process_time() - began
    nodes = len(found.population.nodes)
    scored = seconds(lambda: eap(responses, found.parameters, population=found.population), 1)
    least = np.nan if responses.sparse else seconds(lambda: floor(responses.answers, nodes))
    each = seconds(lambda: one_pass(responses, found, priors))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    times = f"{whole:8.2f} {found.iterations:7d} {nodes:6d} {1e3 * each:8.1f} {1e3 * least:9.1f} {each / least:6.2f}"
    print(f"{label:>26} {times} {scored:7.2f} {peak:9.0f}", flush=True)


def main() -> None:
    print("        model, persons x items    fit/s  passes  nodes  pass/ms  floor/ms  ratio   eap/s   peak/MB")
    for model, n, k in SIZES:
        rng = np.random.default_rng(1)
        responses = simulate(rng.standard_normal(n), items(k, model, rng), rng=rng)
        measure(f"{model} {n} x {k}", model, responses)
    for n, k, each in SPARSE + (GROWTH if "--growth" in sys.argv else ()):
        measure(f"2pl {n} x {k}, {each} each", "2pl", few_of_many(n, k, each, np.random.default_rng(1)))


if __name__ == "__main__":
    main()
