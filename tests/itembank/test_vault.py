"""The vault: what is sealed opens only with its key at its place."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kaoping.itembank import vault as vaults
from kaoping.itembank.ciphers import Cipher, decrypt, encrypt
from kaoping.itembank.vault import KeyStays, KeysUnusable, Unreadable


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


def test_sm4_gcm_gives_the_values_of_rfc_8998() -> None:
    """RFC 8998, appendix A.1."""
    key, nonce = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), bytes.fromhex("00001234567800000000ABCD")
    associated = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex("".join(letter * 16 for letter in "ABCDEFEA"))
    published = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )

    sealed = encrypt(Cipher.SM4_GCM, key, nonce, plain, associated)

    assert sealed == published
    assert decrypt(Cipher.SM4_GCM, key, nonce, sealed, associated) == plain


def test_each_key_has_its_cipher_and_values_of_both_open(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    older = vaults.create(path).seal(b"x", "a")

    ring = vaults.rotate(path, Cipher.SM4_GCM)
    newer = ring.seal(b"x", "a")

    assert [ring.cipher_of(each) for each in ring.key_ids] == [Cipher.AES_256_GCM, Cipher.SM4_GCM]
    assert (ring.unseal(older, "a"), ring.unseal(newer, "a")) == (b"x", b"x")
    assert len(older) == len(newer)
    with pytest.raises(Unreadable):
        ring.unseal(newer[:-1] + bytes([newer[-1] ^ 1]), "a")
    with pytest.raises(Unreadable):
        ring.unseal(newer, "b")
    with pytest.raises(Unreadable):
        ring.unseal(newer[:25], "a")


def test_a_key_file_from_before_there_was_a_choice_is_read(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.touch(0o600)
    path.write_text('{"keys": {"0000aaaa": "' + "61" * 32 + '"}}')

    assert vaults.load(path).cipher_of("0000aaaa") is Cipher.AES_256_GCM


def test_a_machine_without_sm4_is_told_at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.json"
    vaults.create(path, Cipher.SM4_GCM)
    monkeypatch.setattr(Cipher, "available", property(lambda cipher: cipher is not Cipher.SM4_GCM))

    with pytest.raises(KeysUnusable, match="lacks SM4-GCM; install"):
        vaults.load(path)


def test_a_running_process_takes_over_a_new_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.json"
    running = vaults.create(path)
    rotated = vaults.rotate(path, Cipher.SM4_GCM)

    assert running.unseal(rotated.seal(b"x", "a"), "a") == b"x"
    another = vaults.rotate(path)
    monkeypatch.setattr(vaults, "LOOK", -1)
    assert running.seal(b"x", "a")[:8].decode() == another.current


def test_only_a_middle_key_leaves_the_ring_and_it_is_kept_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    vaults.create(path)
    vaults.rotate(path)
    first, second, third = vaults.rotate(path).key_ids

    for stays in (first, third, "ffffffff"):
        with pytest.raises(KeyStays):
            vaults.retire(path, stays)
    aside = vaults.retire(path, second)

    assert vaults.load(path).key_ids == (first, third)
    assert vaults.load(aside).key_ids == (second,)


def test_keys_that_are_added_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    vaults.create(path)

    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda _: vaults.rotate(path), range(32)))

    assert len(vaults.load(path).key_ids) == 33
