"""The job queue: Procrastinate in the same database, so that a job exists exactly when its work was committed.

Arguments are ids only: they are stored in clear and logged. A task tells `transaction` its organisation itself and may
run twice, because a worker that dies is replaced and its jobs are run again.
"""

import asyncio
import contextlib
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar
from uuid import UUID

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.tasks import Task
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from kaoping.exam import process
from kaoping.exam.settings import Settings

ATTEMPTS = 5  # a job that kills its worker each time is given up
HEARTBEAT = 10.0
STALLED = 30.0  # seconds without heartbeat after which a worker counts as dead

Answer = TypeVar("Answer")

app = procrastinate.App(
    connector=procrastinate.PsycopgConnector(), import_paths=["kaoping.exam.tasks"], periodic_defaults={"max_delay": 60}
)


def defer_in(session: Session, task: Task[Any, Any, Any], *, once: str | None = None, **ids: UUID) -> None:
    """Queue a task in the caller's transaction; with ``once``, not again while the same is still waiting."""
    with contextlib.suppress(AlreadyEnqueued), session.begin_nested():
        raw = session.connection().connection.driver_connection  # asked inside: only then is there a savepoint
        task.configure(connection=raw, queueing_lock=once).defer(**{name: str(value) for name, value in ids.items()})


async def revive(manager: JobManager) -> int:
    """Queue the jobs of dead workers again, or give them up after too many attempts; say how many there were."""
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED))
    for job in stalled:
        await _revive(manager, job)
    return len(stalled)


async def _revive(manager: JobManager, job: Job) -> None:
    if job.id is None:
        return
    if job.attempts >= ATTEMPTS:
        await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)
        return
    try:
        await manager.retry_job(job)
    except UniqueViolation:  # the same work is waiting already, under the same lock
        await manager.finish_job_by_id_async(job.id, Status.ABORTED, delete_job=True)


class _Pool:
    """The processes of this worker for long computations; started by the first one."""

    settings: Settings | None = None
    executor: ProcessPoolExecutor | None = None


def _executor() -> ProcessPoolExecutor:
    if _Pool.executor is None:
        _Pool.executor = ProcessPoolExecutor(
            max_workers=2,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare_child,
            initargs=(_Pool.settings or Settings.load(),),
        )
    return _Pool.executor


def _prepare_child(settings: Settings) -> None:
    process.end_with_parent()
    process.prepare(settings)


async def compute(function: Callable[..., Answer], *arguments: Any) -> Answer:
    """Run a module-level function in another process, so that the worker keeps its heartbeat; ids in, facts out."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_executor(), function, *arguments)
    except BrokenProcessPool:
        _Pool.executor = None  # the next attempt gets fresh processes
        raise


def work(settings: Settings, engine: Engine) -> None:
    """Run jobs until SIGTERM or SIGINT; what runs is finished first."""
    _Pool.settings = settings
    conninfo = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4)
    try:
        with app.replace_connector(connector) as worked:
            asyncio.run(_work(worked, settings.threads))
    finally:
        if _Pool.executor is not None:
            _Pool.executor.shutdown(cancel_futures=True)


async def _work(worked: procrastinate.App, concurrency: int) -> None:
    async with worked.open_async():
        await worked.run_worker_async(
            concurrency=concurrency,
            shutdown_graceful_timeout=30,
            delete_jobs="successful",
            fetch_job_polling_interval=1.0,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
        )
