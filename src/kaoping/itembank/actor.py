"""Who does something: the value that every use case takes as ``by``."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for an organisation in some roles (role codes such as ``item_writer``)."""

    id: UUID
    organisation: UUID
    roles: frozenset[str] = field(default_factory=frozenset)


#: The program itself: scheduled work and the demonstration's machinery act under this name.
SYSTEM = UUID(int=0)


def system(organisation: UUID) -> Actor:
    """Give the actor for work that no person started."""
    return Actor(SYSTEM, organisation)
