"""Signing where an event loop runs."""

import asyncio
import threading

import pytest

from kaoping.certificates.event_loops import without_loop


def test_a_call_that_starts_a_loop_works_where_one_runs_and_where_none_does() -> None:
    async def value() -> int:
        return 7

    async def within() -> int:
        return without_loop(lambda: asyncio.run(value()))

    with_loop = threading.Thread(target=lambda: found.append(asyncio.run(within())))
    without = threading.Thread(target=lambda: found.append(without_loop(lambda: asyncio.run(value()))))
    found: list[int] = []
    for thread in (with_loop, without):
        thread.start()
        thread.join()

    assert found == [7, 7]


def test_what_the_call_raises_is_raised() -> None:
    async def within() -> None:
        without_loop(lambda: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        without_loop(lambda: asyncio.run(within()))
