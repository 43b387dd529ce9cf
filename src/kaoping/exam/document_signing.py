"""Which key signs the PDF of certificates in this installation, and at which level.

Demonstrations are signed by the key of the demonstration at level B-B, everything else by the issuer's own key. A key
file is read again when it changes; a token is opened once.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.x509 import Certificate

from kaoping.certificates import document_keys, tokens
from kaoping.certificates.document_errors import DocumentKeyMissing
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.errors import KeyUnusable
from kaoping.certificates.tokens import Token
from kaoping.exam.errors import SettingsUnusable
from kaoping.exam.settings import Settings

if TYPE_CHECKING:
    from kaoping.certificates.pades import DocumentSigner

_process: list[Settings] = []


def use(settings: Settings) -> None:
    """Let this process sign as the settings say."""
    _process[:] = [settings]


def signer_for(*, demonstration: bool) -> "DocumentSigner":
    """Give what signs certificates in earnest, or demonstrations.

    Raises
    ------
    DocumentKeyMissing, DocumentKeyOutOfDate, WrongDocumentKey, KeyUnusable, TokenUnusable, TokenSupportMissing
    """
    (settings,) = _process
    signer = _signer(settings, demonstration=demonstration, state=tuple(_state(settings)))
    signer.key.require(demonstration=demonstration, at=datetime.now(UTC))
    return signer


def key_for(settings: Settings, *, demonstration: bool) -> DocumentKey:
    """Give the key that signs certificates in earnest, or demonstrations."""
    if demonstration:
        return document_keys.demonstration(settings.demonstration_key)
    if settings.document_key is not None:
        return document_keys.from_pkcs12(settings.document_key, passphrase_file=settings.document_passphrase_file)
    if settings.token_module is None:
        raise DocumentKeyMissing
    if settings.token_pin_file is None:
        raise SettingsUnusable(setting="KAOPING_TOKEN_PIN_FILE", reason="the token needs the file of its PIN")
    token = Token(settings.token_module, settings.token_label, settings.token_key, settings.token_pin_file)
    return tokens.from_token(token)


def certificates() -> tuple[Certificate, ...]:
    """Give the certificates of the keys in files that sign in this process; a token is not opened and no key made."""
    (settings,) = _process
    return _certificates(settings, state=tuple(_state(settings)))


@lru_cache(maxsize=8)
def _certificates(settings: Settings, *, state: tuple[int, ...]) -> tuple[Certificate, ...]:  # noqa: ARG001
    found = []
    for demonstration, path in ((True, settings.demonstration_key), (False, settings.document_key)):
        if path is not None and path.exists():
            with suppress(KeyUnusable):
                found.append(key_for(settings, demonstration=demonstration).certificate)
    return tuple(found)


def _state(settings: Settings) -> Iterator[int]:
    """When the files were last changed that a signer is made from."""
    files = [settings.demonstration_key, settings.document_key, settings.document_passphrase_file]
    for path in (*(file for file in files if file), settings.evidence, *sorted(settings.evidence.glob("*.*"))):
        yield _changed(path)


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=8)
def _signer(
    settings: Settings,
    *,
    demonstration: bool,
    state: tuple[int, ...],  # noqa: ARG001
) -> "DocumentSigner":
    # reading the signing library takes a second, which only those pay who sign
    from kaoping.certificates import evidence
    from kaoping.certificates.pades import DocumentSigner, Level
    from kaoping.certificates.timestamps import TimestampService

    key, level = key_for(settings, demonstration=demonstration), Level(settings.document_level)
    if demonstration or level is Level.B_B:
        return DocumentSigner(key)
    if not settings.timestamp_url:
        reason = f"level {level} needs a timestamp service; name one, or set KAOPING_DOCUMENT_LEVEL to B-B"
        raise SettingsUnusable(setting="KAOPING_TIMESTAMP_URL", reason=reason)
    proof = evidence.load(settings.evidence) if level is Level.B_LTA else None
    return DocumentSigner(key, level, timestamps=TimestampService(settings.timestamp_url), evidence=proof)
