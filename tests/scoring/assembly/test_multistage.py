"""Panels of multistage tests: against every panel there is, and their rules by module, path and panel."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from kaoping.scoring.assembly import multistage
from kaoping.scoring.assembly.highs import Search, Status
from kaoping.scoring.assembly.multistage import NoPanels, Panel, assemble_panels, verify_panels
from kaoping.scoring.assembly.panels import Module, PanelDesign, every_path
from kaoping.scoring.assembly.problem import Aim, BadProblem, Constraint, Over
from kaoping.scoring.assembly.verification import Unsound
from kaoping.scoring.parameters import ItemParameters


def length(items: int, wanted: int) -> Constraint:
    return Constraint("length", np.arange(items), np.ones(items), wanted, wanted)


def a_design(items: int = 60, each: int = 4, *, panels: int = 1, most_use: int = 1, seed: int = 3) -> PanelDesign:
    """One module, then two: routing, easy and hard; two topics balanced along each path, and pairs of enemies."""
    rng = np.random.default_rng(seed)
    bank = ItemParameters.logistic(rng.lognormal(0, 0.3, items), rng.standard_normal(items))
    modules = tuple(
        Module(name, stage, (length(items, each),), bank.information(np.array([theta])).round(6))
        for name, stage, theta in (("R", 0, 0.0), ("E", 1, -1.0), ("H", 1, 1.0))
    )
    law = np.flatnonzero(np.arange(items) % 3 == 0)
    along = (Constraint("law", law, np.ones(len(law)), each / 2, each),)
    enemies = tuple(np.sort(pair) for pair in rng.permutation(items)[: items // 3 * 2].reshape(-1, 2))
    names = tuple(f"I{item}" for item in range(items))
    return PanelDesign(names, modules, every_path(modules), along, enemies=enemies, panels=panels, most_use=most_use)


def best_of_all(design: PanelDesign, sizes: tuple[int, ...]) -> float:
    """Try every panel."""
    every = range(len(design.items))
    values = [
        verdict.objective
        for first in combinations(every, sizes[0])
        for second in combinations(sorted(set(every) - set(first)), sizes[1])
        for third in combinations(sorted(set(every) - set(first) - set(second)), sizes[2])
        if (verdict := verify_panels(design, [(first, second, third)])).sound
    ]
    return max(values)


def test_the_panel_is_the_best_of_all_there_are() -> None:
    design = a_design(7, 1)
    two = replace(design.modules[1], constraints=(length(7, 2),))
    design = replace(design, modules=(design.modules[0], two, design.modules[2]))

    found = assemble_panels(design)

    assert found.objective == pytest.approx(best_of_all(design, (1, 2, 1)), abs=1e-9)
    assert found.status is Status.OPTIMAL
    assert found.gap <= 1e-6


def test_content_is_balanced_and_enemies_are_apart_along_every_path() -> None:
    design = a_design()

    (panel,) = assemble_panels(design, Search(seconds=20, gap=0.01)).panels

    for path in ((0, 1), (0, 2)):
        seen = {item for module in path for item in panel[module]}
        assert len(seen) == 8
        assert 2 <= sum(item % 3 == 0 for item in seen) <= 4
        assert all(len(seen & set(group.tolist())) <= 1 for group in design.enemies)


def test_enemies_may_be_in_modules_that_nobody_sees_both_of() -> None:
    design = a_design(6, 1)
    table = np.zeros((6, 1))
    table[[1, 2]] = 5.0
    easy, hard = (replace(module, coefficients=table) for module in design.modules[1:])
    enemies = (np.array([1, 2]),)

    found = assemble_panels(replace(
        design, modules=(design.modules[0], easy, hard), constraints=(), enemies=enemies
    ))  # fmt: skip

    assert {found.panels[0][1], found.panels[0][2]} == {(1,), (2,)}


@pytest.mark.parametrize("small", [6000, 0])
def test_parallel_panels_share_no_item_and_stay_near_the_bound(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multistage, "SMALL", small)
    design = a_design(90, panels=3)

    found = assemble_panels(design, Search(seconds=20, gap=0.04))

    items = [item for panel in found.panels for module in panel for item in module]
    assert len(items) == len(set(items)) == 36
    assert verify_panels(design, found.panels).sound
    assert found.objective <= found.bound + 1e-9
    assert found.gap < 0.05


def test_an_item_may_return_in_as_many_panels_as_allowed_but_never_twice_in_one() -> None:
    design = replace(a_design(20, panels=3, most_use=2), enemies=())

    found = assemble_panels(design, Search(seconds=20, gap=0.3))

    used = np.bincount([item for panel in found.panels for module in panel for item in module], minlength=20)
    assert used.max() == 2
    assert all(len({item for module in panel for item in module}) == 12 for panel in found.panels)


def test_items_of_every_panel_of_none_and_those_held_together_are_respected() -> None:
    design = replace(
        a_design(30), include=np.array([4]), exclude=np.arange(20, 30), together=(np.array([4, 5, 7]),), enemies=()
    )

    (panel,) = assemble_panels(design, Search(gap=0.05)).panels

    assert [module for module in panel if {4, 5, 7} <= set(module)]
    assert max(max(module) for module in panel) < 20


def test_modules_come_as_near_their_targets_as_can_be() -> None:
    design = a_design(60, aim_at := 4)
    modules = tuple(replace(module, targets=np.array([0.6])) for module in design.modules)

    found = assemble_panels(replace(design, modules=modules, aim=Aim.TARGET), Search(seconds=10, apart=0.01))

    (panel,) = found.panels
    sums = [module.coefficients[list(items)].sum() for module, items in zip(modules, panel, strict=True)]
    assert max(abs(np.array(sums) - 0.6)) == pytest.approx(found.objective)
    assert found.objective < 0.02
    assert len(panel[0]) == aim_at


def test_modules_for_unequal_numbers_of_abilities_and_of_unequal_weight_are_raised_together() -> None:
    design = a_design(40)
    rng = np.random.default_rng(1)
    first = replace(design.modules[0], coefficients=rng.random((40, 3)).round(6), weight=2.0)

    found = assemble_panels(replace(design, modules=(first, *design.modules[1:])), Search(gap=0.01))

    (panel,) = found.panels
    least = first.coefficients[list(panel[0])].sum(axis=0).min() / 2.0
    others = [
        float(module.coefficients[list(items)].sum())
        for module, items in zip(design.modules[1:], panel[1:], strict=True)
    ]
    assert found.objective == pytest.approx(min(least, *others), abs=1e-5)


def test_panels_that_cannot_be_are_refused_with_the_rule_in_the_way() -> None:
    design = a_design(30)
    few = replace(design, constraints=(Constraint("law", np.array([0, 1, 2]), np.ones(3), 2, 8, forms=(1,)),), enemies=(
        np.array([0, 1, 2]),
    ))  # fmt: skip

    with pytest.raises(NoPanels) as caught:
        assemble_panels(few)

    assert caught.value.rules == "law along R-H is 1 short"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda panel: (panel[1], panel[1], panel[2]), "an item twice on path R-E of panel 1"),
        (lambda panel: (panel[0][:-1], panel[1], panel[2]), "constraint length in R on module R of panel 1"),
        (lambda panel: (panel[0], panel[2], panel[2]), "an item twice in panel 1"),
    ],
)
def test_the_checker_says_where_a_spoilt_panel_is_broken(change: Callable[[Panel], Panel], told: str) -> None:
    design = a_design()
    (panel,) = assemble_panels(design, Search(gap=0.05)).panels

    verdict = verify_panels(design, [change(panel)])

    assert told in {broken.rule for broken in verdict.broken}
    with pytest.raises(Unsound):
        multistage.sound_panels(design, [change(panel)])


def test_the_checker_names_enemies_that_meet_and_a_rule_that_is_broken_along_a_path() -> None:
    design = replace(a_design(12, 2, panels=2), enemies=(np.array([0, 4]),))
    law, other = (0, 3), (1, 2)

    verdict = verify_panels(design, [(law, (6, 9), (4, 5)), (other, (7, 8), (10, 11))])

    rules = {broken.rule for broken in verdict.broken}
    assert "enemies[0] on path R-H of panel 1" in rules
    assert "constraint law on path R-E of panel 1" in rules
    assert "constraint law on path R-H of panel 2" in rules


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"paths": (("R", "X"),)}, "there is no module X"),
        ({"paths": (("R", "E"), ("H", "R"))}, "one module of each stage, in order"),
        ({"paths": (("R", "E"),)}, "module H is on no path"),
        ({"aim": Aim.SUM}, "not max_sum"),
        ({"aim": Aim.TARGET}, "needs a target"),
        ({"constraints": (Constraint("wish", np.arange(2), np.ones(2), price=1.0),)}, "only hard rules on items"),
        ({"constraints": (Constraint("text", np.arange(2), np.ones(2), over=Over.STIMULUS),)}, "hard rules on items"),
    ],
)
def test_a_design_that_contradicts_itself_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(BadProblem, match=reason):
        replace(a_design(), **changes)  # type: ignore[arg-type]


def test_modules_must_differ_in_name_be_numbered_without_gap_and_have_information() -> None:
    one, easy, hard = a_design().modules

    with pytest.raises(BadProblem, match="one name"):
        replace(a_design(), modules=(one, easy, replace(hard, name="E")))
    with pytest.raises(BadProblem, match="without a gap"):
        replace(a_design(), modules=(one, easy, replace(hard, stage=3)))
    with pytest.raises(BadProblem, match="no information to aim at"):
        replace(a_design(), modules=(one, easy, replace(hard, coefficients=np.zeros((0, 0)))))
