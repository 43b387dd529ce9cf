"""What this installation publishes so that anybody can check its certificates: one file of certificates and keys."""

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kaoping.exam import signing
from kaoping.exam.settings import Settings


def trust_pem(settings: Settings) -> bytes:
    """Give the certificates that sign documents (``*.crt.pem`` beside the signing key) and the keys of statements."""
    folder = settings.signing_key.parent
    certificates = [path.read_bytes().strip() for path in sorted(folder.glob("*.crt.pem"))]
    shape = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    keys = [key.public_bytes(*shape).strip() for key in signing.published(settings).values()]
    return b"\n".join([*certificates, *keys, b""])
