"""The watermark of pages that show content of items: who looks, when, and the code that leads back to it."""

from collections.abc import Iterable
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from kaoping.exam import clock
from kaoping.itembank import viewing
from kaoping.itembank.trail import database_time


def seen(session: Session, items: Iterable[UUID] = ()) -> str:
    """Enter that the reader sees these items whole, have the layout show the watermark, and give its code."""
    at = database_time(session)
    trace = viewing.see(session, items, by=g.actor, at=at)
    g.watermark = f"{g.account.name}　{clock.local(at):%Y-%m-%d %H:%M}　{trace.code}"
    return trace.code
