"""Items that want attention: what statistics say against an item, held against limits that are data.

A refresh reads the whole bank in a few statements, judges in memory, and replaces the stored findings at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.orm import Session

from kaoping.exam.results import drifting, functioning
from kaoping.exam.results.concerns import (
    DEFAULTS,
    RANGES,
    AttentionLimits,
    BandReversed,
    Concern,
    Finding,
    LimitOutside,
    Limits,
)
from kaoping.exam.results.functioning import Differential, SizeClass
from kaoping.exam.results.models import CalibrationRun
from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.cited import newest_number
from kaoping.itembank.items import Item, ItemState, Revision, Statistics, StatisticsState
from kaoping.itembank.models import Level
from kaoping.itembank.pool import exposure
from kaoping.itembank.trail import database_time, record
from kaoping.scoring.linking.equivalence import Change, Verdict


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding with its item."""

    item: Item
    finding: Finding


def limits(session: Session) -> Limits:
    """Give the limits in force."""
    newest = select(AttentionLimits).order_by(AttentionLimits.number.desc()).limit(1)
    found = session.scalars(newest).one_or_none()
    return Limits(**found.limits) if found else DEFAULTS


def set_limits(session: Session, chosen: Limits, *, by: Actor, at: datetime | None = None) -> Limits:
    """Set the limits, and judge the bank by them; setting the same twice is harmless."""
    for each in fields(chosen):
        low, high = RANGES[each.name]
        if not low <= getattr(chosen, each.name) <= high:
            raise LimitOutside(field=each.name, low=low, high=high)
    if chosen.facility_low >= chosen.facility_high:
        raise BandReversed
    turns.take(session, f"attention:{by.organisation}")
    if chosen != limits(session):
        count = session.scalar(select(func.count()).select_from(AttentionLimits)) or 0
        row = AttentionLimits(
            organisation_id=by.organisation, number=count + 1, limits=asdict(chosen), by=by.id,
            at=at or database_time(session),
        )  # fmt: skip
        session.add(row)
        record(session, "attention_limits_set", row, by=by, at=row.at, **asdict(chosen))
    refresh(session, by=by, at=at)
    return chosen


def refresh(session: Session, *, by: Actor, at: datetime | None = None) -> int:
    """Judge every item in the bank anew and replace the findings; say how many there are.

    The number of statements does not depend on the number of items.
    """
    moment, bounds = at or database_time(session), limits(session)
    turns.take(session, f"attention:{by.organisation}")
    uses, shifts, unlike = exposure(session), drifting.drifts(session, bounds.drift), functioning.standing(session)
    found: list[dict[str, Any]] = []
    for row in session.execute(_adopted()):
        judged = _judge(row, bounds, uses.get(row.item_id, 0), shifts.get(row.revision_id), moment)
        differing = _of_groups(unlike.get(row.revision_id, ()))
        found += [
            {
                "id": uuid4(), "organisation_id": by.organisation, "item_id": row.item_id, "level_id": row.level_id,
                "concern": concern, "value": value, "option": option, "at": moment,
            }
            for concern, value, option in (*judged, *differing)
        ]  # fmt: skip
    session.execute(delete(Finding))
    if found:
        session.execute(insert(Finding), found)
    return len(found)


def _adopted() -> Any:
    return (
        select(
            Item.id.label("item_id"), Item.level_id, Statistics.revision_id, Statistics.facility,
            Statistics.discrimination, Statistics.persons, Statistics.infit, Statistics.outfit,
            Statistics.s_x2_adjusted_p,
            Statistics.distractors["key"].label("key"),
            Statistics.distractors["options"]["shares"].label("shares"), CalibrationRun.at,
        )
        .join(Revision, Revision.item_id == Item.id)
        .join(Statistics, Statistics.revision_id == Revision.id)
        .join(CalibrationRun, CalibrationRun.id == Statistics.run_id)
        .where(
            Statistics.state == StatisticsState.ADOPTED, Item.state != ItemState.RETIRED,
            Revision.number == newest_number(),
        )
    )  # fmt: skip


def _judge(
    row: Row[Any], bounds: Limits, uses: int, shift: Change | None, at: datetime
) -> Iterator[tuple[Concern, float, str]]:
    if row.discrimination < 0:
        yield Concern.REVERSED, row.discrimination, ""
    elif row.discrimination < bounds.discrimination:
        yield Concern.FLAT, row.discrimination, ""
    if row.facility < bounds.facility_low:
        yield Concern.HARD, row.facility, ""
    if row.facility > bounds.facility_high:
        yield Concern.EASY, row.facility, ""
    yield from _of_options(row.key or (), row.shares or {}, bounds)
    yield from _of_model(row, bounds, shift)
    if uses > bounds.papers:
        yield Concern.EXPOSED, uses, ""
    if row.persons < bounds.persons:
        yield Concern.FEW, row.persons, ""
    if (years := (at - row.at).days / 365.25) > bounds.years:
        yield Concern.OLD, years, ""


def _of_model(row: Row[Any], bounds: Limits, shift: Change | None) -> Iterator[tuple[Concern, float, str]]:
    """Judge how the answers follow the model, and whether its difficulty stayed."""
    squares = [square for square in (row.infit, row.outfit) if square is not None]
    if squares and abs(1 - (worst := max(squares, key=lambda square: abs(1 - square)))) > bounds.misfit:
        yield Concern.MISFIT, worst, ""
    if row.s_x2_adjusted_p is not None and row.s_x2_adjusted_p < bounds.s_x2:
        yield Concern.S_X2, row.s_x2_adjusted_p, ""
    if shift is not None and shift.verdict is Verdict.DRIFTED:
        yield Concern.DRIFT, shift.difference, ""


def _of_groups(unlike: Sequence[Differential]) -> Iterator[tuple[Concern, float, str]]:
    """Name the comparison of groups in which the item differs most, of the largest class."""
    if unlike:
        worst = max(unlike, key=lambda one: (one.size is SizeClass.LARGE, abs(one.delta or 0.0)))
        concern = Concern.DIF_LARGE if worst.size is SizeClass.LARGE else Concern.DIF_MODERATE
        yield concern, worst.delta or 0.0, worst.compared


def _of_options(key: Sequence[str], shares: Mapping[str, Any], bounds: Limits) -> Iterator[tuple[Concern, float, str]]:
    """Judge the distractors: the best that beats the key among the able, and the least used."""
    if len(key) != 1 or key[0] not in shares:
        return
    others = {label: one for label, one in shares.items() if label not in {key[0], "blank", "wrong"}}
    rests = {label: one["mean_rest"] for label, one in others.items() if one["mean_rest"] is not None}
    right = shares[key[0]]["mean_rest"]
    if rests and right is not None and (best := max(rests, key=lambda label: rests[label])) and rests[best] > right:
        yield Concern.DISTRACTOR_BETTER, rests[best] - right, best
    if others and others[least := min(others, key=lambda label: others[label]["all"])]["all"] < bounds.distractor_used:
        yield Concern.DISTRACTOR_UNUSED, others[least]["all"], least


def counts(session: Session, level_id: UUID | None) -> dict[Concern, int]:
    """Count the findings by concern."""
    query = select(Finding.concern, func.count()).group_by(Finding.concern)
    found = session.execute(query if level_id is None else query.where(Finding.level_id == level_id))
    return dict(found.all())


def listing(
    session: Session, concern: Concern | None, level_id: UUID | None, *, first: int = 0, most: int | None = None
) -> list[Listed]:
    """Give findings with their items by number, from the ``first`` on."""
    query = select(Item, Finding).join(Finding, Finding.item_id == Item.id).order_by(Item.code, Finding.concern)
    if concern is not None:
        query = query.where(Finding.concern == concern)
    if level_id is not None:
        query = query.where(Finding.level_id == level_id)
    return [Listed(item, finding) for item, finding in session.execute(query.offset(first).limit(most))]


def of_item(session: Session, item: Item) -> list[Finding]:
    """Give the findings about an item."""
    return list(session.scalars(select(Finding).where(Finding.item_id == item.id).order_by(Finding.concern)))


def levels(session: Session) -> list[Level]:
    """Give the levels that findings are about, the lowest first."""
    about = select(Finding.level_id).distinct()
    return list(session.scalars(select(Level).where(Level.id.in_(about)).order_by(Level.digit.desc(), Level.id)))
