"""Use cases of paper specifications: derived from a standard's theory weight table, then changed by an assembler."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kaoping.itembank import patterns, versions, vocabulary
from kaoping.itembank.actor import Actor
from kaoping.itembank.apportionment import apportion
from kaoping.itembank.conditions import Mode
from kaoping.itembank.errors import N_, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, offered
from kaoping.itembank.models import Component, Level, Point, Range, Standard, StandardState, Weight
from kaoping.itembank.papers import Specification
from kaoping.itembank.patterns import LONGEST, SHORTEST
from kaoping.itembank.rules import (
    FULL_MARKS,
    IN_PAPERS,
    RowRule,
    Rules,
    RulesInvalid,
    Section,
    SectionRule,
    plain,
    require_consistent,
    section_of,
)
from kaoping.itembank.trail import database_time, record

#: Marks by which a row may at first miss its weight in papers by type.
NEAR = Decimal(2)

Supply = Mapping[tuple[UUID, Section], int]


class WeightsIncomplete(ItemBankError, Invalid):
    """The theory weights of a level do not sum to 100."""

    sentence = N_(
        "The theory weights of %(level)s sum to %(total)s; a specification is derived from weights that sum to "
        "%(full)s. Mend the weight table of the standard."
    )


class NameMissing(ItemBankError, Invalid):
    """A specification needs a name."""

    sentence = N_("The specification has no name; give it one of at most 100 characters.")


class MinutesInvalid(ItemBankError, Invalid):
    """The time of a paper is outside of what a sitting can have."""

    sentence = N_("The time is %(minutes)s minutes; give %(least)s to %(most)s minutes.")


def find(session: Session, specification_id: UUID) -> Specification:
    """Give a specification of the organisation, or raise `Missing`."""
    found = session.get(Specification, specification_id)
    if found is None:
        raise Missing(what=N_("specification"))
    return found


def listed(session: Session) -> Sequence[Specification]:
    """Give all specifications, the newest first."""
    return session.scalars(select(Specification).order_by(Specification.created_at.desc(), Specification.name)).all()


def levels(session: Session) -> Sequence[Level]:
    """Give the levels that have theory weights, so that a specification can be derived."""
    weighted = select(Weight.level_id).where(Weight.component == Component.THEORY)
    query = select(Level).join(Standard).where(Level.id.in_(weighted), Standard.state == StandardState.PUBLISHED)
    return session.scalars(query.order_by(Standard.code, Standard.edition, Level.digit.desc())).all()


def derive(
    session: Session, level_id: UUID, *, name: str, pattern: str = patterns.USUAL, mode: Mode = Mode.BY_POINT,
    module_id: UUID | None = None, by: Actor, at: datetime | None = None,
) -> Specification:  # fmt: skip
    """Derive a specification from the theory weights of a level and a paper pattern.

    One of that name and level is given back as it is. Every row gives exactly its weight in marks; the numbers of items
    follow what the approved items can supply. By type there are no numbers for rows, which may miss their weights by a
    few marks. A sector module's rows stand beside those of the common core.
    """
    level, name = _level(session, level_id), _named(name)
    known = session.scalars(select(Specification).where(Specification.name == name)).one_or_none()
    if known is not None and known.level_id == level_id:
        return known
    chosen = patterns.find(level.standard, pattern)
    rules = require_consistent(rules_for(session, level, chosen.sections, mode, module_id))
    made = Specification(
        organisation_id=by.organisation, standard_id=level.standard_id, level_id=level.id,
        name=free_name(session, name), created_by=by.id, created_at=at or database_time(session),
    )  # fmt: skip
    session.add(made)
    versions.append(session, made, minutes=chosen.minutes, rules=rules, by=by, at=at)
    record(session, "specification_derived", made, by=by, at=at)
    return made


def change(
    session: Session, specification_id: UUID, *, name: str, minutes: int, rules: Rules, by: Actor,
    at: datetime | None = None, after: int | None = None,
) -> Specification:  # fmt: skip
    """Append a version with changed rules, which waits for another person's approval; the name changes at once.

    ``after`` is the number of the version that was changed, if the caller saw one.

    Raises
    ------
    RulesInvalid : rows, types, totals or further rules contradict each other, or name what the level does not have.
    VersionFollowed : somebody else appended a version meanwhile.
    """
    found = find(session, specification_id)
    if not SHORTEST <= minutes <= LONGEST:
        raise MinutesInvalid(minutes=minutes, least=SHORTEST, most=LONGEST)
    _rename(session, found, _named(name), by=by, at=at)
    latest = found.latest
    require_known(session, found.level, require_consistent(rules))
    if (latest.minutes, versions.rules_of(latest)) != (minutes, rules):
        if after not in {None, latest.number}:
            raise versions.VersionFollowed(number=after, name=found.name, newest=latest.number)
        made = versions.append(session, found, minutes=minutes, rules=rules, by=by, at=at)
        record(session, "specification_changed", found, by=by, at=at, version=made.number)
    return found


def require_known(session: Session, level: Level, rules: Rules) -> None:
    """Raise `RulesInvalid` with everything that further rules name and the level does not have."""
    named = rules.limits or any(rules.named)
    if named and (problems := list(vocabulary.problems(rules, vocabulary.load(session, level)))):
        raise RulesInvalid(problems)


def _rename(session: Session, specification: Specification, name: str, *, by: Actor, at: datetime | None) -> None:
    if specification.name != name:
        specification.name = free_name(session, name)
        record(session, "specification_renamed", specification, by=by, at=at)


def rules_for(
    session: Session, level: Level, sections: Sequence[SectionRule], mode: Mode = Mode.BY_POINT,
    module_id: UUID | None = None,
) -> Rules:  # fmt: skip
    """Derive rules for a level: its weight rows, with the table of counts that fits the bank best unless by type."""
    rows = _weighted(session, level, module_id)
    if (total := sum((percent for _, percent in rows), Decimal(0))) != FULL_MARKS:
        raise WeightsIncomplete(level=level.full_name, total=plain(total), full=plain(FULL_MARKS))
    if mode is Mode.BY_TYPE:
        bare = [_row(row, percent, sections, (0,) * len(sections)) for row, percent in rows]
        return Rules(sections=list(sections), rows=bare, mode=mode, row_within=NEAR)
    stock = supply(session, level.id)
    table = apportion(
        [percent for _, percent in rows], tuple(rule.count for rule in sections), [rule.marks for rule in sections],
        [[_wish(rule, row, percent, rows, stock) for rule in sections] for row, percent in rows],
    )  # fmt: skip
    return Rules(
        sections=list(sections),
        rows=[_row(row, percent, sections, counts) for (row, percent), counts in zip(rows, table, strict=True)],
        mode=mode,
    )


def supply(session: Session, level_id: UUID) -> Supply:
    """Count the approved items of a level by row and section."""
    query = (
        select(Point.range_id, Item.type, func.count())
        .join(Item, Item.point_id == Point.id)
        .where(Item.level_id == level_id, offered(), Item.type.in_(IN_PAPERS))
        .group_by(Point.range_id, Item.type)
    )
    stock: Counter[tuple[UUID, Section]] = Counter()
    for range_id, kind, count in session.execute(query):
        stock[range_id, section_of(kind)] += count
    return stock


def free_name(session: Session, wanted: str) -> str:
    """Give the wanted name, or the first numbered one that nobody has yet."""
    taken = set(
        session.scalars(select(Specification.name).where(Specification.name.startswith(wanted, autoescape=True)))
    )
    numbered = (wanted if n == 1 else f"{wanted} {n}" for n in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)


def _level(session: Session, level_id: UUID) -> Level:
    found = session.get(Level, level_id)
    if found is None:
        raise Missing(what=N_("level"))
    return found


def _named(name: str) -> str:
    stripped = " ".join(name.split())
    if not 0 < len(stripped) <= 100:  # noqa: PLR2004 - what the sentence says
        raise NameMissing
    return stripped


def _weighted(session: Session, level: Level, module_id: UUID | None) -> list[tuple[Range, Decimal]]:
    core = Range.module_id.is_(None)
    query = (
        select(Range, Weight.percent)
        .join(Weight, Weight.range_id == Range.id)
        .where(Weight.level_id == level.id, Weight.component == Component.THEORY, Weight.percent > 0)
        .where(or_(core, Range.module_id == module_id) if module_id else core)
        .order_by(Range.position)
    )
    return [(row, percent) for row, percent in session.execute(query)]


def _wish(rule: SectionRule, row: Range, percent: Decimal, rows: list[tuple[Range, Decimal]], stock: Supply) -> float:
    """Share a section's items by what the rows can supply, or by weight where the bank has too few of them."""
    total = sum(stock.get((one.id, rule.section), 0) for one, _ in rows)
    if total < rule.count:
        return float(rule.count * percent / FULL_MARKS)
    return rule.count * stock.get((row.id, rule.section), 0) / total


def _row(row: Range, percent: Decimal, sections: Sequence[SectionRule], counts: tuple[int, ...]) -> RowRule:
    return RowRule(
        range_id=row.id, code=row.code, name=row.name, name_en=row.name_en, weight=percent,
        counts={rule.section: count for rule, count in zip(sections, counts, strict=True)},
    )  # fmt: skip
