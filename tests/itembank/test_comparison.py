"""How papers compare: exact score distributions, classes of difficulty, items in common, uses before and after."""

from decimal import Decimal
from itertools import product
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import assembling, comparison, sealing
from kaoping.itembank.models import Importance
from kaoping.itembank.rules import RowRule, Rules, Section, SectionRule, read
from kaoping.scoring.logistic import expected_score, probability
from kaoping.scoring.quadrature import normal
from tests.builders import NOON, an_actor
from tests.builders_papers import a_bank, a_specification

ITEMS = ((1.0, -1.8, "true_false"), (1.4, -0.2, "true_false"), (0.8, 0.4, "single_choice"), (1.1, 2.0, "single_choice"))
MARKS = {Section.TRUE_FALSE: Decimal("0.5"), Section.SINGLE_CHOICE: Decimal(1)}


def some_rules() -> Rules:
    row = RowRule(range_id=uuid4(), code="1", name="范围", name_en="Range", weight=Decimal(3), counts={})
    return Rules(
        sections=[SectionRule(section=section, count=2, marks=marks) for section, marks in MARKS.items()], rows=[row]
    )


def a_report(**more: Any) -> dict[str, Any]:
    chosen = [{"item": str(n), "a": a, "b": b, "section": section} for n, (a, b, section) in enumerate(ITEMS)]
    return {"pass_mark": "2", "theta": [-1.0, 0.0, 1.0], "papers": [{"label": "A", "chosen": chosen}]} | more


def test_the_score_is_what_all_patterns_of_answers_add_up_to() -> None:
    a, b = (np.array([item[n] for item in ITEMS]) for n in (0, 1))
    worth = np.array([float(MARKS[Section(item[2])]) for item in ITEMS])
    grid = normal(121)
    right = probability(grid.nodes, a, b)
    chances = {
        pattern: float(grid.weights @ np.where(pattern, right, 1 - right).prod(axis=1))
        for pattern in product((False, True), repeat=4)
    }
    mean = sum(chance * (worth @ pattern) for pattern, chance in chances.items())
    variance = sum(chance * (worth @ pattern - mean) ** 2 for pattern, chance in chances.items())

    (score,) = comparison.scores(a_report(), some_rules())

    assert score.mean == pytest.approx(mean, abs=1e-8)
    assert score.deviation == pytest.approx(variance**0.5, abs=1e-8)
    assert score.passing == pytest.approx(sum(c for p, c in chances.items() if worth @ p >= 2), abs=1e-8)
    true = expected_score(grid.nodes, a, b, worth)
    assert score.reliability == pytest.approx(float(grid.weights @ (true - mean) ** 2) / variance, abs=1e-8)


def test_items_are_counted_by_class_importance_and_type() -> None:
    importance = {"0": Importance.CORE, "1": Importance.CORE, "2": Importance.GENERAL, "3": Importance.GENERAL}

    found = comparison.hardness(a_report(), some_rules(), importance)

    counts = {line.kind: line.counts["A"] for line in found}
    assert counts == {
        None: (1, 0, 0, 2, 1), Importance.CORE: (1, 0, 0, 1, 0), Importance.GENERAL: (0, 0, 0, 1, 1),
        Section.TRUE_FALSE: (1, 0, 0, 1, 0), Section.SINGLE_CHOICE: (0, 0, 0, 1, 1),
    }  # fmt: skip
    shares = comparison.facilities(a_report()["papers"][0])
    assert [sum(shares > edge) for edge in comparison.EDGES] == list(np.cumsum(counts[None]))[:4]


def test_items_in_common_and_uses_are_counted_before_and_with_a_run(session: Session) -> None:
    made = a_specification(session, a_bank(session), exposure_most=2, curve_within="20", mean_within="20")
    by, other = an_actor(session, "assembler"), an_actor(session, "assembler")
    (first,) = assembling.assemble(session, made.id, forms=1, by=by, at=NOON).papers
    sealing.approve(session, first.id, by=other, at=NOON)
    run = assembling.assemble(session, made.id, forms=2, by=by, at=NOON)
    rules = read(run.report["rules"])

    overlap, exposure = comparison.overlap(session, run), comparison.exposure(session, run, rules)

    taken = [{slot.item_id for slot in paper.slots} for paper in run.papers]
    shared = [len({slot.item_id for slot in first.slots} & items) for items in taken]
    assert [(line.label, dict(line.common)) for line in overlap] == [
        ("A", {"A": 60, "B": 0}), ("B", {"A": 0, "B": 60}), (None, {"A": shared[0], "B": shared[1]}),
    ]  # fmt: skip
    assert exposure.before == (122, 60, 0)[: len(exposure.before)]
    assert sum(uses * count for uses, count in enumerate(exposure.after)) == 180
    assert len(exposure.full) == sum(shared)
