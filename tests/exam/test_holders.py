"""What holders do with their certificates: links that end, requests that are answered once."""

import base64
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates.models import Certificate
from kaoping.certificates.verification import Extent
from kaoping.exam.holders import requesting, sharing
from kaoping.exam.holders.errors import (
    AlreadyAsked,
    EvidenceMissing,
    EvidenceUnusable,
    RequestAnswered,
    RequestReasonMissing,
    SharedTooLong,
    TooManyLinks,
)
from kaoping.exam.holders.models import CertificateRequest, RequestKind, RequestState
from kaoping.exam.results import verifying
from kaoping.itembank.errors import Missing
from tests.builders import an_actor
from tests.builders_results import FINAL, KEY, a_certificate

HOLDER = uuid4()
LATER = FINAL + timedelta(days=1)


@pytest.fixture
def certificate(session: Session) -> Certificate:
    return a_certificate(session)


def shared(session: Session, certificate: Certificate, *, extent: Extent = Extent.FACE, days: int = 7) -> str:
    return sharing.share(session, certificate, extent=extent, days=days, account=HOLDER, at=FINAL)


def opened(session: Session, secret: str, days: float = 1) -> verifying.Answer:
    keys = {KEY.key_id: KEY.public_key}
    at = FINAL + timedelta(days=days)
    return verifying.ask_by_link(session, secret, keys=keys, address="198.51.100.7", at=at)


def asked(session: Session, certificate: Certificate, kind: RequestKind = RequestKind.REPRINT) -> CertificateRequest:
    evidence = b"%PDF-1.7 copy" if kind is RequestKind.CORRECTION else b""
    return requesting.ask(session, certificate, kind, reason="遗失", evidence=evidence, account=HOLDER, at=FINAL)


@pytest.mark.parametrize("extent", [Extent.FACE, Extent.LEAST])
def test_a_link_shows_as_much_as_its_holder_chose_and_never_the_photo(
    session: Session, certificate: Certificate, extent: Extent
) -> None:
    answer = opened(session, shared(session, certificate, extent=extent))

    assert answer.face is not None
    assert (answer.face.number, answer.face.photo) == (certificate.number, None)
    assert (answer.face.award is not None) is (extent is Extent.FACE)
    assert answer.shared_until == FINAL + timedelta(days=7)


def test_a_link_past_its_day_an_ended_one_and_an_unknown_one_find_nothing_alike(
    session: Session, certificate: Certificate
) -> None:
    past, ended = shared(session, certificate, days=1), shared(session, certificate)
    (link,) = [one for one in sharing.standing(session, certificate.id, at=LATER) if one.until > LATER]
    sharing.end(session, certificate, link.id, account=HOLDER, at=LATER)

    answers = [opened(session, secret, days=1.5) for secret in (past, ended, "unknown")]

    assert {(answer.face, answer.filed, answer.shared_until) for answer in answers} == {(None, None, None)}
    assert sharing.standing(session, certificate.id, at=LATER) == []


def test_the_secret_of_a_link_is_not_kept(session: Session, certificate: Certificate) -> None:
    secret = shared(session, certificate)

    kept = session.scalars(text("SELECT to_jsonb(l)::text FROM share_link l")).all()

    assert not any(secret in row or secret.encode().hex() in row for row in kept)


@pytest.mark.parametrize("days", [0, sharing.MOST_DAYS + 1])
def test_a_link_stays_open_for_the_days_that_a_link_may(session: Session, certificate: Certificate, days: int) -> None:
    with pytest.raises(SharedTooLong):
        shared(session, certificate, days=days)


def test_a_certificate_has_so_many_links_and_no_more(
    session: Session, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_LINKS", 1)
    shared(session, certificate)

    with pytest.raises(TooManyLinks):
        shared(session, certificate)


def test_the_link_of_another_certificate_is_not_ended(session: Session, certificate: Certificate) -> None:
    shared(session, certificate)
    (link,) = sharing.standing(session, certificate.id, at=FINAL)

    another = Certificate(id=uuid4(), organisation_id=certificate.organisation_id)

    with pytest.raises(Missing):
        sharing.end(session, another, link.id, account=HOLDER, at=FINAL)


def test_the_database_lets_a_link_only_end(session: Session, certificate: Certificate) -> None:
    shared(session, certificate)

    with pytest.raises(DBAPIError, match="ends once"):
        session.execute(text("UPDATE share_link SET until = until + interval '1 year'"))


def test_a_request_is_answered_once_and_its_holder_reads_the_answer(session: Session, certificate: Certificate) -> None:
    officer, row = an_actor(session, "certificate_officer"), asked(session, certificate)

    requesting.answer(session, row.id, accept=True, words="请到窗口领取。", by=officer, at=LATER)

    (shown,) = requesting.of_certificate(session, certificate.id)
    assert (shown.state, shown.answer) == (RequestState.ACCEPTED, "请到窗口领取。")
    with pytest.raises(RequestAnswered):
        requesting.answer(session, row.id, accept=False, words="不予", by=officer, at=LATER)
    session.flush()
    with pytest.raises(DBAPIError, match="answered once"):
        session.execute(update(CertificateRequest).values(state=RequestState.REFUSED))


def test_the_same_is_not_asked_twice_while_it_waits_but_something_else_is(
    session: Session, certificate: Certificate
) -> None:
    asked(session, certificate)

    with pytest.raises(AlreadyAsked):
        asked(session, certificate)
    asked(session, certificate, RequestKind.CORRECTION)
    assert requesting.count_waiting(session, an_actor(session)) == 2


def test_a_correction_needs_evidence_and_every_request_words(session: Session, certificate: Certificate) -> None:
    with pytest.raises(EvidenceMissing):
        requesting.ask(session, certificate, RequestKind.CORRECTION, reason="姓名有误", account=HOLDER, at=FINAL)
    with pytest.raises(RequestReasonMissing):
        requesting.ask(session, certificate, RequestKind.REPRINT, reason="  ", account=HOLDER, at=FINAL)


def test_a_picture_as_evidence_is_drawn_anew_and_what_is_none_is_refused(
    session: Session, certificate: Certificate
) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "JPEG", comment=b"taken at home")
    row = requesting.ask(
        session, certificate, RequestKind.CORRECTION, reason="姓名有误", evidence=drawn.getvalue(), account=HOLDER,
        at=FINAL,
    )  # fmt: skip

    assert row.evidence is not None
    assert b"home" not in base64.b64decode(row.evidence)
    with pytest.raises(EvidenceUnusable):
        requesting.ask(
            session, certificate, RequestKind.REPRINT, reason="损坏", evidence=b"MZ", account=HOLDER, at=FINAL
        )
