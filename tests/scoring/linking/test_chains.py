import numpy as np
import pytest

from kaoping.scoring.errors import BadParameters, ChainBroken
from kaoping.scoring.linking import Form, Link, average, chain, link
from kaoping.scoring.parameters import ItemParameters
from tests.scoring.linking.samples import LOGISTIC, erring, shifted, slopes, with_errors


def forms() -> list[Form]:
    moves = [(1.0, 0.0), (1.2, -0.3), (0.9, 0.4), (1.1, 0.2)]
    return [with_errors(erring(LOGISTIC.rescaled(*move), seed), seed + 10) for seed, move in enumerate(moves)]


def line(found: Link) -> np.ndarray:
    return np.array([found.slope, found.intercept])


def through_the_middle(items: list[ItemParameters]) -> Link:
    one, two, three = (Form(each) for each in items)
    return chain([link(one, two), link(two, three)])


def test_a_chain_carries_abilities_as_its_links_do_one_after_the_other() -> None:
    one, two, three, _ = forms()
    theta = np.linspace(-2, 2, 5)
    first, second = link(one, two), link(two, three)

    assert np.allclose(chain([first, second]).carry(theta), second.carry(first.carry(theta)))


def test_the_form_in_the_middle_brings_its_errors_once() -> None:
    one, two, three, _ = forms()
    found = chain([link(one, two), link(two, three)])
    items = [one.items, two.items, three.items]

    by_middle = slopes(
        lambda by: line(through_the_middle([items[0], shifted(items[1], by), items[2]])), np.zeros(two.size)
    )

    assert [each.form for each in found.influences] == [one, two, three]
    assert np.allclose(found.influences[1].derivative, by_middle, atol=5e-6)
    assert found.covariance is not None


def test_a_chain_there_and_back_is_certain_to_go_nowhere() -> None:
    one, two, *_ = forms()
    there = link(one, two)

    found = chain([there, there.inverse()])

    assert np.allclose(line(found), [1, 0])
    assert found.standard_errors == pytest.approx((0.0, 0.0), abs=1e-8)


def test_the_average_is_the_same_seen_from_both_scales() -> None:
    one, two, three, four = forms()
    paths = [chain([link(one, two), link(two, four)]), chain([link(one, three), link(three, four)])]

    found = average(paths, weights=[1.0, 2.0])
    back = average([path.inverse() for path in paths], weights=[1.0, 2.0])

    equal = average(paths)
    assert np.allclose(line(average([path.inverse() for path in paths])), line(equal.inverse()))
    assert min(path.slope for path in paths) < found.slope < max(path.slope for path in paths)
    assert not np.allclose(line(found), line(equal), atol=1e-9)
    assert np.allclose(line(back), line(found.inverse()))


def test_the_average_errs_as_its_derivative_says() -> None:
    one, two, three, four = forms()
    names = ["1", "2", "3", "4", "5"]

    def averaged(items: ItemParameters) -> Link:
        start = Form(items)
        return average([link(start, four), chain([link(start, two, names=names), link(two, four)])], weights=[1.0, 3.0])

    found = averaged(one.items)

    by_start = slopes(lambda by: line(averaged(shifted(one.items, by))), np.zeros(one.size))
    assert np.allclose(found.influences[0].derivative, by_start, atol=5e-6)
    assert three.covariance is not None


def test_links_that_do_not_meet_are_refused() -> None:
    one, two, three, four = forms()

    with pytest.raises(ChainBroken) as caught:
        chain([link(one, two), link(three, four)])
    with pytest.raises(ChainBroken):
        average([link(one, two), link(one, three)])
    with pytest.raises(BadParameters):
        average([link(one, two)], weights=[0.0])

    assert caught.value.number == 2
