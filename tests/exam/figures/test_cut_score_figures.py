from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from kaoping.exam.figures import cut_scores
from kaoping.exam.figures.drawing import Words
from kaoping.scoring.cut_scores import (
    Distribution,
    Paper,
    beuk,
    borderline_regression,
    contrasting,
    hofstee,
    place,
)
from kaoping.scoring.cut_scores.cuts import estimated, without_error
from kaoping.scoring.cut_scores.ebel import GridCell
from kaoping.scoring.cut_scores.feedback import ItemFeedback
from kaoping.scoring.parameters import ItemParameters

WORDS = Words("Cuts <all>", "Marks", "What is drawn.")
CUT = estimated(60.0, 2.0, source="judges", df=5)
PERSONS = Distribution.of(np.arange(100))


def texts(picture: bytes) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314 - drawn by the test
    return ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]


def judges(*, narrow: bool = False) -> bytes:
    rounds = [
        cut_scores.Round("1", {"A": 50.0, "B": 70.0}, CUT),
        cut_scores.Round("2", {"A": 58.0}, without_error(58.0, source="judges")),
    ]
    return cut_scores.judges_by_round(rounds, WORDS, vertical="Marks", pass_mark=60, narrow=narrow)


def items(*, narrow: bool = False) -> bytes:
    known = [ItemFeedback(f"I{n}", 5, 0.2 * n, 0.1, 0.1, 0.9, 0.5, 0.2 * n - 0.5) for n in range(1, 5)]
    return cut_scores.ratings_and_facilities(known, WORDS, vertical="Mean rating", narrow=narrow)


def booklet(*, narrow: bool = False) -> bytes:
    found = {"basic": cut_scores.Bookmarks([3, 3, 5], estimated(0.1, 0.1, source="judges"))}
    return cut_scores.booklet(np.linspace(-2, 2, 9), found, WORDS, vertical="Location", narrow=narrow)


def grid(*, narrow: bool = False) -> bytes:
    cells = [GridCell("high", "easy", 3, 6.0, 0.8, 4.8), GridCell("low", "hard", 2, 4.0, 0.45, 1.8)]
    return cut_scores.grid(cells, WORDS, vertical="Relevance", narrow=narrow)


def of_hofstee(*, narrow: bool = False) -> bytes:
    found = hofstee([[40, 60, 0.2, 0.6], [44, 64, 0.3, 0.7]], PERSONS)
    drawn = cut_scores.Compromise.of_box(found.box, found.cut, found.fail_rate)
    return cut_scores.compromise(found.curve.cuts, 100 * found.curve.rates, drawn, WORDS, vertical="%", narrow=narrow)


def of_beuk(*, narrow: bool = False) -> bytes:
    found = beuk([[50, 0.6], [60, 0.8]], PERSONS)
    drawn = cut_scores.Compromise.of_line(found.means, found.slope, found.cut, found.pass_rate)
    return cut_scores.compromise(found.curve.cuts, 100 - found.curve.rates, drawn, WORDS, vertical="%", narrow=narrow)


def groups(*, narrow: bool = False) -> bytes:
    both = {"fail": [40.0, 45, 50, 58], "pass": [50.0, 60, 65, 70]}
    cut = contrasting(both["fail"], both["pass"]).cut
    return cut_scores.contrasting_groups(both, cut, WORDS, vertical="%", narrow=narrow)


def station(*, narrow: bool = False) -> bytes:
    points = [(0.0, 4.0), (1.0, 6.0), (1.0, 5.0), (2.0, 9.0)]
    grades, scores = zip(*points, strict=True)
    found = borderline_regression(scores, grades, borderline=1).stations[0]
    return cut_scores.borderline(points, found, WORDS, grade=1.0, vertical="Score", narrow=narrow)


def paper(*, narrow: bool = False) -> bytes:
    known = Paper.of(ItemParameters.logistic(np.ones(20), np.linspace(-1, 1, 20)), np.full(20, 5.0))
    found = place(estimated(0.1, 0.1, source="judges"), known, pass_mark=60)
    return cut_scores.placement(known, found, WORDS, vertical="Marks", narrow=narrow)


@pytest.mark.parametrize("picture", [judges, items, booklet, grid, of_hofstee, of_beuk, groups, station, paper])
def test_the_same_picture_is_the_same_bytes_wide_and_narrow(picture: Callable[..., bytes]) -> None:
    assert picture() == picture()
    assert picture(narrow=True) != picture()


def test_what_is_compared_is_named() -> None:
    assert {"pass mark 60", "panel, 95 % interval", "1", "2"} <= set(texts(judges()))
    assert {"pass mark 60", "panel 53.8"} & set(texts(paper()))
    assert {"fail", "pass"} <= set(texts(groups()))
    assert {"persons", "judges", "95 % interval"} <= set(texts(of_hofstee()))
    assert {"80 %", "6.0 marks", "45 %"} <= set(texts(grid()))
    assert "cut basic 0.10" in texts(booklet())


def test_items_far_from_their_facility_are_named_and_others_are_not() -> None:
    written = set(texts(items()))

    assert {"I1", "I4"} <= written
    assert not {"I2", "I3"} & written


def test_judges_who_agree_about_the_cut_have_an_upright_line() -> None:
    drawn = cut_scores.Compromise.of_line((55.0, 0.7), np.inf, CUT, 0.45)

    assert drawn.line == ((55.0, 0.0), (60.0, 100.0))
