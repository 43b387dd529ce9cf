"""Jobs exist exactly when their work was committed, and outlive the worker that ran them."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import procrastinate
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kaoping.certificates.event_loops import without_loop
from kaoping.exam import db, jobs
from tests.conftest import Database
from tests.exam.probing import probe


def waiting(session: Session, sitting: UUID) -> list[str]:
    query = text("SELECT status::text FROM procrastinate_jobs WHERE args->>'sitting_id' = :it")
    return list(session.scalars(query, {"it": str(sitting)}))


def test_a_job_is_queued_when_its_transaction_commits(database: Database) -> None:
    sitting = uuid4()
    with db.transaction() as session:
        jobs.defer_in(session, probe, sitting_id=sitting)

    with db.transaction() as session:
        assert waiting(session, sitting) == ["todo"]


def test_no_job_is_left_of_work_that_was_taken_back(session: Session) -> None:
    sitting = uuid4()
    savepoint = session.begin_nested()
    jobs.defer_in(session, probe, sitting_id=sitting)
    before = waiting(session, sitting)
    savepoint.rollback()

    assert before == ["todo"]
    assert waiting(session, sitting) == []


def test_the_same_work_waits_only_once_and_the_transaction_goes_on(session: Session) -> None:
    sitting = uuid4()
    for _ in range(2):
        jobs.defer_in(session, probe, once=f"probe {sitting}", sitting_id=sitting)

    assert waiting(session, sitting) == ["todo"]


def conninfo(database: Database) -> str:
    return database.addresses.app.set(drivername="postgresql").render_as_string(hide_password=False)


def a_stalled_job(session: Session, sitting: UUID, *, attempts: int, once: str | None = None) -> None:
    """Leave a job as a worker leaves it that was killed and forgotten."""
    jobs.defer_in(session, probe, once=once, sitting_id=sitting)
    query = text(
        "UPDATE procrastinate_jobs SET status = 'doing', attempts = :attempts WHERE args->>'sitting_id' = :sitting"
    )
    session.execute(query, {"attempts": attempts, "sitting": str(sitting)})


def test_jobs_of_dead_workers_are_queued_again_until_they_are_given_up(own_database: Database) -> None:
    young, old, again = uuid4(), uuid4(), uuid4()
    with Session(own_database.engine) as session, session.begin():
        a_stalled_job(session, young, attempts=1)
        a_stalled_job(session, old, attempts=jobs.ATTEMPTS)
        a_stalled_job(session, again, attempts=1, once="again")
        jobs.defer_in(session, probe, once="again", sitting_id=again)

    async def revive() -> int:
        with jobs.app.replace_connector(procrastinate.PsycopgConnector(conninfo=conninfo(own_database))) as app:
            async with app.open_async():
                return await jobs.revive(app.job_manager)

    assert without_loop(lambda: asyncio.run(revive())) == 3
    with Session(own_database.engine) as session:
        assert [waiting(session, it) for it in (young, old, again)] == [["todo"], ["failed"], ["todo"]]


def a_worker(database: Database) -> subprocess.Popen[str]:
    address = database.addresses.app.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.exam.probing", address]
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=environment)


@pytest.mark.slow
def test_the_job_of_a_killed_worker_is_finished_by_another(own_database: Database) -> None:
    sitting = uuid4()
    with Session(own_database.engine) as session, session.begin():
        jobs.defer_in(session, probe, sitting_id=sitting)
    first = a_worker(own_database)
    assert first.stdout is not None
    assert first.stdout.readline() == f"started {sitting}\n"
    first.kill()
    first.communicate()

    second = a_worker(own_database)
    said, _ = second.communicate(timeout=120)

    assert said == f"done {sitting}\n"
    with Session(own_database.engine) as session:
        assert waiting(session, sitting) == []
