"""Values are sealed anew under another key while the system runs: broken off anywhere, nothing is lost."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.exam import db, resealing
from kaoping.exam.cli import main
from kaoping.exam.people.models import IdentityType, Person
from kaoping.exam.resealing import KeyInUse, Progress, WritersLeft
from kaoping.exam.schema import Base
from kaoping.itembank import authoring, vault
from kaoping.itembank.ciphers import Cipher
from kaoping.itembank.items import Review, Revision
from kaoping.itembank.models import Standard, Task
from kaoping.itembank.orm import sealed_columns, use_vault
from kaoping.itembank.vault import Vault
from tests.builders import NOON, an_actor, stored
from tests.builders_bank import a_standard, a_submitted_item, a_verdict, an_item, level_of
from tests.builders_tasks import a_task_in_review
from tests.conftest import Database

OLD, NEW = b"a" * 32, b"n" * 16


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def keys() -> Vault:
    """Give the ring before its rotation, open."""
    opened = Vault({"0000aaaa": OLD}, "0000aaaa")
    use_vault(opened)
    return opened


def bank(engine: Engine) -> UUID:
    """Store an organisation with items, a verdict and a person."""
    organisation = uuid4()
    with Session(engine, info={"organisation": organisation}) as session, session.begin():
        standard, reviewer = a_standard(session), an_actor(session, "item_reviewer")
        for _ in range(3):
            a_verdict(session, a_submitted_item(session, standard=standard), comment="准确", by=reviewer)
        an_item(session, standard)
        a_task_in_review(session, level_of(standard))
        stored(session, Person(
            organisation_id=organisation, name="李示范", name_folded="李示范", identity="11010119900307701X",
            identity_type=IdentityType.RESIDENT_IDENTITY_CARD, identity_fingerprint=b"1", tail_fingerprint=b"2",
            created_at=NOON,
        ))  # fmt: skip
    return organisation


def everything(engine: Engine, organisation: UUID) -> list[object]:
    """Read every sealed value that the fixtures made."""
    with Session(engine, info={"organisation": organisation}) as session:
        bodies = [(row.id, row.body) for row in session.scalars(select(Revision).order_by(Revision.id))]
        comments = [row.comment for row in session.scalars(select(Review).order_by(Review.id))]
        tasks = [row.body for row in session.scalars(select(Task))]
        return [*bodies, *comments, *tasks, *(row.identity for row in session.scalars(select(Person)))]


def test_a_run_that_is_killed_goes_on_and_nothing_is_lost(own_database: Database, keys: Vault) -> None:
    organisations = [bank(own_database.engine) for _ in range(2)]
    before = [everything(own_database.engine, each) for each in organisations]
    ring = Vault({"0000aaaa": OLD, "0000bbbb": NEW}, "0000bbbb")
    told: list[Progress] = []

    def kill(at: Progress) -> None:
        told.append(at)
        if len(told) == 3:
            raise Killed

    with db.as_role(own_database.addresses.as_owner()) as owner:
        with pytest.raises(Killed):
            resealing.reseal(owner, ring, told=kill, batch=1)
        use_vault(ring)
        halfway = [everything(own_database.engine, each) for each in organisations]
        with pytest.raises(KeyInUse, match="revision"):
            resealing.require_unused(owner, "0000aaaa")
        done = resealing.reseal(owner, ring, batch=2)
        again = resealing.reseal(owner, ring)
        resealing.require_unused(owner, "0000aaaa")

    use_vault(Vault({"ffffffff": b"f" * 32, "0000bbbb": NEW}, "0000bbbb"))
    assert halfway == before
    assert [everything(own_database.engine, each) for each in organisations] == before
    assert (done.unreadable, done.left) == ((), 0)
    assert done.values + 3 == 2 * (4 + 3 + 1 + 1)
    assert again.values == 0
    assert ring.cipher_of(ring.current) is Cipher.SM4_GCM


def test_what_is_written_meanwhile_is_sealed_anew_in_the_same_run(own_database: Database, keys: Vault) -> None:
    organisation = bank(own_database.engine)
    ring = Vault({"0000aaaa": OLD, "0000bbbb": NEW}, "0000bbbb")
    written: list[UUID] = []

    def write(_: Progress) -> None:
        """Write one more draft in a process that has not noticed the new key."""
        if not written:
            use_vault(keys)
            with Session(own_database.engine, info={"organisation": organisation}) as session, session.begin():
                standard = session.scalars(select(Standard)).one()
                written.append(an_item(session, standard).latest.id)
            use_vault(ring)

    with db.as_role(own_database.addresses.as_owner()) as owner:
        done = resealing.reseal(owner, ring, told=write, batch=100)

    assert done.left == 0
    with Session(own_database.engine, info={"organisation": organisation}) as session:
        assert session.get_one(Revision, written[0]).body_sealed.startswith(b"0000bbbb")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE revision SET body_sealed = overlay(body_sealed PLACING '\\x00' FROM 30)",
        "UPDATE revision SET body_sealed = '\\x3131313131313131' || body_sealed",
        "UPDATE revision SET body_sealed = overlay(body_sealed PLACING '\\x31' FROM 1), difficulty = 1",
        "UPDATE review SET comment_sealed = '\\x3131313131313131' || comment_sealed",
        "UPDATE task SET body_sealed = '\\x3131313131313131' || body_sealed",
        "UPDATE task SET body_sealed = overlay(body_sealed PLACING '\\x31' FROM 1), minutes = 1",
        "DELETE FROM revision",
    ],
)
def test_the_owner_may_seal_anew_and_nothing_else(own_database: Database, keys: Vault, change: str) -> None:
    organisation = bank(own_database.engine)

    with (
        db.as_role(own_database.addresses.as_owner()) as owner,
        Session(owner, info={"organisation": organisation}) as session,
        pytest.raises(DBAPIError, match="never change"),
    ):
        session.execute(text(change))


def test_the_program_itself_may_not_seal_a_submitted_revision_anew(own_database: Database, keys: Vault) -> None:
    organisation = bank(own_database.engine)

    with (
        Session(own_database.engine, info={"organisation": organisation}) as session,
        pytest.raises(DBAPIError, match="never changed"),
    ):
        session.execute(text("UPDATE revision SET body_sealed = overlay(body_sealed PLACING '\\x31' FROM 1)"))


def test_a_draft_that_was_sealed_anew_does_not_count_as_edited_by_another(session: Session) -> None:
    draft = an_item(session)
    seen = authoring.stamp_of(draft.latest)

    draft.latest.body = draft.latest.body

    assert authoring.stamp_of(draft.latest) == seen


def test_an_operator_rotates_seals_anew_and_retires_a_key(
    own_database: Database, database: Database, tmp_path: Path
) -> None:
    app, owner = (
        each.render_as_string(hide_password=False)
        for each in (own_database.addresses.app, own_database.addresses.as_owner())
    )
    installed = {"KAOPING_DATA": str(tmp_path), "KAOPING_DATABASE_URL": app, "KAOPING_OWNER_DATABASE_URL": owner}

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["keys", *arguments], env=installed)
        return result.exit_code, result.output

    assert run("new")[0] == 0
    assert run("rotate")[0] == 0
    second = vault.load(tmp_path / "keys.json").current
    use_vault(vault.load(tmp_path / "keys.json"))
    bank(own_database.engine)
    assert "SM4-GCM" in run("rotate", "--cipher", "sm4-gcm")[1]

    refused, resealed, retired, shown = run("retire", second), run("reseal"), run("retire", second), run("show")

    db.use(database.engine)
    assert (refused[0], "still seals 9 values" in refused[1]) == (1, True)
    assert (resealed[0], "9 values" in resealed[1]) == (0, True)
    assert (retired[0], second in shown[1]) == (0, False)
    assert (tmp_path / f"keys-retired-{second}.json").exists()


def test_a_transaction_of_before_is_waited_for(own_database: Database) -> None:
    with db.as_role(own_database.addresses.as_owner()) as owner:
        with own_database.engine.connect() as writer:
            writer.execute(text("SELECT 1"))
            with pytest.raises(WritersLeft):
                resealing.settle(owner, "0000aaaa", patience=0)
        resealing.settle(owner, "0000aaaa", patience=5)


def test_no_trigger_keeps_a_sealed_value_from_being_sealed_anew(database: Database) -> None:
    """Whoever adds a trigger that refuses changes to rows with sealed values lets `only_resealed` pass."""
    tables = sorted({column.table.name for column in sealed_columns(Base.metadata)})
    query = text(
        "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal "
        "AND tgrelid::regclass::text = ANY(:tables) AND tgtype & 16 <> 0 AND tgattr::text = '' "
        "AND prosrc NOT LIKE '%only_resealed%' AND prosrc LIKE '%RAISE%'".replace("::", "\\:\\:")
    )

    with database.engine.connect() as connection:
        assert list(connection.scalars(query, {"tables": tables})) == []
