import numpy as np
import pytest

from kaoping.scoring.cut_scores import Paper, bookmark, ebel, on_paper, ordered_booklet
from kaoping.scoring.cut_scores.cuts import estimated
from kaoping.scoring.cut_scores.errors import BadJudgements, PanelTooSmall
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.raw_scores import BadMarks

RASCH = ItemParameters.logistic(np.ones(10), np.linspace(-2, 2, 10))
MIXED = ItemParameters.reported(
    ["A", "B", "C"],
    [model("3pl"), model("grm", 3), model("gpcm", 3)],
    [[1.2, 0.3, 0.2], [1.5, -0.5, 0.8], [0.9, -1, 1]],
)


def test_a_rasch_item_stands_its_difficulty_and_the_logit_of_the_response_probability_up() -> None:
    found = ordered_booklet(RASCH, response_probability=2 / 3)

    assert np.allclose(found.locations, np.linspace(-2, 2, 10) + np.log(2))
    assert [page.item for page in found.pages] == [str(number) for number in range(1, 11)]


def test_every_step_of_an_item_has_a_page_where_it_is_reached_with_the_response_probability() -> None:
    found = ordered_booklet(MIXED, response_probability=0.6)

    assert sorted((page.item, page.step) for page in found.pages) == [("A", 1), ("B", 1), ("B", 2), ("C", 1), ("C", 2)]
    assert (np.diff(found.locations) > 0).all()
    for page in found.pages:
        place = MIXED.names.index(page.item)
        chances = MIXED.probabilities(np.array([page.location]))[place, page.step :, 0]
        assert chances.sum() == pytest.approx(0.6)


def test_guessing_left_out_places_an_item_as_if_nobody_guessed() -> None:
    guessed = ItemParameters.logistic([1.2], [0.3], [0.2])

    found = ordered_booklet(guessed, leave_out_guessing=True)

    assert found.locations[0] == pytest.approx(0.3 + np.log(2) / 1.2)
    assert ordered_booklet(guessed).locations[0] < found.locations[0]


def test_an_item_that_nobody_reaches_has_no_page() -> None:
    with pytest.raises(BadParameters, match=r"no ability reaches step 1 of item 1 with probability 0.2"):
        ordered_booklet(ItemParameters.logistic([1.2], [0.3], [0.25]), response_probability=0.2)
    with pytest.raises(BadParameters, match="not between 0 and 1"):
        ordered_booklet(RASCH, response_probability=1.0)


def test_the_cut_lies_before_at_or_between_the_pages() -> None:
    booklet, marks = ordered_booklet(RASCH), {"A": 4, "B": 6}
    pages = booklet.locations

    before, at, between = (bookmark(marks, booklet, place=place) for place in ("before", "at", "between"))

    assert np.allclose(before.judge_cuts, pages[[2, 4]])
    assert np.allclose(at.judge_cuts, pages[[3, 5]])
    assert between.theta.value == pytest.approx((before.theta.value + at.theta.value) / 2)
    assert before.theta.se == pytest.approx((pages[4] - pages[2]) / 2)


def test_the_cut_in_marks_goes_through_the_curve_and_its_error_through_the_slope() -> None:
    paper = Paper.of(MIXED, [10, 20, 30])
    theta = estimated(0.4, 0.15, source="judges", df=7)

    found = on_paper(theta, paper)

    step = 1e-5
    assert found.value == pytest.approx(paper.expected(0.4))
    slope = (paper.expected(0.4 + step) - paper.expected(0.4 - step)) / (2 * step)
    assert found.se == pytest.approx(0.15 * slope, rel=1e-6)
    assert found.low == pytest.approx(paper.expected(theta.low or 0))


def test_tables_make_the_error_larger_and_are_reported() -> None:
    booklet = ordered_booklet(RASCH)
    pages = {"A": 3, "B": 3, "C": 6, "D": 6, "E": 8, "F": 8}

    alone, together = bookmark(pages, booklet), bookmark(pages, booklet, tables=list("xxyyzz"))

    assert (alone.at_tables, together.at_tables) == (None, 1.0)
    assert together.theta.se == pytest.approx(np.sqrt(2) * (alone.theta.se or 0))


def test_a_page_outside_of_the_booklet_is_refused_by_judge() -> None:
    booklet = ordered_booklet(RASCH)

    assert bookmark({"A": 11, "B": 11}, booklet).theta.value == pytest.approx(booklet.locations[-1])
    with pytest.raises(BadJudgements, match="judge A bookmarks page 1, before which there is none"):
        bookmark({"A": 1, "B": 4}, booklet)
    with pytest.raises(BadJudgements, match="judge B bookmarks page 11; the booklet has 10"):
        bookmark({"A": 1, "B": 11}, booklet, place="at")
    with pytest.raises(PanelTooSmall):
        bookmark({"A": 4}, booklet)


def test_the_grid_of_ebel_adds_up_to_the_cut() -> None:
    kinds = [("essential", "easy"), ("essential", "hard"), ("useful", "easy")]
    sorting = {
        "A": {"1": kinds[0], "2": kinds[0], "3": kinds[1], "4": kinds[2]},
        "B": {"1": kinds[0], "2": kinds[1], "3": kinds[1], "4": kinds[2]},
    }
    expected = {
        "A": dict(zip(kinds, (0.9, 0.6, 0.5), strict=True)),
        "B": dict(zip(kinds, (0.8, 0.5, 0.5), strict=True)),
    }
    maxima = {"1": 1.0, "2": 2.0, "3": 2.0, "4": 4.0}

    found = ebel(sorting, expected, maxima=maxima)

    # By hand, item after item: judge A .9, 1.8, 1.2 and 2; judge B .8, 1, 1 and 2.
    assert found.panel.judge_cuts.tolist() == pytest.approx([5.9, 4.8])
    assert sum(cell.adds for cell in found.grid) == pytest.approx(found.panel.mean.value)
    assert sum(cell.marks for cell in found.grid) == pytest.approx(9)
    assert found.modal.tolist() == [1.0, 0.5, 1.0, 1.0]
    with pytest.raises(BadJudgements, match="judge B expects nothing of items that are useful and easy"):
        ebel(sorting, {**expected, "B": {kinds[0]: 0.8, kinds[1]: 0.5}})
    with pytest.raises(BadJudgements, match="judge B expects 80 of items that are essential and easy"):
        ebel(sorting, {**expected, "B": {kinds[0]: 80.0, kinds[1]: 0.5}})


def test_a_paper_has_marks_of_any_simple_size() -> None:
    paper = Paper.of(MIXED, [0.5, 2, 3])

    assert paper.total == 5.5
    assert paper.worth.tolist() == [[0.0, 0.5, 0.0], [0.0, 1.0, 2.0], [0.0, 1.5, 3.0]]
    assert paper.attainable(2.6) == 3.0
    chance = paper.chance_of(2.6, np.array([0.0]))[0]
    assert chance == paper.chance_of(3.0, np.array([0.0]))[0] > paper.chance_of(3.1, np.array([0.0]))[0]
    assert paper.chance_of(0.0, np.array([0.0]))[0] == pytest.approx(1.0)
    assert paper.named(["C"]).full.tolist() == [3.0]
    with pytest.raises(BadMarks, match="3 positive numbers"):
        Paper.of(MIXED, [1, 2])
    with pytest.raises(BadMarks, match="simple part of a mark"):
        Paper.of(MIXED, [1, 2, np.pi]).chance_of(1.0, np.zeros(1))
