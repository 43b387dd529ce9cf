"""Keys that sign documents, with the certificates that say whose they are.

A key comes from a PKCS #12 file, from a PKCS #11 token (`kaoping.certificates.tokens`), or from the authority of the
demonstration, which is made on first use. The subject of a certificate of that authority says so, and by this mark a
key signs either demonstrations or everything else. No private key ever lies in the database.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID

from kaoping.certificates.document_errors import DocumentKeyOutOfDate, WrongDocumentKey
from kaoping.certificates.errors import KeyUnusable
from kaoping.certificates.keys import read_private

MARK = "仅供示范 DEMONSTRATION ONLY"
LEAST_RSA_BITS = 2048
_MADE_BITS = 3072
# Of a demonstration that may be shown in any year; fixed, so that nothing depends on the day it was first used.
_FIRST, _LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
_MAKING = threading.Lock()


@dataclass(frozen=True)
class DocumentKey:
    """A key in use: its certificate, the issuers above it, and how it signs.

    ``sign`` gives the raw signature over bytes, hashed by SHA-256: RSA with PKCS #1 v1.5 padding or deterministic ECDSA
    (RFC 6979), so that the same bytes have the same signature. A token may not be deterministic with ECDSA.
    """

    certificate: Certificate
    chain: tuple[Certificate, ...]
    sign: Callable[[bytes], bytes]
    source: str

    @property
    def demonstration(self) -> bool:
        """Whether it may sign demonstrations, and nothing else."""
        units = self.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        return any(unit.value == MARK for unit in units)

    @property
    def subject(self) -> str:
        """Whose key it is, as in its certificate."""
        return self.certificate.subject.rfc4514_string()

    @property
    def first_moment(self) -> datetime:
        """From when its certificate is valid."""
        return self.certificate.not_valid_before_utc

    @property
    def last_moment(self) -> datetime:
        """Until when its certificate is valid."""
        return self.certificate.not_valid_after_utc

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal digits."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def chain_pem(self) -> bytes:
        """The certificate and those above it as PEM, for publication: the last one is what a verifier trusts."""
        return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (self.certificate, *self.chain))

    def require(self, *, demonstration: bool, at: datetime) -> None:
        """Refuse what the key may not sign.

        Raises
        ------
        WrongDocumentKey, DocumentKeyOutOfDate
        """
        if demonstration != self.demonstration:
            raise WrongDocumentKey(subject=self.subject)
        if not self.first_moment <= at <= self.last_moment:
            first, last, on = (moment.date().isoformat() for moment in (self.first_moment, self.last_moment, at))
            raise DocumentKeyOutOfDate(subject=self.subject, first=first, last=last, on=on)


def from_pkcs12(path: Path, *, passphrase_file: Path | None = None) -> DocumentKey:
    """Read a key with its certificates; raises `KeyUnusable`, also when other users may read one of the files."""
    passphrase = read_private(passphrase_file).rstrip(b"\r\n") if passphrase_file else None
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(read_private(path), passphrase)
    except (ValueError, TypeError) as error:
        reason = "it is not a PKCS #12 file, or it has another passphrase"
        raise KeyUnusable(path=str(path), reason=reason) from error
    if key is None or certificate is None:
        raise KeyUnusable(path=str(path), reason="it does not hold a key with its certificate")
    return DocumentKey(certificate, chain_of(certificate, others), _signing(path, key), str(path))


def chain_of(certificate: Certificate, others: Iterable[Certificate]) -> tuple[Certificate, ...]:
    """Put the issuers of a certificate in order, as far up as they are given."""
    by_subject = {one.subject: one for one in others}
    chain: list[Certificate] = []
    last = certificate
    while last.issuer != last.subject and (above := by_subject.get(last.issuer)) is not None and above not in chain:
        chain.append(above)
        last = above
    return tuple(chain)


def _signing(path: Path, key: object) -> Callable[[bytes], bytes]:
    """Give the way a key signs; the parsed key is kept, because parsing takes far longer than signing."""
    digest = hashes.SHA256()
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_RSA_BITS:
        return lambda data: key.sign(data, padding.PKCS1v15(), digest)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return lambda data: key.sign(data, ec.ECDSA(digest, deterministic_signing=True))
    raise KeyUnusable(path=str(path), reason=f"it is neither RSA of {LEAST_RSA_BITS} bits or more nor ECDSA")


def demonstration(path: Path) -> DocumentKey:
    """Give the key of the demonstration, made on first use; raises `KeyUnusable` when the file holds another one."""
    with _MAKING:
        if not path.exists():
            _write_once(path, _demonstration_pkcs12())
    key = from_pkcs12(path)
    if not key.demonstration:
        raise KeyUnusable(path=str(path), reason="its certificate is not marked as one of a demonstration")
    return key


def _write_once(path: Path, content: bytes) -> None:
    """Put a whole file in its place, of mode 0600; when another process was first, its file stays."""
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent) as file:
        file.write(content)
        file.flush()
        try:
            os.link(file.name, path)
        except FileExistsError:
            return


def _demonstration_pkcs12() -> bytes:
    """Make an authority, let it certify one key, and forget its own."""
    authority, signer = (rsa.generate_private_key(65537, _MADE_BITS) for _ in range(2))
    root = _certificate("示范根证书 Demonstration Root", authority, authority)
    leaf = _certificate("示范签章 Demonstration Seal", signer, authority, issuer=root)
    return pkcs12.serialize_key_and_certificates(None, signer, leaf, [root], serialization.NoEncryption())


def _name(common: str) -> x509.Name:
    parts = {NameOID.ORGANIZATION_NAME: "Kaoping", NameOID.ORGANIZATIONAL_UNIT_NAME: MARK, NameOID.COMMON_NAME: common}
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])


def _certificate(
    common: str, key: rsa.RSAPrivateKey, issuer_key: rsa.RSAPrivateKey, *, issuer: Certificate | None = None
) -> Certificate:
    subject, public = _name(common), key.public_key()
    raw = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    usage = x509.KeyUsage(
        digital_signature=issuer is not None, content_commitment=issuer is not None,
        key_cert_sign=issuer is None, crl_sign=issuer is None,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(public)
        .serial_number(int.from_bytes(hashlib.sha256(raw).digest()[:15]))
        .not_valid_before(_FIRST)
        .not_valid_after(_LAST)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    return made.sign(issuer_key, hashes.SHA256())
