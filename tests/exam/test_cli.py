"""The command: every failure is one sentence and an exit status."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from kaoping.exam import db
from kaoping.exam.cli import main
from kaoping.exam.people.models import Account, Membership, Organisation
from kaoping.itembank.trail import TrailEntry
from tests.conftest import Database


@pytest.fixture
def installed(own_database: Database, database: Database, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the environment of an installation with a database of its own and no key yet."""
    shown = {"app": own_database.addresses.app, "owner": own_database.addresses.as_owner()}
    urls = {name: address.render_as_string(hide_password=False) for name, address in shown.items()}
    yield {
        "KAOPING_DATA": str(tmp_path), "KAOPING_DATABASE_URL": urls["app"], "KAOPING_OWNER_DATABASE_URL": urls["owner"],
        "KAOPING_LOG_LEVEL": "error",
    }  # fmt: skip
    db.disconnect()
    db.use(database.engine)


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environment)


def test_help_names_every_command() -> None:
    result = run({}, "--help")

    assert result.exit_code == 0
    for command in ("serve", "web", "worker", "db", "person", "keys", "audit", "doctor", "version", "analyse"):
        assert f"\n  {command} " in result.output


def test_a_wrong_setting_is_one_sentence_and_status_1(installed: dict[str, str]) -> None:
    result = run(installed | {"KAOPING_PORT": "no"}, "keys", "show")

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith("Error: The setting KAOPING_PORT cannot be used")


def test_missing_keys_are_one_sentence_and_status_1(installed: dict[str, str]) -> None:
    result = run(installed, "audit", "verify")

    assert result.exit_code == 1
    assert result.output.startswith("Error: The key file ")


def test_a_folder_that_cannot_be_made_is_one_sentence(installed: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    result = run(installed | {"KAOPING_DATA": str(tmp_path / "file" / "data")}, "keys", "new")

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith(f"Error: {tmp_path / 'file'}")


def test_a_file_that_holds_no_anchors_is_one_sentence(installed: dict[str, str], tmp_path: Path) -> None:
    organisation = ["--name", "某单位", "--name-en", "A unit", "--kind", "S", "--institution-code", "0001"]
    run(installed, "keys", "new")
    run(installed, "organisation", "add", "demo", *organisation, "--province-code", "11", "--site-code", "000001")
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n")

    result = run(installed, "audit", "verify", "--anchors", str(tmp_path / "picture"))

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "it is not a line of `kaoping audit anchor`" in result.output


def test_a_password_is_not_asked_where_there_is_no_terminal(installed: dict[str, str]) -> None:
    result = run(installed, "person", "add", "wang@example.org", "--name", "王某")

    assert result.exit_code == 2
    assert "use --generate" in result.output


def test_a_database_that_does_not_answer_is_one_sentence(installed: dict[str, str]) -> None:
    result = run(installed | {"KAOPING_DATABASE_URL": "postgresql://a:b@127.0.0.1:9/none"}, "db", "check")

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith("Error: The database at 127.0.0.1/none cannot be reached")


def test_the_first_day_of_an_installation(installed: dict[str, str], own_database: Database) -> None:
    organisation = ["--name", "某单位", "--name-en", "A unit", "--kind", "S", "--institution-code", "0001"]
    steps = [
        ["keys", "new"],
        ["organisation", "add", "demo", *organisation, "--province-code", "11", "--site-code", "000001"],
        ["person", "add", "Wang@Example.org", "--name", "王某", "--generate"],
        ["person", "role", "wang@example.org", "item_writer", "--organisation", "demo"],
        ["person", "role", "wang@example.org", "item_writer", "--organisation", "demo"],
        ["audit", "verify"],
        ["keys", "rotate"],
        ["keys", "show"],
    ]

    results = [run(installed, *step) for step in steps]

    assert [result.exit_code for result in results] == [0] * len(steps), [result.output for result in results]
    assert "某单位: 1 entries, unbroken." in results[5].output
    with db.open_session() as session:
        account = session.scalars(select(Account)).one()
        assert account.password is not None
        assert account.password.startswith("$argon2id$")
        assert session.scalars(select(Membership.role)).all() == ["item_writer"]
        organisation_id = session.scalars(select(Organisation.id)).one()
    with db.transaction(organisation_id) as session:
        assert session.scalars(select(TrailEntry.verb)).all() == ["role.granted"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("person", "add", "not an address", "--name", "x", "--generate"),
            "is neither an e-mail address nor a log-in name",
        ),
        (("person", "role", "nobody@example.org", "marker", "--organisation", "demo"), "No account has the address"),
    ],
)
def test_wrong_names_are_told(installed: dict[str, str], arguments: tuple[str, ...], sentence: str) -> None:
    run(installed, "keys", "new")

    result = run(installed, *arguments)

    assert result.exit_code == 1
    assert sentence in result.output


def test_an_anchor_is_appended_and_verified(installed: dict[str, str], tmp_path: Path) -> None:
    run(installed, "keys", "new")
    file = tmp_path / "anchors"

    written = [run(installed, "audit", "anchor", str(file)).exit_code for _ in range(2)]
    verified = run(installed, "audit", "verify", "--anchors", str(file))

    assert written == [0, 0]
    assert verified.exit_code == 0, verified.output


def test_the_roles_of_an_external_server_are_printed_as_sql() -> None:
    result = run({}, "db", "roles")

    assert "CREATE DATABASE kaoping OWNER kaoping_owner" in result.output
