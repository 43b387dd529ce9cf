"""Drift by two one-sided tests: three answers, invariance of the scale, recovery, and the rate of false alarms."""

import numpy as np
import pytest

from kaoping.scoring.linking.equivalence import Change, Estimate, Verdict, changes

K = 40


def a_pair(
    rng: np.random.Generator, *, se: float, drift: float = 0.0, places: int = 0, scale: tuple[float, float] = (1.2, 0.4)
) -> tuple[list[Estimate], list[Estimate]]:
    """Estimate forty items twice, the second time on another scale; the first ``places`` items moved by ``drift``."""
    a, b = rng.lognormal(0.0, 0.25, K), rng.standard_normal(K)
    later = b + drift * (np.arange(K) < places)
    slope, intercept = scale
    old = [
        Estimate(x + rng.normal(0, se), y + rng.normal(0, se), se, se) for x, y in zip(a, b, strict=True)
    ]  # fmt: skip
    new = [
        Estimate((x + rng.normal(0, se)) / slope, slope * (y + rng.normal(0, se)) + intercept, se / slope, se * slope)
        for x, y in zip(a, later, strict=True)
    ]
    return old, new


def shares(*, se: float, drift: float = 0.0, places: int = 0, times: int = 30, bound: float = 0.5) -> list[Change]:
    rng = np.random.default_rng(20261126)
    found: list[Change] = []
    for _ in range(times):
        found += changes(*a_pair(rng, se=se, drift=drift, places=places), bound=bound)[: places or K]
    return found


def rate(found: list[Change], verdict: Verdict) -> float:
    return sum(one.verdict is verdict for one in found) / len(found)


def test_items_that_stayed_are_found_equivalent_and_hardly_ever_drifted() -> None:
    found = shares(se=0.08)

    assert rate(found, Verdict.EQUIVALENT) > 0.9
    assert rate(found, Verdict.DRIFTED) < 0.001


def test_items_that_moved_far_are_found_and_do_not_make_others_look_moved() -> None:
    moved = shares(se=0.1, drift=1.3, places=6)
    rng = np.random.default_rng(3)
    others = [one for _ in range(20) for one in changes(*a_pair(rng, se=0.1, drift=1.3, places=6), bound=0.5)[6:]]

    assert rate(moved, Verdict.DRIFTED) > 0.9
    assert abs(np.mean([one.difference for one in moved]) - 1.2 * 1.3) < 0.06
    assert rate(others, Verdict.DRIFTED) < 0.005


def test_a_change_of_exactly_the_bound_is_called_either_way_at_the_level_of_the_tests() -> None:
    found = shares(se=0.08, drift=0.5 / 1.2, places=1, times=400)

    assert rate(found, Verdict.DRIFTED) == pytest.approx(0.05, abs=0.03)
    assert rate(found, Verdict.EQUIVALENT) == pytest.approx(0.05, abs=0.03)


def test_large_errors_leave_it_open_instead_of_calling_items_sound() -> None:
    assert rate(shares(se=0.4), Verdict.UNDECIDED) > 0.98


def test_differences_do_not_depend_on_the_scale_of_the_older_calibration() -> None:
    old, new = a_pair(np.random.default_rng(1), se=0.1, drift=0.8, places=3)
    moved = [Estimate(one.a / 1.7, 1.7 * one.b - 0.9, one.se_a / 1.7, 1.7 * one.se_b) for one in old]

    plain, rescaled = changes(old, new, bound=0.5), changes(moved, new, bound=0.5)

    assert [one.verdict for one in plain] == [one.verdict for one in rescaled]
    np.testing.assert_allclose([one.difference for one in plain], [one.difference for one in rescaled], atol=1e-9)
    np.testing.assert_allclose([one.se for one in plain], [one.se for one in rescaled], atol=1e-9)


def test_fewer_than_five_common_items_say_nothing() -> None:
    old, new = a_pair(np.random.default_rng(1), se=0.1)

    assert changes(old[:4], new[:4], bound=0.5) == ()
