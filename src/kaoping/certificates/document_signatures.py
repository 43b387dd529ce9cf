"""What the signature of a PDF proves: who signed, whether a byte was changed since, and whether the issuer is trusted.

The chain is judged at the moment of signing, because a certificate stays what it was when the seal of its issuer later
runs out. Beyond the signature itself, every byte of the signature's own container has to be as its signer wrote it.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kaoping.certificates.event_loops import without_loop

_BLOCK = re.compile(rb"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Signed:
    """What one file's signature says. ``intact``: signature and bytes agree; ``whole``: nothing lies outside it."""

    signer: str
    organisation: str
    issuer: str
    fingerprint: str
    intact: bool
    whole: bool
    trusted: bool
    at: datetime | None
    timestamped: bool
    algorithm: str

    @property
    def unchanged(self) -> bool:
        """Whether the file is to the last byte what was signed."""
        return self.intact and self.whole


@dataclass(frozen=True, slots=True)
class Trust:
    """What an issuer has published: certificates that sign documents, keys of statements and of badges as tokens."""

    certificates: tuple[x509.Certificate, ...] = ()
    keys: tuple[Ed25519PublicKey, ...] = ()
    token_keys: tuple[RSAPublicKey, ...] = ()

    @classmethod
    def from_pem(cls, pem: bytes) -> "Trust":
        """Read PEM blocks; raises ``ValueError`` for what is neither a certificate nor an Ed25519 or RSA public key."""
        certificates: list[x509.Certificate] = []
        keys: list[Any] = []
        for block in _BLOCK.finditer(pem):
            if block[1] == b"CERTIFICATE":
                certificates.append(x509.load_pem_x509_certificate(block[0]))
            elif block[1] == b"PUBLIC KEY":
                keys.append(load_pem_public_key(block[0]))
            else:
                raise ValueError(f"a block “{block[1].decode()}” is neither a certificate nor a public key")
        if not (certificates or keys):
            raise ValueError("it holds no certificate and no public key in PEM")
        statements = tuple(key for key in keys if isinstance(key, Ed25519PublicKey))
        return cls(tuple(certificates), statements, tuple(key for key in keys if isinstance(key, RSAPublicKey)))


def signature_of(content: bytes, *, trusted: Sequence[x509.Certificate]) -> Signed | None:
    """Judge the first signature of a PDF; None when there is none. Raises what pyHanko raises for a broken file."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(content))
    signatures = reader.embedded_regular_signatures
    if not signatures:
        return None
    signature = signatures[0]
    certificate = signature.signer_cert
    subject = certificate.subject.native
    verdict = _judged(signature, trusted)
    stamp = verdict.timestamp_validity if verdict else None
    return Signed(
        signer=subject.get("common_name", ""),
        organisation=subject.get("organization_name", ""),
        issuer=certificate.issuer.native.get("common_name", ""),
        fingerprint=hashlib.sha256(certificate.dump()).hexdigest(),
        intact=bool(verdict and verdict.intact and verdict.valid and _container_exact(content, signature)),
        whole=bool(verdict and _whole(reader, verdict)),
        trusted=bool(verdict and verdict.trusted),
        at=stamp.timestamp if stamp and stamp.intact and stamp.valid else signature.self_reported_timestamp,
        timestamped=bool(stamp and stamp.intact and stamp.valid),
        algorithm=f"{certificate.public_key.algorithm} {signature.md_algorithm}",
    )


def _judged(signature: Any, trusted: Sequence[x509.Certificate]) -> Any:
    """Let pyHanko judge; a signature that it cannot read proves nothing."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    signed_at = signature.self_reported_timestamp
    try:
        chain, moment = _context(trusted, signed_at), _context(trusted, signed_at)
        return without_loop(lambda: validate_pdf_signature(signature, chain, moment, key_usage_settings=usage))
    except (PdfError, SignatureValidationError, ValueError):
        return None


def _context(trusted: Iterable[x509.Certificate], at: datetime | None) -> Any:
    from pyhanko_certvalidator import ValidationContext

    from kaoping.certificates.asn1_certificates import as_asn1

    return ValidationContext(trust_roots=list(map(as_asn1, trusted)), allow_fetching=False, moment=at)


def _whole(reader: Any, verdict: Any) -> bool:
    """Whether nothing lies behind the signed bytes but time stamps that reach to the end of the file."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if verdict.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    added = verdict.modification_level
    if verdict.coverage is not SignatureCoverageLevel.ENTIRE_REVISION or added is None:
        return False
    return added <= ModificationLevel.LTA_UPDATES and _stamped_to_the_end(reader)


def _stamped_to_the_end(reader: Any) -> bool:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    stamps = reader.embedded_timestamp_signatures
    if not stamps:
        return False
    stamps[-1].compute_integrity_info()
    return stamps[-1].coverage is SignatureCoverageLevel.ENTIRE_FILE


def _container_exact(content: bytes, signature: Any) -> bool:
    """Whether the gap between the signed ranges is the signature in hexadecimal, one case throughout, and zeros."""
    from asn1crypto.cms import ContentInfo

    first, length, second, _ = (int(number) for number in signature.byte_range)
    gap = content[first + length : second]
    digits = gap[1:-1]
    if first or gap[:1] != b"<" or gap[-1:] != b">" or digits not in {digits.lower(), digits.upper()}:
        return False
    held = bytes.fromhex(digits.decode("ascii", "replace"))
    encoded = ContentInfo.load(held).dump(force=True)
    return held[: len(encoded)] == encoded and not held[len(encoded) :].strip(b"\0")
