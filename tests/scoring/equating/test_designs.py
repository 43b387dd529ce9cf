import numpy as np
import pytest

from kaoping.scoring.equating import AnchorGroups, JointFrequencies, SingleGroup, frequency_estimation, tucker
from kaoping.scoring.errors import BadScores, OptionOutOfRange
from tests.scoring.equating.samples import groups, neat, single


def test_a_design_drawn_again_keeps_its_sizes() -> None:
    rng = np.random.default_rng(1)

    assert groups().resampled(rng).y.n == 2500
    assert single().resampled(rng).pairs.n == 2000
    assert neat().resampled(rng).y.n == 3300


def test_pairs_of_one_group_err_together() -> None:
    same = JointFrequencies.of([0, 1, 2, 3, 1, 2], [0, 1, 2, 3, 1, 2])
    scores = same.first[None]

    (difference,) = SingleGroup(same).roots(scores, -scores)

    assert np.allclose(difference, 0)


@pytest.mark.parametrize("weight", [-0.1, 1.1, np.nan])
def test_a_weight_outside_0_to_1_is_refused(weight: float) -> None:
    for method in (tucker, frequency_estimation):
        with pytest.raises(OptionOutOfRange, match="weight of the first group"):
            method(neat(), weight=weight)


def test_groups_with_other_anchor_scores_are_refused() -> None:
    with pytest.raises(BadScores, match="anchor scores"):
        AnchorGroups(JointFrequencies.of([0, 1], [0, 1]), JointFrequencies.of([0, 1], [0, 2]))
