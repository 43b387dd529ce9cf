"""How long a register takes to verify from its first line: ``python benchmarks/register_chain.py --lines 1000000``.

A register of certificates, each with the line that issued it, is written into a scratch database with the digests that
the database itself would compute; measured is what ``kaoping register verify`` does with it.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from kaoping.certificates import chain
from kaoping.certificates.chain import GENESIS, Line
from kaoping.exam import db, embedded, migrating, roles
from kaoping.itembank.orm import use_vault
from kaoping.itembank.vault import Vault

MOST_SECONDS = 60
BY = str(uuid4())
AT = "2026-11-28T04:00:00.000000Z"
SCOPE = "S000000000000263######"
CERTIFICATES = """\
COPY certificate (id, organisation_id, number, kind, award_id, person_id, level, demonstration, standing,
  statement_sealed, signature, key_id, query_key_sealed, query_fingerprint, name_fingerprint, tail_fingerprint,
  offline_code_sealed, issued_at) FROM STDIN"""
ENTRIES = """\
COPY register_entry (id, organisation_id, certificate_id, verb, by, at, facts, sequence, previous, digest)
FROM STDIN"""


def lines(organisation: UUID, count: int) -> Iterator[Line]:
    """Give the lines of a register in order, each with its digest; facts are written as PostgreSQL writes them."""
    last = GENESIS
    for sequence in range(1, count + 1):
        said = f'"kind": "skill_level", "rule": "2019", "scope": "{SCOPE}", "number": "S{sequence:021}", '
        facts = f'{{{said}"serial": {sequence}, "statement": "{sequence:064x}"}}'
        bare = Line(
            str(uuid4()), str(organisation), sequence, str(UUID(int=sequence)), "issued", BY, "", "", AT, facts, last,
            b"",
        )  # fmt: skip
        line = bare._replace(digest=chain.digest(bare))
        last = line.digest
        yield line


def fill(connection: psycopg.Connection, organisation: UUID, count: int) -> None:
    """Write certificates and lines past the triggers, which would take an hour."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with cursor.copy(CERTIFICATES) as out:
            for serial in range(1, count + 1):
                print_ = f"{serial:032x}"
                out.write_row(
                    (UUID(int=serial), organisation, f"S{serial:021}", "skill_level", uuid4(), uuid4(), "3", True,
                     "valid", b"", b"", "benchmark", b"", print_.encode(), b"", b"", b"", AT)
                )  # fmt: skip
        with cursor.copy(ENTRIES) as out:
            head = GENESIS
            for line in lines(organisation, count):
                head = line.digest
                out.write_row(
                    (line.id, organisation, line.certificate, line.verb, line.by, line.at, line.facts, line.sequence,
                     line.previous, line.digest)
                )  # fmt: skip
        cursor.execute("INSERT INTO register_head VALUES (%s, %s, %s, %s)", [organisation, organisation, count, head])
        counter = "INSERT INTO number_counter (id, organisation_id, scope, serial, last) VALUES (%s, %s, %s, %s, %s)"
        cursor.execute(counter, [organisation, organisation, SCOPE, count, 10 * count])
    connection.execute("ANALYZE")


def measure(folder: Path, count: int) -> dict[str, object]:
    """Fill a scratch database and verify it."""
    use_vault(Vault({"0000aaaa": b"a" * 32}, "0000aaaa"))
    organisation = uuid4()
    with embedded.running(folder) as server:
        keys = roles.passwords(folder)
        roles.create(server, keys)
        roles.create_database(server)
        addresses = db.embedded_addresses(server, keys)
        owner = db.engine_for(addresses.as_owner())
        with owner.begin() as connection:
            migrating.create(connection)
        address = server.url(roles.DATABASE).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            fill(connection, organisation, count)
        db.use(db.engine_for(addresses.app))
        began, busy = time.perf_counter(), time.process_time()
        with db.transaction(organisation) as session:
            head = chain.verify(session, organisation)
        took, own = time.perf_counter() - began, time.process_time() - busy
        db.disconnect()
        owner.dispose()
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "lines": head.sequence, "seconds": round(took, 1),
        "seconds of this process": round(own, 1), "within": took <= MOST_SECONDS,
    }  # fmt: skip


def main() -> None:
    """Measure, and fail above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        found = measure(Path(folder), asked.lines)
    print(json.dumps(found, ensure_ascii=False))
    if not found["within"]:
        raise SystemExit(f"more than {MOST_SECONDS} seconds")


if __name__ == "__main__":
    main()
