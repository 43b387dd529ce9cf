"""Rows of delivery: sittings, their tokens and their steps.

State, deadline and answers of a sitting are folds over its steps; the sitting row only holds the head of the
hash chain and the count of answers at that head.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.exam.registration.models import Application
from kaoping.itembank.orm import Base, Owned, vault
from kaoping.itembank.papers import Paper


class StepVerb(StrEnum):
    """What a step does."""

    START = "start"
    ANSWER = "answer"
    FLAG = "flag"
    CREDIT = "credit"
    SUBMIT = "submit"
    EXPIRE = "expire"


class Sitting(Owned, Base):
    """One candidate's sitting of one paper."""

    __tablename__ = "sitting"
    __table_args__ = (UniqueConstraint("application_id"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"), index=True)
    #: Highest step number and its hash; the row lock orders the steps of a sitting.
    number: Mapped[int] = mapped_column(default=0)
    head: Mapped[bytes]
    #: How many slots hold an answer: the fold's length, kept with the head for acknowledgements and the room board.
    answered: Mapped[int] = mapped_column(default=0)
    #: Counts log-ins; a token of an older epoch is refused (taken over by another window).
    epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    application: Mapped[Application] = relationship()
    paper: Mapped[Paper] = relationship()
    steps: Mapped[list["Step"]] = relationship(back_populates="sitting", order_by="Step.number")


class SittingToken(Owned, Base):
    """What a candidate's browser holds: 32 random bytes, stored as SHA-256."""

    __tablename__ = "sitting_token"
    __table_args__ = (UniqueConstraint("token_hash"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    token_hash: Mapped[bytes]
    epoch: Mapped[int]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AnswerFile(Owned, Base):
    """A file that a candidate stored for a question; it is the answer if the newest answer names it. Never changed."""

    __tablename__ = "answer_file"
    __table_args__ = (
        UniqueConstraint("sitting_id", "slot", "part", "digest"),
        CheckConstraint("size > 0", name="size_positive"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    slot: Mapped[int]
    part: Mapped[int]
    #: As its candidate named it.
    name: Mapped[str]
    #: As its content tells.
    media_type: Mapped[str]
    size: Mapped[int]
    #: SHA-256 of the file.
    digest: Mapped[bytes]
    content_sealed: Mapped[bytes] = mapped_column(deferred=True)
    stored_at: Mapped[datetime]

    @property
    def content(self) -> bytes:
        """The file itself."""
        return vault().unseal(self.content_sealed, f"{self.__tablename__}:{self.id}:content")

    @content.setter
    def content(self, plain: bytes) -> None:
        self.content_sealed = vault().seal(plain, f"{self.__tablename__}:{self.id}:content")


class Step(Owned, Base):
    """One thing that happened in a sitting. Appended by one database function, never edited (a trigger refuses)."""

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("sitting_id", "number"),
        UniqueConstraint("sitting_id", "slot", "epoch", "client_sequence"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    #: The server's order within the sitting.
    number: Mapped[int]
    epoch: Mapped[int]
    slot: Mapped[int | None]
    client_sequence: Mapped[int | None]
    verb: Mapped[StepVerb]
    response: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    by: Mapped[UUID]
    at: Mapped[datetime]
    #: SHA-256 over the previous hash and this step.
    hash: Mapped[bytes]

    sitting: Mapped[Sitting] = relationship(back_populates="steps")
