"""The tasks of the worker. Each takes ids as text, sets its organisation and may be run twice."""

import structlog
from procrastinate import JobContext

from kaoping.exam import jobs

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
