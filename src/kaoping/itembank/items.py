"""Rows of the item bank, second part: items 试题, their revisions, reviews, pictures and statistics."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.itembank.models import Level, Point
from kaoping.itembank.orm import Base, Owned, Sealed, vault


class ItemType(StrEnum):
    """Item types 题型 that are marked by the machine."""

    TRUE_FALSE = "true_false"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    FILL_IN = "fill_in"
    NUMERIC = "numeric"


class ItemState(StrEnum):
    """Life of an item: a draft is submitted, returned or approved; an approved one may be retired."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    RETIRED = "retired"


class Verdict(StrEnum):
    """What a reviewer decides."""

    APPROVE = "approve"
    RETURN = "return"


class StatisticsState(StrEnum):
    """Proposed by a run, then adopted by a person (or superseded by a later adoption)."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    SUPERSEDED = "superseded"


class Item(Owned, Base):
    """An item on one assessment point; its wordings are revisions."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("id", "point_id"),
        UniqueConstraint("organisation_id", "code"),
        Index(None, "organisation_id", "state", "author_id"),
    )

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"), index=True)
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"), index=True)
    point_id: Mapped[UUID] = mapped_column(ForeignKey("point.id"), index=True)
    #: Number shown to people, such as 3-000127; unique in the organisation.
    code: Mapped[str]
    type: Mapped[ItemType]
    state: Mapped[ItemState] = mapped_column(default=ItemState.DRAFT, index=True)
    author_id: Mapped[UUID]
    demonstration: Mapped[bool] = mapped_column(default=False)
    ai_assisted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    point: Mapped[Point] = relationship()
    level: Mapped[Level] = relationship()
    revisions: Mapped[list["Revision"]] = relationship(back_populates="item", order_by="Revision.number")

    @property
    def latest(self) -> "Revision":
        """The newest revision."""
        return self.revisions[-1]


class Revision(Owned, Base):
    """One wording of an item. Once submitted it never changes: a change is a new revision."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        UniqueConstraint("id", "author_id"),
        UniqueConstraint("id", "item_id"),
        # What lists ask of wordings is answered from the index, without reading the sealed bodies beside it.
        Index(
            "ix_revision_asked",
            "organisation_id",
            "item_id",
            "number",
            postgresql_include=["id", "difficulty", "source_standard", "submitted_at"],
        ),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("difficulty between 1 and 5", name="difficulty_1_to_5"),
        CheckConstraint("consistency between 1 and 5", name="consistency_1_to_5"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    number: Mapped[int]
    author_id: Mapped[UUID]
    #: Stem, options, key and rationale as one sealed document (`kaoping.itembank.content`).
    body_sealed: Mapped[bytes]
    source_standard: Mapped[str]
    source_edition: Mapped[str]
    source_clause: Mapped[str]
    difficulty: Mapped[int]
    consistency: Mapped[int]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    body: Sealed[dict[str, Any]] = Sealed()
    item: Mapped[Item] = relationship(back_populates="revisions")
    reviews: Mapped[list["Review"]] = relationship(back_populates="revision", order_by="Review.at", overlaps="reviews")


class Review(Owned, Base):
    """A reviewer's verdict on a revision; the author can never be the reviewer (the database refuses too)."""

    __tablename__ = "review"
    __table_args__ = (
        ForeignKeyConstraint(["revision_id", "author_id"], ["revision.id", "revision.author_id"]),
        CheckConstraint("reviewer_id <> author_id", name="reviewer_is_not_author"),
        UniqueConstraint("revision_id", "reviewer_id"),
    )

    revision_id: Mapped[UUID]
    author_id: Mapped[UUID]
    reviewer_id: Mapped[UUID]
    verdict: Mapped[Verdict]
    comment_sealed: Mapped[bytes | None]
    at: Mapped[datetime]

    comment: Sealed[str | None] = Sealed()
    revision: Mapped[Revision] = relationship(back_populates="reviews")


class Picture(Owned, Base):
    """A picture used in an item, re-encoded on the way in, sealed at rest."""

    __tablename__ = "picture"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    media_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    alternative: Mapped[str]
    content_sealed: Mapped[bytes]
    created_at: Mapped[datetime]

    @property
    def content(self) -> bytes:
        """The picture as a file."""
        return vault().unseal(self.content_sealed, f"{self.__tablename__}:{self.id}:content")

    @content.setter
    def content(self, plain: bytes) -> None:
        self.content_sealed = vault().seal(plain, f"{self.__tablename__}:{self.id}:content")


class Statistics(Owned, Base):
    """Parameters and classical statistics of a revision from one calibration run; a person adopts them."""

    __tablename__ = "statistics"
    __table_args__ = (
        UniqueConstraint("revision_id", "run_id"),
        Index(
            "uq_statistics_adopted",
            "revision_id",
            unique=True,
            postgresql_where="state = 'adopted'",
            postgresql_include=["organisation_id"],
        ),
    )

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("calibration_run.id"), index=True)
    state: Mapped[StatisticsState] = mapped_column(default=StatisticsState.PROPOSED)
    persons: Mapped[int]
    facility: Mapped[float] = mapped_column(Double)
    discrimination: Mapped[float] = mapped_column(Double)
    a: Mapped[float] = mapped_column(Double)
    b: Mapped[float] = mapped_column(Double)
    se_a: Mapped[float] = mapped_column(Double)
    se_b: Mapped[float] = mapped_column(Double)
    #: Shares of each option over score groups, as `scoring.classical` gives them.
    distractors: Mapped[dict[str, Any]]
    simulated: Mapped[bool]
    adopted_by: Mapped[UUID | None]
    adopted_at: Mapped[datetime | None]
