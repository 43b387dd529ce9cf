"""Signed PDFs for the tests of verification: an issuer of nobody, and a stranger."""

import io
from datetime import UTC, datetime
from functools import cache

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kaoping.certificates.event_loops import without_loop

#: The signature states the moment of the test run, so the certificate holds whenever that is.
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)


def _named(name: str) -> x509.Name:
    parts = [(NameOID.ORGANIZATION_NAME, name), (NameOID.COMMON_NAME, f"{name} 签章")]
    return x509.Name([x509.NameAttribute(*part) for part in parts])


@cache
def issuer(name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Make a self-signed certificate that signs documents, and its key."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), _named(name)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    built = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(FIRST).not_valid_after(LAST)
    return built.add_extension(usage, critical=True).sign(key, hashes.SHA256()), key


def trust_pem(name: str = "考评示范职业技能评价中心") -> bytes:
    """Give what an issuer publishes."""
    return issuer(name)[0].public_bytes(Encoding.PEM)


def signed(pdf: bytes, *, by: str = "考评示范职业技能评价中心") -> bytes:
    """Certify a PDF as an issuer."""
    certificate, key = issuer(by)
    held = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    held_keys = asn1_keys.PrivateKeyInfo.load(private)
    known = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    signer = SimpleSigner(signing_cert=held, signing_key=held_keys, cert_registry=known, embed_roots=True)
    said = signers.PdfSignatureMetadata(
        field_name="Seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )  # fmt: skip
    writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    fields.append_signature_field(writer, fields.SigFieldSpec("Seal"))
    without_loop(lambda: signers.PdfSigner(said, signer=signer).sign_pdf(writer, output=out))
    return out.getvalue()
