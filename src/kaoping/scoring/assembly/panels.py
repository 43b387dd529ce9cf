r"""A request for panels of a multistage test as a value, and as one programme.

The columns are the items of every module of every panel, :math:`x_{kmi}`, of which modules are stated as forms are
(`kaoping.scoring.assembly.formulation`). A rule along path p is a row over the columns of all its modules,

.. math:: l \le \sum_{m \in p} \sum_i v_i x_{kmi} \le h,

so that content is balanced along what a candidate sees, whichever way he goes [1]_. Enemies are apart along every path,
and an item is at most once in a panel.

References
----------
.. [1] Luecht, R. M., & Nungester, R. J. (1998). Some practical examples of computer-adaptive sequential testing.
   *Journal of Educational Measurement*, 35, 229-249.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.formulation import aggregate
from kaoping.scoring.assembly.problem import HARD, Aim, BadProblem, Constraint, Objective, Over, Problem
from kaoping.scoring.assembly.rows import Programme, RowBuilder, Rule, stacked


@dataclass(frozen=True, eq=False)
class Module:
    """A set of items that is given together.

    Attributes
    ----------
    name : cited by messages.
    stage : from 0.
    constraints : its own rules, its length among them.
    coefficients : (n, p) information of the items at the abilities that the module is for; nothing if it has no aim.
    targets : (p,) what they are to add up to, for the aim ``target``.
    weight : relative size of its information, for the aim ``maximin``.
    """

    name: str
    stage: int
    constraints: tuple[Constraint, ...]
    coefficients: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    targets: Floats = field(default_factory=lambda: np.zeros(0))
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class PanelDesign:
    """A request for panels.

    Attributes
    ----------
    items : names, each once.
    modules : easiest first within a stage.
    paths : names of the modules of every path allowed, one of each stage.
    constraints : rules along paths; ``forms`` are places of paths.
    enemies : groups of which no path meets more than one.
    together : groups of which a module holds all or none.
    include, exclude : items of every panel, and of none.
    panels : how many.
    most_use : in how many panels an item is at most.
    aim : ``maximin``, ``target`` or ``none``; see `Aim`.

    Raises
    ------
    BadProblem
        A path that is none, a module on no path, a rule that has no meaning along a path.
    """

    items: tuple[str, ...]
    modules: tuple[Module, ...]
    paths: tuple[tuple[str, ...], ...]
    constraints: tuple[Constraint, ...] = ()
    enemies: tuple[Whole, ...] = ()
    together: tuple[Whole, ...] = ()
    include: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    exclude: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    panels: int = 1
    most_use: int = 1
    aim: Aim = Aim.MAXIMIN

    def __post_init__(self) -> None:
        names = [module.name for module in self.modules]
        if len(set(names)) != len(names):
            raise BadProblem(place="modules", reason="two modules have one name")
        if self.aim not in {Aim.MAXIMIN, Aim.TARGET, Aim.NONE}:
            raise BadProblem(place="aim", reason=f"panels are made for maximin, target or none, not {self.aim}")
        stages = sorted({module.stage for module in self.modules})
        if stages != list(range(len(stages))):
            raise BadProblem(place="modules", reason="stages must be counted from 0 without a gap")
        for number, path in enumerate(self.paths):
            if unknown := [name for name in path if name not in names]:
                raise BadProblem(place=f"paths[{number}]", reason=f"there is no module {unknown[0]}")
            if [self.modules[names.index(name)].stage for name in path] != stages:
                raise BadProblem(place=f"paths[{number}]", reason="it must have one module of each stage, in order")
        if idle := set(names) - {name for path in self.paths for name in path}:
            raise BadProblem(place="modules", reason=f"module {min(idle)} is on no path")
        for constraint in self.constraints:
            if constraint.price < HARD or constraint.over is not Over.ITEM:
                reason = "along a path there are only hard rules on items"
                raise BadProblem(place=f"constraint {constraint.name}", reason=reason)
        self._check_aims()

    def _check_aims(self) -> None:
        for module in self.modules if self.aim is not Aim.NONE else ():
            if module.coefficients.shape[0] != len(self.items) or not module.coefficients.size:
                raise BadProblem(place=f"module {module.name}", reason="it has no information to aim at, by item")
            if self.aim is Aim.TARGET and len(module.targets) != module.coefficients.shape[1]:
                raise BadProblem(place=f"module {module.name}", reason="it needs a target at each of its abilities")

    @cached_property
    def ways(self) -> tuple[tuple[int, ...], ...]:
        """Places of the modules of every path."""
        place = {module.name: number for number, module in enumerate(self.modules)}
        return tuple(tuple(place[name] for name in path) for path in self.paths)

    @cached_property
    def by_module(self) -> Problem:
        """Rules of modules, each a form of it: those of the first panel, then of the second."""
        count = len(self.modules)
        forms = count * self.panels
        constraints = tuple(
            replace(constraint, name=f"{constraint.name} in {module.name}", forms=tuple(range(place, forms, count)))
            for place, module in enumerate(self.modules)
            for constraint in module.constraints
        )
        most = np.full(len(self.items), min(self.most_use, self.panels))
        return Problem(
            items=self.items, forms=forms, constraints=constraints, together=self.together, exclude=self.exclude,
            most_use=most, objective=self._objective(),
        )  # fmt: skip

    @cached_property
    def by_path(self) -> Problem:
        """Rules of paths, each a form of it: those of the first panel, then of the second."""
        count = len(self.paths)
        constraints = tuple(
            replace(constraint, forms=tuple(
                panel * count + path for panel in range(self.panels)
                for path in (range(count) if constraint.forms is None else constraint.forms)
            ))
            for constraint in self.constraints
        )  # fmt: skip
        forms = count * self.panels
        return Problem(items=self.items, forms=forms, constraints=constraints, enemies=self.enemies)

    def _objective(self) -> Objective:
        """Give modules as many points as the one with most, by repeating a point, which changes no least value."""
        if self.aim is Aim.NONE:
            return Objective()
        points = max(module.coefficients.shape[1] for module in self.modules)
        within = [np.minimum(np.arange(points), module.coefficients.shape[1] - 1) for module in self.modules]
        tables = [module.coefficients[:, own] / module.weight for module, own in zip(self.modules, within, strict=True)]
        targets = np.zeros((0, 0))
        if self.aim is Aim.TARGET:
            rows = [module.targets[own] / module.weight for module, own in zip(self.modules, within, strict=True)]
            targets = np.tile(np.array(rows), (self.panels, 1))
        names = tuple(f"ability {point + 1}" for point in range(points))
        return Objective(self.aim, np.tile(np.array(tables), (self.panels, 1, 1)), np.ones(points), targets, names)


def every_path(modules: Sequence[Module]) -> tuple[tuple[str, ...], ...]:
    """Give all paths through modules, one of each stage.

    >>> every_path([Module("1", 0, ()), Module("2E", 1, ()), Module("2H", 1, ())])
    (('1', '2E'), ('1', '2H'))
    """
    stages = sorted({module.stage for module in modules})
    return tuple(product(*([module.name for module in modules if module.stage == stage] for stage in stages)))


def programme_of(design: PanelDesign, copies: Sequence[int], available: Whole | None = None) -> Programme:
    """State blocks of panels, in each of which some panels are added up.

    Parameters
    ----------
    copies : how many panels every block adds up: ``(1, 1)`` are two panels, ``(2,)`` is their sum.
    available : (n,) in how many panels an item may still be.
    """
    count, first, classes = len(design.modules), 0, []
    for number in copies:
        panels = range(first, first + number)
        classes += [[panel * count + module for panel in panels] for module in range(count)]
        first += number
    base = aggregate(design.by_module, classes, available=available)
    builder = RowBuilder(len(base.cost))
    for block, number in enumerate(copies):
        starts = base.starts[block * count : (block + 1) * count]
        for path, modules in enumerate(design.ways):
            _add_path(builder, design, path, starts[list(modules)], number)
        _add_panel(builder, design, starts, number)
    return replace(base, rows=stacked([base.rows, builder.rows()]))


def _add_path(builder: RowBuilder, design: PanelDesign, path: int, starts: Whole, copies: int) -> None:
    way = "-".join(design.paths[path])
    for constraint in design.constraints:
        if constraint.holds_in(path):
            members = (starts[:, None] + constraint.members).ravel()
            limits = copies * constraint.low, copies * constraint.high
            rule = Rule("constraint", f"{constraint.name} along {way}")
            builder.add(members, np.tile(constraint.values, len(starts)), *limits, rule)
    for number, group in enumerate(design.enemies):
        members = (starts[:, None] + group).ravel()
        builder.add(members, 1.0, -np.inf, float(copies), Rule("enemies", f"enemies[{number}] along {way}"))


def _add_panel(builder: RowBuilder, design: PanelDesign, starts: Whole, copies: int) -> None:
    for item in range(len(design.items)) if design.most_use > 1 else ():
        builder.add(starts + item, 1.0, -np.inf, float(copies), Rule("once", design.items[item]))
    for item in design.include:
        builder.add(starts + item, 1.0, float(copies), float(copies), Rule("include", design.items[item]))
