"""``kaoping keys`` on the issuer's keys: ceremony, rotation, revocation, as somebody types them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from sqlalchemy import select

from kaoping.certificates import keys
from kaoping.exam import db, signing
from kaoping.exam.cli import main
from kaoping.exam.people.models import Organisation
from kaoping.exam.settings import Settings
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.vault import Vault
from tests.certificates.test_sm2 import has_sm2
from tests.conftest import Database

SEEN = ["--witness", "何清", "--witness", "陆远"]


@pytest.fixture
def installed(own_database: Database, database: Database, vault: Vault, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the environment of an installation with one organisation; the address shows no password to the test."""
    shown = {"app": own_database.addresses.app, "owner": own_database.addresses.as_owner()}
    urls = {name: address.render_as_string(hide_password=False) for name, address in shown.items()}
    environment = {
        "KAOPING_DATA": str(tmp_path), "KAOPING_DATABASE_URL": urls["app"], "KAOPING_OWNER_DATABASE_URL": urls["owner"],
        "KAOPING_LOG_LEVEL": "error",
    }  # fmt: skip
    facts = ["--name", "某单位", "--name-en", "A unit", "--kind", "S", "--institution-code", "0001"]
    run(environment, "keys", "new")
    run(environment, "organisation", "add", "demo", *facts, "--province-code", "11", "--site-code", "000001")
    yield environment
    db.disconnect()
    db.use(database.engine)


def run(environment: dict[str, str], *arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments), env=environment)
    assert not (result.exception and not isinstance(result.exception, SystemExit)), result.output
    return result


def test_the_keys_of_an_issuer_from_ceremony_to_revocation(installed: dict[str, str], tmp_path: Path) -> None:
    sm2 = ["--sm2"] if has_sm2() else []
    installed |= {"KAOPING_SM2_KEY": str(tmp_path / "sm2.pem")} if sm2 else {}
    alone = run(installed, "keys", "ceremony", "--led-by", "程以安", "--witness", "何清")
    held = run(installed, "keys", "ceremony", "--led-by", "程以安", *SEEN, *sm2, "--document-request", "示范机构")
    first = keys.load(tmp_path / "signing.pem")

    minutes = next(tmp_path.glob("key-ceremony-*.md")).read_text(encoding="utf-8")
    request = x509.load_pem_x509_csr((tmp_path / "document.csr.pem").read_bytes())
    assert (alone.exit_code, "Two witnesses" in alone.output) == (1, True)
    assert held.exit_code == 0, held.output
    assert (tmp_path / "document.key.pem").stat().st_mode & 0o777 == 0o600
    assert request.is_signature_valid
    assert all(word in minutes for word in ("何清", "陆远", "程以安", first.key_id, "RSA-3072"))
    assert "PRIVATE" not in minutes

    refused = run(installed, "keys", "revoke", first.key_id, "--lost", "--reason", "遗失")
    rotated = run(installed, "keys", "rotate-signing", *SEEN)
    second = keys.load(tmp_path / "signing.pem")
    revoked = run(installed, "keys", "revoke", first.key_id, "--lost", "--reason", "磁盘失窃")
    listed = run(installed, "keys", "issued").output

    assert (refused.exit_code, "rotate-signing" in refused.output) == (1, True)
    assert (rotated.exit_code, revoked.exit_code) == (0, 0), rotated.output + revoked.output
    assert second.key_id != first.key_id
    assert (tmp_path / f"signing-retired-{first.key_id}.pem").stat().st_mode & 0o777 == 0o600
    assert "磁盘失窃" in listed
    assert {first.key_id, second.key_id} <= set(signing.published(Settings(data=tmp_path)))
    with db.transaction() as session:
        organisation = session.scalars(select(Organisation.id)).one()
    with db.transaction(organisation) as session:
        published = signing.published(Settings(data=tmp_path), session)
        assert list(published.withdrawn) == [first.key_id]
        deeds = session.scalars(select(TrailEntry.verb).order_by(TrailEntry.number)).all()
    assert [deed.removeprefix("issuer_key.") for deed in deeds if deed.startswith("issuer_key")] == [
        *["entered"] * (4 if sm2 else 3), "put_aside", "revoked",
    ]  # fmt: skip
    assert ("SM2" in minutes) is bool(sm2)
    assert "0 certificates wait" in run(installed, "keys", "affected", first.key_id).output
    cosigned = run(installed, "keys", "cosign").output
    assert "0 certificates" in cosigned if sm2 else "KAOPING_SM2_KEY" in cosigned


def test_a_revocation_says_whether_somebody_else_had_the_key(installed: dict[str, str]) -> None:
    neither = run(installed, "keys", "revoke", "0" * 16, "--reason", "x")
    unknown = run(installed, "keys", "revoke", "0" * 16, "--lost", "--reason", "x")
    mistyped = run(installed, "keys", "revoke", "0" * 16, "--since", "gestern", "--reason", "x")

    assert (neither.exit_code, mistyped.exit_code) == (2, 2)
    assert (unknown.exit_code, "No issuer key is named" in unknown.output) == (1, True)
