"""Members of staff: accounts, roles, passwords."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery import tokens
from kaoping.exam.people import accounts, organisations, persons, staff
from kaoping.exam.people.models import Account, Membership
from kaoping.exam.people.staff_errors import (
    AccountShared,
    FilingCodesTaken,
    LastAdministrator,
    ParameterOutOfRange,
    PasswordTooShort,
)
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import Missing
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor, an_organisation
from tests.builders_registration import a_candidate


@pytest.fixture
def administrator(session: Session) -> Actor:
    """The system administrator of the session's organisation, with an account."""
    an_organisation(session)
    opener = an_actor(session)
    account = staff.add(session, "admin", name="钱多", roles=["system_administrator"], by=opener, at=NOON)
    return Actor(account.id, session.info["organisation"], frozenset({"system_administrator"}))


def test_a_member_has_the_roles_given_and_the_trail_says_so(session: Session, administrator: Actor) -> None:
    member = staff.add(session, "Su.He@example.org", name="苏禾", roles=["invigilator"], by=administrator, at=NOON)

    staff.set_roles(session, member.id, ["marker"], by=administrator, at=NOON)
    session.expire_all()

    assert member.email == "su.he@example.org"
    assert staff.roles_of(member, administrator.organisation) == {"marker"}
    verbs = session.scalars(
        select(TrailEntry.verb).where(TrailEntry.by == administrator.id).order_by(TrailEntry.number)
    )
    assert list(verbs) == ["role.granted", "role.granted", "role.revoked"]


def test_adding_somebody_twice_keeps_one_account(session: Session, administrator: Actor) -> None:
    first = staff.add(session, "su.he", name="苏禾", roles=["marker"], by=administrator, at=NOON)
    second = staff.add(session, "SU.HE", name="另一个名字", roles=["marker"], by=administrator, at=NOON)

    assert first is second
    assert second.name == "苏禾"


def test_the_last_administrator_keeps_the_role_and_the_account(session: Session, administrator: Actor) -> None:
    with pytest.raises(LastAdministrator):
        staff.set_roles(session, administrator.id, [], by=administrator, at=NOON)
    with pytest.raises(LastAdministrator):
        staff.set_active(session, administrator.id, False, by=administrator, at=NOON)


def test_a_reset_password_ends_log_ins_and_the_second_factor(session: Session, administrator: Actor) -> None:
    member = staff.add(session, "su.he", name="苏禾", roles=["marker"], by=administrator, at=NOON)
    member.tf_primary_method, before = "authenticator", member.fs_uniquifier

    password = staff.reset_password(session, member.id, by=administrator, at=NOON)

    assert len(password) == len("xxxx-xxxx-xxxx-xxxx")
    assert member.password
    assert password not in member.password
    assert member.fs_uniquifier != before
    assert member.tf_primary_method is None


def test_members_of_others_are_not_found(session: Session, administrator: Actor) -> None:
    stranger = accounts.add(session, "stranger", name="陌生人", password=None, at=NOON)

    with pytest.raises(Missing):
        staff.member(session, stranger.id, by=administrator)


def test_an_account_that_works_elsewhere_too_is_not_reset_here(session: Session, administrator: Actor) -> None:
    member = staff.add(session, "su.he", name="苏禾", roles=["marker"], by=administrator, at=NOON)
    _works_elsewhere(session, member, administrator)

    with pytest.raises(AccountShared):
        staff.reset_password(session, member.id, by=administrator, at=NOON)


def test_an_account_that_is_a_candidates_elsewhere_is_not_reset_here(session: Session, administrator: Actor) -> None:
    account = staff.add(session, "lin@example.org", name="林知远", roles=["marker"], by=administrator, at=NOON)
    other = an_organisation(session, id=uuid4(), code=uuid4().hex[:8])
    tokens.bind(session, other.id)
    person = persons.find_or_create(session, a_candidate(), by=Actor(uuid4(), other.id), at=NOON)
    person.account_id = account.id
    session.flush()
    tokens.bind(session, administrator.organisation)

    with pytest.raises(AccountShared):
        staff.reset_password(session, account.id, by=administrator, at=NOON)


def test_a_short_password_is_refused_with_its_length() -> None:
    with pytest.raises(PasswordTooShort) as refused:
        accounts.hashed("short")

    assert (refused.value.length, refused.value.least) == (5, 10)


def test_a_parameter_is_kept_within_its_range(session: Session, administrator: Actor) -> None:
    organisations.set_parameters(session, {"objection_days": 7}, by=administrator, at=NOON)

    assert organisations.parameter(organisations.own(session, by=administrator), "objection_days") == 7
    with pytest.raises(ParameterOutOfRange):
        organisations.set_parameters(session, {"objection_days": 61}, by=administrator, at=NOON)


def test_a_second_organisation_under_the_same_codes_of_its_filing_is_refused(
    session: Session, administrator: Actor
) -> None:
    own = organisations.own(session, by=administrator)
    codes = {name: getattr(own, name) for name in ("institution_code", "province_code", "site_code")}

    with pytest.raises(FilingCodesTaken, match="is filed under S000000000000"):
        accounts.open_organisation(
            session, "second", name="第二机构", name_en="Second", kind=own.kind, **codes, at=NOON
        )


def _works_elsewhere(session: Session, member: Account, administrator: Actor) -> None:
    values = {"institution_code": "0000", "province_code": "00", "site_code": "000001"}
    kind = organisations.own(session, by=administrator).kind
    other = accounts.open_organisation(
        session, f"o-{member.id.hex[:8]}", name="第二机构", name_en="Second", kind=kind, **values, at=NOON
    )
    granted = {"granted_by": administrator.id, "granted_at": NOON}
    session.add(Membership(account_id=member.id, organisation=other.id, role="marker", **granted))
    session.flush()
    session.expire_all()
