"""Public verification: what is asked for decides what is shown, and mistakes cannot be told apart."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from kaoping.certificates import register, trust
from kaoping.certificates.errors import RegisterBroken
from kaoping.certificates.models import Certificate
from kaoping.certificates.statement import mask
from kaoping.certificates.states import EntryVerb, ProposalVerb, State
from kaoping.certificates.trust import Trust
from kaoping.certificates.verification import Extent, Line
from kaoping.exam.db import transaction
from kaoping.exam.results import replacing, verifying
from kaoping.exam.results.verifying import FRUITLESS, Answer
from kaoping.itembank.vault import Vault
from tests.builders import an_actor
from tests.builders_results import ADDRESS, FINAL, KEY, KEYS, a_certificate, a_filed_organisation, revoked, rewritten
from tests.conftest import Database

LATER = FINAL + timedelta(days=1)


def by_number(session: Session, number: str, *, name: str = "方一鸣", tail: str = "", address: str = ADDRESS) -> Answer:
    return verifying.ask_by_number(session, number, name=name, tail=tail, keys=KEYS, address=address, at=LATER)


def tail_of(certificate: Certificate) -> str:
    return register.award_of(certificate).id_number[-6:]


def test_the_qr_code_shows_the_whole_face_with_the_photo(session: Session) -> None:
    certificate = a_certificate(session, photo=True)

    answer = verifying.ask_by_key(session, certificate.query_key, keys=KEYS, address=ADDRESS, at=LATER)

    assert answer.face is not None
    assert (answer.face.state, answer.face.extent, answer.face.name) == (State.VALID, Extent.PHOTO, "方一鸣")
    assert answer.face.photo == register.photo_of(certificate)


def test_number_name_and_tail_show_the_whole_face_without_the_photo(session: Session) -> None:
    certificate = a_certificate(session, photo=True)

    face = by_number(session, certificate.number, tail=tail_of(certificate)).face

    assert face is not None
    assert (face.extent, face.name, face.photo) == (Extent.FACE, "方一鸣", None)
    assert face.award is not None
    assert "*" in face.award["id_number"]


def test_number_and_name_show_state_level_and_masked_name_and_nothing_more(session: Session) -> None:
    face = by_number(session, a_certificate(session, photo=True).number).face

    assert face is not None
    assert (face.extent, face.name, face.level) == (Extent.LEAST, "方**", "三级/高级工")
    assert (face.award, face.photo) == (None, None)


def test_spaces_small_letters_and_full_width_do_not_matter(session: Session) -> None:
    certificate = a_certificate(session)
    number = certificate.number
    typed = f" {number[:5].lower()} {number[5:]}".replace("6", "６")

    assert by_number(session, typed, name="方 一 鸣").face is not None


@pytest.mark.parametrize(("name", "tail"), [("方一名", ""), ("方一鸣", "000000"), ("方一名", "000000"), ("", "")])
def test_a_name_or_tail_that_does_not_match_is_answered_as_an_unknown_number(
    session: Session, name: str, tail: str
) -> None:
    certificate = a_certificate(session)

    mismatch = by_number(session, certificate.number, name=name, tail=tail)
    unknown = by_number(session, "S000000000000263999999", name="方一鸣")

    assert mismatch == unknown == Answer(LATER)


def test_an_unknown_qr_code_finds_nothing(session: Session) -> None:
    a_certificate(session)

    assert verifying.ask_by_key(session, "guessed", keys=KEYS, address=ADDRESS, at=LATER) == Answer(LATER)


def test_a_revoked_certificate_says_when_and_why_to_who_may_see_it_whole(session: Session) -> None:
    certificate = revoked(session, a_certificate(session), reason="违规取得", at=LATER)

    whole = by_number(session, certificate.number, tail=tail_of(certificate)).face
    least = by_number(session, certificate.number).face

    assert whole is not None
    assert (whole.state, whole.changed) == (State.REVOKED, Line(EntryVerb.REVOKED, LATER, "违规取得", None))
    assert least is not None
    assert (least.state, least.changed, least.history) == (State.REVOKED, None, [])


def test_an_identity_number_in_a_reason_is_masked_as_on_the_face(session: Session) -> None:
    certificate = a_certificate(session)
    held = register.award_of(certificate).id_number
    revoked(session, certificate, reason=f"证件 {held} 系冒用", at=LATER)

    face = by_number(session, certificate.number, tail=tail_of(certificate)).face

    assert face is not None
    assert [line.reason for line in face.history] == [None, f"证件 {mask(held)} 系冒用"]


def test_of_a_correction_the_public_reads_the_act_and_the_date_alone(session: Session) -> None:
    first, second = (an_actor(session, "certificate_officer") for _ in range(2))
    old = a_certificate(session)
    tail = tail_of(old)
    proposal = replacing.propose_correction(
        session, old.id, {"name": "方一铭"}, reason="证件原为旧名", by=first, at=LATER
    )
    new = replacing.confirm(session, proposal.id, key=KEY, by=second, at=LATER)

    face = by_number(session, old.number, tail=tail).face

    assert face is not None
    assert (face.state, face.successor) == (State.SUPERSEDED, new.number)
    assert face.changed == face.history[-1] == Line(EntryVerb.SUPERSEDED, LATER, None, ProposalVerb.CORRECT)


def test_a_signature_that_was_tampered_with_is_told_as_broken(session: Session) -> None:
    certificate = a_certificate(session)
    set_committed_value(certificate, "signature", bytes(64))

    face = by_number(session, certificate.number).face

    assert face is not None
    assert face.trust is Trust.BROKEN


def test_a_statement_that_was_rewritten_does_not_match_its_signature(session: Session) -> None:
    certificate = a_certificate(session)
    rewritten(certificate, certificate.statement.replace("方一鸣", "方二鸣"))

    face = by_number(session, certificate.number).face

    assert face is not None
    assert face.trust is Trust.BROKEN


def test_a_statement_that_the_key_signed_but_the_register_did_not_take_in_is_broken(session: Session) -> None:
    certificate = a_certificate(session)
    rewritten(certificate, certificate.statement.replace("方一鸣", "方二鸣"))
    set_committed_value(certificate, "signature", KEY.private_key.sign(certificate.statement.encode()))

    face = by_number(session, certificate.number).face

    assert face is not None
    assert face.trust is Trust.BROKEN
    with pytest.raises(RegisterBroken, match=f"the statement of certificate {certificate.number} is not"):
        trust.compare_statements(session, certificate.organisation_id)


def test_statements_are_compared_with_their_lines_where_they_open(session: Session) -> None:
    certificate = a_certificate(session)
    opened = trust.compare_statements(session, certificate.organisation_id)

    set_committed_value(certificate, "statement_sealed", b"0" * 60)

    assert opened == (1, 0)
    assert trust.compare_statements(session, certificate.organisation_id) == (0, 1)


def test_a_signature_by_a_key_that_was_never_published_is_broken(session: Session) -> None:
    certificate = a_certificate(session)

    answer = verifying.ask_by_key(session, certificate.query_key, keys={}, address=ADDRESS, at=LATER)

    assert answer.face is not None
    assert answer.face.trust is Trust.BROKEN


def test_an_address_that_finds_nothing_too_often_waits_and_others_do_not(session: Session) -> None:
    number = a_certificate(session).number
    for _ in range(FRUITLESS.failures):
        by_number(session, number, name="猜")

    blocked = by_number(session, number)

    assert blocked.face is None
    assert blocked.come_back is not None
    assert by_number(session, number, address="192.0.2.8").face is not None


def test_of_ten_thousand_guesses_in_as_many_seconds_few_are_looked_up() -> None:
    minutes: Counter[datetime] = Counter()

    for second in range(10_000):
        at = LATER + timedelta(seconds=second)
        if FRUITLESS.until(minutes.items(), at) is None:
            minutes[at.replace(second=0)] += 1

    assert minutes.total() <= FRUITLESS.failures * (10_000 / FRUITLESS.span.total_seconds() + 1)


def test_queries_that_find_their_certificate_are_never_counted(session: Session) -> None:
    number = a_certificate(session).number

    answers = [by_number(session, number) for _ in range(FRUITLESS.failures + 1)]

    assert all(answer.face for answer in answers)


def test_a_query_crosses_organisations_only_through_its_function(database: Database, vault: Vault) -> None:
    organisation = uuid4()
    with transaction(organisation) as session:
        a_filed_organisation(session)
        number, secret = (made := a_certificate(session)).number, made.query_key

    with transaction() as session:
        assert session.scalars(select(Certificate).where(Certificate.number == number)).all() == []
        answer = verifying.ask_by_key(session, secret, keys=KEYS, address=f"2001:db8::{uuid4().hex[:4]}", at=LATER)

    assert answer.face is not None
    assert answer.face.number == number


def test_another_organisation_cannot_read_a_certificate(database: Database, vault: Vault) -> None:
    with transaction(uuid4()) as session:
        a_filed_organisation(session)
        number = a_certificate(session).number

    with transaction(uuid4()) as session:
        assert session.scalars(select(Certificate).where(Certificate.number == number)).all() == []


def test_the_functions_that_cross_organisations_are_pinned_and_not_for_everybody(session: Session) -> None:
    rows = session.execute(text(
        "SELECT proname, prosecdef, proconfig, has_function_privilege('kaoping_backup', oid, 'EXECUTE') AS others "
        "FROM pg_proc WHERE proname LIKE 'find_certificate_by_%'"
    )).all()  # fmt: skip

    assert len(rows) == 2
    for row in rows:
        assert row.prosecdef
        assert row.proconfig == ["search_path=pg_catalog, public, pg_temp"]
        assert not row.others
