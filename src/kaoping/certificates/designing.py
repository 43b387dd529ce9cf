"""Use cases of layouts: drafted, saved, submitted, approved by another person, withdrawn.

What was approved is never edited: a change is a further version, made from the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from kaoping.certificates.errors import LayoutFaulty
from kaoping.certificates.layout_documents import Document, faults_of, read_as, start_of
from kaoping.certificates.layout_models import CertificateLayout, LayoutKind, LayoutState
from kaoping.certificates.layouts import Language
from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, Missing
from kaoping.itembank.trail import database_time, record

LONGEST_NAME, LONGEST_REMARK = 80, 500


class LayoutNotDraft(Conflict):
    """Only a draft is changed or submitted."""

    sentence = N_("Layout %(number)s is no draft any more; make a further version of it instead.")


class LayoutNotSubmitted(Conflict):
    """Only what waits for a decision is decided."""

    sentence = N_("Layout %(number)s does not wait for a decision; perhaps somebody decided meanwhile.")


class LayoutNotInUse(Conflict):
    """Only an approved layout is withdrawn."""

    sentence = N_("Layout %(number)s is not approved, so there is nothing to withdraw.")


class LayoutSavedMeanwhile(Conflict):
    """Somebody saved the draft since the page was opened."""

    sentence = N_("Layout %(number)s was saved by somebody else meanwhile. Open it again and make your change there.")


class LayoutOwnWork(Forbidden):
    """Who designed or submitted a layout does not approve it."""

    sentence = N_("You designed layout %(number)s; another person approves it.")


class LayoutNameless(Invalid):
    """A layout has a name by which people find it."""

    sentence = N_("Give the layout a name of at most %(most)s characters.")


class LayoutRemarkMissing(Invalid):
    """Who sends a layout back says what to mend."""

    sentence = N_("Say in at most %(most)s characters what should be changed.")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a layout is called and what it is for; no levels means every level, no code every occupation."""

    name: str
    levels: tuple[str, ...]
    standard_code: str | None
    valid_from: date


def find(session: Session, layout_id: UUID) -> CertificateLayout:
    """Give a layout of the session's organisation."""
    row = session.get(CertificateLayout, layout_id)
    if row is None:
        raise Missing(what=N_("layout"))
    return row


def listed(session: Session, *, limit: int, offset: int = 0) -> Sequence[CertificateLayout]:
    """Give the versions, the newest first, without their documents."""
    newest = select(CertificateLayout).options(defer(CertificateLayout.document))
    return session.scalars(newest.order_by(CertificateLayout.number.desc()).limit(limit).offset(offset)).all()


def count(session: Session) -> int:
    """Count the versions."""
    return session.scalars(select(func.count()).select_from(CertificateLayout)).one()


def count_waiting(session: Session, actor: Actor) -> int:
    """Count the versions that wait for this person's decision: those that others made."""
    waiting = select(func.count()).where(
        CertificateLayout.state == LayoutState.SUBMITTED, ~CertificateLayout.writers.contains([str(actor.id)])
    )
    return session.scalars(waiting).one()


def begin(
    session: Session, kind: LayoutKind, language: Language, *, name: str, valid_from: date, by: Actor,
    at: datetime | None = None,
) -> CertificateLayout:  # fmt: skip
    """Begin a layout from the official form."""
    purpose = Purpose(name, (), None, valid_from)
    return _new(session, kind, start_of(kind, language), purpose, based_on=None, by=by, at=at)


def further(session: Session, layout_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateLayout:
    """Begin a further version from an earlier one."""
    row = find(session, layout_id)
    purpose = Purpose(row.name, tuple(row.levels), row.standard_code, row.valid_from)
    return _new(session, row.kind, read_as(row.kind, row.document), purpose, based_on=row.id, by=by, at=at)


def save(
    session: Session, layout_id: UUID, document: Document, purpose: Purpose, *, seen: int, by: Actor,
    at: datetime | None = None,
) -> CertificateLayout:  # fmt: skip
    """Save a draft; ``seen`` is how often it had been saved when its page was opened.

    Raises
    ------
    LayoutNotDraft, LayoutSavedMeanwhile, LayoutNameless
    """
    row = _locked(session, layout_id)
    if row.state is not LayoutState.DRAFT:
        raise LayoutNotDraft(number=row.number)
    if row.saves != seen:
        raise LayoutSavedMeanwhile(number=row.number)
    row.name, row.levels, row.standard_code, row.valid_from = (
        _named(purpose.name), list(purpose.levels), purpose.standard_code, purpose.valid_from,
    )  # fmt: skip
    row.document, row.language, row.saves = document.document(), document.language, row.saves + 1
    if str(by.id) not in row.writers:
        row.writers = [*row.writers, str(by.id)]
    record(session, "layout_saved", row, by=by, at=at, number=row.number)
    return row


def submit(session: Session, layout_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateLayout:
    """Submit a draft without faults to another person.

    Raises
    ------
    LayoutNotDraft, LayoutFaulty
    """
    row = _locked(session, layout_id)
    if row.state is not LayoutState.DRAFT:
        raise LayoutNotDraft(number=row.number)
    if found := faults_of(row.kind, read_as(row.kind, row.document)):
        raise LayoutFaulty(count=len(found))
    row.state, row.submitted_by, row.submitted_at = LayoutState.SUBMITTED, by.id, at or database_time(session)
    row.remark = None
    record(session, "layout_submitted", row, by=by, at=row.submitted_at, number=row.number)
    return row


def approve(session: Session, layout_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateLayout:
    """Approve a submitted layout that others made; it is in force from its first day on.

    Raises
    ------
    LayoutNotSubmitted, LayoutOwnWork
    """
    row = _waiting(session, layout_id)
    if by.id in row.hands:
        raise LayoutOwnWork(number=row.number)
    row.state, row.approved_by, row.approved_at = LayoutState.APPROVED, by.id, at or database_time(session)
    record(session, "layout_approved", row, by=by, at=row.approved_at, number=row.number)
    return row


def send_back(
    session: Session, layout_id: UUID, remark: str, *, by: Actor, at: datetime | None = None
) -> CertificateLayout:
    """Send a submitted layout back to its designers, with what to change."""
    row = _waiting(session, layout_id)
    if not 0 < len(remark.strip()) <= LONGEST_REMARK:
        raise LayoutRemarkMissing(most=LONGEST_REMARK)
    row.state, row.remark = LayoutState.DRAFT, remark.strip()
    record(session, "layout_sent_back", row, by=by, at=at, number=row.number)
    return row


def withdraw(session: Session, layout_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateLayout:
    """Take an approved layout out of use; certificates issued under it are still printed by it."""
    row = _locked(session, layout_id)
    if row.state is not LayoutState.APPROVED:
        raise LayoutNotInUse(number=row.number)
    row.state, row.withdrawn_by, row.withdrawn_at = LayoutState.WITHDRAWN, by.id, at or database_time(session)
    record(session, "layout_withdrawn", row, by=by, at=row.withdrawn_at, number=row.number)
    return row


def _named(name: str) -> str:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise LayoutNameless(most=LONGEST_NAME)
    return name.strip()


def _new(
    session: Session, kind: LayoutKind, document: Document, purpose: Purpose, *, based_on: UUID | None, by: Actor,
    at: datetime | None,
) -> CertificateLayout:  # fmt: skip
    row = CertificateLayout(
        organisation_id=by.organisation, number=turns.next_number(session, CertificateLayout.number, by.organisation),
        name=_named(purpose.name), kind=kind,
        language=document.language, levels=list(purpose.levels), standard_code=purpose.standard_code,
        valid_from=purpose.valid_from, document=document.document(), based_on_id=based_on, writers=[str(by.id)],
        created_at=at or database_time(session), saves=0,
    )  # fmt: skip
    session.add(row)
    record(session, "layout_begun", row, by=by, at=row.created_at, number=row.number)
    return row


def _locked(session: Session, layout_id: UUID) -> CertificateLayout:
    find(session, layout_id)
    return session.get_one(CertificateLayout, layout_id, with_for_update=True, populate_existing=True)


def _waiting(session: Session, layout_id: UUID) -> CertificateLayout:
    row = _locked(session, layout_id)
    if row.state is not LayoutState.SUBMITTED:
        raise LayoutNotSubmitted(number=row.number)
    return row
