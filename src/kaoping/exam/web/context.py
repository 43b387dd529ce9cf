"""What every template may use: the reader, the language, the display, addresses and moments."""

import hashlib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from flask import Flask, current_app, g, request, url_for
from flask_babel import format_date, format_datetime, format_time, gettext

from kaoping.exam.people.access import ROLES, may
from kaoping.exam.web.addresses import changed, page_here
from kaoping.exam.web.display import look
from kaoping.exam.web.languages import CHINESE, ENGLISH, language
from kaoping.exam.web.navigation import navigation, sections

#: How moments are written, by language and style.
_MOMENTS = {
    "zh": {
        "short": "yyyy-MM-dd HH:mm",
        "day": "yyyy-MM-dd",
        "long": "y\u5e74M\u6708d\u65e5\uff08EEE\uff09",
        "time": "HH:mm",
        "clock": "HH:mm:ss",
    },
    "en": {
        "short": "d MMM yyyy, HH:mm",
        "day": "d MMM yyyy",
        "long": "EEEE d MMMM yyyy",
        "time": "HH:mm",
        "clock": "HH:mm:ss",
    },
}


def moment(value: datetime | date, style: str = "short") -> str:
    """Write a moment in the reader's language and the installation's zone."""
    pattern = _MOMENTS[language().code][style]
    if style in {"time", "clock"}:
        return str(format_time(value, pattern))
    return str(format_datetime(value, pattern) if isinstance(value, datetime) else format_date(value, pattern))


class NamedLevel(Protocol):
    """A skill level by its names, whether it is a row or was taken from one."""

    @property
    def digit(self) -> int:
        """The digit, 5 lowest."""

    @property
    def full_name(self) -> str:
        """Name and title, 三级/高级工."""

    @property
    def title_en(self) -> str:
        """The title in English."""


def level_name(level: NamedLevel) -> str:
    """Write a skill level in the reader's language: 三级/高级工, or “Level 3 / Senior Skilled Worker”."""
    if language() is CHINESE:
        return level.full_name
    return str(gettext("Level %(digit)d / %(title)s", digit=level.digit, title=level.title_en))


def here(**changes: Any) -> str:
    """Give the address of this page with some of its query changed."""
    if request.endpoint is None or request.method != "GET":
        return changed(page_here(), **changes)
    return url_for(request.endpoint, **{**(request.view_args or {}), **request.args, **changes})


@cache
def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values:
        path = Path(current_app.static_folder or "", values["filename"])
        if path.is_file():
            values["v"] = _mark(path)


def _first_role() -> str | None:
    actor = g.get("actor")
    return next((name for code, name in ROLES.items() if actor and code in actor.roles), None)


def _context() -> dict[str, Any]:
    return {
        "actor": g.get("actor"),
        "account": g.get("account"),
        "organisation": g.get("organisation"),
        "demonstration": getattr(g.get("organisation"), "demonstration", False),
        "language": language(),
        "other_language": ENGLISH if language() is CHINESE else CHINESE,
        "look": look(),
        "now": datetime.now(UTC),
        "doors": {door: url_for(endpoint) for door, endpoint in navigation().doors.items()},
        "role": _first_role(),
    }


def init_app(app: Flask) -> None:
    """Give the templates their words."""
    app.context_processor(_context)
    app.url_defaults(_version)
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.globals.update(
        here=here,
        level_name=level_name,
        sections=sections,
        may=lambda action, thing=None: may(g.get("actor"), action, thing),
        ROLES=ROLES,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
