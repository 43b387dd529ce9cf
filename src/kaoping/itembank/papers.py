"""Rows of the item bank, third part: specifications and their versions, assembly runs, papers 试卷 and their slots."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Constraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from kaoping.itembank.items import Item, Revision
from kaoping.itembank.models import Level, Standard
from kaoping.itembank.orm import Base, Owned
from kaoping.itembank.scoring_rules import ScoringRule


class PaperState(StrEnum):
    """A paper is assembled, then approved and sealed by another person."""

    ASSEMBLED = "assembled"
    SEALED = "sealed"
    DISCARDED = "discarded"


def seal_rules() -> tuple[Constraint, ...]:
    """Constraints of papers that another person than their assembler seals."""
    return (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("approved_by is null or approved_by <> assembled_by", name="approver_is_not_assembler"),
        CheckConstraint("(state = 'sealed') = (sealed_at is not null)", name="sealed_has_time"),
        CheckConstraint("(state = 'sealed') = (approved_by is not null)", name="sealed_has_approver"),
        CheckConstraint("(state = 'sealed') = (digest is not null)", name="sealed_has_digest"),
    )


class Sealable(Owned, Base):
    """What every paper has that waits to be sealed."""

    __abstract__ = True

    #: Number shown to people, such as 2026-3-0001-A or 2026-3-S0001-A.
    code: Mapped[str]
    label: Mapped[str]
    state: Mapped[PaperState] = mapped_column(default=PaperState.ASSEMBLED)
    assembled_by: Mapped[UUID]
    assembled_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    sealed_at: Mapped[datetime | None]
    #: SHA-256 over all that decides marks; checked again before anything is scored.
    digest: Mapped[bytes | None]

    @property
    def hands(self) -> set[UUID]:
        """Accounts that decided what stands in it."""
        return {self.assembled_by}


def version_rules() -> tuple[Constraint, ...]:
    """Constraints of versions that another person than their author approves."""
    return UniqueConstraint("id", "author_id"), CheckConstraint("number > 0", name="number_positive")


class Version:
    """One state of something that has versions.

    It never changes: a change is a new one (the database refuses others).
    """

    number: Mapped[int]
    author_id: Mapped[UUID]
    created_at: Mapped[datetime]


def approval_rules(version: str) -> tuple[Constraint, ...]:
    """Constraints of approvals of the versions in a table."""
    return (
        UniqueConstraint("version_id"),
        ForeignKeyConstraint(["version_id", "author_id"], [f"{version}.id", f"{version}.author_id"]),
        CheckConstraint("approver_id <> author_id", name="approver_is_not_author"),
    )


class Approval:
    """Another person's approval of a version; its author can never give it (the database refuses too)."""

    version_id: Mapped[UUID]
    author_id: Mapped[UUID]
    approver_id: Mapped[UUID]
    at: Mapped[datetime]


State = TypeVar("State")


class Versioned(Generic[State]):
    """Something that has versions, the newest last."""

    versions: Any

    @property
    def latest(self) -> State:
        """The newest version, approved or not."""
        newest: State = self.versions[-1]
        return newest

    @property
    def in_force(self) -> State | None:
        """The newest approved version; None before the first approval."""
        return next((version for version in reversed(self.versions) if version.approval), None)


class RunState(StrEnum):
    """An assembly run waits, runs, and ends in one of the other states (the database refuses other ways)."""

    QUEUED = "queued"
    RUNNING = "running"
    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    UNDECIDED = "undecided"
    CANCELLED = "cancelled"
    OVERTAKEN = "overtaken"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        """Whether nothing follows."""
        return self not in {RunState.QUEUED, RunState.RUNNING}


class Specification(Versioned["SpecificationVersion"], Owned, Base):
    """What papers of a level must be, under a name; what it asks for stands in its versions."""

    __tablename__ = "specification"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"))
    name: Mapped[str]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]

    standard: Mapped[Standard] = relationship()
    level: Mapped[Level] = relationship()
    versions: Mapped[list["SpecificationVersion"]] = relationship(
        back_populates="specification", order_by="SpecificationVersion.number"
    )


class SpecificationVersion(Version, Owned, Base):
    """One state of a specification. It never changes: a change is a new version (the database refuses others)."""

    __tablename__ = "specification_version"
    __table_args__ = (
        UniqueConstraint("specification_id", "number"),
        UniqueConstraint("id", "specification_id"),
        *version_rules(),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    specification_id: Mapped[UUID] = mapped_column(ForeignKey("specification.id"))
    minutes: Mapped[int]
    #: Rows × types with counts and marks, difficulty band, tolerances (`kaoping.itembank.rules`).
    rules: Mapped[dict[str, Any]]

    specification: Mapped[Specification] = relationship(back_populates="versions")
    approval: Mapped["SpecificationApproval | None"] = relationship(back_populates="version")


class SpecificationApproval(Approval, Owned, Base):
    """Another person's approval of a version; its author can never give it (the database refuses too)."""

    __tablename__ = "specification_approval"
    __table_args__ = approval_rules("specification_version")

    version: Mapped[SpecificationVersion] = relationship(back_populates="approval")


class AssemblyRun(Owned, Base):
    """One run of the assembler with its evidence: objective, bound, checks, or what conflicts."""

    __tablename__ = "assembly_run"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "specification_id"], ["specification_version.id", "specification_version.specification_id"]
        ),
        CheckConstraint("attempt >= 0", name="attempt_not_negative"),
    )

    specification_id: Mapped[UUID] = mapped_column(ForeignKey("specification.id"), index=True)
    #: The approved version that the run was made by.
    version_id: Mapped[UUID]
    state: Mapped[RunState]
    by: Mapped[UUID]
    at: Mapped[datetime]
    report: Mapped[dict[str, Any]]
    #: Ids of items that the papers may not hold, by reason: "seen" by the candidates, in "papers" used before.
    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: How often a worker began it; only the newest attempt tells how far it is and ends it.
    attempt: Mapped[int] = mapped_column(default=0)
    #: How far the search is: seconds, objective, bound, gap. A sign of life, which the trail does not hold.
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    specification: Mapped[Specification] = relationship(foreign_keys=[specification_id])
    version: Mapped[SpecificationVersion] = relationship(
        viewonly=True, primaryjoin=lambda: foreign(AssemblyRun.version_id) == SpecificationVersion.id
    )
    papers: Mapped[list["Paper"]] = relationship(back_populates="run", order_by="Paper.label")


class Paper(Sealable):
    """A theory paper 理论试卷.

    Sealed, it never changes; its digest is over slots, revisions, keys and marks in order.
    """

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("run_id", "label"),
        UniqueConstraint("id", "digest"),
        *seal_rules(),
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_run.id"))
    specification_id: Mapped[UUID] = mapped_column(ForeignKey("specification.id"), index=True)

    run: Mapped[AssemblyRun] = relationship(back_populates="papers")
    specification: Mapped[Specification] = relationship()
    slots: Mapped[list["Slot"]] = relationship(back_populates="paper", order_by="Slot.number")
    swaps: Mapped[list["Swap"]] = relationship(viewonly=True, order_by="Swap.at")
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="paper", order_by="Variant.label", foreign_keys="Variant.paper_id"
    )

    @property
    def hands(self) -> set[UUID]:
        """Accounts that decided which items stand in it: its assembler and everyone who swapped one by hand."""
        return {self.assembled_by, *(swap.by for swap in self.swaps)}


class Slot(Owned, Base):
    """A numbered place of a paper holding one revision for so many marks.

    It is never updated: while the paper waits for approval it can be taken out and another put in (the database refuses
    everything else).
    """

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("paper_id", "number"),
        UniqueConstraint("paper_id", "item_id"),
        UniqueConstraint("paper_id", "point_id"),
        ForeignKeyConstraint(["revision_id", "item_id"], ["revision.id", "revision.item_id"]),
        ForeignKeyConstraint(["item_id", "point_id"], ["item.id", "item.point_id"]),
        CheckConstraint("marks > 0", name="marks_positive"),
        CheckConstraint("apart >= 0", name="apart_not_negative"),
    )

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    number: Mapped[int]
    revision_id: Mapped[UUID]
    item_id: Mapped[UUID] = mapped_column(index=True)
    point_id: Mapped[UUID]
    marks: Mapped[Decimal]
    #: How an answer that is right in part is marked: the rule of the specification, frozen with the paper.
    scoring: Mapped[ScoringRule] = mapped_column(default=ScoringRule.ALL_OR_NOTHING)
    #: Marks by which two markers of an answer may differ before a third marks it; null where a machine marks.
    apart: Mapped[Decimal | None]

    paper: Mapped[Paper] = relationship(back_populates="slots")
    revision: Mapped[Revision] = relationship(
        viewonly=True, primaryjoin=lambda: foreign(Slot.revision_id) == Revision.id
    )
    item: Mapped[Item] = relationship(viewonly=True, primaryjoin=lambda: foreign(Slot.item_id) == Item.id)


class Swap(Owned, Base):
    """One item of a paper exchanged by hand before it was sealed; whoever did it cannot approve the paper."""

    __tablename__ = "swap"
    __table_args__ = (
        CheckConstraint("item_out_id <> item_in_id", name="swap_changes_item"),
        CheckConstraint("reason <> ''", name="swap_has_reason"),
    )

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"), index=True)
    item_out_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    item_in_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    reason: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]

    item_out: Mapped[Item] = relationship(foreign_keys=[item_out_id])
    item_in: Mapped[Item] = relationship(foreign_keys=[item_in_id])


class Variant(Owned, Base):
    """A variant 卷型 of a sealed paper: its items and options in another order. It never changes."""

    __tablename__ = "variant"
    __table_args__ = (
        UniqueConstraint("paper_id", "label"),
        # Only the seal of a sealed paper can be pointed to, and that never changes.
        ForeignKeyConstraint(["paper_id", "paper_digest"], ["paper.id", "paper.digest"]),
        CheckConstraint("label between 'A' and 'H' and length(label) = 1", name="label_is_a_letter"),
    )

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    paper_digest: Mapped[bytes]
    label: Mapped[str]
    #: In printed order: number of the slot, and for each printed option its place in the paper, from zero.
    arrangement: Mapped[list[Any]]
    #: How the keys stand, what is shared with earlier variants, and which options stayed and why.
    report: Mapped[dict[str, Any]]
    #: SHA-256 over what is printed: every item in order, its options in order, key and marks.
    digest: Mapped[bytes]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]

    paper: Mapped[Paper] = relationship(back_populates="variants", foreign_keys=[paper_id])
