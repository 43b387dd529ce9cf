"""The signature of the fast print path."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from kaoping.certificates import document_keys
from kaoping.certificates.document_errors import WrongDocumentKey
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.event_loops import without_loop
from kaoping.certificates.stamping import PrintRun
from tests.certificates.authority import an_authority, as_asn1
from tests.certificates.builders import NUMBER, an_award, an_imprint

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)


def checked(pdf: bytes, key: DocumentKey) -> PdfSignatureStatus:
    roots = [as_asn1(key.chain[-1])]
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=AT)
    return without_loop(lambda: validate_pdf_signature(signature, context))


def assert_certified(pdf: bytes, key: DocumentKey) -> None:
    status = checked(pdf, key)
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt == AT


def test_a_demonstration_is_certified_whole_and_the_same_every_time(demonstration_key: DocumentKey) -> None:
    run = PrintRun(demonstration_key)

    pdf = run.certificate(an_award(), NUMBER, at=AT, imprint=an_imprint())

    assert_certified(pdf, demonstration_key)
    assert pdf == run.certificate(an_award(), NUMBER, at=AT, imprint=an_imprint())
    changed = bytearray(pdf)
    changed[len(pdf) // 2] ^= 1
    assert not checked(bytes(changed), demonstration_key).intact


def test_a_certificate_in_earnest_is_certified_with_an_elliptic_key(tmp_path: Path) -> None:
    key = document_keys.from_pkcs12(an_authority().write_pkcs12(tmp_path / "seal.p12"))
    award = an_award(demonstration=False)

    pdf = PrintRun(key).certificate(award, NUMBER, at=AT, imprint=an_imprint())

    assert_certified(pdf, key)
    assert pdf == PrintRun(key).certificate(award, NUMBER, at=AT, imprint=an_imprint())


def test_what_is_handed_over_is_signed_too(demonstration_key: DocumentKey) -> None:
    run = PrintRun(demonstration_key)

    pdf = run.certificate(an_award(name="林 知  远"), NUMBER, at=AT, imprint=an_imprint())

    assert run.handed_over.total() == 1
    assert_certified(pdf, demonstration_key)


def test_a_key_of_the_demonstration_signs_no_certificate_in_earnest(demonstration_key: DocumentKey) -> None:
    with pytest.raises(WrongDocumentKey):
        PrintRun(demonstration_key).certificate(an_award(demonstration=False), NUMBER, at=AT, imprint=an_imprint())
