"""What keeps a standard from being published, by the technical rules 编制技术规程."""

import re
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kaoping.itembank import ladders
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_
from kaoping.itembank.ladders import LadderRenamed
from kaoping.itembank.models import CodeStyle, Point, Range, RangeKind, Standard
from kaoping.itembank.structure import Occupation, Subrange, WorkContent
from kaoping.itembank.weight_tables import WeightTable, modules, weight_tables, wrong_sums

#: Codes of points in the two styles: tiers of ranges, then the number of the point.
PATTERNS = {
    CodeStyle.LETTERS: re.compile("[A-Z](-[A-Z]){0,5}-[0-9]{3}"),
    CodeStyle.NUMERIC: re.compile("[0-9]{1,3}(-[0-9]{1,3}){0,6}-[0-9]{1,4}"),
}
#: Most sentences of one kind that a list of shortfalls holds.
SHOWN = 20


def shortfalls(session: Session, standard: Standard) -> list[Problem]:
    """List what keeps a standard from being published."""
    tables, sectors, contents = weight_tables(session, standard), modules(session, standard.id), of(session, standard)
    return [
        *_levels(standard),
        *_ladder(session, standard),
        *(problem for table in tables for problem in wrong_sums(standard, table, sectors)),
        *_without_skills(standard, tables, contents),
        *_uneven_tiers(standard, tables[0], subranges(session, standard.id)),
        *_points(session, standard),
    ]


def of(session: Session, standard: Standard) -> list[WorkContent]:
    """Give the work contents of a standard with their requirements."""
    query = select(WorkContent).where(WorkContent.standard_id == standard.id).order_by(WorkContent.position)
    return list(session.scalars(query.options(selectinload(WorkContent.requirements))))


def subranges(session: Session, standard_id: UUID) -> list[Subrange]:
    """Give the ranges of the lower tiers in the standard's order."""
    query = select(Subrange).where(Subrange.standard_id == standard_id).order_by(Subrange.position)
    return list(session.scalars(query))


def fits(standard: Standard, code: str, tier: str) -> bool:
    """Whether a point's code is of the table's style and begins with the code of its tier."""
    return bool(PATTERNS[standard.code_style].fullmatch(code)) and code.startswith(f"{tier}-")


def _levels(standard: Standard) -> Iterator[Problem]:
    if not standard.levels:
        yield Problem(field="levels", sentence=N_("The standard has no level; choose those that it defines."))
    if not standard.ranges:
        yield Problem(field="ranges", sentence=N_("The standard has no range; write its basic parts and functions."))


def _ladder(session: Session, standard: Standard) -> Iterator[Problem]:
    """Find levels that the ladder calls otherwise, fixed names that were changed, and a ladder of another track."""
    ladder = ladders.stored(standard.ladder)
    own = ladders.shipped().get(ladder.code, ladder)
    steps = {step.digit: step.full_name for step in ladder.examined}
    strange = N_(
        "Level %(digit)s is called %(level)s, but the ladder has %(step)s there; write ladder and levels anew."
    )
    for level in standard.levels:
        if steps.get(level.digit) != level.full_name:
            facts = {"digit": level.digit, "level": level.full_name, "step": steps.get(level.digit, "–")}
            yield Problem(field="levels", sentence=strange, facts=facts)
    for digit, name in ladders.renamed(ladder.model_copy(update={"certificate": own.certificate})):
        yield Problem(field="levels", sentence=LadderRenamed.sentence, facts={"digit": digit, "name": name})
    occupation = session.get(Occupation, standard.occupation_id) if standard.occupation_id else None
    if ladder.track is not own.track or (occupation and occupation.track is not ladder.track):
        other = N_("The ladder and the occupation are of different tracks; choose another ladder or occupation.")
        yield Problem(field="levels", sentence=other)


def _without_skills(
    standard: Standard, tables: list[WeightTable], contents: list[WorkContent]
) -> Iterator[Problem]:  # fmt: skip
    """Find functions that have weight at a level which says nothing about skills."""
    asked = {(content.range_id, one.level_id) for content in contents for one in content.requirements if one.skills}
    sentence = N_("Function %(code)s %(name)s has weight at %(level)s but no skill requirement there; write one.")
    for row in standard.ranges:
        for level in standard.levels if row.kind is RangeKind.FUNCTION else ():
            weighted = any(table.cells.get((row.id, level.id)) for table in tables)
            if weighted and (row.id, level.id) not in asked:
                facts = {"code": row.code, "name": row.name, "level": level.full_name}
                yield Problem(field=f"contents.{row.code}.{level.digit}", sentence=sentence, facts=facts)


def _uneven_tiers(standard: Standard, theory: WeightTable, lower: list[Subrange]) -> Iterator[Problem]:
    """Find tiers whose shares do not sum to that of the tier above."""
    sentence = N_("Below %(code)s the shares of %(level)s sum to %(sum)s; they should sum to %(whole)s as above.")
    rows: list[Range | Subrange] = [*standard.ranges, *lower]
    for row in rows:
        code, below = row.code, [one for one in lower if one.above == row.code]
        for level in standard.levels if below else ():
            whole = _share(row, theory, level.id, level.digit)
            given = sum((_share(one, theory, level.id, level.digit) for one in below), Decimal(0))
            if given != whole:
                facts = {"code": code, "level": level.full_name, "sum": f"{given:f}", "whole": f"{whole:f}"}
                yield Problem(field=f"tiers.{code}.{level.digit}", sentence=sentence, facts=facts)


def _share(row: Range | Subrange, theory: WeightTable, level_id: UUID, digit: int) -> Decimal:
    if isinstance(row, Range):
        return theory.cells.get((row.id, level_id), Decimal(0)).normalize() + 0
    return Decimal(row.percents.get(str(digit), "0")).normalize() + 0


def _points(session: Session, standard: Standard) -> Iterator[Problem]:
    query = select(Point.code, Point.lowest_level, Point.range_id, Range.code, Subrange.code)
    query = query.join(Range, Point.range_id == Range.id).outerjoin(Subrange, Point.subrange_id == Subrange.id)
    rows = session.execute(query.where(Point.standard_id == standard.id).order_by(Point.position)).all()
    covered, digits = {range_id for _, _, range_id, _, _ in rows}, {level.digit for level in standard.levels}
    bare = N_("Range %(code)s %(name)s has no assessment point; add at least one.")
    for row in standard.ranges:
        if row.id not in covered:
            yield Problem(field="points", sentence=bare, facts={"code": row.code, "name": row.name})
    misfits = [(code, lower or upper) for code, _, _, upper, lower in rows if not fits(standard, code, lower or upper)]
    wrong = N_(
        "Point %(code)s stands in %(tier)s: its code should begin with that and follow the pattern of the table."
    )
    for code, tier in misfits[:SHOWN]:
        yield Problem(field="points", sentence=wrong, facts={"code": code, "tier": tier})
    strange = [(code, digit) for code, digit, _, _, _ in rows if digit not in digits]
    unknown = N_("Point %(code)s begins at level %(digit)s, which the standard does not have.")
    for code, digit in strange[:SHOWN]:
        yield Problem(field="points", sentence=unknown, facts={"code": code, "digit": digit})
