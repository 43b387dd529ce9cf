from xml.etree import ElementTree as ET

import numpy as np

from kaoping.exam.figures.drawing import Words
from kaoping.exam.figures.fit import mean_square_map, residual_map, score_curve
from kaoping.scoring.fit import MeanSquares, ScoreTable

WORDS = Words("拟合", "总分", "观测与期望。")
NAMES = ["甲", "乙", "丙"]
ZEROS = np.zeros(3)
SQUARES = MeanSquares(np.array([1.0, 1.02, 0.9]), ZEROS, np.array([1.0, 2.1, 0.95]), ZEROS, ZEROS)
SCORES = np.arange(1, 5)
TABLE = ScoreTable(
    SCORES, SCORES, np.array([[9.0, 1], [8, 2], [1, 9], [2, 8]]), np.array([[9.0, 1], [7, 3], [6, 4], [2, 8]])
)


def texts(picture: bytes) -> set[str | None]:
    root = ET.fromstring(picture)  # noqa: S314 - drawn by the test
    return {element.text for element in root.iter() if element.tag.endswith("text")}


def test_a_curve_names_its_band_and_shows_a_point_outside_by_another_shape() -> None:
    picture = score_curve(TABLE, WORDS, vertical="平均得分", labels=("观测", "模型的 95%"))

    assert {"观测", "模型的 95%", "平均得分", "总分"} <= texts(picture)
    assert b"#b4540a" in picture


def test_every_item_of_a_few_is_named_and_of_many_those_outside_the_frame() -> None:
    ones, zeros = np.ones(20), np.zeros(23)
    infit, outfit = np.append(SQUARES.infit, ones), np.append(SQUARES.outfit, ones)
    many = MeanSquares(infit, zeros, outfit, zeros, zeros)
    names = [*NAMES, *(f"I{number}" for number in range(20))]

    assert set(NAMES) <= texts(mean_square_map(SQUARES, NAMES, WORDS, vertical="Outfit"))
    assert {"乙"} == texts(mean_square_map(many, names, WORDS, vertical="Outfit")) & set(names)


def test_residuals_are_squares_without_pictures_inside_the_picture() -> None:
    table = [[1.0, 0.3, -0.1], [0.3, 1.0, 0.0], [-0.1, 0.0, 1.0]]

    picture = residual_map(table, NAMES, WORDS)

    assert set(NAMES) <= texts(picture)
    assert picture == residual_map(table, NAMES, WORDS)
    assert b'width="330"' in residual_map(table, NAMES, WORDS, narrow=True)
