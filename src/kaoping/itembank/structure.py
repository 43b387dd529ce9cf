"""Rows of the item bank, on what a standard is built of: occupations, sector modules, work contents, lower tiers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.itembank.ladders import Track, track_of
from kaoping.itembank.models import Range
from kaoping.itembank.orm import Base, Owned


class Occupation(Owned, Base):
    """An occupation 职业 of the catalogue; one that is new in the field has no code yet."""

    __tablename__ = "occupation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("major_class between 1 and 8", name="major_class_of_eight"),
        CheckConstraint("code is null or left(code, 1) = major_class::text", name="code_of_its_class"),
    )

    #: Such as 4-04-05-05: classes 大类, 中类, 小类 and 细类 by their numbers.
    code: Mapped[str | None]
    name: Mapped[str]
    name_en: Mapped[str]
    major_class: Mapped[int]
    definition: Mapped[str]
    #: Trades 工种 or directions 职业方向 within the occupation, as names.
    directions: Mapped[list[Any]]

    @property
    def track(self) -> Track | None:
        """The track that the class belongs to: class 2 is evaluated as professional, 3 to 6 as skilled."""
        return track_of(self.major_class)


class SectorModule(Owned, Base):
    """What a standard asks of one sector 行业 beyond its common core; its ranges carry weights of their own."""

    __tablename__ = "sector_module"
    __table_args__ = (UniqueConstraint("standard_id", "code"),)

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    #: Section or division of GB/T 4754, such as A or I65.
    sector: Mapped[str]
    position: Mapped[int]


class WorkContent(Owned, Base):
    """A work content 工作内容 of a function, such as 1.2."""

    __tablename__ = "work_content"
    __table_args__ = (UniqueConstraint("standard_id", "code"),)

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    range_id: Mapped[UUID] = mapped_column(ForeignKey("range.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]

    range: Mapped[Range] = relationship()
    requirements: Mapped[list["Requirement"]] = relationship(back_populates="content")


class Requirement(Owned, Base):
    """What a level asks of a work content: skills 技能要求 and related knowledge 相关知识要求, a sentence each."""

    __tablename__ = "requirement"
    __table_args__ = (UniqueConstraint("content_id", "level_id"),)

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"), index=True)
    content_id: Mapped[UUID] = mapped_column(ForeignKey("work_content.id"))
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"), index=True)
    skills: Mapped[list[Any]]
    knowledge: Mapped[list[Any]]

    content: Mapped[WorkContent] = relationship(back_populates="requirements")


class Subrange(Owned, Base):
    """A range 鉴定范围 of the second or a lower tier; its code is that of the tier above with one part more."""

    __tablename__ = "subrange"
    __table_args__ = (UniqueConstraint("standard_id", "code"),)

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    range_id: Mapped[UUID] = mapped_column(ForeignKey("range.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]
    #: Share of the theory component by level digit; the shares of a tier sum to that of the tier above.
    percents: Mapped[dict[str, Any]]

    @property
    def above(self) -> str:
        """Code of the tier above."""
        return self.code.rpartition("-")[0]


class CarryOver(Owned, Base):
    """What one edition's points become in another, and who confirmed it; its items are carried over by this."""

    __tablename__ = "carry_over"
    __table_args__ = (
        UniqueConstraint("to_standard_id"),
        CheckConstraint("from_standard_id <> to_standard_id", name="between_two_editions"),
        CheckConstraint(
            "approver_id is null or approver_id <> author_id and not jsonb_exists(hands, approver_id::text)",
            name="approver_is_not_author",
        ),
        CheckConstraint("(approver_id is null) = (approved_at is null)", name="approved_has_time"),
        CheckConstraint("done_at is null or approver_id is not null", name="done_after_approval"),
    )

    from_standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"), index=True)
    to_standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    #: Ids of points: of the new edition by those of the old one; points without are left behind with their items.
    mapping: Mapped[dict[str, Any]]
    #: Who wrote last; ``hands`` are the ids of everybody who wrote.
    author_id: Mapped[UUID]
    hands: Mapped[list[Any]]
    created_at: Mapped[datetime]
    approver_id: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
