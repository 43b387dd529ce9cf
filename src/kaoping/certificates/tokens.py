"""Keys on a PKCS #11 token: the private key never leaves it.

The library that speaks with tokens is an optional dependency (``pip install 'kaoping[token]'``); the module is that of
the token's maker.
"""

import threading
from dataclasses import dataclass
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


def from_token(token: Token) -> DocumentKey:
    """Open a token and give its key; the certificates above it are taken from the token too.

    Raises
    ------
    TokenSupportMissing, TokenUnusable, KeyUnusable
    """
    pkcs11, pin = _support(), read_private(token.pin_file).decode().strip()
    try:
        session = pkcs11.lib(str(token.module)).get_token(token_label=token.label).open(user_pin=pin)
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=token.key_label)
        found = list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}))
        labelled = [(one[pkcs11.Attribute.LABEL], one[pkcs11.Attribute.VALUE]) for one in found]
    except (pkcs11.PKCS11Error, RuntimeError) as refused:
        raise _unusable(token, str(refused) or type(refused).__name__) from refused
    own = [x509.load_der_x509_certificate(value) for label, value in labelled if label == token.key_label]
    others = [x509.load_der_x509_certificate(value) for label, value in labelled if label != token.key_label]
    if not own:
        raise _unusable(token, f"it holds no certificate labelled {token.key_label}")
    signing = _Signing(token, key, elliptic=isinstance(own[0].public_key(), ec.EllipticCurvePublicKey))
    return DocumentKey(own[0], chain_of(own[0], others), signing, f"{token.label}/{token.key_label}")


def _unusable(token: Token, reason: str) -> TokenUnusable:
    return TokenUnusable(label=token.label, module=token.module, reason=reason)


class _Signing:
    """Signs on the token, one request at a time: a session of a token serves one thread."""

    def __init__(self, token: Token, key: Any, *, elliptic: bool) -> None:
        self._token, self._key, self._elliptic = token, key, elliptic
        self._turn = threading.Lock()

    def __call__(self, data: bytes) -> bytes:
        pkcs11 = _support()
        mechanism = pkcs11.Mechanism.ECDSA_SHA256 if self._elliptic else pkcs11.Mechanism.SHA256_RSA_PKCS
        try:
            with self._turn:
                raw: bytes = self._key.sign(data, mechanism=mechanism)
        except pkcs11.PKCS11Error as refused:
            raise _unusable(self._token, str(refused) or type(refused).__name__) from refused
        return self._as_der(raw) if self._elliptic else raw

    @staticmethod
    def _as_der(raw: bytes) -> bytes:
        """Write the two numbers of an elliptic signature as certificates want them."""
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
