from collections.abc import Callable

import numpy as np
import pytest

from kaoping.scoring.ability import Abilities, eap, maximum_a_posteriori, maximum_likelihood, weighted_likelihood
from kaoping.scoring.errors import BadResponses, NothingKnown
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.scorer import Method, Scorer
from kaoping.scoring.simulation import simulate
from tests.scoring.mixtures import mixed_items

ITEMS = mixed_items(np.random.default_rng(8))
FUNCTIONS: dict[str, Callable[[ResponseMatrix, ItemParameters], Abilities]] = {
    "eap": eap,
    "map": maximum_a_posteriori,
    "ml": maximum_likelihood,
    "wle": weighted_likelihood,
}


@pytest.mark.parametrize("method", list(Method))
def test_one_person_gets_what_all_persons_get(method: str) -> None:
    rng = np.random.default_rng(1)
    responses = simulate(rng.standard_normal(40), ITEMS, rng=rng, presented=rng.random((40, 18)) < 0.7)

    scorer = Scorer(ITEMS, method)
    found = [scorer(row) for row in responses.answers]

    expected = FUNCTIONS[method](responses, ITEMS)
    assert np.allclose([one.theta for one in found], expected.theta, atol=1e-9)
    assert np.allclose([one.se for one in found], expected.se, atol=1e-7)


def test_the_population_is_that_which_was_given() -> None:
    row = [1] * 18

    found = Scorer(ITEMS, "eap", normal(81, mean=-1.0, sd=0.5))(row)

    answers = ResponseMatrix([row], ITEMS.names, categories=ITEMS.categories)
    assert found.theta == pytest.approx(eap(answers, ITEMS, population=normal(81, mean=-1.0, sd=0.5)).theta[0])


@pytest.mark.parametrize("answers", [[1, 0], [2] + [0] * 17, [-2] + [0] * 17, [0.5] * 18])
def test_what_is_no_row_of_answers_is_refused(answers: list[int]) -> None:
    with pytest.raises(BadResponses):
        Scorer(ITEMS)(answers)


def test_without_answers_only_the_population_tells() -> None:
    assert Scorer(ITEMS)([-1] * 18).theta == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(NothingKnown):
        Scorer(ITEMS, "ml")([-1] * 18)
