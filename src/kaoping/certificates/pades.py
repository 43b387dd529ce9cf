"""Signing documents with PAdES: B-B, B-T with a timestamp, B-LTA for the archive.

The signature certifies (DocMDP, no changes). It fills a field that was made with the page
(`kaoping.certificates.signature_field`) and leaves the metadata as they are, so the file stays PDF/A-3a and PDF/UA-1.
At level B-B the same file, key and moment give the same bytes.
"""

import hashlib
import io
import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.generic import ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp.noop import NoOpStampStyle
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kaoping.certificates.asn1_certificates import as_asn1
from kaoping.certificates.cms import Container
from kaoping.certificates.document_errors import RevocationUnknown
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.event_loops import without_loop
from kaoping.certificates.evidence import Evidence
from kaoping.certificates.signature_field import ARCHIVE, SIGNATURE

DIGEST = "sha256"
# By so much one ECDSA signature of a key may be longer than another.
_SLACK = 8


# For every document of the archive the library would warn that revocation lists are not fetched, as is meant here.
logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)


class Level(StrEnum):
    """How long a signature can be verified: with the certificate, past its end, past the end of its algorithms."""

    B_B = "B-B"
    B_T = "B-T"
    B_LTA = "B-LTA"


class _Increment(IncrementalPdfFileWriter):
    """An increment that says nothing new about the document and takes its identifier from what it contains."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self._document_id[1] = ByteStringObject(hashlib.sha256(content).digest()[:16])

    def _update_meta(self) -> None:
        """Keep the metadata: the library would write the present time and its own name."""


class _KeySigner(Signer):
    """Signs with a key that stays parsed, and keeps the container of a signature without a timestamp.

    The library's own signer parses an RSA key and builds the container anew for every signature.
    """

    def __init__(self, key: DocumentKey) -> None:
        certificates = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        certificates.register_multiple([as_asn1(one) for one in (key.certificate, *key.chain)])
        super().__init__(signing_cert=as_asn1(key.certificate), cert_registry=certificates)
        self.container, self._sign = Container(key), key.sign
        self._longest = len(key.sign(b"")) + _SLACK

    async def async_sign(
        self, data_digest: bytes, digest_algorithm: str, *said: Any, timestamper: Any = None, **more: Any
    ) -> cms.ContentInfo:
        if timestamper is None:
            return cms.ContentInfo.load(self.container.sign(data_digest))
        build: Any = super().async_sign
        return await build(data_digest, digest_algorithm, *said, timestamper=timestamper, **more)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002
        return bytes(self._longest) if dry_run else self._sign(data)


class _PunctualSigner(PdfSigner):
    """Signs as of a given moment."""

    def __init__(self, *said: Any, at: datetime, **options: Any) -> None:
        super().__init__(*said, **options)
        self._at = at

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:  # noqa: FBT001, FBT002
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


@dataclass(frozen=True)
class DocumentSigner:
    """Signs documents with one key at one level."""

    key: DocumentKey
    level: Level = Level.B_B
    timestamps: TimeStamper | None = None
    evidence: Evidence | None = None

    @property
    def archival(self) -> bool:
        """Whether the page needs a second field, for the timestamp over the whole document."""
        return self.level is Level.B_LTA

    @cached_property
    def _signer(self) -> _KeySigner:
        return _KeySigner(self.key)

    def sign(self, pdf: bytes, *, at: datetime) -> bytes:
        """Sign a document that has the field, as of a moment; nothing may change in it afterwards.

        Raises
        ------
        TimestampFailed, RevocationUnknown
        """
        said = PdfSignatureMetadata(
            field_name=SIGNATURE,
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            **self._archive_terms(),
        )
        style = NoOpStampStyle()
        signer = _PunctualSigner(said, self._signer, timestamper=self.timestamps, stamp_style=style, at=at)
        # written in hexadecimal digits
        room = 2 * self._signer.container.room if self.timestamps is None else None
        out = io.BytesIO()
        try:
            increment = _Increment(pdf)
            without_loop(lambda: signer.sign_pdf(increment, existing_fields_only=True, bytes_reserved=room, output=out))
        except (SigningError, ValidationError, PathError) as refused:
            if self.evidence is None:
                raise
            raise RevocationUnknown(folder=self.evidence.folder, reason=str(refused).rstrip(".")) from refused
        return out.getvalue()

    def _archive_terms(self) -> dict[str, Any]:
        """Say what goes with a document for the archive: proof that nothing was revoked, and a timestamp over it."""
        if self.evidence is None or not self.archival:
            return {}
        return {
            "embed_validation_info": True,
            "use_pades_lta": True,
            "timestamp_field_name": ARCHIVE,
            "validation_context": self.evidence.context(self.key),
            "signer_key_usage": set(),
        }
