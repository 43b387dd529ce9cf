"""Faults of whole processes: the web server is killed while candidates save; nothing acknowledged is lost."""

import contextlib
import http.client
import json
import random
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from kaoping.exam.db import transaction
from kaoping.exam.delivery import entering, folds, sitting
from kaoping.exam.delivery.entering import Entry
from kaoping.exam.delivery.models import Sitting, Step, StepVerb
from kaoping.itembank.vault import Vault
from tests.builders import an_organisation
from tests.builders_delivery import a_candidate, an_exam
from tests.conftest import Database
from tests.exam.delivery.serving import WebServer, serving

pytestmark = pytest.mark.slow

KILLS, PEOPLE, BETWEEN = 3, 6, 100
LETTERS = "ABCD"


@dataclass(frozen=True)
class Word:
    """An answer that the server acknowledged."""

    sitting: UUID
    sequence: int
    number: int
    response: str


@dataclass
class Bot:
    """A candidate who changes the same answer as fast as the server acknowledges."""

    sitting: UUID
    token: str
    port: int
    words: list[Word] = field(default_factory=list)
    broken: int = 0

    def storm(self, enough: threading.Event) -> None:
        rng, sequence = random.Random(self.sitting.int), 0
        while not enough.is_set():
            sequence += 1
            self._save(sequence, rng.choice(LETTERS))
            if self.words and rng.random() < 0.1:
                old = rng.choice(self.words)
                self._save(old.sequence, old.response, again=True)

    def _save(self, sequence: int, response: str, *, again: bool = False) -> None:
        body = json.dumps({"response": response, "sequence": sequence})
        while True:
            try:
                found = self._put(body)
            except (OSError, http.client.HTTPException, ValueError):
                self.broken += 1
                time.sleep(0.05)
                continue
            if not again:
                self.words.append(Word(self.sitting, sequence, found["number"], response))
            return

    def _put(self, body: str) -> dict[str, int]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "X-Kaoping-Sitting": "1",
                   "Content-Type": "application/json", "Cookie": f"kp_sitting={self.token}"}  # fmt: skip
        with contextlib.closing(line):
            line.request("PUT", "/api/exam/answers/2", body, headers)
            answer = line.getresponse()
            told = answer.read()
        if answer.status != http.client.OK:
            raise ValueError(told)
        found: dict[str, int] = json.loads(told)
        return found


def lost(words: Iterable[Word], steps: Iterable[Step]) -> list[Word]:
    """Name what was acknowledged and is not in the database as it was acknowledged."""
    answers = (step for step in steps if step.verb is StepVerb.ANSWER)
    stored = {Word(step.sitting_id, step.client_sequence or 0, step.number, str(step.response)) for step in answers}
    return [word for word in words if word not in stored]


@pytest.fixture
def web(database: Database, vault: Vault, tmp_path: Path) -> Iterator[WebServer]:
    with serving(database, tmp_path) as server:
        yield server


def seated(port: int) -> tuple[UUID, list[Bot]]:
    organisation, now = uuid4(), datetime.now(UTC)
    with transaction(organisation) as session:
        an_organisation(session)
        exam = an_exam(session, opens_at=now)
        everybody = [a_candidate(session, exam) for _ in range(PEOPLE)]
    bots = []
    for one in everybody:
        with transaction() as session:
            entry = entering.enter(session, ticket=one.ticket, name=one.name, secret=one.tail, address="127.0.0.1")
            assert isinstance(entry, Entry)
            bots.append(Bot(sitting.start(session, entry.token).id, entry.token, port))
    return organisation, bots


def _wait_for(bots: list[Bot], words: int) -> None:
    """Let the storm blow until so many answers were acknowledged."""
    until = time.monotonic() + 120
    while sum(len(bot.words) for bot in bots) < words:
        assert time.monotonic() < until, "the storm has died"
        time.sleep(0.05)


def test_killing_the_web_server_loses_nothing_that_was_acknowledged(web: WebServer) -> None:
    organisation, bots = seated(web.port)
    enough = threading.Event()
    threads = [threading.Thread(target=bot.storm, args=(enough,)) for bot in bots]
    for thread in threads:
        thread.start()
    for kill in range(1, KILLS + 1):
        _wait_for(bots, kill * BETWEEN)
        web.kill()
        web.start()
    enough.set()
    for thread in threads:
        thread.join()
    words = [word for bot in bots for word in bot.words]
    with transaction(organisation) as session:
        steps = session.scalars(select(Step)).all()
        assert len(words) >= KILLS * BETWEEN
        assert sum(bot.broken for bot in bots) > 0
        assert lost(words, steps) == []
        assert lost([*words, Word(bots[0].sitting, 10**6, 10**6, "A")], steps)
        for bot in bots:
            held = session.get_one(Sitting, bot.sitting)
            assert sitting.broken_step(session, bot.sitting) is None
            assert folds.answers(held.steps) == {2: bot.words[-1].response}
