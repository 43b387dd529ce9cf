import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.scoring.calibration import calibrate
from kaoping.scoring.designs import Group, booklets, draw_groups, omissions, scattered, unreached
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.simulation import simulate, simulate_bank

ITEMS = ItemParameters.logistic(np.linspace(0.8, 1.4, 12), np.linspace(-1.5, 1.5, 12))


def seeded(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_groups_have_their_sizes_means_spreads_and_weights() -> None:
    found = draw_groups([Group("a", 20_000), Group("b", 30_000, mean=1.0, sd=0.5, weight=2.0)], rng=seeded())

    second = np.array(found.groups) == "b"
    assert found.theta[~second].mean() == pytest.approx(0.0, abs=0.03)
    assert found.theta[second].mean() == pytest.approx(1.0, abs=0.02)
    assert found.theta[second].std() == pytest.approx(0.5, abs=0.02)
    assert found.weights.sum() == 80_000


@given(st.integers(2, 6), st.integers(2, 6), st.integers(6, 20), st.integers(1, 40))
def test_booklets_are_even_and_linked(each: int, blocks: int, k: int, n: int) -> None:
    if each > blocks:
        with pytest.raises(BadResponses):
            booklets(n, k, blocks=blocks, each=each, rng=seeded())
        return

    shown = booklets(n * blocks, k, blocks=blocks, each=each, rng=seeded())

    patterns, counts = np.unique(shown, axis=0, return_counts=True)
    assert len(patterns) == (1 if each == blocks else blocks)
    assert len(set(counts)) == 1
    assert (shown.sum(axis=0) == n * each).all()
    joined = (patterns.astype(int).T @ patterns.astype(int)) > 0
    reach = np.linalg.matrix_power(joined.astype(float), k) > 0
    assert reach.all()


def test_scattered_cells_leave_everybody_an_item() -> None:
    shown = scattered(5000, 4, share=0.7, rng=seeded())

    assert shown.any(axis=1).all()
    assert scattered(5000, 40, share=0.7, rng=seeded()).mean() == pytest.approx(0.3, abs=0.01)


def test_those_who_would_fail_omit_more() -> None:
    theta = np.repeat([-1.5, 1.5], 5000)

    leaning = omissions(theta, ITEMS, share=0.1, rng=seeded())
    level = omissions(theta, ITEMS, share=0.1, rng=seeded(), leaning=0.0)

    assert leaning.mean() == pytest.approx(0.1, abs=0.005)
    assert leaning[:5000].mean() > 2 * leaning[5000:].mean()
    assert level[:5000].mean() == pytest.approx(level[5000:].mean(), abs=0.01)
    assert not omissions(theta, ITEMS, share=0.0, rng=seeded()).any()


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1, 0.4])
def test_what_is_not_reached_is_a_tail_of_the_share_asked(share: float) -> None:
    missed = unreached(8000, 40, share=share, rng=seeded())

    assert missed.mean() == pytest.approx(share, abs=0.01)
    assert not missed[:, 0].any()
    assert (np.diff(missed.astype(int), axis=1) >= 0).all()


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_shares_beyond_one_are_refused(share: float) -> None:
    with pytest.raises(BadResponses):
        scattered(3, 3, share=share, rng=seeded())
    with pytest.raises(BadResponses):
        unreached(3, 3, share=share, rng=seeded())
    with pytest.raises(BadResponses):
        omissions(np.zeros(3), ITEMS, share=share, rng=seeded())


def test_groups_without_persons_or_weight_are_refused() -> None:
    for group in (Group("a", 0), Group("a", 1, sd=-1.0), Group("a", 1, weight=0.0), Group("a", 1, mean=np.inf)):
        with pytest.raises(BadResponses):
            draw_groups([group], rng=seeded())


def test_cells_say_why_they_are_empty() -> None:
    theta = seeded().standard_normal(50)
    presented = np.ones((50, 12), dtype=bool)
    presented[:, 0] = False
    omitted, late = np.zeros_like(presented), np.zeros_like(presented)
    omitted[:, :2] = late[:, 11:] = True

    found = simulate(
        theta, ITEMS, rng=seeded(), presented=presented, omitted=omitted, not_reached=late, weights=np.full(50, 2.0)
    )

    assert np.unique(np.asarray(found.codes)[:, 0]).tolist() == [-1]
    assert np.unique(np.asarray(found.codes)[:, 1]).tolist() == [-2]
    assert np.unique(np.asarray(found.codes)[:, 11]).tolist() == [-3]
    assert set(np.unique(np.asarray(found.codes)[:, 2:11])) == {0, 1}
    assert found.weights.sum() == 100.0


def test_a_seed_gives_the_same_answers_whatever_is_left_out_of_them() -> None:
    theta = seeded().standard_normal(300)
    shown = booklets(300, 12, blocks=3, rng=seeded(9))

    full, part = simulate(theta, ITEMS, rng=seeded()), simulate(theta, ITEMS, rng=seeded(), presented=shown)

    assert (np.asarray(full.codes)[shown] == np.asarray(part.codes)[shown]).all()


def test_a_bank_gives_everybody_as_many_items_and_recovers_them() -> None:
    rng = seeded()
    items = ItemParameters.logistic(np.ones(30), np.linspace(-1.5, 1.5, 30))
    table = simulate_bank(rng.standard_normal(6000), items, each=10, rng=rng)

    assert table.sparse
    assert (table.presented.sum(axis=1) == 10).all()
    found = calibrate(table, "2pl")
    assert np.abs((found.reported("b") - np.linspace(-1.5, 1.5, 30)) / found.standard_error("b")).max() < 4
    with pytest.raises(BadResponses):
        simulate_bank(np.zeros(3), items, each=31, rng=rng)
