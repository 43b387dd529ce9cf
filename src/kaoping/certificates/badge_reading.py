"""Reads what an issuer signed that is no PDF: badges as JSON, token or picture, and the text of a QR code."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kaoping.certificates import badge_keys, baking, offline_code, proofs, wording
from kaoping.certificates.credential_errors import CredentialError
from kaoping.certificates.document_signatures import Signed, Trust
from kaoping.certificates.face_fields import Field, written
from kaoping.certificates.file_report import FileKind
from kaoping.certificates.keys import key_id
from kaoping.certificates.kinds import WORDS, CertificateKind
from kaoping.itembank import base64url

_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_PICTURES = (b"\x89PNG", b"<svg", b"<?xml")


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: who signed it, what it says, and the secret of a QR code."""

    kind: FileKind
    signed: Signed
    fields: Mapping[Field, str]
    demonstration: bool
    valid_until: date | None = None
    query_keys: tuple[str, ...] = ()


def read(content: bytes, trust: Trust) -> Read | None:
    """Read a badge or code; None for what is neither."""
    text = _carried(content)
    if text is None:
        return None
    if offline_code.PATH in text.upper() and text.upper().startswith("HTTP"):
        return _code(text, trust)
    document = _document(text)
    return _badge(document, text, trust) if document else None


def _carried(content: bytes) -> str | None:
    """Give the text of a file, or what a picture carries."""
    try:
        if content.startswith(_PICTURES):
            return baking.unbaked(content)
        return content.decode("utf-8-sig").strip()
    except (UnicodeDecodeError, ValueError):
        return None


def _document(text: str) -> dict[str, Any] | None:
    """Give a credential, as it stands or from the middle of a token."""
    try:
        if _TOKEN.fullmatch(text):
            middle = text.split(".")[1]
            text = base64url.decode(middle).decode()
        document = json.loads(text)
    except (ValueError, UnicodeDecodeError, RecursionError):
        return None
    kinds = document.get("type") if isinstance(document, dict) else None
    return document if isinstance(kinds, list) and "OpenBadgeCredential" in kinds else None


def _badge(document: dict[str, Any], text: str, trust: Trust) -> Read:
    signed = _by_token(text, trust) if _TOKEN.fullmatch(text) else _by_proof(document, trust)
    subject, issuer = _part(document, "credentialSubject"), _part(document, "issuer")
    fields = {
        Field.NUMBER: str(subject.get("licenseNumber", "")),
        Field.ISSUER: str(issuer.get("name", "")),
    }
    until = _moment(document.get("validUntil"))
    return Read(
        FileKind.BADGE,
        _dated(signed, document),
        {field: value for field, value in fields.items() if value},
        demonstration=wording.DEMONSTRATION_WORDS in str(document.get("name")),
        valid_until=until.date() if until else None,
    )


def _by_proof(document: dict[str, Any], trust: Trust) -> Signed:
    """Judge a Data Integrity proof: the method that it names must be one of the published keys."""
    keys = {key_id(key): key for key in trust.keys}
    found = document.get("proof")
    proof = found[0] if isinstance(found, list) and found else found
    named = str(proof.get("verificationMethod", "")).rpartition("#")[2] if isinstance(proof, dict) else ""
    did = str(_part(document, "issuer").get("id", ""))
    made = _quietly_signed(document, keys, did) if named in keys else None
    return _signed(named, trusted=named in keys, intact=made is not None or named not in keys)


def _quietly_signed(document: dict[str, Any], keys: Mapping[str, Any], did: str) -> str | None:
    try:
        return proofs.signed_by(document, keys, did=did)
    except (CredentialError, ValueError, TypeError, AttributeError, KeyError):
        return None


def _by_token(token: str, trust: Trust) -> Signed:
    keys = {badge_keys.key_id(key): key for key in trust.token_keys}
    head = token.partition(".")[0]
    try:
        kid = str(json.loads(base64url.decode(head))["kid"])
    except (ValueError, LookupError, TypeError, RecursionError):
        kid = ""
    named = kid.rpartition("/")[2]
    known = {kid: keys[named]} if named in keys else {}
    return _signed(named, trusted=bool(known), intact=not known or proofs.jwt_payload(token, known) is not None)


def _code(text: str, trust: Trust) -> Read | None:
    """Read a code. Its key stands beside the signature, so what no published key signed may be changed or foreign."""
    keys = {key_id(key): key for key in trust.keys}
    try:
        said = offline_code.read(text, keys)
    except CredentialError:
        return Read(FileKind.CODE, _signed("", trusted=False, intact=True), {}, demonstration=False)
    fields = {
        Field.NAME: said.name,
        Field.OCCUPATION: said.occupation,
        Field.LEVEL: said.level,
        Field.NUMBER: said.number,
        Field.ISSUER: said.issuer,
        Field.ISSUED_ON: written(said.issued_on),
    }
    if said.kind is not CertificateKind.SKILL_LEVEL:
        fields[Field.KIND] = WORDS[said.kind].title
    signed = _signed(said.key_id, trusted=True, intact=True)
    return Read(FileKind.CODE, signed, fields, said.demonstration, query_keys=(said.query_key,))


def _signed(key: str, *, trusted: bool, intact: bool, at: datetime | None = None) -> Signed:
    return Signed(
        signer=key, organisation="", issuer="", fingerprint=key, intact=intact, whole=intact, trusted=trusted, at=at,
        timestamped=False, algorithm="",
    )  # fmt: skip


def _dated(signed: Signed, document: dict[str, Any]) -> Signed:
    at = _moment(document.get("validFrom"))
    return _signed(signed.signer, trusted=signed.trusted, intact=signed.intact, at=at)


def _moment(written: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(written)) if written else None
    except ValueError:
        return None


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}
