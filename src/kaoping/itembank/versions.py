"""Versions of a specification: appended by its authors, approved by another person, compared with the one before.

Papers are assembled by the newest approved version. A version that was followed by another is not approved any more:
what its reader would put in force has been given up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from kaoping.itembank.actor import Actor
from kaoping.itembank.conditions import Groups, Limit, Mode
from kaoping.itembank.errors import N_, Conflict, Forbidden, ItemBankError, Missing
from kaoping.itembank.papers import Specification, SpecificationApproval, SpecificationVersion
from kaoping.itembank.rules import Rules, Section, read
from kaoping.itembank.scoring_rules import ScoringRule
from kaoping.itembank.trail import database_time, record

#: What a version sets for the paper as a whole, in the order in which pages tell it.
WHOLE = (
    "mode", "row_within", "ratio_low", "ratio_high", "mean_within", "curve_within", "exposure_most", "uncalibrated",
    "overlap", "rest_days", *Groups.model_fields,
)  # fmt: skip

Value = Decimal | int | bool | Mode | ScoringRule | Limit | tuple[str, ...] | tuple[tuple[str, ...], ...] | None


class OwnVersion(ItemBankError, Forbidden):
    """The author of a version would approve it."""

    sentence = N_("Version %(number)s of the specification %(name)s was written by you; another person approves it.")


class VersionFollowed(ItemBankError, Conflict):
    """A version was followed by a newer one before it was approved, or before a change of it was saved."""

    sentence = N_(
        "Version %(number)s of the specification %(name)s was followed by version %(newest)s meanwhile; "
        "go on from that one."
    )


class NoApprovedVersion(ItemBankError, Conflict):
    """Papers are asked for by a specification of which no version is approved."""

    sentence = N_(
        "The specification %(name)s has no approved version yet, so no paper can be assembled by it; "
        "another person than its author approves it first."
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs between two versions: of the whole paper, of a type (section), or of a cell (row, section).

    ``name`` is "minutes", one of `WHOLE`, or "count", "marks", "scoring", "apart", "weight" or "limit"; None stands
    where one version lacks it. Limits are the same if they have the same name.
    """

    name: str
    before: Value
    after: Value
    row: str | None = None
    section: Section | None = None


def find(session: Session, version_id: UUID) -> SpecificationVersion:
    """Give a version of a specification of the organisation, or raise `Missing`."""
    found = session.get(SpecificationVersion, version_id)
    if found is None:
        raise Missing(what=N_("version of a specification"))
    return found


def in_force(specification: Specification) -> SpecificationVersion:
    """Give the version that papers are assembled by.

    Raises
    ------
    NoApprovedVersion : nobody has approved one yet.
    """
    if (version := specification.in_force) is None:
        raise NoApprovedVersion(name=specification.name)
    return version


def append(
    session: Session, specification: Specification, *, minutes: int, rules: Rules, by: Actor, at: datetime | None = None
) -> SpecificationVersion:
    """Append a version that waits for approval; the specification's row is locked, so that numbers are in order."""
    session.flush()
    session.execute(select(Specification.id).where(Specification.id == specification.id).with_for_update())
    session.refresh(specification, ["versions"])
    version = SpecificationVersion(
        organisation_id=specification.organisation_id, specification_id=specification.id,
        number=len(specification.versions) + 1, minutes=minutes, rules=rules.plain(), author_id=by.id,
        created_at=at or database_time(session),
    )  # fmt: skip
    specification.versions.append(version)
    session.flush()
    return version


def approve(session: Session, version_id: UUID, *, by: Actor, at: datetime | None = None) -> SpecificationVersion:
    """Put the newest version in force; one that is approved is given back as it is.

    Raises
    ------
    OwnVersion : its author approves (the database refuses it too).
    VersionFollowed : there is a newer one.
    """
    version = _locked(session, version_id)
    specification = version.specification
    facts = {"number": version.number, "name": specification.name}
    if version.approval:
        return version
    if version is not specification.latest:
        raise VersionFollowed(newest=specification.latest.number, **facts)
    if version.author_id == by.id:
        raise OwnVersion(**facts)
    version.approval = SpecificationApproval(
        organisation_id=version.organisation_id, version_id=version.id, author_id=version.author_id, approver_id=by.id,
        at=at or database_time(session),
    )  # fmt: skip
    record(session, "specification_approved", specification, by=by, at=at, version=version.number)
    return version


def awaiting(session: Session, actor: Actor) -> int:
    """Count the versions that wait for a person's approval: the newest of a specification, written by somebody else."""
    newer = aliased(SpecificationVersion)
    same = newer.specification_id == SpecificationVersion.specification_id
    followed = exists().where(same, newer.number > SpecificationVersion.number)
    waiting = (~followed, ~SpecificationVersion.approval.has(), SpecificationVersion.author_id != actor.id)
    return session.scalars(select(func.count()).select_from(SpecificationVersion).where(*waiting)).one()


def rules_of(version: SpecificationVersion) -> Rules:
    """Read the rules of a version."""
    return read(version.rules)


def differences(before: SpecificationVersion, after: SpecificationVersion) -> list[Difference]:
    """List what changed between two versions, in the order of the page: table, types, whole paper, limits."""
    old, new = rules_of(before), rules_of(after)
    found = [*_of_cells(old, new), *_of_sections(old, new)]
    found += [Difference("minutes", before.minutes, after.minutes)]
    found += [Difference(name, getattr(old, name), getattr(new, name)) for name in WHOLE]
    found += _of_limits(old, new)
    return [one for one in found if one.before != one.after]


def _of_cells(old: Rules, new: Rules) -> Iterator[Difference]:
    rows = {row.code: row for row in old.rows}, {row.code: row for row in new.rows}
    for code in dict.fromkeys([*rows[0], *rows[1]]):
        was, now = (held.get(code) for held in rows)
        yield Difference("weight", was.weight if was else None, now.weight if now else None, row=code)
        for section in Section:
            yield Difference(
                "count", was.count(section) if was else 0, now.count(section) if now else 0, row=code, section=section
            )


def _of_sections(old: Rules, new: Rules) -> Iterator[Difference]:
    for section in Section:
        was, now = (next((r for r in rules.sections if r.section is section), None) for rules in (old, new))
        yield Difference("count", was.count if was else 0, now.count if now else 0, section=section)
        yield Difference("marks", was.marks if was else None, now.marks if now else None, section=section)
        yield Difference("scoring", was.scoring if was else None, now.scoring if now else None, section=section)
        yield Difference("apart", was.apart if was else None, now.apart if now else None, section=section)


def _of_limits(old: Rules, new: Rules) -> Iterator[Difference]:
    limits = {limit.name: limit for limit in old.limits}, {limit.name: limit for limit in new.limits}
    for name in dict.fromkeys([*limits[0], *limits[1]]):
        before, after = (held.get(name) for held in limits)
        yield Difference("limit", before, after)


def _locked(session: Session, version_id: UUID) -> SpecificationVersion:
    """Lock the specification's row, so that approving and changing at once become one after the other."""
    version = find(session, version_id)
    session.execute(select(Specification.id).where(Specification.id == version.specification_id).with_for_update())
    session.refresh(version, ["approval"])
    session.refresh(version.specification, ["versions"])
    return version
