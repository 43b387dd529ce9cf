"""Drawing: the same values give the same tasks; the least used come first, those of the last papers last."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kaoping.itembank.skill.drawing import Eligible, draw
from tests.builders_skill import a_table

TASKS = {"1-1": ["a", "b"], "1-2": ["c", "d"], "2-1": ["x", "y", "z"]}


def eligible(past: list[list[str]] | None = None) -> Eligible:
    past = past or []
    return Eligible(TASKS, Counter(task for paper in past for task in paper), past)


@given(st.integers(0, 2**31 - 1), st.integers(1, 8), st.integers(0, 3))
def test_every_draw_takes_one_of_the_pair_and_is_repeatable(seed: int, papers: int, avoid: int) -> None:
    drawn = draw(a_table(), eligible(), papers=papers, avoid=avoid, seed=seed)

    assert drawn == draw(a_table(), eligible(), papers=papers, avoid=avoid, seed=seed)
    for paper in drawn:
        assert [one.unit[0] for one in paper] == ["1", "2"]
        assert all(one.task in TASKS[one.unit] for one in paper)


@given(st.integers(0, 2**31 - 1))
def test_exposure_is_balanced_and_the_last_papers_are_avoided(seed: int) -> None:
    drawn = draw(a_table(), eligible(), papers=6, avoid=2, seed=seed)

    uses = Counter(one.task for paper in drawn for one in paper)
    assert all(uses[task] == 2 for task in TASKS["2-1"])
    assert {uses[task] for task in "abcd"} <= {1, 2}
    for first, second, third in zip(drawn, drawn[1:], drawn[2:], strict=False):
        assert len({one.task for paper in (first, second, third) for one in paper}) == 6


def test_a_task_of_the_last_paper_is_taken_again_where_nothing_else_is_left_and_that_is_told() -> None:
    only = Eligible(TASKS | {"2-1": ["x"]}, {"x": 1, "a": 1}, [["a", "x"]])

    chosen = draw(a_table(), only, papers=1, avoid=1, seed=3)[0]

    assert [(one.task, one.repeated) for one in chosen if one.unit == "2-1"] == [("x", True)]


def test_seeds_differ() -> None:
    found = {
        tuple(one.task for one in draw(a_table(), eligible(), papers=1, avoid=0, seed=seed)[0]) for seed in range(60)
    }

    assert len(found) == 12
