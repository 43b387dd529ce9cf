"""What this installation publishes so that anybody can check its certificates: its keys as a PEM file and as JSON."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import Certificate, load_pem_x509_certificates
from sqlalchemy.orm import Session

from kaoping.certificates import key_document, key_list
from kaoping.certificates.issuer_keys import Purpose
from kaoping.certificates.key_document import KeysPublished
from kaoping.certificates.public_keys import of_der
from kaoping.exam import document_signing, issuer, signing
from kaoping.exam.settings import Settings


def trust_pem(session: Session, settings: Settings) -> bytes:
    """Give every certificate and key that signs documents, statements and badges; none that fell into other hands.

    Only what the issuer holds itself is given, never an authority above it, which certifies others too.
    """
    shape = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    keys: list[Ed25519PublicKey | RSAPublicKey] = [*signing.published(settings, session).unstolen.values()]
    keys += issuer.token_keys(settings, session).values()
    blocks = [*_documents(session, settings), *(key.public_bytes(*shape).decode() for key in keys)]
    return "\n".join(dict.fromkeys(block.strip() for block in blocks)).encode() + b"\n"


def keys(session: Session, settings: Settings) -> KeysPublished:
    """Give every key of the issuer with the days it signed and its revocation, those not entered in the list last."""
    entered = key_list.listed(session)
    known, found = {key.key_id for key in entered}, [key_document.listed(key) for key in entered]
    for der, purpose in _in_use(session, settings):
        half = of_der(der)
        if half.key_id not in known:
            known.add(half.key_id)
            found.append(key_document.unlisted(half, purpose))
    return KeysPublished(keys=found)


def _in_use(session: Session, settings: Settings) -> Iterator[tuple[bytes, Purpose]]:
    shape = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for key in signing.published(settings, session).values():
        yield key.public_bytes(*shape), Purpose.STATEMENT
    for token in issuer.token_keys(settings, session).values():
        yield token.public_bytes(*shape), Purpose.TOKEN
    for certificate in (*document_signing.certificates(), *_beside(settings)):
        yield certificate.public_bytes(Encoding.DER), Purpose.DOCUMENT


def _documents(session: Session, settings: Settings) -> Iterator[str]:
    """Give the certificates of documents: those in the list of keys, and those in use that are not listed yet."""
    listed = [key for key in key_list.listed(session) if key.purpose is Purpose.DOCUMENT]
    withdrawn = [key for key in listed if (gone := key_list.withdrawal(key)) and gone.compromised]
    compromised = {of_der(key.public_der).spki for key in withdrawn}
    in_use = [*document_signing.certificates(), *_beside(settings)]
    for der in (*(key.public_der for key in listed), *(one.public_bytes(Encoding.DER) for one in in_use)):
        half = of_der(der)
        if half.spki not in compromised and half.der != half.spki:
            yield half.pem


def _beside(settings: Settings) -> Iterator[Certificate]:
    """Read the certificates that lie beside the signing key as ``*.crt.pem``: seals whose key is kept elsewhere."""
    for path in sorted(settings.signing_key.parent.glob("*.crt.pem")):
        yield from load_pem_x509_certificates(path.read_bytes())
