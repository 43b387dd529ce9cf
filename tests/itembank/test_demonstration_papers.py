"""The demonstration bank holds two disjoint papers of level 3."""

import os
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.figures import formulas
from kaoping.exam.people.models import Organisation
from kaoping.itembank import assembling, demonstration, printable, sealing, specification, versions
from kaoping.itembank.items import Item
from kaoping.itembank.models import Level
from kaoping.itembank.papers import AssemblyRun, RunState
from kaoping.itembank.versions import rules_of
from tests.builders import NOON, an_actor, organisation_of
from tests.builders_papers import a_calibration_run, with_statistics
from tests.itembank.test_specification import TABLE, table


def the_demonstration(session: Session) -> Level:
    """Load the demonstration and give its level 3 plausible statistics."""
    organisation = session.get_one(Organisation, organisation_of(session))
    standard = demonstration.load(session, organisation, by=an_actor(session), at=NOON)
    level = next(level for level in standard.levels if level.digit == 3)
    run, rng = a_calibration_run(session, level, by=an_actor(session)), Random(3)
    for item in session.scalars(select(Item).where(Item.level_id == level.id).order_by(Item.code)).all():
        with_statistics(session, item, run, a=rng.lognormvariate(0, 0.3), b=rng.gauss(-0.6, 0.9))
    session.flush()
    return level


def assembled(session: Session) -> AssemblyRun:
    level = the_demonstration(session)
    made = specification.derive(session, level.id, name="三级理论知识", by=an_actor(session), at=NOON)
    assert table(rules_of(made.latest)) == TABLE
    versions.approve(session, made.latest.id, by=an_actor(session), at=NOON)
    return assembling.assemble(session, made.id, by=an_actor(session), at=NOON)


def test_two_disjoint_papers_are_feasible_and_print(session: Session) -> None:
    run = assembled(session)

    assert run.state is RunState.SOLVED, run.report.get("shortfalls")
    first, second = ({slot.item_id for slot in paper.slots} for paper in run.papers)
    assert (len(first), len(second), len(first & second)) == (60, 60, 0)
    for paper in run.papers:
        sealing.approve(session, paper.id, by=an_actor(session), at=NOON)
        booklet = printable.booklet(session, paper.id, by=an_actor(session), at=NOON, draw=formulas.svg)
        sheet = printable.answer_sheet(session, paper.id, by=an_actor(session), at=NOON)
        assert booklet.startswith(b"%PDF-")
        keep(booklet, f"{paper.code}-booklet.pdf")
        keep(sheet, f"{paper.code}-answers.pdf")


def keep(pdf: bytes, name: str) -> None:
    """Keep a print in the folder ``KAOPING_TEST_PICTURES``, if it is set."""
    folder = os.environ.get("KAOPING_TEST_PICTURES")
    if folder:
        (Path(folder) / name).write_bytes(pdf)
