"""What judging the statistics of a bank costs: ``python benchmarks/attention.py``.

Every item has statistics of two calibrations and a comparison of two groups; one in twenty has drifted, one in fifty
differs between the groups. The rows are copies of one item made by the database, as judging opens no wording. Reported
are the time by the clock and the processor time of the program, against the limit of 30 s for 50,000 items.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from kaoping.exam import db, embedded, migrating, roles
from kaoping.exam.results import attention
from kaoping.itembank.actor import Actor
from kaoping.itembank.orm import use_vault
from kaoping.itembank.vault import Vault
from tests.builders import an_actor
from tests.builders_bank import an_approved_item
from tests.builders_papers import a_calibration_run, with_statistics

BANK, LIMIT = UUID(int=8), 30.0
COPY_ITEMS = """
INSERT INTO item SELECT (jsonb_populate_record(item, jsonb_build_object(
  'id', gen_random_uuid(), 'code', '9-' || lpad(n::text, 6, '0'), 'demonstration', true))).*
FROM item, generate_series(1, :items) n"""
COPY_REVISIONS = """
INSERT INTO revision SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'item_id', i.id))).*
FROM revision r CROSS JOIN item i WHERE i.code LIKE '9-%'"""
COPY_STATISTICS = """
INSERT INTO statistics SELECT (jsonb_populate_record(s, jsonb_build_object(
  'id', gen_random_uuid(), 'revision_id', r.id, 'item_id', r.item_id,
  'run_id', CAST(:run AS uuid), 'state', CAST(:state AS text),
  'b', hashtext(r.id::text) / 1.0e9 + random() * 0.3 + CASE WHEN random() < :drifted THEN 1.5 ELSE 0 END))).*
FROM statistics s CROSS JOIN revision r JOIN item i ON i.id = r.item_id
WHERE i.code LIKE '9-%' AND s.id = CAST(:pattern AS uuid)"""
COMPARE = """
INSERT INTO differential (id, organisation_id, run_id, revision_id, grouping, reference, focal, n_reference, n_focal,
  least, outcome, size, delta, se, p, difference)
SELECT gen_random_uuid(), s.organisation_id, s.run_id, s.revision_id, 'sex', 'male', 'female', 500, 500, 200,
  'examined',
  CASE WHEN random() < 0.02 THEN 'C' ELSE 'A' END, -1.8, 0.3, 0.001, -0.1
FROM statistics s WHERE s.state = 'adopted' AND s.id <> CAST(:pattern AS uuid)"""


def fill(session: Session, items: int) -> Actor:
    """Copy one measured item as often as asked."""
    keeper, item = an_actor(session, "psychometrician"), an_approved_item(session)
    runs = [a_calibration_run(session, item.level, by=keeper) for _ in range(2)]
    pattern = with_statistics(session, item, runs[0], a=1.0, b=0.0)
    session.flush()
    session.execute(text("UPDATE calibration_run SET at = at - interval '1 year' WHERE id = :run"), {"run": runs[0].id})
    session.execute(text(COPY_ITEMS), {"items": items})
    session.execute(text(COPY_REVISIONS))
    for run, state, drifted in ((runs[0], "superseded", 0.0), (runs[1], "adopted", 0.05)):
        facts = {"run": run.id, "state": state, "drifted": drifted, "pattern": pattern.id}
        session.execute(text(COPY_STATISTICS), facts)
    session.execute(text(COMPARE), {"pattern": pattern.id})
    return keeper


def measure(keeper: Actor, items: int) -> None:
    """Judge a bank three times."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {items} items", flush=True)
    for _ in range(3):
        with db.transaction(BANK) as session:
            clock, processor = time.perf_counter(), time.process_time()
            found = attention.refresh(session, by=keeper)
            clock, processor = time.perf_counter() - clock, time.process_time() - processor
        print(
            f"{found} findings in {clock:.1f} s, {processor:.1f} s of them in the program (limit {LIMIT:.0f} s)",
            flush=True,
        )


def main() -> None:
    """Run on an embedded PostgreSQL of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=50_000)
    asked = parser.parse_args()
    use_vault(Vault({"0000aaaa": b"a" * 32}, "0000aaaa"))
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        with embedded.running(Path(folder)) as server:
            keys = roles.passwords(Path(folder))
            roles.create(server, keys)
            roles.create_database(server)
            addresses = db.embedded_addresses(server, keys)
            owner = db.engine_for(addresses.as_owner())
            with owner.begin() as connection:
                migrating.upgrade(connection)
            db.use(db.engine_for(addresses.app))
            with db.transaction(BANK) as session:
                keeper = fill(session, asked.items)
            with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
            owner.dispose()
            measure(keeper, asked.items)


if __name__ == "__main__":
    main()
