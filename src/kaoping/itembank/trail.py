"""The audit trail: one chain per organisation, each entry sealed to the one before by an HMAC.

The key lives outside the database, so a person who may write to the database cannot forge or drop an entry unseen; the
head is exported by ``kaoping audit anchor``. Entries say who did what to which thing, never its content.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from kaoping.itembank.actor import Actor
from kaoping.itembank.orm import Base, Owned, vault

GENESIS = bytes(32)


class TrailEntry(Owned, Base):
    """One deed. Entries are appended, never edited (a trigger refuses)."""

    __tablename__ = "trail_entry"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    number: Mapped[int]
    verb: Mapped[str]
    thing_kind: Mapped[str]
    thing_id: Mapped[UUID] = mapped_column(index=True)
    by: Mapped[UUID]
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    mac: Mapped[bytes]


class TrailHead(Owned, Base):
    """The last entry of a chain; its row lock makes the chain one queue per organisation."""

    __tablename__ = "trail_head"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    number: Mapped[int]
    mac: Mapped[bytes]


def entry_mac(entry: TrailEntry, previous: bytes) -> bytes:
    """Compute what binds an entry to its content and to the entry before it."""
    content = json.dumps(
        [
            str(entry.organisation_id), entry.number, entry.verb, entry.thing_kind, str(entry.thing_id), str(entry.by),
            entry.at.astimezone(UTC).isoformat(), entry.facts,
        ],
        ensure_ascii=False, sort_keys=True,
    )  # fmt: skip
    key = vault().fingerprint("trail", "audit-chain")
    return hmac.digest(key, previous + content.encode(), hashlib.sha256)


def database_time(session: Session) -> datetime:
    """Give the database's clock, which decides whenever a use case is called without ``at``."""
    now: datetime = session.scalars(select(func.clock_timestamp())).one()
    return now.astimezone(UTC)


def record(session: Session, verb: str, thing: Base, *, by: Actor, at: datetime | None, **facts: Any) -> TrailEntry:
    """Append a deed to the organisation's chain, in the caller's transaction."""
    return record_many(session, verb, [(thing, facts)], by=by, at=at)[0]


def record_many(
    session: Session, verb: str, deeds: Iterable[tuple[Base, dict[str, Any]]], *, by: Actor, at: datetime | None
) -> list[TrailEntry]:
    """Append the same deed on many things, each with its facts, with as many statements as for one."""
    session.flush()
    head = _head(session, by)
    moment, entries = at or database_time(session), []
    for thing, facts in deeds:
        entry = TrailEntry(
            organisation_id=by.organisation, number=head.number + 1, verb=verb, thing_kind=thing.__tablename__,
            thing_id=thing.id, by=by.id, at=moment, facts=facts, mac=b"",
        )  # fmt: skip
        entry.mac = entry_mac(entry, head.mac)
        head.number, head.mac = entry.number, entry.mac
        entries.append(entry)
    session.add_all(entries)
    return entries


def _head(session: Session, by: Actor) -> TrailHead:
    opening = insert(TrailHead).values(id=by.organisation, organisation_id=by.organisation, number=0, mac=GENESIS)
    session.execute(opening.on_conflict_do_nothing())
    heads = select(TrailHead).where(TrailHead.organisation_id == by.organisation).with_for_update()
    return session.scalars(heads.execution_options(populate_existing=True)).one()
