"""The M-step where an item has two peaks."""

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.layout import Layout, lay_out
from kaoping.scoring.maximisation import Task, gentler_peaks, maximise
from kaoping.scoring.models import model
from kaoping.scoring.priors import Normal

NODES = np.linspace(-5, 5, 41)
TRUE = np.array([1.2, -3.3, -1.4])
STEEP = np.array([6.0, -15.0, -1.0])


def task(persons: float = 5000.0) -> Task:
    """Expected counts of one item with three parameters, as they are on the average."""
    weights = np.exp(-(NODES**2) / 2)
    chances = np.exp(model("3pl").log_probabilities(TRUE[None], NODES))
    return Task(layout(), persons * chances * weights / weights.sum(), NODES)


def layout() -> Layout:
    return lay_out(["A"], [model("3pl")], priors={"c": Normal(-1.1, 0.5)})


def top(start: Floats) -> Floats:
    for _ in range(50):
        start = maximise(task(), start)
    return start


def test_a_steep_place_is_left_for_a_higher_gentler_peak() -> None:
    found = gentler_peaks(task(), STEEP)

    assert found is not None
    assert found[0] < STEEP[0]
    assert np.allclose(top(found), top(TRUE), atol=1e-6)


def test_the_highest_peak_is_not_left() -> None:
    assert gentler_peaks(task(), top(TRUE)) is None


def test_items_without_asymptotes_have_one_peak() -> None:
    plain = lay_out(["A"], [model("2pl")])

    assert gentler_peaks(Task(plain, task().counts, NODES), TRUE[:2]) is None
