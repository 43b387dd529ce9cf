"""The stages of the main job. Each takes the session and the staff, and returns what it kept or made."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery import folds
from kaoping.exam.delivery.folds import SittingState
from kaoping.exam.delivery.models import Sitting, Step, StepVerb
from kaoping.exam.demonstration import candidates, filing
from kaoping.exam.demonstration.staff import Staff
from kaoping.exam.marking import sheets, sheets_csv
from kaoping.exam.marking.sheets import SheetState
from kaoping.exam.people import identity
from kaoping.exam.registration import batches, enrolment, exams
from kaoping.exam.registration.models import Application, Batch, Exam, ExamState
from kaoping.exam.registration.rooms import NewRoom
from kaoping.exam.results import calibrating, groupings, overview, responses, statistics
from kaoping.exam.results.errors import Absent, ScoreWaits
from kaoping.exam.results.groupings import Grouping, Rule
from kaoping.exam.results.models import CalibrationRun, RunVerdict, ScoreState
from kaoping.itembank import assembling, demonstration, sealing, specification, versions
from kaoping.itembank.models import Component, Level, Standard
from kaoping.itembank.papers import Paper, PaperState, RunState, Specification
from kaoping.itembank.skill import papers as skill_papers
from kaoping.itembank.skill import tables
from kaoping.itembank.skill.models import SkillPaper
from kaoping.itembank.trail import database_time

DIGIT = 3
PILOT = 1200
SPECIFICATION = "三级理论试卷（示范）"
PILOT_NAME = "三级模拟试测（示范）"
SEED = 20261123
#: Names of the units of the project table.
UNITS = {
    "1-1": "标准体系构建",
    "1-2": "标准体系改进",
    "2-1": "标准草案审改",
    "3-1": "意见处理和审查",
    "4-1": "标准实施和检查",
    "5-1": "国际标准文件判读",
}


class DemonstrationStuck(RuntimeError):
    """A stage came out other than the demonstration promises."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """What a simulated candidate takes to the exam: log-in words, true ability, and a response to each slot."""

    ticket: str
    name: str
    tail: str
    theta: float
    responses: dict[int, Any]


def load_bank(session: Session, staff: Staff) -> Standard:
    """Load the demonstration standard with points, tasks and items."""
    return demonstration.load(session, staff.organisation, by=staff["administrator"])


def level_of(session: Session) -> Level:
    """Give the level that the demonstration examines."""
    query = select(Level).join(Standard).where(Standard.demonstration, Level.digit == DIGIT)
    return session.scalars(query).one()


def calibrate(session: Session, staff: Staff) -> tuple[CalibrationRun, bool]:
    """Calibrate from a simulated pilot and adopt, unless that was done; say whether it was."""
    level = level_of(session)
    query = select(CalibrationRun).where(CalibrationRun.level_id == level.id, CalibrationRun.simulated)
    adopted = session.scalars(query.where(CalibrationRun.verdict == RunVerdict.ADOPTED)).first()
    if adopted is not None:
        return adopted, True
    expert = staff["psychometrician"]
    groupings.set_rule(session, Rule((Grouping.REGION, Grouping.SEX)), by=expert)
    run = calibrating.simulate_pilot(session, level.id, name=PILOT_NAME, persons=PILOT, by=expert)
    return calibrating.adopt(session, run.id, by=expert), False


def papers(session: Session, staff: Staff) -> tuple[list[Paper], bool]:
    """Have a specification approved, assemble two parallel papers and have them sealed, unless two are sealed already.

    One person writes and assembles, another approves and seals.
    """
    level = level_of(session)
    query = select(Paper).join(Specification).where(Specification.level_id == level.id).order_by(Paper.code)
    sealed = session.scalars(query.where(Paper.state == PaperState.SEALED)).all()
    if len(sealed) > 1:
        return list(sealed[:2]), True
    wanted = session.scalars(select(Specification).where(Specification.name == SPECIFICATION)).first()
    wanted = wanted or specification.derive(session, level.id, name=SPECIFICATION, by=staff["assembler"])
    if wanted.in_force is None:
        versions.approve(session, wanted.latest.id, by=staff["item-reviewer"])
    session.flush()
    run = assembling.assemble(session, wanted.id, forms=2, by=staff["assembler"])
    if run.state is not RunState.SOLVED:
        raise DemonstrationStuck(f"the demonstration papers cannot be assembled: {run.report}")
    session.flush()
    return [sealing.approve(session, paper.id, by=staff["item-reviewer"]) for paper in run.papers], False


def skill_paper(session: Session, staff: Staff) -> tuple[SkillPaper, bool]:
    """Have a project table approved, draw a skill paper by it and have it sealed, unless one is sealed already."""
    level = level_of(session)
    if sealed := skill_papers.sealed(session, level.id):
        return sealed[0], True
    table = tables.of_level(session, level.id)
    if table is None:
        proposed = tables.propose(session, level.id)
        units = [unit.model_copy(update={"name": UNITS.get(unit.code, unit.name)}) for unit in proposed.units]
        content = proposed.model_copy(update={"units": units})
        table = tables.write(session, level.id, content, by=staff["assembler"])
    if table.in_force is None:
        tables.approve(session, table.latest.id, by=staff["item-reviewer"])
    drawn = skill_papers.draw_papers(session, table.id, seed=SEED, by=staff["assembler"])
    session.flush()
    return skill_papers.approve(session, drawn.papers[0].id, by=staff["item-reviewer"]), False


def current_exam(session: Session) -> Exam | None:
    """Give the newest exam of the demonstration."""
    return session.scalars(select(Exam).where(Exam.simulated).order_by(Exam.opens_at.desc())).first()


def open_exam(session: Session, staff: Staff) -> Exam:
    """Open a batch and an exam with two papers, enrol the candidates, and let them in."""
    officer, level, now = staff["exam-officer"], level_of(session), database_time(session)
    number = len(session.scalars(select(Batch.id)).all()) + 1
    batch = batches.open_batch(
        session,
        level.standard_id,
        code=f"DEMO-{now.year}-{number:03d}",
        name=f"示范批次 {number}",
        objection_days=0,
        assessor_tolerance=Decimal(5),
        simulated=True,
        by=officer,
    )
    session.flush()
    filing.require(session, level.standard, staff, today=now.date())
    chosen, _ = papers(session, staff)
    exam = exams.prepare(
        session,
        batch.id,
        level.id,
        name=f"三级理论知识考试（示范） {number}",
        opens_at=now - timedelta(seconds=5),
        closes_at=now + timedelta(hours=6),
        minutes=90,
        paper_ids=[paper.id for paper in chosen],
        skill_paper_id=skill_paper(session, staff)[0].id,
        rooms=[NewRoom("第一考场", 15), NewRoom("第二考场", 15)],
        by=officer,
    )
    session.flush()
    for one in range(candidates.COUNT):
        enrolment.enrol(session, exam.id, candidates.candidate(one), by=officer)
    return exams.open_exam(session, exam.id, by=officer)


def entrants(session: Session, exam_id: UUID) -> list[Entrant]:
    """Give the candidates of an exam who have not finished, with the responses that they will give."""
    applications = sorted(overview.applications(session, session.get_one(Exam, exam_id)), key=_seat)
    run = session.scalars(
        select(CalibrationRun).where(CalibrationRun.simulated, CalibrationRun.verdict == RunVerdict.ADOPTED)
    ).first()
    if run is None:
        raise DemonstrationStuck("no adopted pilot to simulate candidates from")
    every = [row.revision for row in statistics.of_run(session, run)]
    slots = [application.paper.slots for application in applications]
    drawn = responses.candidates([[slot.revision for slot in each] for each in slots], every, seed=SEED)
    finished = _finished(session, exam_id)
    return [
        Entrant(
            application.ticket,
            application.person.name,
            identity.tail(application.person.identity),
            theta,
            {slot.number: given for slot, given in zip(each, answers, strict=True)},
        )
        for application, each, (theta, answers) in zip(applications, slots, drawn, strict=True)
        if application.id not in finished
    ]


def _finished(session: Session, exam_id: UUID) -> set[UUID]:
    query = select(Sitting).join(Application).where(Application.exam_id == exam_id)
    sittings = session.scalars(query).all()
    return {sitting.application_id for sitting in sittings if folds.state(sitting.steps) is not SittingState.OPEN}


def answers_stored(session: Session, exam_id: UUID) -> int:
    """Count the answer steps of an exam."""
    query = select(Step.id).join(Sitting).join(Application)
    return len(session.scalars(query.where(Application.exam_id == exam_id, Step.verb == StepVerb.ANSWER)).all())


def close_exam(session: Session, staff: Staff, exam_id: UUID) -> None:
    """Close the exam."""
    exam = session.get_one(Exam, exam_id)
    if exam.state is not ExamState.CLOSED:
        exams.close_exam(session, exam_id, by=staff["exam-officer"])


def enter_sheets(session: Session, staff: Staff, exam_id: UUID) -> tuple[int, int]:
    """Enter two assessors' sheets, one by form and one by CSV; give how many candidates and how many sheets came back.

    Sheets are simulated from a fixed seed. One pair lies too far apart at first, so that the way back is walked too.
    """
    exam = session.get_one(Exam, exam_id)
    tasks = {task.code: task.marks for task in sheets.tasks_of(session, exam)}
    present = [line for line in overview.of_exam(session, exam_id).lines if line.sat and not _confirmed(line)]
    lines = sorted(present, key=lambda line: _seat(line.application))
    if not lines:
        return 0, 0
    rows = [["准考证号", *tasks]]
    back = 0
    for number, line in enumerate(lines):
        first, second = simulated_marks(tasks, number)
        sheets.enter(session, line.application.id, first, by=staff["assessor"])
        rows.append([line.application.ticket, *(str(second[code]) for code in tasks)])
        if number == 0 and not (line.skill and line.skill.sheets):
            strict = {code: max(Decimal(0), mark - 2) for code, mark in second.items()}
            sheets.enter(session, line.application.id, strict, by=staff["assessor-2"])
            back += sheets.compare(session, line.application).state is SheetState.APART
    listed = "\n".join(",".join(row) for row in rows)
    sheets_csv.enter(session, exam_id, listed.encode(), by=staff["assessor-2"])
    return len(lines), back


def _seat(application: Application) -> tuple[str, int]:
    """Order by room and seat: ticket numbers are random, and the same seed has to give the same results."""
    return application.room.name, application.seat


def _confirmed(line: overview.Line) -> bool:
    score = line.scores.get(Component.SKILL)
    return score is not None and score.state is ScoreState.FINAL


def simulated_marks(tasks: dict[str, Decimal], number: int) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Simulate the sheets of two assessors for one candidate, at most two half marks apart on a task."""
    rng = random.Random(f"{SEED}:{number}")  # noqa: S311 - a simulation, repeatable on purpose
    skill = rng.gauss(0.74, 0.1)
    first, second = {}, {}
    for code, most in tasks.items():
        share = min(1.0, max(0.0, rng.gauss(skill, 0.06)))
        halves = round(float(most) * share * 2)
        first[code] = Decimal(halves) / 2
        second[code] = Decimal(min(int(most) * 2, max(0, halves + rng.choice((-1, 0, 0, 1))))) / 2
    return first, second


def decide(session: Session, staff: Staff, exam_id: UUID) -> overview.Overview:
    """Score, confirm, announce and, as the objection period of the demonstration is empty, make final."""
    officer = staff["exam-officer"]
    steps = (overview.score_all, overview.confirm_all, overview.announce_all, overview.finalise_all)
    refused = [refusal for step in steps for refusal in step(session, exam_id, by=officer)]
    for refusal in refused:
        if not isinstance(refusal.error, Absent | ScoreWaits):
            raise DemonstrationStuck(str(refusal.error))
    return overview.of_exam(session, exam_id)


def closes_at(session: Session, exam_id: UUID) -> datetime:
    """Give the end of an exam's window."""
    return session.get_one(Exam, exam_id).closes_at
