"""Closed items: there for their readers alone, counted and numbered all the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, closed_items, holdings, text_index
from kaoping.itembank.closed_items import CodesUnknown, NothingNamed, ReasonUnsaid
from kaoping.itembank.errors import Missing
from kaoping.itembank.items import Item, Revision
from tests.builders import NOON, an_actor
from tests.builders_bank import SINGLE, a_standard, an_approved_item, an_item


@contextmanager
def read_by(session: Session, person: UUID) -> Iterator[None]:
    session.flush()
    session.expunge_all()
    session.execute(text("SELECT set_config('app.reader', :it, true)"), {"it": str(person)})
    yield
    session.execute(text("SELECT set_config('app.reader', '', true)"))


def a_closed_item(session: Session, *persons: UUID, **changes: Any) -> Item:
    item, keeper = an_approved_item(session, **changes), an_actor(session, "bank_administrator")
    closed_items.close(session, [item.code], persons, "国赛用题", by=keeper, at=NOON)
    return item


def test_a_closed_item_is_there_for_its_readers_and_authors_alone(session: Session) -> None:
    named, other = uuid4(), uuid4()
    item = a_closed_item(session, named)
    item_id, revision_id, author = item.id, item.latest.id, item.author_id

    for person, sees in ((named, True), (author, True), (other, False)):
        with read_by(session, person):
            assert (session.get(Item, item_id) is not None) is sees
            assert (session.get(Revision, revision_id) is not None) is sees
            assert bool(text_index.similar(session, SINGLE, session.info["organisation"])) is sees
    with read_by(session, other), pytest.raises(Missing):
        authoring.get(session, item_id)


def test_without_a_reader_nothing_is_closed_and_opening_gives_it_back_to_all(session: Session) -> None:
    item = a_closed_item(session)
    code, item_id = item.code, item.id

    assert session.scalars(select(Item.id)).one() == item_id
    assert [(one.code, one.readers) for one in closed_items.listed(session, limit=9)] == [(code, (item.author_id,))]
    closed_items.reopen(session, [code], "赛后公开", by=an_actor(session, "bank_administrator"), at=NOON)

    with read_by(session, uuid4()):
        assert session.get(Item, item_id) is not None


def test_numbers_and_counts_take_closed_items_along(session: Session) -> None:
    standard = a_standard(session)
    item = a_closed_item(session, standard=standard)
    level, code, writer = item.level_id, item.code, an_actor(session, "item_writer")

    with read_by(session, writer.id):
        supply = holdings.load(session, level)
        again = an_item(session, standard=session.merge(standard), by=writer)
        assert (sum(group.count for group in supply), again.code > code) == (1, True)


@pytest.mark.parametrize(("codes", "why", "refusal"), [
    ([], "x", NothingNamed), (["9-999999"], "x", CodesUnknown), (["3-000001"], " ", ReasonUnsaid),
])  # fmt: skip
def test_what_cannot_be_closed_is_refused(
    session: Session, codes: list[str], why: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        closed_items.close(session, codes, [], why, by=an_actor(session), at=NOON)
