"""Rows of the item bank, second part: items 试题, their revisions, reviews, pictures and statistics."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    event,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from kaoping.itembank import content
from kaoping.itembank.actor import SYSTEM
from kaoping.itembank.models import Level, Point
from kaoping.itembank.orm import Base, Owned, Sealed, vault
from kaoping.itembank.reviews import ReviewRule

#: Signs that would end the description of a picture early, and what is read alike.
_BRACKETS = str.maketrans("[]\\\n", "()/ ")


class ItemType(StrEnum):
    """Item types 题型; a body of each is in `kaoping.itembank.bodies`."""

    TRUE_FALSE = "true_false"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    FILL_IN = "fill_in"
    NUMERIC = "numeric"
    MATCHING = "matching"
    ORDERING = "ordering"
    CLOZE = "cloze"
    HOTSPOT = "hotspot"
    SHORT_ANSWER = "short_answer"
    ESSAY = "essay"
    FILE_UPLOAD = "file_upload"
    CASE = "case"

    @property
    def by_machine(self) -> bool:
        """Whether a machine marks it; the others wait for people, at least in part."""
        return self not in _BY_HAND


_BY_HAND: Final = frozenset({ItemType.SHORT_ANSWER, ItemType.ESSAY, ItemType.FILE_UPLOAD, ItemType.CASE})


class ItemState(StrEnum):
    """Life of an item; `kaoping.itembank.life` says what follows on what.

    Attributes
    ----------
    DRAFT, IN_REVIEW, RETURNED : 命题 and 审题; the stage of a review is the item's ``stage``.
    TRIAL : 试测, tried on candidates without counting, before it may be assembled.
    APPROVED : 入库, in the bank and free to be assembled.
    IN_USE : 使用中, on a sealed paper, and free to be assembled again.
    RECHECK : 复查, out of assembly until a person has looked at it again.
    RETIRED : 停用, for good.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    TRIAL = "trial"
    APPROVED = "approved"
    IN_USE = "in_use"
    RECHECK = "recheck"
    RETIRED = "retired"


ASSEMBLABLE: Final = (ItemState.APPROVED, ItemState.IN_USE)
"""States of the items that papers may take if their use is secure; `offered` says both."""


class ItemUse(StrEnum):
    """What an item is for: exactly one use at a time. What has been for practice is public and stays so."""

    SECURE = "secure"
    PRACTICE = "practice"


class ReviewStage(StrEnum):
    """Stages that a revision passes in review, in this order; how many of them is a rule of the bank."""

    FIRST = "first"
    SECOND = "second"
    FINAL = "final"


class Verdict(StrEnum):
    """What a reviewer decides."""

    APPROVE = "approve"
    RETURN = "return"


class MoveReason(StrEnum):
    """Why an item was moved on without a verdict on a new wording."""

    SOURCE_REPLACED = "source_replaced"
    STATISTICS = "statistics"
    COMPLAINT = "complaint"
    EXPOSED = "exposed"
    DUPLICATE = "duplicate"
    PERIODIC = "periodic"
    TRIED = "tried"
    SOUND = "sound"
    OTHER = "other"


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
        # What the policies of rows and lists ask stands in the indexes, so that finding items opens only those shown.
        UniqueConstraint("organisation_id", "code", postgresql_include=["id", "author_id"]),
        Index(None, "organisation_id", "state", "author_id", postgresql_include=["id"]),
        UniqueConstraint("carry_over_id", "carried_from_id"),
        CheckConstraint("(state = 'in_review') = (stage IS NOT NULL)", name="stage_in_review"),
        CheckConstraint("(carry_over_id IS NULL) = (carried_from_id IS NULL)", name="carried_has_origin"),
    )

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"), index=True)
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"), index=True)
    point_id: Mapped[UUID] = mapped_column(ForeignKey("point.id"), index=True)
    #: Number shown to people, such as 3-000127; unique in the organisation.
    code: Mapped[str]
    type: Mapped[ItemType]
    state: Mapped[ItemState] = mapped_column(default=ItemState.DRAFT, index=True)
    #: Stage of the review that the item waits for; none unless it is in review.
    stage: Mapped[ReviewStage | None]
    author_id: Mapped[UUID]
    #: `kaoping.exam.practice` alone changes it, by two persons and one way.
    use: Mapped[ItemUse] = mapped_column(default=ItemUse.SECURE, server_default=ItemUse.SECURE)
    demonstration: Mapped[bool] = mapped_column(default=False)
    ai_assisted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    #: The item of an earlier edition that this one says the same as, and what carried it over.
    carried_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("item.id"), index=True)
    carry_over_id: Mapped[UUID | None] = mapped_column(ForeignKey("carry_over.id"))

    point: Mapped[Point] = relationship()
    level: Mapped[Level] = relationship()
    revisions: Mapped[list["Revision"]] = relationship(back_populates="item", order_by="Revision.number")

    @property
    def offered(self) -> bool:
        """Whether papers may take the item."""
        return self.state in ASSEMBLABLE and self.use is ItemUse.SECURE

    @property
    def latest(self) -> "Revision":
        """The newest revision."""
        return self.revisions[-1]

    @property
    def hands(self) -> set[UUID]:
        """Everybody who worded the item, in whatever revision; none of them decides on it."""
        return {self.author_id} | {revision.author_id for revision in self.revisions}


def offered() -> ColumnElement[bool]:
    """Ask of items whether papers may take them: the one place that says so to the database."""
    return and_(Item.state.in_(ASSEMBLABLE), Item.use == ItemUse.SECURE)


class Revision(Owned, Base):
    """One wording of an item. Once submitted it never changes: a change is a new revision."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        UniqueConstraint("id", "author_id", "content_hash"),
        UniqueConstraint("id", "item_id"),
        # What lists ask of wordings is answered from the index, without reading the sealed bodies beside it.
        Index(
            "ix_revision_asked",
            "organisation_id",
            "item_id",
            "number",
            postgresql_include=["id", "author_id", "difficulty", "source_standard", "submitted_at"],
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
    #: What `fingerprint` gave when the wording was saved last; verdicts and papers are held against it.
    content_hash: Mapped[bytes]
    #: What `marked` gave then: alike for wordings of the item with the same key, scoring and number of options.
    marking_hash: Mapped[bytes]
    #: The rule under which it was submitted; one stage if there is none.
    rule_id: Mapped[UUID | None] = mapped_column(ForeignKey("review_rule.id"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    body: Sealed[dict[str, Any]] = Sealed()
    item: Mapped[Item] = relationship(back_populates="revisions")
    reviews: Mapped[list["Review"]] = relationship(back_populates="revision", order_by="Review.at", overlaps="reviews")
    rule: Mapped[ReviewRule | None] = relationship()

    def fingerprint(self) -> bytes:
        """Compute an HMAC over the wording; a plain hash of a short one could be found by trying all keys."""
        said = [
            self.body, self.source_standard, self.source_edition, self.source_clause, self.difficulty,
            self.consistency,
        ]  # fmt: skip
        canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return vault().fingerprint(canonical, "revision")

    def marked(self) -> bytes:
        """Compute an HMAC over all that marking depends on: key, scoring, and how many there are to choose from.

        It holds for this item alone, so that nobody finds two items with the same key.
        """
        body = content.parse(self.body)
        key = {name: value for name, value in body.key_document().items() if name != "rationale"}
        sizes = {name: len(value) for name, value in body.presentation().items() if isinstance(value, list)}
        canonical = json.dumps([str(self.item_id), key, sizes], ensure_ascii=False, sort_keys=True)
        return vault().fingerprint(canonical, "marking")


def _sign(_mapper: Mapper[Any], _connection: Connection, revision: Revision) -> None:
    """Take the hash of a wording whenever it is stored, so that no way of writing one forgets it."""
    revision.content_hash, revision.marking_hash = revision.fingerprint(), revision.marked()


event.listen(Revision, "before_insert", _sign)


class Review(Owned, Base):
    """A reviewer's verdict on one stage of a revision; what the database refuses about it is in `functions` too.

    The author is never the reviewer, nobody decides on two stages, and it holds for the content that was submitted.
    """

    __tablename__ = "review"
    __table_args__ = (
        ForeignKeyConstraint(
            ["revision_id", "author_id", "content_hash"],
            ["revision.id", "revision.author_id", "revision.content_hash"],
        ),
        CheckConstraint("reviewer_id <> author_id", name="reviewer_is_not_author"),
        CheckConstraint(f"reviewer_id <> '{SYSTEM}'", name="reviewer_is_a_person"),
        UniqueConstraint("revision_id", "reviewer_id"),
        UniqueConstraint("revision_id", "stage"),
    )

    revision_id: Mapped[UUID]
    author_id: Mapped[UUID]
    reviewer_id: Mapped[UUID]
    stage: Mapped[ReviewStage]
    verdict: Mapped[Verdict]
    #: Codes of `ReturnReason`; none with an approval.
    reasons: Mapped[list[Any]]
    #: The content that was decided on.
    content_hash: Mapped[bytes]
    comment_sealed: Mapped[bytes | None]
    at: Mapped[datetime]

    comment: Sealed[str | None] = Sealed()
    revision: Mapped[Revision] = relationship(back_populates="reviews")


class Move(Owned, Base):
    """A move of an item without a new wording: to recheck, back into the bank, out of use; by whom and why."""

    __tablename__ = "item_move"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    #: The state that the move led to.
    state: Mapped[ItemState]
    reason: Mapped[MoveReason]
    note_sealed: Mapped[bytes | None]
    by: Mapped[UUID]
    at: Mapped[datetime]

    note: Sealed[str | None] = Sealed()


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
    def mark(self) -> str:
        """What shows the picture in a text; brackets of its description would end it early."""
        return f"![{self.alternative.translate(_BRACKETS)}](picture:{self.id})"

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
        ForeignKeyConstraint(["revision_id", "item_id"], ["revision.id", "revision.item_id"]),
        Index(
            "uq_statistics_adopted",
            "revision_id",
            unique=True,
            postgresql_where="state = 'adopted'",
            postgresql_include=["organisation_id"],
        ),
        Index(
            "ix_statistics_adopted_item_id",
            "item_id",
            postgresql_where="state = 'adopted'",
            postgresql_include=["organisation_id"],
        ),
    )

    revision_id: Mapped[UUID]
    #: The item of the revision, so that lists of items ask no revision.
    item_id: Mapped[UUID]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("calibration_run.id"), index=True)
    state: Mapped[StatisticsState] = mapped_column(default=StatisticsState.PROPOSED)
    persons: Mapped[int]
    facility: Mapped[float] = mapped_column(Double)
    discrimination: Mapped[float] = mapped_column(Double)
    a: Mapped[float] = mapped_column(Double)
    b: Mapped[float] = mapped_column(Double)
    se_a: Mapped[float] = mapped_column(Double)
    se_b: Mapped[float] = mapped_column(Double)
    #: Mean squares of residuals, 1 where the model holds; none for runs that did not compute them.
    infit: Mapped[float | None] = mapped_column(Double)
    outfit: Mapped[float | None] = mapped_column(Double)
    #: S-X² with its degrees of freedom, p, and p adjusted for the number of items of the run (Benjamini and Hochberg).
    s_x2: Mapped[float | None] = mapped_column(Double)
    s_x2_df: Mapped[int | None]
    s_x2_p: Mapped[float | None] = mapped_column(Double)
    s_x2_adjusted_p: Mapped[float | None] = mapped_column(Double)
    #: Shares of each option over score groups, as `scoring.classical` gives them.
    distractors: Mapped[dict[str, Any]]
    simulated: Mapped[bool]
    #: The revision on which they were measured, if a reviewer carried them over to this one.
    carried_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("revision.id"))
    adopted_by: Mapped[UUID | None]
    adopted_at: Mapped[datetime | None]
