"""The issuer that the installation is to the world: its published keys, and the key that signs tokens."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from sqlalchemy.orm import Session

from kaoping.certificates import badge_keys, key_list
from kaoping.certificates.badge_keys import BadgeKey
from kaoping.certificates.did import PublishedKey
from kaoping.certificates.issuer_keys import Purpose
from kaoping.certificates.key_list import Withdrawal
from kaoping.exam import signing
from kaoping.exam.settings import Settings


def token_key(settings: Settings) -> BadgeKey:
    """Load the private key that signs badges as JSON Web Tokens."""
    return badge_keys.load(settings.badge_key)


def token_keys(settings: Settings, session: Session) -> dict[str, RSAPublicKey]:
    """Give the public keys that tokens are verified with, by id; one that was in other hands is not among them."""
    listed = {one.key_id: key_list.withdrawal(one) for one in key_list.listed(session)}
    found = _all_token_keys(settings, session)
    return {name: key for name, key in found.items() if not ((held := listed.get(name)) and held.compromised)}


def published(settings: Settings, session: Session) -> list[PublishedKey]:
    """Give every key of statements and tokens, with their revocations, for the issuer's document."""
    listed = {one.key_id: key_list.withdrawal(one) for one in key_list.listed(session)}
    statements = signing.published(settings, session).items()
    tokens = _all_token_keys(settings, session).items()
    return [_published(*one, listed.get(one[0])) for one in statements] + [
        _published(*one, listed.get(one[0])) for one in tokens
    ]


def _all_token_keys(settings: Settings, session: Session) -> dict[str, RSAPublicKey]:
    """Give the keys of the list and the current one."""
    listed = [one for one in key_list.listed(session) if one.purpose is Purpose.TOKEN]
    found = {one.key_id: badge_keys.of_der(one.public_der) for one in listed}
    if settings.badge_key.exists():
        own = token_key(settings)
        found[own.key_id] = own.public_key
    return found


def _published(name: str, key: Ed25519PublicKey | RSAPublicKey, withdrawal: Withdrawal | None) -> PublishedKey:
    if withdrawal is None:
        return PublishedKey(name, key)
    return PublishedKey(name, key, revoked=withdrawal.since, compromised=withdrawal.compromised)
