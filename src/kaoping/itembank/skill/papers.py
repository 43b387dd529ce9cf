"""Use cases of skill papers: drawn by an approved project table, approved and sealed by another person, or discarded.

The seal is a digest over everything that decides a candidate's marks: tasks in order, their texts, sheets and keys.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import sealing, turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.models import Level, Task, TaskState
from kaoping.itembank.papers import PaperState
from kaoping.itembank.rules import plain
from kaoping.itembank.skill import tables
from kaoping.itembank.skill.drawing import LABELS, Chosen, Eligible, draw
from kaoping.itembank.skill.models import ProjectTable, SkillDraw, SkillPaper, SkillSlot
from kaoping.itembank.skill.table import Table, fits, read, shortages
from kaoping.itembank.tasks.errors import TaskNotInForce
from kaoping.itembank.trail import database_time, record

MOST_PAPERS, MOST_AVOIDED, MOST_SEED = len(LABELS), 20, 2**31 - 1


class DrawOutside(ItemBankError, Invalid):
    """A draw is asked for with a number that no draw takes."""

    sentence = N_(
        "A draw gives 1 to %(papers)s papers, avoids the tasks of 0 to %(avoid)s, with a seed of 0 to %(seed)s."
    )


class TasksShort(ItemBankError, Conflict):
    """The bank has too few fitting tasks for a unit; ``problems`` names them."""

    sentence = N_("Nothing was drawn: the bank has too few tasks for %(count)s units (%(units)s).")

    def __init__(self, problems: list[Problem]) -> None:
        units = ", ".join(str(problem.facts["unit"]) for problem in problems)
        super().__init__(count=len(problems), units=units, problems=problems)


def draw_papers(
    session: Session, table_id: UUID, *, papers: int = 1, avoid: int = 1, seed: int | None = None, by: Actor,
    at: datetime | None = None,
) -> SkillDraw:  # fmt: skip
    """Draw parallel skill papers by the approved version, and record who drew, when, with which seed, from what.

    Raises
    ------
    NoApprovedTable, TasksShort, DrawOutside
    """
    seed = secrets.randbelow(MOST_SEED + 1) if seed is None else seed
    if not (1 <= papers <= MOST_PAPERS and 0 <= avoid <= MOST_AVOIDED and 0 <= seed <= MOST_SEED):
        raise DrawOutside(papers=MOST_PAPERS, avoid=MOST_AVOIDED, seed=MOST_SEED)
    session.execute(select(ProjectTable.id).where(ProjectTable.id == table_id).with_for_update())
    table = tables.find(session, table_id)
    version = tables.in_force(table)
    content = read(version.content)
    if short := shortages(content, tables.stock(session, table.level_id)):
        raise TasksShort(short)
    eligible = eligible_tasks(session, table, content)
    drawn = draw(content, eligible, papers=papers, avoid=avoid, seed=seed)
    moment = at or database_time(session)
    made = SkillDraw(
        organisation_id=by.organisation, table_id=table.id, version_id=version.id, seed=seed, by=by.id, at=moment,
        report=_report(eligible, drawn, avoid=avoid),
    )  # fmt: skip
    made.papers = _made(session, table, drawn, by=by, at=moment)
    session.add(made)
    record(session, "skill_papers_drawn", made, by=by, at=at, seed=seed, papers=[paper.code for paper in made.papers])
    return made


def eligible_tasks(session: Session, table: ProjectTable, content: Table) -> Eligible:
    """Give what the table can draw from now: papers that were discarded do not count."""
    stock = tables.stock(session, table.level_id)
    tasks = {
        unit.code: [code for code, marks, minutes in stock[unit.code] if fits(unit, marks, minutes)]
        for unit in content.units
    }
    query = (
        select(SkillPaper)
        .where(SkillPaper.table_id == table.id, SkillPaper.state != PaperState.DISCARDED)
        .options(selectinload(SkillPaper.slots).joinedload(SkillSlot.task))
        .order_by(SkillPaper.assembled_at, SkillPaper.code)
    )
    past = [[task.code for task in paper.tasks] for paper in session.scalars(query)]
    return Eligible(tasks, Counter(code for paper in past for code in paper), past)


def _report(eligible: Eligible, drawn: list[list[Chosen]], *, avoid: int) -> dict[str, object]:
    return {
        "avoid": avoid,
        "tasks": {unit: list(codes) for unit, codes in eligible.tasks.items()},
        "uses": dict(eligible.uses),
        "past": [list(paper) for paper in eligible.past[-MOST_AVOIDED:]],
        "chosen": [[[one.unit, one.task, one.repeated] for one in paper] for paper in drawn],
    }


def drawn_again(session: Session, made: SkillDraw) -> bool:
    """Draw again from what a draw recorded, and say whether the same tasks come out."""
    report, content = made.report, read(made.version.content)
    eligible = Eligible(report["tasks"], report["uses"], report["past"])
    again = draw(content, eligible, papers=len(report["chosen"]), avoid=report["avoid"], seed=made.seed)
    same = [[[one.unit, one.task, one.repeated] for one in paper] for paper in again] == report["chosen"]
    held = [[slot.task.code for slot in find(session, paper.id).slots] for paper in made.papers]
    return same and held == [[one[1] for one in paper] for paper in report["chosen"]]


def _made(
    session: Session, table: ProjectTable, drawn: list[list[Chosen]], *, by: Actor, at: datetime
) -> list[SkillPaper]:  # fmt: skip
    known = {task.code: task for task in tables.bank(session, table.level_id)}
    base = _next_code(session, table, at)
    return [
        SkillPaper(
            organisation_id=by.organisation, table_id=table.id, code=f"{base}-{label}", label=label,
            assembled_by=by.id, assembled_at=at, slots=[
                SkillSlot(
                    organisation_id=by.organisation, number=number, task=known[one.task], unit=one.unit,
                    marks=known[one.task].marks,
                )
                for number, one in enumerate(chosen, 1)
            ],
        )
        for label, chosen in zip(LABELS, drawn, strict=False)
    ]  # fmt: skip


def _next_code(session: Session, table: ProjectTable, at: datetime) -> str:
    """Give the number of the next draw of a level, unique within the organisation."""
    turns.take(session, f"skill_paper:{table.organisation_id}:{table.level.digit}")
    same_digit = select(ProjectTable.id).join(Level).where(Level.digit == table.level.digit)
    count = session.scalars(select(func.count()).where(SkillDraw.table_id.in_(same_digit))).one()
    return f"{at.astimezone(turns.ZONE).year}-{table.level.digit}-S{count + 1:04}"


def find(session: Session, paper_id: UUID) -> SkillPaper:
    """Give a skill paper of the organisation with its tasks, or raise `Missing`."""
    found = session.scalars(_whole(paper_id)).one_or_none()
    if found is None:
        raise Missing(what=N_("skill paper"))
    return found


def _whole(paper_id: UUID) -> Select[SkillPaper]:
    return select(SkillPaper).where(SkillPaper.id == paper_id).options(
        selectinload(SkillPaper.slots).joinedload(SkillSlot.task), joinedload(SkillPaper.draw),
        joinedload(SkillPaper.table),
    )  # fmt: skip


def _anew(session: Session, paper_id: UUID) -> SkillPaper:
    """Read a skill paper from the database whatever the session knows of it."""
    session.scalars(_whole(paper_id).execution_options(populate_existing=True)).all()
    return find(session, paper_id)


def listed(session: Session, table_id: UUID | None = None) -> Sequence[SkillPaper]:
    """Give the skill papers that were not discarded, of one table or all, the newest first."""
    query = select(SkillPaper).where(SkillPaper.state != PaperState.DISCARDED)
    if table_id is not None:
        query = query.where(SkillPaper.table_id == table_id)
    return session.scalars(query.order_by(SkillPaper.assembled_at.desc(), SkillPaper.code)).all()


def sealed(session: Session, level_id: UUID) -> Sequence[SkillPaper]:
    """Give the sealed skill papers of a level, the newest first."""
    query = select(SkillPaper).join(ProjectTable).where(
        ProjectTable.level_id == level_id, SkillPaper.state == PaperState.SEALED
    )  # fmt: skip
    return session.scalars(query.order_by(SkillPaper.sealed_at.desc(), SkillPaper.code)).all()


def awaiting(session: Session, actor: Actor) -> int:
    """Count the skill papers that wait for a person's approval: drawn by somebody else."""
    waiting = (SkillPaper.state == PaperState.ASSEMBLED, SkillPaper.assembled_by != actor.id)
    return session.scalars(select(func.count()).select_from(SkillPaper).where(*waiting)).one()


def read_content(session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None) -> SkillPaper:
    """Give a skill paper to be read with its tasks; that somebody did is written into the trail."""
    paper = find(session, paper_id)
    record(session, "skill_paper_read", paper, by=by, at=at)
    return paper


def approve(session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None) -> SkillPaper:
    """Approve and seal a skill paper; a sealed one is given back as it is.

    Raises
    ------
    OwnPaper : who drew it approves (the database refuses it too).
    TaskNotInForce : a task was superseded or retired since (the database refuses it too).
    """
    paper = _locked(session, paper_id)
    if sealing.waits(paper, by):
        if gone := [task.code for task in paper.tasks if task.state is not TaskState.APPROVED]:
            raise TaskNotInForce(paper=paper.code, tasks=", ".join(gone))
        sealing.close(session, paper, digest_of(paper), verb="skill_paper_sealed", by=by, at=at)
    return paper


def discard(session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None) -> SkillPaper:
    """Put a skill paper aside that was not sealed; doing it twice is harmless."""
    paper = _locked(session, paper_id)
    sealing.put_aside(session, paper, verb="skill_paper_discarded", by=by, at=at)
    return paper


def _locked(session: Session, paper_id: UUID) -> SkillPaper:
    """Lock the paper's row, so that approving and discarding at once become one after the other."""
    session.execute(select(SkillPaper.id).where(SkillPaper.id == paper_id).with_for_update())
    return _anew(session, paper_id)


def digest_of(paper: SkillPaper) -> bytes:
    """Compute SHA-256 over number, unit, marks and the whole task (text, sheet, key) of every slot, in order."""
    content = [[slot.number, slot.unit, plain(slot.marks), *_content(slot.task)] for slot in paper.slots]
    return sealing.digest(paper, content)


def _content(task: Task) -> list[object]:
    return [str(task.id), task.code, task.title, task.title_en, task.minutes, plain(task.marks), task.sheet, task.body]


def verify_digest(session: Session, paper: SkillPaper) -> None:
    """Read a sealed skill paper from the database again and hold it against its seal.

    Raises
    ------
    NotSealed : there is no seal yet.
    SealBroken : tasks, sheets or marks differ from what was sealed.
    """
    session.flush()
    stored = _anew(session, paper.id)
    sealing.hold_against(stored, digest_of(stored))
