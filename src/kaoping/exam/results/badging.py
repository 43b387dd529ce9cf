"""Badges of certificates as files, the lists of their states, and the issuer behind them, for this installation."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.orm import Session

from kaoping.certificates import badge_picture, badges, baking, register
from kaoping.certificates import credential as credentials
from kaoping.certificates.badge_keys import BadgeKey
from kaoping.certificates.badges import AchievementRow
from kaoping.certificates.credential import Home, written
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.linked_data import CREDENTIALS, OPEN_BADGES
from kaoping.certificates.models import Certificate
from kaoping.certificates.proofs import with_proof
from kaoping.certificates.status_list import Purpose, status_list
from kaoping.exam.people.models import Organisation
from kaoping.itembank.errors import N_, Missing


class BadgeForm(StrEnum):
    """What a badge is downloaded as."""

    JSON = "json"
    JWT = "jwt"
    PNG = "png"
    SVG = "svg"


MEDIA_TYPES: Final[Mapping[BadgeForm, str]] = MappingProxyType(
    {
        BadgeForm.JSON: "application/ld+json",
        BadgeForm.JWT: "text/plain",
        BadgeForm.PNG: "image/png",
        BadgeForm.SVG: "image/svg+xml",
    }
)


@dataclass(frozen=True, slots=True)
class SignedList:
    """A status list to be signed only if whoever asks has not got it already."""

    tag: str
    url: str
    purpose: Purpose
    places: tuple[int, ...]
    since: datetime
    home: Home

    def signed(self, key: SigningKey) -> bytes:
        """Sign the list; the same state of the register gives the same bytes."""
        made = status_list(self.url, self.purpose, self.places, did=self.home.did, since=self.since)
        return written(with_proof(made, key, did=self.home.did, at=self.since))


def home(organisation: Organisation, *, origin: str) -> Home:
    """Give where an organisation's credentials live."""
    return Home(origin, organisation.code)


def document(
    session: Session, certificate: Certificate, *, origin: str, key: SigningKey, show_name: bool = False
) -> bytes:
    """Give the badge of a certificate as signed JSON: the download, and what the PDF carries.

    The same certificate and key give the same bytes.
    """
    return credentials.bytes_for(
        register.award_of(certificate),
        certificate.number,
        home=_home_of(session, certificate, origin),
        badge=badges.of(session, certificate),
        key=key,
        at=certificate.issued_at,
        show_name=show_name,
    )


def token(session: Session, certificate: Certificate, *, origin: str, key: BadgeKey, show_name: bool = False) -> bytes:
    """Give the badge of a certificate as a JSON Web Token."""
    return credentials.token_for(
        register.award_of(certificate),
        certificate.number,
        home=_home_of(session, certificate, origin),
        badge=badges.of(session, certificate),
        key=key,
        show_name=show_name,
    )


def picture(certificate: Certificate, form: BadgeForm, carried: bytes) -> bytes:
    """Bake a badge into its picture, PNG or SVG."""
    award = register.award_of(certificate)
    if form is BadgeForm.PNG:
        return baking.baked_png(badge_picture.png(award), carried)
    return baking.baked_svg(badge_picture.svg(award), carried)


def salts(session: Session, certificate: Certificate) -> bytes:
    """Write what shows that a badge is its holder's: each identity with its salt and hash, for the holder alone."""
    badge = badges.of(session, certificate)
    said = {}
    for kind, value in credentials.identities(register.award_of(certificate)).items():
        salted = credentials.salt(badge.secret, kind)
        said[kind] = {"value": value, "salt": salted, "identityHash": credentials.identity_hash(value, salted)}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def state_list(
    session: Session, organisation: Organisation, purpose: Purpose, number: int, *, origin: str
) -> SignedList:
    """Give a status list of the organisation that the session is bound to.

    Raises
    ------
    Missing : the organisation has no list of this number.
    """
    if not badges.exists_list(session, number):
        raise Missing(what=N_("list of states"))
    where = home(organisation, origin=origin)
    places = tuple(badges.places(session, purpose, number))
    since = badges.changed_at(session) or organisation.created_at
    told = json.dumps([where.origin, purpose, number, places, since.isoformat()])
    tag = hashlib.sha256(told.encode()).hexdigest()[:32]
    return SignedList(tag, where.status_url(purpose, number), purpose, places, since, where)


def achievement_document(row: AchievementRow, where: Home) -> dict[str, Any]:
    """Write an achievement as badges name it."""
    return {"@context": [CREDENTIALS, OPEN_BADGES], **credentials.described(row.facts, where.achievement_url(row.key))}


def _home_of(session: Session, certificate: Certificate, origin: str) -> Home:
    return home(session.get_one(Organisation, certificate.organisation_id), origin=origin)
