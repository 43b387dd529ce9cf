"""Writing chapter 3 工作要求 of a draft, the lower tiers of its ranges, and its sector modules."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from kaoping.itembank import standards
from kaoping.itembank.actor import Actor
from kaoping.itembank.drafting import refuse_repeated
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.models import Point, Range, Standard
from kaoping.itembank.standard_document import ContentPart, ModulePart, SubrangePart
from kaoping.itembank.standard_storing import shares
from kaoping.itembank.structure import Requirement, SectorModule, Subrange, WorkContent
from kaoping.itembank.trail import record

#: Tiers of ranges at most; the points hang below.
DEEPEST = 6


class ContentCodeTaken(ItemBankError, Conflict):
    """Codes of work contents are unique in a standard."""

    sentence = N_("Work content %(code)s stands in another function already; give this one another code.")


class TierMisplaced(ItemBankError, Invalid):
    """The code of a lower tier is that of the tier above with one part more, in at most six tiers."""

    sentence = N_(
        "Tier %(code)s has nothing above it: its code is the code of the tier above with one part more, such as "
        "%(range)s-1, in at most six tiers."
    )


class TierInUse(ItemBankError, Conflict):
    """A tier with points is not taken out."""

    sentence = N_("Tier %(code)s has assessment points; move or delete them before you take it out.")


class ModuleInUse(ItemBankError, Conflict):
    """A module with ranges is not taken out."""

    sentence = N_("Module %(code)s has ranges; give them to the common core or take them out first.")


def range_of(session: Session, standard_id: UUID, range_id: UUID) -> Range:
    """Give a range of a standard."""
    row = session.get(Range, range_id)
    if row is None or row.standard_id != standard_id:
        raise Missing(what=N_("range"))
    return row


def contents(session: Session, range_id: UUID) -> list[WorkContent]:
    """Give the work contents of a function with their requirements."""
    query = select(WorkContent).where(WorkContent.range_id == range_id).order_by(WorkContent.position)
    return list(session.scalars(query.options(selectinload(WorkContent.requirements))))


def tiers(session: Session, range_id: UUID) -> list[Subrange]:
    """Give the lower tiers of a range."""
    return list(session.scalars(select(Subrange).where(Subrange.range_id == range_id).order_by(Subrange.position)))


def write_contents(
    session: Session, standard_id: UUID, range_id: UUID, parts: list[ContentPart], *, after: int, by: Actor,
    at: datetime | None = None,
) -> Standard:  # fmt: skip
    """Write the work contents of a function in their order, with what each level asks of them."""
    standard = standards.draft(session, standard_id, after=after, by=by, at=at)
    row = range_of(session, standard_id, range_id)
    refuse_repeated(part.code for part in parts)
    _refuse_taken(session, row, [part.code for part in parts])
    own = select(WorkContent.id).where(WorkContent.range_id == row.id)
    session.execute(delete(Requirement).where(Requirement.content_id.in_(own)))
    session.execute(delete(WorkContent).where(WorkContent.range_id == row.id))
    first = 1 + (
        session.scalar(select(func.max(WorkContent.position)).where(WorkContent.standard_id == standard_id)) or 0
    )
    levels = {level.digit: level.id for level in standard.levels}
    for position, part in enumerate(parts, first):
        content = WorkContent(
            organisation_id=standard.organisation_id, standard_id=standard.id, range_id=row.id, position=position,
            code=part.code, name=part.name, name_en=part.name_en,
        )  # fmt: skip
        session.add(content)
        session.flush()
        session.add_all(
            Requirement(
                organisation_id=standard.organisation_id, standard_id=standard.id, content_id=content.id,
                level_id=levels[digit], skills=asked.skills, knowledge=asked.knowledge,
            )
            for digit, asked in part.requirements.items() if digit in levels
        )  # fmt: skip
    return _noted(session, standard, f"contents of {row.code}", by=by, at=at)


def write_tiers(
    session: Session, standard_id: UUID, range_id: UUID, parts: list[SubrangePart], *, after: int, by: Actor,
    at: datetime | None = None,
) -> Standard:  # fmt: skip
    """Write the lower tiers of a range; one that is left out goes, unless points hang on it."""
    standard = standards.draft(session, standard_id, after=after, by=by, at=at)
    row = range_of(session, standard_id, range_id)
    refuse_repeated(part.code for part in parts)
    known = {row.code} | {part.code for part in parts}
    for part in parts:
        depth = part.code.count("-") - row.code.count("-") + 1
        if part.code == row.code or part.code.rpartition("-")[0] not in known or depth > DEEPEST:
            raise TierMisplaced(code=part.code, range=row.code)
    old = {one.code: one for one in tiers(session, row.id)}
    for code in old.keys() - known:
        _drop(session, old[code])
    for position, part in enumerate(parts, 1):
        one = old.get(part.code) or Subrange(organisation_id=standard.organisation_id, standard_id=standard.id)
        one.range_id, one.code, one.name, one.name_en = row.id, part.code, part.name, part.name_en
        one.position, one.percents = position, shares(part)
        session.add(one)
    return _noted(session, standard, f"tiers of {row.code}", by=by, at=at)


def write_modules(
    session: Session, standard_id: UUID, parts: list[ModulePart], *, after: int, by: Actor, at: datetime | None = None
) -> Standard:
    """Write the sector modules; one that is left out goes, unless ranges belong to it."""
    standard = standards.draft(session, standard_id, after=after, by=by, at=at)
    refuse_repeated(part.code for part in parts)
    old = {
        one.code: one for one in session.scalars(select(SectorModule).where(SectorModule.standard_id == standard_id))
    }
    for code in old.keys() - {part.code for part in parts}:
        if any(row.module_id == old[code].id for row in standard.ranges):
            raise ModuleInUse(code=code)
        session.delete(old[code])
    for position, part in enumerate(parts, 1):
        one = old.get(part.code) or SectorModule(organisation_id=standard.organisation_id, standard_id=standard.id)
        one.code, one.name, one.name_en, one.sector = part.code, part.name, part.name_en, part.sector
        one.position = position
        session.add(one)
    return _noted(session, standard, "modules", by=by, at=at)


def _refuse_taken(session: Session, row: Range, codes: list[str]) -> None:
    others = (WorkContent.standard_id == row.standard_id, WorkContent.range_id != row.id, WorkContent.code.in_(codes))
    if taken := session.scalars(select(WorkContent.code).where(*others)).first():
        raise ContentCodeTaken(code=taken)


def _drop(session: Session, tier: Subrange) -> None:
    if session.scalars(select(Point.id).where(Point.subrange_id == tier.id)).first():
        raise TierInUse(code=tier.code)
    session.delete(tier)
    session.flush()


def _noted(session: Session, standard: Standard, part: str, *, by: Actor, at: datetime | None) -> Standard:
    record(session, "standard_changed", standard, by=by, at=at, code=standard.code, edition=standard.edition, part=part)
    return standard
