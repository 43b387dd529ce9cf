"""The tasks of the worker. Each takes ids as text, sets its organisation and may be run twice."""

from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from uuid import UUID

import structlog
from procrastinate import JobContext, RetryStrategy
from sqlalchemy import select

from kaoping.exam import clock, db, jobs, process
from kaoping.exam.certifying import handing_out, job
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import attention as judging
from kaoping.itembank import assembling, carrying, currency, duplicates, opening, orders, trail
from kaoping.itembank.actor import system
from kaoping.itembank.sharing import granting

_log = structlog.get_logger(__name__)


#: The seconds are the last field.
EVERY_20_SECONDS = "* * * * * */20"


@jobs.app.periodic(cron=EVERY_20_SECONDS, periodic_id="revive")
@jobs.app.task(name="revive", queueing_lock="revive", pass_context=True)
async def revive(context: JobContext, timestamp: int) -> None:
    """Give the jobs of dead workers to living ones."""
    revived = await jobs.revive(context.app.job_manager)
    if revived:
        _log.warning("jobs of a dead worker were queued again", jobs=revived, at=timestamp)


EVERY_NIGHT = "17 3 * * *"


@jobs.app.periodic(cron=EVERY_NIGHT, periodic_id="sources")
@jobs.app.task(name="sources", queueing_lock="sources")
async def sources(timestamp: int) -> None:
    """Take items out of assembly whose cited standard has ended by today, in every organisation."""
    moved = await jobs.compute(enforce_sources)
    if moved:
        _log.info("items went to recheck because what they cite has ended", items=moved, at=timestamp)


def enforce_sources() -> int:
    """Do what the job does in this process, one organisation after the other, each in its own transaction."""
    moved = 0
    for organisation in _organisations():
        with db.transaction(organisation) as session:
            currency.fill(session)
            today = clock.local_date(trail.database_time(session))
            moved += currency.enforce(session, today, by=system(organisation))
    return moved


@jobs.app.periodic(cron="47 3 * * *", periodic_id="attention")
@jobs.app.task(name="attention", queueing_lock="attention")
async def attention(timestamp: int) -> None:
    """Judge the statistics of every item by the limits of attention, in every organisation."""
    found = await jobs.compute(judge_statistics)
    _log.info("items were judged by their statistics", findings=found, at=timestamp)


def judge_statistics() -> int:
    """Do what the job does in this process, one organisation after the other, each in its own transaction."""
    found = 0
    for organisation in _organisations():
        with db.transaction(organisation) as session:
            found += judging.refresh(session, by=system(organisation))
    return found


@jobs.app.periodic(cron="7 * * * *", periodic_id="archives")
@jobs.app.task(name="archives", queueing_lock="archives")
async def archives(timestamp: int) -> None:
    """Destroy the keys of archived papers whose time of opening is over, in every organisation."""
    shut = await jobs.compute(shut_archives)
    if shut:
        _log.info("openings of archived papers are over", openings=shut, at=timestamp)


def shut_archives() -> int:
    """Do what the job does in this process, one organisation after the other, each in its own transaction."""
    shut = 0
    for organisation in _organisations():
        with db.transaction(organisation) as session:
            shut += opening.shut(session, by=system(organisation))
    return shut


@jobs.app.periodic(cron="27 * * * *", periodic_id="print_files")
@jobs.app.task(name="print_files", queueing_lock="print_files")
async def print_files(timestamp: int) -> None:
    """Delete the files of batches of certificates whose time is over, in every organisation."""
    deleted = await jobs.compute(delete_print_files)
    if deleted:
        _log.info("files of certificate batches were deleted after their time", files=deleted, at=timestamp)


def delete_print_files() -> int:
    """Do what the job does in this process, one organisation after the other, each in its own transaction."""
    deleted, settings = 0, process.settings()
    for organisation in _organisations():
        with db.transaction(organisation) as session:
            deleted += handing_out.expire(session, folder=settings.print_files, by=system(organisation))
    handing_out.sweep(settings.print_files, days=settings.print_file_days)
    return deleted


def _organisations() -> Sequence[UUID]:
    with db.transaction() as session:
        return session.scalars(select(Organisation.id)).all()


#: A search whose process was ended from outside is begun again; an error of the search itself would only come back.
AGAIN = RetryStrategy(max_attempts=orders.ATTEMPTS + 1, wait=1, retry_exceptions={BrokenProcessPool})


@jobs.app.task(name="assemble", retry=AGAIN)
async def assemble(organisation_id: str, run_id: str) -> None:
    """Look for the papers of an assembly run, in another process."""
    await jobs.compute(carry_out_run, UUID(organisation_id), UUID(run_id))


def carry_out_run(organisation: UUID, run: UUID) -> None:
    """Do what the job does in this process, each step in a transaction of its own."""
    assembling.carry_out(partial(db.transaction, organisation), run)


@jobs.app.task(name="find_duplicates", retry=AGAIN)
async def find_duplicates(organisation_id: str, run_id: str) -> None:
    """Compare all items of a bank with each other, in another process."""
    await jobs.compute(carry_out_comparison, UUID(organisation_id), UUID(run_id))


def carry_out_comparison(organisation: UUID, run: UUID) -> None:
    """Do what the job does in this process."""
    duplicates.carry_out(partial(db.transaction, organisation), run)


@jobs.app.task(name="carry_over", retry=AGAIN)
async def carry_over(organisation_id: str, carry_over_id: str) -> None:
    """Carry the items of an earlier edition over by a confirmed mapping, in another process."""
    await jobs.compute(carry_items_over, UUID(organisation_id), UUID(carry_over_id))


def carry_items_over(organisation: UUID, carried: UUID) -> None:
    """Do what the job does in this process, each lot in a transaction of its own."""
    carrying.carry_out(partial(db.transaction, organisation), carried)


@jobs.app.task(name="note_grant", retry=AGAIN)
async def note_grant(organisation_id: str, grant_id: str) -> None:
    """Enter a step that one side of a grant took into the trail of the other side."""
    await jobs.compute(enter_steps, UUID(organisation_id), UUID(grant_id))


def enter_steps(organisation: UUID, grant: UUID) -> None:
    """Do what the job does in this process."""
    with db.transaction(organisation) as session:
        granting.note(session, grant, by=system(organisation))


@jobs.app.task(name="certify", retry=AGAIN)
async def certify(organisation_id: str, batch_id: str) -> None:
    """Issue, draw and pack the certificates of a batch, in another process."""
    await jobs.compute(carry_out_batch, UUID(organisation_id), UUID(batch_id))


def carry_out_batch(organisation: UUID, batch: UUID) -> None:
    """Do what the job does in this process, each certificate in a transaction of its own."""
    job.carry_out(partial(db.transaction, organisation), batch, process.settings())
