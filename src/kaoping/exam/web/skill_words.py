"""What the pages say about project tables and their versions, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from kaoping.itembank.errors import N_
from kaoping.itembank.rules import plain
from kaoping.itembank.skill import tables
from kaoping.itembank.skill.models import ProjectTable, ProjectTableVersion
from kaoping.itembank.skill.table import Method, Table, Unit
from kaoping.itembank.skill.tables import Change

_NAMES = {
    "project": N_("Project"),
    "name": N_("Project unit"),
    "method": N_("Method"),
    "group": N_("Choice of units"),
    "minutes": N_("Minutes of the unit"),
    "marks": N_("Marks"),
    "tasks": N_("Tasks of a paper"),
    "function": N_("Function"),
    "take": N_("Units drawn of the group"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A version with what it changed, each as (what, before, after); the first has no changes."""

    version: ProjectTableVersion
    changes: tuple[tuple[str, str, str], ...]


def history(table: ProjectTable) -> list[Entry]:
    """Give the versions with their changes, the newest first."""
    return list(_entries(table))[::-1]


def _entries(table: ProjectTable) -> Iterator[Entry]:
    before: ProjectTableVersion | None = None
    for version in table.versions:
        yield Entry(version, tuple(map(_told, tables.changes(before, version))) if before else ())
        before = version


def _told(change: Change) -> tuple[str, str, str]:
    what = " · ".join(filter(None, [change.unit, str(_(_NAMES[change.name]))]))
    return what, _value(change.before), _value(change.after)


def _value(value: object) -> str:
    if isinstance(value, Method):
        return method(value)
    return plain(value) if isinstance(value, Decimal) else "–" if value is None else str(value)


def method(found: Method) -> str:
    """Name a method of examination."""
    return str(_(found.label))


def choice(table: Table, unit: Unit) -> str:
    """Say how a unit comes into a paper: 必考, or so many of its group."""
    take = table.take(unit)
    if take is None:
        return str(_("compulsory"))
    facts = {"num": take, "group": unit.group}
    return str(ngettext("%(num)d of group %(group)s", "%(num)d of group %(group)s", **facts))
