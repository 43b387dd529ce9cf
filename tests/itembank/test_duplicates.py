"""Near-duplicates of the whole bank, and of many new wordings at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import duplicates, life, text_index
from kaoping.itembank.duplicates import RunState
from kaoping.itembank.items import MoveReason
from kaoping.itembank.models import Standard
from tests.builders import NOON, an_actor
from tests.builders_bank import SINGLE, a_standard, an_approved_item, an_item
from tests.itembank.test_text_index import OTHER, REWORDED


@pytest.fixture
def standard(session: Session) -> Standard:
    return a_standard(session)


def test_a_run_keeps_the_pairs_of_the_whole_bank_and_tells_how_far_it_is(session: Session, standard: Standard) -> None:
    first, second = an_item(session, standard), an_item(session, standard, body=REWORDED)
    retired = an_approved_item(session, standard=standard)
    life.retire(session, retired.id, MoveReason.DUPLICATE, by=an_actor(session), at=NOON)
    an_item(session, standard, body=OTHER)
    run = duplicates.order(session, by=an_actor(session, "item_reviewer"), at=NOON)

    @contextmanager
    def opened() -> Iterator[Session]:
        yield session
        session.flush()

    assert duplicates.order(session, by=an_actor(session), at=NOON) is run
    for _ in range(2):
        duplicates.carry_out(opened, run.id, at=NOON)

    (pair,) = duplicates.pairs(session, run, limit=5)
    assert {pair.first, pair.second} == {first, second}
    assert (run.state, run.found, run.read, duplicates.count(session, run)) == (RunState.DONE, 1, run.wanted, 1)
    assert run.wanted >= 2
    life.retire(session, second.id, MoveReason.DUPLICATE, by=an_actor(session), at=NOON)
    session.flush()
    assert duplicates.count(session, run) == 0


def test_a_run_that_was_overtaken_takes_no_pairs_away(session: Session, standard: Standard) -> None:
    pair = sorted((an_item(session, standard).id, an_item(session, standard, body=OTHER).id))
    lost = duplicates.order(session, by=an_actor(session), at=NOON)
    later = duplicates.order(session, by=an_actor(session), at=NOON + duplicates.GIVEN_UP)

    duplicates.end(session, later, [(pair[0], pair[1], 0.9)])
    duplicates.end(session, lost, [])

    assert lost.over
    assert duplicates.done(session) is later
    assert duplicates.count(session, later) == 1


def test_many_items_of_one_wording_are_one_crowd(session: Session, standard: Standard) -> None:
    for _ in range(5):
        an_item(session, standard)

    assert len(duplicates.sought(session)) == 10


def test_a_run_that_fails_says_so_and_another_can_be_ordered(
    session: Session, standard: Standard, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_item(session, standard)
    run = duplicates.order(session, by=an_actor(session), at=NOON)

    @contextmanager
    def opened() -> Iterator[Session]:
        yield session

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(duplicates, "sought", broken)
    with pytest.raises(ZeroDivisionError):
        duplicates.carry_out(opened, run.id, at=NOON)

    assert run.state is RunState.FAILED
    assert duplicates.order(session, by=an_actor(session), at=NOON) is not run


def test_new_wordings_are_compared_with_the_bank_and_with_each_other(session: Session, standard: Standard) -> None:
    item = an_item(session, standard)
    bodies = [OTHER, REWORDED, SINGLE, {"stem": "", "options": []}]

    alike = text_index.alike(session, bodies, item.organisation_id)

    assert [[one.item for one in each] for each in alike] == [[], [item], [item], []]
    assert [one.share for one in alike[2]] == [1.0]
    assert [(first, second) for first, second, _ in text_index.twins(bodies)] == [(1, 2)]
