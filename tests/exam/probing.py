"""A task for the tests of the queue, and a worker that runs it: ``python -m tests.exam.probing ADDRESS``.

The first attempt says that it started and never ends; a later one says that it is done and ends its worker.
"""

import os
import signal
import sys
import threading

from procrastinate import JobContext
from sqlalchemy import make_url

from kaoping.exam import db, jobs, logs
from kaoping.exam.settings import Settings


@jobs.app.task(name="probe", pass_context=True)
def probe(context: JobContext, sitting_id: str) -> None:
    if context.job.attempts == 0:
        sys.stdout.write(f"started {sitting_id}\n")
        sys.stdout.flush()
        threading.Event().wait()
    sys.stdout.write(f"done {sitting_id}\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    jobs.HEARTBEAT, jobs.STALLED = 0.5, 2.0
    jobs.app.tasks["probe"] = probe
    settings = Settings(threads=2)
    logs.configure(settings)
    jobs.work(settings, db.engine_for(make_url(sys.argv[1])))
