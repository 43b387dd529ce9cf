"""What one person asks for and another decides, once: exports, uploads, releases to practice, reports of leaks."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import Conflict


class Request(Protocol):
    """A numbered request and who decided it."""

    @property
    def number(self) -> int:
        """Its number in the organisation."""

    @property
    def state(self) -> StrEnum:
        """What became of it."""

    @property
    def decided_by(self) -> UUID | None:
        """Who decided it."""


def decided(row: Request, state: StrEnum, *, waiting: StrEnum, by: Actor, otherwise: type[Conflict]) -> bool:
    """Say whether this person decided so already; another decision is refused with the error that names its number."""
    if row.state is waiting:
        return False
    if row.state is not state or row.decided_by != by.id:
        raise otherwise(number=row.number)
    return True
