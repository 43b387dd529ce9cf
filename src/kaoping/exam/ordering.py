"""Papers are ordered: for the candidates of an exam if it is named, and as a job where a worker shall search."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam import jobs, tasks
from kaoping.exam.delivery import seen
from kaoping.exam.registration import exams, finding
from kaoping.exam.registration.models import Exam, ExamState
from kaoping.itembank import carrying, duplicates, orders, specification
from kaoping.itembank.actor import Actor
from kaoping.itembank.duplicates import DuplicateRun
from kaoping.itembank.errors import N_, Conflict, Missing
from kaoping.itembank.orders import Effort, Group
from kaoping.itembank.orm import Base
from kaoping.itembank.papers import AssemblyRun, Paper, Specification
from kaoping.itembank.structure import CarryOver
from kaoping.scoring.assembly.reasons import listed

Row = TypeVar("Row", bound=Base)


def order(
    session: Session, specification_id: UUID, *, forms: int, by: Actor, effort: Effort = orders.USUAL,
    exam_id: UUID | None = None, unlike: Collection[UUID] = (), at: datetime | None = None,
) -> AssemblyRun:  # fmt: skip
    """Order papers without what the candidates of an exam have seen; they are sought in a worker.

    Raises
    ------
    Missing, Invalid, Conflict : a leaf of `kaoping.itembank.orders.order`; the exam does not exist.
    """
    group = group_of(session, exam_id) if exam_id else None
    run = orders.order(
        session, specification_id, forms=forms, effort=effort, group=group, unlike=unlike, by=by, at=at
    )  # fmt: skip
    jobs.defer_in(session, tasks.assemble, organisation_id=by.organisation, run_id=run.id)
    return run


def compare(session: Session, *, by: Actor, at: datetime | None = None) -> DuplicateRun:
    """Order a comparison of the whole bank: a small one is compared at once, a large one in a worker."""
    run = duplicates.order(session, by=by, at=at)
    if duplicates.small(session):
        duplicates.end(session, run, duplicates.sought(session), at=at)
    else:
        once = f"duplicates {by.organisation}"
        jobs.defer_in(session, tasks.find_duplicates, once=once, organisation_id=by.organisation, run_id=run.id)
    return run


def carry_over(session: Session, standard_id: UUID, *, by: Actor, at: datetime | None = None) -> CarryOver:
    """Confirm what the points of an edition become, and have a worker carry the items over."""
    carried = carrying.approve(session, standard_id, by=by, at=at)
    jobs.defer_in(session, tasks.carry_over, organisation_id=carried.organisation_id, carry_over_id=carried.id)
    return carried


class NameUnknown(Missing):
    """A specification, an exam or a paper is asked for by a name that none has."""

    sentence = N_("There is no %(what)s called “%(name)s”. There are: %(known)s.")


class ExamAmbiguous(Conflict):
    """An exam is asked for by a name that several exams of the level have."""

    sentence = N_("Several exams of the level are called “%(name)s”. Name one as ‹batch›/‹exam›: %(known)s.")


def specification_called(session: Session, name: str) -> Specification:
    """Give the specification of a name."""
    known = {each.name: each for each in specification.listed(session)}
    return _called(N_("specification"), name, known)


def papers_called(session: Session, codes: Sequence[str], level_id: UUID) -> list[Paper]:
    """Give sealed papers of a level by their codes."""
    known = {each.code: each for each in exams.sealed_papers(session, level_id)}
    return [_called(N_("paper"), code, known) for code in codes]


def exam_called(session: Session, name: str, level_id: UUID) -> Exam:
    """Give the exam of a level that has a name, alone or after the code of its batch and a stroke.

    Raises
    ------
    NameUnknown, ExamAmbiguous
    """
    whole = {f"{each.batch.code}/{each.name}": each for each in exams_of(session, level_id)}
    same = [place for place, each in whole.items() if each.name == name]
    if len(same) > 1:
        raise ExamAmbiguous(name=name, known=", ".join(same))
    return _called(N_("exam"), same[0] if same else name, whole)


def _called(what: str, name: str, known: Mapping[str, Row]) -> Row:
    if name not in known:
        raise NameUnknown(what=what, name=name, known=listed(known) or "none")
    return known[name]


def group_of(session: Session, exam_id: UUID) -> Group:
    """Give the candidates of an exam as a group that has seen items."""
    exam = finding.exam(session, exam_id)
    return Group(exam.id, exam.name, seen.by_candidates_of(session, exam.id))


def exams_of(session: Session, level_id: UUID) -> list[Exam]:
    """Give the exams of a level that papers may be for: those that are not closed, by their window."""
    query = select(Exam).where(Exam.level_id == level_id, Exam.state != ExamState.CLOSED).order_by(Exam.opens_at)
    return list(session.scalars(query))
