from xml.etree import ElementTree as ET

import numpy as np

from kaoping.exam.figures.drawing import Words
from kaoping.exam.figures.equating import Labels, difference
from kaoping.scoring.equating import Equating

WORDS = Words("等值分减原始分", "X 卷分数", "差异最大处在 10 分。")
SCORES = np.arange(21.0)
FOUND = Equating("linear", SCORES, 1.05 * SCORES - 1, np.full(21, 0.3))


def picture(*, narrow: bool = False) -> bytes:
    return difference(FOUND, WORDS, Labels("线性", "± 2 个标准误", "无差异"), narrow=narrow)


def test_the_legend_names_line_band_and_no_difference() -> None:
    root = ET.fromstring(picture())  # noqa: S314 - drawn by the test

    words = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {"线性", "± 2 个标准误", "无差异", "X 卷分数"} <= words


def test_line_band_and_no_difference_are_told_apart_without_colour() -> None:
    root = ET.fromstring(picture())  # noqa: S314 - drawn by the test

    shapes = [element.attrib for element in root.iter() if element.tag.endswith("path")]
    dashed = [shape for shape in shapes if shape.get("stroke-dasharray", "none") != "none"]
    assert dashed
    assert [shape for shape in shapes if shape.get("fill") == "#d5dce7"]


def test_the_same_picture_is_the_same_bytes_and_the_narrow_one_is_smaller() -> None:
    assert picture() == picture()
    assert b'width="330"' in picture(narrow=True)
