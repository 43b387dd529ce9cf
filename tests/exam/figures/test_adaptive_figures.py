from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from kaoping.exam.figures import adaptive
from kaoping.exam.figures.drawing import Words
from kaoping.scoring.adaptive import AdaptiveTest, StandardError, Stopping, evaluate, simulate
from tests.builders_adaptive import a_bank

WORDS = Words("Title <of> it", "Ability", "What is to be seen.")
FOUND = simulate(
    AdaptiveTest(a_bank(100), Stopping(20, rules=[StandardError(0.45)])),
    np.random.default_rng(1).normal(size=200),
    rng=np.random.default_rng(2),
)
EVALUATION = evaluate(FOUND)


def texts(picture: bytes) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314 - drawn by the test
    return ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]


def recovery(*, narrow: bool = False) -> bytes:
    return adaptive.recovery(FOUND.true, FOUND.theta, WORDS, narrow=narrow)


def precision(*, narrow: bool = False) -> bytes:
    return adaptive.precision(EVALUATION.ranges, WORDS, narrow=narrow)


def exposure(*, narrow: bool = False) -> bytes:
    return adaptive.exposure(EVALUATION.exposure.rates, WORDS, narrow=narrow)


def lengths(*, narrow: bool = False) -> bytes:
    return adaptive.lengths(FOUND.length, WORDS, narrow=narrow)


def path(*, narrow: bool = False) -> bytes:
    return adaptive.path(FOUND.thetas[0], FOUND.ses[0], WORDS, true=float(FOUND.true[0]), narrow=narrow)


@pytest.mark.parametrize("picture", [recovery, precision, exposure, lengths, path])
def test_the_same_picture_is_the_same_bytes_wide_and_narrow(picture: Callable[..., bytes]) -> None:
    assert picture() == picture()
    assert picture(narrow=True) != picture()
    assert "Title <of> it" in texts(picture())


def test_series_are_named() -> None:
    assert {"RMSE", "Standard error", "Bias", "Logits"} <= set(texts(precision()))
    assert "Even use" in texts(exposure())
    assert "True" in texts(path())
    assert "True" not in texts(adaptive.path(FOUND.thetas[0], FOUND.ses[0], WORDS))


def test_few_items_are_bars_and_errors_that_are_infinite_leave_a_gap() -> None:
    few = adaptive.exposure(np.array([1.0, 0.5, 0.0]), WORDS)
    open_ = adaptive.path(np.array([4.0, 1.0, 0.8]), np.array([np.inf, 0.7, 0.5]), WORDS)

    assert b"nan" not in few + open_
    assert b"inf" not in open_


def test_persons_who_are_all_alike_can_be_drawn() -> None:
    assert texts(adaptive.recovery(np.zeros(3), np.zeros(3), WORDS))
