"""Use cases: translate an item into its English twin, hand the twin in, and have another person decide on it.

A twin is pinned to the revision that it translates. When a newer one is the item's latest, the twin is stale 原文已改:
its texts are taken over into the next twin and brought up to date.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from kaoping.itembank import bilingual, life, pictures
from kaoping.itembank.actor import SYSTEM, Actor
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, Revision, Verdict
from kaoping.itembank.trail import database_time, record
from kaoping.itembank.twins import Step, Twin, TwinReview


class NotTranslatable(ItemBankError, Conflict):
    """A wording that may still change, or that is out of use for good, is not translated."""

    sentence = N_("Item %(code)s is a draft or retired; it is translated once its wording was handed in for review.")


class TwinOvertaken(ItemBankError, Conflict):
    """The original or its twin changed after the translator opened the page."""

    sentence = N_("Item %(code)s or its English twin changed while you were writing; compare and save again.")


class TwinIncomplete(ItemBankError, Invalid):
    """Places of the twin are missing or cannot be shown; ``problems`` lists them."""

    sentence = N_("The English twin of item %(code)s cannot be handed in: %(count)s places need mending.")


class TwinTooLong(ItemBankError, Invalid):
    """A text is longer than any of an item."""

    sentence = N_("A text of the English twin has more than %(most)d characters and cannot be saved.")


class NoTwin(ItemBankError, Conflict):
    """There is nothing of the translator's to hand in."""

    sentence = N_("Item %(code)s has no English draft of yours; translate it first.")


class OwnTwin(ItemBankError, Forbidden):
    """Whoever translated any twin of an item decides on none."""

    sentence = N_("You translated item %(code)s; another person reviews the translation.")


class TwinNotInReview(ItemBankError, Conflict):
    """The twin does not wait for a verdict, or the original changed since it was handed in."""

    sentence = N_("This English twin of item %(code)s does not wait for a verdict any more; load its page again.")


class TwinReturnUnexplained(ItemBankError, Invalid):
    """A return without a reason helps nobody."""

    sentence = N_("Say what to mend: a returned translation carries a comment for its translator.")


class TwinChanged(ItemBankError, Conflict):
    """The stored texts are not those that were handed in."""

    sentence = N_("The English twin of item %(code)s is not what was handed in: its stored content was changed.")


class Standing(StrEnum):
    """How an item stands with its English twin; every item is in one of them.

    Attributes
    ----------
    APPROVED : the latest revision has an approved twin.
    UNDER_WAY : it has a twin, and none is approved.
    STALE : 原文已改, twins translate earlier revisions alone.
    NONE : there is no twin.
    """

    APPROVED = "approved"
    UNDER_WAY = "under_way"
    STALE = "stale"
    NONE = "none"


def find(session: Session, twin_id: UUID) -> Twin:
    """Give a twin of the session's organisation, or raise `Missing`."""
    twin = session.get(Twin, twin_id)
    if twin is None:
        raise Missing(what=N_("English twin"))
    return twin


def of_item(session: Session, item: Item) -> Sequence[Twin]:
    """Give the twins of an item, the newest first."""
    query = select(Twin).where(Twin.item_id == item.id).order_by(Twin.number.desc())
    return session.scalars(query.options(joinedload(Twin.review), joinedload(Twin.revision))).all()


def standing(item: Item, twins: Sequence[Twin]) -> Standing:
    """Tell how an item stands with its twins."""
    steps = [twin.step for twin in twins if twin.revision_id == item.latest.id]
    if Step.APPROVED in steps:
        return Standing.APPROVED
    return Standing.UNDER_WAY if steps else Standing.STALE if twins else Standing.NONE


def translatable(item: Item) -> bool:
    """Tell whether the latest wording may be translated: it was handed in, and the item is not retired."""
    return item.latest.submitted_at is not None and item.state is not ItemState.RETIRED


def require_translatable(item: Item) -> None:
    """Raise `NotTranslatable` unless the latest wording may be translated."""
    if not translatable(item):
        raise NotTranslatable(code=item.code)


def alternatives(session: Session, item: Item) -> dict[str, str]:
    """Give the alternative texts of an item's pictures, by id."""
    return {str(picture.id): picture.alternative for picture in pictures.of_item(session, item.id)}


def stamp_of(item: Item, twins: Sequence[Twin]) -> str:
    """Give a mark that changes with the original and with every saved translation."""
    newest = (twins[0].id, twins[0].text_hash.hex()) if twins else ()
    return hashlib.sha256(repr((item.latest.id, newest)).encode()).hexdigest()[:24]


def translate(
    session: Session, item_id: UUID, texts: Mapping[str, str], *, by: Actor, stamp: str | None = None,
    at: datetime | None = None,
) -> Twin:  # fmt: skip
    """Save English texts for the latest revision: the translator's own draft in place, anything else as the next twin.

    ``stamp`` is what `stamp_of` gave for the page that the translator saw; another one means a conflict.
    """
    item = life.locked(session, item_id)
    require_translatable(item)
    twins = of_item(session, item)
    if stamp is not None and stamp != stamp_of(item, twins):
        raise TwinOvertaken(code=item.code)
    if any(len(text) > bilingual.LONGEST for text in texts.values()):
        raise TwinTooLong(most=bilingual.LONGEST)
    known = bilingual.places(item.latest.body, alternatives(session, item))
    kept, moment = {place: texts.get(place, "").strip() for place in known}, at or database_time(session)
    twin = twins[0] if twins and _own_draft(twins[0], item, by) else None
    if twin is None:
        twin = Twin(
            organisation_id=by.organisation, item_id=item.id, revision_id=item.latest.id,
            number=twins[0].number + 1 if twins else 1, translator_id=by.id, created_at=moment, submitted_at=None,
        )  # fmt: skip
        session.add(twin)
    twin.texts = kept
    twin.text_hash = twin.fingerprint()
    _record(session, "twin_written", item, twin, by=by, at=moment)
    return twin


def submit(session: Session, item_id: UUID, *, by: Actor, at: datetime | None = None) -> Twin:
    """Hand the newest twin to a reviewer; from then on it never changes. Submitting twice is harmless.

    Raises
    ------
    TwinIncomplete : a place has no English, or English that cannot be shown, or the whole breaks a rule of its type.
    """
    item = life.locked(session, item_id)
    twins = of_item(session, item)
    if twins and twins[0].translator_id == by.id and twins[0].step is Step.IN_REVIEW:
        return twins[0]
    require_translatable(item)
    if not twins or not _own_draft(twins[0], item, by):
        raise NoTwin(code=item.code)
    twin = twins[0]
    if found := problems(session, item, twin.texts):
        raise TwinIncomplete(code=item.code, count=len(found), problems=found)
    twin.submitted_at = at or database_time(session)
    _record(session, "twin_submitted", item, twin, by=by, at=twin.submitted_at)
    return twin


def decide(
    session: Session, twin_id: UUID, verdict: Verdict, *, comment: str = "", by: Actor, at: datetime | None = None
) -> TwinReview:
    """Approve a twin or return it with a comment. The same person deciding the same again is harmless."""
    twin = find(session, twin_id)
    item = life.locked(session, twin.item_id)
    twins, said = of_item(session, item), comment.strip()
    if by.id == SYSTEM or by.id in translators(twins):
        raise OwnTwin(code=item.code)
    if twin.review and (twin.review.reviewer_id, twin.review.verdict) == (by.id, verdict):
        return twin.review
    if twin is not twins[0] or twin.step is not Step.IN_REVIEW or twin.revision_id != item.latest.id:
        raise TwinNotInReview(code=item.code)
    if verdict is Verdict.RETURN and not said:
        raise TwinReturnUnexplained(code=item.code)
    require_intact(twin, item.code)
    review = TwinReview(
        organisation_id=by.organisation, twin_id=twin.id, translator_id=twin.translator_id, text_hash=twin.text_hash,
        reviewer_id=by.id, verdict=verdict, comment=said or None, at=at or database_time(session),
    )  # fmt: skip
    twin.review = review
    verb = "twin_approved" if verdict is Verdict.APPROVE else "twin_returned"
    _record(session, verb, item, twin, by=by, at=review.at)
    return review


def problems(session: Session, item: Item, texts: Mapping[str, str]) -> list[Problem]:
    """List what keeps English texts of the latest revision from being handed in."""
    return bilingual.problems(item.latest.body, texts, alternatives(session, item))


def translators(twins: Sequence[Twin]) -> set[UUID]:
    """Give everybody who translated; none of them decides."""
    return {twin.translator_id for twin in twins}


def require_intact(twin: Twin, code: str) -> None:
    """Raise `TwinChanged` unless the stored texts are those that were handed in."""
    if twin.text_hash != twin.fingerprint():
        raise TwinChanged(code=code)


def count_waiting(session: Session, by: Actor) -> int:
    """Count the twins that wait for a verdict of this person: of items that the person did not translate."""
    own = select(Twin.item_id).where(Twin.translator_id == by.id)
    return session.scalar(_waiting(select(func.count()).select_from(Twin)).where(Twin.item_id.not_in(own))) or 0


def count_all_waiting(session: Session) -> int:
    """Count the twins that wait for a verdict, of whomever."""
    return session.scalar(_waiting(select(func.count()).select_from(Twin))) or 0


def waiting(session: Session, *, most: int) -> Sequence[Twin]:
    """Give the twins that wait for a verdict, of whomever, the longest waiting first."""
    query = _waiting(select(Twin)).order_by(Twin.submitted_at, Twin.id).limit(most)
    whole = joinedload(Twin.revision).joinedload(Revision.item)
    return session.scalars(query.options(whole.joinedload(Item.point), whole.joinedload(Item.level))).all()


def _waiting(query: Select[Any]) -> Select[Any]:
    """Narrow a query of twins to the newest of their items, handed in and undecided, on the latest revision."""
    later, overtaking = aliased(Twin), aliased(Revision)
    return (
        query.join(Revision, Revision.id == Twin.revision_id)
        .join(Item, Item.id == Twin.item_id)
        .where(Twin.submitted_at.is_not(None), Item.state != ItemState.RETIRED)
        .where(~exists().where(TwinReview.twin_id == Twin.id))
        .where(~exists().where(later.item_id == Twin.item_id, later.number > Twin.number))
        .where(~exists().where(overtaking.item_id == Twin.item_id, overtaking.number > Revision.number))
    )


def _own_draft(twin: Twin, item: Item, by: Actor) -> bool:
    return twin.step is Step.DRAFT and twin.translator_id == by.id and twin.revision_id == item.latest.id


def _record(session: Session, verb: str, item: Item, twin: Twin, *, by: Actor, at: datetime) -> None:
    facts = {"code": item.code, "twin": twin.number, "revision": item.latest.number}
    record(session, verb, item, by=by, at=at, **facts, content=twin.text_hash.hex())
