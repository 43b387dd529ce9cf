"""What every row needs: base, naming, UTC and sealed columns, ownership with row-level security.

Sealed columns read and write plain values on the row and hold AES-GCM bytes in the table (`Sealed`); the vault that
opens them is given once per process by `use_vault`, because a mapped attribute cannot be passed an argument.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar, overload
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from kaoping.itembank.vault import Vault

APP_ROLE = "kaoping_app"
BACKUP_ROLE = "kaoping_backup"
DEFINER_ROLE = "kaoping_definer"
#: How the name of a sealed column ends.
SEALED = "_sealed"
#: The column of a table whose other sealed values stand under the key that it holds.
OWN_KEY = "data_key_sealed"

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Marks = Numeric(6, 2)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored as timestamptz and always given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they would mean another moment on another machine."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time back in UTC."""
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all rows. A row has its id from the start, because sealed values are bound to it."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        Decimal: Marks,
        bytes: LargeBinary(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda kinds: [k.value for k in kinds],
        ),
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-10)

    def __init__(self, **values: Any) -> None:
        self.id = values.pop("id", None) or uuid4()
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{name!r} is not an attribute of {type(self).__name__}")
            setattr(self, name, value)


class Owned:
    """A row of one organisation: nobody else's transaction sees it (row-level security, forced)."""

    @declared_attr
    def organisation_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class attribute by SQLAlchemy's rule
        """Name the organisation 评价机构 that the row belongs to."""
        return mapped_column(ForeignKey("organisation.id"), index=True, sort_order=-9)


def policy_statements(table: str) -> tuple[str, ...]:
    """Statements that put a table under row-level security, also for its owner.

    The setting is a query of its own, so that it is read once for a statement and not for each row.
    """
    scope = "organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_organisation ON {table} USING ({scope}) WITH CHECK ({scope})",
    )


def crossing_statements(functions: Mapping[str, str]) -> tuple[str, ...]:
    """Statements that make functions, by signature, which pass row-level security and which the program alone calls."""
    return tuple(
        statement
        for signature, definition in functions.items()
        for statement in (
            definition,
            f"ALTER FUNCTION {signature} OWNER TO {DEFINER_ROLE}",
            f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {signature} TO {APP_ROLE}",
        )
    )


def _protect(target: Table, connection: Any, **_: Any) -> None:
    if "organisation_id" in target.c and target.info.get("scoped", True):
        for statement in policy_statements(target.name):
            connection.execute(text(statement))


event.listen(Table, "after_create", _protect)


class _Window:
    """The vault of this process."""

    vault: Vault | None = None


def use_vault(vault: Vault) -> None:
    """Give this process the keys for sealed columns."""
    _Window.vault = vault


def vault() -> Vault:
    """Give the keys of this process."""
    if _Window.vault is None:
        raise RuntimeError("no vault is open: call use_vault first")
    return _Window.vault


Value = TypeVar("Value")


class Sealed(Generic[Value]):
    """A plain attribute over a sealed column ``<name>_sealed``; JSON inside, bound to table, row and field.

    A class may give its rows another vault (a person's own data key) through a method ``_vault()``.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.column = name, f"{name}{SEALED}"

    @overload
    def __get__(self, row: None, owner: type) -> "Sealed[Value]": ...
    @overload
    def __get__(self, row: Any, owner: type) -> Value: ...
    def __get__(self, row: Any, owner: type) -> "Sealed[Value] | Value":
        """Open the value."""
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return None if sealed is None else json.loads(self._vault(row).unseal(sealed, self._place(row)))  # type: ignore[return-value]

    def __set__(self, row: Any, value: Value) -> None:
        """Seal the value."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        setattr(row, self.column, None if value is None else self._vault(row).seal(plain, self._place(row)))

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}:{row.id}:{self.name}"

    @staticmethod
    def _vault(row: Any) -> Vault:
        own = getattr(row, "_vault", None)
        return own() if own else vault()


def owned_tables(metadata: MetaData) -> Iterator[Table]:
    """Give the tables that stand under row-level security."""
    return (
        table for table in metadata.sorted_tables if "organisation_id" in table.c and table.info.get("scoped", True)
    )


def sealed_columns(metadata: MetaData) -> Iterator[Column[bytes]]:
    """Give the columns whose values are sealed under the ring: not a person's, which a key of their own seals."""
    for table in metadata.sorted_tables:
        sealed = [column for column in table.c if column.name.endswith(SEALED)]
        own = [column for column in sealed if column.name == OWN_KEY]
        yield from own or sealed
