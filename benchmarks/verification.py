"""How fast the public verification answers, and whether guessing finds anything: ``python benchmarks/verification.py``.

Server time of whole requests through the application, in turns over the ways to ask, with a certificate of its own each
time. Then 10,000 guesses of names and tails against known numbers, from one address and from as many as it takes.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from kaoping.certificates import register
from kaoping.certificates.keys import generate
from kaoping.certificates.number import Filing
from kaoping.certificates.register import Holder
from kaoping.exam import db, embedded, migrating, roles
from kaoping.exam.app import create_app
from kaoping.exam.people import persons
from kaoping.exam.people.models import AttemptCounter
from kaoping.exam.results import verifying
from kaoping.exam.settings import Settings
from kaoping.itembank.orm import use_vault
from kaoping.itembank.vault import Vault
from tests.builders import an_actor, an_organisation
from tests.builders_registration import a_candidate
from tests.certificates.builders import a_photo, an_award

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
BUDGET_MS = 50


def issued(settings: Settings, count: int) -> list[dict[str, str]]:
    """Commit certificates of one organisation; give number, name, tail and query key of each."""
    key, photo, made = generate(settings.signing_key), a_photo(), []
    with db.transaction(uuid4()) as session:
        an_organisation(session, site_code="000417")
        by = an_actor(session, "certificate_officer")
        for serial in range(count):
            person = persons.find_or_create(
                session, a_candidate(serial + 1, f"方{chr(0x4E00 + serial)}"), by=by, at=NOW
            )
            session.flush()
            award = an_award(name=person.name, id_number=person.identity)
            holder = Holder(person.id, person.name_folded, person.identity[-6:], photo)
            filing = Filing("S", "0000", "00", "000417")
            held = register.issue(
                session, award, decision_id=uuid4(), holder=holder, filing=filing, key=key, by=by, at=NOW
            )
            made.append(
                {"number": held.number, "name": award.name, "tail": award.id_number[-6:], "key": held.query_key}
            )
    return made


def ways(client: FlaskClient) -> dict[str, Callable[[dict[str, str]], Any]]:
    """Give the ways to ask."""

    def by_number(said: dict[str, str]) -> Any:
        return client.post("/verify", data=said)

    def unknown(said: dict[str, str]) -> Any:
        forget()
        return by_number(said | {"number": "S000000000000263999999"})

    def mismatched(said: dict[str, str]) -> Any:
        forget()
        return by_number(said | {"name": "无此人"})

    return {
        "QR code, face with photo": lambda said: client.get(f"/v/{said['key']}"),
        "number, name and tail": by_number,
        "number and name": lambda said: by_number(said | {"tail": ""}),
        "unknown number": unknown,
        "other name": mismatched,
    }


def forget() -> None:
    """Empty the counters, outside the time that is taken."""
    with db.transaction() as session:
        session.execute(delete(AttemptCounter))


def measure(app: Flask, certificates: list[dict[str, str]], rounds: int, report: Callable[[str], None]) -> None:
    """Take turns between the ways and report the median and the 95th percentile of each."""
    app.config["WTF_CSRF_ENABLED"] = False
    taken: list[float] = []
    app.before_request(lambda: taken.append(-time.perf_counter()))
    app.after_request(lambda response: (taken.append(taken.pop() + time.perf_counter()), response)[1])
    client = app.test_client()
    asked = ways(client)
    times: dict[str, list[float]] = {way: [] for way in asked}
    for said in islice(cycle(certificates), rounds):
        for way, ask in asked.items():
            ask(said)
            times[way].append(taken[-1] * 1000)
    for way, held in times.items():
        cuts = statistics.quantiles(held[5:], n=20)
        report(f"{way:26s} median {statistics.median(held):5.1f} ms, p95 {cuts[18]:5.1f} ms (budget {BUDGET_MS})")


def guesses(certificates: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Give wrong answers that look right: the right name, and every tail of the holder's month but the right one."""
    for number in cycle(certificates):
        for serial in range(100):
            tail = f"{serial:02}{number['tail'][2:]}"
            if tail != number["tail"]:
                yield {"number": number["number"], "name": number["name"], "tail": tail}


def guess(certificates: list[dict[str, str]], count: int, report: Callable[[str], None]) -> None:
    """Guess from one address until it is told no more, then from a new one for every guess."""
    forget()
    hits = looked_up = 0
    for turn, said in enumerate(islice(guesses(certificates), 2 * count)):
        address = "192.0.2.7" if turn < count else f"2001:db8:{turn >> 16:x}:{turn & 0xFFFF:x}::1"
        said_ = {"name": said["name"], "tail": said["tail"], "keys": {}, "address": address}
        with db.transaction() as session:
            answer = verifying.ask_by_number(session, said["number"], **said_)
        hits += answer.face is not None
        looked_up += turn < count and answer.come_back is None
    report(f"{count} guesses from one address: {looked_up} looked up; {2 * count} guesses in all: {hits} found")


def main() -> None:
    """Run on an embedded PostgreSQL of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--guesses", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        os.environ["KAOPING_DATA"] = folder
        (Path(folder) / "secret.key").write_text("not-a-secret-" * 4)
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
            db.use(db.engine_for(addresses.app))
            settings = Settings(data=Path(folder))
            certificates = issued(settings, asked.certificates)
            measure(create_app(settings), certificates, asked.rounds, print)
            guess(certificates, asked.guesses, print)


if __name__ == "__main__":
    main()
