"""Weight tables 权重表: percent by range and level, where the common core and each sector module together give 100."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_
from kaoping.itembank.models import Component, Range, Standard, Weight
from kaoping.itembank.structure import SectorModule

FULL = Decimal(100)

#: Components whose marks are spread over ranges by a weight table; the review 综合评审 has none.
WEIGHTED = (Component.THEORY, Component.SKILL)

_WRONG_SUM = {
    Component.THEORY: N_("The theory weights of %(level)s sum to %(sum)s; they should sum to 100."),
    Component.SKILL: N_("The skill weights of %(level)s sum to %(sum)s; they should sum to 100."),
}
_WRONG_SUM_WITH = {
    Component.THEORY: N_(
        "With module %(module)s the theory weights of %(level)s sum to %(sum)s; core and module should sum to 100."
    ),
    Component.SKILL: N_(
        "With module %(module)s the skill weights of %(level)s sum to %(sum)s; core and module should sum to 100."
    ),
}


@dataclass(frozen=True, slots=True)
class WeightTable:
    """The cells of a component by (range, level), and the module that each range belongs to (none: the core)."""

    component: Component
    cells: dict[tuple[UUID, UUID], Decimal]
    modules: dict[UUID, UUID | None]

    def holds(self, range_id: UUID) -> bool:
        """Whether a range has a weight at any level."""
        return any(row == range_id for row, _ in self.cells)

    def total(self, level_id: UUID, module_id: UUID | None = None) -> Decimal:
        """Sum a level's column: the core, and the ranges of a module if one is given."""
        wanted = {None, module_id}
        percents = (
            percent for (row, level), percent in self.cells.items() if level == level_id and self.modules[row] in wanted
        )
        return sum(percents, Decimal(0))


def weight_tables(session: Session, standard: Standard) -> list[WeightTable]:
    """Give the weight tables of a standard, one a component."""
    modules = {row.id: row.module_id for row in standard.ranges}
    cells: dict[Component, dict[tuple[UUID, UUID], Decimal]] = {component: {} for component in WEIGHTED}
    for weight in session.scalars(select(Weight).join(Range).where(Range.standard_id == standard.id)):
        cells[weight.component][weight.range_id, weight.level_id] = weight.percent
    return [WeightTable(component, cells[component], modules) for component in WEIGHTED]


def weight_table(session: Session, standard: Standard, component: Component) -> WeightTable:
    """Give one weight table of a standard."""
    return next(table for table in weight_tables(session, standard) if table.component is component)


def modules(session: Session, standard_id: UUID) -> list[SectorModule]:
    """Give the sector modules of a standard in its order."""
    query = select(SectorModule).where(SectorModule.standard_id == standard_id).order_by(SectorModule.position)
    return list(session.scalars(query))


def wrong_sums(standard: Standard, table: WeightTable, sectors: list[SectorModule]) -> Iterator[Problem]:
    """Name every column that does not sum to 100, with its level, component and sum."""
    for level in standard.levels:
        for module in _columns(sectors) if table.component in level.components else ():
            total = table.total(level.id, module.id if module else None)
            if total == FULL:
                continue
            facts = {"level": level.full_name, "sum": f"{total.normalize():f}"} | (
                {"module": module.name} if module else {}
            )
            sentences = _WRONG_SUM_WITH if module else _WRONG_SUM
            place = f"weights.{table.component}.{level.digit}" + (f".{module.code}" if module else "")
            yield Problem(field=place, sentence=sentences[table.component], facts=facts)


def _columns(sectors: list[SectorModule]) -> list[SectorModule | None]:
    """Give the modules whose columns are summed; without any, the core stands alone."""
    return [*sectors] or [None]
