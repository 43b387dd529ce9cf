"""Reporting that items have become known, and deciding on it: held at once, then retired or given back.

The person who reports does not decide. What is reported leaves assembly in the same transaction, so that no paper takes
it while somebody looks into the matter; papers that are sealed keep it, and the report says which they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import copies, enemy_sets, life, text_index, turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.decided_once import decided
from kaoping.itembank.enemy_sets import EnemyMember
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, KaopingError, Missing
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemState, MoveReason
from kaoping.itembank.leaks import ItemReported, LeakedItem, LeakReport, LeakState
from kaoping.itembank.life import FOLLOWS, DoesNotFollow, OwnRecheck
from kaoping.itembank.papers import Paper, PaperState, Slot
from kaoping.itembank.trail import database_time, record

MOST, LONGEST = 500, 2000


class LeakNamesNothing(ItemBankError, Invalid):
    """A report says what has become known, and of how much one report can speak."""

    sentence = N_("Name between 1 and %(most)d items by their codes, or a sealed paper by its code.")


class LeakedItemsUnknown(ItemBankError, Invalid):
    """Codes that are none of the bank's."""

    sentence = N_("The bank has no items with the codes %(codes)s; nothing was reported.")


class LeakedPaperUnknown(ItemBankError, Invalid):
    """Only a sealed paper can become known as a whole."""

    sentence = N_("There is no sealed paper with the code %(code)s; nothing was reported.")


class LeakUntold(ItemBankError, Invalid):
    """Whoever decides needs to know where it was seen and what shows it."""

    sentence = N_("Say where it was seen and what shows it, in at most %(most)d characters each.")


class LeakInTheFuture(ItemBankError, Invalid):
    """Nothing was seen tomorrow."""

    sentence = N_("The day on which it was seen, %(day)s, is still to come.")


class OwnLeakReport(ItemBankError, Forbidden):
    """Whoever reported a leak does not decide on it."""

    sentence = N_("You reported this leak; another person decides on it.")


class LeakDecided(ItemBankError, Conflict):
    """A decision stands."""

    sentence = N_("Leak report %(number)d is decided already; load its page again.")


class DismissalUnexplained(ItemBankError, Invalid):
    """A report is dismissed for a reason that can be read later."""

    sentence = N_("Say in at most %(most)d characters why the report is dismissed.")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What somebody reports: codes of items, the code of a sealed paper or both, and where and when it was seen."""

    codes: Sequence[str]
    paper: str
    seen_on: date
    place: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Sister:
    """An item that is near to a leaked one: an enemy of it, or alike by a share of its text."""

    item: Item
    of: str
    share: float | None


def report(session: Session, seen: Sighting, *, by: Actor, at: datetime | None = None) -> LeakReport:
    """Enter a report and take every item that it names out of assembly, with those that say the same.

    Raises
    ------
    LeakNamesNothing, LeakedItemsUnknown, LeakedPaperUnknown, LeakUntold, LeakInTheFuture
    """
    moment = at or database_time(session)
    place, evidence = _told(seen.place), _told(seen.evidence)
    if seen.seen_on > moment.astimezone(turns.ZONE).date():
        raise LeakInTheFuture(day=seen.seen_on.isoformat())
    paper = _paper(session, seen.paper.strip())
    items = copies.with_copies(session, _named(session, seen.codes, paper))
    row = LeakReport(
        organisation_id=by.organisation,
        number=turns.next_number(session, LeakReport.number, by.organisation),
        state=LeakState.REPORTED,
        paper_id=paper.id if paper else None, seen_on=seen.seen_on, place=place, evidence=evidence, reported_by=by.id,
        reported_at=moment,
    )  # fmt: skip
    row.items = [
        LeakedItem(organisation_id=by.organisation, item_id=one.id, code=one.code, before=one.state)
        for one in _locked(session, items)
    ]
    session.add(row)
    told = {"number": row.number, "items": len(row.items), "paper": paper.code if paper else None}
    record(session, "leak_reported", row, by=by, at=moment, **told)
    for one in row.items:
        if ItemState.RECHECK in FOLLOWS[one.before]:
            life.send_to_recheck(session, one.item_id, MoveReason.EXPOSED, by=by, at=moment)
    return row


def confirm(session: Session, report_id: UUID, *, by: Actor, at: datetime | None = None) -> LeakReport:
    """Confirm that the items are known: they are retired for good. Confirming twice is harmless.

    Raises
    ------
    OwnLeakReport, LeakDecided
    """
    row, moment = _to_decide(session, report_id, by=by), at or database_time(session)
    if decided(row, LeakState.CONFIRMED, waiting=LeakState.REPORTED, by=by, otherwise=LeakDecided):
        return row
    _decide(session, row, LeakState.CONFIRMED, by=by, at=moment)
    for one in row.items:
        if ItemState.RETIRED in FOLLOWS[one.item.state]:
            life.retire(session, one.item_id, MoveReason.EXPOSED, by=by, at=moment)
    return row


def dismiss(session: Session, report_id: UUID, reason: str, *, by: Actor, at: datetime | None = None) -> LeakReport:
    """Find that nothing has become known: what the report took out of assembly returns, unless something else bars it.

    Raises
    ------
    OwnLeakReport, LeakDecided, DismissalUnexplained
    """
    row, moment, said = _to_decide(session, report_id, by=by), at or database_time(session), reason.strip()
    if decided(row, LeakState.DISMISSED, waiting=LeakState.REPORTED, by=by, otherwise=LeakDecided):
        return row
    if not 0 < len(said) <= LONGEST:
        raise DismissalUnexplained(most=LONGEST)
    row.reason = said
    _decide(session, row, LeakState.DISMISSED, by=by, at=moment)
    for one in row.items:
        if one.before in ASSEMBLABLE and one.item.state is ItemState.RECHECK:
            _give_back(session, one.item_id, by=by, at=moment)
    return row


def find(session: Session, report_id: UUID) -> LeakReport:
    """Give a report with its items, or raise `Missing`."""
    row = session.scalars(select(LeakReport).where(LeakReport.id == report_id).options(_WHOLE)).one_or_none()
    if row is None:
        raise Missing(what=N_("leak report"))
    return row


def count(session: Session) -> int:
    """Count the reports."""
    return session.scalar(select(func.count()).select_from(LeakReport)) or 0


def listed(session: Session, *, limit: int, offset: int = 0) -> Sequence[LeakReport]:
    """Give the reports with what they name, the newest first."""
    query = select(LeakReport).options(selectinload(LeakReport.items), joinedload(LeakReport.paper))
    return session.scalars(query.order_by(LeakReport.number.desc()).limit(limit).offset(offset)).all()


def count_waiting(session: Session, by: Actor) -> int:
    """Count the reports that wait for this person's decision."""
    waiting = (LeakReport.state == LeakState.REPORTED, LeakReport.reported_by != by.id)
    return session.scalar(select(func.count()).select_from(LeakReport).where(*waiting)) or 0


def sisters(session: Session, row: LeakReport) -> list[Sister]:
    """Give the items to be looked at too: enemies of the leaked ones, and those that say nearly the same."""
    named = {one.item_id: one.item for one in row.items}
    bodies = [item.latest.body for item in named.values()]
    near = text_index.alike(session, bodies, row.organisation_id) if bodies else []
    found = {one.item.id: one for one in _enemies(session, named)}
    for item, each in zip(named.values(), near, strict=True):
        for like in each:
            found.setdefault(like.item.id, Sister(like.item, item.code, like.share))
    kept = (one for one in found.values() if one.item.id not in named and one.item.state is not ItemState.RETIRED)
    return sorted(kept, key=lambda one: one.item.code)


_WHOLE: Final = selectinload(LeakReport.items).joinedload(LeakedItem.item).selectinload(Item.revisions)


def _told(text: str) -> str:
    kept = text.strip()
    if not 0 < len(kept) <= LONGEST:
        raise LeakUntold(most=LONGEST)
    return kept


def _paper(session: Session, code: str) -> Paper | None:
    if not code:
        return None
    found = session.scalars(select(Paper).where(Paper.code == code, Paper.state == PaperState.SEALED)).one_or_none()
    if found is None:
        raise LeakedPaperUnknown(code=code)
    return found


def _named(session: Session, codes: Iterable[str], paper: Paper | None) -> set[UUID]:
    wanted = set(codes)
    if len(wanted) > MOST:
        raise LeakNamesNothing(most=MOST)
    found = session.execute(select(Item.code, Item.id).where(Item.code.in_(wanted)))
    known = {row.code: row.id for row in found}
    if unknown := wanted - known.keys():
        raise LeakedItemsUnknown(codes=", ".join(sorted(unknown)))
    held = session.scalars(select(Slot.item_id).where(Slot.paper_id == paper.id)).all() if paper else ()
    if not (named := {*known.values(), *held}):
        raise LeakNamesNothing(most=MOST)
    return named


def _locked(session: Session, items: Iterable[UUID]) -> Sequence[Item]:
    """Lock items in one order before the trail is held, so that two people at work never wait for each other."""
    query = select(Item).where(Item.id.in_(set(items))).order_by(Item.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _to_decide(session: Session, report_id: UUID, *, by: Actor) -> LeakReport:
    if session.get(LeakReport, report_id, with_for_update=True, populate_existing=True) is None:
        raise Missing(what=N_("leak report"))
    row = find(session, report_id)
    if row.reported_by == by.id:
        raise OwnLeakReport
    _locked(session, [one.item_id for one in row.items])
    return row


def _decide(session: Session, row: LeakReport, state: LeakState, *, by: Actor, at: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, by.id, at
    record(session, f"leak_{state}", row, by=by, at=at, number=row.number, items=len(row.items))


#: Why an item stays in recheck although a report is dismissed.
_BARS: Final[tuple[type[KaopingError], ...]] = (OwnRecheck, ItemReported, DoesNotFollow)


def _give_back(session: Session, item_id: UUID, *, by: Actor, at: datetime) -> None:
    """Put an item back; one that this person worded, or that another report names, stays where it is."""
    try:
        life.confirm(session, item_id, MoveReason.SOUND, by=by, at=at)
    except _BARS:
        return


def _enemies(session: Session, named: dict[UUID, Item]) -> Iterable[Sister]:
    sets = enemy_sets.of_items(session, named)
    codes = {one: named[item].code for item, within in sets.items() for one in within}
    query = select(EnemyMember).where(EnemyMember.set_id.in_(codes)).options(joinedload(EnemyMember.item))
    return [Sister(one.item, codes[one.set_id], None) for one in session.scalars(query)]
