"""Drawing a page that is still being designed: in a process of its own, with a limit of memory, time and files.

Whatever a layout asks for, the process that answers pages goes on: the drawing is done in a child that is forked from a
quiet server process, which has read the typefaces once. A child that takes too much is killed, and the officer is told.
"""

import contextlib
import multiprocessing
import resource
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from kaoping.certificates.errors import LayoutTooCostly
from kaoping.itembank.errors import KaopingError

Answer = TypeVar("Answer")
MEGABYTE = 1024 * 1024
#: What has read the typefaces before the first child is forked.
PRELOADED = "kaoping.certificates.warm_press"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a drawing may take: address space in megabytes, processor time and waiting in seconds."""

    megabytes: int = 1024
    seconds: int = 10
    patience: int = 25


def confined(function: Callable[..., Answer], *arguments: Any, limits: Limits | None = None) -> Answer:
    """Call a module-level function in a child process under limits, and give its answer.

    Raises
    ------
    LayoutTooCostly : it took too much memory or time, or the child died of it.
    KaopingError : what the function itself refuses.
    """
    allowed = limits or Limits()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(there, allowed, function, arguments), daemon=True)
    child.start()
    there.close()
    try:
        answer = here.recv() if here.poll(allowed.patience) else None
    except EOFError:
        answer = None
    finally:
        here.close()
        child.kill()
        child.join()
    match answer:
        case (True, value):
            return value  # type: ignore[no-any-return]
        case (False, KaopingError() as refused):
            raise refused
    raise LayoutTooCostly(seconds=allowed.seconds, megabytes=allowed.megabytes)


def _run(channel: Connection, allowed: Limits, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    _confine(allowed)
    try:
        answer = (True, function(*arguments))
    except KaopingError as refused:
        answer = (False, refused)
    except MemoryError:
        return
    channel.send(answer)


def _confine(allowed: Limits) -> None:
    """Limit this process; a system without a limit (macOS has none of address space) keeps the others."""
    wanted = {
        resource.RLIMIT_CPU: allowed.seconds,
        resource.RLIMIT_AS: allowed.megabytes * MEGABYTE,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in wanted.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
