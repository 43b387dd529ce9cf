"""The register: numbers, signatures, lines that are only appended."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates import register, statement
from kaoping.certificates.errors import AlreadyRevoked, NameNotPrintable, ReasonMissing, SerialExhausted
from kaoping.certificates.models import Certificate, EntryVerb, NumberCounter, RegisterEntry
from kaoping.certificates.number import DEMONSTRATION
from kaoping.certificates.register import Holder
from kaoping.exam.people import persons
from kaoping.itembank.actor import Actor
from tests.builders import NOON, an_actor
from tests.builders_registration import a_candidate
from tests.builders_results import KEY
from tests.certificates.builders import an_award


def issued(session: Session, *, by: Actor | None = None, **award: object) -> Certificate:
    """Issue a certificate to a new person under the demonstration's filing."""
    by = by or an_actor(session, "certificate_officer")
    person = persons.find_or_create(session, a_candidate(), by=by, at=NOON)
    session.flush()
    holder = Holder(person.id, person.name_folded, "070011", None)
    return register.issue(
        session, an_award(**award), decision_id=uuid4(), holder=holder, filing=DEMONSTRATION, key=KEY, by=by, at=NOON
    )


def test_numbers_follow_each_other_without_gap_within_filing_year_and_level(session: Session) -> None:
    officer = an_actor(session, "certificate_officer")

    numbers = [issued(session, by=officer).number for _ in range(3)]
    other = issued(session, by=officer, level="5").number

    assert numbers == [f"S00000000000026300000{serial}" for serial in (1, 2, 3)]
    assert other == "S000000000000265000001"


def test_an_issue_that_is_refused_takes_no_number(session: Session) -> None:
    officer = an_actor(session, "certificate_officer")
    with pytest.raises(NameNotPrintable) as refused:
        issued(session, by=officer, name="林\U000203f1")

    assert refused.value.field == "name"
    assert issued(session, by=officer).number.endswith("000001")


def test_the_counter_after_999_999_is_refused_by_its_name(session: Session) -> None:
    issued(session)
    session.execute(update(NumberCounter).values(serial=999_999))

    with pytest.raises(SerialExhausted) as refused:
        issued(session)

    assert refused.value.counter == "S000000000000/2026/3"
    assert session.scalars(select(NumberCounter.serial)).one() == 999_999


def test_the_statement_is_signed_and_a_changed_one_does_not_match(session: Session) -> None:
    certificate = issued(session)

    signed = certificate.statement.encode()

    assert statement.verify(signed, certificate.signature, KEY.public_key)
    changed = signed.replace("林知远".encode(), "林知道".encode())
    assert not statement.verify(changed, certificate.signature, KEY.public_key)


def test_the_statement_and_the_query_secret_are_stored_sealed(session: Session) -> None:
    certificate = issued(session)

    assert "林知远".encode() not in certificate.statement_sealed
    assert certificate.query_key.encode() not in certificate.query_key_sealed


def test_the_same_words_of_two_certificates_have_different_fingerprints(session: Session) -> None:
    first, second = issued(session), issued(session)

    assert first.name_fingerprint != second.name_fingerprint
    assert first.tail_fingerprint != second.tail_fingerprint


def test_a_revocation_is_a_further_line_with_its_reason(session: Session) -> None:
    certificate = issued(session)

    register.revoke(session, certificate.id, reason=" 违规 ", by=an_actor(session), at=NOON)

    session.expire(certificate)
    assert [entry.verb for entry in certificate.entries] == [EntryVerb.ISSUED, EntryVerb.REVOKED]
    assert certificate.revoked is not None
    assert certificate.revoked.facts == {"reason": "违规"}


def test_the_public_is_owed_a_reason(session: Session) -> None:
    certificate = issued(session)

    with pytest.raises(ReasonMissing):
        register.revoke(session, certificate.id, reason="  ", by=an_actor(session), at=NOON)


def test_a_certificate_is_revoked_once_and_the_first_reason_stays(session: Session) -> None:
    certificate = issued(session)
    register.revoke(session, certificate.id, reason="违规", by=an_actor(session), at=NOON)

    with pytest.raises(AlreadyRevoked):
        register.revoke(session, certificate.id, reason="其他", by=an_actor(session), at=NOON)
    assert session.scalars(select(func.count(RegisterEntry.id))).one() == 2


def test_the_database_refuses_to_change_a_line_of_the_register(session: Session) -> None:
    issued(session)

    with pytest.raises(DBAPIError):
        session.execute(update(RegisterEntry).values(verb=EntryVerb.REVOKED))


def test_the_database_refuses_a_serial_of_seven_digits(session: Session) -> None:
    issued(session)

    with pytest.raises(DBAPIError):
        session.execute(update(NumberCounter).values(serial=1_000_000))
