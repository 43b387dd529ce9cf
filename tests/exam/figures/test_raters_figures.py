"""Pictures of raters: the same bytes for the same panel, names where they fit, and no more than fit."""

from collections.abc import Callable
from functools import cache
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from kaoping.exam.figures import raters
from kaoping.exam.figures.drawing import Words
from kaoping.scoring.raters import ManyFacet, Panel, abilities, bias, elements, many_facet
from tests.scoring.raters.panels import drawn

WORDS = Words("Panel <of> raters", "Logits", "A panel.")


@cache
def fitted(number: int = 6, steps: str = "common") -> ManyFacet:
    truth = drawn(np.random.default_rng(3), n=30 * number, raters=number, items=3)
    return many_facet(truth.ratings, Panel(steps=steps, extreme="adjust"), tolerance=1e-4)


def texts(picture: bytes) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314 - drawn by the test
    return ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]


def variable_map(*, narrow: bool = False, number: int = 6) -> bytes:
    found = fitted(number)
    tables = {name: elements(found, name) for name in ("rater", "item")}
    return raters.variable_map(abilities(found).wle, tables, WORDS, narrow=narrow)


def measures(*, narrow: bool = False, number: int = 6) -> bytes:
    return raters.measures(elements(fitted(number), "rater"), WORDS, narrow=narrow)


def categories(*, narrow: bool = False) -> bytes:
    return raters.category_curves(raters.category_scales(fitted())[""], WORDS, narrow=narrow)


def bias_map(*, narrow: bool = False, number: int = 6) -> bytes:
    return raters.bias_map(bias(fitted(number), ("rater", "item")), WORDS, narrow=narrow)


@pytest.mark.parametrize("picture", [variable_map, measures, categories, bias_map])
def test_the_same_picture_is_the_same_bytes_wide_and_narrow(picture: Callable[..., bytes]) -> None:
    assert picture() == picture()
    assert picture(narrow=True) != picture()


def test_few_raters_are_all_named() -> None:
    every = set(fitted().ratings.facets["rater"])

    assert every <= set(texts(variable_map()))
    assert {"persons", "rater", "item"} <= set(texts(variable_map()))
    assert every <= set(texts(measures()))
    assert every | {"Bias (logits)"} <= set(texts(bias_map()))


def test_of_many_raters_those_are_named_that_fit() -> None:
    every = set(fitted(40).ratings.facets["rater"]) - set("0123456789")

    for picture in (variable_map, measures):
        assert len([text for text in texts(picture(number=40)) if text in every]) <= raters.NAMED
    assert len([text for text in texts(bias_map(number=40)) if text in every]) <= raters.ROWS


def test_every_scale_has_a_picture_with_its_ratings() -> None:
    scales = raters.category_scales(fitted(steps="item"))

    assert set(scales) == set(fitted().ratings.facets["item"])
    assert {"0", "1", "2", "3"} <= set(texts(categories()))
    for scale in scales.values():
        np.testing.assert_allclose(scale.chances.sum(axis=0), 1)
