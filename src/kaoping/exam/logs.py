"""The log: structlog for our own lines and the libraries', without answers, keys or persons."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from kaoping.exam.settings import Settings

#: Parts of names whose values never reach the log, at any depth.
SECRET = (
    *("address", "answer", "authorization", "body", "cookie", "email", "identity", "key", "name", "password"),
    *("phone", "photo", "response", "secret", "stem", "token"),
)
HIDDEN = "[hidden]"
_OURS = frozenset({"event", "level", "logger", "timestamp", "exception", "logger_name", "task_name"})


def hide_secrets(_: Any, __: str, line: EventDict) -> EventDict:
    """Replace the values of secret names; a library's structured extras pass through here too."""
    return {name: _hidden(name, value) for name, value in line.items()}


def _hidden(name: str, value: Any) -> Any:
    if isinstance(name, str) and name not in _OURS and any(part in name.lower() for part in SECRET):
        return HIDDEN
    if isinstance(value, dict):
        return {inner: _hidden(inner, content) for inner, content in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hidden("", content) for content in value]
    return value


def configure(settings: Settings) -> None:
    """Send the log to standard error, as text for people or as JSON lines for machines."""
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*first, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    shown: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if settings.log_json
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for talkative in ("fontTools", "weasyprint", "alembic", "procrastinate"):
        logging.getLogger(talkative).setLevel(max(logging.WARNING, root.level))
