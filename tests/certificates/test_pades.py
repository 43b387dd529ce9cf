"""The signed certificate."""

import asyncio
import hashlib
import io
import random
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from kaoping.certificates import document_keys, evidence
from kaoping.certificates.document_errors import RevocationUnknown, TimestampFailed, WrongDocumentKey
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.event_loops import without_loop
from kaoping.certificates.pades import DocumentSigner, Level
from kaoping.certificates.render import certificate_pdf
from kaoping.certificates.timestamps import TimestampService
from tests.certificates.authority import an_authority, as_asn1
from tests.certificates.builders import LONGEST_ISSUER, NUMBER, a_photo, an_award, an_imprint

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CREDENTIAL = '{"name":"标准化从业人员"}'.encode()
LARGEST, LARGEST_ARCHIVED = 230_000, 270_000


def a_signed_certificate(signer: DocumentSigner, **changes: Any) -> bytes:
    award, imprint = an_award(**changes), an_imprint()
    return certificate_pdf(award, NUMBER, imprint=imprint, photo=a_photo(), credential=CREDENTIAL, signer=signer, at=AT)


def faults(pdf: bytes, key: DocumentKey) -> list[str]:
    """Say what a verifier that trusts the key's authority would find wrong."""
    try:
        signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
        context = ValidationContext(trust_roots=[as_asn1(key.chain[-1])], allow_fetching=False)
        status = without_loop(partial(validate_pdf_signature, signature, context, skip_diff=True))
    except Exception as error:  # noqa: BLE001 - a damaged file may break the reader anywhere
        return [repr(error)]
    sound = {
        "valid": status.valid,
        "intact": status.intact,
        "whole": status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
    }
    return [name for name, good in (sound | {"trusted": status.trusted}).items() if not good]


@pytest.fixture(scope="module")
def signed(demonstration_key: DocumentKey) -> bytes:
    return a_signed_certificate(DocumentSigner(demonstration_key))


@pytest.fixture(scope="module")
def own_key(tmp_path_factory: pytest.TempPathFactory) -> DocumentKey:
    return document_keys.from_pkcs12(an_authority().write_pkcs12(tmp_path_factory.mktemp("own") / "own.p12"))


def test_the_signature_covers_the_whole_file_and_forbids_every_change(
    signed: bytes, demonstration_key: DocumentKey
) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        value = pdf.Root.AcroForm.Fields[0].V
        said = (str(value.SubFilter), str(value.M), int(value.Reference[0].TransformParams.P))
        certifies = pdf.Root.Perms.DocMDP.objgen == value.objgen

    assert not faults(signed, demonstration_key)
    assert said == ("/ETSI.CAdES.detached", "D:20261123090000Z", 1)
    assert certifies
    assert len(signed) < LARGEST


@pytest.mark.parametrize("places", [40, pytest.param(500, marks=pytest.mark.slow)])
def test_one_changed_byte_is_noticed_wherever_it_stands(
    signed: bytes, demonstration_key: DocumentKey, places: int
) -> None:
    draw = random.Random(places)

    for _ in range(places):
        damaged = bytearray(signed)
        damaged[draw.randrange(len(damaged))] ^= draw.randrange(1, 256)
        assert faults(bytes(damaged), demonstration_key)


def test_the_field_is_tagged_and_shows_the_seal(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        element = pdf.Root.StructTreeRoot.K[0].K[-1]
        rows = pdf.Root.StructTreeRoot.ParentTree.Nums
        assert str(field.TU) == str(element.Alt)
        assert element.K.Obj.objgen == field.objgen
        assert rows[list(rows).index(field.StructParent) + 1].objgen == element.objgen
        assert int(field.F) & 4

    document = pypdfium2.PdfDocument(signed)
    document.init_forms()
    page = document[0].render(scale=1).to_pil()
    red = [page.getpixel((x, y)) for x in range(388, 502) for y in range(661, 774)]
    assert sum(pixel[0] - pixel[2] > 100 for pixel in red if isinstance(pixel, tuple)) > 800


def test_the_credential_is_attached_as_it_is(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        spec = pdf.Root.AF[0]
        assert pdf.attachments["credential.json"].get_file().read_bytes() == CREDENTIAL
        assert str(spec.AFRelationship) == "/Source"
        assert str(spec.EF.F.Subtype) == "/application/vc+ld+json"


def test_the_same_record_key_and_moment_give_the_same_bytes_in_another_process(
    signed: bytes, demonstration_key: DocumentKey
) -> None:
    script = (
        "import hashlib, pathlib, sys; from tests.certificates.test_pades import *;"
        "key = document_keys.demonstration(pathlib.Path(sys.argv[1]));"
        "print(hashlib.sha256(a_signed_certificate(DocumentSigner(key))).hexdigest())"
    )

    command = [sys.executable, "-c", script, demonstration_key.source]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)})

    assert answer.stdout.strip() == hashlib.sha256(signed).hexdigest()


def test_a_demonstration_is_not_signed_in_earnest_nor_the_other_way_round(
    demonstration_key: DocumentKey, own_key: DocumentKey
) -> None:
    with pytest.raises(WrongDocumentKey):
        a_signed_certificate(DocumentSigner(own_key))
    with pytest.raises(WrongDocumentKey):
        a_signed_certificate(DocumentSigner(demonstration_key), demonstration=False)


def test_a_timestamp_goes_into_the_signature(own_key: DocumentKey) -> None:
    signer = DocumentSigner(own_key, Level.B_T, timestamps=an_authority().timestamps())

    pdf = a_signed_certificate(signer, demonstration=False)

    unsigned = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0].signer_info["unsigned_attrs"]
    assert [attribute["type"].native for attribute in unsigned] == ["signature_time_stamp_token"]
    assert not faults(pdf, own_key)


def test_a_document_for_the_archive_proves_itself_without_a_network(own_key: DocumentKey, tmp_path: Path) -> None:
    found = evidence.load(an_authority().write_evidence(tmp_path))
    signer = DocumentSigner(own_key, Level.B_LTA, timestamps=an_authority().timestamps(), evidence=found)

    pdf = a_signed_certificate(signer, demonstration=False, issuer=LONGEST_ISSUER)

    trust = SimpleTrustManager.build([as_asn1(an_authority().root)])
    policy = CertValidationPolicySpec(trust, CertRevTrustPolicy(REQUIRE_REVINFO))
    local = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    terms = PdfSignatureValidationSpec(SignatureValidationSpec(policy, revinfo_gathering_policy=local))
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    judged = without_loop(lambda: asyncio.run(ades_lta_validation(signature, terms)))
    assert judged.ades_subindic.status.name == "PASSED"
    assert len(pdf) < LARGEST_ARCHIVED


def test_without_a_revocation_list_nothing_is_made_for_the_archive(own_key: DocumentKey, tmp_path: Path) -> None:
    found = evidence.load(tmp_path)
    signer = DocumentSigner(own_key, Level.B_LTA, timestamps=an_authority().timestamps(), evidence=found)

    with pytest.raises(RevocationUnknown):
        a_signed_certificate(signer, demonstration=False)


def test_a_service_that_does_not_answer_is_named(own_key: DocumentKey) -> None:
    signer = DocumentSigner(own_key, Level.B_T, timestamps=TimestampService("http://127.0.0.1:9/tsa"))

    with pytest.raises(TimestampFailed, match=r"127\.0\.0\.1:9"):
        a_signed_certificate(signer, demonstration=False)
