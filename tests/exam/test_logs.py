"""The log tells what happened, never what was answered or who somebody is."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from kaoping.exam import logs
from kaoping.exam.settings import Settings


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Send the log of this process where the test can read it."""
    root = logging.getLogger()
    level, written = root.level, io.StringIO()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(sys, "stderr", written)
    logs.configure(Settings(log_json=True))
    yield written
    root.setLevel(level)
    structlog.reset_defaults()


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_secrets_are_hidden_at_any_depth(log: io.StringIO) -> None:
    structlog.get_logger("kaoping").info(
        "saved", sitting="s1", response="B", sealed={"item_key": "C", "slot": 3}, persons=[{"identity_number": "11"}],
    )  # fmt: skip

    (line,) = lines(log)

    assert (line["event"], line["sitting"]) == ("saved", "s1")
    assert line["response"] == logs.HIDDEN
    assert line["sealed"] == {"item_key": logs.HIDDEN, "slot": 3}
    assert line["persons"] == [{"identity_number": logs.HIDDEN}]


def test_lines_of_libraries_pass_through_the_same_log(log: io.StringIO) -> None:
    logging.getLogger("granian").warning("worker %s left", 3)

    (line,) = lines(log)

    assert (line["event"], line["level"], line["logger"]) == ("worker 3 left", "warning", "granian")
