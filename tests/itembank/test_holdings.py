"""What the bank holds against what papers need, cell by cell."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import assembling, holdings, sealing
from kaoping.itembank.holdings import Cell
from kaoping.itembank.items import Item, ItemState, ItemType
from kaoping.itembank.models import Level, Range
from kaoping.itembank.papers import Specification
from kaoping.itembank.rules import Rules, Section
from kaoping.itembank.versions import rules_of
from tests.builders import NOON, an_actor
from tests.builders_papers import ROWS, a_bank, a_specification, an_item


def all_cells(
    session: Session, made: Specification, *, papers: int = 2, **changes: Any
) -> dict[tuple[str, Section], Cell]:
    rules = Rules.model_validate({**rules_of(made.latest).plain(), **changes})
    found = holdings.cells(holdings.load(session, made.level_id), rules, papers=papers)
    return {(cell.row.code if cell.row else "", cell.section): cell for cell in found}


def an_item_of(session: Session, level: Level, code: str, kind: ItemType, number: int, state: ItemState) -> Item:
    row = session.scalars(select(Range).where(Range.code == code)).one()
    item = an_item(session, level, row, kind, number, by=an_actor(session), state=state)
    session.flush()
    return item


def test_every_cell_has_what_the_bank_has_and_needs_what_the_papers_take(session: Session) -> None:
    found = all_cells(session, a_specification(session, a_bank(session)))

    for code, (_, _, _, supply) in ROWS.items():
        held = [found[code, section].available for section, _ in zip(Section, supply, strict=False)]
        assert tuple(held) == supply
    cell = found["0-1", Section.SINGLE_CHOICE]
    assert (cell.needed, cell.available, cell.missing, cell.in_review) == (4, 6, 0, 0)


def test_a_short_cell_says_how_many_are_missing_and_how_many_wait_in_review(session: Session) -> None:
    level = a_bank(session)
    made = a_specification(session, level)
    for number in range(900, 903):
        an_item_of(session, level, "0-1", ItemType.SINGLE_CHOICE, number, ItemState.IN_REVIEW)

    cell = all_cells(session, made, papers=5)["0-1", Section.SINGLE_CHOICE]

    assert (cell.needed, cell.available, cell.missing, cell.in_review) == (10, 6, 4, 3)


def test_items_without_statistics_count_only_where_the_rules_take_them(session: Session) -> None:
    made = a_specification(session, a_bank(session, calibrated=False))

    strict, loose = (all_cells(session, made, uncalibrated=taken)["2", Section.TRUE_FALSE] for taken in (False, True))

    assert (strict.available, strict.uncalibrated) == (0, 14)
    assert (loose.available, loose.uncalibrated) == (14, 0)


def test_items_in_too_many_sealed_papers_are_left_out(session: Session) -> None:
    made = a_specification(session, a_bank(session))
    run = assembling.assemble(session, made.id, forms=1, by=an_actor(session), at=NOON)
    sealing.approve(session, run.papers[0].id, by=an_actor(session), at=NOON)

    once, twice = (all_cells(session, made, exposure_most=most)["0-1", Section.SINGLE_CHOICE] for most in (1, 2))

    assert (once.available, once.exposed) == (4, 2)
    assert (twice.available, twice.exposed) == (6, 0)


def test_of_a_point_each_paper_takes_one_item(session: Session) -> None:
    level = a_bank(session)
    made = a_specification(session, level, uncalibrated=True)
    held = session.scalars(select(Item).where(Item.type == ItemType.SINGLE_CHOICE).order_by(Item.code)).first()
    assert held is not None
    for number in (900, 901):
        more = an_item_of(session, level, "0-1", ItemType.SINGLE_CHOICE, number, ItemState.APPROVED)
        more.point_id = held.point_id
    session.flush()

    one, three = (all_cells(session, made, papers=n)["0-1", Section.SINGLE_CHOICE] for n in (1, 3))

    assert (one.available, one.crowded) == (6, 2)
    assert (three.available, three.crowded) == (8, 0)


def test_returned_and_retired_items_count_nowhere(session: Session) -> None:
    level = a_bank(session)
    made = a_specification(session, level)
    before = all_cells(session, made)
    for number, state in ((900, ItemState.RETIRED), (901, ItemState.RETURNED), (902, ItemState.DRAFT)):
        an_item_of(session, level, "1", ItemType.TRUE_FALSE, number, state)

    assert all_cells(session, made) == {place: replace(cell) for place, cell in before.items()}
