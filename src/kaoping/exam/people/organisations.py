"""The actor's organisation 评价机构 and the parameters that it sets for its exams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.people.models import Organisation, PoolKind
from kaoping.exam.people.staff_errors import OrganisationUnknown, ParameterOutOfRange
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_
from kaoping.itembank.trail import record


class PrintedCode(StrEnum):
    """The QR code that an organisation prints on certificates.

    OFFLINE : what the certificate says, signed; read without a network, and opens the page too.
    SHORT : an address alone, with larger modules for poor printers and cameras.
    """

    OFFLINE = "offline"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number that an organisation sets: its name for people, its standard value and its range."""

    label: str
    standard: int
    least: int
    most: int


PARAMETERS = {
    "objection_days": Parameter(N_("Days of the objection period"), 5, 0, 60),
    "assessor_tolerance": Parameter(N_("Marks that two assessors may differ"), 5, 0, 20),
    "export_items": Parameter(N_("Most items of one export"), 200, 1, 500),
    "export_hours": Parameter(N_("Hours in which an allowed export can be fetched"), 24, 1, 168),
    "consent_hours": Parameter(N_("Hours in which three officers consent to open an archived paper"), 72, 1, 720),
    "opening_hours": Parameter(N_("Hours for which an archived paper is open"), 24, 1, 168),
}


def own(session: Session, *, by: Actor) -> Organisation:
    """Give the actor's organisation."""
    return session.get_one(Organisation, by.organisation)


def named(session: Session, ids: Sequence[UUID]) -> Sequence[Organisation]:
    """Give organisations by name, for somebody who works for several."""
    return session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)).all()


def called(session: Session, code: str) -> Organisation:
    """Give the organisation of a code, or raise `OrganisationUnknown`; the codes of others are not listed."""
    row = session.scalars(select(Organisation).where(Organisation.code == code.strip())).one_or_none()
    if row is None:
        raise OrganisationUnknown(code=code.strip())
    return row


def set_pool(session: Session, pool: PoolKind, *, by: Actor, at: datetime | None = None) -> Organisation:
    """Say whose items the actor's organisation keeps; saying the same again is harmless."""
    organisation = own(session, by=by)
    if organisation.pool is not pool:
        organisation.pool = pool
        record(session, "organisation.pool_set", organisation, by=by, at=at, pool=pool.value)
    return organisation


def printed_code(organisation: Organisation) -> PrintedCode:
    """Give the QR code that an organisation prints on certificates."""
    return PrintedCode(organisation.settings.get("printed_code", PrintedCode.OFFLINE))


def set_printed_code(session: Session, code: PrintedCode, *, by: Actor, at: datetime | None = None) -> Organisation:
    """Choose the QR code on certificates; choosing the same again is harmless."""
    organisation = own(session, by=by)
    if printed_code(organisation) is not code:
        organisation.settings = {**organisation.settings, "printed_code": code.value}
        record(session, "organisation.printed_code_set", organisation, by=by, at=at, code=code.value)
    return organisation


def parameter(organisation: Organisation, name: str) -> int:
    """Give a parameter of an organisation, or its standard value."""
    return int(organisation.settings.get(name, PARAMETERS[name].standard))


def set_parameters(
    session: Session, values: Mapping[str, int], *, by: Actor, at: datetime | None = None
) -> Organisation:
    """Set parameters of the actor's organisation; setting what is set already is harmless."""
    for name, value in values.items():
        _require_range(PARAMETERS[name], value)
    organisation = own(session, by=by)
    changed = {name: value for name, value in values.items() if parameter(organisation, name) != value}
    if changed:
        organisation.settings = {**organisation.settings, **changed}
        record(session, "organisation.parameters_set", organisation, by=by, at=at, **changed)
    return organisation


def _require_range(wanted: Parameter, value: int) -> None:
    if not wanted.least <= value <= wanted.most:
        raise ParameterOutOfRange(what=wanted.label, value=value, least=wanted.least, most=wanted.most)
