"""Further rules: limits over attributes of items, single items, papers by type; what contradicts or is not there."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import assembling, limits, pool, sealing, specification, versions
from kaoping.itembank.conditions import Condition, Counted, Limit, Mode
from kaoping.itembank.papers import RunState, Specification
from kaoping.itembank.pool import Stock
from kaoping.itembank.request import problem_of
from kaoping.itembank.rules import Rules, RulesInvalid, Section, read
from kaoping.itembank.searching import Impossible, check, search
from kaoping.itembank.versions import Difference
from tests.builders import NOON, an_actor
from tests.builders_papers import a_bank, a_specification, with_rules

CUT = 0.3


def a_limit(*where: tuple[str, tuple[str, ...]], name: str = "规则", **changes: Any) -> Limit:
    conditions = tuple(Condition.model_validate({"attribute": one, "values": values}) for one, values in where)
    return Limit.model_validate({"name": name, "where": conditions, "least": 0} | changes)


def rules_with(made: Specification, **changes: Any) -> Rules:
    return Rules.model_validate({**versions.rules_of(made.latest).plain(), **changes})


def a_stock(session: Session, **changes: Any) -> tuple[Specification, Rules, Stock]:
    """Load what a bank offers under changed rules."""
    made = a_specification(session, a_bank(session))
    rules = rules_with(made, **changes)
    return made, rules, pool.load(session, made.level_id, rules, at=NOON)


def test_every_attribute_picks_its_items(session: Session) -> None:
    picked = {
        ("row", "0-1"): 10, ("point", "0-1"): 10, ("point", "职业道德"): 10, ("point", "0-1-001"): 1,
        ("point", "0"): 45,
        ("section", "true_false"): 60, ("importance", "Y"): 30, ("difficulty", "3"): 182, ("difficulty", "5"): 0,
        ("facility", "0.6-0.7"): 182, ("facility", "0.7-1"): 0, ("source", "GB/T 1.1"): 182, ("ai", "no"): 0,
        ("calibrated", "yes"): 182, ("key", "true"): 60, ("key", "false"): 0,
    }  # fmt: skip
    asked = {one: a_limit((one[0], (one[1],)), name=str(one)) for one in picked}
    _, rules, stock = a_stock(session, limits=[limit.model_dump() for limit in asked.values()])

    found = {one: limits.holding(limit, stock, rules).items for one, limit in asked.items()}

    assert found == picked


def test_a_limit_counts_items_marks_reading_length_and_expected_marks(session: Session) -> None:
    asked = {counted: a_limit(("row", ("0-1",)), name=counted.value, counted=counted) for counted in Counted}
    _, rules, stock = a_stock(session, limits=[limit.model_dump() for limit in asked.values()])

    found = {counted: limits.holding(limit, stock, rules).amount for counted, limit in asked.items()}

    assert found[Counted.ITEMS] == 10
    assert found[Counted.MARKS] == 4 * 1 + 6 * 2
    assert 0 < found[Counted.EXPECTED] < found[Counted.MARKS]
    assert found[Counted.WORDS] == 10 * len("第题的题干1") + 6 * len("甲乙丙丁")


def test_bodies_are_opened_only_where_a_limit_asks(session: Session) -> None:
    _, _, closed = a_stock(session)
    made = session.query(Specification).one()
    opened = pool.load(session, made.level_id, rules_with(made, limits=[a_limit(("key", ("true",))).model_dump()]))

    assert {entry.key for entry in closed.entries.values()} == {None}
    assert {entry.key for entry in opened.entries.values() if entry.section is Section.TRUE_FALSE} == {True}
    assert {entry.key for entry in opened.entries.values() if entry.section is not Section.TRUE_FALSE} == {None}


def test_papers_keep_a_hard_limit_and_the_checker_watches_it(session: Session) -> None:
    core = a_limit(("importance", ("X",)), counted="marks", least=90)
    _, rules, stock = a_stock(session, limits=[core.model_dump()])

    found = search(stock, rules, forms=1, cut=CUT)
    entries = [stock.entries[code] for code in found.papers[0]]
    strict = rules.model_copy(update={"limits": (a_limit(("importance", ("X",)), counted="marks", least=100),)})

    assert limits.amount(core, entries, rules) >= 90
    if limits.amount(core, entries, rules) < 100:
        assert any("limit:0" in str(reason) for reason in check(stock, strict, found.papers, cut=CUT))


def test_a_soft_limit_that_cannot_be_kept_leaves_papers_and_its_miss_is_told(session: Session) -> None:
    made = a_specification(session, a_bank(session))
    easy = a_limit(("difficulty", ("5",)), name="难题", least=3, price=Decimal("0.01"))
    with_rules(session, made, limits=[easy.model_dump(mode="json")])

    run = assembling.assemble(session, made.id, forms=1, by=an_actor(session), at=NOON)

    assert run.state is RunState.SOLVED
    assert run.report["papers"][0]["limits"] == ["0"]
    assert read(run.report["rules"]).limits == (easy,)


def test_a_hard_limit_that_cannot_be_kept_is_cited_by_its_name(session: Session) -> None:
    hard = a_limit(("difficulty", ("5",)), name="难题", least=3)
    _, rules, stock = a_stock(session, limits=[hard.model_dump()])

    with pytest.raises(Impossible) as refused:
        search(stock, rules, forms=1, cut=CUT)

    assert "limit:0" in {rule for conflict in refused.value.conflicts for rule in conflict}


def test_single_items_stand_where_the_rules_say(session: Session) -> None:
    changes = {
        "include": ["3-000001"], "exclude": ["3-000002"], "enemies": [["3-000003", "3-000004"]],
        "together": [["3-000005", "3-000006"]],
    }  # fmt: skip
    _, rules, stock = a_stock(session, **changes)

    paper = set(search(stock, rules, forms=1, cut=CUT).papers[0])

    assert "3-000001" in paper
    assert "3-000002" not in paper
    assert len(paper & {"3-000003", "3-000004"}) < 2
    assert len(paper & {"3-000005", "3-000006"}) in {0, 2}
    assert check(stock, rules, [sorted(paper)], cut=CUT) == ()


def test_anchors_stand_in_every_paper_and_nothing_else_is_shared(session: Session) -> None:
    _, rules, stock = a_stock(session, anchors=["3-000001", "3-000011"])
    problem = problem_of(stock, rules, forms=2, cut=CUT)

    assert [problem.items[place] for place in problem.include] == ["3-000001", "3-000011"]
    assert problem.overlap == 2
    assert sorted(np.flatnonzero(problem.most_use == 2)) == sorted(problem.include)


def test_an_item_that_must_stand_and_is_not_usable_is_named(session: Session) -> None:
    _, rules, stock = a_stock(session, include=["3-000001"])
    rest = Stock({code: entry for code, entry in stock.entries.items() if code != "3-000001"}, stock.waiting)

    with pytest.raises(Impossible) as refused:
        search(rest, rules, forms=1, cut=CUT)

    assert {"include:3-000001"} in map(set, refused.value.conflicts)


def test_an_item_rests_after_a_sealed_paper(session: Session) -> None:
    made = a_specification(session, a_bank(session))
    run = assembling.assemble(session, made.id, forms=1, by=an_actor(session), at=NOON)
    sealing.approve(session, run.papers[0].id, by=an_actor(session), at=NOON)
    rules = rules_with(made, rest_days=30)

    soon, later = (pool.load(session, made.level_id, rules, at=NOON + timedelta(days=days)) for days in (29, 31))

    assert sum(entry.resting for entry in soon.entries.values()) == 60
    assert not any(entry.resting for entry in later.entries.values())
    assert len(limits.excluded(soon, rules)) == 60


def test_papers_by_type_keep_the_numbers_and_lie_near_the_weights(session: Session) -> None:
    level = a_bank(session)
    made = specification.derive(session, level.id, name="按题型", mode=Mode.BY_TYPE, by=an_actor(session), at=NOON)
    with_rules(session, made)

    run = assembling.assemble(session, made.id, forms=1, by=an_actor(session), at=NOON)

    rules = versions.rules_of(made.latest)
    assert rules.row_within == 2
    assert list(rules.cells()) == []
    paper = run.report["papers"][0]
    assert paper["sections"] == {rule.section.value: rule.count for rule in rules.sections}
    assert all(abs(Decimal(paper["rows"][row.code]) - row.weight) <= 2 for row in rules.rows)


def test_a_type_that_is_short_is_named(session: Session) -> None:
    level = a_bank(session)
    made = specification.derive(session, level.id, name="按题型", mode=Mode.BY_TYPE, by=an_actor(session), at=NOON)
    rules = versions.rules_of(made.latest)

    with pytest.raises(Impossible, match="true_false: 4 papers need 80 items and the pool has 60; 20 are missing"):
        search(pool.load(session, level.id, rules), rules, forms=4, cut=CUT)


@pytest.mark.parametrize(("changes", "field", "sentence"), [
    ({"limits": (a_limit(least=5, most=3),)}, "limit-0-least", "The least, 5, lies above the most, 3"),
    ({"limits": (a_limit(least=None),)}, "limit-0-least", "The rule limits nothing"),
    ({"limits": (a_limit(("facility", ("0.6-0.4",))),)}, "limit-0-0-values", "0.6-0.4 is not a band of facility"),
    ({"limits": (a_limit(), a_limit())}, "limit-1-name", "Another rule is already named 规则"),
    ({"include": ["a"], "exclude": ["a"]}, "exclude", "Item a is asked for in two ways"),
    ({"enemies": [["a"]]}, "enemies", "A group has at least two different items"),
    ({"enemies": [["a", "b"]], "together": [["b", "a"]]}, "together", "a and b may not meet and must come together"),
    ({"enemies": [["a", "b"]], "anchors": ["b", "a"]}, "anchors", "b and a are in every paper and may not meet"),
])  # fmt: skip
def test_what_contradicts_is_told_at_its_place(changes: dict[str, Any], field: str, sentence: str) -> None:
    section = {"section": "single_choice", "count": 100, "marks": 1}
    row = {"range_id": uuid4(), "code": "1", "name": "全部", "name_en": "All", "weight": 100}
    rules = Rules.model_validate({"sections": [section], "rows": [row | {"counts": {"single_choice": 100}}], **changes})

    problems = rules.problems()

    assert [problem.field for problem in problems] == [field]
    assert sentence in str(problems[0])


def test_what_the_level_does_not_have_is_told_at_its_place(session: Session) -> None:
    made = a_specification(session, a_bank(session))
    asked = [a_limit(("source", ("GB/T 9999",))), a_limit(("importance", ("X",)), ("point", ("9-9",)), name="另")]
    rules = rules_with(made, limits=[limit.model_dump() for limit in asked], include=["9-000001"])

    with pytest.raises(RulesInvalid) as refused:
        specification.change(session, made.id, name=made.name, minutes=90, rules=rules, by=an_actor(session), at=NOON)

    told = {problem.field: str(problem) for problem in refused.value.problems}
    assert told["include"].startswith("There is no item 9-000001 at this level")
    assert told["limit-0-0-values"].startswith("No item of this level has GB/T 9999")
    assert told["limit-1-1-values"].startswith("No item of this level has 9-9")


def test_what_changed_among_further_rules_is_told(session: Session) -> None:
    made = a_specification(session, a_bank(session))
    before, after = a_limit(("importance", ("X",)), least=40), a_limit(("importance", ("X",)), least=45)
    with_rules(session, made, limits=[before.model_dump(mode="json")])
    with_rules(session, made, limits=[after.model_dump(mode="json")], anchors=["3-000001"], rest_days=90)

    found = versions.differences(*made.versions[-2:])

    assert found == [
        Difference("rest_days", 0, 90), Difference("anchors", (), ("3-000001",)), Difference("limit", before, after),
    ]  # fmt: skip
