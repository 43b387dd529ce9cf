"""The sheet of a paper in English, where the exam offers it: the twins that were frozen when it was prepared.

Only texts are other than those of the Chinese sheet; types, marks, letters and areas are its own, so an answer means
the same in either language.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery import sheet
from kaoping.exam.delivery.sheet import SheetItem
from kaoping.exam.registration.models import ExamPaper
from kaoping.itembank import bilingual, content, markdown, sealing, twinning
from kaoping.itembank.papers import Paper
from kaoping.itembank.twins import Twin

_KEPT = 64
#: The field of each type's presentation that has letters.
_LETTERED = ("options", "right", "choices", "entries")

_made: dict[tuple[UUID, ...], tuple[SheetItem, ...]] = {}


def of(session: Session, exam_id: UUID, paper_id: UUID) -> tuple[SheetItem, ...]:
    """Give the sheet of a paper in English; empty where the exam is in Chinese alone.

    Raises
    ------
    SealBroken, NotSealed, TwinChanged : the paper or its translation may not be used.
    """
    query = select(ExamPaper.twins).where(ExamPaper.exam_id == exam_id, ExamPaper.paper_id == paper_id)
    frozen = [UUID(twin) for twin in session.scalars(query).one() or ()]
    key = (paper_id, *frozen)
    if frozen and key not in _made:
        items = sheet.of(session, paper_id)
        if len(_made) >= _KEPT:
            _made.clear()
        _made[key] = tuple(_translated(session, items, sealing.find(session, paper_id), frozen))
    return _made.get(key, ())


def _translated(
    session: Session, items: tuple[SheetItem, ...], paper: Paper, frozen: list[UUID]
) -> Iterator[SheetItem]:
    twins = {twin.id: twin for twin in session.scalars(select(Twin).where(Twin.id.in_(frozen)))}
    for item, slot, twin_id in zip(items, paper.slots, frozen, strict=True):
        twinning.require_intact(twins[twin_id], slot.item.code)
        yield _item(item, twins[twin_id].texts, bilingual.english(slot.revision.body, twins[twin_id].texts))


def _item(item: SheetItem, texts: dict[str, str], body: dict[str, Any]) -> SheetItem:
    shown = content.presentation(body)
    made = _shown(item, shown, texts, "")
    if not item.parts:
        return made
    parts = (
        _shown(part, asked["body"], texts, f"parts.{place}.body.")
        for place, (part, asked) in enumerate(zip(item.parts, shown["parts"], strict=True))
    )
    stimulus = markdown.html(shown["stimulus"], pictures=sheet.picture_address)
    return replace(made, stimulus=stimulus, parts=tuple(parts))


def _shown(item: SheetItem, shown: dict[str, Any], texts: dict[str, str], before: str) -> SheetItem:
    """Put the English of an item, or of a sub-question whose places begin with ``before``, in its place."""
    lettered = _lines(next(filter(None, map(shown.get, _LETTERED)), []))
    return replace(
        item,
        stem=markdown.html(shown["stem"], pictures=sheet.picture_address),
        options=tuple((letter, text) for (letter, _), text in zip(item.options, lettered, strict=True)),
        unit=shown.get("unit", ""),
        left=_lines(shown.get("left", ())),
        picture=replace(item.picture, alternative=texts[f"{before}picture"]) if item.picture else None,
    )


def _lines(texts: list[str]) -> tuple[str, ...]:
    return tuple(markdown.line(text, pictures=sheet.picture_address) for text in texts)
