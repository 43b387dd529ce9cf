"""Badges and codes of anybody: whose they are, whether they were changed, and what they say."""

import base64
import json
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kaoping.certificates import badge_reading, baking, file_reading, offline_code
from kaoping.certificates.credential import bytes_for, token_for
from kaoping.certificates.document_signatures import Trust
from kaoping.certificates.face_fields import Field
from kaoping.certificates.file_report import FileKind, FileReport
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.offline_answers import OfflineVerdict, judge
from tests.certificates.builders import NUMBER, an_award
from tests.certificates.credential_builders import HOME, KEY, SINCE, a_badge, an_rsa_key

TRUST = Trust(keys=(KEY.public_key,), token_keys=(an_rsa_key().public_key,))
SECRET = "q" * 21 + "g"
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def a_badge_file(key: SigningKey = KEY, *, demonstration: bool = False, until: date | None = None) -> bytes:
    award = an_award(demonstration=demonstration, valid_until=until)
    return bytes_for(award, NUMBER, home=HOME, badge=a_badge(), key=key, at=SINCE)


def test_a_token_whose_head_goes_on_for_ever_is_nobodys() -> None:
    head = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")

    assert not badge_reading._by_token(f"{head}.e30.AA", TRUST).trusted


def a_token() -> bytes:
    return token_for(an_award(demonstration=False), NUMBER, home=HOME, badge=a_badge(), key=an_rsa_key())


def a_code(key: SigningKey = KEY) -> bytes:
    said = {"origin": "https://cert.example.cn", "query_key": SECRET, "key": key}
    return offline_code.write(an_award(demonstration=False), NUMBER, **said).encode()  # type: ignore[arg-type]


def report(content: bytes) -> FileReport:
    return file_reading.report(content, TRUST)


@pytest.mark.parametrize("made", [
    a_badge_file, a_token, lambda: baking.baked_svg(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', a_badge_file()),
])  # fmt: skip
def test_a_badge_is_genuine_as_file_token_and_picture(made: object) -> None:
    read = report(made())  # type: ignore[operator]

    assert (read.kind, read.genuine, read.number) == (FileKind.BADGE, True, NUMBER)
    assert judge(read, at=LATER) is OfflineVerdict.GENUINE


@pytest.mark.parametrize("content", [
    a_badge_file().replace(NUMBER.encode(), NUMBER[:-1].encode() + b"9"), a_token()[:-8] + b"AAAAAAAA",
])  # fmt: skip
def test_a_changed_badge_is_changed(content: bytes) -> None:
    assert judge(report(content), at=LATER) is OfflineVerdict.CHANGED


def test_a_badge_or_code_of_another_key_is_somebody_elses() -> None:
    stranger = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))

    verdicts = {judge(report(content), at=LATER) for content in (a_badge_file(stranger), a_code(stranger))}

    assert verdicts == {OfflineVerdict.FOREIGN}


def test_a_specimen_and_an_expired_badge_are_told_apart() -> None:
    expired = report(a_badge_file(until=SINCE.date()))

    assert judge(report(a_badge_file(demonstration=True)), at=LATER) is OfflineVerdict.SPECIMEN
    assert judge(expired, at=LATER) is OfflineVerdict.EXPIRED
    assert expired.valid_until == SINCE.date()
    assert FileReport.from_json(expired.to_json().encode()) == expired


def test_a_code_says_its_words_and_holds_the_secret_of_the_page() -> None:
    read = report(a_code())

    assert read.fields[Field.NAME] == an_award().name
    assert read.fields[Field.ISSUED_ON] == "2026年11月23日"
    assert read.query_keys == (SECRET,)


@pytest.mark.parametrize("content", [
    b"{}", b"[]", b"a.b.c", json.dumps({"type": ["OpenBadgeCredential"]}).encode(), b"\x89PNG\r\n\x1a\n", b"\xff\xfe",
])  # fmt: skip
def test_what_only_looks_like_a_badge_is_never_genuine(content: bytes) -> None:
    assert not report(content).genuine
    read = badge_reading.read(content, TRUST)
    assert read is None or not read.signed.trusted
