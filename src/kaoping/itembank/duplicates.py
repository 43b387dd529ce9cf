"""Near-duplicates of the whole bank: a run compares every item with every other and keeps the pairs that are alike.

The sketches of the index say which pairs may be alike; those are read and compared exactly. A large bank takes a worker
some seconds, so the run tells how far it is.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from time import monotonic
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Double, ForeignKey, Index, Select, UniqueConstraint, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, aliased, joinedload, mapped_column, relationship

from kaoping.itembank import text_index, text_keys
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import Item, ItemState
from kaoping.itembank.orm import Base, Owned
from kaoping.itembank.text_index import ALIKE, ItemText
from kaoping.itembank.trail import database_time, record

KEPT: Final = 2000
"""Pairs that a run keeps, the most alike first."""
CROWD: Final = 60
"""Items of one band that are compared with each other; a hundred items made from one template would be 5,000 pairs."""
AT_ONCE: Final = 500
"""Items of a bank that is compared while the page waits."""
READ: Final = 2000
"""Texts that are read at once."""
EVERY: Final = 0.5
"""Seconds between two signs of life."""

GIVEN_UP: Final = timedelta(hours=1)
"""After so long a run that is not over is taken for lost."""

Opened = Callable[[], AbstractContextManager[Session]]
Told = Callable[[int, int], None]
Pairs = list[tuple[UUID, UUID, float]]


class RunState(StrEnum):
    """A run waits for a worker, compares, and ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DuplicateRun(Owned, Base):
    """One comparison of the whole bank."""

    __tablename__ = "duplicate_run"

    state: Mapped[RunState] = mapped_column(default=RunState.QUEUED)
    by: Mapped[UUID]
    at: Mapped[datetime]
    #: Items whose texts are to be read, and those read so far.
    wanted: Mapped[int] = mapped_column(default=0)
    read: Mapped[int] = mapped_column(default=0)
    #: Pairs that are alike; of more than `KEPT` the rest is counted only.
    found: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]

    @property
    def over(self) -> bool:
        """Whether nothing follows."""
        return self.state in {RunState.DONE, RunState.FAILED}


class DuplicatePair(Owned, Base):
    """Two items of which a run found that they say nearly the same."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (UniqueConstraint("run_id", "first_id", "second_id"), Index(None, "run_id", "share"))

    run_id: Mapped[UUID] = mapped_column(ForeignKey("duplicate_run.id", ondelete="CASCADE"))
    first_id: Mapped[UUID] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    share: Mapped[float] = mapped_column(Double)

    first: Mapped[Item] = relationship(foreign_keys=[first_id])
    second: Mapped[Item] = relationship(foreign_keys=[second_id])


def order(session: Session, *, by: Actor, at: datetime | None = None) -> DuplicateRun:
    """Order a comparison of the whole bank; one that is not over yet is given back, unless its worker must be dead."""
    moment = at or database_time(session)
    if (going := newest(session)) is not None and not going.over and moment - going.at < GIVEN_UP:
        return going
    run = DuplicateRun(organisation_id=by.organisation, by=by.id, at=moment)
    session.add(run)
    record(session, "duplicates_sought", run, by=by, at=run.at)
    return run


def small(session: Session) -> bool:
    """Whether the bank is small enough to be compared while a page waits."""
    some = select(ItemText.id).limit(AT_ONCE + 1).subquery()
    return session.scalars(select(func.count()).select_from(some)).one() <= AT_ONCE


def newest(session: Session) -> DuplicateRun | None:
    """Give the newest run, over or not."""
    return session.scalars(select(DuplicateRun).order_by(DuplicateRun.at.desc()).limit(1)).one_or_none()


def done(session: Session) -> DuplicateRun | None:
    """Give the newest run that ended well, whose pairs are shown."""
    query = select(DuplicateRun).where(DuplicateRun.state == RunState.DONE)
    return session.scalars(query.order_by(DuplicateRun.at.desc()).limit(1)).one_or_none()


def find(session: Session, run_id: UUID) -> DuplicateRun:
    """Give a run, or raise `Missing`."""
    run = session.get(DuplicateRun, run_id)
    if run is None:
        raise Missing(what=N_("comparison"))
    return run


def count(session: Session, run: DuplicateRun) -> int:
    """Count the pairs that are shown: those of a run of which no item was retired since."""
    return session.scalars(_shown(run).with_only_columns(func.count()).order_by(None)).one()


def pairs(session: Session, run: DuplicateRun, *, limit: int, offset: int = 0) -> Sequence[DuplicatePair]:
    """Give pairs of a run with their items, the most alike first."""
    ids = session.scalars(_shown(run).limit(limit).offset(offset)).all()
    sides = (DuplicatePair.first, DuplicatePair.second)
    options = [joinedload(side).selectinload(Item.revisions) for side in sides]
    query = select(DuplicatePair).where(DuplicatePair.id.in_(ids)).options(*options)
    return session.scalars(query.order_by(DuplicatePair.share.desc(), DuplicatePair.id)).all()


def carry_out(opened: Opened, run_id: UUID, *, at: datetime | None = None) -> None:
    """Do what was ordered; a run that is over is left as it is. Doing it twice gives one set of pairs."""
    with opened() as session:
        run = session.get_one(DuplicateRun, run_id, with_for_update=True)
        if run.over:
            return
        run.state, run.read = RunState.RUNNING, 0
    try:
        with opened() as session:
            found = sought(session, _Teller(opened, run_id))
    except Exception:
        with opened() as session:
            end(session, find(session, run_id), None, at=at)
        raise
    with opened() as session:
        end(session, find(session, run_id), found, at=at)


def _shown(run: DuplicateRun) -> Select[UUID]:
    first, second = aliased(Item), aliased(Item)
    return (
        select(DuplicatePair.id)
        .join(first, first.id == DuplicatePair.first_id)
        .join(second, second.id == DuplicatePair.second_id)
        .where(
            DuplicatePair.run_id == run.id, first.state != ItemState.RETIRED, second.state != ItemState.RETIRED
        )
        .order_by(DuplicatePair.share.desc(), DuplicatePair.id)
    )  # fmt: skip


def end(session: Session, run: DuplicateRun, found: Pairs | None, *, at: datetime | None = None) -> None:
    """Keep what a run found, in place of what earlier ones did; None if it failed.

    The pairs of a run that a later one overtook are shown nowhere: it ends without them.
    """
    run.ended_at = at or database_time(session)
    if found is None:
        run.state = RunState.FAILED
        return
    latest = done(session)
    run.state, run.found, run.read = RunState.DONE, len(found), run.wanted
    session.flush()
    if latest is not None and latest.at > run.at:
        return
    session.execute(delete(DuplicatePair))
    kept = sorted(found, key=lambda pair: -pair[2])[:KEPT]
    rows = [
        {"id": uuid4(), "organisation_id": run.organisation_id, "run_id": run.id,
         "first_id": first, "second_id": second, "share": share}
        for first, second, share in kept
    ]  # fmt: skip
    if rows:
        session.execute(insert(DuplicatePair), rows)


def sought(session: Session, told: Told | None = None, *, least: float = ALIKE) -> Pairs:
    """Compare all items in use or on the way with each other; give the pairs that say nearly the same."""
    near = _candidates(session)
    wanted = sorted({item for pair in near for item in pair})
    said: dict[UUID, set[str]] = {}
    for start in range(0, len(wanted), READ):
        said |= text_index.said(session, wanted[start : start + READ], Item.state != ItemState.RETIRED)
        if told is not None:
            told(min(start + READ, len(wanted)), len(wanted))
    first = _origins(session)
    known = (
        (one, other) for one, other in near
        if one in said and other in said and first.get(one, one) != first.get(other, other)
    )  # fmt: skip
    shared = ((one, other, text_keys.alike(said[one], said[other])) for one, other in known)
    return [pair for pair in shared if pair[2] >= least]


def _origins(session: Session) -> dict[UUID, UUID]:
    """Give the item that each carried one comes from at last: an item and its copies say the same on purpose."""
    carried = select(Item.id, Item.carried_from_id).where(Item.carried_from_id.is_not(None))
    before = {copy: origin for copy, origin in session.execute(carried) if origin is not None}
    found: dict[UUID, UUID] = {}
    for copy in before:
        origin = copy
        while origin in before:
            origin = before[origin]
        found[copy] = origin
    return found


@dataclass(eq=False)
class _Teller:
    """Writes how far a run is, about twice a second."""

    opened: Opened
    run_id: UUID
    last: float = float("-inf")

    def __call__(self, read: int, wanted: int) -> None:
        if read < wanted and monotonic() - self.last < EVERY:
            return
        self.last = monotonic()
        with self.opened() as session:
            run = find(session, self.run_id)
            run.read, run.wanted = read, wanted


def _candidates(session: Session) -> set[tuple[UUID, UUID]]:
    """Give the pairs that share a band of their sketches."""
    band = select(ItemText.item_id, func.unnest(ItemText.bands).label("band")).subquery()
    groups = select(func.array_agg(band.c.item_id)).group_by(band.c.band).having(func.count() > 1)
    return {pair for members in session.scalars(groups) for pair in combinations(sorted(members)[:CROWD], 2)}
