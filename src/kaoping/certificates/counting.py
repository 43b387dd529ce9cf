"""Taking numbers: each from a counter, locked until the transaction ends, so that none is given twice or skipped."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kaoping.certificates import number as numbers
from kaoping.certificates import number_rules
from kaoping.certificates.errors import SerialExhausted
from kaoping.certificates.models import NumberCounter
from kaoping.certificates.number import Filing, NumberParts
from kaoping.certificates.statement import Award
from kaoping.itembank.actor import Actor


@dataclass(frozen=True, slots=True)
class Taken:
    """A number, the rule that it was written by, and its place in the counter."""

    number: str
    rule: str
    scope: str
    serial: int

    @property
    def facts(self) -> dict[str, Any]:
        """What the register says about the number."""
        return {"number": self.number, "rule": self.rule, "scope": self.scope, "serial": self.serial}


def take(session: Session, filing: Filing, award: Award, *, by: Actor) -> Taken:
    """Take the next number for an award under the rule of its day.

    Raises
    ------
    NoNumberRule, LevelBlocked, SerialExhausted
    """
    rule = numbers.rule_on(award.issued_on, award.kind, rules=number_rules.in_use(session))
    first = NumberParts(filing, award.issued_on.year, award.level, 1)
    rule.build(first)
    scope = rule.scope(first)
    serial = _next(session, scope, rule.last, by)
    return Taken(rule.build(replace(first, serial=serial)), rule.version, scope, serial)


def _next(session: Session, scope: str, last: int, by: Actor) -> int:
    """Count up by one in one statement; a full counter stays as it is."""
    opened = insert(NumberCounter).values(id=uuid4(), organisation_id=by.organisation, scope=scope, serial=1, last=last)
    counted = opened.on_conflict_do_update(
        index_elements=["organisation_id", "scope"],
        set_={"serial": NumberCounter.serial + 1},
        where=NumberCounter.serial < NumberCounter.last,
    )
    serial = session.scalars(counted.returning(NumberCounter.serial)).one_or_none()
    if serial is None:
        raise SerialExhausted(counter=scope, last=last)
    return serial
