"""Precision of a panel: against every pattern of answers, against simulation, and where it must be a known one."""

from itertools import product

import numpy as np
import pytest

from kaoping.scoring.assembly.panel_precision import PanelPrecision, panel_precision
from kaoping.scoring.assembly.routing import By, NoRoutingPoint, PanelItems, Routing, Way, by_information, by_intervals
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.grids import normal_grid
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.simulation import simulate
from kaoping.scoring.sum_scores import sum_score_table

WAYS = ((0, 1, 3), (0, 1, 4), (0, 2, 4), (0, 2, 5))


def a_panel(each: int = 6, *, seed: int = 2, marks: list[int] | None = None) -> PanelItems:
    """One module, two, then three: 1, 2E, 2H, 3E, 3M, 3H, without the jumps."""
    rng = np.random.default_rng(seed)
    modules = [
        ItemParameters.logistic(rng.lognormal(0, 0.2, each), centre + 0.5 * rng.standard_normal(each))
        for centre in (0.0, -0.7, 0.7, -1.2, 0.0, 1.2)
    ]
    worth = None if marks is None else [marks] * 6
    return PanelItems.given(("1", "2E", "2H", "3E", "3M", "3H"), modules, WAYS, worth)


def test_all_patterns_of_answers_give_the_same_precision() -> None:
    """Two items a module, worth one and two marks: 64 patterns along every path, each with its chance."""
    panel, theta, grid = a_panel(2, marks=[1, 2]), np.array([-1.0, 0.4]), normal(121)
    routing = by_information(panel)

    found = panel_precision(panel, routing, theta=theta, cuts=[0.2], population=grid)

    chance: dict[tuple[tuple[int, ...], int], np.ndarray] = {}
    nodes = np.append(grid.nodes, theta)
    for pattern in product((0, 1), repeat=6):
        way: Way = ()
        total, likely = 0, np.ones(len(nodes))
        for stage in range(3):
            after = panel.after(way) if way else (0,)
            cuts: list[float] = [panel.expected(way, point) for point in routing.points[way]] if way else []
            way = (*way, after[sum(total >= cut for cut in cuts)])
            answers = pattern[2 * stage : 2 * stage + 2]
            likely = likely * np.prod(
                [panel.modules[way[-1]].probabilities(nodes)[item, answer] for item, answer in enumerate(answers)],
                axis=0,
            )
            total += answers[0] + 2 * answers[1]
        chance[way, total] = chance.get((way, total), np.zeros(len(nodes))) + likely
    estimate = {
        end: float((of[:121] * grid.weights) @ grid.nodes / (of[:121] @ grid.weights)) for end, of in chance.items()
    }
    mean = sum(estimate[end] * of[121:] for end, of in chance.items())
    square = sum(estimate[end] ** 2 * of[121:] for end, of in chance.items())
    right = sum(((estimate[end] >= 0.2) == (theta >= 0.2)) * of[121:] for end, of in chance.items())
    np.testing.assert_allclose(found.bias, mean - theta, atol=1e-12)
    np.testing.assert_allclose(found.se, np.sqrt(square - mean**2), atol=1e-12)
    np.testing.assert_allclose(found.right, right, atol=1e-12)
    for row, way in zip(found.paths, WAYS, strict=True):
        np.testing.assert_allclose(row, sum(of[121:] for end, of in chance.items() if end[0] == way), atol=1e-12)


def simulated(panel: PanelItems, found: PanelPrecision, theta: float, persons: int, *, seed: int) -> np.ndarray:
    """Send persons of one ability through the panel; path and estimate of each."""
    rng = np.random.default_rng(seed)
    at = np.full(persons, theta)
    sums = [simulate(at, items, rng=rng).answers.sum(axis=1).astype(int) for items in panel.modules]
    ends = {ending.way: ending for ending in found.endings}
    results = np.empty((persons, 2))
    for person in range(persons):
        way: Way = (0,)
        total = sums[0][person]
        while panel.after(way):
            way = (*way, int(found.next_modules[way][total]))
            total += sums[way[-1]][person]
        results[person] = WAYS.index(way), ends[way].theta[total]
    return results


@pytest.mark.parametrize(("by", "theta"), [(By.SCORE, -1.5), (By.SCORE, 0.5), (By.EAP, 1.0)])
def test_simulated_persons_have_the_calculated_bias_error_and_paths(by: By, theta: float) -> None:
    """Bounds are four Monte Carlo standard errors of 4,000 persons."""
    panel, persons = a_panel(), 4000
    found = panel_precision(panel, by_information(panel, by=by), theta=[theta], cuts=[0.0])

    ways, estimates = simulated(panel, found, theta, persons, seed=7).T

    assert abs(estimates.mean() - theta - found.bias[0]) < 4 * found.se[0] / np.sqrt(persons)
    assert abs(estimates.std() / found.se[0] - 1) < 4 / np.sqrt(2 * persons) * 1.2
    shares = np.bincount(ways.astype(int), minlength=4) / persons
    assert (np.abs(shares - found.paths[:, 0]) <= 4 * np.sqrt(found.paths[:, 0] / persons) + 1e-9).all()
    right = np.mean((estimates >= 0) == (theta >= 0))
    assert abs(right - found.right[0]) < 4 * np.sqrt(0.25 / persons)


def test_a_panel_of_one_module_is_a_linear_test_scored_by_its_sum() -> None:
    items = a_panel(10).modules[0]
    panel = PanelItems.given(("only",), [items], [(0,)])

    found = panel_precision(panel, Routing(By.SCORE, {}), theta=[0.0])

    table = sum_score_table(items)
    np.testing.assert_allclose(found.endings[0].theta, table.theta, atol=1e-12)
    np.testing.assert_allclose(found.endings[0].se, table.se, atol=1e-12)
    assert found.reliability == pytest.approx(float(table.expected @ table.theta**2), abs=1e-6)


def test_paths_and_shares_add_up_to_everybody() -> None:
    panel = a_panel()

    found = panel_precision(panel, by_intervals(panel, normal_grid(panel.everything)))

    np.testing.assert_allclose(found.paths.sum(axis=0), 1.0)
    assert sum(ending.share.sum() for ending in found.endings) == pytest.approx(1.0)
    assert found.accuracy == pytest.approx(1.0)
    np.testing.assert_allclose(found.rmse**2, found.bias**2 + found.se**2)


def test_an_adaptive_panel_measures_the_extremes_better_than_its_middle_path_alone() -> None:
    panel = a_panel(8)
    middle = [panel.modules[module] for module in (0, 1, 4)]
    linear = PanelItems.given(("1", "2", "3"), middle, [(0, 1, 2)])
    straight = Routing(By.SCORE, {(0,): np.zeros(0), (0, 1): np.zeros(0)})

    adaptive = panel_precision(panel, by_information(panel), theta=[2.0])

    assert adaptive.rmse[0] < panel_precision(linear, straight, theta=[2.0]).rmse[0]


def test_the_routing_point_is_where_both_modules_tell_as_much() -> None:
    panel = a_panel()

    points = by_information(panel).points

    for way, theta in points.items():
        for place, (one, other) in enumerate(zip(panel.after(way)[:-1], panel.after(way)[1:], strict=True)):
            told = [float(panel.modules[module].information(theta[[place]]).sum()) for module in (one, other)]
            assert told[0] == pytest.approx(told[1])


def test_mirrored_modules_part_at_the_middle_and_thirds_of_a_population_at_their_quantiles() -> None:
    """The terciles of the standard normal distribution are -0.4307 and 0.4307."""
    each = [ItemParameters.logistic(np.ones(4), np.full(4, centre)) for centre in (0.0, -1.0, 1.0)]
    two = PanelItems.given(("R", "E", "H"), each, [(0, 1), (0, 2)])
    three = PanelItems.given(("R", "E", "M", "H"), [each[0], each[1], each[0], each[2]], [(0, 1), (0, 2), (0, 3)])

    assert by_information(two).points[0,] == pytest.approx([0.0], abs=1e-9)
    assert by_intervals(three, normal(1001)).points[0,] == pytest.approx([-0.4307, 0.4307], abs=1e-3)
    shares = {"E": 0.5, "M": 0.3, "H": 0.2}
    assert by_intervals(three, normal(1001), shares=shares).points[0,] == pytest.approx([0.0, 0.8416], abs=1e-3)


def test_modules_the_wrong_way_round_have_no_routing_point() -> None:
    each = [ItemParameters.logistic(np.ones(4), np.full(4, centre)) for centre in (0.0, 1.0, -1.0)]

    with pytest.raises(NoRoutingPoint) as caught:
        by_information(PanelItems.given(("R", "E", "H"), each, [(0, 1), (0, 2)]))

    assert (caught.value.easier, caught.value.harder) == ("E", "H")


def test_paths_of_unequal_length_are_refused() -> None:
    items = ItemParameters.logistic([1.0], [0.0])

    with pytest.raises(BadParameters, match="one module of each stage"):
        PanelItems.given(("1", "2"), [items, items], [(0,), (0, 1)])
