"""After a key was in other hands: what stays valid, what waits, what is signed anew, and the signature beside."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates import chain, cosignatures, key_list, register, sm2, trust
from kaoping.certificates.cosignatures import Cosigned, NationalSignature
from kaoping.certificates.issuer_keys import Purpose
from kaoping.certificates.key_list import PublishedKeys, Withdrawal
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import Certificate
from kaoping.certificates.number import Filing
from kaoping.certificates.states import EntryVerb, State
from kaoping.certificates.trust import Trust
from kaoping.exam import db
from kaoping.exam.people import accounts
from kaoping.exam.people.access import NotAllowed
from kaoping.exam.people.models import Account
from kaoping.exam.people.staff_errors import AccountClosed
from kaoping.exam.results import awarding, grounds, replacing, signing_anew, verifying
from kaoping.exam.results.signing_anew import SignedAnewAlone
from tests.builders import an_actor
from tests.builders_results import (
    ADDRESS,
    FINAL,
    KEY,
    KEYS,
    PASSING,
    a_certificate,
    a_final_decision,
    an_open_exam,
    closed,
    enrolled,
    revoked,
    rewritten,
    sat,
)
from tests.certificates.test_sm2 import needs_sm2
from tests.conftest import Database

LATER = FINAL + timedelta(days=3)
FRESH = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))


def stolen(since: datetime) -> PublishedKeys:
    """Give the published keys after the first one was in other hands since a moment."""
    keys = {KEY.key_id: KEY.public_key, FRESH.key_id: FRESH.public_key}
    return PublishedKeys(keys, {KEY.key_id: Withdrawal(since, compromised=True, reason="失窃")})


def told(session: Session, certificate: Certificate, keys: PublishedKeys) -> tuple[State, Trust]:
    session.expire(certificate)
    answer = verifying.ask_by_key(session, certificate.query_key, keys=keys, address=ADDRESS, at=LATER)
    assert answer.face is not None
    return answer.face.state, answer.face.trust


def test_a_certificate_registered_before_the_theft_stays_valid_and_a_later_one_waits(session: Session) -> None:
    certificate = a_certificate(session)

    assert told(session, certificate, stolen(FINAL + timedelta(seconds=1))) == (State.VALID, Trust.SOUND)
    assert told(session, certificate, stolen(FINAL)) == (State.VALID, Trust.UNTRUSTED)
    assert [*trust.affected(session, KEY.key_id, stolen(FINAL + timedelta(seconds=1)))] == []


def test_an_entry_with_an_earlier_time_further_down_the_chain_counts_as_late(session: Session) -> None:
    exam = an_open_exam(session)
    people = [sat(session, enrolled(session, exam, number=number), right=PASSING) for number in (1, 2)]
    closed(session, exam)
    first, second = (a_final_decision(session, application) for application in people)
    a_certificate(session, first, at=LATER)

    forged = a_certificate(session, second, at=FINAL)

    assert trust.of(session, forged, stolen(LATER)) is Trust.UNTRUSTED


def test_two_persons_sign_anew_and_the_first_signature_stays(session: Session) -> None:
    certificate, officer, other = a_certificate(session), *(an_actor(session, "certificate_officer") for _ in range(2))
    before, keys = certificate.signature, stolen(FINAL)
    with pytest.raises(SignedAnewAlone):
        signing_anew.sign_anew(session, KEY.key_id, keys=keys, key=FRESH, by=officer, other=officer, at=LATER)
    with pytest.raises(NotAllowed):
        signing_anew.sign_anew(
            session, KEY.key_id, keys=keys, key=FRESH, by=officer, other=an_actor(session, "marker"), at=LATER
        )

    done = signing_anew.sign_anew(session, KEY.key_id, keys=keys, key=FRESH, by=officer, other=other, at=LATER)

    assert list(done.signed) == [certificate]
    assert told(session, certificate, keys) == (State.VALID, Trust.SOUND)
    assert chain.verify(session, certificate.organisation_id).sequence == 2
    assert (certificate.signature, certificate.standing) == (before, State.VALID)
    line = certificate.entries[-1]
    assert (line.verb, line.by, line.confirmed_by) == (EntryVerb.RE_SIGNED, officer.id, other.id)
    again = signing_anew.sign_anew(session, KEY.key_id, keys=keys, key=FRESH, by=officer, other=other, at=LATER)
    assert list(again.signed) == []
    revoked(session, certificate, at=LATER)
    assert told(session, certificate, keys) == (State.REVOKED, Trust.SOUND)


def test_what_nothing_bears_out_is_left_unsigned(session: Session) -> None:
    certificate = a_certificate(session)
    officer, other = (an_actor(session, "certificate_officer") for _ in range(2))
    forged = register.issue(
        session, replace(register.award_of(certificate), name="林知远"), basis=register.Basis(officer.id),
        holder=register.Holder(certificate.person_id, "林知远", "070011", None),
        filing=Filing.from_prefix(certificate.number[:13]), key=KEY, by=officer, at=FINAL,
    )  # fmt: skip

    done = signing_anew.sign_anew(session, KEY.key_id, keys=stolen(FINAL), key=FRESH, by=officer, other=other, at=LATER)

    assert (list(done.signed), list(done.left)) == ([certificate], [forged])


@pytest.mark.parametrize(
    "words", [{"name": "方二鸣"}, {"id_number": "110101199003070011"}, {"occupation": "焊工"}, {"level": "2"}]
)
def test_a_statement_that_says_something_else_than_its_decision_is_left_unsigned(
    session: Session, words: dict[str, Any]
) -> None:
    decision, officer = a_final_decision(session), an_actor(session, "certificate_officer")
    grounds.require(session, decision, at=FINAL)
    person = decision.application.person
    forged = register.issue(
        session, replace(awarding.award(session, decision, at=FINAL), **words), basis=register.Basis(decision.id),
        holder=register.Holder(person.id, person.name_folded, "070011", None),
        filing=Filing("S", "0000", "00", "000000"), key=KEY, by=officer, at=FINAL,
    )  # fmt: skip

    done = signing_anew.sign_anew(
        session, KEY.key_id, keys=stolen(FINAL), key=FRESH, by=officer,
        other=an_actor(session, "certificate_officer"), at=LATER,
    )  # fmt: skip

    assert (list(done.signed), list(done.left)) == ([], [forged])


def test_a_correction_that_another_confirmed_is_signed_anew_with_what_it_corrects(session: Session) -> None:
    old, officer, other = a_certificate(session), *(an_actor(session, "certificate_officer") for _ in range(2))
    proposal = replacing.propose_correction(session, old.id, {"name": "方一名"}, reason="错字", by=officer, at=FINAL)
    new = replacing.confirm(session, proposal.id, key=KEY, by=other, at=FINAL)
    session.flush()
    session.expire_all()

    done = signing_anew.sign_anew(session, KEY.key_id, keys=stolen(FINAL), key=FRESH, by=officer, other=other, at=LATER)

    assert (list(done.signed), list(done.left)) == ([old, new], [])


def test_a_closed_account_stands_for_nothing(session: Session) -> None:
    officer = an_actor(session, "certificate_officer")
    account = session.get_one(Account, officer.id)
    session.expire(account)
    open_ = accounts.actor(session, account.email, officer.organisation)
    account.active = False

    with pytest.raises(AccountClosed):
        accounts.actor(session, account.email, officer.organisation)
    assert open_ == officer


def test_the_database_refuses_to_let_one_person_sign_anew(session: Session) -> None:
    certificate, officer = a_certificate(session), an_actor(session, "certificate_officer")

    with pytest.raises(DBAPIError, match="confirmed by another"):
        trust.sign_anew(session, [certificate], FRESH, by=officer, other=officer.id, at=LATER)


@needs_sm2
def test_a_second_signature_is_made_at_issue_and_told_with_the_whole_face(
    session: Session, database: Database, tmp_path: Path
) -> None:
    beside = sm2.generate(tmp_path / "sm2.pem")
    with db.as_role(database.addresses.as_owner()) as engine, Session(engine) as owner, owner.begin():
        key_list.enter(owner, beside.half, Purpose.NATIONAL, witnesses=("何清", "陆远"), at=FINAL)
    decision, officer = a_final_decision(session), an_actor(session, "certificate_officer")

    certificate = awarding.issue(session, decision.id, key=replace(KEY, beside=beside), by=officer, at=FINAL)

    session.flush()
    session.expire(certificate)
    answer = verifying.ask_by_key(session, certificate.query_key, keys=KEYS, address=ADDRESS, at=LATER)
    assert answer.face is not None
    assert (answer.face.state, answer.face.cosigned) == (State.VALID, Cosigned.GOOD)
    rewritten(certificate, certificate.statement.replace("方一鸣", "方二鸣"))
    assert cosignatures.check(session, certificate) is Cosigned.BAD


class Ink:
    """A second key that signs by turning bytes around; what checks it is the command openssl, which is not asked."""

    key_id = "ink"

    def sign(self, message: bytes) -> bytes:
        return message[:8][::-1]


def test_a_second_key_must_be_published_before_it_signs(session: Session) -> None:
    certificate = a_certificate(session)

    assert cosignatures.check(session, certificate) is Cosigned.ABSENT
    with pytest.raises(Exception, match="No issuer key is named ink"):
        cosignatures.append(session, certificate, Ink(), at=LATER)
    assert cosignatures.lacking(session, "ink", limit=5) == [certificate]
    session.add(NationalSignature(
        organisation_id=certificate.organisation_id, certificate_id=certificate.id, key_id="ink", value=b"x",
        signed_at=LATER,
    ))  # fmt: skip
    assert cosignatures.check(session, certificate) is Cosigned.UNCHECKED
