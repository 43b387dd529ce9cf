"""Measure how often the flags by times, effort and preknowledge err, and how many of those concerned they find.

Everything is estimated from the same persons, as in practice: items and time parameters, thresholds, the population.
Two tables are printed: the share flagged of persons, answers and items to whom nothing happened, and the share found
when one person in twenty knew some items or guessed rapidly.

    python benchmarks/response_time_power.py [--samples 10] [--persons 2000] [--part errors|power] [--picture power.svg]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded

import argparse
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from kaoping.exam.figures.drawing import Words
from kaoping.exam.figures.response_times import power_curves
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.integrity import preknowledge, rapid_thresholds
from kaoping.scoring.integrity.ability_changes import ability_changes
from kaoping.scoring.integrity.ability_population import ability_population
from kaoping.scoring.integrity.effort import rapid_evidence
from kaoping.scoring.integrity.empirical_null import against_the_usual
from kaoping.scoring.integrity.item_drift import answer_drift, time_drift
from kaoping.scoring.integrity.lognormal import TimeParameters, simulate_times
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.integrity.time_calibration import calibrate_times
from kaoping.scoring.integrity.time_residuals import answer_evidence, pattern_evidence, predictive_residuals
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate

LEVELS = (0.05, 0.01)
SPREAD, CORRELATION = 0.3, 0.4
DESIGNS = ((5, 25), (10, 30), (20, 40), (40, 60))
DRIFTS = 25
"""Samples of items for one sample of persons: a sample has few items."""
DRAWN = (0.9, 0.2)
"""What the persons drawn in the picture know, and how much faster they are."""
CONCERNED = 20
"""One person in so many is concerned."""

Found = dict[str, np.ndarray]


@dataclass(frozen=True)
class Sitting:
    """Answers and times of n persons on k items."""

    codes: np.ndarray
    seconds: np.ndarray
    names: tuple[str, ...]

    @property
    def answers(self) -> ResponseMatrix:
        return ResponseMatrix(self.codes, self.names)

    @property
    def times(self) -> ResponseTimes:
        return ResponseTimes(self.seconds, self.names)


def sitting(n: int, k: int, seed: int) -> Sitting:
    """Two-parameter items, lognormal times, ability and speed correlated 0.4."""
    rng = np.random.default_rng(seed)
    names = tuple(f"I{number}" for number in range(1, k + 1))
    items = ItemParameters.logistic(rng.uniform(0.6, 1.8, k), rng.normal(0, 1, k), names=names)
    timed = TimeParameters(names, rng.normal(4.0, 0.4, k), rng.uniform(1.5, 3.0, k), np.ones(k), SPREAD)
    theta, other = rng.standard_normal((2, n))
    tau = SPREAD * (CORRELATION * theta + np.sqrt(1 - CORRELATION**2) * other)
    answers = simulate(theta, items, rng=rng)
    return Sitting(np.array(answers.codes), simulate_times(tau, timed, rng=rng).seconds, names)


def by_times(of: Sitting) -> Found:
    """P of the screenings that need times alone."""
    times = of.times
    items = calibrate_times(times).parameters
    residuals = predictive_residuals(times, items)
    pattern = pattern_evidence(times, items)
    found = {
        "fast answers": answer_evidence(times, residuals, tail="fast", adjust="").p,
        "slow answers": answer_evidence(times, residuals, tail="slow", adjust="").p,
        "time pattern": pattern.p,
        "time pattern, empirical": against_the_usual(pattern).p,
    }
    for share in (0.1, 0.2):
        thresholds = rapid_thresholds.normative(times, share, most=60)
        found[f"rapid guessing, nt{100 * share:.0f}"] = rapid_evidence(times, items, thresholds).p
    return found


def by_preknowledge(of: Sitting, exposed: np.ndarray, *, asymptotic: bool = True) -> Found:
    """P of the screenings for preknowledge, and of the asymptotic tests beside them."""
    answers, times = of.answers, of.times
    items = calibrate(answers, "2pl", errors="none").parameters
    timed = calibrate_times(times).parameters
    secure = answers.take(items=~exposed)
    population = ability_population(secure, items.take(np.flatnonzero(~exposed)))
    by_answers = preknowledge.answer_shifts(answers, items, exposed, population=population)
    by_speed = preknowledge.speed_shifts(times, timed, exposed)
    rng = np.random.default_rng(1)
    drawn = preknowledge.answer_shifts(answers, items, exposed, population=population, rng=rng)
    found = {
        "answers, ties at random": drawn.evidence().p,
        "both, ties at random": preknowledge.joint_evidence(drawn, by_speed).p,
        "answers": by_answers.evidence().p,
        "times": by_speed.evidence().p,
        "answers and times": preknowledge.joint_evidence(by_answers, by_speed).p,
        "answers, empirical": by_answers.recentred().evidence().p,
        "times, empirical": by_speed.recentred().evidence().p,
    }
    if asymptotic:
        changes = ability_changes(answers, items, exposed)
        found["(likelihood ratio)"] = stats.norm.sf(changes.likelihood_ratio)
        found["(score)"] = stats.norm.sf(changes.score)
        found["(Wald)"] = stats.norm.sf(changes.wald)
    return found


def by_drift(of: Sitting, after: np.ndarray) -> Found:
    answers, times = of.answers, of.times
    items = calibrate(answers, "2pl", errors="none").parameters
    timed = calibrate_times(times).parameters
    before, then = (ability_population(answers.take(persons=some), items) for some in (~after, after))
    return {
        "drift of answers": answer_drift(answers, items, after, populations=(before, then)).evidence().p,
        "drift of times": time_drift(times, timed, after).evidence().p,
    }


def show(
    title: str, samples: list[Found], chosen: Callable[[np.ndarray], np.ndarray] = lambda p: p
) -> dict[str, float]:  # fmt: skip
    """Print the share at or below each level, over all samples, and give that at the last level."""
    last = {}
    gathered = defaultdict(list)
    for sample in samples:
        for name, p in sample.items():
            gathered[name].append(chosen(p))
    for name, parts in gathered.items():
        p = np.concatenate(parts)
        shares = [float((p <= level).mean()) for level in LEVELS]
        print(f"{title:<34} {name:<26} {shares[0]:.4f}  {shares[1]:.4f}   of {len(p)}", flush=True)
        last[name] = shares[1]
    return last


def errors(samples: int, n: int) -> None:
    """Share flagged when nothing happened, at the levels 0.05 and 0.01."""
    show("40 items", [by_times(sitting(n, 40, seed)) for seed in range(samples)])
    for number, secure in DESIGNS:
        exposed = np.arange(number + secure) < number
        drawn = [by_preknowledge(sitting(n, number + secure, 1000 + seed), exposed) for seed in range(samples)]
        show(f"{number} exposed, {secure} secure", drawn)
    n //= 2
    late = np.arange(n) % 2 == 0
    drifts = [by_drift(sitting(n, 40, 2000 + seed), late) for seed in range(DRIFTS * samples)]
    show("40 items, two groups", drifts)


def knowing(of: Sitting, number: int, right: float, faster: float, seed: int) -> Sitting:
    """The first persons know items: right with at least this chance, and faster by this share of the time."""
    rng = np.random.default_rng(seed)
    some = len(of.codes) // CONCERNED
    codes, seconds = of.codes.copy(), of.seconds.copy()
    codes[:some, :number] = np.maximum(codes[:some, :number], rng.random((some, number)) < right)
    seconds[:some, :number] *= 1 - faster
    return Sitting(codes, seconds, of.names)


def guessing(of: Sitting, number: int, seed: int) -> Sitting:
    """The first persons answer the last items within one to four seconds."""
    some = len(of.codes) // CONCERNED
    seconds = of.seconds.copy()
    seconds[:some, -number:] = np.random.default_rng(seed).uniform(1, 4, (some, number))
    return Sitting(of.codes, seconds, of.names)


def power(samples: int, n: int, picture: Path | None) -> None:
    """Share found of those concerned, at the levels 0.05 and 0.01."""
    some, curves = n // CONCERNED, defaultdict(list)
    for number, secure in DESIGNS:
        exposed = np.arange(number + secure) < number
        for right, faster in ((0.5, 0.2), (0.9, 0.0), (0.9, 0.2), (0.9, 0.4)):
            drawn = [
                by_preknowledge(
                    knowing(sitting(n, number + secure, 3000 + seed), number, right, faster, seed), exposed,
                    asymptotic=False,
                )
                for seed in range(samples)
            ]  # fmt: skip
            title = f"{number}/{secure}, knows {right:g}, {faster:.0%} faster"
            curves[right, faster].append(show(title, drawn, lambda p: p[:some]))
    if picture:
        picture.write_bytes(drawn_power(curves[DRAWN]))
    for number in (1, 2, 4, 8, 16):
        drawn = [by_times(guessing(sitting(n, 40, 4000 + seed), number, seed)) for seed in range(samples)]
        kept = [{name: p for name, p in one.items() if len(p) == n} for one in drawn]
        show(f"{number} of 40 guessed rapidly", kept, lambda p: p[:some])


def drawn_power(found: list[dict[str, float]]) -> bytes:
    """Draw the power of three screenings over the number of exposed items."""
    numbers = [number for number, _ in DESIGNS]
    curves = {name: (numbers, [one[name] for one in found]) for name in ("answers", "times", "answers and times")}
    words = Words("Power", "Exposed items", "Share of persons who knew them that is flagged.")
    return power_curves(curves, words, level=LEVELS[-1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=10)
    parser.add_argument("--persons", type=int, default=2000)
    parser.add_argument("--part", choices=["errors", "power"])
    parser.add_argument("--picture", type=Path, help="SVG to write: power over the number of exposed items")
    asked = parser.parse_args()
    if asked.part != "power":
        errors(asked.samples, asked.persons)
    if asked.part != "errors":
        power(asked.samples, asked.persons, asked.picture)


if __name__ == "__main__":
    main()
