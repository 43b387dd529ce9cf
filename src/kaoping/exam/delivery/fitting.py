"""Whether an answer has the form that its item takes: its letters, its number of blanks, its length.

The database knows the type of an item and not its sealed content, so this is asked beside it. A sealed paper never
changes, so what its items take is read once per process; the seal itself is looked at where the paper is shown and
scored, and never keeps an answer out.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kaoping.exam.delivery import tokens
from kaoping.exam.delivery.errors import AnswerUnfit
from kaoping.itembank import content, marking
from kaoping.itembank.content import Body
from kaoping.itembank.papers import Slot

_KEPT = 64
_read: dict[UUID, Mapping[int, Body]] = {}


def require(session: Session, organisation: UUID, paper_id: UUID, slot: int, response: Any) -> None:
    """Refuse an answer that its item cannot take; what was saved before stands.

    Raises
    ------
    AnswerUnfit
    """
    if not marking.acceptable(_bodies(session, organisation, paper_id)[slot], response):
        raise AnswerUnfit(slot=slot)


def _bodies(session: Session, organisation: UUID, paper_id: UUID) -> Mapping[int, Body]:
    if paper_id not in _read:
        if len(_read) >= _KEPT:
            _read.clear()
        tokens.bind(session, organisation)
        slots = select(Slot).where(Slot.paper_id == paper_id).options(joinedload(Slot.revision))
        _read[paper_id] = {slot.number: content.parse(slot.revision.body) for slot in session.scalars(slots)}
    return _read[paper_id]
