"""Number rules that an organisation adds: proposed by one person, confirmed by another, in use from their first day."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.certificates.errors import NumberRuleKnown, NumberRuleUnusable, OwnProposal
from kaoping.certificates.models import NumberRuleVersion
from kaoping.certificates.number import NumberRule, packaged
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing


def parsed(document: str) -> NumberRule:
    """Read a rule from JSON.

    Raises
    ------
    NumberRuleUnusable : naming the first place that is wrong.
    """
    try:
        return NumberRule.model_validate_json(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "document"
        raise NumberRuleUnusable(place=place, reason=first["msg"]) from None


def propose(session: Session, document: str, *, by: Actor, at: datetime | None = None) -> NumberRuleVersion:
    """Propose a rule; it numbers nothing until another person confirms it.

    Raises
    ------
    NumberRuleUnusable, NumberRuleKnown
    """
    rule = parsed(document)
    known = session.scalar(select(func.count(NumberRuleVersion.id)).where(NumberRuleVersion.version == rule.version))
    if known or rule.version in {one.version for one in packaged()}:
        raise NumberRuleKnown(version=rule.version)
    row = NumberRuleVersion(
        organisation_id=by.organisation, version=rule.version, document=rule.model_dump(mode="json"),
        proposed_by=by.id, proposed_at=at or trail.database_time(session), confirmed_by=None, confirmed_at=None,
    )  # fmt: skip
    session.add(row)
    trail.record(session, "number_rule.propose", row, by=by, at=at, version=rule.version)
    return row


def confirm(session: Session, rule_id: UUID, *, by: Actor, at: datetime | None = None) -> NumberRuleVersion:
    """Confirm a rule. Confirming twice is harmless.

    Raises
    ------
    OwnProposal : who proposed it asks (the database refuses it too).
    """
    row = find(session, rule_id)
    if row.confirmed_by is not None:
        return row
    if row.proposed_by == by.id:
        raise OwnProposal
    row.confirmed_by, row.confirmed_at = by.id, at or trail.database_time(session)
    trail.record(session, "number_rule.confirm", row, by=by, at=at, version=row.version)
    return row


def find(session: Session, rule_id: UUID) -> NumberRuleVersion:
    """Give a rule of the organisation, locked, or raise `Missing`."""
    row = session.get(NumberRuleVersion, rule_id, with_for_update=True)
    if row is None:
        raise Missing(what=N_("number rule"))
    return row


def listed(session: Session) -> Sequence[NumberRuleVersion]:
    """Give the organisation's own rules, the newest first."""
    return session.scalars(select(NumberRuleVersion).order_by(NumberRuleVersion.proposed_at.desc())).all()


def in_use(session: Session) -> list[NumberRule]:
    """Give the organisation's confirmed rules."""
    query = select(NumberRuleVersion.document).where(NumberRuleVersion.confirmed_by.is_not(None))
    return [NumberRule.model_validate(document) for document in session.scalars(query)]


def count_waiting(session: Session, actor: Actor) -> int:
    """Count the rules of others that a person may confirm."""
    query = select(func.count(NumberRuleVersion.id)).where(NumberRuleVersion.confirmed_by.is_(None))
    return session.scalar(query.where(NumberRuleVersion.proposed_by != actor.id)) or 0
