from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from kaoping.exam.figures import classification as figures
from kaoping.exam.figures.drawing import Words
from kaoping.scoring.classification import guo, joint_conjunction, lee, over_cuts, rudner
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix

WORDS = Words("By <cut>", "Score (marks)", "Both fall towards the cut.")
PAPER = ItemParameters.logistic(np.ones(12), np.linspace(-1.5, 1.5, 12))


def texts(picture: bytes) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314 - drawn by the test
    return ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]


def along(*, narrow: bool = False) -> bytes:
    points = lee(PAPER, [6]).points
    assert points is not None
    return figures.along_scale(points, WORDS, cuts=[6], vertical="Chance", narrow=narrow)


def along_persons(*, narrow: bool = False) -> bytes:
    points = rudner([-1.0, 0.0, 0.4], [0.3, 0.4, 0.5], [0.1]).points
    assert points is not None
    return figures.along_scale(points, WORDS, cuts=[0.1], vertical="Chance", persons=True, narrow=narrow)


def over(*, narrow: bool = False) -> bytes:
    curve = over_cuts(lambda cut: lee(PAPER, [cut]), range(1, 12))
    return figures.over_cuts(curve, WORDS, marked=[6], vertical="Index", narrow=narrow)


def decisions(*, narrow: bool = False) -> bytes:
    cases = lee(PAPER, [4, 8]).cases
    assert cases is not None
    values = list(cases.labels)
    return figures.decisions(
        values, cases, WORDS, cuts=[4, 8], names=("fail", "pass", "merit"), vertical="Chance", narrow=narrow
    )


def components(*, narrow: bool = False) -> bytes:
    found = joint_conjunction([70, 72], [10, 9], [0.8, 0.7], np.eye(2), 60, names=["theory", "skill"])
    return figures.components(found, WORDS, whole="all together", narrow=narrow)


@pytest.mark.parametrize("picture", [along, along_persons, over, decisions, components])
def test_the_same_picture_is_the_same_bytes_wide_and_narrow(picture: Callable[..., bytes]) -> None:
    assert picture() == picture()
    assert picture(narrow=True) != picture()


def test_lines_are_named() -> None:
    assert {"accuracy", "consistency", "Chance"} <= set(texts(along()))
    assert {"accuracy", "consistency", "kappa", "Index"} <= set(texts(over()))
    assert {"fail", "pass", "merit"} <= set(texts(decisions()))
    assert {"theory", "skill", "all together"} <= set(texts(components()))


def test_what_a_method_does_not_estimate_is_not_drawn() -> None:
    answers = ResponseMatrix(np.eye(12, dtype=np.int64))
    curve = over_cuts(lambda cut: guo(answers, PAPER, [cut]), [-0.5, 0.5])

    written = texts(figures.over_cuts(curve, WORDS, marked=[], vertical="Index"))

    assert "accuracy" in written
    assert not {"consistency", "kappa"} & set(written)
