from xml.etree import ElementTree as ET

import numpy as np

from kaoping.exam.figures.drawing import Words
from kaoping.exam.figures.linking import (
    CurveLabels,
    ScatterLabels,
    curves_of_the_test,
    difficulties,
    with_difficulties,
)
from kaoping.scoring.linking import Anchors, Form, link
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters

X = ItemParameters.logistic(np.ones(8), np.linspace(-2, 2, 8), names=[f"I{n}" for n in range(8)])
Y = ItemParameters.logistic(np.ones(8), np.linspace(-1.5, 2.5, 8) + 0.9 * (np.arange(8) == 5), names=X.names)
ANCHORS = Anchors.of(Form(X), Form(Y))
FOUND = link(Form(X), Form(Y))
WORDS = Words("两个量尺上的难度", "原量尺难度")


def scatter(*, narrow: bool = False) -> bytes:
    labels = ScatterLabels("目标量尺难度", "链接线", "无变化", "已剔除")
    return difficulties(ANCHORS, FOUND, WORDS, labels, removed=["I5"], narrow=narrow)


def curves(*, narrow: bool = False) -> bytes:
    labels = CurveLabels("分", "目标量尺", "链接前", "链接后")
    return curves_of_the_test(ANCHORS, FOUND, WORDS, labels, narrow=narrow)


def written(picture: bytes) -> set[str | None]:
    root = ET.fromstring(picture)  # noqa: S314 - drawn by the test
    return {element.text for element in root.iter() if element.tag.endswith("text")}


def test_the_legend_names_everything_and_items_left_out_are_named() -> None:
    assert {"目标量尺难度", "链接线", "无变化", "已剔除", "I5"} <= written(scatter())
    assert "I4" not in written(scatter())
    assert {"目标量尺", "链接前", "链接后"} <= written(curves())


def test_the_three_curves_are_told_apart_without_colour() -> None:
    root = ET.fromstring(curves())  # noqa: S314 - drawn by the test

    dashes = {element.get("stroke-dasharray", "none") for element in root.iter() if element.tag.endswith("path")}
    assert len(dashes) >= 3


def test_the_same_picture_is_the_same_bytes_and_the_narrow_one_is_smaller() -> None:
    for paint in (scatter, curves):
        assert paint() == paint()
        assert b'width="330"' in paint(narrow=True)


def test_nominal_items_have_no_difficulties_to_draw() -> None:
    nominal = ItemParameters.reported(["A", "B"], [model("nominal", 3)] * 2, [[0.5, 1.0, 0.0, 0.2]] * 2)
    mixed = ItemParameters(X.names + nominal.names, X.models + nominal.models, X.values + nominal.values)

    assert with_difficulties(Anchors.of(Form(nominal), Form(nominal))) is None
    shown = with_difficulties(Anchors.of(Form(mixed), Form(mixed)))
    assert shown is not None
    assert shown.names == X.names
