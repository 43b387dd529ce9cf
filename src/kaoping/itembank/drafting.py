"""Writing a draft of a standard part by part: head, ladder and levels, ranges, weights, requirements, lower tiers.

Each deed takes the draft in hand (`standards.draft`), which refuses a standard that is published or locked, and one
that somebody else changed meanwhile. A draft may break the rules of publishing; pages show where.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kaoping.itembank import chapters, ladders, standards
from kaoping.itembank.actor import Actor
from kaoping.itembank.chapters import Chapters, Clause
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.ladders import DecidedBy, Ladder, LadderRenamed, Step, shipped
from kaoping.itembank.models import CodeStyle, Component, Level, Point, Range, Standard, Weight, kind_of
from kaoping.itembank.standard_document import LevelPart, RangePart, StandardDocument
from kaoping.itembank.structure import Occupation, Requirement, Subrange, WorkContent
from kaoping.itembank.trail import record

#: Ranges that a new standard begins with, by style of code: ethics and basic knowledge.
_BASICS = {CodeStyle.LETTERS: ("A-A", "A-B"), CodeStyle.NUMERIC: ("0-1", "0-2")}
_BASIC_NAMES = (("职业道德", "Professional ethics"), ("基础知识", "Basic knowledge"))


class StandardExists(ItemBankError, Conflict):
    """Code and edition name a standard, and there is one already."""

    sentence = N_("There is a standard %(code)s (%(edition)s) already; give this one another edition.")


class RangeInUse(ItemBankError, Conflict):
    """A range with points is not taken out."""

    sentence = N_("Range %(code)s has %(points)s assessment points; move or delete them before you take it out.")


class CodeRepeated(ItemBankError, Invalid):
    """Two rows of one table have the same code."""

    sentence = N_("Code %(code)s stands in two rows; give each row its own.")


class TrackMismatch(ItemBankError, Invalid):
    """The occupation's class belongs to one track 类别, the ladder to another."""

    sentence = N_(
        "Occupations of class %(major_class)s are not evaluated on this ladder: classes 3 to 6 have skill levels, "
        "class 2 has professional levels. Choose another ladder or occupation."
    )


@dataclass(frozen=True, slots=True)
class Head:
    """What names a standard."""

    code: str
    edition: str
    name: str
    name_en: str
    occupation_id: UUID | None = None
    effective_on: date | None = None
    code_style: CodeStyle = CodeStyle.NUMERIC


def start(session: Session, head: Head, *, ladder: str, by: Actor, at: datetime | None = None) -> Standard:
    """Begin a standard: the levels of a ladder, and the two basic ranges 职业道德 and 基础知识."""
    same = select(Standard.id).where(Standard.code == head.code, Standard.edition == head.edition)
    if session.scalars(same).first() is not None:
        raise StandardExists(code=head.code, edition=head.edition)
    chosen = shipped()[ladder]
    occupation = _occupation(session, head.occupation_id, chosen)
    codes = zip(_BASICS[head.code_style], _BASIC_NAMES, strict=True)
    document = StandardDocument(
        code=head.code, edition=head.edition, name=head.name, name_en=head.name_en, effective_on=head.effective_on,
        occupation_code=occupation.code if occupation else None, rules=_rules({}, occupation), ladder=chosen,
        chapters=chapters.PROPOSED, code_style=head.code_style, levels=[level_of(step) for step in chosen.examined],
        ranges=[RangePart(code=code, name=name, name_en=english) for code, (name, english) in codes],
    )  # fmt: skip
    standard = standards.create(session, document, by=by, at=at)
    standard.occupation_id = head.occupation_id
    return standard


def level_of(step: Step) -> LevelPart:
    """Propose a level for a step: theory and skill, and the review where the ladder asks for it."""
    review = [Component.REVIEW] if step.decided_by is DecidedBy.BODY_WITH_REVIEW else []
    return LevelPart(
        digit=step.digit or 0, name=step.name, title=step.title, title_en=step.title_en,
        components=[Component.THEORY, Component.SKILL, *review], pass_mark=Decimal(60),
    )  # fmt: skip


def write_head(
    session: Session, standard_id: UUID, head: Head, *, after: int, by: Actor, at: datetime | None = None
) -> Standard:
    """Write what names a standard."""
    standard = standards.draft(session, standard_id, after=after, by=by, at=at)
    same = (Standard.code == head.code, Standard.edition == head.edition, Standard.id != standard.id)
    if session.scalars(select(Standard.id).where(*same)).first() is not None:
        raise StandardExists(code=head.code, edition=head.edition)
    occupation = _occupation(session, head.occupation_id, ladder_of(standard))
    for name in ("code", "edition", "name", "name_en", "effective_on", "occupation_id", "code_style"):
        setattr(standard, name, getattr(head, name))
    standard.occupation_code = occupation.code if occupation else None
    standard.rules = _rules(standard.rules, occupation)
    return _noted(session, standard, "head", by=by, at=at)


def write_chapters(
    session: Session, standard_id: UUID, changes: Mapping[str, Any], *, after: int, by: Actor,
    at: datetime | None = None,
) -> Standard:  # fmt: skip
    """Write some parts of chapters 1 and 2; the others stay."""
    standard = standards.draft(session, standard_id, after=after, by=by, at=at)
    written = Chapters.model_validate({**standard.chapters, **changes})
    standard.chapters = written.model_dump(mode="json")
    return _noted(session, standard, "chapters", by=by, at=at)


def write_conditions(
    session: Session, standard_id: UUID, conditions: Mapping[int, list[Clause]], *, after: int, by: Actor,
    at: datetime | None = None,
) -> Standard:  # fmt: skip
    """Write the application conditions: any clause of a level admits to it."""
    plain = {str(digit): [one.model_dump(mode="json") for one in clauses] for digit, clauses in conditions.items()}
    return write_chapters(session, standard_id, {"conditions": plain}, after=after, by=by, at=at)


def ladder_of(standard: Standard) -> Ladder:
    """Give the ladder of a standard; one that was stored without has the five levels."""
    return ladders.stored(standard.ladder)


def write_levels(
    session: Session, standard_id: UUID, ladder: Ladder, levels: list[LevelPart], *, after: int, by: Actor,
    at: datetime | None = None,
) -> Standard:  # fmt: skip
    """Write ladder and levels; a level that is left out goes with its weights and requirements."""
    _refuse_renamed(ladder)
    standard = standards.draft(session, standard_id, after=after, by=by, at=at)
    _occupation(session, standard.occupation_id, ladder)
    standard.ladder = ladder.model_dump(mode="json")
    rows, kept = {level.digit: level for level in standard.levels}, {part.digit for part in levels}
    for digit, row in rows.items():
        if digit not in kept:
            for table in (Weight, Requirement):
                session.execute(delete(table).where(table.level_id == row.id))
            session.delete(row)
    for part in levels:
        row = rows.get(part.digit) or Level(organisation_id=standard.organisation_id, standard_id=standard.id)
        for name, value in part.model_dump(mode="json", exclude={"pass_mark"}).items():
            setattr(row, name, value)
        row.pass_mark = part.pass_mark
        session.add(row)
    return _noted(session, standard, "levels", by=by, at=at)


def _refuse_renamed(ladder: Ladder) -> None:
    """Refuse other names for the levels that certificates name."""
    for digit, name in ladders.renamed(ladder):
        raise LadderRenamed(digit=digit, name=name)


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A row of the weight tables as it is written; without an id it is new."""

    id: UUID | None
    code: str
    name: str
    name_en: str
    module_id: UUID | None = None


def write_ranges(
    session: Session, standard_id: UUID, rows: list[RangeRow], *, after: int, by: Actor, at: datetime | None = None
) -> Standard:
    """Write the ranges in their order; one that is left out goes, unless points hang on it."""
    standard = standards.draft(session, standard_id, after=after, by=by, at=at)
    refuse_repeated(row.code for row in rows)
    known = {row.id: row for row in standard.ranges}
    for row in known.values():
        if row.id not in {one.id for one in rows}:
            _take_out(session, row)
        else:
            row.code = f"~{row.id}"
    session.flush()
    organisation = standard.organisation_id
    for position, one in enumerate(rows, 1):
        row = known[one.id] if one.id in known else Range(organisation_id=organisation, standard_id=standard.id)
        row.code, row.name, row.name_en, row.module_id = one.code, one.name, one.name_en, one.module_id
        row.position, row.kind = position, kind_of(one.code)
        session.add(row)
    return _noted(session, standard, "ranges", by=by, at=at)


def write_weights(
    session: Session, standard_id: UUID, cells: Mapping[tuple[Component, UUID, UUID], Decimal], *, after: int,
    by: Actor, at: datetime | None = None,
) -> Standard:  # fmt: skip
    """Write both weight tables: percent by component, range and level. Nothing is kept of a cell of zero."""
    standard = standards.draft(session, standard_id, after=after, by=by, at=at)
    ranges, levels = {row.id for row in standard.ranges}, {level.id for level in standard.levels}
    session.execute(delete(Weight).where(Weight.range_id.in_(ranges)))
    session.add_all(
        Weight(organisation_id=standard.organisation_id, component=component, range_id=row, level_id=level,
               percent=percent)
        for (component, row, level), percent in cells.items() if percent and row in ranges and level in levels
    )  # fmt: skip
    return _noted(session, standard, "weights", by=by, at=at)


def refuse_repeated(codes: Iterable[str]) -> None:
    """Refuse a table in which two rows have one code."""
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise CodeRepeated(code=code)
        seen.add(code)


def _take_out(session: Session, row: Range) -> None:
    points = session.scalar(select(func.count()).where(Point.range_id == row.id)) or 0
    if points:
        raise RangeInUse(code=row.code, points=points)
    contents = select(WorkContent.id).where(WorkContent.range_id == row.id)
    session.execute(delete(Requirement).where(Requirement.content_id.in_(contents)))
    for table in (WorkContent, Subrange, Weight):
        session.execute(delete(table).where(table.range_id == row.id))
    session.delete(row)


def _occupation(session: Session, occupation_id: UUID | None, ladder: Ladder) -> Occupation | None:
    """Give the occupation, if the ladder fits its class."""
    if occupation_id is None:
        return None
    occupation = session.get(Occupation, occupation_id)
    if occupation is None:
        raise Missing(what=N_("occupation"))
    if occupation.track is not ladder.track:
        raise TrackMismatch(major_class=occupation.major_class)
    return occupation


def _rules(rules: Mapping[str, Any], occupation: Occupation | None) -> dict[str, Any]:
    named = {"occupation": occupation.name, "occupation_en": occupation.name_en} if occupation else {}
    return {**rules, **named}


def _noted(session: Session, standard: Standard, part: str, *, by: Actor, at: datetime | None) -> Standard:
    record(session, "standard_changed", standard, by=by, at=at, code=standard.code, edition=standard.edition, part=part)
    session.refresh(standard, ["levels", "ranges"])
    return standard
