"""Candidates as an organisation knows them: finding or making one, revealing a number, erasing by destroying a key."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.exam.people import consents, identity, photos
from kaoping.exam.people.consents import NOT_ASKED, Answers
from kaoping.exam.people.errors import NameDiffers, PersonErased
from kaoping.exam.people.models import Account, IdentityType, Person
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.trail import database_time, record

_FINGERPRINT = 32
ERASED = "--"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What a candidate hands in. Number and photo are left out of every representation, and so out of logs."""

    name: str
    identity_type: IdentityType
    identity: str = field(repr=False)
    photo: bytes | None = field(default=None, repr=False)
    consents: Answers = NOT_ASKED


Handed = TypeVar("Handed", bound=NewPerson)


def checked(new: Handed, *, at: datetime) -> Handed:
    """Give what was handed in as it will be kept.

    Raises
    ------
    Invalid : a leaf of `kaoping.exam.people.errors` naming the field's fault and its mend.
    """
    consents.require(new.consents, photo=new.photo is not None)
    return replace(
        new,
        name=identity.clean_name(new.name),
        identity=identity.check(new.identity_type, new.identity, on=at.date()),
        photo=None if new.photo is None else photos.normalised(new.photo),
    )


def find(session: Session, kind: IdentityType, number: str, *, organisation: UUID) -> Person | None:
    """Find a person of an organisation by identity document."""
    fingerprint = identity.identity_fingerprint(organisation, kind, number)
    return session.scalar(select(Person).where(Person.identity_fingerprint == fingerprint))


def find_or_create(
    session: Session, new: NewPerson, *, simulated: bool = False, by: Actor, at: datetime | None = None
) -> Person:
    """Give the person with this identity document, made if unknown; answers and photo are added either way.

    Raises
    ------
    NameDiffers : the number is on file with another name.
    Invalid : as `checked`.
    """
    moment = at or database_time(session)
    kept = checked(new, at=moment)
    known = find(session, kept.identity_type, kept.identity, organisation=by.organisation)
    return admit(session, kept, known=known, simulated=simulated, by=by, at=moment)


def admit(
    session: Session, kept: NewPerson, *, known: Person | None, simulated: bool = False, by: Actor, at: datetime
) -> Person:
    """Add what was handed in, `checked`, to the known person or to a new one.

    Raises
    ------
    NameDiffers : the number is on file with another name.
    """
    if known is not None and not identity.same_name(known.name, kept.name):
        raise NameDiffers(on_file=known.name)
    person = known or _created(session, kept, simulated=simulated, by=by, at=at)
    consents.record(session, person, kept.consents, by=by, at=at)
    if kept.photo is not None:
        person.photo = base64.b64encode(kept.photo).decode()
    return person


def _created(session: Session, new: NewPerson, *, simulated: bool, by: Actor, at: datetime) -> Person:
    person = Person(
        organisation_id=by.organisation,
        name=new.name,
        name_folded=identity.folded_name(new.name),
        identity_type=new.identity_type,
        identity=new.identity,
        identity_fingerprint=identity.identity_fingerprint(by.organisation, new.identity_type, new.identity),
        simulated=simulated,
        created_at=at,
    )
    person.tail_fingerprint = identity.tail_fingerprint(person.id, identity.tail(new.identity))
    session.add(person)
    return person


def one(session: Session, person_id: UUID) -> Person:
    """Give a person of the session's organisation."""
    person = session.get(Person, person_id)
    if person is None:
        raise Missing(what=N_("candidate"))
    return person


def is_erased(person: Person) -> bool:
    """Whether the person's data key was destroyed."""
    return person.data_key_sealed is None


def masked_identity(person: Person) -> str:
    """Give the number as pages show it."""
    return ERASED if is_erased(person) else identity.masked(person.identity)


def reveal(session: Session, person_id: UUID, *, by: Actor, at: datetime | None = None) -> str:
    """Give the whole identity number, and write into the trail who looked."""
    person = one(session, person_id)
    if is_erased(person):
        raise PersonErased
    record(session, "identity.reveal", person, by=by, at=at)
    return person.identity


def erase(session: Session, person_id: UUID, *, by: Actor, at: datetime | None = None) -> Person:
    """Destroy the person's data key, so that number and photo cannot be read anywhere, backups included.

    Name and fingerprints go too, and the account that led to this person alone; applications, sittings and the trail
    stay, about nobody. Erasing twice is harmless.
    `kaoping.exam.registration.erasing` asks first whether an exam is pending.
    """
    person = one(session, person_id)
    if is_erased(person):
        return person
    account_id = person.account_id
    person.data_key_sealed = person.photo_sealed = person.account_id = None
    person.identity_sealed = b""
    person.name, person.name_folded = ERASED, ""
    person.identity_fingerprint = secrets.token_bytes(_FINGERPRINT)
    person.tail_fingerprint = secrets.token_bytes(_FINGERPRINT)
    record(session, "person.erase", person, by=by, at=at)
    if account_id is not None:
        _forget_account(session, account_id)
    return person


def _forget_account(session: Session, account_id: UUID) -> None:
    """Empty and close an account, unless it still leads somewhere: then it stays its owner's."""
    account = session.get_one(Account, account_id)
    candidacies = func.find_own_persons(account_id).table_valued("organisation", "person")
    if account.memberships or session.scalars(select(candidacies.c.person)).first():
        return
    account.email, account.name, account.password = f"{account.id}@erased.invalid", ERASED, None
    account.active, account.fs_uniquifier = False, uuid4().hex
