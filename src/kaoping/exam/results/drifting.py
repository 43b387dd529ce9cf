"""Drift: whether the difficulty of a wording stayed the same between calibrations, by tests of equivalence."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kaoping.exam.results.models import CalibrationRun, RunVerdict
from kaoping.exam.results.statistics import Past
from kaoping.itembank.items import Statistics
from kaoping.scoring.linking.equivalence import Change, Estimate, changes

_NAMES: Final = ("a", "b", "se_a", "se_b")
_MOST_PAIRS: Final = 6
"""Newest pairs of calibrations of an item that its page compares."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Estimates of one revision from two calibrations."""

    revision_id: UUID
    old: Estimate
    new: Estimate


def drifts(session: Session, bound: float) -> dict[UUID, Change]:
    """Give the change of each revision between its two newest calibrations; what was set aside counts for nothing."""
    newest_first: dict[str, Any] = {"partition_by": Statistics.revision_id, "order_by": CalibrationRun.at.desc()}
    own = [getattr(Statistics, name) for name in _NAMES]
    earlier = [func.lead(column).over(**newest_first).label(f"old_{column.key}") for column in own]
    ranked = (
        select(
            Statistics.revision_id, Statistics.run_id, *own, *earlier,
            func.lead(Statistics.run_id).over(**newest_first).label("before"),
            func.row_number().over(**newest_first).label("place"),
        )
        .join(CalibrationRun, CalibrationRun.id == Statistics.run_id)
        .where(CalibrationRun.verdict != RunVerdict.REJECTED)
        .subquery()
    )  # fmt: skip
    by_runs: dict[tuple[UUID, UUID], list[_Pair]] = defaultdict(list)
    for row in session.execute(select(ranked).where(ranked.c.place == 1, ranked.c.before.is_not(None))):
        old, new = (Estimate(*(getattr(row, f"{side}{name}") for name in _NAMES)) for side in ("old_", ""))
        by_runs[row.run_id, row.before].append(_Pair(row.revision_id, old, new))
    return {key: one for pairs in by_runs.values() for key, one in _judged(pairs, bound).items()}


def of_history(session: Session, history: Sequence[Past], bound: float) -> dict[tuple[UUID, UUID], Change]:
    """Give the change of each entry of an item's history from the entry before, by revision and run."""
    found: dict[tuple[UUID, UUID], Change] = {}
    for after, before in _successive(history)[:_MOST_PAIRS]:
        pairs = _in_common(session, after.run.id, before.run.id)
        if (change := _judged(pairs, bound).get(after.revision.id)) is not None:
            found[after.revision.id, after.run.id] = change
    return found


def _successive(history: Sequence[Past]) -> list[tuple[Past, Past]]:
    counted = [past for past in history if past.run.verdict is not RunVerdict.REJECTED]
    by_revision: dict[UUID, list[Past]] = defaultdict(list)
    for past in counted:
        by_revision[past.revision.id].append(past)
    return [pair for pasts in by_revision.values() for pair in pairwise(pasts)]


def _in_common(session: Session, after: UUID, before: UUID) -> list[_Pair]:
    earlier = aliased(Statistics)
    query = (
        select(Statistics, earlier)
        .join(earlier, earlier.revision_id == Statistics.revision_id)
        .where(Statistics.run_id == after, earlier.run_id == before)
    )
    return [_Pair(new.revision_id, _estimate(old), _estimate(new)) for new, old in session.execute(query)]


def _estimate(row: Statistics) -> Estimate:
    return Estimate(row.a, row.b, row.se_a, row.se_b)


def _judged(pairs: Iterable[_Pair], bound: float) -> dict[UUID, Change]:
    common = list(pairs)
    found = changes([one.old for one in common], [one.new for one in common], bound=bound)
    return {pair.revision_id: change for pair, change in zip(common, found, strict=False)}
