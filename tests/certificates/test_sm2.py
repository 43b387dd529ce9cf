"""SM2 signatures beside the statement's own, by the command openssl."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kaoping.certificates import sm2
from kaoping.certificates.errors import KeyUnusable, Sm2Unavailable

OPENSSL = shutil.which("openssl")


def has_sm2() -> bool:
    listed = subprocess.run([OPENSSL or "false", "list", "-public-key-algorithms"], capture_output=True, check=False)
    return b"SM2" in listed.stdout


needs_sm2 = pytest.mark.skipif(OPENSSL is None or not has_sm2(), reason="openssl with SM2 is missing")


@needs_sm2
def test_a_signature_is_checked_and_a_changed_statement_is_noticed(tmp_path: Path) -> None:
    made = sm2.generate(tmp_path / "sm2.pem")
    loaded = sm2.load(tmp_path / "sm2.pem")

    first, second = (loaded.sign("证书声明".encode()) for _ in range(2))

    assert (tmp_path / "sm2.pem").stat().st_mode & 0o777 == 0o600
    assert (made.key_id, loaded.half.algorithm) == (loaded.key_id, "SM2")
    assert first != second
    assert sm2.verify("证书声明".encode(), first, made.half)
    assert sm2.verify("证书声明".encode(), second, made.half)
    assert not sm2.verify("证书声朋".encode(), first, made.half)
    with pytest.raises(KeyUnusable, match="never overwritten"):
        sm2.generate(tmp_path / "sm2.pem")


@needs_sm2
def test_a_key_open_to_others_and_a_key_of_another_kind_are_refused(tmp_path: Path) -> None:
    sm2.generate(tmp_path / "open.pem")
    (tmp_path / "open.pem").chmod(0o644)
    other = tmp_path / "other.pem"
    subprocess.run([OPENSSL or "", "genpkey", "-algorithm", "ed25519", "-out", str(other)], check=True)
    other.chmod(0o600)

    with pytest.raises(KeyUnusable, match="chmod 600"):
        sm2.load(tmp_path / "open.pem")
    with pytest.raises(KeyUnusable, match="not an SM2 key"):
        sm2.load(other)


def test_a_machine_without_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Sm2Unavailable, match="apt-get install openssl"):
        sm2.generate(tmp_path / "sm2.pem")
