"""What finding items costs in a bank of 50,000: ``python benchmarks/finding.py --folder /tmp/bank``.

The bank (`benchmarks.item_bank`) is made once and kept in the folder. Every page is asked for through the
application; its cost is the processor time of the program and of its database backends, which a busy machine changes
little. It is reported against the limit of 200 ms, with its SQL statements, and full text against a peer: `ILIKE` over
the same texts in plain. Compare ratios, not machines.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from benchmarks import item_bank
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from kaoping.exam import db, embedded, migrating, roles
from kaoping.exam.app import create_app
from kaoping.exam.settings import Settings
from kaoping.itembank import duplicates, text_index
from kaoping.itembank.content import texts as wordings
from kaoping.itembank.items import Item
from kaoping.itembank.orm import use_vault
from kaoping.itembank.vault import Vault
from tests.builders import an_organisation
from tests.web.staff import a_member, log_in

BANK = UUID(int=7)
LIMIT, ONE_ITEM, ALL_PAIRS = 0.200, 0.100, 60.0
PLAIN = 10_000
COMMON, RARE = "应当", "绝缘间隙"
PAGES = {
    "all items": "", "page 40": "page=40", "far page": "page=1500", "level": "level=3", "type": "type=numeric",
    "state": "state=in_review", "importance": "importance=X", "difficulty": "difficulty=4", "source": "source=1017",
    "with statistics": "trait=calibrated", "without statistics": "trait=uncalibrated", "used": "trait=used",
    "unused": "trait=unused", "AI-assisted": "trait=ai_assisted", "common word": f"q={COMMON}",
    "rare words": f"q={RARE}", "no such words": "q=无此用语在内", "code": "q=3-0123", "point": "q=鉴定点7之3",
    "everything": f"q={COMMON}&level=3&type=single_choice&state=approved&difficulty=3&source=10&trait=unused",
}  # fmt: skip


@dataclass
class Meter:
    """Counts statements and the processor time of this process and of its backends."""

    engine: Engine
    statements: int = 0
    backends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        event.listen(self.engine, "before_cursor_execute", self._hear)
        event.listen(self.engine, "connect", self._meet)

    def _meet(self, made: Any, _: Any) -> None:
        """Know a backend, and let no helpers work for it where they are not seen."""
        self.backends.append(made.info.backend_pid)
        made.execute("SET max_parallel_workers_per_gather = 0")
        made.commit()

    def _hear(self, *_: Any) -> None:
        self.statements += 1

    @property
    def seconds(self) -> float:
        running = (int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in self.backends)
        return time.process_time() + sum(running) / 1e9

    def of(self, deed: Callable[[], Any]) -> tuple[float, int, float]:
        """Give processor seconds, statements and wall seconds of a deed."""
        before, counted, wall = self.seconds, self.statements, time.perf_counter()
        deed()
        return self.seconds - before, self.statements - counted, time.perf_counter() - wall


@contextmanager
def bank(folder: Path, items: int) -> Iterator[Meter]:
    """Open the bank in a folder, on two connections, as a request takes; make it first if there is none."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    use_vault(Vault({"0000aaaa": b"a" * 32}, "0000aaaa"))
    with embedded.running(folder) as server:
        keys = roles.passwords(folder)
        if not (folder / "made").exists():
            _make(server, keys, items)
            (folder / "made").touch()
        engine = db.engine_for(db.embedded_addresses(server, keys).app, pool_size=2, max_overflow=0)
        db.use(engine)
        yield Meter(engine)
        engine.dispose()


def _make(server: embedded.Server, keys: dict[str, str], items: int) -> None:
    roles.create(server, keys)
    roles.create_database(server)
    addresses = db.embedded_addresses(server, keys)
    owner = db.engine_for(addresses.as_owner())
    with owner.begin() as connection:
        migrating.upgrade(connection)
    db.use(db.engine_for(addresses.app))
    with db.transaction(BANK) as session:
        an_organisation(session)
        for made in item_bank.build(session, items):
            print(f"{made} items", flush=True)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    owner.dispose()


def pages(meter: Meter, client: FlaskClient, rounds: int) -> None:
    """Report every filter and search."""
    print(f"{'page':20} {'median':>8} {'p95 ms':>8} {'of limit':>9} {'wall p95':>9} {'statements':>10}")
    costs: list[float] = []
    for name, asked in PAGES.items():
        address = f"/items/?{asked}"
        client.get(address)
        told = [meter.of(lambda address=address: _ok(client, address)) for _ in range(rounds)]
        cost, wall = (float(np.quantile([one[place] for one in told], 0.95)) for place in (0, 2))
        middle = float(np.median([one[0] for one in told]))
        costs += [one[0] for one in told]
        print(
            f"{name:20} {middle * 1e3:8.1f} {cost * 1e3:8.1f} {cost / LIMIT:9.2f} {wall * 1e3:9.1f} {told[-1][1]:10}",
            flush=True,
        )
    print(f"all pages: p95 {np.quantile(costs, 0.95) * 1e3:.1f} ms")


def _ok(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:  # noqa: PLR2004 - a page
        raise SystemExit(f"{address}: {answer.status_code}")


def sealing(meter: Meter, client: FlaskClient, rounds: int) -> None:
    """Report what opening sealed texts takes of the list of items."""
    opened, unseal = [], Vault.unseal

    def timed(self: Vault, sealed: bytes, place: str) -> bytes:
        began = time.process_time()
        try:
            return unseal(self, sealed, place)
        finally:
            opened.append(time.process_time() - began)

    Vault.unseal = timed  # type: ignore[method-assign]
    whole = sum(meter.of(lambda: _ok(client, "/items/"))[0] for _ in range(rounds))
    Vault.unseal = unseal  # type: ignore[method-assign]
    print(f"opening sealed texts: {100 * sum(opened) / whole:.2f} % of a page ({len(opened) // rounds} values)")


def texts(meter: Meter) -> None:
    """Report the duplicate check of one new item, of all pairs, and the index against plain text."""
    with db.transaction(BANK) as session:
        bodies = [item.latest.body for item in session.query(Item).order_by(Item.code).limit(40)]
        session.expunge_all()
        one = [meter.of(lambda body=body: text_index.similar(session, body, BANK))[0] for body in bodies]
        cost = float(np.quantile(one, 0.95))
        print(f"one new item: p95 {cost * 1e3:.1f} ms, {cost / ONE_ITEM:.2f} of the limit")
        many, statements, _ = meter.of(lambda: text_index.alike(session, bodies, BANK))
        print(f"an import of {len(bodies)}: {many * 1e3:.0f} ms, {statements} statements")
        session.expunge_all()
        found: list[Any] = []
        every, _, wall = meter.of(lambda: found.extend(duplicates.sought(session)))
        print(
            f"all pairs: {every:.1f} s processor, {wall:.1f} s wall, {every / ALL_PAIRS:.2f} of the limit; {len(found)}"
        )
        sizes = session.execute(text(
            "SELECT pg_relation_size('ix_item_text_words'), pg_relation_size('ix_item_text_bands'), "
            "pg_table_size('item_text'), pg_table_size('revision')"
        )).one()  # fmt: skip
        print("MB: words {:.0f}, bands {:.0f}, rows of keys {:.0f}, sealed revisions {:.0f}".format(
            *(size / 2**20 for size in sizes)
        ))  # fmt: skip
        _peer(meter, session)


def _peer(meter: Meter, session: Any) -> None:
    """Search the same texts in plain with ILIKE, given as one value so that no table holds them."""
    rows = [" ".join(wordings(item.latest.body)) for item in session.query(Item).limit(PLAIN)]
    scale = (session.scalar(text("SELECT count(*) FROM item_text")) or 1) / len(rows)
    query = text("SELECT count(*) FROM unnest(CAST(:plain AS text[])) AS stem WHERE stem ILIKE :words")
    for name, words in (("common", COMMON), ("rare", RARE)):
        keyed = session.query(Item.id).filter(text_index.holding(words, BANK))
        ours = _least(meter, keyed.all)
        nothing = {"plain": rows, "words": ""}
        sent = _least(meter, partial(session.execute, query, nothing))
        peer = scale * (_least(meter, partial(session.execute, query, nothing | {"words": f"%{words}%"})) - sent)
        told = f"ILIKE over plain text {peer * 1e3:.1f} ms; ratio {ours / peer:.2f}"
        print(f"{name} words: {ours * 1e3:.1f} ms; {told}")


def _least(meter: Meter, deed: Callable[[], Any]) -> float:
    """Give the processor seconds of the quickest of some turns: the others waited for something else."""
    return min(meter.of(deed)[0] for _ in range(9))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the bank is kept")
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--pages-only", action="store_true")
    asked = parser.parse_args()
    with bank(asked.folder, asked.items) as meter:
        (asked.folder / "secret.key").write_text("not-a-secret-" * 4)
        application = create_app(Settings(data=asked.folder))
        application.config["WTF_CSRF_ENABLED"] = False
        client = log_in(application.test_client(), a_member("item_writer", "item_reviewer", organisation=BANK))
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {asked.items} items")
        pages(meter, client, asked.rounds)
        sealing(meter, client, asked.rounds)
        if not asked.pages_only:
            texts(meter)


if __name__ == "__main__":
    main()
