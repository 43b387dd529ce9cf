"""Keys that sign documents."""

from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from kaoping.certificates import document_keys
from kaoping.certificates.document_errors import DocumentKeyOutOfDate, TokenSupportMissing, WrongDocumentKey
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.errors import KeyUnusable
from kaoping.certificates.tokens import Token, from_token
from tests.certificates.authority import LAST, a_certificate, an_authority

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_key_of_the_demonstration_is_made_once_and_says_what_it_is(demonstration_key: DocumentKey) -> None:
    path = Path(demonstration_key.source)

    again = document_keys.demonstration(path)

    assert again.fingerprint == demonstration_key.fingerprint
    assert path.stat().st_mode & 0o777 == 0o600
    assert "DEMONSTRATION ONLY" in again.subject
    assert again.chain[-1].subject == again.chain[-1].issuer
    assert again.chain_pem.count(b"BEGIN CERTIFICATE") == 2


def test_it_signs_demonstrations_and_nothing_else(demonstration_key: DocumentKey, tmp_path: Path) -> None:
    own = document_keys.from_pkcs12(an_authority().write_pkcs12(tmp_path / "own.p12"))

    demonstration_key.require(demonstration=True, at=NOON)
    own.require(demonstration=False, at=NOON)
    with pytest.raises(WrongDocumentKey):
        demonstration_key.require(demonstration=False, at=NOON)
    with pytest.raises(WrongDocumentKey):
        own.require(demonstration=True, at=NOON)


def test_a_file_of_another_key_is_not_taken_for_the_demonstration(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="not marked"):
        document_keys.demonstration(an_authority().write_pkcs12(tmp_path / "own.p12"))


def test_a_key_signs_only_while_its_certificate_is_valid(demonstration_key: DocumentKey) -> None:
    with pytest.raises(DocumentKeyOutOfDate, match="2049-12-31"):
        demonstration_key.require(demonstration=True, at=LAST)


def test_the_same_bytes_have_the_same_signature(demonstration_key: DocumentKey, tmp_path: Path) -> None:
    own = document_keys.from_pkcs12(an_authority().write_pkcs12(tmp_path / "own.p12"))

    first = own.sign(b"certificate")

    assert own.sign(b"certificate") == first
    an_authority().seal_key.public_key().verify(first, b"certificate", ec.ECDSA(hashes.SHA256()))
    public = demonstration_key.certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(demonstration_key.sign(b"certificate"), b"certificate", padding.PKCS1v15(), hashes.SHA256())


def test_a_passphrase_comes_from_a_file_that_others_may_not_read(tmp_path: Path) -> None:
    path = an_authority().write_pkcs12(tmp_path / "own.p12", passphrase=b"long and secret")
    (secret := tmp_path / "passphrase").write_text("long and secret\n", encoding="utf-8")
    with pytest.raises(KeyUnusable, match="chmod 600"):
        document_keys.from_pkcs12(path, passphrase_file=secret)
    secret.chmod(0o600)

    key = document_keys.from_pkcs12(path, passphrase_file=secret)

    assert key.subject == "CN=Seal of an issuer"
    with pytest.raises(KeyUnusable, match="another passphrase"):
        document_keys.from_pkcs12(path)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = an_authority().write_pkcs12(tmp_path / "own.p12")
    path.chmod(0o644)

    with pytest.raises(KeyUnusable, match="chmod 600"):
        document_keys.from_pkcs12(path)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    authority, key = an_authority(), ed25519.Ed25519PrivateKey.generate()
    certificate = a_certificate("Ed25519", key, authority.root_key, issuer=authority.root)  # type: ignore[arg-type]
    made = pkcs12.serialize_key_and_certificates(None, key, certificate, None, serialization.NoEncryption())
    (path := tmp_path / "other.p12").write_bytes(made)
    path.chmod(0o600)

    with pytest.raises(KeyUnusable, match="neither RSA"):
        document_keys.from_pkcs12(path)


@pytest.mark.skipif(find_spec("pkcs11") is not None, reason="the library for tokens is installed")
def test_a_token_without_its_library_says_what_to_install() -> None:
    with pytest.raises(TokenSupportMissing, match=r"kaoping\[token\]"):
        from_token(Token(Path("/usr/lib/module.so"), "issuer", "seal", Path("/etc/kaoping/pin")))
