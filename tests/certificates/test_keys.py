"""Signing keys."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kaoping.certificates import keys
from kaoping.certificates.errors import KeyUnusable


def test_a_new_key_is_private_and_loads_again(tmp_path: Path) -> None:
    made = keys.generate(tmp_path / "signing.pem")

    loaded = keys.load(tmp_path / "signing.pem")

    assert (tmp_path / "signing.pem").stat().st_mode & 0o777 == 0o600
    assert loaded.key_id == made.key_id
    assert keys.key_id(keys.load_public(made.public_pem)) == made.key_id


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    before = keys.generate(tmp_path / "signing.pem")

    with pytest.raises(KeyUnusable, match="never overwritten"):
        keys.generate(tmp_path / "signing.pem")

    assert keys.load(tmp_path / "signing.pem").key_id == before.key_id


def test_a_key_that_others_may_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    keys.generate(tmp_path / "signing.pem")
    (tmp_path / "signing.pem").chmod(0o640)

    with pytest.raises(KeyUnusable, match="chmod 600"):
        keys.load(tmp_path / "signing.pem")


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match=r"absent\.pem"):
        keys.load(tmp_path / "absent.pem")


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "other.pem").write_bytes(pem)
    (tmp_path / "other.pem").chmod(0o600)

    with pytest.raises(KeyUnusable, match="Ed25519"):
        keys.load(tmp_path / "other.pem")


def test_rubbish_is_not_a_key(tmp_path: Path) -> None:
    (tmp_path / "rubbish.pem").write_text("rubbish", encoding="utf-8")
    (tmp_path / "rubbish.pem").chmod(0o600)

    with pytest.raises(KeyUnusable, match="PEM"):
        keys.load(tmp_path / "rubbish.pem")
    with pytest.raises(ValueError, match=r"PEM|Ed25519|key"):
        keys.load_public(b"rubbish")
