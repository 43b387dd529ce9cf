import numpy as np
import pytest

from kaoping.scoring.errors import MethodUndefined
from kaoping.scoring.linking import Anchors, Form, Method, screen
from kaoping.scoring.linking.drift import robust_z
from kaoping.scoring.parameters import ItemParameters
from tests.scoring.linking.samples import NOMINAL, A, B, erring

ITEMS = ItemParameters.logistic(np.linspace(0.7, 1.6, 20), np.linspace(-2, 2, 20), names=[f"q{n}" for n in range(20)])
PARAMETERS = 2 * len(ITEMS)


def changed(*, harder: dict[int, float], flatter: dict[int, float] | None = None, noise: float = 0.0) -> Anchors:
    """Forms of which some items changed: b plus a number, a times a number."""
    rows = np.array([[shown["a"], shown["b"]] for _, _, shown in ITEMS.table()])
    for place, by in harder.items():
        rows[place, 1] += by
    for place, by in (flatter or {}).items():
        rows[place, 0] *= by
    moved = ItemParameters.logistic(rows[:, 0], rows[:, 1], names=ITEMS.names).rescaled(A, B)
    return Anchors.of(Form(erring(ITEMS, 1, noise)), Form(erring(moved, 2, noise)))


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("statistic", ["robust-z", "distance", "area"])
def test_items_that_drift_are_found_and_the_link_is_as_without_them(method: Method, statistic: str) -> None:
    found = screen(changed(harder={4: 1.5, 15: -1.2}), method, statistic=statistic)

    assert {one.item for one in found.removed} == {"q4", "q15"}
    assert found.settled
    assert found.link.slope == pytest.approx(A, abs=1e-6)
    assert found.link.intercept == pytest.approx(B, abs=1e-6)


def test_the_worst_goes_first_with_the_line_it_was_judged_by() -> None:
    found = screen(changed(harder={4: 2.0, 15: 1.2}, noise=0.03), limit=4)

    assert [one.item for one in found.removed] == ["q4", "q15"]
    assert found.removed[0].value > found.removed[1].value > found.limit
    assert found.removed[0].intercept != found.removed[1].intercept
    assert [one.item for one in found.drifts if not one.kept] == ["q4", "q15"]


def test_an_item_whose_slope_alone_changed_is_found() -> None:
    found = screen(changed(harder={}, flatter={7: 0.4}, noise=0.03))

    assert "q7" in {one.item for one in found.removed}


def test_it_stops_when_as_few_are_left_as_may_be() -> None:
    found = screen(changed(harder={n: 1.0 + n / 10 for n in range(6)}), statistic="distance", share=0.9)

    assert len(found.kept) == 18
    assert not found.settled


def test_nothing_is_removed_when_nothing_drifts() -> None:
    found = screen(changed(harder={}))

    assert found.removed == ()
    assert found.kept == ITEMS.names


def test_of_a_normal_sample_the_robust_z_is_standard() -> None:
    sample = np.random.default_rng(4).normal(3.0, 0.2, 20_000)

    z = robust_z(sample, np.arange(len(sample)))

    assert z.mean() == pytest.approx(0.0, abs=0.02)
    assert z.std() == pytest.approx(1.0, abs=0.02)


def test_nominal_items_are_screened_by_area_alone() -> None:
    anchors = Anchors.of(Form(NOMINAL), Form(NOMINAL.rescaled(A, B)))

    assert screen(anchors, "haebara", statistic="area").settled
    with pytest.raises(MethodUndefined):
        screen(anchors, "haebara")
