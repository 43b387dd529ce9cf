"""Badges in the register: one place each, drawn at random; states reach the lists; rows never change."""

import json
from itertools import chain, repeat

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates import badges, register
from kaoping.certificates.badges import AchievementRow, BadgeRow
from kaoping.certificates.models import Certificate, ProposalVerb
from kaoping.certificates.proofs import signed_by
from kaoping.certificates.status_list import LENGTH, Purpose, is_set
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import badging
from tests.builders_results import (
    KEY,
    KEYS,
    PASSING,
    a_certificate,
    a_final_decision,
    an_open_exam,
    changed,
    closed,
    enrolled,
    sat,
)

ORIGIN = "https://cert.example.cn"


@pytest.fixture
def certificate(session: Session) -> Certificate:
    return a_certificate(session)


def two_certificates(session: Session) -> list[Certificate]:
    exam = an_open_exam(session)
    people = [enrolled(session, exam, number=n, name=name) for n, name in ((1, "方一鸣"), (2, "欧阳以宁"))]
    for application in people:
        sat(session, application, right=PASSING)
    closed(session, exam)
    return [a_certificate(session, a_final_decision(session, application)) for application in people]


def is_seen(session: Session, certificate: Certificate, purpose: Purpose) -> bool:
    place = badges.of(session, certificate).place
    organisation = session.get_one(Organisation, certificate.organisation_id)
    listed = badging.state_list(session, organisation, purpose, place.list_number, origin=ORIGIN)
    return is_set(json.loads(listed.signed(KEY))["credentialSubject"]["encodedList"], place.index)


def test_a_certificate_gets_its_place_once_and_its_badge_stays_the_same(
    session: Session, certificate: Certificate
) -> None:
    first = badges.of(session, certificate)

    assert badges.of(session, certificate) == first
    assert 0 <= first.place.index < LENGTH
    assert session.scalars(select(BadgeRow.secret_sealed)).one() != first.secret.encode()
    assert badging.document(session, certificate, origin=ORIGIN, key=KEY) == badging.document(
        session, certificate, origin=ORIGIN, key=KEY
    )


def test_a_place_that_is_taken_is_drawn_again(session: Session) -> None:
    certificate, other = two_certificates(session)
    taken = badges.of(session, certificate, draw=lambda _: 5)
    draws = chain([5, 5], repeat(6))

    assert taken.place.index == 5
    assert badges.of(session, other, draw=lambda _: next(draws)).place.index == 6


def test_a_list_that_is_half_full_is_followed_by_another(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(badges, "FULL", 1)
    certificate, other = two_certificates(session)

    assert badges.of(session, certificate).place.list_number == 1
    assert badges.of(session, other).place.list_number == 2
    assert badges.exists_list(session, 2)
    assert not badges.exists_list(session, 3)


@pytest.mark.parametrize(
    ("verbs", "revocation", "suspension"),
    [
        ([], False, False),
        ([ProposalVerb.REVOKE], True, False),
        ([ProposalVerb.SUSPEND], True, True),
        ([ProposalVerb.SUSPEND, ProposalVerb.LIFT], False, False),
        ([ProposalVerb.SUSPEND, ProposalVerb.REVOKE], True, False),
    ],
)
def test_the_lists_follow_the_register(
    session: Session, certificate: Certificate, verbs: list[ProposalVerb], *, revocation: bool, suspension: bool
) -> None:
    for verb in verbs:
        changed(session, certificate, verb)

    assert is_seen(session, certificate, Purpose.REVOCATION) is revocation
    assert is_seen(session, certificate, Purpose.SUSPENSION) is suspension


def test_the_badge_of_the_register_verifies_with_the_published_key(session: Session, certificate: Certificate) -> None:
    made = json.loads(badging.document(session, certificate, origin=ORIGIN, key=KEY))

    assert signed_by(made, KEYS, did="did:web:cert.example.cn") == KEY.key_id
    assert made["credentialSubject"]["licenseNumber"] == certificate.number
    achievement = session.scalars(select(AchievementRow)).one()
    assert made["credentialSubject"]["achievement"]["id"].endswith(str(achievement.key))


def test_the_salts_of_the_holder_give_the_hashes_of_the_badge(session: Session, certificate: Certificate) -> None:
    made = json.loads(badging.document(session, certificate, origin=ORIGIN, key=KEY))
    salts = json.loads(badging.salts(session, certificate))

    said = {one["identityType"]: one["identityHash"] for one in made["credentialSubject"]["identifier"]}
    assert {kind: one["identityHash"] for kind, one in salts.items()} == said
    assert salts["name"]["value"] == register.award_of(certificate).name


@pytest.mark.parametrize("change", [update(BadgeRow).values(position=1), delete(BadgeRow)])
def test_the_database_refuses_to_move_a_badge(session: Session, certificate: Certificate, change: object) -> None:
    badges.of(session, certificate)

    with pytest.raises(DBAPIError, match="badge"):
        session.execute(change)  # type: ignore[call-overload]
