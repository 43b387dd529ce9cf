"""What a public query gets: limits by address first, then the register, bound to the organisation that was found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from kaoping.certificates import verification
from kaoping.certificates.verification import Face, Located
from kaoping.exam.delivery import limits, tokens
from kaoping.exam.delivery.entering import network
from kaoping.exam.delivery.limits import Limit
from kaoping.exam.holders import sharing
from kaoping.exam.people import identity
from kaoping.exam.people.models import Organisation, OrganisationKind
from kaoping.itembank import trail

Keys = Mapping[str, Ed25519PublicKey]

#: Queries that found nothing, from one address; enough for mistyping, too few for trying numbers through.
FRUITLESS = Limit("verify", 30, timedelta(minutes=10))
NUMBER = re.compile(r"[YS][0-9]{14}[0-9A-Z][0-9]{6}")


@dataclass(frozen=True, slots=True)
class Filed:
    """How the issuer is filed with the authority 备案: its codes, and where the authority answers about it."""

    kind: OrganisationKind
    codes: tuple[str, str, str]
    demonstration: bool
    query_url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query at a moment: a face, nothing found, or when to come back."""

    at: datetime
    face: Face | None = None
    filed: Filed | None = None
    come_back: datetime | None = None
    #: Until when the holder's link shows it, where it was found by one.
    shared_until: datetime | None = None


def clean_number(text: str) -> str:
    """Give a number as it is kept: half-width capitals without spaces."""
    return identity.normalised(text)


def ask_by_key(session: Session, query_key: str, *, keys: Keys, address: str, at: datetime | None = None) -> Answer:
    """Answer a scanned QR code."""
    moment = at or trail.database_time(session)
    if until := blocked(session, address, moment):
        return Answer(moment, come_back=until)
    return _answer(session, verification.by_query_key(session, query_key), keys, address, moment)


def ask_by_number(
    session: Session, number: str, *, name: str, tail: str, keys: Keys, address: str, at: datetime | None = None
) -> Answer:
    """Answer number and name, with the last six of the identity number for the whole face."""
    moment = at or trail.database_time(session)
    if until := blocked(session, address, moment):
        return Answer(moment, come_back=until)
    folded, last = identity.folded_name(name), identity.tail(tail) if tail.strip() else ""
    found = verification.by_number(session, clean_number(number), name_folded=folded, tail=last)
    return _answer(session, found, keys, address, moment)


def ask_by_link(session: Session, secret: str, *, keys: Keys, address: str, at: datetime | None = None) -> Answer:
    """Answer whoever opens a holder's link; one that ended is not found, as one that never was."""
    moment = at or trail.database_time(session)
    if until := blocked(session, address, moment):
        return Answer(moment, come_back=until)
    found, until = sharing.located(session, secret, at=moment) or (None, None)
    return replace(_answer(session, found, keys, address, moment), shared_until=until)


def blocked(session: Session, address: str, at: datetime) -> datetime | None:
    """Give when an address may ask again whose queries found nothing too often; None if it may now."""
    whom = limits.subject(FRUITLESS, network(address))
    limits.queue(session, whom)
    return limits.blocked_until(session, FRUITLESS, whom, at=at)


def count_fruitless(session: Session, address: str, at: datetime) -> None:
    """Count a query that found nothing."""
    limits.count_failure(session, FRUITLESS, limits.subject(FRUITLESS, network(address)), at=at)


def _answer(session: Session, found: Located | None, keys: Keys, address: str, at: datetime) -> Answer:
    if found is None:
        count_fruitless(session, address, at)
        return Answer(at)
    tokens.bind(session, found.organisation)
    shown = verification.face(session, found, keys=keys, at=at)
    return Answer(at, shown, filed(session, found) if shown.award else None)


def filed(session: Session, found: Located) -> Filed:
    """Give the filing of the organisation that issued a certificate; the session is bound to it."""
    issuer = session.get_one(Organisation, found.organisation)
    return Filed(
        kind=issuer.kind,
        codes=(issuer.institution_code, issuer.province_code, issuer.site_code),
        demonstration=issuer.demonstration,
        query_url="" if issuer.demonstration else issuer.settings.get("institution_query_url", ""),
    )
