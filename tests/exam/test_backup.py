"""Backup and restore: complete, checked, only into an empty place, and honest about missing keys."""

import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kaoping.exam import backup, db, process
from kaoping.exam.errors import BackupUnusable, RestoreRefused
from kaoping.exam.people.models import IdentityType, Person
from kaoping.exam.settings import Settings
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import record
from tests.builders import NOON, an_organisation
from tests.conftest import HOME, MAJOR, PREFIX, Database


@pytest.fixture
def place(database: Database) -> Iterator[Path]:
    """Give a folder that the database's system user may reach; the process gets its test database back at the end."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=HOME) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
        db.disconnect()
        db.use(database.engine)


def an_installation(folder: Path) -> Settings:
    """Make an installation with one organisation, one person and one entry of the trail."""
    settings = Settings(data=folder, postgres=MAJOR)
    process.make_keys(settings)
    db.upgrade(settings)
    process.prepare(settings)
    organisation = uuid4()
    with db.transaction(organisation) as session:
        session.info["organisation"] = organisation
        made = an_organisation(session)
        person = Person(
            organisation_id=organisation, name="李示范", name_folded="李示范", identity="11010119900307701X",
            identity_type=IdentityType.RESIDENT_IDENTITY_CARD, identity_fingerprint=b"1", tail_fingerprint=b"2",
            created_at=NOON,
        )  # fmt: skip
        session.add(person)
        record(session, "person.enrolled", made, by=Actor(UUID(int=7), organisation), at=NOON)
    db.disconnect()
    return settings


def test_an_archive_comes_back_whole_with_its_keys_and_says_what_is_lost_without(place: Path) -> None:
    settings = an_installation(place / "first")
    manifest = backup.write(settings, place / "archive")
    with_keys = Settings(data=place / "second", postgres=MAJOR, key_file=settings.key_file)
    without = Settings(data=place / "third", postgres=MAJOR)

    whole = backup.restore(with_keys, place / "archive")
    poor = backup.restore(without, place / "archive")

    assert (whole.trails, whole.opened, whole.lost, whole.missing_keys) == ({"示范评价机构": 1}, 1, {}, [])
    assert (poor.trails, poor.opened, poor.missing_keys) == ({}, 0, manifest.keys)
    assert poor.lost == {"person.data_key": 1, "person.identity": 1}
    assert (place / "archive").stat().st_mode & 0o777 == 0o600
    with pytest.raises(RestoreRefused, match="a database of"):
        backup.restore(with_keys, place / "archive")
    with pytest.raises(BackupUnusable, match="never overwritten"):
        backup.write(settings, place / "archive")


def test_nothing_is_restored_into_a_folder_that_holds_something(place: Path) -> None:
    (place / "letters").write_text("dear")

    with pytest.raises(RestoreRefused) as caught:
        backup.restore(Settings(data=place, postgres=MAJOR), place / "archive")

    assert str(caught.value) == f"Nothing was restored, because {place} is not empty: it holds letters."


@pytest.mark.parametrize(("content", "reason"), [(b"rubbish", "it is not an archive"), (None, "it does not exist")])
def test_what_is_no_archive_is_refused(place: Path, content: bytes | None, reason: str) -> None:
    if content is not None:
        (place / "archive").write_bytes(content)

    with pytest.raises(BackupUnusable, match=reason):
        backup.restore(Settings(data=place / "data", postgres=MAJOR), place / "archive")


def test_a_damaged_archive_is_refused(place: Path) -> None:
    (place / "database.dump").write_bytes(b"other")
    (place / "manifest.json").write_text(
        '{"format": 1, "version": "0", "revision": "1", "postgres": 18, "at": "", "keys": [], "sha256": "00"}'
    )
    with tarfile.open(place / "archive", "w") as tar:
        for name in ("manifest.json", "database.dump"):
            tar.add(place / name, name)

    with pytest.raises(BackupUnusable, match="the file is damaged"):
        backup.restore(Settings(data=place / "data", postgres=MAJOR), place / "archive")
