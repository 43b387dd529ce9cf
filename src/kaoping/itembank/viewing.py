"""Who saw which item, when and what for: one trace per person and day at the screen, one per print or export.

A trace has a code that stands in the watermark of what was shown or printed, so that a photograph leads back to it. An
item is entered once under a trace. These rows are appended, never edited; they stand beside the audit trail and not in
it, because the trail is one queue per organisation and reading must not wait for it. Taking a key, printing, exporting
and reading a whole paper are entries of the trail as well, by their use cases.
"""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.orm import Base, Owned
from kaoping.itembank.trail import database_time

SHORTEST_PURPOSE, LONGEST_PURPOSE = 4, 200
#: Letters and digits that cannot be mistaken for each other on a photograph.
LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"


class PurposeMissing(ItemBankError, Invalid):
    """Content leaves the screen for a purpose that can be read later."""

    sentence = N_("Say in %(least)s to %(most)s characters what the marking key is for: it is kept with your name.")


class Access(StrEnum):
    """How content was seen."""

    SCREEN = "screen"
    KEY = "key"
    PROOF = "proof"
    EXPORT = "export"
    PAPER = "paper"


class Trace(Owned, Base):
    """A person's day at the screen, or one print: what a code in a watermark leads to. Appended, never edited."""

    __tablename__ = "trace"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        Index("uq_trace_day", "organisation_id", "viewer_id", "day", unique=True, postgresql_where="access = 'screen'"),
        Index("ix_trace_organisation_id_at", "organisation_id", "at"),
    )

    code: Mapped[str]
    viewer_id: Mapped[UUID]
    access: Mapped[Access]
    #: The local date of the watermark.
    day: Mapped[date]
    at: Mapped[datetime]
    #: What was printed, such as the code of a paper; empty at the screen.
    thing: Mapped[str]
    purpose: Mapped[str]


class ItemView(Owned, Base):
    """An item that somebody saw under a trace, and when first. Appended, never edited."""

    __tablename__ = "item_view"
    __table_args__ = (UniqueConstraint("trace_id", "item_id"),)

    trace_id: Mapped[UUID] = mapped_column(ForeignKey("trace.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    at: Mapped[datetime]


def purpose_of(said: str) -> str:
    """Give a purpose as it is kept, or raise `PurposeMissing`: nobody could tell later why content was taken."""
    purpose = " ".join(said.split())
    if not SHORTEST_PURPOSE <= len(purpose) <= LONGEST_PURPOSE:
        raise PurposeMissing(least=SHORTEST_PURPOSE, most=LONGEST_PURPOSE)
    return purpose


def see(session: Session, items: Iterable[UUID], *, by: Actor, at: datetime | None = None) -> Trace:
    """Enter that a person sees items at the screen today; seeing them again enters nothing."""
    moment = at or database_time(session)
    today = moment.astimezone(turns.ZONE).date()
    daily = select(Trace).where(Trace.viewer_id == by.id, Trace.access == Access.SCREEN, Trace.day == today)
    trace = session.scalars(daily).one_or_none()
    if trace is None:
        opened = _row(Access.SCREEN, "", "", by=by, at=moment)
        session.execute(insert(Trace).values(opened).on_conflict_do_nothing())
        trace = session.scalars(daily).one()
    _enter(session, trace, items, moment)
    return trace


def take(
    session: Session, access: Access, thing: str, items: Iterable[UUID], *, by: Actor, at: datetime, purpose: str = ""
) -> Trace:
    """Enter that a person takes items away on paper, under a code of its own; a key is taken for a purpose.

    Raises
    ------
    PurposeMissing : nobody could tell later why a key was taken.
    """
    said = purpose_of(purpose) if access is Access.KEY else purpose
    trace = Trace(**_row(access, thing, said, by=by, at=at))
    session.add(trace)
    session.flush()
    _enter(session, trace, items, at)
    return trace


def behind(trace: Trace, viewer: str) -> str:
    """Write what stands behind the text of a print: who took it, when, and the code."""
    return f"{viewer}　{trace.at.astimezone(turns.ZONE):%Y-%m-%d %H:%M}　{trace.code}"


def _row(access: Access, thing: str, purpose: str, *, by: Actor, at: datetime) -> dict[str, object]:
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    return {
        "id": uuid4(), "organisation_id": by.organisation, "code": f"{code[:4]}-{code[4:]}", "viewer_id": by.id,
        "access": access, "day": at.astimezone(turns.ZONE).date(), "at": at, "thing": thing, "purpose": purpose,
    }  # fmt: skip


def _enter(session: Session, trace: Trace, items: Iterable[UUID], at: datetime) -> None:
    rows = [
        {"id": uuid4(), "organisation_id": trace.organisation_id, "trace_id": trace.id, "item_id": item, "at": at}
        for item in dict.fromkeys(items)
    ]
    if rows:
        session.execute(insert(ItemView).on_conflict_do_nothing(), rows)
