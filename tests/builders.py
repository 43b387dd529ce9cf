"""Plain functions that make what a test needs; every one returns a flushed row and takes changes by keyword."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from kaoping.exam.people.models import Organisation, OrganisationKind
from kaoping.itembank.actor import Actor

#: The moment at which tests happen.
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def an_organisation(session: Session, **changes: Any) -> Organisation:
    """Make the organisation that the session is bound to."""
    values: dict[str, Any] = {
        "id": session.info["organisation"],
        "code": f"demo-{session.info['organisation'].hex[:8]}",
        "name": "示范评价机构",
        "name_en": "Demonstration evaluation organisation",
        "kind": OrganisationKind.TRAINING_AND_EVALUATION,
        "institution_code": "0000",
        "province_code": "00",
        "site_code": "000000",
        "demonstration": True,
        "created_at": NOON,
    }
    organisation = Organisation(**values | changes)
    session.add(organisation)
    session.flush()
    return organisation


def an_actor(session: Session, *roles: str) -> Actor:
    """Give a person of the session's organisation in some roles."""
    return Actor(uuid4(), session.info["organisation"], frozenset(roles))
