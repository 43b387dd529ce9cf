"""Reviewing items 审题: somebody other than the authors approves a submitted revision or returns it with a comment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, Review, Revision, Verdict
from kaoping.itembank.trail import database_time, record


class OwnItem(ItemBankError, Forbidden):
    """An author never decides on an own item, in whatever revision."""

    sentence = N_("You wrote item %(code)s; another person reviews it.")


class CommentMissing(ItemBankError, Invalid):
    """A return without a reason helps nobody."""

    sentence = N_("Say what to mend: a returned item carries a comment for its author.")


class NotInReview(ItemBankError, Conflict):
    """The revision is not the one that waits for a verdict."""

    sentence = N_("Revision %(number)s of item %(code)s does not wait for a verdict any more.")


def decide(
    session: Session,
    revision_id: UUID,
    verdict: Verdict,
    *,
    comment: str | None,
    by: Actor,
    at: datetime | None = None,
) -> Review:
    """Approve a revision or return it. The same person deciding the same again is harmless."""
    item, at_hand = _at_review(session, revision_id)
    if by.id in authors(item):
        raise OwnItem(code=item.code)
    if (earlier := _own(at_hand, by)) is not None and earlier.verdict is verdict:
        return earlier
    if item.state is not ItemState.IN_REVIEW or at_hand is not item.latest:
        raise NotInReview(number=at_hand.number, code=item.code)
    said = (comment or "").strip()
    if verdict is Verdict.RETURN and not said:
        raise CommentMissing(code=item.code)
    review = Review(
        organisation_id=by.organisation, revision_id=at_hand.id, author_id=at_hand.author_id, reviewer_id=by.id,
        verdict=verdict, comment=said or None, at=at or database_time(session),
    )  # fmt: skip
    at_hand.reviews.append(review)
    item.state, item.stage = ItemState.APPROVED if verdict is Verdict.APPROVE else ItemState.RETURNED, None
    verb = "item_approved" if verdict is Verdict.APPROVE else "item_returned"
    record(session, verb, item, by=by, at=review.at, code=item.code, revision=at_hand.number)
    return review


def revision(session: Session, revision_id: UUID) -> Revision:
    """Give a revision of the session's organisation."""
    found = session.get(Revision, revision_id)
    if found is None:
        raise Missing(what=N_("revision"))
    return found


def authors(item: Item) -> set[UUID]:
    """Name everybody who worded the item."""
    return {item.author_id} | {revision.author_id for revision in item.revisions}


def waiting(session: Session) -> Sequence[Item]:
    """Give the items that wait for a verdict, the longest waiting first."""
    query = (
        select(Item)
        .join(Revision)
        .where(Item.state == ItemState.IN_REVIEW)
        .group_by(Item.id)
        .order_by(func.max(Revision.submitted_at))
        .options(selectinload(Item.revisions), joinedload(Item.point), joinedload(Item.level))
    )
    return session.scalars(query).all()


def count_waiting(session: Session, by: Actor) -> int:
    """Count the items that wait for a verdict and that this person did not word."""
    own = select(Revision.item_id).where(Revision.author_id == by.id)
    kept = (Item.state == ItemState.IN_REVIEW, Item.author_id != by.id, Item.id.not_in(own))
    return session.scalar(select(func.count()).select_from(Item).where(*kept)) or 0


def _at_review(session: Session, revision_id: UUID) -> tuple[Item, Revision]:
    at_hand = revision(session, revision_id)
    item = session.get_one(Item, at_hand.item_id, with_for_update=True, populate_existing=True)
    session.refresh(item, ["revisions"])
    return item, at_hand


def _own(revision: Revision, by: Actor) -> Review | None:
    return next((review for review in revision.reviews if review.reviewer_id == by.id), None)
