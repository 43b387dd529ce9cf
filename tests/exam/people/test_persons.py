"""Persons, their consents, and the destruction of their key."""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from kaoping.exam.people import consents, errors, identity, persons
from kaoping.exam.people.consents import Answers
from kaoping.exam.people.models import Account, Consent, ConsentKind, IdentityType, Person
from kaoping.itembank.errors import Missing
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_account, an_actor, an_organisation
from tests.builders_registration import AGREED, a_candidate, a_photo, an_identity

WITH_PHOTO = Answers(notice=True, identity_number=True, photo=True)


def a_person(session: Session, **changes: object) -> Person:
    an_organisation(session)
    return persons.find_or_create(session, a_candidate(**changes), by=an_actor(session), at=NOON)  # type: ignore[arg-type]


def test_the_same_document_is_the_same_person(session: Session) -> None:
    person = a_person(session, name="买买提·艾力")

    again = persons.find_or_create(session, a_candidate(name="买买提•艾力"), by=an_actor(session), at=NOON)

    assert again is person


def test_the_same_document_with_another_name_is_refused(session: Session) -> None:
    a_person(session, name="方一鸣")

    with pytest.raises(errors.NameDiffers) as caught:
        persons.find_or_create(session, a_candidate(name="方一明"), by=an_actor(session), at=NOON)

    assert caught.value.on_file == "方一鸣"
    assert an_identity() not in str(caught.value)


def test_the_number_lies_sealed_in_the_table(session: Session) -> None:
    person = a_person(session)
    session.flush()

    stored = session.execute(text("SELECT person::text FROM person WHERE id = :id"), {"id": person.id}).scalar_one()

    assert an_identity() not in stored
    assert an_identity().encode().hex() not in stored
    assert person.identity == an_identity()


def test_the_tail_is_found_by_its_fingerprint_alone(session: Session) -> None:
    person = a_person(session)

    assert identity.same(person.tail_fingerprint, identity.tail_fingerprint(person.id, an_identity()[-6:].lower()))
    assert not identity.same(person.tail_fingerprint, identity.tail_fingerprint(person.id, "000000"))


def test_what_was_handed_in_never_shows_the_number(session: Session) -> None:
    assert an_identity() not in repr(a_candidate())


def test_notice_and_consents_are_rows_with_the_version_of_the_text(session: Session) -> None:
    person = a_person(session)

    assert {(row.kind, row.given, row.text_version) for row in person.consents} == {
        (ConsentKind.NOTICE, True, consents.VERSION),
        (ConsentKind.IDENTITY_NUMBER, True, consents.VERSION),
        (ConsentKind.PHOTO, False, consents.VERSION),
    }


def test_the_same_answers_again_add_no_row(session: Session) -> None:
    person = a_person(session)

    assert consents.record(session, person, AGREED, by=an_actor(session), at=NOON) == []


def test_without_notice_or_consent_to_the_number_nobody_is_stored(session: Session) -> None:
    an_organisation(session)

    with pytest.raises(errors.NoticeMissing):
        persons.find_or_create(session, a_candidate(consents=consents.NOT_ASKED), by=an_actor(session), at=NOON)
    with pytest.raises(errors.IdentityConsentMissing, match="separate consent"):
        persons.find_or_create(session, a_candidate(consents=Answers(notice=True)), by=an_actor(session), at=NOON)

    assert session.scalars(select(Person)).all() == []


def test_a_photo_without_consent_is_refused(session: Session) -> None:
    with pytest.raises(errors.PhotoConsentMissing):
        a_person(session, photo=a_photo())


def test_a_photo_is_kept_with_consent_and_goes_when_consent_goes(session: Session) -> None:
    person = a_person(session, photo=a_photo(), consents=WITH_PHOTO)
    assert (person.photo_bytes or b"").startswith(b"\xff\xd8")

    consents.record(session, person, Answers(photo=False), by=an_actor(session), at=NOON + timedelta(days=1))

    assert person.photo_bytes is None
    assert consents.standing(person)[ConsentKind.PHOTO].given is False


def test_a_consent_cannot_be_rewritten(session: Session) -> None:
    a_person(session)
    session.flush()

    with pytest.raises((IntegrityError, ProgrammingError)):
        session.execute(text("UPDATE consent SET given = true"))


def test_a_text_that_was_agreed_to_stays_as_it_was() -> None:
    words = json.dumps(consents.texts("1"), ensure_ascii=False, sort_keys=True).encode()

    assert hashlib.sha256(words).hexdigest() == "5c276c7731acee19c9081576634de05475cad9819fd125e72400895a6dc501f3"
    assert all(words[language] for words in consents.texts().values() for language in ("zh", "en"))


def test_revealing_a_number_is_written_into_the_trail(session: Session) -> None:
    person, officer = a_person(session), an_actor(session, "exam_officer")

    assert persons.reveal(session, person.id, by=officer, at=NOON) == an_identity()

    entry = session.scalars(select(TrailEntry).where(TrailEntry.verb == "identity.reveal")).one()
    assert (entry.thing_id, entry.by) == (person.id, officer.id)
    assert an_identity() not in str(entry.facts)


def test_erasing_destroys_the_key_and_leaves_nothing_to_find(session: Session) -> None:
    person = a_person(session, photo=a_photo(), consents=WITH_PHOTO)
    session.flush()
    kept = (person.data_key_sealed, person.identity_sealed)

    persons.erase(session, person.id, by=an_actor(session), at=NOON)
    persons.erase(session, person.id, by=an_actor(session), at=NOON)

    card = IdentityType.RESIDENT_IDENTITY_CARD
    assert persons.find(session, card, an_identity(), organisation=person.organisation_id) is None
    assert (person.data_key_sealed, person.photo_sealed, person.name) == (None, None, "--")
    assert person.identity_sealed not in kept
    assert persons.masked_identity(person) == "--"
    with pytest.raises(errors.PersonErased):
        persons.reveal(session, person.id, by=an_actor(session), at=NOON)
    assert len(session.scalars(select(TrailEntry).where(TrailEntry.verb == "person.erase")).all()) == 1


def test_erasing_empties_the_account_that_led_to_this_person_alone(session: Session) -> None:
    person, account = a_person(session), an_account(session, name="方一鸣")
    person.account_id = account.id

    persons.erase(session, person.id, by=an_actor(session), at=NOON)

    assert (account.name, account.active, account.email) == ("--", False, f"{account.id}@erased.invalid")


def test_erasing_leaves_an_account_that_works_here_too(session: Session) -> None:
    person, member = a_person(session), an_actor(session, "invigilator")
    person.account_id = member.id

    persons.erase(session, person.id, by=an_actor(session), at=NOON)

    account = session.get_one(Account, member.id)
    assert (account.name, account.active) == ("王示范", True)


def test_another_organisation_sees_neither_person_nor_consent(session: Session) -> None:
    person = a_person(session)
    session.flush()
    person_id = person.id
    session.expunge_all()

    session.execute(text("SELECT set_config('app.organisation', :other, true)"), {"other": str(uuid4())})

    with pytest.raises(Missing):
        persons.one(session, person_id)
    assert session.scalars(select(Consent)).all() == []
