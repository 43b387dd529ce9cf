"""What an assembly run says of itself in the reader's language while it waits and searches, and how it ended."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from kaoping.itembank.papers import AssemblyRun, RunState

NO_BREAK = "\u00a0"


def doing(run: AssemblyRun) -> str:
    """Say what is done at the moment."""
    if run.state is RunState.QUEUED:
        return str(_("The search waits for a worker."))
    if run.progress is None:
        return str(_("The bank is read."))
    if run.progress["objective"] is None:
        return str(_("Papers are sought that keep every rule."))
    return str(_("There are papers; better ones are sought."))


def seconds(run: AssemblyRun) -> float:
    """Give how long the run has searched."""
    return float((run.progress or {}).get("seconds", 0.0))


def figures(run: AssemblyRun) -> Iterator[tuple[str, str]]:
    """Give how long the search lasts, the best papers, what none can pass, and the distance; a dash for the unknown."""
    signs = run.progress or {}
    limit = f"{run.report['effort']['seconds']:g}"
    yield _("Seconds"), str(_("%(seconds)s of at most %(limit)s", seconds=f"{seconds(run):.0f}", limit=limit))
    yield _("Information of the poorest paper at the pass mark"), _number(signs.get("objective"), ".2f")
    yield _("Bound: no papers have more"), _number(signs.get("bound"), ".2f")
    gap = signs.get("gap")
    yield _("Gap to the bound"), _number(gap, ".1%") if gap is None or gap <= 1 else f"> 100{NO_BREAK}%"


def _number(value: float | None, pattern: str) -> str:
    return "\u2013" if value is None else format(value, pattern).replace("%", f"{NO_BREAK}%")


def reasons(run: AssemblyRun) -> Iterator[str]:
    """Say why a run was overtaken or failed."""
    failure: dict[str, Any] | None = run.report.get("failure")
    for line in [failure] if failure else run.report.get("changes", []):
        sentence, facts = line["sentence"], line["facts"]
        yield str(_(sentence, **facts))


def left_out(run: AssemblyRun) -> Iterator[str]:
    """Say which items the papers could not hold, and for whose sake."""
    report = run.report
    if report.get("group") and "unseen" in report:
        facts = {"count": report["unseen"], "exam": report["group"]["exam"]}
        yield str(_("Left out because candidates of %(exam)s have seen them: %(count)d items.", **facts))
    if report.get("unlike") and "unlike_items" in report:
        facts = {"count": report["unlike_items"], "papers": ", ".join(one["code"] for one in report["unlike"])}
        yield str(_("Left out because they stand in %(papers)s: %(count)d items.", **facts))
