"""The register: numbers, signatures, lines that are only appended."""

from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates import register, statement
from kaoping.certificates.errors import NameNotPrintable, SerialExhausted
from kaoping.certificates.models import Certificate, EntryVerb, NumberCounter, RegisterEntry
from kaoping.certificates.number import DEMONSTRATION
from kaoping.certificates.register import Basis, Holder
from kaoping.exam.people import persons
from kaoping.itembank.actor import Actor
from tests.builders import NOON, an_actor, stored
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
        session, an_award(**award), basis=Basis(uuid4()), holder=holder, filing=DEMONSTRATION, key=KEY, by=by, at=NOON
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
    officer = an_actor(session, "certificate_officer")
    stored(session, NumberCounter(
        organisation_id=officer.organisation, scope="S000000000000263######", serial=999_999, last=999_999
    ))  # fmt: skip

    with pytest.raises(SerialExhausted) as refused:
        issued(session, by=officer)

    assert refused.value.counter == "S000000000000263######"
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


def test_the_database_refuses_to_change_a_line_of_the_register(session: Session) -> None:
    issued(session)

    with pytest.raises(DBAPIError):
        session.execute(update(RegisterEntry).values(verb=EntryVerb.REVOKED))


@pytest.mark.parametrize("serial", [0, 1, 3])
def test_the_database_refuses_a_counter_that_repeats_or_leaves_out_a_number(session: Session, serial: int) -> None:
    issued(session)

    with pytest.raises(DBAPIError, match="goes on by one"):
        session.execute(update(NumberCounter).values(serial=serial))
