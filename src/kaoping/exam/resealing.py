"""Seal old values anew under the current key, while the system runs: table by table, in short transactions.

The tables' owner does it, organisation by organisation; even rows that never change allow their owner this and nothing
else (`kaoping.itembank.functions`). What was done is committed batch by batch: broken off anywhere, the next run goes
on with what is left. A value that somebody is writing at the moment is passed over and met again.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Engine, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from kaoping.exam.people.models import Organisation
from kaoping.exam.schema import Base
from kaoping.itembank.actor import system
from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.orm import SEALED, sealed_columns
from kaoping.itembank.trail import record
from kaoping.itembank.vault import KEY_ID, LOOK, Unreadable, Vault

BATCH = 200
#: Passes over all tables: what running processes sealed under the old key before they noticed comes in a later one.
PASSES = 5
#: Seconds for which transactions are waited for before a key leaves the ring, and between two looks at them.
PATIENCE, AGAIN = 60.0, 0.2


class KeyInUse(ItemBankError, Conflict):
    """A key cannot leave the ring while values are sealed under it."""

    sentence = N_("Key %(key)s still seals %(count)d values (%(places)s). Seal them anew first: kaoping keys reseal")


class WritersLeft(ItemBankError, Conflict):
    """A transaction that began before a key was to leave the ring may still store a value under it."""

    sentence = N_(
        "%(count)d transactions of before are still open and may store values under key %(key)s. Wait until they end, "
        "then retire the key again."
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a column of an organisation is."""

    column: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Resealed:
    """What a run did: values sealed anew, places that do not open, and what is left under other keys."""

    values: int
    unreadable: tuple[str, ...]
    left: int


def reseal(
    owner: Engine, ring: Vault, *, told: Callable[[Progress], None] = lambda _: None, batch: int = BATCH
) -> Resealed:
    """Seal everything anew that is not under the current key; repeating it goes on where the last run ended."""
    values, closed = 0, set[str]()
    for number in range(PASSES):
        done = sum(_organisation(owner, ring, each, told, batch, closed) for each in _organisations(owner))
        values += done
        left = sum(under(owner, set(ring.key_ids) - {ring.current}).values())
        if left <= len(closed):
            break
        time.sleep(LOOK if number + 1 < PASSES else 0)
    return Resealed(values, tuple(sorted(closed)), left)


def under(owner: Engine, keys: set[str]) -> dict[str, int]:
    """Count the values under some keys, by column, over all organisations."""
    found: dict[str, int] = {}
    for organisation in _organisations(owner):
        with Session(owner, info={"organisation": organisation}) as session:
            for column in sealed_columns(Base.metadata):
                count = session.scalar(select(func.count()).where(_key(column).in_(keys))) or 0
                if count:
                    found[_name(column)] = found.get(_name(column), 0) + count
    return found


def require_unused(owner: Engine, key: str) -> None:
    """Refuse to give up a key that values need.

    Raises
    ------
    KeyInUse : there are some.
    """
    found = under(owner, {key})
    if found:
        raise KeyInUse(key=key, count=sum(found.values()), places=", ".join(found))


def settle(owner: Engine, key: str, *, patience: float = PATIENCE) -> None:
    """Wait until all transactions have ended in which a process sealed before it noticed the current key.

    Raises
    ------
    WritersLeft : some are open still.
    """
    time.sleep(min(LOOK, patience))
    ends, left = time.monotonic() + patience, _open(owner)
    while left and time.monotonic() < ends:
        time.sleep(AGAIN)
        left &= _open(owner)
    if left:
        raise WritersLeft(key=key, count=len(left))


def _open(owner: Engine) -> set[str]:
    """Name the transactions of the database's clients; a lock that each holds on itself is seen by every role."""
    with owner.connect() as connection:
        return set(connection.scalars(text(
            "SELECT virtualtransaction FROM pg_locks JOIN pg_stat_activity AS client USING (pid)"
            " WHERE locktype = 'virtualxid' AND granted AND pid <> pg_backend_pid()"
            " AND client.datname = current_database() AND coalesce(backend_type, 'client backend') = 'client backend'"
        )))  # fmt: skip


def _organisations(owner: Engine) -> list[UUID]:
    with Session(owner) as session:
        return list(session.scalars(select(Organisation.id).order_by(Organisation.code)))


def _organisation(
    owner: Engine, ring: Vault, organisation: UUID, told: Callable[[Progress], None], batch: int, closed: set[str]
) -> int:
    done = sum(_column(owner, ring, organisation, each, told, batch, closed) for each in sealed_columns(Base.metadata))
    if done:
        with Session(owner, info={"organisation": organisation}) as session, session.begin():
            row = session.get_one(Organisation, organisation)
            record(session, "values.resealed", row, by=system(organisation), at=None, key=ring.current, values=done)
    return done


def _column(
    owner: Engine, ring: Vault, organisation: UUID, column: Column[bytes], told: Callable[[Progress], None],
    batch: int, closed: set[str],
) -> int:  # fmt: skip
    old = set(ring.key_ids) - {ring.current}
    with Session(owner, info={"organisation": organisation}) as session:
        total = session.scalar(select(func.count()).where(_key(column).in_(old))) or 0
    done = 0
    for count in _batches(owner, ring, organisation, column, batch, closed) if total else ():
        done += count
        told(Progress(_name(column), done, max(done, total)))
    return done


def _batches(
    owner: Engine, ring: Vault, organisation: UUID, column: Column[bytes], batch: int, closed: set[str]
) -> Iterator[int]:
    last, identity = UUID(int=0), column.table.c.id
    old = set(ring.key_ids) - {ring.current}
    while True:
        with Session(owner, info={"organisation": organisation}) as session, session.begin():
            some = select(identity, column).where(_key(column).in_(old), identity > last).order_by(identity)
            rows = session.execute(some.limit(batch).with_for_update(skip_locked=True)).all()
            anew = list(_anew(ring, column, [(row[0], row[1]) for row in rows], closed))
            if anew:
                change = update(column.table).where(identity == bindparam("row"))
                session.connection().execute(change.values({column: bindparam("sealed")}), anew)
        if not rows:
            return
        last = rows[-1][0]
        yield len(anew)


def _anew(
    ring: Vault, column: Column[bytes], rows: list[tuple[UUID, bytes]], closed: set[str]
) -> Iterator[dict[str, object]]:
    for identity, sealed in rows:
        place = f"{column.table.name}:{identity}:{column.name.removesuffix(SEALED)}"
        try:
            yield {"row": identity, "sealed": ring.seal(ring.unseal(sealed, place), place)}
        except Unreadable:
            closed.add(place)


def _key(column: Column[bytes]) -> ColumnElement[str]:
    return func.convert_from(func.substring(column, 1, KEY_ID), "LATIN1")


def _name(column: Column[bytes]) -> str:
    return f"{column.table.name}.{column.name.removesuffix(SEALED)}"
