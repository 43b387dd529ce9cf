from itertools import product

import numpy as np
import pytest

from kaoping.scoring.ability import eap
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.grids import normal_grid
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from kaoping.scoring.sum_scores import eap_of_sums, sum_score_table
from tests.scoring.mixtures import mixed_items

#: LSAT section 6 (Bock & Lieberman, 1970): exact two-parameter estimates, see tests/reference/test_lsat.py.
SLOPES = np.array([0.825660, 0.722744, 0.890875, 0.688368, 0.656856])
INTERCEPTS = np.array([2.773234, 0.990201, 0.249148, 1.284757, 2.053270])
LSAT6 = ItemParameters.logistic(SLOPES, -INTERCEPTS / SLOPES)
SIX = mixed_items(np.random.default_rng(8), times=1)


def test_the_table_of_section_6_agrees_with_mirt() -> None:
    table = sum_score_table(LSAT6)

    assert table.theta == pytest.approx([-1.896768, -1.412957, -0.935209, -0.445525, 0.074604, 0.645621], abs=2e-5)
    assert table.se == pytest.approx([0.801277, 0.804379, 0.810489, 0.821907, 0.838864, 0.859007], abs=2e-5)
    assert 1000 * table.expected == pytest.approx([2.2765, 20.4688, 89.0276, 229.1262, 362.4221, 296.6789], abs=2e-3)


def by_enumeration(marks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    grid = normal_grid(SIX)
    chance = SIX.probabilities(grid.nodes)
    joint = np.zeros((int(marks.max(axis=1).sum()) + 1, len(grid.nodes)))
    for pattern in product(*(range(number) for number in SIX.categories)):
        places = np.arange(6), np.array(pattern)
        joint[marks[places].sum()] += grid.weights * chance[places].prod(axis=0)
    joint = joint[joint.sum(axis=1) > 0]
    mean = joint @ grid.nodes / joint.sum(axis=1)
    spread = (joint * (grid.nodes - mean[:, None]) ** 2).sum(axis=1) / joint.sum(axis=1)
    return joint.sum(axis=1), mean, np.sqrt(spread)


@pytest.mark.parametrize("each", [1, 2])
def test_the_table_of_mixed_items_is_that_of_all_answer_patterns(each: int) -> None:
    marks = each * np.tile(np.arange(4), (6, 1)) * (np.arange(4) < SIX.categories[:, None])
    share, mean, se = by_enumeration(marks)

    table = sum_score_table(SIX, marks=np.full(6, each))

    assert np.array_equal(table.score, each * np.arange(len(share)))
    assert np.allclose(table.expected, share)
    assert np.allclose(table.theta, mean)
    assert np.allclose(table.se, se)


def test_persons_are_scored_by_the_sum_on_the_items_they_answered() -> None:
    rng = np.random.default_rng(2)
    responses = simulate(rng.standard_normal(60), SIX, rng=rng, presented=rng.random((60, 6)) < 0.6)

    found = eap_of_sums(responses, SIX)

    for person in range(0, 60, 7):
        known = np.flatnonzero(responses.answers[person] >= 0)
        if not len(known):
            assert found.theta[person] == pytest.approx(0.0, abs=1e-9)
            continue
        table = sum_score_table(SIX.take(known), population=normal_grid(SIX))
        place = np.searchsorted(table.score, responses.answers[person, known].sum())
        assert found.theta[person] == pytest.approx(table.theta[place])
        assert found.se[person] == pytest.approx(table.se[place])


def test_where_the_sum_tells_all_it_gives_what_the_answers_give() -> None:
    rasch = ItemParameters.logistic(np.ones(6), np.linspace(-1, 1, 6))
    rng = np.random.default_rng(3)
    responses = simulate(rng.standard_normal(40), rasch, rng=rng, groups=["A", "B"] * 20)
    populations = [normal(), normal(mean=0.5, sd=2.0)]

    sums, answers = (score(responses, rasch, population=populations) for score in (eap_of_sums, eap))

    assert np.allclose(sums.theta, answers.theta)
    assert np.allclose(sums.se, answers.se)


def test_sparse_tables_give_what_full_ones_give() -> None:
    rng = np.random.default_rng(5)
    full = simulate(rng.standard_normal(30), SIX, rng=rng, presented=np.arange(6) == rng.integers(0, 6, (30, 1)))
    person, item = np.nonzero(full.answers >= 0)
    few = ResponseMatrix.from_triples(
        person, item, full.answers[person, item], shape=(30, 6), items=SIX.names, categories=SIX.categories
    )

    assert np.allclose(eap_of_sums(few, SIX).theta, eap_of_sums(full, SIX).theta)


def test_observed_shares_are_those_of_the_persons() -> None:
    table = sum_score_table(LSAT6)
    answers = [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [1, 1, 1, 1, 1]]

    assert table.observed(ResponseMatrix(answers, weights=[1, 2, 1])).tolist() == [0, 0.75, 0, 0, 0, 0.25]
    with pytest.raises(BadResponses):
        table.observed(ResponseMatrix([[1, 0, 0, 0, -1]]))
