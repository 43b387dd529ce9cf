"""Members of staff at the pages: an organisation with one account per set of roles, logged in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.exam.people.models import Account, Membership, Organisation, OrganisationKind

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Staff:
    """An account at work."""

    account: UUID
    organisation: UUID
    uniquifier: str


def an_organisation_row(name: str = "示范评价机构", *, site_code: str = "000000") -> UUID:
    """Commit an organisation; one that issues certificates needs a site code of its own, for their numbers stay."""
    with transaction() as session:
        row = Organisation(
            code=uuid4().hex[:8], name=name, name_en="Sample assessment organisation",
            kind=OrganisationKind.TRAINING_AND_EVALUATION, institution_code="0000", province_code="00",
            site_code=site_code, demonstration=True, settings={}, created_at=NOON,
        )  # fmt: skip
        session.add(row)
        return row.id


def a_member(*roles: str, organisation: UUID | None = None, name: str = "程以安") -> Staff:
    """Make an account with roles in an organisation; what is committed stays, so each has its own name."""
    organisation = organisation or an_organisation_row()
    with transaction() as session:
        account = Account(
            email=f"{uuid4().hex[:12]}@example.org", name=name, active=True, fs_uniquifier=uuid4().hex, appearance={},
            created_at=NOON,
        )  # fmt: skip
        session.add(account)
        session.flush()
        for role in roles:
            session.add(Membership(
                account_id=account.id, organisation=organisation, role=role, granted_by=account.id, granted_at=NOON,
            ))  # fmt: skip
        return Staff(account.id, organisation, account.fs_uniquifier)


def session_of(staff: Staff) -> dict[str, object]:
    """Give the content of the session cookie of somebody who logged in a moment ago."""
    now = datetime.now(UTC).timestamp()
    return {
        "_user_id": staff.uniquifier,
        "_fresh": True,
        "fs_cc": "set",
        "fs_paa": now,
        "organisation": str(staff.organisation),
    }


def log_in(client: FlaskClient, staff: Staff) -> FlaskClient:
    """Put a member's session into a client."""
    with client.session_transaction() as cookie:
        cookie.update(session_of(staff))
    return client
