"""Options: what is counted, and that each flag is raised by what it names and by nothing else."""

import numpy as np
import pytest

from kaoping.scoring import classical
from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical import Flag, Options
from kaoping.scoring.errors import BadResponses, NotEnoughData, NoVariation


def an_item(pull: dict[str, tuple[float, float]], *, key: str = "A", n: int = 2000, seed: int = 5) -> Options:
    """Draw choices: each option attracts by its level and by how much more it attracts those of high score."""
    rng = np.random.default_rng(seed)
    score = rng.standard_normal(n)
    level, slope = np.array(list(pull.values())).T
    chosen = np.argmax(level + slope * score[:, None] + rng.gumbel(size=(n, len(pull))), axis=1)
    names = list(pull)
    return classical.analyse_options([names[place] for place in chosen], score, key=key, options=names)


GOOD = {"A": (0.5, 1.0), "B": (0.0, 0.0), "C": (0.0, 0.0), "D": (-0.3, 0.0)}


def test_a_good_item_has_no_flags() -> None:
    found = an_item(GOOD)

    assert found.flags == ()
    assert sum(option.share.value for option in found.options) == pytest.approx(1)
    assert [option.key for option in found.options] == [True, False, False, False]
    assert found.trace is not None
    assert (np.diff(found.trace.shares[:, 0]) > 0).all()


def test_the_point_biserial_of_an_option_is_its_correlation_with_the_score() -> None:
    rng = np.random.default_rng(3)
    score = rng.standard_normal(300)
    choices = list(rng.choice(list("ABC"), 300))

    found = classical.analyse_options(choices, score, key="A").options[1]

    chosen = np.array([choice == "B" for choice in choices], dtype=float)
    assert found.point_biserial is not None
    assert found.point_biserial.value == pytest.approx(np.corrcoef(chosen, score)[0, 1])
    assert found.mean_rest == pytest.approx(score[chosen > 0].mean())


@pytest.mark.parametrize(("pull", "flag"), [
    (GOOD | {"D": (-40.0, 0.0)}, ("D", Flag.UNCHOSEN)),
    (GOOD | {"D": (-4.0, 0.0)}, ("D", Flag.RARE)),
    (GOOD | {"B": (0.3, 1.0)}, ("B", Flag.RISING)),
    ({"A": (0.0, -1.0), "B": (0.0, 0.0), "C": (0.0, 0.0)}, ("A", Flag.KEY_FALLING)),
    (GOOD | {"A": (0.0, 0.0), "B": (0.3, 1.0)}, ("B", Flag.KEY_OUTDONE)),
    (GOOD | {"A": (0.0, 0.0), "B": (0.3, 1.0)}, ("B", Flag.MISKEYED)),
])  # fmt: skip
def test_each_flag_is_raised_by_what_it_names(pull: dict[str, tuple[float, float]], flag: tuple[str, Flag]) -> None:
    assert flag in an_item(pull).flags


def test_two_options_that_rise_are_no_wrong_key() -> None:
    flags = dict(an_item(GOOD | {"B": (0.3, 0.9)}).flags)

    assert flags == {"B": Flag.RISING}


def test_flags_of_blind_choices_are_rare() -> None:
    blind = dict.fromkeys("ABCD", (0.0, 0.0))

    raised = sum(bool(an_item(blind, n=300, seed=seed).flags) for seed in range(200))

    assert raised / 200 < 0.15


def test_no_answer_counts_for_no_option_but_in_the_shares() -> None:
    scores: Floats = np.arange(100.0)

    found = classical.analyse_options(["A", None] * 50, scores, key="A", options=["A", "B"])

    assert [option.share.value for option in found.options] == [0.5, 0.0]
    assert found.options[1].point_biserial is None
    assert found.options[1].mean_rest is None


def test_a_weight_counts_as_so_many_choices() -> None:
    scores = np.repeat([1.0, 2.0], 50)

    found = classical.distractor_trace(
        ["A", "B"] * 50, scores, options=["A", "B"], groups=2, weights=np.tile([3.0, 1.0], 50)
    )

    assert found.shares.tolist() == [[0.75, 0.25], [0.75, 0.25]]


def test_few_persons_have_no_trace_and_fewer_no_table() -> None:
    scores: Floats = np.arange(40.0)

    assert classical.analyse_options(["A", "B"] * 20, scores, key="A").trace is None
    with pytest.raises(NotEnoughData, match="A table of options needs at least 30"):
        classical.analyse_options(["A"] * 20, scores[:20], key="A")
    with pytest.raises(NoVariation):
        classical.analyse_options(["A"] * 40, np.ones(40), key="A")
    with pytest.raises(BadResponses, match="the key E is not among the options A, B"):
        classical.analyse_options(["A"] * 40, scores, key="E", options=["A", "B"])
