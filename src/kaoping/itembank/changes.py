"""Rows that say how a revision differs from the one whose statistics are in use, and whether these carry over."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kaoping.itembank.orm import Base, Owned, Sealed
from kaoping.itembank.refusing import EITHER, before, refusing


class ChangeKind(StrEnum):
    """What a writer says of a new revision; `PROPOSED` is what follows for its statistics."""

    SOURCE = "source"
    TYPING = "typing"
    WORDING = "wording"
    OPTIONS = "options"
    KEY = "key"
    CONTENT = "content"


PROPOSED: Final = {
    ChangeKind.SOURCE: True,
    ChangeKind.TYPING: True,
    ChangeKind.WORDING: False,
    ChangeKind.OPTIONS: False,
    ChangeKind.KEY: False,
    ChangeKind.CONTENT: False,
}
"""Whether statistics are proposed to carry over: only if nothing changed that a candidate answers to."""


class RevisionChange(Owned, Base):
    """What kind of change the writer says a revision is; open until the revision is submitted."""

    __tablename__ = "revision_change"

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"), unique=True)
    kind: Mapped[ChangeKind]
    by: Mapped[UUID]
    at: Mapped[datetime]

    @property
    def carries(self) -> bool:
        """Whether statistics are proposed to carry over."""
        return PROPOSED[self.kind]


class CarryDecision(Owned, Base):
    """A reviewer's decision whether the statistics of an earlier revision hold for a later one, with the reason."""

    __tablename__ = "carry_decision"

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"), unique=True)
    #: The revision whose statistics were in use.
    origin_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"))
    carry: Mapped[bool]
    reason_sealed: Mapped[bytes]
    decided_by: Mapped[UUID]
    at: Mapped[datetime]

    reason: Sealed[str] = Sealed()


_MARKED_ALIKE = (
    "EXISTS (SELECT FROM public.revision a JOIN public.revision b ON a.item_id = b.item_id AND a.id <> b.id "
    "AND a.marking_hash = b.marking_hash WHERE a.id = NEW.origin_id AND b.id = NEW.revision_id)"
)
_A_HAND = (
    "EXISTS (SELECT FROM public.revision a JOIN public.revision b ON a.item_id = b.item_id "
    "WHERE b.id = NEW.revision_id AND a.author_id = NEW.decided_by)"
)

STATEMENTS: Final = (
    refusing(
        "change_is_said_before_review",
        "EXISTS (SELECT FROM public.revision WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.revision_id "
        "ELSE NEW.revision_id END AND submitted_at IS NOT NULL)",
        "'the kind of change of a submitted revision stays (change_is_said_before_review)'",
        answer=EITHER,
    ),
    before("INSERT OR UPDATE OR DELETE", "revision_change", "change_is_said_before_review"),
    refusing(
        "key_changed_starts_anew",
        f"NEW.carry AND NOT {_MARKED_ALIKE}",
        "'statistics do not carry over to another key or number of options (key_changed_starts_anew)'",
    ),
    before("INSERT", "carry_decision", "key_changed_starts_anew"),
    refusing(
        "carrying_is_decided_by_another",
        _A_HAND,
        "'who worded an item does not decide on its statistics (carrying_is_decided_by_another)'",
    ),
    before("INSERT", "carry_decision", "carrying_is_decided_by_another"),
    refusing(
        "carried_was_decided",
        "NOT EXISTS (SELECT FROM public.carry_decision WHERE revision_id = NEW.revision_id AND carry)",
        "'statistics carry over by a decision only (carried_was_decided)'",
    ),
    before(
        "INSERT OR UPDATE OF carried_from_id", "statistics", "carried_was_decided",
        when="NEW.carried_from_id IS NOT NULL",
    ),
)  # fmt: skip
