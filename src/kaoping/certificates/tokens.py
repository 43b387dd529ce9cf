"""Keys on a PKCS #11 token: the private key never leaves it.

The library that speaks with tokens is an optional dependency (``pip install 'kaoping[token]'``); the module is that of
the token's maker.
"""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from kaoping.certificates.document_errors import TokenSupportMissing, TokenUnusable
from kaoping.certificates.document_keys import DocumentKey, chain_of
from kaoping.certificates.keys import read_private


@dataclass(frozen=True)
class Token:
    """Where a key lies: the maker's module, the token, the label of key and certificate, the file of the PIN."""

    module: Path
    label: str
    key_label: str
    pin_file: Path


def _support() -> Any:
    try:
        import pkcs11
    except ImportError as missing:
        raise TokenSupportMissing from missing
    return pkcs11


@dataclass(frozen=True)
class _Opened:
    """A token after its log-in: the session, the handle of the key, its certificate and the others that lie there."""

    session: Any
    key: Any
    own: x509.Certificate
    others: tuple[x509.Certificate, ...]
    #: A session of a token serves one thread.
    turn: threading.Lock = field(default_factory=threading.Lock, compare=False)


#: A process logs in to a token once: a second log-in beside the first is refused by the token.
_open: dict[Token, _Opened] = {}
_opening = threading.Lock()


def from_token(token: Token) -> DocumentKey:
    """Give the key of a token, opened once in a process; the certificates above it are taken from the token too.

    Raises
    ------
    TokenSupportMissing, TokenUnusable, KeyUnusable
    """
    opened = _opened(token)
    chain = chain_of(opened.own, opened.others)
    return DocumentKey(opened.own, chain, _Signing(token, opened.own), f"{token.label}/{token.key_label}")


def _opened(token: Token) -> _Opened:
    with _opening:
        if token not in _open:
            _open[token] = _logged_in(token)
        return _open[token]


def _logged_in(token: Token) -> _Opened:
    pkcs11, pin = _support(), read_private(token.pin_file).decode().strip()
    try:
        session = pkcs11.lib(str(token.module)).get_token(token_label=token.label).open(user_pin=pin)
    except (pkcs11.PKCS11Error, RuntimeError) as refused:
        raise _refused(token, refused) from refused
    try:
        return _found(token, session)
    except BaseException:
        _close(session)
        raise


def _found(token: Token, session: Any) -> _Opened:
    pkcs11 = _support()
    try:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=token.key_label)
        found = list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}))
        labelled = [(one[pkcs11.Attribute.LABEL], one[pkcs11.Attribute.VALUE]) for one in found]
    except (pkcs11.PKCS11Error, RuntimeError) as refused:
        raise _refused(token, refused) from refused
    own = [x509.load_der_x509_certificate(value) for label, value in labelled if label == token.key_label]
    others = [x509.load_der_x509_certificate(value) for label, value in labelled if label != token.key_label]
    if not own:
        raise _unusable(token, f"it holds no certificate labelled {token.key_label}")
    return _Opened(session, key, own[0], tuple(others))


def _drop(token: Token, opened: _Opened) -> None:
    """Give up a session that failed; the next signature logs in anew."""
    with _opening:
        if _open.get(token) is opened:
            del _open[token]
            _close(opened.session)


def _close(session: Any) -> None:
    with suppress(_support().PKCS11Error, RuntimeError):
        session.close()


def _refused(token: Token, refused: Exception) -> TokenUnusable:
    return _unusable(token, str(refused) or type(refused).__name__)


def _unusable(token: Token, reason: str) -> TokenUnusable:
    return TokenUnusable(label=token.label, module=token.module, reason=reason)


class _Signing:
    """Signs on the token, one request at a time, in whatever session is open."""

    def __init__(self, token: Token, own: x509.Certificate) -> None:
        self._token, self._own = token, own
        self._elliptic = isinstance(own.public_key(), ec.EllipticCurvePublicKey)

    def __call__(self, data: bytes) -> bytes:
        pkcs11, opened = _support(), _opened(self._token)
        if opened.own != self._own:
            raise _unusable(self._token, "it holds another certificate than before; start the program anew")
        mechanism = pkcs11.Mechanism.ECDSA_SHA256 if self._elliptic else pkcs11.Mechanism.SHA256_RSA_PKCS
        try:
            with opened.turn:
                raw: bytes = opened.key.sign(data, mechanism=mechanism)
        except pkcs11.PKCS11Error as refused:
            _drop(self._token, opened)
            raise _refused(self._token, refused) from refused
        return self._as_der(raw) if self._elliptic else raw

    @staticmethod
    def _as_der(raw: bytes) -> bytes:
        """Write the two numbers of an elliptic signature as certificates want them."""
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
