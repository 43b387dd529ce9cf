"""The key ceremony 密钥仪式: what is made before witnesses, and the minutes 仪式记录 that they sign.

The minutes name every key by its fingerprint and say where the private half lies; they hold no secret.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from kaoping.certificates import keys, public_keys, sm2
from kaoping.certificates.errors import KeyUnusable, Sm2NotConfigured
from kaoping.certificates.issuer_keys import Purpose
from kaoping.certificates.public_keys import PublicHalf
from kaoping.exam.embedded import write_private
from kaoping.exam.settings import Settings

#: Bits of a document key: what authorities ask for that certify signers of PDFs.
_BITS: Final = 3072


#: What a key is for, as the minutes say it.
_PURPOSES: Final = {
    Purpose.STATEMENT: "证书声明签名 / Signature of certificate statements",
    Purpose.DOCUMENT: "证书文件签名（X.509）/ Signature of PDFs (X.509)",
    Purpose.NATIONAL: "国密签名（SM2）/ SM2 signature beside the statement",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A key of the ceremony: its public half, where its private half lies, and whether it was made just now."""

    purpose: Purpose
    half: PublicHalf
    place: Path
    fresh: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who was there, and when."""

    installation: str
    leader: str
    witnesses: Sequence[str]
    at: datetime


def statement_key(settings: Settings) -> Made:
    """Make the key of statements, or take the one that is there."""
    path = settings.signing_key
    fresh = not path.exists()
    key = keys.generate(path) if fresh else keys.load(path)
    return Made(Purpose.STATEMENT, public_keys.read(key.public_pem), path, fresh)


def national_key(settings: Settings) -> Made:
    """Make the SM2 key that signs statements beside Ed25519, or take the one that is there.

    Raises
    ------
    Sm2NotConfigured, Sm2Unavailable, KeyUnusable
    """
    path = settings.sm2_key
    if path is None:
        raise Sm2NotConfigured
    fresh = not path.exists()
    key = sm2.generate(path) if fresh else sm2.load(path)
    return Made(Purpose.NATIONAL, key.half, path, fresh)


def document_request(settings: Settings, organisation: str) -> tuple[Made, Path]:
    """Make a key for signing PDFs, or take the one that is there, and write the request (CSR) to an authority.

    Raises
    ------
    KeyUnusable : the file that is there holds no RSA key.
    """
    path, request_file = settings.data / "document.key.pem", settings.data / "document.csr.pem"
    fresh = not path.exists()
    if fresh:
        write_private(path, _private_pem(rsa.generate_private_key(public_exponent=65537, key_size=_BITS)))
    key = _rsa(path)
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
                         x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
                         x509.NameAttribute(NameOID.COMMON_NAME, organisation)])  # fmt: skip
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    request_file.write_bytes(request.public_bytes(serialization.Encoding.PEM))
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Made(Purpose.DOCUMENT, public_keys.of_der(spki), path, fresh), request_file


def _private_pem(key: rsa.RSAPrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


def _rsa(path: Path) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(keys.read_private(path), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeyUnusable(path=str(path), reason="it is not an RSA key")
    return key


def minutes(meeting: Meeting, made: Sequence[Made], *, requests: Sequence[Path] = ()) -> str:
    """Write the minutes in both languages, with a line for each signature."""
    held = meeting.at.strftime("%Y-%m-%d %H:%M %Z")
    lines = [
        "# 密钥仪式记录 / Minutes of the key ceremony", "",
        f"- 系统 Installation: {meeting.installation}", f"- 时间 Held: {held}",
        f"- 主持 Led by: {meeting.leader}", f"- 见证 Witnesses: {', '.join(meeting.witnesses)}", "",
    ]  # fmt: skip
    for number, key in enumerate(made, start=1):
        lines += _section(number, key)
    lines += [f"证书请求 Certificate request (CSR): {path}" for path in requests]
    lines += [
        "", "我们看到上述密钥生成或在场，并逐组核对了指纹；私钥未被显示、复制或写入数据库。",
        "We saw these keys made or present and compared every group of the fingerprints;",
        "no private key was shown, copied or written to a database.", "",
        *(f"签名 Signature ({name}): ______________________  日期 Date: ____________"
          for name in (meeting.leader, *meeting.witnesses)), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _section(number: int, key: Made) -> list[str]:
    groups = key.half.fingerprint.split()
    return [
        f"## {number}. {_PURPOSES[key.purpose]}", "",
        f"- {'本次生成 Made now' if key.fresh else '原已存在 Present before'}",
        f"- 算法 Algorithm: {key.half.algorithm}", f"- 密钥名 Key name: {key.half.key_id}",
        "- 指纹 Fingerprint (SHA-256):", "",
        f"      {' '.join(groups[:8])}", f"      {' '.join(groups[8:])}", "",
        f"- 私钥所在 Private half: {key.place} (0600)", "",
    ]  # fmt: skip


def write_minutes(folder: Path, text: str, at: datetime) -> Path:
    """Keep the minutes in a new file; earlier ones are never overwritten."""
    path = folder / f"key-ceremony-{at:%Y%m%d-%H%M%S}.md"
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return path
