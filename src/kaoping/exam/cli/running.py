"""``kaoping serve``, ``web`` and ``worker``."""

import signal
import sys
from collections.abc import Callable
from typing import Any

import click

from kaoping.exam.settings import Settings

_supervised = click.option("--supervised", is_flag=True, hidden=True, help="End at the end of standard input.")


@click.command()
def serve() -> None:
    """Run web server and worker on this machine until Ctrl-C."""
    from kaoping.exam import serving

    _end_in_order()
    serving.serve(Settings.load())


@click.command()
@_supervised
def web(*, supervised: bool) -> None:
    """Run the web server alone."""
    from kaoping.exam import serving

    _run(serving.web, supervised=supervised)


@click.command()
@_supervised
def worker(*, supervised: bool) -> None:
    """Run a worker alone; several may share one database."""
    from kaoping.exam import jobs, process

    def work(settings: Settings) -> None:
        jobs.work(settings, process.prepare(settings))

    _run(work, supervised=supervised)


def _run(part: Callable[[Settings], Any], *, supervised: bool) -> None:
    from kaoping.exam import process

    _end_in_order()
    if supervised:
        process.end_with_pipe()
    part(Settings.load())


def _end_in_order() -> None:
    """Turn SIGTERM into a normal exit while starting, so that the embedded database is let go of."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
