"""Groups of candidates that statistics compare: which ones the organisation allows, and who belongs to which.

What a group is comes from registration and is forgotten at once: only counts by group are ever stored.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session

from kaoping.exam.people.models import IdentityType
from kaoping.exam.registration.models import Application
from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.orm import Base, Owned
from kaoping.itembank.trail import database_time, record

UNKNOWN: Final = ""
"""Group of those of whom registration does not hold it; they are compared with nobody."""


class Grouping(StrEnum):
    """By what candidates are told apart.

    Attributes
    ----------
    REGION : province in which the batch is carried out.
    SEX : from the order number of the resident identity number (GB 11643): odd for men.
    AGE : from its date of birth: up to the year of the rule, or above.
    """

    REGION = "region"
    SEX = "sex"
    AGE = "age"


LEAST_RANGE: Final = (30, 100_000)
AGE_RANGE: Final = (20, 60)


@dataclass(frozen=True, slots=True)
class Rule:
    """Which groups are compared, and from how many persons on.

    Attributes
    ----------
    groupings : the comparisons that are made; sex and age are read from identity numbers only if they are named.
    least : fewest persons of either group that answered an item. ETS asks for 200 [1]_.
    age : highest age, in years at the exam, of the younger group.

    References
    ----------
    .. [1] Zwick, R. (2012). *A Review of ETS Differential Item Functioning Assessment Procedures* (RR-12-08). ETS.
    """

    groupings: tuple[Grouping, ...] = (Grouping.REGION,)
    least: int = 200
    age: int = 35


class LeastOutside(ItemBankError, Invalid):
    """A group so small would say nothing, or something about single persons."""

    sentence = N_("Compare groups of %(low)s to %(high)s persons or more.")


class AgeOutside(ItemBankError, Invalid):
    """Nearly everybody would be in one group."""

    sentence = N_("Set the bound of age from %(low)s to %(high)s years.")


class ComparisonRule(Owned, Base):
    """A rule of comparison as somebody set it; a later row follows it, none is changed."""

    __tablename__ = "comparison_rule"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    number: Mapped[int]
    groupings: Mapped[list[Any]]
    least: Mapped[int]
    age: Mapped[int]
    by: Mapped[UUID]
    at: Mapped[datetime]


def rule(session: Session) -> Rule:
    """Give the rule in force."""
    found = session.scalars(select(ComparisonRule).order_by(ComparisonRule.number.desc()).limit(1)).one_or_none()
    if found is None:
        return Rule()
    return Rule(tuple(Grouping(name) for name in found.groupings), found.least, found.age)


def set_rule(session: Session, chosen: Rule, *, by: Actor, at: datetime | None = None) -> Rule:
    """Set the rule that the next calibrations follow; setting the same twice is harmless.

    Raises
    ------
    LeastOutside, AgeOutside
    """
    if not LEAST_RANGE[0] <= chosen.least <= LEAST_RANGE[1]:
        raise LeastOutside(field="least", low=LEAST_RANGE[0], high=LEAST_RANGE[1])
    if not AGE_RANGE[0] <= chosen.age <= AGE_RANGE[1]:
        raise AgeOutside(field="age", low=AGE_RANGE[0], high=AGE_RANGE[1])
    turns.take(session, f"comparison:{by.organisation}")
    if chosen != rule(session):
        count = session.scalar(select(func.count()).select_from(ComparisonRule)) or 0
        names = [grouping.value for grouping in chosen.groupings]
        row = ComparisonRule(
            organisation_id=by.organisation, number=count + 1, groupings=names, least=chosen.least, age=chosen.age,
            by=by.id, at=at or database_time(session),
        )  # fmt: skip
        session.add(row)
        record(
            session, "comparison_rule_set", row, by=by, at=row.at, groupings=names, least=chosen.least, age=chosen.age
        )
    return chosen


def of_candidates(applications: Sequence[Application], allowed: Rule) -> dict[Grouping, list[str]]:
    """Give the group of each application by every grouping that the rule allows.

    Identity numbers are opened only if the rule asks for sex or age.
    """
    return {grouping: [_group(one, grouping, allowed) for one in applications] for grouping in allowed.groupings}


def _group(application: Application, grouping: Grouping, allowed: Rule) -> str:
    if grouping is Grouping.REGION:
        return application.exam.batch.region[:2]
    person = application.person
    if person.data_key_sealed is None or person.identity_type is not IdentityType.RESIDENT_IDENTITY_CARD:
        return UNKNOWN
    if grouping is Grouping.SEX:
        return "male" if int(person.identity[16]) % 2 else "female"
    sat, born = application.exam.opens_at.date(), person.identity[6:14]
    years = sat.year - int(born[:4]) - ((sat.month, sat.day) < (int(born[4:6]), int(born[6:8])))
    return "younger" if years <= allowed.age else "older"


def in_order(names: Iterable[str]) -> list[str]:
    """Give the groups there are, the largest first: it is what the others are compared with."""
    counted = Counter(name for name in names if name != UNKNOWN)
    return sorted(counted, key=lambda name: (-counted[name], name))


def chosen(names: Collection[str]) -> tuple[Grouping, ...]:
    """Give groupings by name, in the order in which they are shown."""
    return tuple(grouping for grouping in Grouping if grouping.value in names)
