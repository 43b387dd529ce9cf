"""The register as a list: filtered by state, kind, days, number and name, a page at a time, with counts by state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, defer

from kaoping.certificates.models import Certificate, CertificateKind
from kaoping.certificates.states import FINAL, State, today
from kaoping.exam import clock
from kaoping.exam.people import identity
from kaoping.exam.people.models import Person

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is left out does not matter. ``words`` are a number, its beginning, or a name."""

    words: str = ""
    state: State | None = None
    kind: CertificateKind | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One certificate of the list with the name of its holder."""

    certificate: Certificate
    name: str


def counts(session: Session, wanted: Wanted, *, at: datetime) -> dict[State, int]:
    """Count what is wanted by state, in one statement; the state that is wanted does not narrow the counts."""
    is_expired = _expired(at)
    standing = case((is_expired, State.EXPIRED.value), else_=Certificate.standing)
    query = _narrowed(select(standing, func.count()), wanted).group_by(standing)
    found = {State(name): number for name, number in session.execute(query)}
    return {state: found.get(state, 0) for state in State}


def rows(session: Session, wanted: Wanted, *, limit: int, offset: int = 0, at: datetime) -> Sequence[Row]:
    """Give a page of what is wanted, the newest first, in one statement."""
    query = _narrowed(select(Certificate, Person.name), wanted, named=True)
    if wanted.state is not None:
        query = query.where(in_state(wanted.state, at))
    sealed = (Certificate.statement_sealed, Certificate.photo_sealed, Certificate.query_key_sealed)
    page = query.order_by(Certificate.issued_at.desc(), Certificate.number.desc()).limit(limit).offset(offset)
    return [Row(*found) for found in session.execute(page.options(*map(defer, sealed)))]


def _narrowed(query: Select[*Columns], wanted: Wanted, *, named: bool = False) -> Select[*Columns]:
    words = identity.normalised(wanted.words)
    if named or words:
        query = query.join(Person, Person.id == Certificate.person_id)
    if words:
        folded = identity.folded_name(wanted.words)
        query = query.where(
            or_(
                Certificate.number.startswith(words, autoescape=True),
                Person.name_folded.startswith(folded, autoescape=True) if folded else false(),
            )
        )
    if wanted.kind is not None:
        query = query.where(Certificate.kind == wanted.kind)
    if wanted.first is not None:
        query = query.where(Certificate.issued_at >= clock.day(wanted.first)[0])
    if wanted.last is not None:
        query = query.where(Certificate.issued_at < clock.day(wanted.last)[1])
    return query


def _expired(at: datetime) -> ColumnElement[bool]:
    over = Certificate.valid_until < today(at)
    return and_(Certificate.standing.not_in(FINAL), over)


def in_state(state: State, at: datetime) -> ColumnElement[bool]:
    """Ask for the certificates that are in a state at a moment, as `kaoping.certificates.states.state_of` gives it."""
    if state is State.EXPIRED:
        return _expired(at)
    held = Certificate.standing == state
    return held if state in FINAL else and_(held, or_(Certificate.valid_until.is_(None), ~_expired(at)))
