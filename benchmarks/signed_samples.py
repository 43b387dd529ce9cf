"""Write varied signed certificates to be examined by other programs: ``python -m benchmarks.signed_samples FOLDER``.

They differ in level, language, length of every field, photo, demonstration or not, and code (signed content or short
address). ``trust-demonstration.pem`` and ``trust-issuer.pem`` beside them are what a verifier trusts.
"""

import argparse
import contextlib
import logging
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from benchmarks.certificates import portrait
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from kaoping.certificates import document_keys, offline_code
from kaoping.certificates.credential import Badge, Home, Place, bytes_for
from kaoping.certificates.credential_errors import CodeTooLong
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.pades import DocumentSigner
from kaoping.certificates.render import Imprint, certificate_pdf
from kaoping.certificates.statement import Award

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
ORIGIN = "https://certificates.example.org"
NAMES = (
    "林知远", "王芳", "欧阳锋", "䶮堃喆", "阿卜杜勒·买买提", "尼玛次仁·多吉旺堆",
    "阿卜杜勒·买买提·吐尔逊江·艾合买提江库", "龙", "司马相如", "李𬭚",
)  # fmt: skip
OCCUPATIONS = (
    "标准化从业人员（示范）",
    "电工",
    "标准化从业人员国际标准化与技术性贸易措施方向示范岗位",
    "工业机器人系统操作员",
)
SPECIALTIES = ("", "", "信息安全测试", "标准信息与标准体系建设和标准实施监督评价改进方向人员")
ISSUERS = (
    "考评示范职业技能评价中心", "示范", "考评示范职业技能评价中心华东分中心筹备处",
    "中国标准化示范集团有限公司华东区域职业技能等级认定与人才评价服务中心第一分中心示",
)  # fmt: skip
IDENTITIES = (("居民身份证", "000101199003070011"), ("护照", "E00000000"), ("港澳居民来往内地通行证", "H00000000"))


@dataclass(frozen=True)
class Keys:
    """The keys of the samples."""

    statement: SigningKey
    demonstration: DocumentSigner
    issuer: DocumentSigner


def an_issuer_key(folder: Path) -> DocumentKey:
    """Make a key as an issuer would get it from an authority, in a PKCS #12 file."""
    keys = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Sample Root", "Sample Issuer")]
    first, last = AT - timedelta(days=99), AT + timedelta(days=3650)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_cert_sign=True, crl_sign=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    root, own = (
        x509.CertificateBuilder(names[0], name, key.public_key(), 7, first, last)
        .add_extension(x509.BasicConstraints(ca=key is keys[0], path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(keys[0], hashes.SHA256())
        for name, key in zip(names, keys, strict=True)
    )
    path = folder / "issuer.p12"
    path.touch(mode=0o600)
    path.write_bytes(pkcs12.serialize_key_and_certificates(None, keys[1], own, [root], serialization.NoEncryption()))
    return document_keys.from_pkcs12(path)


def an_award(said: random.Random, *, demonstration: bool) -> Award:
    identity, number = said.choice(IDENTITIES)
    return Award(
        name=said.choice(NAMES),
        id_type=identity,
        id_number=number,
        occupation=said.choice(OCCUPATIONS),
        level=said.choice("54321"),
        issuer=said.choice(ISSUERS),
        issued_on=date(2026, said.randrange(1, 12), said.randrange(1, 29)),
        demonstration=demonstration,
        specialty=said.choice(SPECIALTIES),
        name_en="LIN Zhiyuan",
        occupation_en="Standardization Practitioner",
        issuer_en="Centre for Occupational Skill Assessment",
    )


def sample(index: int, keys: Keys) -> bytes:
    said = random.Random(index)
    award = an_award(said, demonstration=index % 2 == 0)
    number, secret = f"S00000000000026{award.level}{index:06d}", f"{said.getrandbits(128):032x}"[:22]
    badge = Badge(UUID(int=index), Place(0, index), "00" * 32, AT)
    code = f"{ORIGIN}/v/{secret}"
    if said.choice((True, False)):
        with contextlib.suppress(CodeTooLong):
            code = offline_code.write(award, number, origin=ORIGIN, query_key=secret, key=keys.statement)
    return certificate_pdf(
        award,
        number,
        imprint=Imprint(query_url=code, verify_home=f"{ORIGIN}/verify", serial=f"KP 2026 {index:08d}"),
        photo=portrait(index) if said.randrange(5) else None,
        english=said.choice((True, False)),
        credential=bytes_for(award, number, home=Home(ORIGIN, "sample"), badge=badge, key=keys.statement, at=AT),
        signer=keys.demonstration if award.demonstration else keys.issuer,
        at=AT,
    )


def write_samples(folder: Path, count: int) -> None:
    demonstration = document_keys.demonstration(folder / "demonstration.p12")
    issuer = an_issuer_key(folder)
    for name, key in (("demonstration", demonstration), ("issuer", issuer)):
        pem = key.chain[-1].public_bytes(serialization.Encoding.PEM)
        (folder / f"trust-{name}.pem").write_bytes(pem)
    statement = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    keys = Keys(statement, DocumentSigner(demonstration), DocumentSigner(issuer))
    sizes = []
    for index in range(count):
        content = sample(index, keys)
        (folder / f"sample-{index:03d}.pdf").write_bytes(content)
        sizes.append(len(content))
    print(f"{count} certificates, {min(sizes) / 1000:.0f} to {max(sizes) / 1000:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write varied signed certificates.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100)
    asked = parser.parse_args()
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    asked.folder.mkdir(parents=True, exist_ok=True)
    write_samples(asked.folder, asked.count)


if __name__ == "__main__":
    main()
