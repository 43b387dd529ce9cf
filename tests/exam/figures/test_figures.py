from collections.abc import Callable
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

from kaoping.exam.figures import calibration, classical, items, papers
from kaoping.exam.figures.drawing import Words
from kaoping.scoring.classical import Estimate, Observed, lord
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal

WORDS = Words("答对概率 <1> & 选项", "能力 θ", "十个分组的实测值都在曲线附近。")
THETA = np.linspace(-3, 3, 61)
SHARES = {"A": [0.12, 0.06, 0.01], "B": [0.34, 0.19, 0.05], "C": [0.38, 0.68, 0.93], "D": [0.16, 0.07, 0.01]}
OBSERVED = Observed(
    theta=np.array([-1.0, 1.0]), share=np.array([0.3, 0.8]), low=np.array([0.2, 0.7]), high=np.array([0.4, 0.9]),
    n=np.array([60, 60]),
)  # fmt: skip


def icc(*, narrow: bool = False) -> bytes:
    return items.characteristic_curve(1.24, -0.18, WORDS, observed=OBSERVED, narrow=narrow)


def options(*, narrow: bool = False) -> bytes:
    return items.option_lines(SHARES, {"C"}, ["最低", "2", "最高"], WORDS, key_word="答案", narrow=narrow)


def curves(*, narrow: bool = False) -> bytes:
    both = {"A 卷": 100 / (1 + np.exp(-THETA)), "B 卷": 99 / (1 + np.exp(-THETA))}
    return papers.characteristic_curves(THETA, both, WORDS, total=100, cut=papers.Mark(60, "合格线"), narrow=narrow)


def information(*, narrow: bool = False) -> bytes:
    amount = {"A 卷": 16 * np.exp(-(THETA**2) / 3)}
    return papers.information(THETA, amount, WORDS, cut=papers.Mark(-0.32, "合格线"), narrow=narrow)


def places() -> dict[str, classical.Place]:
    at = [(0.3, 0.41), (0.31, 0.4), (0.95, 0.1), (0.96, 0.11)]
    return {
        f"题 {number}": classical.Place(Estimate(p, 90, p - 0.03, p + 0.03), Estimate(r, 90, r - 0.2, r + 0.2))
        for number, (p, r) in enumerate(at)
    }


def item_map(*, narrow: bool = False) -> bytes:
    return classical.item_map(places(), WORDS, vertical="区分度", narrow=narrow)


def distribution(*, narrow: bool = False) -> bytes:
    scores = np.random.default_rng(1).binomial(40, 0.6, 500).astype(float)
    words = {"error_word": "一个条件标准误", "vertical": "人数"}
    return classical.score_distribution(scores, lord(40), WORDS, total=40.0, narrow=narrow, **words)


ITEMS = ItemParameters.reported(
    ["题 1", "题 2"], [model("3pl"), model("gpcm", 4)], [[1.4, 0.2, 0.2], [0.8, -1.0, 0.2, 1.1]]
)  # fmt: skip


def categories(*, narrow: bool = False) -> bytes:
    return calibration.category_curves(ITEMS, 1, WORDS, vertical="概率", narrow=narrow)


def right_answers(*, narrow: bool = False) -> bytes:
    return calibration.category_curves(ITEMS, 0, WORDS, vertical="概率", narrow=narrow)


def item_information(*, narrow: bool = False) -> bytes:
    return calibration.item_information(ITEMS, 1, WORDS, vertical="信息量", narrow=narrow)


def information_with_error(*, narrow: bool = False) -> bytes:
    return calibration.information_and_error(ITEMS, WORDS, axes=("信息量", "标准误"), narrow=narrow)


def wright(*, narrow: bool = False) -> bytes:
    return calibration.wright_map(ITEMS, normal(161), WORDS, vertical="能力", narrow=narrow)


Picture = Callable[[], bytes]
PICTURES: list[Picture] = [icc, options, curves, information, item_map, distribution]
PICTURES += [categories, right_answers, item_information, information_with_error, wright]


@pytest.mark.parametrize("picture", PICTURES)
def test_the_same_picture_is_the_same_bytes(picture: Picture) -> None:
    assert picture() == picture()


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_needs_no_inline_style_script_or_other_file(picture: Picture) -> None:
    root = ET.fromstring(picture())  # noqa: S314 - drawn by the test

    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    links = [value for element in root.iter() for name, value in element.attrib.items() if name.endswith("href")]
    assert not tags & {"style", "script", "image", "metadata", "foreignObject"}
    assert not [element for element in root.iter() if "style" in element.attrib]
    assert all(link.startswith("#") for link in links)


def test_a_picture_is_named_and_described_and_its_words_are_escaped() -> None:
    root = ET.fromstring(icc())  # noqa: S314 - drawn by the test

    assert [element.text for element in root[:2]] == [WORDS.title, WORDS.description]
    assert root.attrib["role"] == "img"


def test_the_cut_for_phones_is_narrower() -> None:
    wide, narrow = (ET.fromstring(options(narrow=cut)).attrib["width"] for cut in (False, True))  # noqa: S314

    assert float(narrow) < float(wide)


def test_words_stay_text_so_that_the_browser_finds_the_font() -> None:
    texts = "".join(element.text or "" for element in ET.fromstring(options()).iter())  # noqa: S314

    assert "C 答案" in texts
    assert "最低" in texts


def test_drawing_leaves_the_settings_of_the_process_alone() -> None:
    before = dict(mpl.rcParams)

    icc()

    assert dict(mpl.rcParams) == before


def test_labels_of_lines_that_end_together_are_moved_apart() -> None:
    placed = items._apart([1.0, 5.0, 93.0, 1.0])

    assert min(np.diff(sorted(placed))) >= items.LABEL_HEIGHT
    assert placed[2] == 93.0


def test_the_map_names_every_item_and_sets_apart_those_outside_the_frame() -> None:
    texts = [element.text for element in ET.fromstring(item_map()).iter()]  # noqa: S314

    assert {"题 0", "题 1", "题 2", "题 3"} <= set(texts)
    assert [place.outside for place in places().values()] == [False, False, True, True]


def test_an_item_stands_on_the_map_where_half_of_its_highest_category_is_expected() -> None:
    locations = calibration.item_locations(ITEMS)

    assert np.isclose(ITEMS.expected(locations[1:])[1, 0], 1.5, atol=0.01)
    assert np.isclose(ITEMS.expected(locations[:1])[0, 0], 0.5, atol=0.01)
