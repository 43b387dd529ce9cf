"""Drawing a skill paper: which tasks a seed gives from a table, the uses of the tasks, and what was drawn before.

The least used come first; what stood in the last papers comes last; ties are broken by SHA-256 over seed, paper and
code. The same values give the same draw everywhere, so that anybody can draw again what a record says was drawn.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kaoping.itembank.skill.table import Group, Table, Unit

LABELS = "ABCDEFGH"


@dataclass(frozen=True, slots=True)
class Eligible:
    """What a draw may take: codes of fitting tasks by unit, how often each was used, and the tasks of past papers."""

    tasks: Mapping[str, Sequence[str]]
    uses: Mapping[str, int]
    #: Tasks of the papers before, the oldest first; only the last of them are avoided.
    past: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A task that was drawn for a unit; ``repeated`` when it stood in one of the papers to avoid."""

    unit: str
    task: str
    repeated: bool


def draw(table: Table, eligible: Eligible, *, papers: int, avoid: int, seed: int) -> list[list[Chosen]]:
    """Draw parallel papers, one after the other; each counts as used, and as past, for the next.

    ``avoid`` is the number of papers before whose tasks are not taken again where others are left.
    """
    uses, past = dict(eligible.uses), [list(paper) for paper in eligible.past]
    drawn = []
    for label in LABELS[:papers]:
        recent = {task for paper in past[-avoid:] for task in paper} if avoid else set()
        chosen = list(_Paper(table, eligible.tasks, uses, recent, f"{seed}:{label}").chosen())
        for one in chosen:
            uses[one.task] = uses.get(one.task, 0) + 1
        past.append([one.task for one in chosen])
        drawn.append(chosen)
    return drawn


@dataclass(frozen=True, slots=True)
class _Paper:
    """One paper that is being drawn."""

    table: Table
    tasks: Mapping[str, Sequence[str]]
    uses: Mapping[str, int]
    recent: set[str]
    salt: str

    def chosen(self) -> Iterator[Chosen]:
        """Give the tasks in the order of the table."""
        taken = {unit.code for unit in self.table.compulsory}
        for group, units in self.table.drawn:
            taken |= {unit.code for unit in self._units(group, units)}
        for unit in self.table.units:
            if unit.code in taken:
                for task in self._ranked(unit)[: unit.tasks]:
                    yield Chosen(unit.code, task, task in self.recent)

    def _units(self, group: Group, units: list[Unit]) -> list[Unit]:
        """Take the units of a group that were used least, those with fresh tasks first."""

        def rank(unit: Unit) -> tuple[bool, int, str]:
            fresh = sum(task not in self.recent for task in self.tasks[unit.code])
            return fresh < unit.tasks, sum(self._used(task) for task in self.tasks[unit.code]), self._lot(unit.code)

        return sorted(units, key=rank)[: group.take]

    def _ranked(self, unit: Unit) -> list[str]:
        return sorted(self.tasks[unit.code], key=lambda task: (task in self.recent, self._used(task), self._lot(task)))

    def _used(self, task: str) -> int:
        return self.uses.get(task, 0)

    def _lot(self, code: str) -> str:
        return hashlib.sha256(f"{self.salt}:{code}".encode()).hexdigest()
