"""The signed statement: the certificate itself, of which the printed page and the badge are views.

A statement is canonical JSON: keys sorted, no spaces, NFC, UTF-8, no floats. The same award gives the same bytes, and
Ed25519 gives the same signature. It says all that the page says, so that the page can be printed again from it; it
holds name and identity number, is stored sealed, and is shown to others only through `public_view`.
"""

import json
import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kaoping.certificates import wording
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.kinds import DECIDED, WORDS, CertificateKind

SCHEMA = "kaoping.certificate/1"
# Of an identity number, what may be shown: the head tells the kind, the tail tells two holders apart.
_SHOWN_HEAD, _SHOWN_TAIL = 3, 4
# Fields that stand in a statement only where they say something, so that a plain statement keeps its bytes.
_NOT_ALWAYS = frozenset({"kind", "valid_until", "supersedes", "details"})


@dataclass(frozen=True)
class Award:
    """Everything a certificate says about its holder; it knows nothing of exams.

    ``level`` is the digit of the number rule, 5 lowest to 1 highest; kinds without levels leave it empty, others write
    their own (中级). Names are written as they are printed.
    """

    name: str
    id_type: str
    id_number: str
    occupation: str
    level: str
    issuer: str
    issued_on: date
    demonstration: bool
    specialty: str = ""
    name_en: str = ""
    occupation_en: str = ""
    specialty_en: str = ""
    issuer_en: str = ""
    level_title_en: str = ""
    kind: CertificateKind = CertificateKind.SKILL_LEVEL
    #: Last day of validity; none: no limit.
    valid_until: date | None = None
    #: Number of the certificate that this one corrects or renews.
    supersedes: str = ""
    #: What a kind says beyond the common fields, each as label and words: 学时, 奖项, 理论知识.
    details: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The title of the kind as it is printed."""
        return WORDS[self.kind].title

    @property
    def title_en(self) -> str:
        """The title in English."""
        return WORDS[self.kind].title_en

    @property
    def level_name(self) -> str:
        """The level as it is printed, 三级/高级工."""
        return wording.LEVELS.get(self.level, self.level)

    @property
    def level_name_en(self) -> str:
        """The level's English name, with the title that the standard gives it, else the usual one."""
        if self.kind not in DECIDED or self.level not in wording.LEVELS:
            return self.level_title_en or self.level
        if self.level_title_en:
            return f"Level {self.level} / {self.level_title_en}"
        return wording.LEVELS_EN.get(self.level, self.level)

    @property
    def id_type_en(self) -> str:
        """The identity document's English name, or nothing."""
        return wording.IDENTITY_TYPES_EN.get(self.id_type, "")

    @property
    def body(self) -> str:
        """The sentence of award."""
        return WORDS[self.kind].body.format(issuer=self.issuer)

    @property
    def body_en(self) -> str:
        """The sentence of award in English."""
        return WORDS[self.kind].body_en.format(issuer=self.issuer_en.removesuffix("."))


@dataclass(frozen=True)
class Signature:
    """A signature over the bytes of a statement and the key that made it."""

    key_id: str
    value: bytes


def mask(id_number: str) -> str:
    """Hide the middle of an identity number.

    >>> mask("110101199003070011")
    '110***********0011'
    """
    hidden = len(id_number) - _SHOWN_HEAD - _SHOWN_TAIL
    if hidden < _SHOWN_TAIL:
        return "*" * len(id_number)
    return f"{id_number[:_SHOWN_HEAD]}{'*' * hidden}{id_number[-_SHOWN_TAIL:]}"


def canonical(value: Any) -> bytes:
    """Write a value as canonical JSON; raises ``TypeError`` for a float, which has no one spelling."""
    return json.dumps(_normal(value), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _normal(value: Any) -> Any:
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case dict():
            return {_normal(key): _normal(one) for key, one in value.items()}
        case list() | tuple():
            return [_normal(one) for one in value]
        case bool() | int() | None:
            return value
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)


def statement(award: Award, number: str, *, key_id: str) -> bytes:
    """Write what is signed: the award under its number, and the name of the key that will sign it.

    A demonstration says so twice: ``"demonstration": true`` and the words of the watermark.
    """
    return canonical(
        {
            "schema": SCHEMA,
            "number": number,
            "key_id": key_id,
            "award": award_facts(award) | {"level_name": award.level_name, "body": award.body},
            "demonstration": award.demonstration,
            "watermark": wording.DEMONSTRATION_WORDS if award.demonstration else None,
        }
    )


def award_facts(award: Award) -> dict[str, Any]:
    """Give the fields as JSON has them; of those that not every certificate has, only what is said."""
    said = asdict(award) | {"issued_on": award.issued_on.isoformat()}
    if award.valid_until:
        said["valid_until"] = award.valid_until.isoformat()
    usual = {one.name: one.default for one in fields(Award) if one.name in _NOT_ALWAYS}
    return {name: value for name, value in said.items() if name not in usual or value != usual[name]}


def award_of(statement: bytes) -> Award:
    """Read the award back from a statement, to print the certificate again; older statements say less."""
    return read_award(json.loads(statement)["award"])


def read_award(facts: dict[str, Any]) -> Award:
    """Read an award from JSON; what is no field of it is left aside."""
    said = {one.name: facts[one.name] for one in fields(Award) if one.name in facts}
    said["issued_on"] = date.fromisoformat(said["issued_on"])
    if "valid_until" in said:
        said["valid_until"] = date.fromisoformat(said["valid_until"])
    said["kind"] = CertificateKind(said.get("kind", CertificateKind.SKILL_LEVEL))
    said["details"] = tuple((label, words) for label, words in said.get("details", ()))
    return Award(**said)


def public_view(statement: bytes) -> dict[str, Any]:
    """Give what a verification page may show: everything but the identity number, which is masked."""
    view: dict[str, Any] = json.loads(statement)
    view["award"]["id_number"] = mask(view["award"]["id_number"])
    return view


def sign(statement: bytes, key: SigningKey) -> Signature:
    """Sign the bytes of a statement with Ed25519; the same bytes and key give the same signature."""
    return Signature(key.key_id, key.private_key.sign(statement))


def verify(statement: bytes, signature: bytes, public_key: Ed25519PublicKey) -> bool:
    """Whether a signature over exactly these bytes was made by the holder of a key."""
    try:
        public_key.verify(signature, statement)
    except InvalidSignature:
        return False
    return True
