"""Files of a panel and of persons, as people give them to ``kaoping cutscore``."""

from pathlib import Path

import numpy as np

from kaoping.exam.cli.item_files import write_items
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.simulation import simulate
from tests.builders_tables import write_table

NAMES = [f"I{number}" for number in range(1, 21)]
ITEMS = ItemParameters.logistic(np.linspace(0.8, 1.5, 20), np.linspace(-1.8, 1.2, 20), names=NAMES)
ABILITY = 0.2
"""The ability, in logits, that the judges have in mind."""


def items_file(folder: Path) -> Path:
    """Items with parameters."""
    write_items(folder / "items.csv", ITEMS)
    return folder / "items.csv"


def marks_file(folder: Path) -> Path:
    """Five marks for each item, a paper of 100."""
    return write_table(folder / "marks.csv", [["item", "marks"], *([name, 5] for name in NAMES)])


def ratings(*, judges: int = 6, rounds: int = 2) -> list[list[object]]:
    """Rows of judge, item, round and rating; the judges come closer from round to round."""
    rng = np.random.default_rng(1)
    expected = ITEMS.expected(np.array([ABILITY]))[:, 0]
    rows = []
    for judge in range(1, judges + 1):
        for number in range(1, rounds + 1):
            said = np.clip(expected + (rng.normal(scale=0.08) + rng.normal(scale=0.1, size=20)) / number, 0, 1)
            rows += [[f"J{judge}", name, number, round(float(one), 3)] for name, one in zip(NAMES, said, strict=True)]
    return rows


def ratings_file(folder: Path, rows: list[list[object]] | None = None) -> Path:
    """Ratings as CSV."""
    every = ratings() if rows is None else rows
    return write_table(folder / "ratings.csv", [["judge", "item", "round", "rating"], *every])


def answers_file(folder: Path) -> Path:
    """Answers of 200 persons."""
    rng = np.random.default_rng(2)
    answers = simulate(rng.normal(size=200), ITEMS, rng=rng).answers
    rows = [[f"P{place}", *row] for place, row in enumerate(answers.tolist())]
    return write_table(folder / "R.csv", [["person", *NAMES], *rows])


def scores_file(folder: Path) -> Path:
    """One person at each score from 0 to 99."""
    return write_table(folder / "scores.csv", [["score", "count"], *([score, 1] for score in range(100))])
