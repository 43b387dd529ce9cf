"""Keys on a token: a process logs in once, and anew after the token failed."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kaoping.certificates import tokens
from kaoping.certificates.document_errors import TokenUnusable
from kaoping.certificates.tokens import Token, from_token
from kaoping.exam import document_signing
from kaoping.exam.settings import Settings
from tests.certificates.authority import a_certificate


class PKCS11Error(Exception):
    """As the library for tokens has it."""


class FakeToken:
    """A token that lets a process log in once, and can be told to fail."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        certificate = a_certificate("Seal", self.key, self.key)
        self.objects: list[dict[str, bytes | str]] = [
            {"label": "seal", "value": certificate.public_bytes(serialization.Encoding.DER)}
        ]
        self.logged_in, self.log_ins, self.failing = False, 0, False

    def open(self, *, user_pin: str) -> "FakeToken":
        if self.logged_in or user_pin != "1234":
            raise PKCS11Error("CKR_USER_ALREADY_LOGGED_IN")
        self.logged_in, self.log_ins = True, self.log_ins + 1
        return self

    def close(self) -> None:
        self.logged_in = False

    def get_key(self, **_: Any) -> "FakeToken":
        return self

    def get_objects(self, _: Any) -> list[dict[str, bytes | str]]:
        return self.objects

    def sign(self, data: bytes, *, mechanism: str) -> bytes:
        assert mechanism == "RSA"
        if self.failing or not self.logged_in:
            raise PKCS11Error("CKR_DEVICE_REMOVED")
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> FakeToken:
    made = FakeToken()
    module = SimpleNamespace(
        PKCS11Error=PKCS11Error, lib=lambda _: SimpleNamespace(get_token=lambda **_: made),
        ObjectClass=SimpleNamespace(PRIVATE_KEY=1, CERTIFICATE=2),
        Attribute=SimpleNamespace(CLASS="class", LABEL="label", VALUE="value"),
        Mechanism=SimpleNamespace(SHA256_RSA_PKCS="RSA", ECDSA_SHA256="EC"),
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "pkcs11", module)
    monkeypatch.setattr(tokens, "_open", {})
    return made


@pytest.fixture
def token(tmp_path: Path) -> Token:
    (pin := tmp_path / "pin").write_text("1234\n")
    pin.chmod(0o600)
    return Token(tmp_path / "module.so", "issuer", "seal", pin)


def test_a_changed_file_makes_a_new_signer_without_a_second_log_in(
    device: FakeToken, token: Token, tmp_path: Path
) -> None:
    settings = Settings(
        data=tmp_path, token_module=token.module, token_label=token.label, token_key=token.key_label,
        token_pin_file=token.pin_file, document_level="B-B",
    )  # fmt: skip
    document_signing.use(settings)
    signers = []
    for name in ("one.crl", "two.crl"):
        settings.evidence.mkdir(parents=True, exist_ok=True)
        (settings.evidence / name).touch()
        signers.append(document_signing.signer_for(demonstration=False))

    assert signers[0] is not signers[1]
    assert all(signer.key.sign(b"sheet") for signer in signers)
    assert device.log_ins == 1


def test_a_token_that_failed_is_opened_anew_by_the_next_signature(device: FakeToken, token: Token) -> None:
    key = from_token(token)
    device.failing = True
    with pytest.raises(TokenUnusable, match="CKR_DEVICE_REMOVED"):
        key.sign(b"sheet")
    assert not device.logged_in
    device.failing = False

    assert key.sign(b"sheet")
    assert device.log_ins == 2


def test_a_token_without_the_certificate_is_closed_again(device: FakeToken, token: Token) -> None:
    device.objects[0]["label"] = "other"
    with pytest.raises(TokenUnusable, match="no certificate"):
        from_token(token)

    assert not device.logged_in
