"""Sittings of multiple-choice items for the screenings of integrity: honest ones, and ones where somebody copied."""

from collections.abc import Sequence

import numpy as np

from kaoping.scoring.integrity import Chances, Choices, chances
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate

OPTIONS = 4


def option_items(k: int, rng: np.random.Generator) -> ItemParameters:
    """Items of four options, of which the last is right and draws the abler persons."""
    slopes = np.column_stack([rng.normal(0.0, 0.3, (k, OPTIONS - 2)), rng.lognormal(0.1, 0.3, k)])
    intercepts = np.column_stack([rng.normal(0.0, 0.7, (k, OPTIONS - 2)), rng.normal(1.3, 0.9, k)])
    names = [f"I{number + 1}" for number in range(k)]
    return ItemParameters.reported(names, [model("nominal", OPTIONS)] * k, list(np.hstack([slopes, intercepts])))


def drawn(n: int, k: int, rng: np.random.Generator) -> tuple[np.ndarray, ItemParameters]:
    """Options (n, k) that honest persons of a standard normal population chose, and the items."""
    items = option_items(k, rng)
    return simulate(rng.standard_normal(n), items, rng=rng).answers.copy(), items


def copied(answers: np.ndarray, pairs: Sequence[tuple[int, int]], share: float, rng: np.random.Generator) -> np.ndarray:
    """Let the first of each pair have a share of the answers of the second."""
    found = answers.copy()
    for copier, source in pairs:
        places = rng.permutation(answers.shape[1])[: round(share * answers.shape[1])]
        found[copier, places] = found[source, places]
    return found


def choices_of(answers: np.ndarray, items: ItemParameters) -> Choices:
    """Take options of persons called P1, P2 and so on."""
    persons = [f"P{number + 1}" for number in range(len(answers))]
    return Choices.of(ResponseMatrix(answers, items.names, persons=persons, categories=items.categories))


def chances_of(answers: np.ndarray, items: ItemParameters, *, theta: np.ndarray | None = None) -> Chances:
    """Give the chances under the true items."""
    return chances(choices_of(answers, items), items, theta=theta)
