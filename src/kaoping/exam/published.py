"""What this installation publishes so that anybody can check its certificates: one file of certificates and keys."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from kaoping.certificates import key_list
from kaoping.certificates.issuer_keys import Purpose
from kaoping.certificates.public_keys import PublicHalf, of_der
from kaoping.exam import issuer, signing
from kaoping.exam.settings import Settings


def trust_pem(session: Session, settings: Settings) -> bytes:
    """Give every certificate and key that signs documents, statements and badges; none that fell into other hands.

    Only what the issuer holds itself is given, never an authority above it, which certifies others too.
    """
    shape = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    keys: list[Ed25519PublicKey | RSAPublicKey] = [*signing.published(settings, session).values()]
    keys += issuer.token_keys(settings).values()
    blocks = [half.pem for half in _documents(session)] + [key.public_bytes(*shape).decode() for key in keys]
    folder = settings.signing_key.parent
    blocks += [path.read_text() for path in sorted(folder.glob("*.crt.pem"))]
    return "\n".join(dict.fromkeys(block.strip() for block in blocks)).encode() + b"\n"


def _documents(session: Session) -> Iterator[PublicHalf]:
    """Give the certificates of documents in the list of keys."""
    for key in key_list.listed(session):
        withdrawn = key_list.withdrawal(key)
        if key.purpose is Purpose.DOCUMENT and not (withdrawn and withdrawn.compromised):
            half = of_der(key.public_der)
            yield from [half] if half.der != half.spki else []
