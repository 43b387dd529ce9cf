"""The register as a list: filtered by state, kind, days, number and name, a page at a time, with counts by state."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, any_, case, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

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
    query = _narrowed(select(Certificate.id), wanted)
    if wanted.state is not None:
        query = query.where(in_state(wanted.state, at))
    newest = (Certificate.issued_at.desc(), Certificate.number.desc())
    page = query.order_by(*newest).limit(limit).offset(offset).subquery()
    named = select(Certificate, Person.name).join(page, page.c.id == Certificate.id)
    shown = named.join(Person, Person.id == Certificate.person_id).order_by(*newest)
    sealed = (Certificate.statement_sealed, Certificate.photo_sealed, Certificate.query_key_sealed)
    return [Row(*found) for found in session.execute(shown.options(*map(defer, sealed)))]


def _narrowed(query: Select[*Columns], wanted: Wanted) -> Select[*Columns]:
    query = _called(query, wanted.words)
    if wanted.kind is not None:
        query = query.where(Certificate.kind == wanted.kind)
    if wanted.first is not None:
        query = query.where(Certificate.issued_at >= clock.day(wanted.first)[0])
    if wanted.last is not None:
        query = query.where(Certificate.issued_at < clock.day(wanted.last)[1])
    return query


def _called(query: Select[*Columns], words: str) -> Select[*Columns]:
    """Look for a beginning of a number or of a holder's name."""
    number, name = identity.normalised(words), identity.folded_name(words)
    if not number:
        return query
    holders = select(Person.id).where(_begins(Person.name_folded, name) if name else false())
    # As an array, found first: so one index answers for the numbers and another for the holders.
    held = Certificate.person_id == any_(func.array(holders.scalar_subquery()))
    return query.where(or_(_begins(Certificate.number, number), held))


def _begins(column: InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    """Ask for a beginning as a range, which an index answers under the policies of rows; ``LIKE`` opens every row."""
    return and_(column >= words, column < words + chr(sys.maxunicode))


def _expired(at: datetime) -> ColumnElement[bool]:
    over = Certificate.valid_until < today(at)
    return and_(Certificate.standing.not_in(FINAL), over)


def in_state(state: State, at: datetime) -> ColumnElement[bool]:
    """Ask for the certificates that are in a state at a moment, as `kaoping.certificates.states.state_of` gives it."""
    if state is State.EXPIRED:
        return _expired(at)
    held = Certificate.standing == state
    return held if state in FINAL else and_(held, or_(Certificate.valid_until.is_(None), ~_expired(at)))
