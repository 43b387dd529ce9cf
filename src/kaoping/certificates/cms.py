"""The CMS container of a PAdES B-B signature, prepared once per signing certificate and completed per file.

Certificate, chain and attributes are the same in every file of an issuer. Only the digest, the signature over the
attributes and the lengths of what holds them change, so these alone are written anew. ETSI EN 319 142-1 asks for the
attributes content type, message digest and signing certificate v2, and keeps the time out of the container: it stands
in the signature dictionary.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from asn1crypto import algos, cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kaoping.certificates.asn1_certificates import as_asn1
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.open_form import Signing

_SEQUENCE, _SET, _OCTETS, _EXPLICIT = 0x30, 0x31, 0x04, 0xA0
_SHORT = 0x80  # lengths from here on take further bytes
_DIGEST = hashlib.sha256().digest_size
_NO_CHANGES = 1  # DocMDP: whoever changes the file breaks the signature
_TEMPLATE = (
    "/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:{at:%Y%m%d%H%M%S}Z)"
    "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P {changes}/V/1.2>>>>]"
)


def _der(tag: int, *parts: bytes) -> bytes:
    """Write a value of ASN.1 in DER."""
    content = b"".join(parts)
    length = len(content)
    if length < _SHORT:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([tag, _SHORT | len(size)]) + size + content


def _attributes(certificate: Any) -> tuple[bytes, bytes]:
    """Write the signed attributes as they stand in DER, before and after the digest of the file."""
    hole = bytes(range(_DIGEST))
    identity = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate.dump()).digest()})
    values = {
        "content_type": "data",
        "message_digest": hole,
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [identity]}),
    }
    each = [cms.CMSAttribute({"type": kind, "values": [value]}).dump() for kind, value in values.items()]
    before, after = _der(_SET, *sorted(each)).split(hole)
    return before, after


def _longest_signature(certificate: x509.Certificate) -> tuple[str, int]:
    """Name the algorithm of a certificate's key and how many bytes its signatures take at most."""
    public = certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return "sha256_rsa", public.key_size // 8
    if isinstance(public, ec.EllipticCurvePublicKey):
        return "sha256_ecdsa", 2 * ((public.key_size + 7) // 8) + 8  # two whole numbers with signs and lengths
    message = "documents are signed with RSA or ECDSA"
    raise TypeError(message)


class Container:
    """What signs files with one certificate: everything that does not change, and the key."""

    def __init__(self, key: DocumentKey) -> None:
        own = as_asn1(key.certificate)
        # whoever verifies has the root: from here it would prove nothing, and a change in it would go unnoticed
        above = [one for one in key.chain if one.issuer != one.subject]
        held = [cms.CertificateChoices("certificate", one).dump() for one in (own, *map(as_asn1, above))]
        algorithm, longest = _longest_signature(key.certificate)
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
        issuer = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
        self._sign = key.sign
        self._attributes = _attributes(own)
        self._signer_head = cms.CMSVersion("v1").dump() + issuer.dump() + sha256
        self._algorithm = algos.SignedDigestAlgorithm({"algorithm": algorithm}).dump()
        self._head = b"".join(
            [
                cms.CMSVersion("v1").dump(),
                _der(_SET, sha256),
                cms.EncapsulatedContentInfo({"content_type": "data"}).dump(),
                _der(_EXPLICIT, *sorted(held)),
            ]
        )
        self._kind = cms.ContentType("signed_data").dump()
        #: The bytes that its largest container takes; with RSA every one takes as many.
        self.room = len(self._around(bytes(longest), bytes(_DIGEST)))

    def sign(self, digest: bytes) -> bytes:
        """Write the container over the SHA-256 of a file."""
        before, after = self._attributes
        return self._around(self._sign(before + digest + after), digest)

    def signing(self, *, at: datetime) -> Signing:
        """Say how files of one moment are signed: certified, nothing in them may change afterwards."""
        dictionary = _TEMPLATE.format(at=at.astimezone(UTC), changes=_NO_CHANGES)
        return Signing(dictionary.encode(), self.room, self.sign)

    def _around(self, signature: bytes, digest: bytes) -> bytes:
        before, after = self._attributes
        # within the signer's entry the set of attributes carries the tag of its place
        attributes = bytes([_EXPLICIT]) + (before + digest + after)[1:]
        signer = _der(_SEQUENCE, self._signer_head, attributes, self._algorithm, _der(_OCTETS, signature))
        data = _der(_SEQUENCE, self._head, _der(_SET, signer))
        return _der(_SEQUENCE, self._kind, _der(_EXPLICIT, data))
