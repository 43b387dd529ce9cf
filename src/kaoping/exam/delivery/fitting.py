"""Whether an answer has the form that its item takes: its letters, its number of blanks, its length, its own file.

The database knows the type of an item and not its sealed content, so this is asked beside it. A sealed paper never
changes, so what its items take is read once per process; the seal itself is looked at where the paper is shown and
scored, and never keeps an answer out.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kaoping.exam.delivery import tokens
from kaoping.exam.delivery.errors import AnswerUnfit
from kaoping.exam.delivery.models import AnswerFile
from kaoping.itembank import content, marking
from kaoping.itembank.content import Body
from kaoping.itembank.papers import Slot

_KEPT = 64
_read: dict[UUID, Mapping[int, Body]] = {}


def require(session: Session, organisation: UUID, paper_id: UUID, sitting_id: UUID, slot: int, response: Any) -> None:
    """Refuse an answer that its item cannot take; what was saved before stands.

    Raises
    ------
    AnswerUnfit
    """
    body = _bodies(session, organisation, paper_id)[slot]
    if not marking.acceptable(body, response):
        raise AnswerUnfit(slot=slot)
    named = list(_files(body, response))
    if named and not _own(session, organisation, sitting_id, slot, named):
        raise AnswerUnfit(slot=slot)


def part_of(session: Session, organisation: UUID, paper_id: UUID, slot: int, part: int) -> Body | None:
    """Give the body of an item, or of a sub-question of a case; None if there is none."""
    body = _bodies(session, organisation, paper_id).get(slot)
    if not isinstance(body, content.Case):
        return body if part == 0 else None
    return body.parts[part - 1].body if 0 < part <= len(body.parts) else None


def _files(body: Body, response: Any) -> Iterator[tuple[int, str]]:
    """Give the files that an answer names, with the number of the sub-question that asks for them."""
    for part, own, given in marking.for_people(body, response):
        if isinstance(own, content.FileUpload):
            yield part, given


def _own(session: Session, organisation: UUID, sitting_id: UUID, slot: int, named: list[tuple[int, str]]) -> bool:
    """Whether every file was stored in this sitting for the question that it answers."""
    tokens.bind(session, organisation)
    held = select(AnswerFile.part, AnswerFile.id).where(AnswerFile.sitting_id == sitting_id, AnswerFile.slot == slot)
    return set(named) <= {(part, str(file_id)) for part, file_id in session.execute(held)}


def _bodies(session: Session, organisation: UUID, paper_id: UUID) -> Mapping[int, Body]:
    if paper_id not in _read:
        if len(_read) >= _KEPT:
            _read.clear()
        tokens.bind(session, organisation)
        slots = select(Slot).where(Slot.paper_id == paper_id).options(joinedload(Slot.revision))
        _read[paper_id] = {slot.number: content.parse(slot.revision.body) for slot in session.scalars(slots)}
    return _read[paper_id]
