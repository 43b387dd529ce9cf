"""Matching within forms: persons are compared with those who answered the same items."""

import numpy as np
import pytest

from kaoping.scoring.dif import Design, mantel_haenszel, standardisation
from kaoping.scoring.errors import TooFewAnchors
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_dif import two_groups

PAIR = Design("r", "f")


def test_one_form_is_what_it_is_without_forms() -> None:
    drawn = two_groups(300, harder={2: 0.8})

    for method in (mantel_haenszel, standardisation):
        plain, formed = method(drawn, PAIR), method(drawn, PAIR, forms=True)
        np.testing.assert_allclose(formed.effect, plain.effect)
        np.testing.assert_allclose(formed.statistic, plain.statistic)
        np.testing.assert_allclose(formed.persons, plain.persons)


def test_an_item_of_two_forms_has_the_odds_of_the_strata_of_both() -> None:
    one, other = two_groups(300, 6, seed=1), two_groups(300, 6, seed=2)
    blank = np.full_like(one.answers[:, :3], -1)
    left = np.hstack([one.answers, blank])
    right = np.hstack([other.answers[:, :3], blank, other.answers[:, 3:]])
    groups = [drawn.group_names[number] for drawn in (one, other) for number in drawn.group]
    both = ResponseMatrix(np.vstack([left, right]), groups=groups)

    found = mantel_haenszel(both, PAIR, forms=True)

    alone = mantel_haenszel(one, PAIR), mantel_haenszel(other, PAIR)
    np.testing.assert_allclose(found.effect[3:6], alone[0].effect[3:])
    np.testing.assert_allclose(found.effect[6:], alone[1].effect[3:])
    between = np.sort([alone[0].effect[:3], alone[1].effect[:3]], axis=0)
    assert ((between[0] <= found.effect[:3]) & (found.effect[:3] <= between[1])).all()
    assert found.persons.sum(axis=0)[:3].tolist() == [1200] * 3


def test_without_an_anchor_in_any_form_nothing_is_compared() -> None:
    answers = ResponseMatrix([[1, -1], [0, -1]], groups=["r", "f"])

    with pytest.raises(TooFewAnchors):
        mantel_haenszel(answers, Design("r", "f", anchors=("2",)), forms=True)
