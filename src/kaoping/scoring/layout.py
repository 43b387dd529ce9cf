"""Which parameters a calibration is free to choose: what is fixed, what is shared, and where each stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.models import ModelName, ResponseModel
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.priors import Prior

Place = tuple[str, str]
"""A parameter by item and label, such as ``("B-07", "c")``."""

UNIT_SLOPE = {ModelName.RASCH, ModelName.PARTIAL_CREDIT, ModelName.RATING_SCALE}
"""Models whose slope is one; the spread of the population is estimated instead."""


@dataclass(frozen=True, eq=False)
class Section:
    """Items of one model and number of categories: places (f,), slots (f, p) of their free parameters, -1 if fixed."""

    model: ResponseModel
    places: Whole
    slots: Whole
    fixed: Floats


@dataclass(frozen=True, eq=False)
class Layout:
    """The free parameters of a calibration as one vector (F,), and the way from it to the items and back."""

    names: tuple[str, ...]
    models: tuple[ResponseModel, ...]
    sections: tuple[Section, ...]
    owners: tuple[Place, ...]
    priors: tuple[tuple[Prior, Whole], ...] = field(repr=False, default=())

    @property
    def size(self) -> int:
        """Number F of free parameters."""
        return len(self.owners)

    @cached_property
    def separate(self) -> bool:
        """Whether no two items share a parameter, so that each item can be solved alone."""
        users = np.zeros(self.size, dtype=np.int64)
        for section in self.sections:
            for row in section.slots:
                users[np.unique(row[row >= 0])] += 1
        return bool((users <= 1).all()) and all(
            len(np.unique(row[row >= 0])) == (row >= 0).sum() for section in self.sections for row in section.slots
        )

    def holding(self, held: Flags, free: Floats) -> "Layout":
        """Give the layout in which some of the free parameters (F,) are fixed where they stand."""
        number = np.where(held, -1, np.cumsum(~held) - 1)
        sections = tuple(
            replace(
                section,
                slots=np.where(section.slots >= 0, number[section.slots], -1),
                fixed=np.where(section.slots >= 0, free[section.slots], section.fixed),
            )
            for section in self.sections
        )
        owners = tuple(owner for owner, fixed in zip(self.owners, held, strict=True) if not fixed)
        priors = tuple((prior, number[slots[~held[slots]]]) for prior, slots in self.priors)
        return replace(self, sections=sections, owners=owners, priors=priors)

    def values(self, section: Section, free: Floats) -> Floats:
        """Parameters of a section's items, (f, p)."""
        return np.where(section.slots >= 0, free[section.slots], section.fixed) if self.size else section.fixed

    def table(self, free: Floats, nodes: Floats) -> Floats:
        """Log probability of each category of each item at the nodes, (k, m, q)."""
        found = np.full((len(self.names), max(form.categories for form in self.models), len(nodes)), -np.inf)
        for section in self.sections:
            log = section.model.log_probabilities(self.values(section, free), nodes)
            found[section.places, : section.model.categories] = log
        return found

    def parameters(self, free: Floats) -> ItemParameters:
        """All items with their parameters."""
        found: list[Floats] = [np.empty(0)] * len(self.names)
        for section in self.sections:
            for place, row in zip(section.places, self.values(section, free), strict=True):
                found[place] = row
        return ItemParameters(self.names, self.models, tuple(found))

    def gather(self, parts: Iterable[Floats]) -> Floats:
        """Add what each section says of its parameters, (f, p) each, up to the free parameters, (F,)."""
        total = np.zeros(self.size)
        for section, part in zip(self.sections, parts, strict=True):
            known = section.slots >= 0
            np.add.at(total, section.slots[known], part[known])
        return total

    def gather_square(self, parts: Iterable[Floats]) -> Floats:
        """Add what each section says of pairs of parameters of one item, (f, p, p) each, up to (F, F)."""
        total = np.zeros((self.size, self.size))
        for section, part in zip(self.sections, parts, strict=True):
            known = section.slots >= 0
            pairs = known[:, :, None] & known[:, None, :]
            rows = np.broadcast_to(section.slots[:, :, None], part.shape)
            columns = np.broadcast_to(section.slots[:, None, :], part.shape)
            np.add.at(total, (rows[pairs], columns[pairs]), part[pairs])
        return total

    def prior_densities(self, free: Floats) -> Floats:
        """Log prior density of every free parameter, (F,); zero without a prior."""
        found = np.zeros(self.size)
        for prior, slots in self.priors:
            found[slots] = prior.log_density(free[slots])
        return found

    def prior_gradient(self, free: Floats) -> Floats:
        """Derivative of the log prior, (F,)."""
        found = np.zeros(self.size)
        for prior, slots in self.priors:
            found[slots] = prior.gradient(free[slots])
        return found

    def prior_curvature(self, free: Floats) -> Floats:
        """Negative second derivative of the log prior, (F,)."""
        found = np.zeros(self.size)
        for prior, slots in self.priors:
            found[slots] = prior.curvature(free[slots])
        return found


def lay_out(
    names: Sequence[str],
    models: Sequence[ResponseModel],
    *,
    fixed: ItemParameters | None = None,
    pinned: Mapping[Place, float] | None = None,
    equal: Sequence[Sequence[Place]] = (),
    priors: Mapping[str, Prior] | None = None,
) -> Layout:
    """Decide which parameters are free.

    Parameters
    ----------
    fixed : items whose parameters are all known.
    pinned : single parameters (inside the model) that are known.
    equal : lists of parameters that are to be one.
    priors : by label without its number: ``a``, ``d``, ``c``, ``u``, ``t``.

    Raises
    ------
    BadParameters
        A place does not exist, or a prior is for a label that no free parameter has.
    """
    known = _known(names, models, fixed, pinned or {})
    leader = _leaders(names, models, equal)
    number: dict[Place, int] = {}
    sections = []
    for form, places in _kinds(models):
        slots = np.full((len(places), len(form.labels)), -1)
        constant = np.zeros((len(places), len(form.labels)))
        for row, place in enumerate(places):
            for column, label in enumerate(form.labels):
                spot = leader.get((names[place], label), (names[place], label))
                if spot in known or (names[place], label) in known:
                    constant[row, column] = known.get((names[place], label), known.get(spot, 0.0))
                else:
                    slots[row, column] = number.setdefault(spot, len(number))
        sections.append(Section(form, np.array(places), slots, constant))
    owners = tuple(number)
    return Layout(tuple(names), tuple(models), tuple(sections), owners, _assign(priors or {}, owners))


def _kinds(models: Sequence[ResponseModel]) -> list[tuple[ResponseModel, list[int]]]:
    kinds: dict[tuple[str, int], list[int]] = {}
    for place, form in enumerate(models):
        kinds.setdefault((form.name, form.categories), []).append(place)
    return [(models[places[0]], places) for places in kinds.values()]


def _known(
    names: Sequence[str], models: Sequence[ResponseModel], fixed: ItemParameters | None, pinned: Mapping[Place, float]
) -> dict[Place, float]:
    places = {(name, label) for name, form in zip(names, models, strict=True) for label in form.labels}
    known = {
        (name, "a"): 1.0 for name, form in zip(names, models, strict=True) if form.name in UNIT_SLOPE
    }  # fmt: skip
    for item, form, values in zip(fixed.names, fixed.models, fixed.values, strict=True) if fixed else ():
        known |= {(item, label): float(value) for label, value in zip(form.labels, values, strict=True)}
    known |= pinned
    for item, label in known:
        if (item, label) not in places:
            raise BadParameters(reason=f"item {item} has no parameter {label} to fix")
    return known


def _leaders(
    names: Sequence[str], models: Sequence[ResponseModel], equal: Sequence[Sequence[Place]]
) -> dict[Place, Place]:
    """Which place speaks for each shared parameter: asked for, or of the nature of 1PL and rating scale items."""
    groups: dict[tuple[str, str, int], list[Place]] = {}
    for name, form in zip(names, models, strict=True):
        for label in form.labels:
            if form.name is ModelName.ONE and label == "a":
                groups.setdefault((form.name, label, 2), []).append((name, label))
            elif form.name is ModelName.RATING_SCALE and label.startswith("t"):
                groups.setdefault((form.name, label, form.categories), []).append((name, label))
    places = {(name, label) for name, form in zip(names, models, strict=True) for label in form.labels}
    leader: dict[Place, Place] = {}
    for group in (*groups.values(), *equal):
        for place in group:
            if place not in places:
                raise BadParameters(reason=f"item {place[0]} has no parameter {place[1]} to share")
        leader |= dict.fromkeys(group, leader.get(group[0], group[0]))
    return leader


def _assign(priors: Mapping[str, Prior], owners: Sequence[Place]) -> tuple[tuple[Prior, Whole], ...]:
    found = []
    for label, prior in priors.items():
        slots = np.array([slot for slot, (_, own) in enumerate(owners) if own.rstrip("0123456789") == label], dtype=int)
        if not len(slots):
            raise BadParameters(reason=f"no free parameter is called {label}, so it can have no prior")
        found.append((prior, slots))
    return tuple(found)
