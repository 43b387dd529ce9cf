from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from kaoping.exam.figures import dif
from kaoping.exam.figures.drawing import Words
from kaoping.scoring.dif import empirical_curves
from tests.builders_dif import two_groups

WORDS = Words("Effects <by> item", "Item", "One of four items is flagged.")
EFFECTS = {
    "I1": dif.Effect(0.2, -0.5, 0.9, "A", flagged=False),
    "I2": dif.Effect(-1.9, -2.6, -1.2, "C", flagged=True),
    "I3": dif.Effect(1.2, 0.3, 2.1, "B", flagged=True),
    "I4": dif.Effect(0.0, -0.7, 0.7, "A", flagged=False),
}


def texts(picture: bytes) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314 - drawn by the test
    return ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]


def effects(*, narrow: bool = False) -> bytes:
    return dif.effects(EFFECTS, WORDS, vertical="MH D-DIF (delta)", cuts=(1.0, 1.5), narrow=narrow)


def curves(*, narrow: bool = False) -> bytes:
    both = empirical_curves(two_groups(n=300, k=8, harder={2: 1.0}), "I3")
    return dif.empirical_curves(both, WORDS, vertical="Percent of the highest score", narrow=narrow)


@pytest.mark.parametrize("picture", [effects, curves])
def test_the_same_picture_is_the_same_bytes_wide_and_narrow(picture: Callable[..., bytes]) -> None:
    assert picture() == picture()
    assert picture(narrow=True) != picture()


def test_flagged_items_and_classes_are_named_and_others_are_not() -> None:
    written = texts(effects())

    assert {"I2", "I3", "A", "B", "C", "MH D-DIF (delta)"} <= set(written)
    assert not {"I1", "I4"} & set(written)


def test_effects_without_classes_or_intervals_need_no_legend() -> None:
    plain = {name: dif.Effect(one.value, one.value, one.value, "", flagged=True) for name, one in EFFECTS.items()}

    written = texts(dif.effects(plain, WORDS, vertical="Gain"))

    assert not {"A", "B", "C"} & set(written)
    assert {"I1", "I2"} <= set(written)


def test_of_many_flagged_items_the_largest_are_named() -> None:
    rng = np.random.default_rng(1)
    values = enumerate(rng.normal(size=200))
    many = {f"I{number}": dif.Effect(value, value - 0.1, value + 0.1, "A", flagged=True) for number, value in values}

    written = texts(dif.effects(many, WORDS, vertical="Gain"))

    assert 3 < len([text for text in written if text in many]) <= dif.NAMED
    assert max(many, key=lambda name: abs(many[name].value)) in written


def test_both_groups_are_named_beside_their_curves() -> None:
    assert {"r", "f"} <= set(texts(curves()))
