"""Every table, so that one import makes the metadata complete, and the SQL that SQLAlchemy does not write."""

from sqlalchemy import Column, Table, Text, Uuid

from kaoping.itembank import trail
from kaoping.itembank.orm import Base

__all__ = ["APPEND_ONLY", "STATEMENTS", "Base", "trail"]

Table("organisation", Base.metadata, Column("id", Uuid, primary_key=True), Column("name", Text, nullable=False))

#: Tables whose rows somebody has relied on: the program may add to them, never change or delete.
APPEND_ONLY = ("trail_entry",)

#: Functions and triggers, in order of creation.
STATEMENTS: tuple[str, ...] = ()
