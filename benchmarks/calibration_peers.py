"""Calibrate the same answers with Kaoping and with its peers from PyPI, in one run, one thread each.

The peers are in the group ``bench`` and are measured against, never used: ``pip install -e .[bench]``. Each line gives
processor seconds, the log-likelihood of the parameters found (all measured by the same code, on the same grid), the
error of the slopes against the truth, and how many times longer than Kaoping it took.

    python benchmarks/calibration_peers.py [2pl | 3pl | sparse]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy and the peers are loaded
os.environ.setdefault("RAYON_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import importlib.util
import sys
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from kaoping.scoring.arrangement import arrange
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.likelihood import expect
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.priors import Beta
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate

NODES = 61
Fit = Callable[[ResponseMatrix, str], ItemParameters]


def kaoping(responses: ResponseMatrix, model: str) -> ItemParameters:
    priors = {"c": Beta(5, 17)} if model == "3pl" else None
    return calibrate(responses, model, priors=priors, errors="none", tolerance=1e-4).parameters


def pypi_mirt(responses: ResponseMatrix, model: str) -> ItemParameters:
    import mirt
    from mirt.estimation.priors import BetaPrior

    asked = {"compute_standard_errors": False, "max_iter": 2000, "n_quadpts": NODES}
    if model == "3pl":
        asked["priors"] = {"guessing": BetaPrior(5, 17)}
    found = mirt.fit_mirt(responses.answers.astype(np.int64), model=model.upper(), **asked).model.parameters
    lower = found["guessing"].ravel() if model == "3pl" else None
    return ItemParameters.logistic(found["discrimination"].ravel(), found["difficulty"].ravel(), lower)


def girth(responses: ResponseMatrix, model: str) -> ItemParameters:
    import girth as package

    if model != "2pl":
        raise BadParameters(reason="girth 0.8 cannot fit this model with a current numpy")
    table = np.ascontiguousarray(responses.answers.T).astype(int)
    if not responses.complete:
        table = package.tag_missing_data(table, [0, 1])
    found = package.twopl_mml(table)
    return ItemParameters.logistic(np.ravel(found["Discrimination"]), np.ravel(found["Difficulty"]))


PEERS: dict[str, Fit] = {"mirt": pypi_mirt, "girth": girth}


def log_likelihood(responses: ResponseMatrix, items: ItemParameters) -> float:
    grid = normal(NODES)
    arranged, table = arrange(responses, items.models), items.log_probabilities(grid.nodes)
    return expect(arranged, table, grid.nodes, np.log(grid.weights)[None]).log_likelihood


def answers(case: str) -> tuple[ResponseMatrix, ItemParameters]:
    rng = np.random.default_rng(1)
    n, k, each = (50_000, 1_000, 50) if case == "sparse" else (100_000, 100, 100)
    lower = np.full(k, 0.2) if case == "3pl" else None
    items = ItemParameters.logistic(rng.lognormal(0, 0.3, k), rng.standard_normal(k), lower)
    shown = None
    if each < k:
        shown = np.zeros((n, k), dtype=bool)
        np.put_along_axis(shown, np.array([rng.choice(k, each, replace=False) for _ in range(n)]), values=True, axis=1)
    return simulate(rng.standard_normal(n), items, rng=rng, presented=shown), items


def measured(fits: dict[str, Fit], case: str) -> Iterator[str]:
    responses, true = answers(case)
    model = "3pl" if case == "3pl" else "2pl"
    base = np.nan
    for name, fit in fits.items():
        began = time.process_time()
        try:
            found = fit(responses, model)
        except BadParameters as refused:
            yield f"{case:>8} {name:>10}  not measured: {refused}"
            continue
        seconds = time.process_time() - began
        base = seconds if name == "kaoping" else base
        slopes = np.array([[mine[0], theirs[0]] for mine, theirs in zip(found.values, true.values, strict=True)])
        error = float(np.sqrt(np.mean((slopes[:, 0] - slopes[:, 1]) ** 2)))
        height = f"log-likelihood {log_likelihood(responses, found):14.2f}"
        yield f"{case:>8} {name:>10} {seconds:9.2f} s  {height}  RMSE(a) {error:.4f}  {seconds / base:7.1f} x"


def main() -> None:
    warnings.simplefilter("ignore")
    fits = {"kaoping": kaoping} | {name: fit for name, fit in PEERS.items() if importlib.util.find_spec(name)}
    for case in sys.argv[1:] or ("2pl", "3pl", "sparse"):
        for line in measured(fits, case):
            print(line, flush=True)


if __name__ == "__main__":
    main()
