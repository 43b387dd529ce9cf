"""The issuer that the installation is to the world: its published keys, and the key that signs tokens."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from kaoping.certificates import badge_keys
from kaoping.certificates.badge_keys import BadgeKey
from kaoping.certificates.did import PublishedKey
from kaoping.exam import signing
from kaoping.exam.settings import Settings


def token_key(settings: Settings) -> BadgeKey:
    """Load the private key that signs badges as JSON Web Tokens."""
    return badge_keys.load(settings.badge_key)


def token_keys(settings: Settings) -> dict[str, RSAPublicKey]:
    """Give the public keys of tokens by id."""
    if not settings.badge_key.exists():
        return {}
    own = token_key(settings)
    return {own.key_id: own.public_key}


def published(settings: Settings) -> list[PublishedKey]:
    """Give every key of statements and tokens, for the issuer's document."""
    statements = [PublishedKey(name, key) for name, key in sorted(signing.published(settings).items())]
    return statements + [PublishedKey(name, key) for name, key in sorted(token_keys(settings).items())]
