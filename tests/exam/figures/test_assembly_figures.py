"""Pictures of assembled forms: every form against its aim, shared items, use of items."""

import re

import numpy as np

from kaoping.exam.figures import assembly
from kaoping.exam.figures.drawing import Words

WORDS = Words("Objective", "Point", "Two forms.")


def texts(picture: bytes) -> list[str]:
    return re.findall(r">([^<>]+)</text>", picture.decode())


def test_every_form_is_drawn_beside_its_aim_and_the_same_input_gives_the_same_picture() -> None:
    values = [np.array([4.0, 5.0, 4.1]), np.array([4.2, 5.1, 4.0])]

    def drawn(*, narrow: bool = False) -> bytes:
        return assembly.points(
            values, ["-1", "0", "1"], WORDS, vertical="Value", aims=np.array([4.5, 4.5, 4.5]), aim="target",
            narrow=narrow,
        )  # fmt: skip

    assert {"1", "2", "target"} <= set(texts(drawn()))
    assert b"style=" not in drawn()
    assert drawn() == drawn()
    assert drawn(narrow=True) != drawn()


def test_a_single_point_shows_the_forms_in_their_order() -> None:
    picture = assembly.forms([3.0, 3.1, 2.9], WORDS, vertical="Value", aim=3.05, name="bound of the mean")

    assert "bound of the mean" in texts(picture)
    assert {"1", "2", "3"} <= set(texts(picture))


def test_shared_items_are_written_in_where_there_are_few_forms() -> None:
    forms = [range(10), range(3, 13), range(20, 30)]

    few, many = (assembly.overlap(forms * times, WORDS) for times in (1, 8))

    assert texts(few).count("7") == 2
    assert "7" not in texts(many)


def test_every_bar_of_the_use_of_items_has_its_number() -> None:
    picture = assembly.use([range(30), [0]], 43, WORDS, vertical="Items")

    assert {"13", "29", "1"} <= set(texts(picture))
