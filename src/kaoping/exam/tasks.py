"""The tasks of the worker. Each takes ids as text, sets its organisation and may be run twice."""

from concurrent.futures.process import BrokenProcessPool
from functools import partial
from uuid import UUID

import structlog
from procrastinate import JobContext, RetryStrategy

from kaoping.exam import db, jobs
from kaoping.itembank import assembling, duplicates, orders

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
