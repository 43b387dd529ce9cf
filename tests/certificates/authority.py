"""An authority of the tests: it certifies a key of an issuer and a timestamp service, and keeps a revocation list."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import Certificate, CertificateRevocationList
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    root: Certificate
    root_key: ec.EllipticCurvePrivateKey
    seal: Certificate
    seal_key: ec.EllipticCurvePrivateKey
    stamps: Certificate
    stamps_key: rsa.RSAPrivateKey

    @property
    def revocations(self) -> CertificateRevocationList:
        made = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
        made = made.last_update(FIRST).next_update(LAST).add_extension(x509.CRLNumber(1), critical=False)
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root_key.public_key())
        return made.add_extension(above, critical=False).sign(self.root_key, hashes.SHA256())

    def write_pkcs12(self, path: Path, *, passphrase: bytes | None = None) -> Path:
        lock = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        path.write_bytes(pkcs12.serialize_key_and_certificates(None, self.seal_key, self.seal, [self.root], lock))
        path.chmod(0o600)
        return path

    def write_evidence(self, folder: Path) -> Path:
        (folder / "root.pem").write_bytes(self.root.public_bytes(Encoding.PEM))
        (folder / "root.crl").write_bytes(self.revocations.public_bytes(Encoding.DER))
        return folder

    def timestamps(self) -> DummyTimeStamper:
        """Stamp as the service would, without a network."""
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register(as_asn1(self.root))
        key = self.stamps_key.private_bytes(
            Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return DummyTimeStamper(as_asn1(self.stamps), asn1_keys.PrivateKeyInfo.load(key), certs_to_embed=store)


def as_asn1(certificate: Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


@cache
def an_authority() -> Authority:
    root_key, seal_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    stamps_key = rsa.generate_private_key(65537, 2048)
    root = a_certificate("Root", root_key, root_key)
    seal = a_certificate("Seal of an issuer", seal_key, root_key, issuer=root)
    stamps = a_certificate("Timestamps", stamps_key, root_key, issuer=root, stamps=True)
    return Authority(root, root_key, seal, seal_key, stamps, stamps_key)


def a_certificate(
    common: str, key: Key, issuer_key: Key, *, issuer: Certificate | None = None, stamps: bool = False
) -> Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(FIRST).not_valid_after(LAST)
    made = made.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    usage = x509.KeyUsage(
        issuer is not None, issuer is not None, False, False, False, issuer is None, issuer is None, False, False
    )
    made = made.add_extension(usage, critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    made = made.add_extension(above, critical=False)
    if issuer is not None:
        where = x509.DistributionPoint([x509.UniformResourceIdentifier("http://127.0.0.1/root.crl")], None, None, None)
        made = made.add_extension(x509.CRLDistributionPoints([where]), critical=False)
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(issuer_key, hashes.SHA256())
