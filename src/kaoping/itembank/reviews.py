"""Rows of the review 审题: its rules, statements of interest 回避声明, and remarks at a place of an item."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaoping.itembank.orm import Base, Owned, Sealed


class ReturnReason(StrEnum):
    """What a returned item lacks."""

    KEY = "key"
    SOURCE = "source"
    DISTRACTORS = "distractors"
    WORDING = "wording"
    POINT = "point"
    DIFFICULTY = "difficulty"
    DUPLICATE = "duplicate"
    BIAS = "bias"
    FORMAT = "format"
    OTHER = "other"


class RemarkAct(StrEnum):
    """What an entry of a thread does."""

    SAY = "say"
    RESOLVE = "resolve"
    REOPEN = "reopen"


class ReviewRule(Owned, Base):
    """How items are reviewed, on one standard or in the whole bank; the newest row of its scope counts.

    Rows are appended. A revision keeps the rule under which it was submitted.
    """

    __tablename__ = "review_rule"
    __table_args__ = (CheckConstraint("stages between 1 and 3", name="stages_1_to_3"),)

    standard_id: Mapped[UUID | None] = mapped_column(ForeignKey("standard.id"), index=True)
    #: Persons who approve one after the other: one 初审; two 初审, 审定; three 初审, 复审, 审定.
    stages: Mapped[int]
    #: Names of authors and reviewers are kept from each other until the item is approved.
    blind: Mapped[bool]
    #: An approved item is tried on candidates 试测 before it may be assembled.
    trial: Mapped[bool]
    by: Mapped[UUID]
    at: Mapped[datetime]


class Interest(Owned, Base):
    """A reviewer's statement before deciding: no conflict of interest, or one, which bars from the item."""

    __tablename__ = "interest"
    __table_args__ = (
        ForeignKeyConstraint(["revision_id", "item_id"], ["revision.id", "revision.item_id"]),
        UniqueConstraint("revision_id", "person_id", "conflict"),
    )

    item_id: Mapped[UUID] = mapped_column(index=True)
    revision_id: Mapped[UUID]
    person_id: Mapped[UUID]
    conflict: Mapped[bool]
    note_sealed: Mapped[bytes | None]
    at: Mapped[datetime]

    note: Sealed[str | None] = Sealed()


class Remark(Owned, Base):
    """An entry of a thread at a place of a revision; the first entry opens the thread and names the place."""

    __tablename__ = "remark"
    __table_args__ = (
        ForeignKeyConstraint(["revision_id", "item_id"], ["revision.id", "revision.item_id"]),
        CheckConstraint("(thread_id IS NULL) = (place IS NOT NULL)", name="first_names_place"),
        CheckConstraint("(act = 'say') = (text_sealed IS NOT NULL)", name="words_are_said"),
    )

    item_id: Mapped[UUID] = mapped_column(index=True)
    revision_id: Mapped[UUID]
    #: The first entry of the thread; none for that entry itself.
    thread_id: Mapped[UUID | None] = mapped_column(ForeignKey("remark.id"), index=True)
    #: A part of the wording as `kaoping.itembank.difference.parts` names it, or ``item``.
    place: Mapped[str | None]
    act: Mapped[RemarkAct]
    #: Words quote the item, so they are sealed as it is.
    text_sealed: Mapped[bytes | None]
    by: Mapped[UUID]
    at: Mapped[datetime]

    text: Sealed[str | None] = Sealed()
