"""Measure the flags of `kaoping.scoring.integrity`: how many chance alone gives, and how many of what was planted.

Answers to items of four options under the nominal model, abilities standard normal; items are calibrated anew in every
sitting from its own answers, copied ones among them. False positives are counted over random pairs of persons who did
not copy. Copiers are the less able of their pair and copy a random share of the items; a tenth of all persons copies.
Changed answers: a tenth of the answers is changed, and of the planted persons some wrong answers are made right.

    python benchmarks/integrity_power.py [--sittings 10] [--seed 1] [--plots DIR]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded

import argparse
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from kaoping.exam.figures import integrity as figures
from kaoping.exam.figures.drawing import Words
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.integrity import (
    AnswerChanges,
    Chances,
    Choices,
    Comparison,
    Similarity,
    Terms,
    chances,
    erasures,
    generalised_binomial,
    m4,
    omega,
)
from kaoping.scoring.integrity.changes import Base
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.priors import Normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate

PERSONS, OPTIONS, COPIERS, PAIRS = 1000, 4, 100, 20_000
LENGTHS, SHARES, LEVELS = (20, 40, 80), (0.1, 0.2, 0.3, 0.4, 0.5), (0.05, 0.01, 0.001)
TESTS: dict[str, Callable[[Chances, Terms], Similarity]] = {
    "omega": omega,
    "GBT": generalised_binomial,
    "M4": m4,
    "M4 by probability": partial(m4, order="probability"),
}
KINDS = (*((k, "nominal") for k in LENGTHS), (40, "2pl"))
"""Lengths, and what is calibrated: options, or right and wrong alone."""
WAYS = {"corrected": True, "corrected, ties at random": True, "as if abilities were known": False}
BASES: tuple[Base, ...] = ("model", "observed")
CHANGED, TAMPERED = 0.1, (2, 4, 6, 8, 10)


def items(k: int, rng: np.random.Generator) -> ItemParameters:
    """Items whose last option is right and draws the abler persons; wrong options differ in how they draw."""
    slopes = np.column_stack([rng.normal(0.0, 0.3, (k, OPTIONS - 2)), rng.lognormal(0.1, 0.3, k)])
    intercepts = np.column_stack([rng.normal(0.0, 0.7, (k, OPTIONS - 2)), rng.normal(1.3, 0.9, k)])
    names = [f"I{number + 1}" for number in range(k)]
    return ItemParameters.reported(names, [model("nominal", OPTIONS)] * k, list(np.hstack([slopes, intercepts])))


def sitting(k: int, share: float, rng: np.random.Generator) -> tuple[np.ndarray, ItemParameters]:
    """Answers of a sitting whose first persons copied from those after them; (n, k) and the true items."""
    true = items(k, rng)
    theta = rng.standard_normal(PERSONS)
    pair = np.sort(theta[: 2 * COPIERS].reshape(2, COPIERS), axis=0)
    theta[: 2 * COPIERS] = pair.ravel()
    answers = simulate(theta, true, rng=rng).answers.copy()
    copied = rng.permuted(np.arange(COPIERS * k).reshape(COPIERS, k) % k, axis=1) < round(share * k)
    answers[:COPIERS] = np.where(copied, answers[COPIERS : 2 * COPIERS], answers[:COPIERS])
    return answers, true


def calibrated(choices: Choices, kind: str) -> ItemParameters:
    if kind == "nominal":
        weak = {"a": Normal(0.0, 2.0), "c": Normal(0.0, 3.0)}
        return calibrate(choices.table, "nominal", priors=weak, errors="none").parameters
    return calibrate(choices.marks(), kind, errors="none").parameters


def known(answers: np.ndarray, true: ItemParameters, kind: str) -> Chances:
    choices = Choices.of(ResponseMatrix(answers, true.names, categories=true.categories))
    return chances(choices, calibrated(choices, kind))


def at_random(rng: np.random.Generator) -> Terms:
    """Pairs of persons of whom nobody copied."""
    honest = np.arange(2 * COPIERS, PERSONS)
    pairs = np.unique(np.sort(rng.choice(honest, (2 * PAIRS, 2)), axis=1), axis=0)
    pairs = rng.permutation(pairs[pairs[:, 0] != pairs[:, 1]])[:PAIRS] + 1
    return Terms(comparison=Comparison(named=[(str(a), str(b)) for a, b in pairs]))


def false_positives(k: int, kind: str, sittings: int, rng: np.random.Generator) -> None:
    """Print the share that is flagged of pairs who did not copy."""
    p: dict[tuple[str, str], list[np.ndarray]] = {}
    for _ in range(sittings):
        terms = at_random(rng)
        of = known(*sitting(k, 0.0, rng), kind)
        for name, test in TESTS.items():
            for how, changed in WAYS.items():
                drawn = rng if how == "corrected, ties at random" else None
                p.setdefault((name, how), []).append(test(of, replace(terms, corrected=changed, rng=drawn)).p)
    for (name, how), found in p.items():
        each = np.concatenate(found)
        rates = " | ".join(f"{(each <= level).mean():.5f}" for level in LEVELS)
        print(f"| {k} | {kind} | {name} | {how} | {len(each)} | {rates} |", flush=True)


def power(
    k: int, kind: str, sittings: int, rng: np.random.Generator, level: float
) -> dict[str, list[tuple[float, float]]]:
    """Print and give the share of copying pairs that is flagged, by test and percent of the items copied."""
    terms = Terms(comparison=Comparison(named=[(str(c + 1), str(c + COPIERS + 1)) for c in range(COPIERS)]))
    curves: dict[str, list[tuple[float, float]]] = {}
    for share in SHARES:
        p: dict[str, list[np.ndarray]] = {}
        for _ in range(sittings):
            of = known(*sitting(k, share, rng), kind)
            for name, test in TESTS.items():
                found = test(of, terms)
                copier = found.subjects.first < COPIERS
                p.setdefault(name, []).append(found.p[copier])
        for name, parts in p.items():
            curves.setdefault(name, []).append((100 * share, float((np.concatenate(parts) <= level).mean())))
    for name, points in curves.items():
        print(
            f"| {k} | {kind} | {name} | {level:g} | " + " | ".join(f"{flagged:.2f}" for _, flagged in points) + " |",
            flush=True,
        )
    return curves


def reconsidered(k: int, tampered: int, rng: np.random.Generator) -> tuple[AnswerChanges, ItemParameters]:
    """Answers of whom all persons changed some; of the first persons wrong answers were made right."""
    true = items(k, rng)
    last = simulate(rng.standard_normal(PERSONS), true, rng=rng).answers.copy()
    first = np.where(rng.random(last.shape) < CHANGED, (last + rng.integers(1, OPTIONS, last.shape)) % OPTIONS, last)
    chosen = np.argsort(np.where(last != OPTIONS - 1, rng.random(last.shape), 2.0), axis=1)[:COPIERS, :tampered]
    for person, places in enumerate(chosen):
        wrong = places[last[person, places] != OPTIONS - 1]
        first[person, wrong] = last[person, wrong]
        last[person, wrong] = OPTIONS - 1
    both = (Choices.of(ResponseMatrix(one, true.names, categories=true.categories)) for one in (first, last))
    return AnswerChanges(*both), true


def changes(k: int, sittings: int, rng: np.random.Generator) -> dict[str, list[tuple[float, float]]]:
    """Print the flags of changed answers, those of chance alone and those of persons with answers made right."""
    for base in BASES:
        for ties in ("half", "at random"):
            p, expected = [], 0.0
            for _ in range(8 * sittings):
                both, true = reconsidered(k, 0, rng)
                found = erasures(both, true, base=base, rng=rng if ties == "at random" else None)
                p.append(found.p)
                expected += found.expected_false
            each = np.concatenate(p)
            rates = " | ".join(f"{(each <= level).mean():.5f}" for level in LEVELS)
            print(f"| {k} | {base} | {ties} | {len(each)} | {expected / len(each):.5f} | {rates} |", flush=True)
    curves: dict[str, list[tuple[float, float]]] = {}
    for base in BASES:
        for tampered in TAMPERED:
            flags = []
            for _ in range(sittings):
                both, true = reconsidered(k, tampered, rng)
                found = erasures(both, true, base=base)
                planted = {str(number + 1) for number in range(COPIERS)}
                flags += [
                    bool(flag) for name, flag in zip(found.subjects, found.flagged, strict=True) if name in planted
                ]
            curves.setdefault(base, []).append((tampered, float(np.mean(flags))))
        row = " | ".join(f"{flagged:.2f}" for _, flagged in curves[base])
        print(f"| {k} | {base} | power at 0.01 | {row} |", flush=True)
    return curves


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sittings", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plots", type=Path)
    asked = parser.parse_args()
    print("| items | model | test | abilities | pairs | " + " | ".join(map(str, LEVELS)) + " |")
    for k, kind in KINDS:
        false_positives(k, kind, asked.sittings, np.random.default_rng([asked.seed, k]))
    print("| items | model | test | level | " + " | ".join(f"{share:.0%}" for share in SHARES) + " |")
    drawn: dict[str, bytes] = {}
    for k, kind in KINDS:
        curves = power(k, kind, max(1, asked.sittings // 2), np.random.default_rng([asked.seed, k, 1]), 0.01)
        told = "Share of copying pairs flagged at 0.01."
        words = Words(f"Power, {k} items ({kind})", "Percent of the items copied", told)
        drawn[f"power-{kind}-{k}"] = figures.power(curves, words, vertical="Percent flagged", level=0.01)
    print("| items | base | ties | persons | expected at 0.01 | " + " | ".join(map(str, LEVELS)) + " |")
    for k in LENGTHS:
        curves = changes(k, max(1, asked.sittings // 2), np.random.default_rng([asked.seed, k, 2]))
        words = Words(f"Power, {k} items", "Wrong answers made right", "Share of persons flagged at 0.01.")
        drawn[f"power-changes-{k}"] = figures.power(curves, words, vertical="Percent flagged", level=0.01)
    for name, picture in drawn.items() if asked.plots else ():
        asked.plots.mkdir(exist_ok=True)
        (asked.plots / f"{name}.svg").write_bytes(picture)


if __name__ == "__main__":
    main()
