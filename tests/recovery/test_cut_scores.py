"""Simulated panels and persons with a true cut: the intervals hold it as often as they say.

Of RUNS intervals of 95 % the number that holds the truth has a binomial deviation of .7 percent points; COVERED allows
four of these, and one point more for formulas that hold for many judges or persons.
"""

from collections.abc import Callable

import numpy as np
import pytest

from kaoping.scoring.cut_scores import (
    Cut,
    Distribution,
    Ratings,
    angoff,
    averaged,
    beuk,
    borderline_regression,
    contrasting,
    hofstee,
)

pytestmark = pytest.mark.slow
RUNS = 1000
COVERED = (0.95 - 0.038, 0.95 + 0.038)
DIFFICULTY = np.linspace(0.25, 0.85, 20)
RATED = np.random.default_rng(3).random((12, 20)) < 0.6
BLOCKS = np.repeat([np.arange(20) < 12, np.arange(20) >= 8], 6, axis=0)
JUDGES, ITEMS = tuple(f"J{place}" for place in range(12)), tuple(f"I{place}" for place in range(20))


def complete_panel(rng: np.random.Generator) -> Cut:
    lean, rest = rng.normal(scale=0.05, size=(8, 1)), rng.normal(scale=0.05, size=(8, 20))
    return angoff(Ratings.complete(np.clip(DIFFICULTY + lean + rest, 0, 1))).mean


def incomplete_panel(rng: np.random.Generator) -> Cut:
    lean, rest = rng.normal(scale=0.05, size=(12, 1)), rng.normal(scale=0.05, size=(12, 20))
    values = np.where(RATED, np.clip(DIFFICULTY + lean + rest, 0, 1), 0.0)
    return angoff(Ratings(JUDGES, ITEMS, values, RATED, np.ones(20))).mean


def panel_in_blocks(rng: np.random.Generator) -> Cut:
    lean, rest = rng.normal(scale=0.02, size=(12, 1)), rng.normal(scale=0.05, size=(12, 20))
    values = np.where(BLOCKS, np.clip(DIFFICULTY + lean + rest, 0, 1), 0.0)
    return angoff(Ratings(JUDGES, ITEMS, values, BLOCKS, np.ones(20))).mean


def other_items(rng: np.random.Generator) -> Cut:
    ease = rng.normal(0.55, 0.1, 20)
    lean, rest = rng.normal(scale=0.04, size=(10, 1)), rng.normal(scale=0.05, size=(10, 20))
    return angoff(Ratings.complete(np.clip(ease + lean + rest, 0, 1))).generalised


def median_of_judges(rng: np.random.Generator) -> Cut:
    return averaged(rng.normal(60, 5, 15), "median")


def trimmed_of_judges(rng: np.random.Generator) -> Cut:
    return averaged(rng.normal(60, 5, 15), "trimmed")


def judges_at_tables(rng: np.random.Generator) -> Cut:
    table = np.repeat(np.arange(8), 4)
    cuts = 60 + rng.normal(scale=3, size=8)[table] + rng.normal(scale=4, size=32)
    return averaged(cuts, tables=[str(place) for place in table])


def groups(method: str) -> Callable[[np.random.Generator], Cut]:
    def one(rng: np.random.Generator) -> Cut:
        return contrasting(rng.normal(50, 8, 100), rng.normal(70, 8, 150), method=method).cut

    return one


def stations(rng: np.random.Generator) -> Cut:
    ability = rng.normal(size=80)
    grades = np.clip(np.round(1.5 + ability + rng.normal(scale=0.5, size=(3, 80))), 0, 4)
    own = rng.normal(scale=0.8, size=80)
    scores = 8 + 3 * grades + own + rng.normal(scale=1, size=(3, 80))
    names, persons = np.repeat(["A", "B", "C"], 80).tolist(), [str(place) for place in range(80)] * 3
    found = borderline_regression(scores.ravel(), grades.ravel(), borderline=1, stations=names, persons=persons)
    return found.whole


def persons_between(rng: np.random.Generator) -> Distribution:
    """Scores that are as often at every mark: a cut c fails c percent."""
    return Distribution.of(rng.integers(0, 100, 500))


def of_hofstee(rng: np.random.Generator) -> Cut:
    limits = np.array([40, 60, 0.3, 0.7]) + rng.normal(size=(12, 4)) * [3, 3, 0.05, 0.05]
    return hofstee(limits, persons_between(rng)).cut


def of_beuk(rng: np.random.Generator) -> Cut:
    wishes = np.array([52, 0.44]) + rng.normal(size=(20, 2)) * [5, 0.1]
    return beuk(wishes, persons_between(rng)).cut


def few_persons(rng: np.random.Generator) -> Distribution:
    return Distribution.of(np.floor(rng.normal(50, 15, 30)))


def hofstee_of_few(rng: np.random.Generator) -> Cut:
    limits = np.array([40, 60, 0.3, 0.7]) + rng.normal(size=(12, 4)) * [3, 3, 0.05, 0.05]
    return hofstee(limits, few_persons(rng)).cut


def beuk_of_few(rng: np.random.Generator) -> Cut:
    wishes = np.array([50, 0.5]) + rng.normal(size=(20, 2)) * [5, 0.1]
    return beuk(wishes, few_persons(rng)).cut


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (complete_panel, DIFFICULTY.sum()),
        (incomplete_panel, DIFFICULTY.sum()),
        (panel_in_blocks, DIFFICULTY.sum()),
        (other_items, 11.0),
        (median_of_judges, 60.0),
        (trimmed_of_judges, 60.0),
        (judges_at_tables, 60.0),
        (groups("logistic"), 60.0),
        (groups("normal"), 60.0),
        (groups("midpoint"), 60.0),
        (stations, 33.0),
        # The diagonal from (40, .7) to (60, .3) meets c / 100 at 50.
        (of_hofstee, 50.0),
        # The line of slope .02 through (52, .44) meets 1 - c / 100 at 160 / 3.
        (of_beuk, 160 / 3),
        # Both lines go through (50, .5), the middle of the persons.
        (hofstee_of_few, 50.0),
        (beuk_of_few, 50.0),
    ],
    ids=lambda one: getattr(one, "__qualname__", str(one)),
)
def test_intervals_hold_the_true_cut_as_often_as_they_say(
    draw: Callable[[np.random.Generator], Cut], truth: float
) -> None:
    rng = np.random.default_rng(12)

    cuts = [draw(rng) for _ in range(RUNS)]

    share = np.mean([(one.low or 0) <= truth <= (one.high or 0) for one in cuts])
    assert COVERED[0] <= share <= COVERED[1]
