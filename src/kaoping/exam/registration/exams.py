"""Theory exams: preparing one from sealed papers and rooms, opening it to candidates, closing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kaoping.exam.delivery import closing
from kaoping.exam.filing import filings
from kaoping.exam.registration import errors, finding
from kaoping.exam.registration.models import Application, Batch, BatchState, Exam, ExamPaper, ExamState
from kaoping.exam.registration.rooms import NewRoom, Occupied, build, occupied
from kaoping.itembank import english_papers, turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.models import Level
from kaoping.itembank.papers import Paper, PaperState, Specification
from kaoping.itembank.skill import papers as skill_papers
from kaoping.itembank.skill.models import SkillPaper
from kaoping.itembank.trail import database_time, record

_MOST_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Shown:
    """An exam with what its page shows."""

    exam: Exam
    rooms: list[Occupied]

    @property
    def candidates(self) -> int:
        """How many are enrolled."""
        return sum(room.candidates for room in self.rooms)

    @property
    def seats(self) -> int:
        """How many fit."""
        return sum(room.room.seats for room in self.rooms)


def prepare(
    session: Session, batch_id: UUID, level_id: UUID, *, name: str, opens_at: datetime, closes_at: datetime,
    minutes: int, paper_ids: Sequence[UUID], rooms: Sequence[NewRoom], by: Actor, at: datetime | None = None,
    skill_paper_id: UUID | None = None, english: bool = False,
) -> Exam:  # fmt: skip
    """Prepare an exam. The same name and window in the same batch again gives the exam that is there.

    Raises
    ------
    Invalid, Conflict : a leaf of `kaoping.exam.registration.errors` naming the rule and what is missing.
    NotFiled : no confirmed filing covers level, region and days of the exam.
    NotTranslated : candidates are to choose English, and items of a paper have no approved twin.
    """
    batch, level = _open_batch(session, batch_id), _level(session, level_id)
    name = name.strip()
    if not name:
        raise errors.FieldEmpty(what=N_("name of the exam"))
    if level.standard_id != batch.standard_id:
        raise errors.LevelOfOtherStandard(level=level.full_name, code=batch.code)
    same = session.scalar(select(Exam).filter_by(batch_id=batch.id, level_id=level.id, name=name, opens_at=opens_at))
    if same is not None:
        return same
    _check_window(opens_at, closes_at, minutes, now=at or database_time(session))
    _require_filing(session, batch, level, opens_at, closes_at)
    papers, skill = _papers(session, paper_ids, level), _skill_paper(session, skill_paper_id, level)
    exam = Exam(
        organisation_id=by.organisation, batch_id=batch.id, level_id=level.id, name=name, state=ExamState.PREPARED,
        opens_at=opens_at, closes_at=closes_at, minutes=minutes, simulated=batch.simulated,
        skill_paper_id=skill_paper_id,
    )  # fmt: skip
    exam.rooms = build(rooms, organisation=by.organisation)
    exam.papers = [
        ExamPaper(
            organisation_id=by.organisation,
            paper_id=paper.id,
            position=position,
            twins=_twins(session, paper) if english else None,
        )
        for position, paper in enumerate(papers, start=1)
    ]
    session.add(exam)
    facts = {"papers": [paper.code for paper in papers], "skill_paper": skill.code if skill else None}
    record(session, "exam.prepare", exam, by=by, at=at, **facts | ({"english": True} if english else {}))
    return exam


def _twins(session: Session, paper: Paper) -> list[str]:
    """Freeze the English of a paper: the newest approved twin of each slot."""
    found = english_papers.translation(session, paper.id)
    english_papers.require_whole(found)
    return [str(found.twins[slot.revision_id].id) for slot in found.paper.slots]


def _open_batch(session: Session, batch_id: UUID) -> Batch:
    batch = finding.batch(session, batch_id)
    if batch.state is BatchState.CLOSED:
        raise errors.BatchClosed(code=batch.code)
    return batch


def _level(session: Session, level_id: UUID) -> Level:
    level = session.get(Level, level_id)
    if level is None:
        raise Missing(what=N_("level"))
    return level


def _check_window(opens_at: datetime, closes_at: datetime, minutes: int, *, now: datetime) -> None:
    if not 1 <= minutes <= _MOST_MINUTES:
        raise errors.MinutesOutside(minutes=minutes)
    if closes_at <= opens_at:
        raise errors.WindowReversed
    if closes_at <= now:
        raise errors.WindowPast
    if closes_at - opens_at < timedelta(minutes=minutes):
        raise errors.WindowShort(window=(closes_at - opens_at) // timedelta(minutes=1), minutes=minutes)


def _require_filing(session: Session, batch: Batch, level: Level, opens_at: datetime, closes_at: datetime) -> None:
    filings.require(session, level, region=batch.region, days=days(opens_at, closes_at))


def days(opens_at: datetime, closes_at: datetime) -> list[date]:
    """Give the calendar days of a window; one that closes at midnight ends on the day before."""
    first = opens_at.astimezone(turns.ZONE).date()
    last = (closes_at - timedelta.resolution).astimezone(turns.ZONE).date()
    return [first + timedelta(days=past) for past in range((last - first).days + 1)]


def _papers(session: Session, paper_ids: Sequence[UUID], level: Level) -> list[Paper]:
    if not paper_ids:
        raise errors.NoPaper
    known = {paper.id: paper for paper in session.scalars(select(Paper).where(Paper.id.in_(paper_ids)))}
    chosen: list[Paper] = []
    for paper_id in paper_ids:
        if (paper := known.get(paper_id)) is None:
            raise Missing(what=N_("paper"))
        _check_paper(paper, level, chosen)
        chosen.append(paper)
    return chosen


def _check_paper(paper: Paper, level: Level, chosen: Sequence[Paper]) -> None:
    if paper in chosen:
        raise errors.PaperTwice(code=paper.code)
    if paper.state is not PaperState.SEALED:
        raise errors.PaperNotSealed(code=paper.code)
    own = paper.specification.level
    if own.id != level.id:
        raise errors.PaperOfOtherLevel(code=paper.code, paper_level=own.full_name, level=level.full_name)


def _skill_paper(session: Session, paper_id: UUID | None, level: Level) -> SkillPaper | None:
    if paper_id is None:
        return None
    paper = skill_papers.find(session, paper_id)
    if paper.state is not PaperState.SEALED:
        raise errors.SkillPaperNotSealed(code=paper.code)
    own = paper.table.level
    if own.id != level.id:
        raise errors.SkillPaperOfOtherLevel(code=paper.code, paper_level=own.full_name, level=level.full_name)
    return paper


def sealed_papers(session: Session, level_id: UUID) -> Sequence[Paper]:
    """Give the sealed papers of a level, the newest first."""
    return session.scalars(
        select(Paper)
        .join(Specification, Paper.specification_id == Specification.id)
        .where(Specification.level_id == level_id, Paper.state == PaperState.SEALED)
        .order_by(Paper.sealed_at.desc(), Paper.code)
    ).all()


def open_exam(session: Session, exam_id: UUID, *, by: Actor, at: datetime | None = None) -> Exam:
    """Open an exam: candidates may enter while its window lasts. Opening twice is harmless."""
    exam = finding.exam_for_change(session, exam_id)
    if exam.state is ExamState.CLOSED:
        raise errors.ExamNotPrepared(name=exam.name)
    if exam.state is ExamState.PREPARED:
        if exam.closes_at <= (at or database_time(session)):
            raise errors.WindowPast
        _require_filing(session, exam.batch, exam.level, exam.opens_at, exam.closes_at)
        exam.state = ExamState.OPEN
        record(session, "exam.open", exam, by=by, at=at)
    return exam


def close_exam(session: Session, exam_id: UUID, *, by: Actor, at: datetime | None = None) -> Exam:
    """Close an exam for good; what candidates saved until now counts. Closing twice is harmless."""
    exam = finding.exam_for_change(session, exam_id)
    if exam.state is ExamState.PREPARED:
        raise errors.ExamNotOpen(name=exam.name)
    if exam.state is ExamState.OPEN:
        exam.state = ExamState.CLOSED
        session.flush()
        closing.close_sittings(session, exam.id, by=by, at=at)
        record(session, "exam.close", exam, by=by, at=at)
    return exam


def shown(session: Session, exam_id: UUID) -> Shown:
    """Give an exam with its rooms counted."""
    exam = finding.exam(session, exam_id)
    return Shown(exam, occupied(session, exam))


@dataclass(frozen=True, slots=True)
class Listed:
    """An exam in a list."""

    exam: Exam
    candidates: int


def upcoming(session: Session, state: ExamState | None = None) -> list[Listed]:
    """List exams with their candidates counted: those that wait first, then by window."""
    candidates = select(func.count()).where(Application.exam_id == Exam.id).scalar_subquery()
    wanted = select(Exam, candidates).options(joinedload(Exam.batch), joinedload(Exam.level))
    if state is not None:
        wanted = wanted.where(Exam.state == state)
    rows = session.execute(wanted.order_by(Exam.state == ExamState.CLOSED, Exam.opens_at)).unique()
    return [Listed(exam, count) for exam, count in rows]
