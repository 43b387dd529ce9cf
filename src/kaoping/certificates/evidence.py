"""What proves, long after, that no certificate behind a document was revoked when it was signed.

It comes from a folder: certificates (``*.pem``, ``*.crt``) and revocation lists (``*.crl``) of the authorities of the
issuer and of the timestamp service. Nothing is fetched from the network while signing.
"""

from dataclasses import dataclass
from pathlib import Path

from asn1crypto import crl
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, CertificateRevocationList
from pyhanko_certvalidator import ValidationContext

from kaoping.certificates.asn1_certificates import as_asn1
from kaoping.certificates.document_errors import RevocationUnknown
from kaoping.certificates.document_keys import DocumentKey

_PEM = b"-----BEGIN"


@dataclass(frozen=True)
class Evidence:
    """Certificates of authorities and their revocation lists; those that sign themselves are trusted."""

    certificates: tuple[Certificate, ...]
    lists: tuple[CertificateRevocationList, ...]
    folder: Path

    def context(self, key: DocumentKey) -> ValidationContext:
        """Give the terms of validation for one signature of a key."""
        known = [*key.chain, *self.certificates]
        roots = [one for one in known if one.issuer == one.subject]
        return ValidationContext(
            trust_roots=list(map(as_asn1, roots)),
            other_certs=list(map(as_asn1, known)),
            crls=[crl.CertificateList.load(one.public_bytes(Encoding.DER)) for one in self.lists],
            allow_fetching=False,
            revocation_mode="hard-fail",
        )


def load(folder: Path) -> Evidence:
    """Read the certificates and revocation lists of a folder, in PEM or DER; raises `RevocationUnknown`."""
    certificates: list[Certificate] = []
    lists: list[CertificateRevocationList] = []
    for file in sorted(folder.glob("*.*")):
        try:
            match file.suffix:
                case ".pem" | ".crt":
                    certificates += _certificates(file.read_bytes())
                case ".crl":
                    lists.append(_list(file.read_bytes()))
        except (ValueError, OSError) as error:
            raise RevocationUnknown(folder=folder, reason=f"{file.name} cannot be read") from error
    return Evidence(tuple(certificates), tuple(lists), folder)


def _certificates(content: bytes) -> list[Certificate]:
    return x509.load_pem_x509_certificates(content) if _PEM in content else [x509.load_der_x509_certificate(content)]


def _list(content: bytes) -> CertificateRevocationList:
    return x509.load_pem_x509_crl(content) if _PEM in content else x509.load_der_x509_crl(content)
