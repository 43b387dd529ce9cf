import numpy as np
import pytest

from kaoping.scoring.adaptive import Bank
from kaoping.scoring.parameters import ItemParameters
from tests.builders_adaptive import mixed, three_parameters


def steep(k: int = 300) -> ItemParameters:
    """Items of slopes up to eight."""
    rng = np.random.default_rng(6)
    return ItemParameters.logistic(rng.uniform(1.0, 8.0, k), rng.normal(size=k), rng.uniform(0.0, 0.3, k))


@pytest.mark.parametrize("items", [three_parameters(300), mixed(60), steep()])
@pytest.mark.parametrize("open_share", [1.0, 0.3, 0.02])
def test_the_best_items_are_those_of_the_whole_bank(items: ItemParameters, open_share: float) -> None:
    rng = np.random.default_rng(3)
    bank, theta = Bank(items), np.concatenate([rng.normal(size=200) * 2, [-9.0, 9.0]])
    open_ = rng.random((len(theta), len(items))) < open_share

    places, values = bank.ranking.best(theta, open_, 4, given=2)

    every = np.where(open_, items.information(theta).T, -np.inf)
    expected = -np.sort(-every, axis=1)[:, :4]
    assert np.allclose(values, expected, atol=1e-12)
    assert (np.isfinite(values) == (places >= 0)).all()
    rows, columns = np.nonzero(places >= 0)
    assert open_[rows, places[rows, columns]].all()


def test_few_items_are_ranked_whole() -> None:
    bank = Bank(ItemParameters.logistic([1.0, 2.0], [0.0, 0.0]))

    places, _ = bank.ranking.best(np.zeros(1), np.ones((1, 2), dtype=bool), 2)

    assert places.tolist() == [[1, 0]]
