"""Rows of the English twins 英文对照 of items: a translation of one revision, and another person's verdict on it.

A twin has texts and nothing else: key, marks, scoring and statistics are those of the revision that it translates. Once
handed in it never changes; a change, and a new revision of the original, is followed by a twin with the next number.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Connection, ForeignKeyConstraint, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from kaoping.itembank.actor import SYSTEM
from kaoping.itembank.items import Revision, Verdict
from kaoping.itembank.orm import Base, Owned, Sealed, vault
from kaoping.itembank.refusing import before, refusing


class Step(StrEnum):
    """How far one twin is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"


class Twin(Owned, Base):
    """One translation of one revision. Once submitted it never changes."""

    __tablename__ = "item_twin"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        UniqueConstraint("id", "translator_id", "text_hash"),
        ForeignKeyConstraint(["revision_id", "item_id"], ["revision.id", "revision.item_id"]),
        CheckConstraint("number > 0", name="number_positive"),
    )

    item_id: Mapped[UUID]
    revision_id: Mapped[UUID] = mapped_column(index=True)
    #: Counts the twins of the item.
    number: Mapped[int]
    translator_id: Mapped[UUID]
    #: English texts by their places (`kaoping.itembank.bilingual`), sealed as the item is.
    texts_sealed: Mapped[bytes]
    #: What `fingerprint` gave when it was saved last; the verdict is held against it.
    text_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    texts: Sealed[dict[str, str]] = Sealed()
    revision: Mapped[Revision] = relationship()
    review: Mapped["TwinReview | None"] = relationship(back_populates="twin", uselist=False)

    @property
    def step(self) -> Step:
        """How far the twin is."""
        if self.review is not None:
            return Step.APPROVED if self.review.verdict is Verdict.APPROVE else Step.RETURNED
        return Step.IN_REVIEW if self.submitted_at else Step.DRAFT

    def fingerprint(self) -> bytes:
        """Compute an HMAC over the texts and the revision that they translate."""
        said = [str(self.revision_id), self.texts]
        return vault().fingerprint(json.dumps(said, ensure_ascii=False, sort_keys=True), "twin")


def _sign(_mapper: Mapper[Any], _connection: Connection, twin: Twin) -> None:
    twin.text_hash = twin.fingerprint()


event.listen(Twin, "before_insert", _sign)


class TwinReview(Owned, Base):
    """The verdict of another person than the translator, on the texts that were read. Appended, never edited."""

    __tablename__ = "item_twin_review"
    __table_args__ = (
        ForeignKeyConstraint(
            ["twin_id", "translator_id", "text_hash"],
            ["item_twin.id", "item_twin.translator_id", "item_twin.text_hash"],
        ),
        CheckConstraint("reviewer_id <> translator_id", name="reviewer_is_not_translator"),
        CheckConstraint(f"reviewer_id <> '{SYSTEM}'", name="reviewer_is_a_person"),
        CheckConstraint("verdict = 'approve' OR comment_sealed IS NOT NULL", name="returned_for_a_reason"),
        UniqueConstraint("twin_id"),
    )

    twin_id: Mapped[UUID]
    translator_id: Mapped[UUID]
    text_hash: Mapped[bytes]
    reviewer_id: Mapped[UUID]
    verdict: Mapped[Verdict]
    comment_sealed: Mapped[bytes | None]
    at: Mapped[datetime]

    comment: Sealed[str | None] = Sealed()
    twin: Mapped[Twin] = relationship(back_populates="review")


_OF_DRAFT: Final = "NOT EXISTS (SELECT FROM public.revision WHERE id = NEW.revision_id AND submitted_at IS NOT NULL)"
_OWN_OR_OPEN: Final = """EXISTS (
    SELECT FROM public.item_twin mine JOIN public.item_twin decided USING (item_id)
    WHERE decided.id = NEW.twin_id AND (mine.translator_id = NEW.reviewer_id OR decided.submitted_at IS NULL)
  )"""

#: What the database refuses: a twin of a wording that may still change, a change of one that was handed in, and a
#: verdict of somebody who translated any twin of the item.
STATEMENTS: tuple[str, ...] = (
    refusing("twin_is_of_fixed", _OF_DRAFT, "'a twin translates a revision that was handed in (twin_is_of_fixed)'"),
    before("INSERT OR UPDATE OF revision_id", "item_twin", "twin_is_of_fixed"),
    before("UPDATE OR DELETE", "item_twin", "refuse_submitted_revision", name="twin_submitted",
           when="OLD.submitted_at IS NOT NULL"),
    refusing("twin_review_is_independent", _OWN_OR_OPEN,
             "'a twin that was handed in is decided on by another person (twin_review_is_independent)'"),
    before("INSERT", "item_twin_review", "twin_review_is_independent"),
)  # fmt: skip
