"""The signature of the fast print path."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from kaoping.certificates.cms import Container
from kaoping.certificates.stamping import PrintRun
from tests.certificates.builders import NUMBER, an_award, an_imprint

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Key:
    """A signing key with its own certificate."""

    certificate: x509.Certificate
    sign: Callable[[bytes], bytes]
    chain: tuple[x509.Certificate, ...] = ()


def a_certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "考评示范 Demonstration")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, AT - timedelta(days=1), AT + timedelta(days=365))
    usage = dict.fromkeys(
        (
            "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
            "decipher_only",
        ),
        False,
    )  # fmt: skip
    usages = x509.KeyUsage(digital_signature=True, content_commitment=True, **usage)
    return made.add_extension(usages, critical=True).sign(key, hashes.SHA256())


def checked(pdf: bytes, certificate: x509.Certificate) -> PdfSignatureStatus:
    root = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False, moment=AT))


def an_rsa_key() -> Key:
    key = rsa.generate_private_key(65537, 2048)
    return Key(a_certificate(key), lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256()))


def an_elliptic_key() -> Key:
    key = ec.generate_private_key(ec.SECP256R1())
    return Key(a_certificate(key), lambda data: key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))


@pytest.mark.parametrize("make", [an_rsa_key, an_elliptic_key])
def test_a_certified_file_is_valid_whole_and_the_same_every_time(make: Callable[[], Key]) -> None:
    key = make()
    run = PrintRun(AT, Container(key))

    pdf = run.certificate(an_award(), NUMBER, imprint=an_imprint())

    status = checked(pdf, key.certificate)
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt == AT
    assert pdf == run.certificate(an_award(), NUMBER, imprint=an_imprint())


def test_a_changed_byte_is_noticed() -> None:
    key = an_rsa_key()
    pdf = PrintRun(AT, Container(key)).certificate(an_award(), NUMBER, imprint=an_imprint())

    changed = bytearray(pdf)
    changed[len(pdf) // 2] ^= 1

    assert not checked(bytes(changed), key.certificate).intact
