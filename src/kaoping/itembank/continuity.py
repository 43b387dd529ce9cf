"""Whether statistics carry over to a new revision: the writer says what changed, whoever approves decides and says why.

What was measured is a wording with its key. A later wording starts anew unless a second person finds it the same task.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank.actor import Actor
from kaoping.itembank.changes import CarryDecision, ChangeKind, RevisionChange
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError
from kaoping.itembank.items import Item, Revision, Statistics, StatisticsState
from kaoping.itembank.trail import database_time, record


class ChangeUnsaid(ItemBankError, Invalid):
    """A revision of an item with statistics is submitted without saying what changed."""

    sentence = N_("Item %(code)s has statistics: say what kind of change this is.")


class CarryUndecided(ItemBankError, Invalid):
    """A revision of an item with statistics is approved without deciding on them."""

    sentence = N_("Decide whether the statistics of revision %(number)s hold for this wording of item %(code)s.")


class CarryUnexplained(ItemBankError, Invalid):
    """A decision on statistics has no reason."""

    sentence = N_("Say in a few words why the statistics of item %(code)s carry over or start anew.")


class KeyDiffers(ItemBankError, Conflict):
    """The key, the scoring or the number of options is not what the statistics were measured with."""

    sentence = N_("Revision %(number)s had another key or number of options; the statistics of %(code)s start anew.")


@dataclass(frozen=True, slots=True)
class Carrying:
    """What a reviewer decided on the statistics, and why."""

    carry: bool | None = None
    reason: str = ""


UNDECIDED = Carrying()


def origin(session: Session, item: Item) -> Revision | None:
    """Give the newest submitted revision with statistics in use, if the wording at hand is not it."""
    query = (
        select(Revision)
        .join(Statistics, Statistics.revision_id == Revision.id)
        .where(Revision.item_id == item.id, Statistics.state == StatisticsState.ADOPTED)
        .order_by(Revision.number.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def asked(session: Session, revision: Revision) -> Revision | None:
    """Give the revision whose statistics are to be decided on with this one, if there is one."""
    found = origin(session, revision.item)
    return found if found is not None and found.number < revision.number else None


def said(session: Session, revision: Revision) -> RevisionChange | None:
    """Give what the writer said of a revision."""
    return session.scalars(select(RevisionChange).where(RevisionChange.revision_id == revision.id)).one_or_none()


def decided(session: Session, revision: Revision) -> CarryDecision | None:
    """Give what was decided on the statistics of a revision."""
    return session.scalars(select(CarryDecision).where(CarryDecision.revision_id == revision.id)).one_or_none()


def say(session: Session, revision: Revision, kind: ChangeKind, *, by: Actor, at: datetime) -> None:
    """Keep what the writer says of a draft; the last word counts."""
    known = said(session, revision)
    if known is None:
        session.add(RevisionChange(
            organisation_id=revision.organisation_id, revision_id=revision.id, kind=kind, by=by.id, at=at
        ))  # fmt: skip
    elif known.kind is not kind:
        known.kind, known.by, known.at = kind, by.id, at
    session.flush()


def require_said(session: Session, revision: Revision) -> None:
    """Raise `ChangeUnsaid` if statistics depend on what changed and nothing was said."""
    if asked(session, revision) is not None and said(session, revision) is None:
        raise ChangeUnsaid(code=revision.item.code, field="change")


def marked_alike(one: Revision, other: Revision) -> bool:
    """Whether two revisions have the same key, scoring and number of options."""
    return one.marking_hash == other.marking_hash


def settle(
    session: Session, revision: Revision, carrying: Carrying, *, by: Actor, at: datetime | None = None
) -> CarryDecision | None:
    """Decide on the statistics of an approved revision; nothing is asked where none are in use.

    Raises
    ------
    CarryUndecided, CarryUnexplained, KeyDiffers
    """
    if (earlier := asked(session, revision)) is None:
        return None
    facts = {"code": revision.item.code, "number": earlier.number}
    if carrying.carry is None:
        raise CarryUndecided(**facts)
    if not carrying.reason.strip():
        raise CarryUnexplained(**facts)
    if carrying.carry and not marked_alike(earlier, revision):
        raise KeyDiffers(**facts)
    decision = CarryDecision(
        organisation_id=revision.organisation_id, revision_id=revision.id, origin_id=earlier.id, carry=carrying.carry,
        reason=carrying.reason.strip(), decided_by=by.id, at=at or database_time(session),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    if carrying.carry:
        _carry(session, earlier, revision)
    verb = "statistics_carried" if carrying.carry else "statistics_anew"
    record(session, verb, revision.item, by=by, at=decision.at, origin=earlier.number, revision=revision.number)
    return decision


def _carry(session: Session, earlier: Revision, revision: Revision) -> None:
    """Copy what is in use, with the revision on which it was measured."""
    adopted = select(Statistics).where(
        Statistics.revision_id == earlier.id, Statistics.state == StatisticsState.ADOPTED
    )  # fmt: skip
    kept = [column.key for column in Statistics.__table__.columns if column.key not in {"id", "revision_id"}]
    for row in session.scalars(adopted).all():
        values = {name: getattr(row, name) for name in kept}
        values["carried_from_id"] = row.carried_from_id or row.revision_id
        session.add(Statistics(revision_id=revision.id, **values))
    session.flush()
