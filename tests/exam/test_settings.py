"""Settings: read from the environment, refused in one sentence, frozen."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from kaoping.exam.errors import SettingsUnusable
from kaoping.exam.settings import Settings


def test_keys_lie_in_the_data_folder_unless_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOPING_DATA", "/srv/exam")
    monkeypatch.setenv("KAOPING_KEY_FILE", "/mnt/keys.json")

    settings = Settings.load()

    assert settings.secret_key_file == Path("/srv/exam/secret.key")
    assert settings.key_file == Path("/mnt/keys.json")


def test_the_version_of_the_database_is_read_as_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOPING_POSTGRES", "16")

    assert Settings.load().postgres == 16


def test_any_postgresql_address_is_taken_and_not_shown() -> None:
    settings = Settings(database_url="postgres://app:hush@db/kaoping")

    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql+psycopg://app:hush@db/kaoping"
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PORT", "70000", "input should be less than or equal to 65535"),
        ("TIMEZONE", "Mars/Base", "there is no time zone 'Mars/Base'; write one such as Asia/Shanghai"),
        ("DATABASE_URL", "sqlite:///x", "it should look like postgresql://role:password@host/database"),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(f"KAOPING_{name}", value)

    with pytest.raises(SettingsUnusable) as caught:
        Settings.load()

    assert str(caught.value) == f"The setting KAOPING_{name} cannot be used: {reason}."


def test_settings_do_not_change() -> None:
    settings = Settings()

    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
