"""A made-up bank of an occupation for the benchmarks of assembly, and the rules of one form of 100 items from it.

Thirty content cells of unequal size, five levels, four types of item, answering times, and enemies in threes. A form
has as much of everything as the bank: cells to the item, levels within one, types within three, and a band of time.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.panels import Module, PanelDesign, every_path
from kaoping.scoring.assembly.problem import DECIMALS, Aim, Constraint, Objective, Problem
from kaoping.scoring.parameters import ItemParameters

LENGTH = 100
CELLS, LEVELS, TYPES = 30, 5, 4
POINTS = np.array([-1.0, 0.0, 1.0])
SECONDS = (62.0, 66.0)
"""Least and most mean time of an item of a form."""


@dataclass(frozen=True, eq=False)
class Bank:
    """Items: parameters, cell, level, type, seconds, information at `POINTS` and triples of enemies."""

    parameters: ItemParameters
    cell: Whole
    level: Whole
    kind: Whole
    seconds: Floats
    information: Floats
    enemies: tuple[Whole, ...]

    def __len__(self) -> int:
        return len(self.cell)


def bank(items: int, *, seed: int = 1) -> Bank:
    rng = np.random.default_rng(seed)
    cell = rng.choice(CELLS, items, p=rng.dirichlet(np.full(CELLS, 6.0)))
    cell[:CELLS] = np.arange(CELLS)
    level = rng.choice(LEVELS, items, p=(0.15, 0.25, 0.30, 0.20, 0.10))
    kind = rng.choice(TYPES, items, p=(0.55, 0.20, 0.15, 0.10))
    slope = rng.lognormal(-0.1, 0.3, items)
    difficulty = rng.normal(0.6 * (level - 2), 0.7)
    guessing = np.where(kind == 0, rng.beta(5, 17, items), 0.0)
    parameters = ItemParameters.logistic(slope, difficulty, guessing)
    triples = rng.permutation(items)[: 3 * max(1, items // 50)].reshape(-1, 3)
    return Bank(
        parameters=parameters, cell=cell, level=level, kind=kind,
        seconds=np.round(rng.lognormal(4.1, 0.35, items), 1),
        information=np.round(parameters.information(POINTS), DECIMALS),
        enemies=tuple(np.sort(triple) for triple in triples),
    )  # fmt: skip


def rules(pool: Bank) -> tuple[Constraint, ...]:
    found = [Constraint("length", np.arange(len(pool)), np.ones(len(pool)), LENGTH, LENGTH)]
    for name, of, number, slack in (("cell", pool.cell, CELLS, 0), ("level", pool.level, LEVELS, 1),
                                    ("type", pool.kind, TYPES, 3)):  # fmt: skip
        for value in range(number):
            members = np.flatnonzero(of == value)
            share = len(members) / len(pool) * LENGTH
            low, high = float(np.floor(share - slack)), float(np.ceil(share + slack))
            found.append(Constraint(f"{name} {value + 1}", members, np.ones(len(members)), low, high))
    low, high = (LENGTH * limit for limit in SECONDS)
    return (*found, Constraint("time", np.arange(len(pool)), pool.seconds, low, high))


def parallel(pool: Bank, forms: int) -> Problem:
    """Parallel forms of greatest least information; items return only where half the bank would not be enough."""
    needed = 2 * forms * LENGTH / len(pool)
    return Problem(
        items=tuple(str(item) for item in range(len(pool))),
        forms=forms,
        constraints=rules(pool),
        enemies=pool.enemies,
        most_use=np.array([max(1, int(np.ceil(needed)))]),
        objective=Objective(Aim.MAXIMIN, pool.information, np.ones(len(POINTS)), points=("-1", "0", "1")),
    )


def on_the_fly(pool: Bank, *, band: float = 0.03) -> Problem:
    """One form whose information lies within a band of that of the mean form of the bank."""
    target = pool.information.mean(axis=0) * LENGTH
    within = tuple(
        Constraint(f"information at {point:g}", np.arange(len(pool)), pool.information[:, place],
                   (1 - band) * target[place], (1 + band) * target[place])
        for place, point in enumerate(POINTS)
    )  # fmt: skip
    names = tuple(str(item) for item in range(len(pool)))
    return Problem(items=names, constraints=(*rules(pool), *within), enemies=pool.enemies)


def panel_design(pool: Bank, panels: int) -> PanelDesign:
    """A 1-3-3 panel of modules of 15 items without the jumps between easy and hard; levels balanced along paths."""
    items = np.arange(len(pool))
    length = Constraint("length", items, np.ones(len(pool)), 15, 15)
    modules = tuple(
        Module(f"{stage + 1}{name}", stage, (length,),
               np.round(pool.parameters.information(np.array([theta])), DECIMALS))
        for stage, name, theta in ((0, "M", 0.0), (1, "E", -1.0), (1, "M", 0.0), (1, "H", 1.0),
                                   (2, "E", -1.0), (2, "M", 0.0), (2, "H", 1.0))
    )  # fmt: skip
    paths = tuple(path for path in every_path(modules) if path[1:] not in {("2E", "3H"), ("2H", "3E")})
    levels = tuple(
        Constraint(f"level {level + 1}", members := np.flatnonzero(pool.level == level), np.ones(len(members)), 5, 14)
        for level in range(LEVELS)
    )
    names = tuple(str(item) for item in items)
    return PanelDesign(names, modules, paths, levels, enemies=pool.enemies, panels=panels)
