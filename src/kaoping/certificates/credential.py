"""The credential: the certificate as an Open Badge 3.0, a W3C Verifiable Credential 2.0 [1]_.

It follows from the award, the number, its place in the status lists and a time; the same give the same bytes. Of the
holder it says nothing that can be read: name and identity number stand in it as salted hashes, and the holder alone
gets the salts. Who wants the name shown chooses so.

References
----------
.. [1] 1EdTech (2024). *Open Badges Specification 3.0*.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from kaoping.certificates import wording
from kaoping.certificates.achievement_kinds import KINDS
from kaoping.certificates.badge_keys import BadgeKey
from kaoping.certificates.did import did_web
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.linked_data import CREDENTIALS, EXTENSIONS, OPEN_BADGES
from kaoping.certificates.proofs import jwt, moment, with_proof
from kaoping.certificates.statement import Award, canonical
from kaoping.certificates.status_list import Purpose
from kaoping.itembank import turns

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
#: Names of achievements: the same words of the same organisation give the same address everywhere.
_ACHIEVEMENTS = UUID("3d0a3ab4-3f0e-5a37-9d3c-0a1f8f5f6a57")


@dataclass(frozen=True, slots=True)
class Home:
    """Where an installation publishes: its origin, and the code of the organisation that issues."""

    origin: str
    organisation: str

    @property
    def did(self) -> str:
        """The issuer's identifier."""
        return did_web(self.origin)

    def status_url(self, purpose: Purpose, number: int) -> str:
        """Address of a status list."""
        return f"{self.origin}/credentials/status/{quote(self.organisation)}/{purpose}/{number}"

    def achievement_url(self, key: UUID) -> str:
        """Address of the page of an achievement."""
        return f"{self.origin}/credentials/achievements/{quote(self.organisation)}/{key}"

    def badge_key_url(self, key_id: str) -> str:
        """Address of a public key of badges as JSON Web Tokens."""
        return f"{self.origin}/credentials/keys/{key_id}"


@dataclass(frozen=True, slots=True)
class Place:
    """A certificate's place in the status lists of its organisation: which list, and which of its bits."""

    list_number: int
    index: int


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says beside the award: its own id, its place, the secret of its hashes, and since when it holds."""

    id: UUID
    place: Place
    secret: str
    since: datetime


def salt(secret: str, kind: str) -> str:
    """Give the salt of one kind of identity; they differ, so that a holder may give out one and keep the other."""
    return hmac.digest(secret.encode(), kind.encode(), "sha256").hex()[:32]


def identity_hash(value: str, salted: str) -> str:
    """Hash an identity as Open Badges writes it: value, then salt, SHA-256.

    >>> identity_hash("a@example.com", "Kosher")
    'sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399'
    """
    return f"sha256${hashlib.sha256((value + salted).encode()).hexdigest()}"


def identities(award: Award) -> dict[str, str]:
    """Give what is known of the holder by the names that Open Badges has for it."""
    return {"name": award.name, "nationalIdentityNumber": award.id_number}


def achievement_facts(award: Award) -> dict[str, str]:
    """Give what an achievement is called and what it takes; all its holders share it."""
    mark = f"（{wording.DEMONSTRATION_WORDS}）" if award.demonstration else ""
    kind = KINDS[award.kind]
    # whoever has a report of scores, a fail among them, has not achieved the level
    title, title_en = (award.title, award.title_en) if award.kind is CertificateKind.SCORE_REPORT else ("", "")
    called = " ".join(filter(None, [award.occupation, award.specialty, award.level_name, title])) or award.title
    english = ", ".join(filter(None, [award.occupation_en, award.specialty_en, award.level_name_en, title_en]))
    return {
        "name": f"{called}{mark}",
        "description": f"{award.body}{f'（{english}）' if english else ''}{mark}",
        "criteria": kind.criteria.format(issuer=award.issuer),
        "type": kind.type,
        "issuer": award.issuer,
    }


def achievement_key(award: Award) -> UUID:
    """Name an achievement by its words."""
    return uuid5(_ACHIEVEMENTS, canonical(achievement_facts(award)).decode())


def credential(award: Award, number: str, *, home: Home, badge: Badge, show_name: bool = False) -> dict[str, Any]:
    """Write the credential of a certificate, unsigned."""
    mark = f"（{wording.DEMONSTRATION_WORDS}）" if award.demonstration else ""
    until = {"validUntil": moment(_end_of(award.valid_until))} if award.valid_until else {}
    return {
        "@context": [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
        "id": f"urn:uuid:{badge.id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{award.title}{mark}",
        "issuer": {"id": home.did, "type": ["Profile"], "name": award.issuer, "url": home.origin},
        "validFrom": moment(badge.since),
        **until,
        "credentialSubject": {
            "id": f"urn:uuid:{uuid5(badge.id, badge.secret)}",
            "type": ["AchievementSubject"],
            "identifier": _identifiers(award, badge, show_name=show_name),
            "licenseNumber": number,
            "achievement": described(achievement_facts(award), home.achievement_url(achievement_key(award))),
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": _status(home, badge.place),
    }


def described(facts: Mapping[str, str], url: str) -> dict[str, Any]:
    """Write an achievement as Open Badges names its parts."""
    return {
        "id": url,
        "type": ["Achievement"],
        "achievementType": facts["type"],
        "name": facts["name"],
        "description": facts["description"],
        "criteria": {"narrative": facts["criteria"]},
        "inLanguage": "zh-CN",
    }


def _end_of(day: date) -> datetime:
    """Give the last second of a day, by the calendar that expiry is judged by."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=turns.ZONE)


def _identifiers(award: Award, badge: Badge, *, show_name: bool) -> list[dict[str, Any]]:
    said = []
    for kind, value in identities(award).items():
        shown = show_name and kind == "name"
        written = value if shown else identity_hash(value, salt(badge.secret, kind))
        said.append({"type": "IdentityObject", "hashed": not shown, "identityHash": written, "identityType": kind})
    return said


def _status(home: Home, place: Place) -> dict[str, Any]:
    """Point to the list of what is not in force; Open Badges 3.0 allows one entry. Suspensions have the same places."""
    url = home.status_url(Purpose.REVOCATION, place.list_number)
    return {
        "id": f"{url}#{place.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": Purpose.REVOCATION.value,
        "statusListIndex": str(place.index),
        "statusListCredential": url,
    }


def written(document: dict[str, Any]) -> bytes:
    """Write a signed credential as a file."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def bytes_for(
    award: Award, number: str, *, home: Home, badge: Badge, key: SigningKey, at: datetime, show_name: bool = False
) -> bytes:
    """Write the signed badge of a certificate as a JSON file, to be downloaded or attached to the PDF."""
    made = credential(award, number, home=home, badge=badge, show_name=show_name)
    return written(with_proof(made, key, did=home.did, at=at))


def token_for(award: Award, number: str, *, home: Home, badge: Badge, key: BadgeKey, show_name: bool = False) -> bytes:
    """Write the badge of a certificate as a JSON Web Token."""
    made = credential(award, number, home=home, badge=badge, show_name=show_name)
    return jwt(made, key, kid=home.badge_key_url(key.key_id)).encode()
