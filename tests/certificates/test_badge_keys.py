"""The RSA key of tokens: made once, closed to others, named like any other key of the issuer."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from kaoping.certificates import badge_keys, keys, public_keys
from kaoping.certificates.errors import KeyNotPublic, KeyUnusable


def test_a_key_is_made_once_and_is_named_as_in_the_list_of_keys(tmp_path: Path) -> None:
    made = badge_keys.generate(tmp_path / "badge.pem")
    der = made.public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    assert badge_keys.load(tmp_path / "badge.pem").key_id == made.key_id == public_keys.of_der(der).key_id
    assert badge_keys.key_id(badge_keys.of_der(der)) == made.key_id
    assert (tmp_path / "badge.pem").stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyUnusable, match="never overwritten"):
        badge_keys.generate(tmp_path / "badge.pem")


def test_a_key_of_another_kind_or_open_to_others_is_refused(tmp_path: Path) -> None:
    other = keys.generate(tmp_path / "signing.pem")
    with pytest.raises(KeyUnusable, match="RSA"):
        badge_keys.load(tmp_path / "signing.pem")
    with pytest.raises(KeyUnusable):
        badge_keys.load(tmp_path / "absent.pem")
    (tmp_path / "signing.pem").chmod(0o640)
    with pytest.raises(KeyUnusable, match="chmod"):
        badge_keys.load(tmp_path / "signing.pem")
    der = other.public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(KeyNotPublic):
        badge_keys.of_der(der)
