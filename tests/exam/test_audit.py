"""The audit trail: what was recorded cannot be changed, dropped or cut off unseen."""

from datetime import timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from kaoping.exam import audit, db
from kaoping.exam.errors import AnchorUnusable, TrailBroken
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import record
from kaoping.itembank.vault import Vault
from tests.builders import NOON, an_organisation
from tests.conftest import Database, superuser


def a_trail(database: Database, organisation: UUID, entries: int = 3) -> None:
    by = Actor(UUID(int=7), organisation)
    with db.transaction(organisation) as session:
        thing = an_organisation(session)
        for number in range(entries):
            at = NOON.astimezone(timezone(timedelta(hours=8))) if number % 2 else NOON
            record(session, "looked", thing, by=by, at=at, times=number)


def verified(organisation: UUID, *anchors: audit.Anchor) -> int:
    with db.transaction(organisation) as session:
        return audit.verify(session, organisation, anchors=anchors).entries


def tamper(database: Database, statement: str, organisation: UUID) -> None:
    """Change the trail as one who masters the database: triggers off."""
    with superuser(database.server, database.name) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement.encode(), [organisation])


def test_an_untouched_trail_is_unbroken(database: Database, vault: Vault, organisation: UUID) -> None:
    a_trail(database, organisation)

    assert verified(organisation) == 3


def test_an_organisation_without_deeds_has_an_unbroken_trail(session: Session) -> None:
    organisation = an_organisation(session).id

    assert audit.verify(session, organisation).entries == 0


@pytest.mark.parametrize(
    ("statement", "number", "reason"),
    [
        ("UPDATE trail_entry SET facts = '{}' WHERE number = 2 AND organisation_id = %s", 2, "it was changed"),
        ("UPDATE trail_entry SET at = now() WHERE number = 1 AND organisation_id = %s", 1, "it was changed"),
        ("DELETE FROM trail_entry WHERE number = 2 AND organisation_id = %s", 2, "it is missing"),
        ("DELETE FROM trail_entry WHERE number = 3 AND organisation_id = %s", 3, "the head names it"),
    ],
)
def test_the_first_broken_entry_is_named(
    database: Database, vault: Vault, organisation: UUID, statement: str, number: int, reason: str
) -> None:
    a_trail(database, organisation)
    tamper(database, statement, organisation)

    with pytest.raises(TrailBroken) as caught:
        verified(organisation)

    assert caught.value.number == number
    assert caught.value.reason.startswith(reason)


def test_an_anchor_shows_that_the_end_was_cut_off(database: Database, vault: Vault, organisation: UUID) -> None:
    a_trail(database, organisation)
    with db.transaction(organisation) as session:
        kept = audit.anchor(session, organisation, at=NOON)
    tamper(database, "DELETE FROM trail_entry WHERE number = 3 AND organisation_id = %s", organisation)
    cut = (
        "UPDATE trail_head SET number = 2, mac = e.mac FROM trail_entry e "
        "WHERE e.organisation_id = trail_head.organisation_id AND e.number = 2 AND e.organisation_id = %s"
    )
    tamper(database, cut, organisation)

    assert verified(organisation) == 2
    with pytest.raises(TrailBroken) as caught:
        verified(organisation, kept)
    assert caught.value.number == 3


def test_a_forged_anchor_is_not_believed(session: Session, vault: Vault) -> None:
    line = audit.anchor(session, an_organisation(session).id, at=NOON).line()

    assert audit.Anchor.parse(line).number == 0
    with pytest.raises(AnchorUnusable):
        audit.Anchor.parse(line.replace('"number": 0', '"number": 9'))
    with pytest.raises(AnchorUnusable):
        audit.Anchor.parse("{}")
