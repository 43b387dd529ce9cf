"""Items whose cited standard was replaced or withdrawn: out of assembly from its day, and repaired together.

The rule is kept by `enforce`, at once when a status is recorded and every day: nobody has to remember it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, insert, or_, select, update
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, cited, life
from kaoping.itembank.actor import Actor
from kaoping.itembank.authoring import Source
from kaoping.itembank.changes import ChangeKind
from kaoping.itembank.citations import ENDED, Citation, CitedStandard, CitedStanding, normal, separated, values_of
from kaoping.itembank.cited import newest_number
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, KaopingError
from kaoping.itembank.items import Item, ItemState, Move, MoveReason, Revision
from kaoping.itembank.trail import database_time, record_many

LEAVE: Final = (ItemState.TRIAL, ItemState.APPROVED, ItemState.IN_USE)
"""States from which an item goes to recheck 复查 when what it cites has ended."""

MOST: Final = 200
"""Items that are repaired at once."""

_PORTION: Final = 2000


class Repair(StrEnum):
    """What is done with an item whose source has ended."""

    CARRY = "carry"
    SEND = "send"
    RETIRE = "retire"


class NoneChosen(ItemBankError, Invalid):
    """Nothing to repair."""

    sentence = N_("Choose the items that are to be repaired.")


class TooMany(ItemBankError, Invalid):
    """More items than are repaired at once."""

    sentence = N_("At most %(most)d items are repaired at once; %(count)d were chosen.")


class NewEditionMissing(ItemBankError, Invalid):
    """An item is carried over to an edition that is named."""

    sentence = N_("Name the edition that the items cite from now on, such as GB/T 1.1-2026.")


class ClauseMissing(ItemBankError, Invalid):
    """The clause of the old edition has no counterpart yet."""

    sentence = N_("Say which clause of the new edition takes the place of clause %(clause)s.")


class NewEditionEnded(ItemBankError, Conflict):
    """The edition named has ended too."""

    sentence = N_("%(designation)s is not in force either; name the edition that is.")


class RepairedMeanwhile(ItemBankError, Conflict):
    """The item is not waiting for a repair any more."""

    sentence = N_("Item %(code)s does not wait for a recheck under this source any more; somebody was faster.")


@dataclass(frozen=True, slots=True)
class Affected:
    """An item that cites a document in its newest revision."""

    item: Item
    revision: Revision


@dataclass(frozen=True, slots=True)
class Repaired:
    """What came of one item: its number, and what refused the repair if something did."""

    code: str
    refused: KaopingError | None


@dataclass(frozen=True, slots=True)
class Carrying:
    """The edition that items cite from now on, and its clause for each clause of the old one."""

    number: str
    edition: str
    clauses: Mapping[str, str]

    def source(self, revision: Revision) -> Source:
        """Give the new citation of a revision, or raise `ClauseMissing`."""
        clause = self.clauses.get(revision.source_clause, "").strip()
        if not clause:
            raise ClauseMissing(clause=revision.source_clause)
        return Source(*separated(self.number, self.edition), clause)


def enforce(session: Session, day: date, *, by: Actor, at: datetime | None = None) -> int:
    """Move every item out of assembly whose newest revision cites what has ended by a day; say how many.

    A constant number of statements for each portion of items; doing it again finds nothing.
    """
    moment, moved = at or database_time(session), 0
    while portion := session.execute(_outdated(day).limit(_PORTION)).all():
        _move(session, [(item, document.designation) for item, document in portion], by=by, at=moment)
        moved += len(portion)
    return moved


def _outdated(day: date) -> Select[Item, CitedStandard]:
    later = CitedStanding.__table__.alias("later")
    last = select(func.max(later.c.number)).where(later.c.cited_id == CitedStandard.id).scalar_subquery()
    return (
        select(Item, CitedStandard)
        .join(Revision, Revision.item_id == Item.id)
        .join(Citation, Citation.revision_id == Revision.id)
        .join(CitedStandard, (CitedStandard.key == Citation.key) & (CitedStandard.year == Citation.year))
        .join(CitedStanding, CitedStanding.cited_id == CitedStandard.id)
        .where(
            Item.state.in_(LEAVE), Revision.number == newest_number(), CitedStanding.number == last,
            CitedStanding.status.in_(ENDED), or_(CitedStanding.since.is_(None), CitedStanding.since <= day),
        )
        .order_by(Item.id)
        .with_for_update(of=Item)
    )  # fmt: skip


def _move(session: Session, found: Sequence[tuple[Item, str]], *, by: Actor, at: datetime) -> None:
    before = {item.id: item.state.value for item, _ in found}
    chosen = update(Item).where(Item.id.in_(before)).values(state=ItemState.RECHECK)
    session.execute(chosen.execution_options(synchronize_session="fetch"))
    moves = [
        Move(
            organisation_id=item.organisation_id, item_id=item.id, state=ItemState.RECHECK,
            reason=MoveReason.SOURCE_REPLACED, note=document, by=by.id, at=at,
        )
        for item, document in found
    ]  # fmt: skip
    session.add_all(moves)
    deeds = [
        (item, {
            "code": item.code, "before": before[item.id], "reason": MoveReason.SOURCE_REPLACED.value,
            "document": document,
        })
        for item, document in found
    ]  # fmt: skip
    record_many(session, "item_to_recheck", deeds, by=by, at=at)


def affected(session: Session, document: CitedStandard) -> list[Affected]:
    """Give the items that are not retired and cite a document, by clause and number."""
    query = (
        select(Item, Revision)
        .join(Revision, Revision.item_id == Item.id)
        .join(Citation, Citation.revision_id == Revision.id)
        .where(
            Citation.key == document.key, Citation.year == document.year, Item.state != ItemState.RETIRED,
            Revision.number == newest_number(),
        )
        .order_by(Revision.source_clause, Item.code)
    )  # fmt: skip
    return [Affected(item, revision) for item, revision in session.execute(query)]


def waiting(session: Session, day: date) -> int:
    """Count the items in recheck whose newest revision cites what has ended by a day."""
    return session.scalar(_citing_ended(day).where(Item.state == ItemState.RECHECK)) or 0


def _citing_ended(day: date) -> Select[int]:
    return (
        select(func.count())
        .select_from(Item)
        .join(Revision, Revision.item_id == Item.id)
        .where(Revision.number == newest_number(), cited.ended(day))
    )


def repair(
    session: Session, document: CitedStandard, item_ids: Sequence[UUID], deed: Repair, *, day: date, by: Actor,
    carrying: Carrying | None = None, at: datetime | None = None,
) -> list[Repaired]:  # fmt: skip
    """Repair items one after the other, in one transaction; a refusal stops none of the others.

    Carrying over writes a new revision with the new citation and hands it to the reviewers: another person approves.
    """
    chosen = sorted(set(item_ids))
    if not chosen:
        raise NoneChosen
    if len(chosen) > MOST:
        raise TooMany(most=MOST, count=len(chosen))
    if deed is Repair.CARRY:
        _require_edition(session, carrying, day)
    repaired = [_repaired(session, document, item_id, deed, carrying, by=by, at=at) for item_id in chosen]
    return sorted((one for one in repaired if one is not None), key=lambda one: one.code)


def _require_edition(session: Session, carrying: Carrying | None, day: date) -> None:
    if carrying is None or not all(separated(carrying.number, carrying.edition)):
        raise NewEditionMissing
    number, edition = separated(carrying.number, carrying.edition)
    known = cited.find(session, number, edition)
    if known is not None and known.status_on(day) in ENDED:
        raise NewEditionEnded(designation=known.designation)


def _repaired(
    session: Session, document: CitedStandard, item_id: UUID, deed: Repair, carrying: Carrying | None, *, by: Actor,
    at: datetime | None,
) -> Repaired | None:  # fmt: skip
    item = session.get(Item, item_id)
    if item is None:
        return None
    try:
        with session.begin_nested():
            _do(session, document, life.locked(session, item_id), deed, carrying, by=by, at=at)
    except KaopingError as refused:
        return Repaired(item.code, refused)
    return Repaired(item.code, None)


def _do(
    session: Session, document: CitedStandard, item: Item, deed: Repair, carrying: Carrying | None, *, by: Actor,
    at: datetime | None,
) -> None:  # fmt: skip
    latest = item.latest
    if item.state is not ItemState.RECHECK or normal(latest.source_standard, latest.source_edition) != (
        document.key,
        document.year,
    ):
        raise RepairedMeanwhile(code=item.code)
    if deed is Repair.RETIRE:
        life.retire(session, item.id, MoveReason.SOURCE_REPLACED, document.designation, by=by, at=at)
    elif deed is Repair.SEND or carrying is None:
        life.send_to_writer(session, item.id, MoveReason.SOURCE_REPLACED, document.designation, by=by, at=at)
    else:
        authoring.revise(
            session, item.id, body=latest.body, source=carrying.source(latest), difficulty=latest.difficulty,
            consistency=latest.consistency, change=ChangeKind.SOURCE, by=by, at=at,
        )  # fmt: skip
        authoring.submit(session, item.id, by=by, at=at)


def count_sent(session: Session, day: date, *, by: Actor) -> int:
    """Count the person's drafts whose newest revision cites what has ended by a day."""
    query = _citing_ended(day).where(Item.state == ItemState.DRAFT, Item.author_id == by.id)
    return session.scalar(query) or 0


def fill(session: Session) -> int:
    """Write the citations of revisions that have none, such as those loaded past the rows; say how many."""
    filled = 0
    without = select(Revision).where(~select(Citation.id).where(Citation.revision_id == Revision.id).exists())
    while portion := session.scalars(without.limit(_PORTION)).all():
        session.execute(insert(Citation), [values_of(revision) for revision in portion])
        filled += len(portion)
    return filled
