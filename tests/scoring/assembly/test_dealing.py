"""Splitting, dealing, swapping and mending: forms out of their sum."""

from time import monotonic

import numpy as np
import pytest

from kaoping.scoring.assembly.dealing import cards, deal, swap
from kaoping.scoring.assembly.highs import Search
from kaoping.scoring.assembly.neighbourhoods import Standing, improve, mend
from kaoping.scoring.assembly.splitting import aggregated, split
from kaoping.scoring.assembly.verification import verify
from tests.scoring.assembly.test_parallel import a_pool

LONG = 30.0
Forms = list[np.ndarray]


@pytest.mark.parametrize("forms", [2, 4])
def test_forms_split_off_are_all_that_was_chosen(forms: int) -> None:
    problem = a_pool(forms=forms)
    total = aggregated(problem, Search(seconds=LONG))
    assert total.chosen is not None

    found = split(problem, total.chosen, Search(seconds=1.0))

    items = np.concatenate([found.forms[form] for form in range(forms)])
    assert not found.missing
    assert np.bincount(items, minlength=90).tolist() == total.chosen[0][:90].tolist()
    assert verify(problem, [found.forms[form].tolist() for form in range(forms)]).sound


def test_copies_are_dealt_evenly_and_swaps_bring_every_form_near_the_mean() -> None:
    problem = a_pool(n=400, forms=20)
    total = aggregated(problem, Search(seconds=LONG))
    assert total.chosen is not None
    dealt, rng = cards(problem, range(20), total.chosen[0]), np.random.default_rng(1)

    form_of = deal(dealt, 20, rng=rng)
    hands = swap(dealt, form_of, 20, until=monotonic() + LONG, rng=rng)

    assert np.bincount(form_of).tolist() == [12] * 20
    assert np.sort(np.concatenate(hands)).tolist() == np.sort(dealt.items).tolist()
    verdict = verify(problem, [hand.tolist() for hand in hands])
    assert verdict.sound
    assert verdict.objective > 0.98 * total.bound


def test_no_form_gets_two_copies_of_an_item() -> None:
    problem = a_pool(n=60, forms=10, most_use=3)
    total = aggregated(problem, Search(seconds=LONG))
    assert total.chosen is not None
    dealt, rng = cards(problem, range(10), total.chosen[0]), np.random.default_rng(1)

    hands = swap(dealt, deal(dealt, 10, rng=rng), 10, until=monotonic() + LONG, rng=rng)

    assert int(total.chosen[0][:60].max()) == 3
    assert all(len(set(hand.tolist())) == len(hand) for hand in hands)


def some_forms(forms: int = 3) -> tuple[Standing, Forms]:
    """Take forms cell by cell, without a look at enemies or information."""
    problem = a_pool(forms=forms)
    chosen = [
        np.sort(np.concatenate([rule.members[3 * form : 3 * form + 3] for rule in problem.constraints]))
        for form in range(forms)
    ]
    return Standing(problem, [form.copy() for form in chosen]), chosen


def test_forms_that_break_rules_are_mended() -> None:
    standing, _ = some_forms()
    standing.forms[0] = standing.forms[0][:-1]
    assert standing.broken()

    assert mend(standing, until=monotonic() + LONG, rng=np.random.default_rng(0))
    assert verify(standing.problem, [form.tolist() for form in standing.forms]).sound


def test_the_poorest_form_rises_and_no_rule_is_broken() -> None:
    standing, _ = some_forms()
    mend(standing, until=monotonic() + LONG, rng=np.random.default_rng(0))
    before = min(standing.value(form) for form in range(3))

    improve(standing, enough=2 * before, until=monotonic() + 1.0, rng=np.random.default_rng(0))

    assert min(standing.value(form) for form in range(3)) > before
    assert verify(standing.problem, [form.tolist() for form in standing.forms]).sound


def test_a_step_may_be_ended_from_outside() -> None:
    class Ended(Exception):
        pass

    def end() -> None:
        raise Ended

    standing, _ = some_forms()

    with pytest.raises(Ended):
        mend(standing, until=monotonic() + LONG, rng=np.random.default_rng(0), tell=end)
    with pytest.raises(Ended):
        improve(standing, enough=9.0, until=monotonic() + LONG, rng=np.random.default_rng(0), tell=end)
