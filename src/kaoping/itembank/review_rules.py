"""How many persons approve an item one after the other, whether blind, whether it is tried first: data, not code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, ReviewStage, Revision
from kaoping.itembank.models import Standard
from kaoping.itembank.reviews import ReviewRule
from kaoping.itembank.trail import database_time, record

STAGES: Final = {
    1: (ReviewStage.FIRST,),
    2: (ReviewStage.FIRST, ReviewStage.FINAL),
    3: (ReviewStage.FIRST, ReviewStage.SECOND, ReviewStage.FINAL),
}
"""The stages of a review by their number."""


_OPEN: Final = (ItemState.DRAFT, ItemState.IN_REVIEW, ItemState.RETURNED)


class StagesOutOfRange(ItemBankError, Invalid):
    """A review has one stage at least and three at most."""

    sentence = N_("A review has one, two or three stages; %(stages)s was asked for.")


@dataclass(frozen=True, slots=True)
class Rule:
    """How a revision is reviewed."""

    stages: int = 1
    blind: bool = False
    trial: bool = False


def of(revision: Revision) -> Rule:
    """Give the rule under which a revision was submitted; one stage if nobody set another."""
    rule = revision.rule
    return Rule() if rule is None else Rule(rule.stages, rule.blind, rule.trial)


def stage_after(revision: Revision, stage: ReviewStage) -> ReviewStage | None:
    """Give the stage that follows on one in the review of a revision; none after the last."""
    stages = STAGES[of(revision).stages]
    place = stages.index(stage) + 1
    return stages[place] if place < len(stages) else None


def veiled(item: Item) -> bool:
    """Whether authors and reviewers of an item do not learn each other's names yet."""
    return item.state in _OPEN and any(of(revision).blind for revision in item.revisions)


def nameable(viewer: UUID | None) -> ColumnElement[bool]:
    """Say as a condition on items that a person may know their author: one's own, and those not `veiled`."""
    blind = exists().where(Revision.item_id == Item.id, Revision.rule_id == ReviewRule.id, ReviewRule.blind)
    return or_(Item.author_id == viewer, Item.state.not_in(_OPEN), ~blind)


def in_force(session: Session, standard_id: UUID | None) -> ReviewRule | None:
    """Give the newest rule of a standard, or that of the whole bank."""
    scope = or_(ReviewRule.standard_id == standard_id, ReviewRule.standard_id.is_(None))
    newest = select(ReviewRule).where(scope).order_by(ReviewRule.standard_id.is_(None), ReviewRule.at.desc())
    return session.scalars(newest.limit(1)).first()


def listed(session: Session) -> dict[UUID | None, ReviewRule]:
    """Give the newest rule of every scope; the scope ``None`` is the whole bank."""
    rows = session.scalars(select(ReviewRule).order_by(ReviewRule.at))
    return {row.standard_id: row for row in rows}


def choose(
    session: Session, rule: Rule, *, standard_id: UUID | None = None, by: Actor, at: datetime | None = None
) -> ReviewRule:
    """Set how items are reviewed from now on; items already submitted keep their rule. Repeating it is harmless."""
    if rule.stages not in STAGES:
        raise StagesOutOfRange(stages=rule.stages)
    if standard_id is not None and session.get(Standard, standard_id) is None:
        raise Missing(what=N_("standard"))
    known = listed(session).get(standard_id)
    if known is not None and Rule(known.stages, known.blind, known.trial) == rule:
        return known
    chosen = ReviewRule(
        organisation_id=by.organisation, standard_id=standard_id, stages=rule.stages, blind=rule.blind,
        trial=rule.trial, by=by.id, at=at or database_time(session),
    )  # fmt: skip
    session.add(chosen)
    facts = {"stages": rule.stages, "blind": rule.blind, "trial": rule.trial}
    record(session, "review_rule_chosen", chosen, by=by, at=chosen.at, **facts)
    return chosen
