"""``kaoping assemble``: forms for a request in a file, or why there are none."""

import math
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.measurement import FileUnwritable, Measuring, Outputs, Refused, path_option

if TYPE_CHECKING:
    from kaoping.scoring.assembly.conflicts import Explanation
    from kaoping.scoring.assembly.highs import Progress, Search
    from kaoping.scoring.assembly.problem import Problem
    from kaoping.scoring.assembly.repairs import Repair
    from kaoping.scoring.assembly.solution import Solution

INFEASIBLE, UNKNOWN, CANCELLED = 3, 4, 130
EXPLAINING = 10.0
"""Seconds that an explanation may take."""
EVERY = 0.2
"""Seconds between two lines of progress."""


class Ended(click.ClickException):
    """The person at the terminal wanted no more."""

    exit_code = CANCELLED


@dataclass
class Watcher:
    """What shows progress on a terminal and hears Ctrl-C."""

    shown: bool
    cancelled: bool = False
    last: float = field(default=-math.inf)

    def __call__(self, progress: "Progress") -> bool:
        """Show how far the search is; answer whether it shall end."""
        if self.shown and monotonic() - self.last > EVERY:
            self.last = monotonic()
            click.echo(f"\r{line(progress):<78}", nl=False, err=True)
        return self.cancelled

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C for the wish to end the search."""

        def hear(_signal: int, _frame: FrameType | None) -> None:
            self.cancelled = True

        before = signal.signal(signal.SIGINT, hear)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            if self.shown and self.last > 0:
                click.echo(f"\r{'':78}\r", nl=False, err=True)


def line(progress: "Progress") -> str:
    """Write the best value, the bound, their distance and the seconds."""
    best, bound = progress.objective, progress.bound
    parts = ["no forms yet" if best is None else f"best {best:.6g}"]
    if math.isfinite(bound):
        parts.append(f"bound {bound:.6g}")
        if best:
            parts.append(f"gap {abs(bound - best) / abs(best):.3%}")
    return ", ".join([*parts, f"{progress.seconds:.0f} s"])


class Distance(click.ParamType[Any]):
    """A distance in the units of the objective, or a share of the target such as ``0.5%``."""

    name = "D or P%"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, bool]:
        """Read it; whether it is a share."""
        if isinstance(value, tuple):
            return value
        text, share = str(value).removesuffix("%"), str(value).endswith("%")
        try:
            found = float(text)
        except ValueError:
            self.fail(f"“{value}” is no distance; write such as 0.1, or 0.5% of the target", param, ctx)
        if not 0 <= found < math.inf:
            self.fail(f"“{value}” is not a distance from 0 on", param, ctx)
        return (found / 100, True) if share else (found, False)


@click.command(cls=Measuring)
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--time-limit", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True,
    help="Longest search in seconds.",
)  # fmt: skip
@click.option(
    "--gap", type=click.FloatRange(0), default=1e-6, show_default=True,
    help="Share of the objective, or of the target, by which forms may lie off the proven bound.",
)  # fmt: skip
@click.option(
    "--within", type=Distance(), help="Distance from the proven bound at which to end: such as 0.1 in units of the "
    "objective, or 0.5% of the target.",
)  # fmt: skip
@click.option("--close-enough", type=float, help="Value of the objective that is good enough to end the search.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of the random choices.")
@click.option("--keep", multiple=True, help="Id of a rule that no repair may touch; may be given several times.")
@path_option("--out", required=True, help="JSON to write: status, forms, objective, bound, gap; or what conflicts.")
@path_option("--shortages", help="CSV to write: what more items would give, by the groups that constraints count.")
@click.option(
    "--more", type=click.IntRange(1), default=1, show_default=True, help="How many items more --shortages thinks of."
)
@path_option("--plots", help="Folder for pictures (SVG): objective by form, shared items, use of items.")
def assemble(
    problem: Path,
    *,
    time_limit: float,
    gap: float,
    within: tuple[float, bool] | None,
    close_enough: float | None,
    seed: int,
    keep: tuple[str, ...],
    out: Path,
    shortages: Path | None,
    more: int,
    plots: Path | None,
) -> None:
    """Assemble the forms that PROBLEM.json asks for, with a certified gap, or say which of its rules conflict."""
    said = {"seconds": time_limit, "gap": gap, "within": within, "close_enough": close_enough, "seed": seed}
    try:
        written = Written(out, shortages, more, plots)
        status, told = _assembled(problem, said, keep=keep, written=written)
    except KeyboardInterrupt:
        raise Ended("The search was cancelled; nothing was written.") from None
    for text in told:
        click.echo(text, err=bool(status))
    sys.exit(status)


@dataclass(frozen=True)
class Written:
    """Where results go."""

    out: Path
    shortages: Path | None
    more: int
    plots: Path | None


def _assembled(
    file: Path, said: dict[str, Any], *, keep: tuple[str, ...], written: Written
) -> tuple[int, list[str]]:  # fmt: skip
    """Read, search and write; exit status and what is told.

    Raises
    ------
    KeyboardInterrupt
        Also if it came in the middle of the search.
    """
    from kaoping.scoring.assembly.parallel import Cancelled
    from kaoping.scoring.assembly.problem_files import read_problem

    asked = read_problem(file)
    _known(asked, keep)
    for place in (written.out, written.shortages):
        if place and not place.parent.is_dir():
            raise FileUnwritable(file=place, reason=f"there is no folder {place.parent}")
    watcher = Watcher(shown=sys.stderr.isatty())
    try:
        status, facts, told, found = _result(asked, _search(asked, watcher, **said), keep, watcher)
    except Cancelled:
        raise KeyboardInterrupt from None
    with Outputs() as outputs:
        outputs.json(written.out, facts)
        if written.shortages:
            outputs.csv(written.shortages, SHORTAGES, _shortages(asked, written.more))
        if written.plots and found:
            from kaoping.exam.cli.assembly_pictures import pictures

            outputs.pictures(written.plots, pictures(asked, found))
    return status, told


def _search(asked: "Problem", watcher: Watcher, *, within: tuple[float, bool] | None, **said: Any) -> "Search":
    """Say how long and how far to search."""
    from kaoping.scoring.assembly.highs import EXACT, Search

    distance, share = within or (EXACT, False)
    if share and not asked.objective.size:
        raise Refused("--within a share is of a target, and the objective has none; use --gap, or a distance.")
    return Search(apart=distance * asked.objective.size if share else distance, watch=watcher, **said)


def _known(asked: "Problem", keep: tuple[str, ...]) -> None:
    """Refuse a rule that the request does not have."""
    from kaoping.scoring.assembly.problem import BadProblem
    from kaoping.scoring.assembly.requirements import BACKGROUND, Requirements

    ids = {rule.id for rule in (*Requirements(asked, ((0,),)).each, *BACKGROUND)} if keep else set()
    for rule in keep:
        if rule not in ids:
            raise BadProblem(place="--keep", reason=f"the request has no rule “{rule}”")


def _result(
    asked: "Problem", search: "Search", keep: tuple[str, ...], watcher: Watcher
) -> tuple[int, dict[str, Any], list[str], "Solution | None"]:
    """Search, and explain if there is nothing; exit status, what goes into the file, what is told, the forms."""
    from kaoping.scoring.assembly.conflicts import explain
    from kaoping.scoring.assembly.parallel import NoForms, NotFound, assemble_forms

    began = monotonic()
    try:
        with watcher.listening():
            found = assemble_forms(asked, search)
    except (NoForms, NotFound) as refused:
        explanation = explain(asked, hard=keep, seconds=EXPLAINING)
        if explanation is None and isinstance(refused, NotFound):
            return UNKNOWN, _nothing("unknown", monotonic() - began) | {"message": str(refused)}, [str(refused)], None
        facts = _nothing("infeasible", monotonic() - began) | _conflicts(asked, explanation, str(refused))
        return INFEASIBLE, facts, list(map(str, explanation.reasons)) if explanation else [str(refused)], None
    return 0, _forms(asked, found), [_summary(found)], found


def _nothing(status: str, seconds: float) -> dict[str, Any]:
    empty = dict.fromkeys(("objective", "bound", "gap"))
    return {"status": status, **empty, "seconds": round(seconds, 3), "forms": []}


def _forms(asked: "Problem", found: "Solution") -> dict[str, Any]:
    return {
        "status": str(found.status),
        "objective": found.objective,
        "bound": _finite(found.bound),
        "gap": _finite(found.gap),
        "seconds": round(found.seconds, 3),
        "engine": found.engine,
        "settled": found.settled,
        "forms": [[asked.items[item] for item in form] for form in found.forms],
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _summary(found: "Solution") -> str:
    count = len(found.forms)
    gap = f", at most {found.gap:.3%} from the best possible" if math.isfinite(found.gap) else ""
    return f"{count} {'form' if count == 1 else 'forms'}, objective {found.objective:.6g}{gap} ({found.status})."


def _conflicts(asked: "Problem", explanation: "Explanation | None", refused: str) -> dict[str, Any]:
    if explanation is None:
        return {"conflicts": [], "bounds": [], "repairs": [], "message": f"{refused} Which conflict took too long."}
    return {
        "conflicts": list(explanation.rules),
        "bounds": list(explanation.bounds),
        "sets": [[*conflict.rules, *conflict.bounds] for conflict in explanation.conflicts],
        "repairs": [_repair(asked, repair) for repair in explanation.repairs],
        "possible_forms": explanation.forms,
        "message": explanation.message,
    }


def _repair(asked: "Problem", repair: "Repair") -> dict[str, Any]:
    facts: dict[str, Any] = {"constraint": repair.rule, "change": repair.change}
    if repair.before is not None:
        facts |= {"limit": {"low": "lb", "high": "ub"}[repair.bound], "from": repair.before, "to": repair.after}
    return facts | ({"items": [asked.items[item] for item in repair.items]} if repair.items else {})


SHORTAGES = ("group", "label", "items", "usable", "used", "worth", "gain", "forms")


def _shortages(asked: "Problem", more: int) -> Iterator[list[Any]]:
    """Give what more items would give, by the groups of items that constraints count."""
    from kaoping.scoring.assembly.problem import Over
    from kaoping.scoring.assembly.shortages import shortages

    counted = [one for one in asked.constraints if one.counts and one.over is Over.ITEM and len(one.members)]
    labels = {one.name: one.label for one in counted}
    found = shortages(asked, {one.name: one.members for one in counted}, more=more)
    for row in found.rows:
        yield [row.group, labels[row.group], row.items, row.usable, row.used, row.worth, row.gain, row.forms]
