"""The vault: what is sealed opens only with its key at its place."""

from pathlib import Path

import pytest

from kaoping.itembank import vault as vaults
from kaoping.itembank.vault import KeysUnusable, Unreadable


def test_a_sealed_value_opens_at_its_place_only(tmp_path: Path) -> None:
    vault = vaults.create(tmp_path / "keys.json")
    sealed = vault.seal("题干".encode(), "revision:1:body")

    assert vault.unseal(sealed, "revision:1:body").decode() == "题干"
    with pytest.raises(Unreadable):
        vault.unseal(sealed, "revision:2:body")


def test_a_damaged_value_does_not_open(tmp_path: Path) -> None:
    vault = vaults.create(tmp_path / "keys.json")
    sealed = bytearray(vault.seal(b"x", "a"))
    sealed[-1] ^= 1

    with pytest.raises(Unreadable):
        vault.unseal(bytes(sealed), "a")


def test_older_values_open_after_rotation_and_fingerprints_stay(tmp_path: Path) -> None:
    before = vaults.create(tmp_path / "keys.json")
    sealed, mark = before.seal(b"x", "a"), before.fingerprint("110", "identity")

    after = vaults.rotate(tmp_path / "keys.json")

    assert after.current != before.current
    assert after.unseal(sealed, "a") == b"x"
    assert after.fingerprint("110", "identity") == mark


def test_a_key_file_that_others_may_read_is_refused_with_the_mend(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    vaults.create(path)
    path.chmod(0o644)

    with pytest.raises(KeysUnusable, match="chmod 600"):
        vaults.load(path)


def test_an_existing_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    vaults.create(path)
    before = path.read_bytes()

    with pytest.raises(KeysUnusable):
        vaults.create(path)

    assert path.read_bytes() == before
