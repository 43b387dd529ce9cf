r"""An assembly run from its order to its end: who may say what about it, and when.

.. code-block:: text

   queued ──► running ──► solved, infeasible, undecided
      │          ├──────► overtaken: bank or specification changed meanwhile
      └──────────┴──────► cancelled, failed

A worker that dies leaves a running run behind. Another one begins it again as the next attempt, and whatever the
earlier one still says is not heard, so that a run has one outcome however often it was begun.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from kaoping.itembank import versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.conditions import Mode
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.papers import AssemblyRun, Paper, RunState, Slot
from kaoping.itembank.rules import plain
from kaoping.itembank.specification import find as find_specification
from kaoping.itembank.trail import database_time, record

LABELS: Final = "ABCDEFGH"
LONGEST: Final = 600.0
WIDEST: Final = 0.2
ATTEMPTS: Final = 4
"""How often a run is begun before it is given up."""
BROKEN_OFF: Final = N_("The search was broken off %(times)s times by the end of its worker; it is not begun again.")


class PapersAreGiven(ItemBankError, Conflict):
    """The specification in force takes papers that are given as lists of items."""

    sentence = N_(
        "Papers of the specification %(name)s are given as lists of items, not assembled. Give a paper, or choose "
        "another mode in a new version."
    )


class TooManyPapers(ItemBankError, Invalid):
    """A run makes a few parallel papers."""

    sentence = N_("A run makes 1 to %(most)s papers; you asked for %(forms)s.")


class TimeOutside(ItemBankError, Invalid):
    """The time limit of a search is not one that a worker can be kept for."""

    sentence = N_("The time limit is %(seconds)s seconds; give 1 to %(most)s.")


class GapOutside(ItemBankError, Invalid):
    """The wanted gap of a search is negative or would take any papers."""

    sentence = N_("The wanted gap is %(gap)s %%; give 0 to %(most)s %%.")


@dataclass(frozen=True, slots=True)
class Effort:
    """How long and how far to search: seconds, share of the bound by which papers may lie off it, random seed."""

    seconds: float = 15.0
    gap: float = 0.02
    seed: int = 1

    def require_possible(self) -> None:
        """Raise `TimeOutside` or `GapOutside`."""
        if not 1 <= self.seconds <= LONGEST:
            raise TimeOutside(seconds=f"{self.seconds:g}", most=f"{LONGEST:g}")
        if not 0 <= self.gap <= WIDEST:
            raise GapOutside(gap=f"{self.gap * 100:g}", most=f"{WIDEST * 100:g}")


USUAL: Final = Effort()


@dataclass(frozen=True, slots=True)
class Group:
    """The candidates that papers are for, under the name of their exam, and the items that they have seen."""

    exam_id: UUID
    exam: str
    seen: frozenset[UUID]


def order(
    session: Session, specification_id: UUID, *, forms: int = 2, effort: Effort = USUAL, group: Group | None = None,
    unlike: Collection[UUID] = (), by: Actor, at: datetime | None = None,
) -> AssemblyRun:  # fmt: skip
    """Ask for papers that share no item, by the newest approved version of a specification.

    Items that the ``group`` has seen, and those of the papers ``unlike`` (ids), are left out.

    Raises
    ------
    TooManyPapers, TimeOutside, GapOutside
    PapersAreGiven : the version takes fixed sets.
    NoApprovedVersion : papers are assembled by an approved version only.
    """
    if not 1 <= forms <= len(LABELS):
        raise TooManyPapers(forms=forms, most=len(LABELS))
    effort.require_possible()
    specification = find_specification(session, specification_id)
    version = versions.in_force(specification)
    if versions.rules_of(version).mode is Mode.FIXED_SET:
        raise PapersAreGiven(name=specification.name)
    earlier = _papers(session, unlike)
    run = AssemblyRun(
        organisation_id=by.organisation, specification=specification, specification_id=specification.id,
        version_id=version.id, state=RunState.QUEUED, by=by.id, at=at or database_time(session),
        left_out={"seen": _sorted(group.seen if group else ()), "papers": _items_of(session, earlier)},
        report={
            "rules": version.rules, "version": version.number, "minutes": version.minutes,
            "pass_mark": plain(specification.level.pass_mark), "forms": forms, "effort": asdict(effort),
            "group": group and {"id": str(group.exam_id), "exam": group.exam},
            "unlike": [{"id": str(paper.id), "code": paper.code} for paper in earlier],
        },
    )  # fmt: skip
    session.add(run)
    record(session, "assembly_ordered", run, by=by, at=at)
    return run


def _papers(session: Session, paper_ids: Collection[UUID]) -> Sequence[Paper]:
    found = session.scalars(select(Paper).where(Paper.id.in_(paper_ids)).order_by(Paper.code)).all()
    if len(found) < len(set(paper_ids)):
        raise Missing(what=N_("paper"))
    return found


def _items_of(session: Session, papers: Sequence[Paper]) -> list[str]:
    return _sorted(session.scalars(select(Slot.item_id).where(Slot.paper_id.in_([paper.id for paper in papers]))))


def _sorted(items: Iterable[UUID]) -> list[str]:
    return sorted({str(item) for item in items})


def find_run(session: Session, run_id: UUID) -> AssemblyRun:
    """Give a run of the organisation, or raise `Missing`."""
    return _found(session.get(AssemblyRun, run_id))


def _found(run: AssemblyRun | None) -> AssemblyRun:
    if run is None:
        raise Missing(what=N_("assembly run"))
    return run


def runs_of(session: Session, specification_id: UUID) -> Sequence[AssemblyRun]:
    """Give the runs of a specification, the newest first."""
    query = select(AssemblyRun).where(AssemblyRun.specification_id == specification_id)
    return session.scalars(query.order_by(AssemblyRun.at.desc())).all()


def begin(session: Session, run_id: UUID, *, at: datetime | None = None) -> AssemblyRun | None:
    """Begin a run, or begin it again after its worker died; None if there is nothing to do any more."""
    run = locked(session, run_id)
    if run.state.over:
        return None
    if run.attempt >= ATTEMPTS:
        end(session, run, RunState.FAILED, at=at, failure=told(BROKEN_OFF, {"times": run.attempt}))
        return None
    run.state, run.attempt, run.progress = RunState.RUNNING, run.attempt + 1, None
    session.flush()
    return run


def tell(session: Session, run_id: UUID, attempt: int, progress: Mapping[str, Any]) -> bool:
    """Write how far an attempt is; answer whether it is still wanted."""
    wanted = (AssemblyRun.id == run_id, AssemblyRun.state == RunState.RUNNING, AssemblyRun.attempt == attempt)
    telling = update(AssemblyRun).where(*wanted).values(progress=dict(progress))
    written = session.execute(telling.execution_options(synchronize_session=False))
    return isinstance(written, CursorResult) and written.rowcount == 1


def cancel(session: Session, run_id: UUID, *, by: Actor, at: datetime | None = None) -> AssemblyRun:
    """End a run that waits or searches; nothing of it is kept. One that is over is given back as it is."""
    run = locked(session, run_id)
    if not run.state.over:
        end(session, run, RunState.CANCELLED, by=by, at=at)
    return run


def locked(session: Session, run_id: UUID) -> AssemblyRun:
    """Give a run whose row nobody else changes until the transaction ends."""
    return _found(session.get(AssemblyRun, run_id, with_for_update=True, populate_existing=True))


def end(
    session: Session, run: AssemblyRun, state: RunState, *, by: Actor | None = None, at: datetime | None = None,
    **report: Any,
) -> None:  # fmt: skip
    """End a run in a state, with what there is to report; in the name of who ordered it unless another is given."""
    run.state, run.report = state, run.report | report
    record(session, f"assembly_{state}", run, by=by or Actor(run.by, run.organisation_id), at=at)


def told(sentence: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a sentence and its facts as JSON, so that it can be translated for whoever reads it."""
    plainly = {name: value if isinstance(value, int | float | str) else str(value) for name, value in facts.items()}
    return {"sentence": sentence, "facts": plainly}
