"""How fast answers are saved, against a bare insert of one row in the same run: ``python benchmarks/saving.py``.

Both sides are one statement and one commit per answer, on one connection of the program's role, taken in turns. The
ratio is the figure to watch; the machine decides the rest.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy.orm import Session

from kaoping.exam import db, embedded, migrating, roles
from kaoping.exam.delivery import entering, sitting, tokens
from kaoping.itembank.orm import use_vault
from kaoping.itembank.vault import Vault
from tests.builders import an_organisation
from tests.builders_delivery import a_candidate, an_exam

SAVE = "SELECT * FROM save_answer(%s, 2, NULL, %s, 'answer', %s, NULL)"
BARE = "INSERT INTO bare (sitting, number, response) VALUES (%s, %s, %s)"
TABLE = "CREATE TABLE bare (sitting uuid, number integer, response jsonb, PRIMARY KEY (sitting, number))"


def rate(connection: psycopg.Connection, statement: str, rows: list[tuple[object, ...]]) -> float:
    """Give the rows per second of one round."""
    began = time.perf_counter()
    for row in rows:
        connection.execute(statement, row, prepare=True)
        connection.commit()
    return len(rows) / (time.perf_counter() - began)


def a_running_sitting(address: db.Addresses) -> bytes:
    """Commit an exam with one candidate in it and give the digest of the token."""
    db.use(db.engine_for(address.app))
    organisation = uuid4()
    with db.transaction(organisation) as session:
        an_organisation(session)
        seated = a_candidate(session, an_exam(session, opens_at=datetime.now(UTC)))
    with db.transaction() as session:
        return tokens.digest(_begun(session, seated.ticket, seated.name, seated.tail))


def _begun(session: Session, ticket: str, name: str, tail: str) -> str:
    entry = entering.enter(session, ticket=ticket, name=name, secret=tail, address="127.0.0.1")
    if not isinstance(entry, entering.Entry):
        raise entry
    sitting.start(session, entry.token)
    return entry.token


def measure(addresses: db.Addresses, rounds: int, saves: int, report: Callable[[str], None]) -> None:
    """Take turns between the two and report medians."""
    digest = a_running_sitting(addresses)
    with psycopg.connect(_plain(addresses.as_owner())) as owner:
        owner.execute(TABLE)
        owner.execute("GRANT INSERT ON bare TO kaoping_app")
    key, saved, bare = uuid4(), [], []
    with psycopg.connect(_plain(addresses.app)) as connection:
        for turn in range(rounds):
            numbers = range(turn * saves + 1, (turn + 1) * saves + 1)
            bare.append(rate(connection, BARE, [(key, number, json.dumps("B")) for number in numbers]))
            answers = [(digest, number, json.dumps("ABCD"[number % 4])) for number in numbers]
            saved.append(rate(connection, SAVE, answers))
            report(f"round {turn + 1}: {saved[-1]:7.0f} saves/s, {bare[-1]:7.0f} bare inserts/s")
    ratio = statistics.median(one / other for one, other in zip(saved, bare, strict=True))
    report(f"median {1000 / statistics.median(saved):.2f} ms per save; ratio to a bare insert {ratio:.2f}")


def _plain(address: object) -> str:
    return address.set(drivername="postgresql").render_as_string(hide_password=False)  # type: ignore[attr-defined, no-any-return]


def main() -> None:
    """Run on an embedded PostgreSQL of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--saves", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        use_vault(Vault({"0000aaaa": b"a" * 32}, "0000aaaa"))
        with embedded.running(Path(folder)) as server:
            keys = roles.passwords(Path(folder))
            roles.create(server, keys)
            roles.create_database(server)
            addresses = db.embedded_addresses(server, keys)
            owner = db.engine_for(addresses.as_owner())
            with owner.begin() as connection:
                migrating.upgrade(connection)
            owner.dispose()
            measure(addresses, asked.rounds, asked.saves, print)


if __name__ == "__main__":
    main()
