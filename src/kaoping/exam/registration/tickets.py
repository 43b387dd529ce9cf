"""Ticket numbers 准考证号: twelve random digits, unique over all organisations.

Nothing in a number tells batch, room or order, so one ticket does not lead to the next.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kaoping.exam.registration.models import Application

_FIRST = 10**11
_CHUNK = 1000


def draw() -> str:
    """Draw a number; the first digit is not zero, because spreadsheets drop it."""
    return str(_FIRST + secrets.randbelow(9 * _FIRST))


def issue(session: Session, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Store applications, each with a number of its own, and give the numbers in the order of the rows.

    A number that another organisation holds is not visible here; the database leaves that row out and it draws again.
    """
    numbers = [""] * len(rows)
    waiting = list(range(len(rows)))
    while waiting:
        part, waiting = waiting[:_CHUNK], waiting[_CHUNK:]
        drawn = {draw(): index for index in part}
        free = insert(Application).on_conflict_do_nothing(index_elements=["ticket"]).returning(Application.ticket)
        stored = set(session.scalars(free, [rows[index] | {"ticket": number} for number, index in drawn.items()]))
        for number, index in drawn.items():
            if number in stored:
                numbers[index] = number
        waiting = [index for index in part if not numbers[index]] + waiting
    return numbers
