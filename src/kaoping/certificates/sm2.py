"""SM2 signatures with SM3 (GB/T 32918, GB/T 32905) over statements, by the command ``openssl``.

The Python library that signs everything else has SM3 and no SM2. The command is asked in its place: it is kept with the
system, and the private key is read by it alone, from its file. A signature holds a random number, so signing the same
statement twice gives two signatures, both good. It is no electronic seal (GB/T 38540) and no qualified signature.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kaoping.certificates import public_keys
from kaoping.certificates.errors import KeyUnusable, Sm2Unavailable
from kaoping.certificates.keys import read_private, write_new
from kaoping.certificates.public_keys import PublicHalf

#: The signer's distinguishing id that GB/T 35276 gives where nothing else is agreed.
SIGNER: Final = "1234567812345678"
_WAY: Final = ("dgst", "-sm3", "-sigopt", f"distid:{SIGNER}")
_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Sm2Key:
    """A private SM2 key in its file, with its public half."""

    path: Path
    half: PublicHalf

    @property
    def key_id(self) -> str:
        """The key's name in the list of the issuer's keys."""
        return self.half.key_id

    def sign(self, message: bytes) -> bytes:
        """Sign some bytes; the signature is DER and differs from call to call. Raises `Sm2Unavailable`."""
        return _asked([*_WAY, "-sign", str(self.path)], message)


def generate(path: Path) -> Sm2Key:
    """Make a key and write it to a new file of mode 0600; an existing file is never overwritten.

    Raises
    ------
    KeyUnusable, Sm2Unavailable
    """
    made = _asked(["genpkey", "-algorithm", "SM2"], b"")
    write_new(path, made)
    return load(path)


def load(path: Path) -> Sm2Key:
    """Read a key; raises `KeyUnusable` when it is absent, open to other users or no SM2 key, and `Sm2Unavailable`."""
    read_private(path)
    half = public_keys.of_der(_asked(["pkey", "-in", str(path), "-pubout", "-outform", "DER"], b""))
    if half.algorithm != public_keys.SM2:
        raise KeyUnusable(path=str(path), reason="it is not an SM2 key")
    return Sm2Key(path, half)


def verify(message: bytes, signature: bytes, half: PublicHalf) -> bool:
    """Whether a signature over exactly these bytes was made by the holder of a key; raises `Sm2Unavailable`."""
    with tempfile.TemporaryDirectory(prefix="kaoping-sm2-") as folder:
        key, signed = Path(folder, "key.pem"), Path(folder, "signature")
        key.write_text(half.pem)
        signed.write_bytes(signature)
        done = _run([*_WAY, "-verify", str(key), "-signature", str(signed)], message)
    if done.returncode == 0:
        return True
    if b"Verif" in done.stdout + done.stderr:
        return False
    raise Sm2Unavailable(reason=_said(done))


def _asked(arguments: Sequence[str], message: bytes) -> bytes:
    done = _run(arguments, message)
    if done.returncode:
        raise Sm2Unavailable(reason=_said(done))
    return done.stdout


def _run(arguments: Sequence[str], message: bytes) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("openssl")
    if program is None:
        raise Sm2Unavailable(reason="there is no such command")
    try:
        return subprocess.run([program, *arguments], input=message, check=False, capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise Sm2Unavailable(reason=f"no answer within {_SECONDS} seconds") from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[0] if lines else f"status {done.returncode}"
