"""Sets of enemies of the bank, and the papers that respect them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import assembling, enemy_sets, given, pool, request, sealing, versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.conditions import Mode
from kaoping.itembank.enemy_sets import EnemiesTooFew, EnemiesUnexplained, EnemiesUnknown
from kaoping.itembank.given import NotConfirmed
from kaoping.itembank.papers import PaperState, RunState
from kaoping.itembank.sealing import EnemiesMeet
from tests.builders import NOON, an_actor
from tests.builders_papers import a_bank, a_paper, a_specification, with_rules


@pytest.fixture
def reviewer(session: Session) -> Actor:
    return an_actor(session, "item_reviewer")


def test_items_of_a_set_stand_in_no_paper_together_until_it_is_dissolved(session: Session, reviewer: Actor) -> None:
    level = a_bank(session, supply={"0-1": (2, 2, 0, 0)})
    made = a_specification(session, level)
    rules = versions.rules_of(versions.in_force(made))
    row = next(one for one in rules.rows if one.code == "0-1")
    kinds = [count for count in row.counts.values() if count]
    codes = [code for code, entry in pool.load(session, level.id, rules).entries.items() if entry.row == "0-1"]
    row_set = enemy_sets.declare(session, codes, name="职业道德，一题", reason="互相提示", by=reviewer, at=NOON)

    refused = assembling.assemble(session, made.id, forms=1, by=an_actor(session, "assembler"), at=NOON)
    enemy_sets.dissolve(session, row_set.id, by=reviewer, at=NOON)
    enemy_sets.dissolve(session, row_set.id, by=reviewer, at=NOON)
    found = assembling.assemble(session, made.id, forms=1, by=an_actor(session, "assembler"), at=NOON)

    assert sum(kinds) > 1
    assert refused.state is RunState.INFEASIBLE
    assert any("enemy-set:1 职业道德，一题" in rules for rules in refused.report["conflicts"])
    assert found.state is RunState.SOLVED


def test_enemies_of_the_bank_are_told_beside_a_given_list_and_looked_for_when_a_paper_is_sealed(
    session: Session, reviewer: Actor
) -> None:
    paper, other = a_paper(session), an_actor(session, "assembler")
    codes = [slot.item.code for slot in paper.slots]
    enemy_sets.declare(session, codes[:2], name="同一考点", reason="互相提示", by=reviewer, at=NOON)
    fixed = with_rules(session, paper.specification, mode=Mode.FIXED_SET).id

    with pytest.raises(EnemiesMeet, match=", ".join(sorted(codes[:2]))):
        sealing.approve(session, paper.id, by=other, at=NOON)
    with pytest.raises(NotConfirmed):
        given.give(session, fixed, codes, confirmed=False, by=other, at=NOON)
    run = given.give(session, fixed, codes, confirmed=True, by=other, at=NOON)
    sealing.approve(session, run.papers[0].id, by=reviewer, at=NOON)

    lines = [line for line in run.report["checked"] if not line["kept"]]
    assert [(line["rule"], sorted(line["items"])) for line in lines] == [("enemy-set:1 同一考点", sorted(codes[:2]))]
    assert run.papers[0].state is PaperState.SEALED


def test_groups_of_the_rules_are_counted_from_one_with_those_that_the_bank_cannot_hold(session: Session) -> None:
    level = a_bank(session, supply={"0-1": (2, 2, 0, 0)})
    rules = versions.rules_of(versions.in_force(a_specification(session, level)))
    stock = pool.load(session, level.id, rules)
    one, other, *_ = stock.entries
    grouped = rules.model_copy(update={"enemies": (("x", "y"), (one, other))})

    assert [name for name in request.enemies(stock, grouped) if name.startswith("enemies")] == ["enemies:2"]


def test_a_set_needs_two_items_of_the_bank_a_name_and_a_reason(session: Session, reviewer: Actor) -> None:
    level = a_bank(session, supply={"0-1": (2, 2, 0, 0)})
    given: dict[str, Any] = {"name": "一", "reason": "二", "by": reviewer, "at": NOON}
    one, other = "3-000001", "3-000002"

    with pytest.raises(EnemiesTooFew):
        enemy_sets.declare(session, [one, one], **given)
    with pytest.raises(EnemiesUnknown, match="9-9"):
        enemy_sets.declare(session, [one, "9-9"], **given)
    with pytest.raises(EnemiesUnexplained):
        enemy_sets.declare(session, [one, other], **given | {"reason": " "})

    made = enemy_sets.declare(session, [other, one], **given)
    assert enemy_sets.declare(session, [one, other], **given) is made
    assert [member.code for member in enemy_sets.listed(session, limit=5)[0].members] == [one, other]
    assert level.digit == 3


@contextmanager
def refused_by_the_database(session: Session) -> Iterator[None]:
    with pytest.raises(IntegrityError), session.begin_nested():
        yield


def test_the_database_keeps_what_a_set_said(session: Session, reviewer: Actor) -> None:
    a_bank(session, supply={"0-1": (2, 2, 0, 0)})
    made = enemy_sets.declare(session, ["3-000001", "3-000002"], name="一", reason="二", by=reviewer, at=NOON)
    session.flush()

    for statement in ("UPDATE enemy_set SET reason = '三'", "DELETE FROM enemy_set"):
        with refused_by_the_database(session):
            session.execute(text(statement))
    enemy_sets.dissolve(session, made.id, by=reviewer, at=NOON)
    session.flush()
    with refused_by_the_database(session):
        session.execute(text("UPDATE enemy_set SET dissolved_at = null, dissolved_by = null"))
