"""The keys that sign certificates: the current one, and every public key that ever did."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kaoping.certificates import keys
from kaoping.certificates.keys import SigningKey
from kaoping.exam.settings import Settings


def current(settings: Settings) -> SigningKey:
    """Load the private key that signs now."""
    return keys.load(settings.signing_key)


def published(settings: Settings) -> dict[str, Ed25519PublicKey]:
    """Give all public keys by id: of the current key, and of older ones kept beside it as ``*.pub.pem``."""
    found = {keys.key_id(key): key for key in map(_public, sorted(_folder(settings).glob("*.pub.pem")))}
    if settings.signing_key.exists():
        own = current(settings)
        found[own.key_id] = own.public_key
    return found


def _folder(settings: Settings) -> Path:
    return settings.signing_key.parent


def _public(path: Path) -> Ed25519PublicKey:
    return keys.load_public(path.read_bytes())
