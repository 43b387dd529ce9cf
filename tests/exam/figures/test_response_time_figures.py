from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from kaoping.exam.figures import response_times as figures
from kaoping.exam.figures.drawing import Words
from kaoping.scoring.integrity.item_drift import time_drift
from kaoping.scoring.integrity.time_residuals import predictive_residuals
from tests.builders_times import an_exam

WORDS = Words("Times <by> item", "Item", "What is seen.")
EXAM = an_exam(80, 8, seed=1)
FLAGGED = [place < 3 for place in range(80)]


def residuals(*, narrow: bool = False) -> bytes:
    found = predictive_residuals(EXAM.times, EXAM.time_items)[:10]
    found[2, 3] = np.nan
    return figures.residual_table(found, EXAM.times.persons[:10], EXAM.times.items, WORDS, narrow=narrow)


def cloud(*, narrow: bool = False) -> bytes:
    return figures.speed_and_ability(EXAM.theta, EXAM.tau, FLAGGED, WORDS, narrow=narrow)


def times(*, narrow: bool = False) -> bytes:
    return figures.item_times(EXAM.times, EXAM.time_items, 2, 6.0, WORDS, narrow=narrow)


def abilities(*, narrow: bool = False) -> bytes:
    return figures.two_abilities(EXAM.theta, EXAM.theta + EXAM.tau, FLAGGED, WORDS, narrow=narrow)


def statistics(*, narrow: bool = False) -> bytes:
    return figures.two_statistics(EXAM.theta, EXAM.tau, FLAGGED, WORDS, narrow=narrow)


def drift(*, narrow: bool = False) -> bytes:
    seconds = EXAM.times.seconds.copy()
    seconds[40:, 4] *= 0.3
    late = np.arange(80) >= 40
    found = time_drift(type(EXAM.times)(seconds, EXAM.times.items), EXAM.time_items, late)
    return figures.drift(found, found.evidence(), WORDS, narrow=narrow)


def power(*, narrow: bool = False) -> bytes:
    curves = {"answers": ([5, 10, 20], [0.1, 0.3, 0.6]), "times": ([5, 10, 20], [0.2, 0.4, 0.9])}
    return figures.power_curves(curves, WORDS, level=0.01, narrow=narrow)


@pytest.mark.parametrize("picture", [residuals, cloud, times, abilities, statistics, drift, power])
def test_the_same_picture_is_the_same_bytes_wide_and_narrow(picture: Callable[..., bytes]) -> None:
    assert picture() == picture()
    assert picture(narrow=True) != picture()
    assert b"style=" not in picture()


def test_the_threshold_and_the_drifted_item_are_written() -> None:
    def texts(picture: bytes) -> list[str]:
        root = ET.fromstring(picture)  # noqa: S314 - drawn by the test
        return ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]

    assert "rapid below 6 s" in texts(times())
    assert "I5" in texts(drift())
    assert "I4" not in texts(drift())
    assert {"answers", "times"} <= set(texts(power()))
