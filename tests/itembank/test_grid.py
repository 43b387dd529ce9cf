"""The grid: many rows saved together or not at all, and nothing overwritten that was not seen."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, grid
from kaoping.itembank.actor import Actor
from kaoping.itembank.grid import Cells, Entry, GridRefused, GridTooLong
from kaoping.itembank.items import Item, ItemState, Verdict
from kaoping.itembank.listing import Search
from kaoping.itembank.reviews import ReturnReason
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_bank import SINGLE, SOURCE, a_standard, a_submitted_item, a_verdict, an_approved_item, an_item
from tests.itembank.test_item_import import counted


@pytest.fixture
def writer(session: Session) -> Actor:
    return an_actor(session, "item_writer")


def typed(item: Item, **changes: str) -> Entry:
    """Type into a row what it does not say."""
    return Entry(item.id, grid.stamp_of(item.latest), replace(Cells.of(item.latest), **changes))


def test_drafts_are_reworded_in_place_and_returned_items_get_a_new_revision(session: Session, writer: Actor) -> None:
    standard = a_standard(session)
    draft, same = an_item(session, standard, by=writer), an_item(session, standard, by=writer)
    returned = a_submitted_item(session, standard=standard, by=writer)
    a_verdict(session, returned, verdict=Verdict.RETURN, comment="改年份", reasons=[ReturnReason.SOURCE])
    entries = [typed(draft, clause="9", difficulty="5"), typed(same), typed(returned, edition="2021")]

    changed = grid.save(session, entries, by=writer, at=NOON)
    session.flush()

    assert {item.id for item in changed} == {draft.id, returned.id}
    assert (draft.latest.number, draft.latest.source_clause, draft.latest.difficulty) == (1, "9", 5)
    assert (returned.latest.number, returned.state, returned.latest.body) == (
        2,
        ItemState.DRAFT,
        returned.revisions[0].body,
    )
    assert all(item.latest.content_hash == item.latest.fingerprint() for item in changed)
    deeds = session.scalars(select(TrailEntry).where(TrailEntry.verb == "item_revised")).all()
    assert {deed.thing_id for deed in deeds} == {draft.id, returned.id}


def test_one_bad_cell_keeps_every_row_from_being_saved(session: Session, writer: Actor) -> None:
    standard = a_standard(session)
    good, bad = an_item(session, standard, by=writer), an_item(session, standard, by=writer)
    before = good.latest.content_hash

    with pytest.raises(GridRefused) as refused:
        grid.save(session, [typed(good, clause="9"), typed(bad, standard="", difficulty="6")], by=writer, at=NOON)

    assert set(refused.value.refusals) == {bad.id}
    assert set(refused.value.refusals[bad.id].cells) == {"standard", "difficulty"}
    assert good.latest.content_hash == before


def test_a_row_that_was_saved_meanwhile_is_refused_only_if_it_was_touched(session: Session, writer: Actor) -> None:
    item = an_item(session, by=writer)
    mine, unread = typed(item, clause="9"), typed(item)
    authoring.revise(session, item.id, body=SINGLE, source=SOURCE, difficulty=2, consistency=1, by=writer, at=NOON)

    assert grid.save(session, [unread], by=writer, at=NOON) == []
    with pytest.raises(GridRefused) as refused:
        grid.save(session, [mine], by=writer, at=NOON)

    assert refused.value.refusals[item.id].row
    assert item.latest.consistency == 1


def test_others_drafts_and_items_in_other_states_are_read_only(session: Session, writer: Actor) -> None:
    standard = a_standard(session)
    theirs, waiting = an_item(session, standard), a_submitted_item(session, standard=standard, by=writer)
    approved = an_approved_item(session, standard=standard, by=writer)
    rows = [typed(item, clause="9") for item in (theirs, waiting, approved)]

    with pytest.raises(GridRefused) as refused:
        grid.save(session, rows, by=writer, at=NOON)

    assert set(refused.value.refusals) == {theirs.id, waiting.id, approved.id}
    with pytest.raises(GridTooLong):
        grid.save(session, rows * 40, by=writer, at=NOON)


def test_a_further_row_costs_its_own_update_and_no_other_statement(session: Session, writer: Actor) -> None:
    standard, counts = a_standard(session), []
    for number in (2, 6):
        items = [an_item(session, standard, by=writer) for _ in range(number)]
        session.flush()
        with counted(session) as sent:
            assert len(grid.find(session, Search(), writer, also=()).items) >= number
            grid.save(session, [typed(item, clause="9") for item in items], by=writer, at=NOON)
            session.flush()
        counts.append(len(sent))

    assert counts[1] - counts[0] == 4
