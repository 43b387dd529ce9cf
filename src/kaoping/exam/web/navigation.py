"""What the layout shows of each area: its section in the header, its duties on the dashboard.

An area's module declares ``SECTIONS``, ``DUTIES`` and ``DOORS``; `kaoping.exam.web.blueprints` collects them at start.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app, g, request
from sqlalchemy.orm import Session

from kaoping.exam.people.access import may
from kaoping.itembank.actor import Actor


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the header: a label (message id), its first page, and the action that a reader may do there."""

    label: str
    endpoint: str
    action: str
    #: Further blueprints whose pages belong to the section.
    more: tuple[str, ...] = ()

    @property
    def current(self) -> bool:
        """Whether the page shown belongs to this section."""
        return request.blueprint in {self.endpoint.partition(".")[0], *self.more}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the reader: facts for the title, and the latest moment if there is one."""

    count: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """A kind of work that may wait for a person.

    ``title`` and ``plural`` are message ids with ``%(num)d``; ``count(session, actor)`` says how much waits, zero for
    nothing.
    """

    title: str
    plural: str
    act: str
    endpoint: str
    action: str
    count: Callable[[Session, Actor], int | Waiting]


@dataclass(frozen=True, slots=True)
class Call:
    """A duty with what waits now."""

    duty: Duty
    waiting: Waiting


@dataclass(slots=True)
class Navigation:
    """All sections, duties and public doors (``candidate``, ``verify``), in the order of the areas."""

    sections: list[Section] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    doors: dict[str, str] = field(default_factory=dict)


def navigation() -> Navigation:
    """Give the navigation of the running application."""
    found: Navigation = current_app.extensions["kaoping.navigation"]
    return found


def sections() -> list[Section]:
    """Give the sections that the reader may enter."""
    return [section for section in navigation().sections if may(g.actor, section.action)]


def calls(session: Session, actor: Actor) -> Iterator[Call]:
    """Give what waits for a person, in the order of the areas."""
    for duty in navigation().duties:
        if may(actor, duty.action):
            count = duty.count(session, actor)
            waiting = count if isinstance(count, Waiting) else Waiting(count)
            if waiting.count:
                yield Call(duty, waiting)
