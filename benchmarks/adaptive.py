"""Measure how fast adaptive tests are simulated, beside a peer from PyPI in the same run, one thread each.

1000 persons take 30 of 500 items with three parameters; items by most information, ability by EAP on the bank's grid.
The peer, catsim, is measured against, never used (``pip install catsim``); it estimates by maximum likelihood, and
takes about a minute. Then a fifth of the persons by the other criteria, estimators and controls.

    python benchmarks/adaptive.py [--persons 1000] [--items 500] [--length 30] [--peer-persons 1000]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded
os.environ.setdefault("NUMEXPR_NUM_THREADS", "1")

import argparse
import importlib.util
import time
from collections.abc import Callable

import numpy as np

from kaoping.scoring.adaptive import (
    AdaptiveTest,
    Bank,
    Eligibility,
    Estimator,
    Randomesque,
    Simulation,
    Stopping,
    criterion,
    simulate,
)
from kaoping.scoring.adaptive.naming import NAMES
from kaoping.scoring.parameters import ItemParameters

REPEATS = 5
FEWER = 200
"""Persons for criteria and controls other than the first."""


def seconds(work: Callable[[], Simulation], repeats: int = REPEATS) -> tuple[float, float]:
    """Processor seconds of the fastest of some runs, and the root mean square error of the abilities."""
    best, error = np.inf, np.nan
    for _ in range(repeats):
        began = time.process_time()
        found = work()
        best = min(best, time.process_time() - began)
        error = float(np.sqrt(np.mean((found.theta - found.true) ** 2)))
    return float(best), error


def kaoping(items: ItemParameters, theta: np.ndarray, length: int, **facts: object) -> Simulation:
    """Prepare the bank and give the test."""
    test = AdaptiveTest(Bank(items), Stopping(length), **facts)  # type: ignore[arg-type]
    return simulate(test, theta, rng=np.random.default_rng(2))


def catsim(items: ItemParameters, theta: np.ndarray, length: int) -> tuple[float, float]:
    """Processor seconds and error of the peer."""
    from catsim.estimation import NumericalSearchEstimator
    from catsim.initialization import FixedPointInitializer
    from catsim.item_bank import ItemBank
    from catsim.selection import MaxInfoSelector
    from catsim.simulation import Simulator
    from catsim.stopping import TestLengthStopper

    table = np.array([[row["a"], row["b"], row["c"], 1.0] for _, _, row in items.table()])
    parts = (FixedPointInitializer(0.0), MaxInfoSelector(), NumericalSearchEstimator())
    began = time.process_time()
    simulator = Simulator(ItemBank(table), theta, *parts, TestLengthStopper(max_items=length), seed=2)
    simulator.simulate()
    taken = time.process_time() - began
    found = np.array([path[-1] for path in simulator.estimations])
    return taken, float(np.sqrt(np.mean((found - theta) ** 2)))


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("persons", 1000), ("items", 500), ("length", 30), ("peer-persons", 1000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    k, n, length = asked.items, asked.persons, asked.length
    items = ItemParameters.logistic(rng.lognormal(0, 0.3, k), rng.normal(size=k), rng.uniform(0.1, 0.3, k))
    theta = rng.normal(size=n)
    own, error = seconds(lambda: kaoping(items, theta, length))
    print(f"kaoping  {n} x {length} of {k}  mfi, eap      {own:9.3f} s  RMSE {error:.3f}", flush=True)
    if importlib.util.find_spec("catsim"):
        some = theta[: asked.peer_persons]
        taken, error = catsim(items, some, length)
        whole = taken * n / len(some)
        print(f"catsim   {len(some)} x {length} of {k}  mfi, ml  {taken:9.3f} s  RMSE {error:.3f}")
        print(f"catsim for {n}: {whole:.1f} s, {whole / own:.0f} times as long")
    else:
        print("catsim is not installed")
    others: dict[str, dict[str, object]] = {name: {"criterion": criterion(name, length)} for name in NAMES}
    others |= {f"mfi, {method}": {"estimator": Estimator(method)} for method in ("map", "ml", "wle")}
    others |= {"mfi, randomesque": {"exposure": Randomesque(5)}, "mfi, eligibility": {"exposure": Eligibility(0.25)}}
    few = theta[:FEWER]
    for name, facts in others.items():
        taken, error = seconds(lambda facts=facts: kaoping(items, few, length, **facts), 1)
        print(f"kaoping  {len(few)} x {length} of {k}  {name:<16} {taken:9.3f} s  RMSE {error:.3f}", flush=True)


if __name__ == "__main__":
    main()
