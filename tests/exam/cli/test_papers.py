"""``kaoping papers assemble``: papers in the database, or an exit status that says why there are none."""

import json
import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam import db
from kaoping.exam.cli import main
from kaoping.exam.people.models import Membership
from kaoping.itembank import orders, vault
from kaoping.itembank.orm import use_vault
from kaoping.itembank.papers import AssemblyRun, RunState
from tests.builders import NOON, an_account, an_organisation, stored
from tests.builders_papers import a_bank, a_specification
from tests.conftest import Database

NAME = "三级理论知识"
WHO = ("--as", "assembler", "--organisation", "demo")


@pytest.fixture
def installed(
    own_database: Database, database: Database, organisation: UUID, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """Give the environment of an installation whose bank has an approved specification."""
    address = own_database.addresses.app.render_as_string(hide_password=False)
    environment = {"KAOPING_DATA": str(tmp_path), "KAOPING_DATABASE_URL": address, "KAOPING_LOG_LEVEL": "error"}
    assert CliRunner().invoke(main, ["keys", "new"], env=environment).exit_code == 0
    use_vault(vault.load(next(tmp_path.glob("keys*"))))
    with Session(own_database.engine, info={"organisation": organisation}) as session, session.begin():
        an_organisation(session, code="demo")
        account = an_account(session, email="assembler")
        granted = {"granted_by": account.id, "granted_at": NOON}
        stored(session, Membership(account_id=account.id, organisation=organisation, role="assembler", **granted))
        an_account(session, email="nobody")
        a_specification(session, a_bank(session))
    yield environment
    db.disconnect()
    db.use(database.engine)


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["papers", "assemble", *arguments], env=environment)


def test_papers_are_assembled_and_what_is_there_is_named_where_a_name_is_unknown(installed: dict[str, str]) -> None:
    named = ("--specification", NAME, "--forms", "1")
    refused = [
        run(installed, "--specification", "四级", *WHO),
        run(installed, *named, "--exam", "补考", *WHO),
        run(installed, *named, "--unlike", "2026-3-0009-A", *WHO),
        run(installed, *named, "--time-limit", "0", *WHO),
        run(installed, *named, "--as", "nobody", "--organisation", "demo"),
        run(installed, *named, "--as", "assembler", "--organisation", "other"),
    ]
    found = run(installed, *named, "--json", *WHO)
    told = run(installed, *named, *WHO)

    assert [one.exit_code for one in refused] == [1] * 6
    said = ("四级”. There are: 三级理论知识", "exam called “补考”", "paper called", "give 1 to 600", "roles", "demo")
    for words, one in zip(said, refused, strict=True):
        assert words in one.stderr
        assert one.stderr.count("\n") == 1
    facts = json.loads(found.stdout)
    assert (found.exit_code, facts["status"], len(facts["papers"])) == (0, "optimal", 1)
    assert facts["gap"] <= 0.001
    assert told.exit_code == 0
    assert told.stdout.count("-3-0002-A: information of the poorest") == 1


def test_why_there_are_none_is_told_with_status_3(
    installed: dict[str, str], own_database: Database, organisation: UUID
) -> None:
    told = run(installed, "--specification", NAME, "--forms", "8", *WHO)
    found = run(installed, "--specification", NAME, "--forms", "8", "--json", *WHO)

    assert (told.exit_code, found.exit_code) == (3, 3)
    assert "8 papers need" in told.stderr
    facts = json.loads(found.stdout)
    assert (facts["status"], facts["papers"]) == ("infeasible", [])
    assert "8 papers need" in facts["message"]


def test_ctrl_c_cancels_the_run_and_keeps_nothing(
    installed: dict[str, str], own_database: Database, organisation: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = orders.begin

    def interrupted(session: Session, run_id: UUID, *, at: datetime | None = None) -> AssemblyRun | None:
        signal.raise_signal(signal.SIGINT)
        return begin(session, run_id, at=at)

    monkeypatch.setattr(orders, "begin", interrupted)
    ended = run(installed, "--specification", NAME, *WHO)

    assert (ended.exit_code, ended.stderr) == (130, "Error: The search was cancelled; no paper was kept.\n")
    with Session(own_database.engine, info={"organisation": organisation}) as session:
        (kept,) = session.scalars(select(AssemblyRun))
        assert (kept.state, kept.papers) == (RunState.CANCELLED, [])
