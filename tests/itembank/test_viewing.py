"""Who saw which item: once a day at the screen, each print by itself, and the code of a watermark leads back."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.itembank import view_log, viewing
from kaoping.itembank.view_log import Wanted
from kaoping.itembank.viewing import Access, ItemView, PurposeMissing, Trace
from tests.builders import NOON, an_actor
from tests.builders_bank import a_standard, an_item


def test_an_item_is_entered_once_for_a_person_and_day(session: Session) -> None:
    reader, other = an_actor(session, "item_reviewer"), an_actor(session, "item_reviewer")
    standard = a_standard(session)
    first, second = an_item(session, standard).id, an_item(session, standard).id

    traces = [viewing.see(session, [first], by=reader, at=NOON + timedelta(hours=hour)) for hour in range(3)]
    viewing.see(session, [first, second], by=reader, at=NOON)
    tomorrow = viewing.see(session, [first], by=reader, at=NOON + timedelta(days=1))
    viewing.see(session, [first], by=other, at=NOON)

    assert len({trace.code for trace in traces}) == 1
    assert tomorrow.code != traces[0].code
    assert len(session.scalars(select(ItemView)).all()) == 4


def test_what_is_taken_has_a_code_of_its_own_and_a_purpose(session: Session) -> None:
    reader = an_actor(session, "item_reviewer")
    item = an_item(session)
    taken = [
        viewing.take(session, Access.KEY, "2026-3-0001-A", [item.id], purpose=" 评卷 第一场 ", by=reader, at=NOON)
        for _ in range(2)
    ]

    with pytest.raises(PurposeMissing):
        viewing.take(session, Access.KEY, "2026-3-0001-A", [item.id], purpose=" a ", by=reader, at=NOON)

    assert taken[0].code != taken[1].code
    assert taken[0].purpose == "评卷 第一场"


def test_the_log_is_read_by_code_by_item_and_by_person(session: Session) -> None:
    reader, other = an_actor(session, "item_reviewer"), an_actor(session, "item_writer")
    standard = a_standard(session)
    item, second = an_item(session, standard), an_item(session, standard)
    screen = viewing.see(session, [item.id, second.id], by=reader, at=NOON)
    viewing.see(session, [second.id], by=other, at=NOON)

    by_code = view_log.find(session, Wanted(code=screen.code.lower().replace("-", " ")))
    by_item = view_log.find(session, Wanted(item=item.code))
    by_person = view_log.find(session, Wanted(viewer_id=other.id))
    lines = list(view_log.lines(session, Wanted(item=second.code)))

    assert [(row.id, row.items) for row in by_code.rows] == [(screen.id, 2)]
    assert [(row.viewer_id, row.items) for row in by_item.rows] == [(reader.id, 1)]
    assert [row.viewer_id for row in by_person.rows] == [other.id]
    assert {(line[1], line[3]) for line in lines} == {(reader.id, second.code), (other.id, second.code)}


@pytest.mark.parametrize("row", [Trace, ItemView])
def test_the_log_is_only_appended(session: Session, row: type[Trace | ItemView]) -> None:
    viewing.see(session, [an_item(session).id], by=an_actor(session, "item_reviewer"), at=NOON)

    session.delete(session.scalars(select(row)).one())
    with pytest.raises(DBAPIError):
        session.flush()
