"""Calls of the signing library, whose blocking functions start an event loop and so refuse a thread that runs one."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Value = TypeVar("Value")


def without_loop(call: Callable[[], Value]) -> Value:
    """Call in this thread, or in one of its own where an event loop runs, and give what the call gives or raises.

    >>> without_loop(lambda: 1 + 1)
    2
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    with ThreadPoolExecutor(1, thread_name_prefix="without-loop") as threads:
        return threads.submit(call).result()
