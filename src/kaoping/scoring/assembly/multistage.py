r"""Panels of a multistage test: made, and checked again from their items.

One panel is one mixed-integer programme (`kaoping.scoring.assembly.panels`). Several are bounded by their sum, which
has the columns of one panel, and taken out of it one after the other so that the rest stays possible, as forms are
(after the big shadow test of van der Linden, 2005, *Linear Models for Optimal Test Design*, Springer, Ch. 6).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.giving_way import giving_way
from kaoping.scoring.assembly.highs import Answer, Search, Status, solve
from kaoping.scoring.assembly.panels import Module, PanelDesign, every_path, programme_of
from kaoping.scoring.assembly.parallel import NotFound
from kaoping.scoring.assembly.problem import Aim
from kaoping.scoring.assembly.rows import Programme, Rows, stacked
from kaoping.scoring.assembly.solution import distance
from kaoping.scoring.assembly.verification import Broken, Unsound, Verdict, verify
from kaoping.scoring.errors import ScoringError

NEAR: Final = 5e-4
"""Share of the mean at which a panel counts as near enough to it."""
SMALL: Final = 6000
"""Most columns with which all panels are solved at once."""
COARSE: Final = 1e-3
NAMED: Final = 5
Panel = tuple[tuple[int, ...], ...]
"""Places of the items of every module of a panel, rising."""


class NoPanels(ScoringError):
    """No panels keep the rules; those that would have to give way are named."""

    sentence = "No panels keep all the rules. They could be made if these gave way: %(rules)s."


@dataclass(frozen=True)
class PanelSolution:
    """Panels and how good they are.

    Attributes
    ----------
    status : ``optimal`` within the gap asked for, or ``feasible``.
    panels : places of the items of every module of every panel.
    objective, bound : value of the panels, calculated from the items, and what no panels can pass.
    gap : their distance, as a share of the objective or of the largest target.
    seconds : time taken.
    """

    status: Status
    panels: tuple[Panel, ...]
    objective: float
    bound: float
    gap: float
    seconds: float


def assemble_panels(design: PanelDesign, search: Search | None = None) -> PanelSolution:
    """Make panels.

    Raises
    ------
    NoPanels
        It is proven that no panels keep the rules, or found that the first ones leave too little for the others; the
        rules in the way are named.
    NotFound
        Time ran out first.
    """
    search, began = search or Search(), monotonic()
    columns = design.panels * len(design.modules) * len(design.items)
    if design.panels == 1 or columns <= SMALL:
        programme = programme_of(design, [1] * design.panels)
        answer = _solved(design, programme, search)
        parts, count = programme.parts(answer.columns), len(design.modules)  # type: ignore[arg-type]
        panels = tuple(_read(design, parts[start : start + count]) for start in range(0, len(parts), count))
        bound = answer.bound
    else:
        panels, bound = _one_by_one(design, search)
    verdict = sound_panels(design, panels)
    gap = distance(verdict.objective, bound, design.by_module.objective.size)
    enough = design.aim is Aim.NONE or gap <= max(search.gap, search.apart)
    status = Status.OPTIMAL if enough else Status.FEASIBLE
    return PanelSolution(status, panels, verdict.objective, bound, gap, monotonic() - began)


def _solved(design: PanelDesign, programme: Programme, search: Search, *, gap: float = 0.0) -> Answer:
    gap = max(search.gap, gap)
    answer = solve(programme, replace(search, gap=gap, apart=max(search.apart, gap * design.by_module.objective.size)))
    if answer.status is Status.INFEASIBLE:
        raise NoPanels(rules="; ".join(giving_way(programme)[:NAMED]) or "the limits of use and the enemies")
    if answer.columns is None:
        raise NotFound(seconds=search.seconds)
    return answer


def _one_by_one(design: PanelDesign, search: Search) -> tuple[tuple[Panel, ...], float]:
    """Solve the sum of all panels, which bounds them, and take one panel after the other out of it."""
    total = programme_of(design, [design.panels])
    answer = _solved(design, total, search.lasting(search.seconds / 2), gap=COARSE)
    rest = np.where(total.whole, np.round(answer.columns), 0.0)  # type: ignore[arg-type]
    single = programme_of(design, [1])
    seconds = search.seconds / 2 / design.panels
    panels: list[Panel] = []
    for left in range(design.panels, 0, -1):
        taken = rest if left == 1 else _taken(single, rest, left, seconds)
        panels.append(_read(design, single.parts(taken)))
        rest = rest - taken
    return tuple(panels), answer.bound


def _taken(single: Programme, rest: Floats, copies: int, seconds: float) -> Floats:
    """Take one panel out of the sum of some, as near their mean as can be, so that the others stay possible."""
    rows, others = single.rows, copies - 1
    kinds = np.array([rule.kind for rule in rows.rules])
    aims, bound = kinds == "objective", ~np.isin(kinds, ("objective", "use"))
    kept = np.flatnonzero(rest > 0)
    total = rows.matrix @ rest
    table = sparse.csr_array(rows.matrix[:, kept])
    low = np.maximum(rows.low, total - others * rows.high)[bound]
    high = np.minimum(rows.high, total - others * rows.low)[bound]
    inside = Rows(sparse.csr_array(table[bound]), low, high, tuple(rows.rules[row] for row in np.flatnonzero(bound)))
    aimed, mean = table[aims], total[aims] / copies
    apart = sparse.csr_array(np.ones((len(mean), 1)))
    sides = sparse.csr_array(
        sparse.vstack([sparse.hstack([aimed, sign * apart]) for sign in (1.0, -1.0)], format="csr")
    )
    limits = np.append(mean, np.full(len(mean), -np.inf)), np.append(np.full(len(mean), np.inf), mean)
    rules = tuple(rows.rules[row] for row in np.flatnonzero(aims)) * 2
    programme = Programme(
        rows=stacked([inside.over(len(kept) + 1), Rows(sides, *limits, rules)]),
        cost=np.append(np.zeros(len(kept)), 1.0),
        lowest=np.append(np.maximum(rest[kept] - others, 0.0), 0.0),
        highest=np.append(np.minimum(rest[kept], 1.0), np.inf),
        whole=np.append(np.ones(len(kept), dtype=np.bool_), [False]),
        rising=False, starts=np.array([0, len(kept)], dtype=np.int64),
    )  # fmt: skip
    near = NEAR * float(np.abs(mean).max(initial=0.0))
    answer = solve(programme, Search(seconds=seconds, gap=COARSE, close_enough=near))
    if answer.columns is None:
        raise NotFound(seconds=seconds)
    found = np.zeros(len(rest))
    found[kept] = np.round(answer.columns[:-1])
    return found


def _read(design: PanelDesign, parts: Sequence[Floats]) -> Panel:
    return tuple(tuple(np.flatnonzero(part[: len(design.items)] > 0).tolist()) for part in parts)


def verify_panels(design: PanelDesign, panels: Sequence[Panel]) -> Verdict:
    """Check panels from their items alone, as `kaoping.scoring.assembly.verification.verify` does forms."""
    modules = [module for panel in panels for module in panel]
    paths = [[item for module in way for item in panel[module]] for panel in panels for way in design.ways]
    by_module, by_path = verify(design.by_module, modules), verify(design.by_path, paths)
    names = [module.name for module in design.modules]
    ways = ["-".join(path) for path in design.paths]
    broken = (
        *_told(by_module, [f"module {name}" for name in names]), *_told(by_path, [f"path {way}" for way in ways]),
        *_in_panels(design, panels),
    )  # fmt: skip
    return Verdict(broken, by_module.objective, by_module.price)


def _told(verdict: Verdict, places: Sequence[str]) -> Iterator[Broken]:
    """Say where in a panel a rule is broken."""
    for broken in verdict.broken:
        if broken.form is None:
            yield broken
            continue
        panel, place = divmod(broken.form, len(places))
        yield Broken(f"{broken.rule} on {places[place]} of panel {panel + 1}", None, broken.amount)


def _in_panels(design: PanelDesign, panels: Sequence[Panel]) -> Iterator[Broken]:
    for number, panel in enumerate(panels):
        items = [item for module in panel for item in module]
        if twice := len(items) - len(set(items)):
            yield Broken(f"an item twice in panel {number + 1}", None, twice)
        if missing := set(design.include.tolist()) - set(items):
            yield Broken(f"include in panel {number + 1}", None, len(missing))


def sound_panels(design: PanelDesign, panels: Sequence[Panel]) -> Verdict:
    """Check panels and refuse broken ones.

    Raises
    ------
    Unsound
        A rule is broken.
    """
    verdict = verify_panels(design, panels)
    if not verdict.sound:
        raise Unsound(broken="; ".join(map(str, verdict.broken[:NAMED])))
    return verdict


__all__ = ["Module", "NoPanels", "PanelDesign", "PanelSolution", "assemble_panels", "every_path", "verify_panels"]
