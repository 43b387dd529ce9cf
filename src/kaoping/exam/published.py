"""What this installation publishes so that anybody can check its certificates: one file of certificates and keys."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from kaoping.certificates import key_list
from kaoping.certificates.issuer_keys import Purpose
from kaoping.certificates.public_keys import of_der
from kaoping.exam import document_signing, issuer, signing
from kaoping.exam.settings import Settings


def trust_pem(session: Session, settings: Settings) -> bytes:
    """Give every certificate and key that signs documents, statements and badges; none that fell into other hands.

    Only what the issuer holds itself is given, never an authority above it, which certifies others too.
    """
    shape = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    keys: list[Ed25519PublicKey | RSAPublicKey] = [*signing.published(settings, session).values()]
    keys += issuer.token_keys(settings, session).values()
    blocks = [*_documents(session), *(key.public_bytes(*shape).decode() for key in keys)]
    folder = settings.signing_key.parent
    blocks += [path.read_text() for path in sorted(folder.glob("*.crt.pem"))]
    return "\n".join(dict.fromkeys(block.strip() for block in blocks)).encode() + b"\n"


def _documents(session: Session) -> Iterator[str]:
    """Give the certificates of documents: those in the list of keys, and those in use that are not listed yet."""
    listed = [key for key in key_list.listed(session) if key.purpose is Purpose.DOCUMENT]
    withdrawn = [key for key in listed if (gone := key_list.withdrawal(key)) and gone.compromised]
    compromised = {of_der(key.public_der).spki for key in withdrawn}
    in_use = [one.public_bytes(Encoding.DER) for one in document_signing.certificates()]
    for der in (*(key.public_der for key in listed), *in_use):
        half = of_der(der)
        if half.spki not in compromised and half.der != half.spki:
            yield half.pem
