"""Figures of writers and reviewers, for whoever keeps the bank: counts, times and agreement, never a ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from kaoping.itembank.actor import SYSTEM
from kaoping.itembank.items import Item, Review, ReviewStage, Revision, Verdict


@dataclass(frozen=True, slots=True)
class Writer:
    """What a person wrote, and what became of it.

    Attributes
    ----------
    written : items that the person began.
    decided : of these, items with a verdict.
    at_first : of these, items whose first verdict was an approval.
    returned : returns of revisions that the person worded.
    wait : median time from submission to verdict.
    """

    person: UUID
    written: int
    decided: int
    at_first: int
    returned: int
    wait: timedelta | None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """What a person decided.

    Attributes
    ----------
    followed : approvals that another stage decided on afterwards.
    upheld : of these, approvals that the next stage approved too.
    wait : median time from submission to verdict.
    """

    person: UUID
    approved: int
    returned: int
    followed: int
    upheld: int
    wait: timedelta | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the next stage approved what a stage had approved."""

    stage: ReviewStage
    followed: int
    upheld: int


def writers(session: Session) -> Sequence[Writer]:
    """Give the figures of everybody who wrote an item."""
    first = (
        select(Revision.item_id, Review.verdict)
        .join(Review, Review.revision_id == Revision.id)
        .ext(distinct_on(Revision.item_id))
        .order_by(Revision.item_id, Review.at)
        .subquery()
    )
    approved = func.count(first.c.verdict).filter(first.c.verdict == Verdict.APPROVE)
    written = (
        select(Item.author_id, func.count(), func.count(first.c.verdict), approved)
        .outerjoin(first, first.c.item_id == Item.id)
        .where(Item.author_id != SYSTEM, Item.carried_from_id.is_(None))
        .group_by(Item.author_id)
    )
    returned = func.count().filter(Review.verdict == Verdict.RETURN)
    judged = {
        person: (count, wait)
        for person, count, wait in session.execute(
            select(Review.author_id, returned, _wait()).join(Revision).group_by(Review.author_id)
        )
    }
    return [
        Writer(person, items, decided, at_first, *judged.get(person, (0, None)))
        for person, items, decided, at_first in session.execute(written)
    ]


def reviewers(session: Session) -> Sequence[Reviewer]:
    """Give the figures of everybody who decided on an item."""
    followed = _followed()
    later = {
        person: (count, upheld)
        for person, count, upheld in session.execute(
            select(followed.c.reviewer_id, *_upheld(followed)).group_by(followed.c.reviewer_id)
        )
    }
    approved, returned = (func.count().filter(Review.verdict == verdict) for verdict in Verdict)
    query = select(Review.reviewer_id, approved, returned, _wait()).join(Revision).group_by(Review.reviewer_id)
    return [
        Reviewer(person, good, back, *later.get(person, (0, 0)), wait)
        for person, good, back, wait in session.execute(query)
    ]


def agreement(session: Session) -> Sequence[Agreement]:
    """Give the agreement of each stage with the next; a return ends a review, so approvals alone have a next stage."""
    followed = _followed()
    query = select(followed.c.stage, *_upheld(followed)).group_by(followed.c.stage)
    found = [Agreement(ReviewStage(stage), count, upheld) for stage, count, upheld in session.execute(query) if count]
    return sorted(found, key=lambda each: list(ReviewStage).index(each.stage))


def _wait() -> ColumnElement[timedelta]:
    """Median time from submission to verdict, over the reviews of a group."""
    return func.percentile_cont(0.5).within_group(Review.at - Revision.submitted_at)


def _followed() -> Subquery:
    """Reviews, each with the verdict that followed on the same revision."""
    following = func.lead(Review.verdict).over(partition_by=Review.revision_id, order_by=Review.at)
    return select(Review.reviewer_id, Review.stage, following.label("following")).subquery()


def _upheld(followed: Subquery) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.count(followed.c.following), func.count().filter(followed.c.following == Verdict.APPROVE)
