"""Use case: take the marking key of a sealed paper or one of its variants, for a purpose that goes into the trail."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank import content, open_answers, sealing, shuffling, turns, viewing
from kaoping.itembank.actor import Actor
from kaoping.itembank.bodies.base import ALPHABET
from kaoping.itembank.bodies.written import Normalise
from kaoping.itembank.items import Revision
from kaoping.itembank.marking import ByPeople
from kaoping.itembank.marking_key import KeyItem, KeySection, MarkingKey, marking_key_pdf
from kaoping.itembank.papers import Paper, Slot
from kaoping.itembank.printable import COMPONENT, issuer, kind_of
from kaoping.itembank.rules import Section, plain, section_of
from kaoping.itembank.trail import database_time, record
from kaoping.itembank.variants import Arrangement, Placed
from kaoping.itembank.viewing import Access

#: Sections of which the answer is written on the sheet and stands on a line of its own in the key.
_WRITTEN = (
    Section.FILL_IN, Section.MATCHING, Section.ORDERING, Section.CLOZE, Section.SHORT_ANSWER, Section.ESSAY,
    Section.CASE, Section.FILE_UPLOAD,
)  # fmt: skip


def marking_key(
    session: Session, paper_id: UUID, *, purpose: str, viewer: str, by: Actor, at: datetime | None = None,
    variant: str = "",
) -> bytes:  # fmt: skip
    """Print the marking key; paper, variant and purpose are written into the trail.

    Raises
    ------
    PurposeMissing : nobody could tell later why it was taken.
    NotSealed, SealBroken, Missing, VariantBroken : there is no such sealed content.
    """
    purpose, at = viewing.purpose_of(purpose), at or database_time(session)
    paper = sealing.find(session, paper_id)
    items = [slot.item_id for slot in paper.slots]
    trace = viewing.take(session, Access.KEY, paper.code, items, purpose=purpose, by=by, at=at)
    pdf = marking_key_pdf(of(session, paper_id, variant=variant, viewer=viewer, at=at, trace=trace.code))
    record(session, "marking_key_taken", paper, by=by, at=at, variant=variant, purpose=purpose)
    return pdf


def of(
    session: Session, paper_id: UUID, *, variant: str = "", viewer: str, at: datetime, trace: str = ""
) -> MarkingKey:
    """Give the value that is printed."""
    paper = sealing.find(session, paper_id)
    placed, digest = shuffling.placed(session, paper, variant)
    level, standard = paper.specification.level, paper.specification.standard
    return MarkingKey(
        component=COMPONENT, occupation=standard.occupation, level_name=level.full_name, form=paper.code,
        variant=variant, issuer=issuer(session, paper.organisation_id), pass_mark=level.pass_mark,
        sections=tuple(_sections(paper, placed)), digest=digest.hex(), demonstration=standard.demonstration,
        viewer=viewer, taken=at.astimezone(turns.ZONE).strftime("%Y-%m-%d %H:%M"), trace=trace,
    )  # fmt: skip


def _sections(paper: Paper, placed: Arrangement) -> list[KeySection]:
    made = []
    numbered = enumerate(shuffling.ordered(paper, placed), start=1)
    for section, group in groupby(numbered, key=lambda one: section_of(one[1][0].item.type)):
        held = list(group)
        items = tuple(_item(number, slot, placed) for number, (slot, placed) in held)
        kind, first = kind_of(section, {slot.item.type for _, (slot, _) in held}), held[0][1][0]
        made.append(
            KeySection(
                kind, first.marks, items, section not in _WRITTEN, scoring=first.scoring.value, apart=first.apart
            )
        )
    return made


def _item(number: int, slot: Slot, placed: Placed) -> KeyItem:
    body = slot.revision.body
    known = content.parse(body)
    points = tuple(open_answers.points(known, slot.marks)) if isinstance(known, ByPeople) else ()
    return KeyItem(
        number=number, key=_written(body, shuffling.key_of(body, placed)), code=slot.item.code,
        point=slot.item.point.code, source=_source(slot.revision), original=slot.number, points=points,
        parts=tuple(_parts(known, body, slot.marks)) if isinstance(known, content.Case) else (),
    )  # fmt: skip


def _parts(case: content.Case, body: dict[str, Any], marks: Decimal) -> Iterator[KeyItem]:
    for number, (part, share) in enumerate(zip(case.parts, case.worths(marks), strict=True), start=1):
        own = body["parts"][number - 1]["body"]
        points = tuple(open_answers.points(part.body, share)) if isinstance(part.body, ByPeople) else ()
        key = _written(own, own.get("key"))
        yield KeyItem(number, key, code="", point="", source="", original=number, points=points, mark=share)


def _written(body: dict[str, Any], key: Any) -> str:  # noqa: PLR0911 - one line for each type
    """Write a key as it is printed: letters as on the answer sheet, blanks in order, a number with its tolerance."""
    match body["type"]:
        case "true_false":
            return "A" if key else "B"
        case "fill_in":
            return "；".join(" / ".join(accepted) for accepted in key) + _compared(body)
        case "numeric":
            return f"{key} {body.get('unit', '')}".strip() + _within(body) + _in_units(body)
        case "matching":
            return "　".join(f"{number}-{key[str(number)]}" for number in range(1, len(key) + 1))
        case "cloze":
            return "　".join(f"{number}-{letter}" for number, letter in enumerate(key, start=1))
        case "hotspot":
            return "".join(ALPHABET[place] for place in sorted(key))
        case "short_answer":
            return str(key["model"])
        case "essay" | "case" | "file_upload":
            return ""
        case _:
            return "".join(key)


def _compared(body: dict[str, Any]) -> str:
    """Write how answers of blanks are compared where that differs from the rule that is printed above them."""
    by = Normalise.model_validate(body.get("normalise") or {})
    told = [
        *["区分全角半角"] * (not by.width), *["区分大小写"] * (not by.case), *["空格计入"] * (not by.spaces),
        *["繁简相同"] * by.script, *["不计标点"] * by.punctuation, *["数值按大小比较"] * by.numbers,
        *[f"可写单位 {'、'.join(by.units)}"] * bool(by.units),
    ]  # fmt: skip
    return f"（{'，'.join(told)}）" if told else ""


def _in_units(body: dict[str, Any]) -> str:
    """Write the other units that a number may be given in, each with what it is in the unit of the key."""
    told = [f"1 {one['unit']} = {one['factor']} {body['unit']}" for one in body.get("units", ())]
    return f"（也可用：{'，'.join(told)}）" if told else ""


def _within(body: dict[str, Any]) -> str:
    """Write the tolerance of a number: the distance, the share of the key as a percentage, or both."""
    distance, share = Decimal(body.get("tolerance", 0)), Decimal(body.get("relative", 0))
    told = [f"±{body['tolerance']}"] * bool(distance) + [f"±{plain(share * 100)}%"] * bool(share)
    return f"（{' 或 '.join(told)}）" if told else ""


def _source(revision: Revision) -> str:
    """Write where an item comes from: standard, edition, clause; what is empty is left out."""
    parts = (revision.source_standard, revision.source_edition, revision.source_clause)
    return " ".join(part for part in parts if part)
