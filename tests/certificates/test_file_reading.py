"""What is read from a file of anybody: fields of the face, signature, changed bytes; and what may be read at all."""

from datetime import date
from functools import cache
from random import Random
from typing import Any

import pytest

from kaoping.certificates import face_fields, file_checking, file_reading
from kaoping.certificates.document_signatures import Trust
from kaoping.certificates.face_fields import Field
from kaoping.certificates.file_errors import FileTooHard, FileTooLarge
from kaoping.certificates.file_report import FileKind, FileReport
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.render import certificate_pdf
from tests.certificates.builders import LONGEST_ISSUER, NUMBER, QUERY, an_award, an_imprint
from tests.certificates.signed_files import signed, trust_pem

TRUST = Trust.from_pem(trust_pem())
#: Names and words that take two lines, a dot inside, an empty specialty.
LONG = an_award(name="阿卜杜拉·买买提·艾合买提江", issuer=LONGEST_ISSUER, occupation="标准化从业人员（示范）" * 3)


@cache
def sheet() -> bytes:
    return certificate_pdf(an_award(), NUMBER, imprint=an_imprint())


@cache
def sealed() -> bytes:
    return signed(sheet())


def report(content: bytes) -> FileReport:
    return file_reading.report(content, TRUST)


@pytest.mark.parametrize("english", [False, True])
def test_every_field_is_read_back_from_the_face(*, english: bool) -> None:
    award = an_award() if english else LONG

    read = report(certificate_pdf(award, NUMBER, imprint=an_imprint(), english=english))

    compared = face_fields.compare(read.fields, read.words, award=award, number=NUMBER)
    held = set(face_fields.labels(CertificateKind.SKILL_LEVEL)) - {Field.VALID_UNTIL}
    assert [one.field for one in compared if one.same] == [field for field in Field if field in held]
    assert read.query_keys == (QUERY.partition("/v/")[2].partition("?")[0],)


@pytest.mark.parametrize(
    ("kind", "changes", "absent"),
    [
        (CertificateKind.TRAINING_RECORD, {"level": ""}, {Field.LEVEL, Field.VALID_UNTIL}),
        (CertificateKind.COMPETITION_AWARD, {"level": "一等奖"}, {Field.VALID_UNTIL}),
        (CertificateKind.PERSON_CERTIFICATION, {"level": "", "valid_until": date(2029, 11, 22)}, {Field.LEVEL}),
    ],
)
def test_the_face_of_every_kind_is_read_by_its_own_labels(
    kind: CertificateKind, changes: dict[str, Any], absent: set[Field]
) -> None:
    award = an_award(kind=kind, specialty="标准编写", **changes)

    read = report(certificate_pdf(award, NUMBER, imprint=an_imprint()))

    compared = face_fields.compare(read.fields, "", award=award, number=NUMBER)
    assert {one.field for one in compared if one.same} == set(face_fields.labels(kind)) - absent


def test_a_field_that_differs_is_named_and_identity_numbers_are_masked() -> None:
    read = report(sheet())

    compared = face_fields.compare(
        read.fields, read.words, award=an_award(name="林知道", id_number="110101199003070012"), number=NUMBER
    )

    different = {one.field: (one.on_face, one.in_register) for one in compared if not one.same}
    assert different == {
        Field.NAME: ("林知远", "林知道"),
        Field.ID_NUMBER: ("110***********0011", "110***********0012"),
    }


def test_a_field_without_its_label_is_looked_for_on_the_whole_face() -> None:
    words = face_fields.folded("持证人 林知远")

    compared = face_fields.compare({}, words, award=an_award(), number=NUMBER)

    assert {one.field: one.same for one in compared if one.same is not None} == {Field.NAME: True}


def test_a_file_as_signed_is_genuine_and_survives_the_way_between_processes() -> None:
    read = report(sealed())

    assert read.genuine
    assert (read.changed, read.foreign) == (False, False)
    assert FileReport.from_json(read.to_json().encode()) == read


def test_one_changed_byte_is_always_noticed() -> None:
    chance, good = Random(7), sealed()
    gap = good.index(b"/Contents <")
    places = [*(chance.randrange(len(good)) for _ in range(20)), *range(gap + 10, gap + 24), gap + 1_500]

    for place in places:
        changed = bytearray(good)
        changed[place] ^= chance.choice([1, 2, 4, 32])
        read = report(bytes(changed))
        assert not read.genuine, place
        assert read.changed or read.foreign or read.kind is FileKind.OTHER or read.signed is None, place


def test_what_is_added_behind_the_signature_is_a_change() -> None:
    assert report(sealed() + b"\n").changed


def test_a_strangers_signature_is_not_the_issuers() -> None:
    read = report(signed(sheet(), by="路人"))

    assert read.foreign
    assert not read.genuine


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(5_000)])
def test_other_files_are_of_another_kind(content: bytes) -> None:
    assert report(content).kind is FileKind.OTHER


def test_a_file_is_read_in_a_process_that_may_write_nothing_and_use_little(monkeypatch: pytest.MonkeyPatch) -> None:
    assert file_checking.check(sealed(), trust_pem=trust_pem()).genuine

    monkeypatch.setattr(file_checking, "SECONDS", 0.01)
    with pytest.raises(FileTooHard):
        file_checking.check(sealed(), trust_pem=trust_pem())
    with pytest.raises(FileTooLarge):
        file_checking.check(bytes(file_checking.LARGEST + 1), trust_pem=b"")
