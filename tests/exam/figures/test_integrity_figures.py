"""Pictures of integrity: what is flagged is named, and rooms show their seats."""

import re

import numpy as np

from kaoping.exam.figures import integrity
from kaoping.exam.figures.drawing import Words
from kaoping.scoring.integrity import Seat, Terms, change_rates, generalised_binomial
from tests.builders_integrity import chances_of, copied, drawn

WORDS = Words("Identical answers", "Expected", "One pair is flagged.")


def test_flagged_pairs_are_named_and_the_same_input_gives_the_same_picture() -> None:
    rng = np.random.default_rng(1)
    answers, items = drawn(40, 30, rng)
    found = generalised_binomial(chances_of(copied(answers, [(3, 4)], 0.9, rng), items), Terms(adjust="bh"))

    picture = integrity.matches(found, WORDS, vertical="Observed")

    assert b"P4\xe2\x80\x93P5" in picture
    assert b"style=" not in picture
    assert picture == integrity.matches(found, WORDS, vertical="Observed")
    assert integrity.matches(found, WORDS, vertical="Observed", narrow=True) != picture


def test_a_room_shows_every_seat_and_names_those_of_flagged_pairs() -> None:
    rng = np.random.default_rng(2)
    answers, items = drawn(12, 40, rng)
    found = generalised_binomial(chances_of(copied(answers, [(3, 4)], 0.9, rng), items), Terms(adjust="bh"))
    seats = {f"P{number + 1}": Seat("1", number // 4 + 1, number % 4 + 1) for number in range(12)}

    picture = integrity.room(found, seats, WORDS, vertical="Row", scale="Statistic").decode()

    assert {"P4", "P5"} <= set(re.findall(r">(P\d+)<", picture))
    assert "P6" not in re.findall(r">(P\d+)<", picture)


def test_changed_answers_and_power_are_drawn() -> None:
    found = change_rates(["A", *(f"B{number}" for number in range(20))], [20] + [10] * 20, [19] + [5] * 20)

    assert b">A<" in integrity.changes(found, WORDS, vertical="Became right")
    curves = {"omega": [(10, 0.1), (20, 0.4)], "GBT": [(10, 0.2), (20, 0.5)]}
    drawn = integrity.power(curves, WORDS, vertical="Percent flagged", level=0.01)
    assert b">omega<" in drawn
    assert b">GBT<" in drawn
