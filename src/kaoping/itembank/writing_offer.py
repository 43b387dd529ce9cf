"""Items that might be written, offered to the assembler beside those of the bank.

On every point, of every type that papers take there, an item of each of the five difficulties; it discriminates as well
as the median of the calibrated items of its type.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final
from uuid import UUID

import numpy as np

from kaoping.itembank import point_supply, pool, request
from kaoping.itembank.point_supply import Place
from kaoping.itembank.pool import Entry, Stock
from kaoping.itembank.rules import Rules, Section
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.additions import additions
from kaoping.scoring.assembly.problem import Constraint, Objective, Problem

DIFFICULTIES: Final = tuple(pool.RATED_FACILITY)
MIDDLE: Final = 3
#: What decides between items of which as few are needed: less information, a point that is not core, more items there.
UNINFORMED, NOT_CORE, HELD = 0.02, 0.002, 0.001


Kind = tuple[str, Section, int | None]


@dataclass(frozen=True, slots=True)
class Idea:
    """An item that might be written: where, and how difficult: 1 easy to 5 hard, None if nothing is known of that."""

    place: Place
    difficulty: int | None


@dataclass(frozen=True, eq=False)
class Offer:
    """A bank and what might be written for it, as one request; ideas come after the items of the bank."""

    stock: Stock
    rules: Rules
    ideas: tuple[Idea, ...]
    cut: float
    measured: bool

    @classmethod
    def of(
        cls, stock: Stock, rules: Rules, places: Sequence[Place], *, pass_mark: float, measured: bool
    ) -> "Offer | None":
        """Offer an item of each difficulty at every place; None for an empty bank."""
        if not stock.entries:
            return None
        difficulties = DIFFICULTIES if measured else (None,)
        ideas = tuple(Idea(place, difficulty) for place in places for difficulty in difficulties)
        return cls(stock, rules, ideas, pool.ability_at(stock, rules, pass_mark), measured)

    @property
    def samples(self) -> "Offer":
        """The same with one idea of each row, type and difficulty: those of other points are worth the same."""
        return replace(self, ideas=tuple({kind_of(idea): idea for idea in reversed(self.ideas)}.values()))

    @property
    def kinds(self) -> dict[Kind, int]:
        """Places of the ideas in the request by row, type and difficulty; of samples."""
        return {kind_of(idea): int(place) for idea, place in zip(self.ideas, self.offered, strict=True)}

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Items of the bank, then ideas."""
        return (*self.stock.entries.values(), *_entries(self.stock, self.ideas))

    @cached_property
    def problem(self) -> Problem:
        """Every rule, for two papers; without statistics, none about difficulty."""
        stock = Stock({entry.code: entry for entry in self.entries}, {}, enemies=self.stock.enemies)
        whole = request.problem_of(stock, self.rules, forms=2, cut=self.cut)
        if self.measured:
            return whole
        counted = tuple(one for one in whole.constraints if one.name != request.MEAN)
        return replace(whole, constraints=counted, objective=Objective())

    @cached_property
    def offered(self) -> Whole:
        """(k,) places of the ideas."""
        return np.arange(len(self.stock.entries), len(self.entries))

    @property
    def nothing(self) -> Whole:
        """(k,) no item of any idea."""
        return np.zeros(len(self.ideas), dtype=np.int64)

    def place_of(self, kind: Kind) -> Whole:
        """(1,) place of an idea in the request by row, type and difficulty; of samples."""
        return np.array([self.kinds[kind]])

    @cached_property
    def information(self) -> Floats:
        """(n,) information at the cut."""
        found: Floats = request.informing(self.entries, np.array([self.cut]))[0]
        return found

    def held(self, forms: int) -> Problem:
        """Ask for papers from the bank alone."""
        problem = self.problem
        best = request.most_information(self.entries, self.cut, forms=forms) if self.measured else Objective()
        return replace(
            problem, forms=forms, most_use=np.ones(1, dtype=np.int64), objective=best,
            exclude=np.union1d(problem.exclude, self.offered),
        )  # fmt: skip

    def fewest(self, forms: int, most: Whole, least: Whole) -> Whole | None:
        """(k,) give how many of every idea to write for some papers, within limits; None if that was not found.

        They are spread evenly over the points of a row unless other rules want it otherwise.
        """
        rest = np.ones(len(self.stock.entries), dtype=np.int64)
        problem = replace(
            self.problem, forms=forms, most_use=np.append(rest, most), least_use=np.append(rest * 0, least),
            objective=Objective(),
        )  # fmt: skip
        even = replace(problem, constraints=(*problem.constraints, *self._even(forms)))
        found = additions(even, self.offered, self._price)
        return additions(problem, self.offered, self._price) if found is None else found

    @cached_property
    def _price(self) -> Floats:
        told = self.information[self.offered]
        best = told.max(initial=0.0)
        other = [NOT_CORE * (not idea.place.core) + HELD * min(idea.place.usable, 5) for idea in self.ideas]
        price: Floats = 1.0 + np.array(other) + (UNINFORMED * (1 - told / best) if self.measured and best else 0.0)
        return price

    def _even(self, forms: int) -> list[Constraint]:
        """Let every point have at most so many new items that the points of a row become alike."""
        members: dict[tuple[UUID, Section], list[int]] = {}
        for number, idea in zip(self.offered, self.ideas, strict=True):
            members.setdefault((idea.place.point_id, idea.place.section), []).append(int(number))
        lacking = lacks([idea.place for idea in self.ideas if idea.difficulty in {DIFFICULTIES[0], None}], forms)
        return [
            Constraint(f"new:{at}:{section}", np.array(ideas), np.ones(len(ideas)), high=lacking[at, section] / forms)
            for (at, section), ideas in members.items()
        ]


def lacks(places: Sequence[Place], papers: int) -> dict[tuple[UUID, Section], int]:
    """Say how many items each place may get so that the points of its row are alike: one at least, for the balance."""
    cells: dict[tuple[str, Section], list[Place]] = {}
    for place in places:
        cells.setdefault((place.row.code, place.section), []).append(place)
    found: dict[tuple[UUID, Section], int] = {}
    for (_, section), cell in cells.items():
        needed = papers * cell[0].row.count(section)
        level = point_supply.level_of([place.usable for place in cell], needed, most=papers)
        found |= {(place.point_id, section): max(1, level - place.usable) for place in cell}
    return found


def kind_of(idea: Idea) -> Kind:
    """Give the row, type and difficulty of an idea."""
    return idea.place.row.code, idea.place.section, idea.difficulty


def _entries(stock: Stock, ideas: Sequence[Idea]) -> list[Entry]:
    model, slopes = next(iter(stock.entries.values())), _slopes(stock)
    b = {None: 0.0} | {difficulty: pool.rated_difficulty(difficulty) for difficulty in DIFFICULTIES}
    return [
        replace(
            model, code=f"new:{idea.place.point}:{idea.place.section}:{idea.difficulty}", point=idea.place.point,
            point_id=idea.place.point_id, row=idea.place.row.code, section=idea.place.section, core=idea.place.core,
            uses=0, a=slopes[idea.place.section], b=b[idea.difficulty], calibrated=True, path=idea.place.path,
            importance=idea.place.importance, difficulty=idea.difficulty or MIDDLE,
            facility=pool.RATED_FACILITY[idea.difficulty or MIDDLE], source="", ai_assisted=False, key=None,
            resting=False,
        )
        for idea in ideas
    ]  # fmt: skip


def _slopes(stock: Stock) -> dict[Section, float]:
    """Give the median discrimination of the calibrated items of every type, or of all where a type has none."""
    known = [entry for entry in stock.entries.values() if entry.calibrated]
    every = [entry.a for entry in known] or [1.0]
    own = {section: [entry.a for entry in known if entry.section is section] or every for section in Section}
    return {section: float(np.median(slopes)) for section, slopes in own.items()}
