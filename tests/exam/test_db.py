"""The database of the process: organisations apart, one place that commits, no strong role."""

from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from kaoping.exam import db
from kaoping.exam.errors import RoleTooStrong
from kaoping.itembank.trail import GENESIS, TrailHead
from tests.builders import organisation_of
from tests.conftest import Database


def a_head(session: Session) -> TrailHead:
    head = TrailHead(organisation_id=organisation_of(session), number=0, mac=GENESIS)
    session.add(head)
    session.flush()
    return head


def test_a_row_of_one_organisation_is_not_seen_by_another(session: Session) -> None:
    head = a_head(session)

    session.execute(text("SELECT set_config('app.organisation', :other, true)"), {"other": str(uuid4())})

    assert session.scalars(select(TrailHead.id).where(TrailHead.id == head.id)).all() == []


def test_a_transaction_without_organisation_sees_no_owned_row(database: Database) -> None:
    with db.transaction(uuid4()) as session:
        a_head(session)

    with db.transaction() as session:
        assert session.scalars(select(TrailHead.id)).all() == []


def test_a_row_cannot_be_written_for_another_organisation(session: Session) -> None:
    organisation_of(session)
    session.add(TrailHead(organisation_id=uuid4(), number=0, mac=GENESIS))

    with pytest.raises(ProgrammingError, match="row-level security"):
        session.flush()


def fail(session: Session) -> None:
    a_head(session)
    raise ZeroDivisionError


def test_an_error_takes_back_the_whole_transaction(database: Database) -> None:
    organisation = uuid4()
    with pytest.raises(ZeroDivisionError), db.transaction(organisation) as session:
        fail(session)

    with db.transaction(organisation) as session:
        assert session.scalars(select(TrailHead.id)).all() == []


@pytest.mark.parametrize("role", ["postgres", "kaoping_backup"])
def test_a_role_that_row_security_does_not_bind_is_refused(database: Database, role: str) -> None:
    address = database.server.url(database.name) if role == "postgres" else database.addresses.as_backup()
    engine = db.engine_for(address)

    with pytest.raises(RoleTooStrong) as caught:
        db.require_bound_role(engine)

    engine.dispose()
    assert caught.value.role == role
    assert str(caught.value).startswith(f"The database role {role} may bypass row-level security")


def test_the_programs_own_role_is_accepted(database: Database) -> None:
    db.require_bound_role(database.engine)


def test_a_still_transaction_sees_nothing_that_others_commit_and_writes_nothing(database: Database) -> None:
    organisation = uuid4()
    heads = select(TrailHead.id)
    with db.transaction(organisation, still=True) as session:
        assert session.scalars(heads).all() == []

        with db.transaction(organisation) as other:
            a_head(other)

        assert session.scalars(heads).all() == []
        assert session.scalar(text("SHOW transaction_read_only")) == "on"
    with db.transaction(organisation) as session:
        assert len(session.scalars(heads).all()) == 1
