"""What may be set from outside: environment variables ``KAOPING_…``, read once, then frozen."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kaoping.exam.errors import SettingsUnusable


def _data_folder() -> Path:
    return Path("/var/lib/kaoping") if os.geteuid() == 0 else Path.home() / ".local/share/kaoping"


def _in_data(name: str) -> Callable[[dict[str, Any]], Path]:
    return lambda values: values["data"] / name


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"there is no time zone {name!r}; write one such as Asia/Shanghai") from None
    return name


def _number(text: object) -> object:
    """Read a number, because the environment holds only text."""
    return int(text) if isinstance(text, str) and text.isdecimal() else text


def _database_address(address: SecretStr) -> SecretStr:
    scheme, separator, rest = address.get_secret_value().partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise ValueError("it should look like postgresql://role:password@host/database")
    return SecretStr(f"postgresql+psycopg://{rest}")


DatabaseAddress = Annotated[SecretStr, AfterValidator(_database_address)]


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="KAOPING_", frozen=True, extra="forbid", env_ignore_empty=True)

    data: Path = Field(default_factory=_data_folder, description="Folder of keys and of the embedded database.")
    database_url: DatabaseAddress | None = Field(
        default=None,
        description="PostgreSQL 16 or newer, as the role kaoping_app; unset: the embedded server.",
    )
    owner_database_url: DatabaseAddress | None = Field(
        default=None,
        description="The same as the role kaoping_owner, for `kaoping db upgrade` and `restore`.",
    )
    backup_database_url: DatabaseAddress | None = Field(
        default=None,
        description="The same as the role kaoping_backup, for `kaoping db backup`.",
    )
    postgres: Annotated[Literal[16, 18], BeforeValidator(_number)] = Field(
        default=18, description="Version of the embedded PostgreSQL."
    )
    host: str = Field(default="127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port that the web server listens on.")
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s?#]+)?$",
        description="Address under which people reach the pages, printed on certificates; unset: host and port.",
    )
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="Asia/Shanghai",
        description="Zone of local dates: issue dates, year digits, exam windows.",
    )
    secret_key_file: Path = Field(default_factory=_in_data("secret.key"), description="Key of cookies and forms.")
    key_file: Path = Field(
        default_factory=_in_data("keys.json"),
        description="Keys of encrypted columns; never part of a backup.",
    )
    signing_key: Path = Field(
        default_factory=_in_data("signing.pem"),
        description="Private key that signs certificates.",
    )
    badge_key: Path = Field(
        default_factory=_in_data("badge.pem"),
        description="Private RSA key that signs badges as JSON Web Tokens.",
    )
    print_files: Path = Field(
        default_factory=_in_data("print-files"),
        description="Folder of the files of certificate batches; the same one for web servers and workers.",
    )
    print_file_days: int = Field(
        default=7, ge=1, le=90, description="Days after which files of batches of certificates are deleted."
    )
    document_key: Path | None = Field(
        default=None,
        description="PKCS #12 file whose key signs the PDF of certificates; unset: demonstrations alone, or the token.",
    )
    document_passphrase_file: Path | None = Field(default=None, description="File of the passphrase of that file.")
    token_module: Path | None = Field(
        default=None,
        description="PKCS #11 module of a token whose key signs the PDF of certificates instead.",
    )
    token_label: str = Field(default="", description="Label of the token.")
    token_key: str = Field(default="", description="Label of key and certificate on the token.")
    token_pin_file: Path | None = Field(default=None, description="File of the PIN of the token.")
    demonstration_key: Path = Field(
        default_factory=_in_data("demonstration.p12"),
        description="Key that signs the PDF of demonstrations, made when first needed.",
    )
    document_level: Literal["B-B", "B-T", "B-LTA"] = Field(
        default="B-B",
        description="PAdES level of certificates: plain, with a timestamp, or for the archive.",
    )
    timestamp_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="RFC 3161 timestamp service that levels B-T and B-LTA ask.",
    )
    evidence: Path = Field(
        default_factory=_in_data("evidence"),
        description="Folder of certificates (*.pem) and revocation lists (*.crl) of authorities, for level B-LTA.",
    )
    sm2_key: Path | None = Field(
        default=None,
        description="Private SM2 key that signs statements beside it, with the command openssl; unset: none does.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")
    log_json: bool = Field(default=False, description="Log one JSON object per line instead of text.")
    workers: int = Field(default=1, ge=1, le=64, description="Web server processes.")
    threads: int = Field(default=8, ge=1, le=64, description="Threads of each web server process.")
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="Reverse proxies in front whose X-Forwarded headers are believed.",
    )
    secure_cookies: bool = Field(
        default=True,
        description="Send cookies only over https (browsers treat 127.0.0.1 as safe).",
    )

    @property
    def zone(self) -> ZoneInfo:
        """The zone of local dates."""
        return ZoneInfo(self.timezone)

    @property
    def origin(self) -> str:
        """The address that people use, without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def embedded(self) -> bool:
        """Whether this installation runs its own PostgreSQL."""
        return self.database_url is None

    @classmethod
    def load(cls) -> Self:
        """Read the environment; a bad value is named in one sentence."""
        try:
            return cls()
        except ValidationError as refused:
            first = refused.errors()[0]
            setting = "KAOPING_" + str(first["loc"][0] if first["loc"] else "").upper()
            reason = first["msg"].removeprefix("Value error, ")
            raise SettingsUnusable(setting=setting, reason=reason[:1].lower() + reason[1:]) from None
