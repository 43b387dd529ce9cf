"""The occupation catalogue 职业目录 of an organisation: classes, codes, and the trades 工种 within."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.structure import Occupation
from kaoping.itembank.trail import record

#: Major, medium, minor and detailed class 大类、中类、小类、细类, such as 4-04-05-05.
CODE = re.compile("[1-8](-[0-9]{2}){3}")


class OccupationCodeInvalid(ItemBankError, Invalid):
    """A code is written by the four classes, and begins with the major class."""

    sentence = N_("A code names the four classes, such as 4-04-05-05, and begins with the major class %(major_class)s.")


class OccupationExists(ItemBankError, Conflict):
    """Name and code of an occupation are given once."""

    sentence = N_("There is an occupation %(name)s, or one with this code, already.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue says of an occupation."""

    name: str
    name_en: str
    major_class: int
    code: str | None = None
    definition: str = ""
    directions: list[str] = field(default_factory=list)


def listing(session: Session) -> Sequence[Occupation]:
    """List the occupations by class and code; those without a code come last."""
    query = select(Occupation).order_by(Occupation.major_class, Occupation.code.nulls_last(), Occupation.name)
    return session.scalars(query).all()


def get(session: Session, occupation_id: UUID) -> Occupation:
    """Give an occupation of the session's organisation."""
    occupation = session.get(Occupation, occupation_id)
    if occupation is None:
        raise Missing(what=N_("occupation"))
    return occupation


def write(
    session: Session, entry: Entry, *, by: Actor, occupation_id: UUID | None = None, at: datetime | None = None
) -> Occupation:
    """Enter an occupation, or write it anew."""
    if entry.code and not (CODE.fullmatch(entry.code) and entry.code[0] == str(entry.major_class)):
        raise OccupationCodeInvalid(major_class=entry.major_class)
    alike = Occupation.name == entry.name
    if entry.code:
        alike |= Occupation.code == entry.code
    if any(one.id != occupation_id for one in session.scalars(select(Occupation).where(alike))):
        raise OccupationExists(name=entry.name)
    occupation = get(session, occupation_id) if occupation_id else Occupation(organisation_id=by.organisation)
    for name in ("name", "name_en", "major_class", "code", "definition", "directions"):
        setattr(occupation, name, getattr(entry, name))
    session.add(occupation)
    record(session, "occupation_written", occupation, by=by, at=at, code=entry.code, name=entry.name)
    return occupation
