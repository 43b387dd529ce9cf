"""Reviewing items 审题: persons other than the authors approve a submitted revision stage by stage, or return it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import cited, continuity, interests, remarks, review_rules
from kaoping.itembank.actor import SYSTEM, Actor
from kaoping.itembank.continuity import UNDECIDED, Carrying
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, Review, ReviewStage, Revision, Verdict
from kaoping.itembank.leaks import require_unreported
from kaoping.itembank.reviews import Interest, ReturnReason
from kaoping.itembank.trail import database_time, record

PER_PAGE: Final = 50
"""Items on a page of the queue."""


class OwnItem(ItemBankError, Forbidden):
    """An author never decides on an own item, in whatever revision."""

    sentence = N_("You wrote item %(code)s; another person reviews it.")


class NotAPerson(ItemBankError, Forbidden):
    """The program decides on nothing; a person does."""

    sentence = N_("Item %(code)s is decided on by a person, not by the program.")


class DecidedBefore(ItemBankError, Forbidden):
    """One person decides on one stage of a revision only."""

    sentence = N_("You decided on an earlier stage of item %(code)s; another person decides on this one.")


class CommentMissing(ItemBankError, Invalid):
    """A return without a reason helps nobody."""

    sentence = N_("Say what to mend: a returned item carries a comment for its author.")


class RemarksOpen(ItemBankError, Conflict):
    """An item is not approved while a remark on it waits for an answer."""

    sentence = N_("%(count)d remarks on item %(code)s are open; settle them before you approve, or return the item.")


class NotInReview(ItemBankError, Conflict):
    """The revision is not the one that waits for a verdict, or somebody else decided on the stage meanwhile."""

    sentence = N_("Revision %(number)s of item %(code)s does not wait for a verdict any more.")


class ContentChanged(ItemBankError, Conflict):
    """The stored wording is not the one that was submitted."""

    sentence = N_("Revision %(number)s of item %(code)s is not what was submitted: its stored content was changed.")


def decide(
    session: Session,
    revision_id: UUID,
    verdict: Verdict,
    *,
    comment: str | None,
    reasons: Collection[ReturnReason] = (),
    stage: ReviewStage | None = None,
    carrying: Carrying = UNDECIDED,
    by: Actor,
    at: datetime | None = None,
) -> Review:
    """Approve a revision at its stage or return it. The same person deciding the same again is harmless.

    Parameters
    ----------
    reasons : codes of what a returned item lacks; `ReturnReason.OTHER` if none is given.
    stage : the stage that the reviewer saw; a verdict never counts for another one.
    carrying : whether statistics of an earlier revision carry over; asked of whoever approves at the last stage.
    """
    item, at_hand = _at_review(session, revision_id)
    _require_other_hands(item, by)
    if (earlier := _own(at_hand, by)) is not None and earlier.verdict is verdict and stage in {None, earlier.stage}:
        return earlier
    if item.stage is None or at_hand is not item.latest or stage not in {None, item.stage}:
        raise NotInReview(number=at_hand.number, code=item.code)
    if earlier is not None:
        raise DecidedBefore(code=item.code)
    interests.require_none(session, at_hand, by=by)
    said = (comment or "").strip()
    _require_sayable(session, item, verdict, said)
    if verdict is Verdict.APPROVE:
        require_unreported(session, item)
        cited.require_in_force(session, item, at)
    require_intact(at_hand)
    if verdict is Verdict.APPROVE and review_rules.stage_after(at_hand, item.stage) is None:
        continuity.settle(session, at_hand, carrying, by=by, at=at)
    codes = sorted(reason.value for reason in reasons) or [ReturnReason.OTHER.value]
    review = Review(
        organisation_id=by.organisation, revision_id=at_hand.id, author_id=at_hand.author_id, reviewer_id=by.id,
        stage=item.stage, verdict=verdict, reasons=codes if verdict is Verdict.RETURN else [], comment=said or None,
        content_hash=at_hand.content_hash, at=at or database_time(session),
    )  # fmt: skip
    at_hand.reviews.append(review)
    session.flush()
    _go_on(session, item, review, by=by)
    return review


def revision(session: Session, revision_id: UUID) -> Revision:
    """Give a revision of the session's organisation."""
    found = session.get(Revision, revision_id)
    if found is None:
        raise Missing(what=N_("revision"))
    return found


def require_intact(at_hand: Revision) -> None:
    """Raise `ContentChanged` unless the stored wording is the one that was submitted."""
    if at_hand.content_hash != at_hand.fingerprint():
        raise ContentChanged(number=at_hand.number, code=at_hand.item.code)


def waiting(session: Session, *, page: int = 1) -> Sequence[Item]:
    """Give a page of the items that wait for a verdict, the longest waiting first."""
    query = (
        select(Item)
        .join(Revision)
        .where(Item.state == ItemState.IN_REVIEW)
        .group_by(Item.id)
        .order_by(func.max(Revision.submitted_at), Item.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
        .options(
            selectinload(Item.revisions).selectinload(Revision.reviews),
            selectinload(Item.revisions).joinedload(Revision.rule),
            joinedload(Item.point),
            joinedload(Item.level),
        )
    )
    return session.scalars(query).all()


def count_all_waiting(session: Session) -> int:
    """Count the items that wait for a verdict, of whomever."""
    query = select(func.count()).select_from(Item).where(Item.state == ItemState.IN_REVIEW)
    return session.scalar(query) or 0


def count_waiting(session: Session, by: Actor) -> int:
    """Count the items that wait for a verdict of this person: not worded, not decided on, not barred."""
    own = exists().where(Revision.item_id == Item.id, Revision.author_id == by.id)
    decided = exists().where(
        Revision.item_id == Item.id, Review.revision_id == Revision.id, Review.reviewer_id == by.id,
        Revision.number == _newest(),
    )  # fmt: skip
    barred = exists().where(Interest.item_id == Item.id, Interest.person_id == by.id, Interest.conflict)
    kept = (Item.state == ItemState.IN_REVIEW, Item.author_id != by.id, ~own, ~decided, ~barred)
    return session.scalar(select(func.count()).select_from(Item).where(*kept)) or 0


def _newest() -> object:
    newer = select(func.max(Revision.number)).where(Revision.item_id == Item.id)
    return newer.correlate(Item).scalar_subquery()


def _at_review(session: Session, revision_id: UUID) -> tuple[Item, Revision]:
    at_hand = revision(session, revision_id)
    item = session.get_one(Item, at_hand.item_id, with_for_update=True, populate_existing=True)
    session.refresh(item, ["revisions"])
    session.refresh(at_hand, ["reviews"])
    return item, at_hand


def _require_other_hands(item: Item, by: Actor) -> None:
    if by.id == SYSTEM:
        raise NotAPerson(code=item.code)
    if by.id in item.hands:
        raise OwnItem(code=item.code)


def _require_sayable(session: Session, item: Item, verdict: Verdict, said: str) -> None:
    if verdict is Verdict.RETURN and not said:
        raise CommentMissing(code=item.code)
    if verdict is Verdict.APPROVE and (waits := remarks.open_ones(remarks.of_item(session, item))):
        raise RemarksOpen(code=item.code, count=len(waits))


def _go_on(session: Session, item: Item, review: Review, *, by: Actor) -> None:
    """Lead the item to its next stage or state, and sign the verdict with the hash of what was decided on."""
    at_hand, verb = review.revision, "item_returned"
    if review.verdict is Verdict.RETURN:
        item.state, item.stage = ItemState.RETURNED, None
    elif (following := review_rules.stage_after(at_hand, review.stage)) is not None:
        item.stage, verb = following, "item_passed"
    else:
        passed = ItemState.TRIAL if review_rules.of(at_hand).trial else ItemState.APPROVED
        item.state, item.stage, verb = passed, None, "item_approved"
    record(
        session, verb, item, by=by, at=review.at, code=item.code, revision=at_hand.number, stage=review.stage.value,
        reasons=review.reasons, content=review.content_hash.hex(),
    )  # fmt: skip


def _own(at_hand: Revision, by: Actor) -> Review | None:
    return next((review for review in at_hand.reviews if review.reviewer_id == by.id), None)
