"""The words of changes to items with statistics, and what the pages of writers and reviewers ask about them."""

from typing import Any, Final

from sqlalchemy.orm import Session

from kaoping.itembank import continuity
from kaoping.itembank.changes import PROPOSED, ChangeKind
from kaoping.itembank.errors import N_
from kaoping.itembank.items import Item, Revision

KINDS: Final = {
    ChangeKind.SOURCE: N_("Source, rationale or ratings only"),
    ChangeKind.TYPING: N_("Typing error or punctuation"),
    ChangeKind.WORDING: N_("Wording"),
    ChangeKind.OPTIONS: N_("Options"),
    ChangeKind.KEY: N_("Key or scoring"),
    ChangeKind.CONTENT: N_("What is asked"),
}


def kind(typed: str) -> ChangeKind | None:
    """Read a kind of change; anything unknown is none."""
    return ChangeKind(typed) if typed in {each.value for each in ChangeKind} else None


def question(session: Session, item: Item | None, typed: str) -> dict[str, Any]:
    """Give what the editor asks about statistics, with the answer that is there."""
    origin = continuity.origin(session, item) if item else None
    known = continuity.said(session, item.latest) if item and origin and item.latest.submitted_at is None else None
    change = typed or (known.kind.value if known else "")
    return {"origin": origin, "change": change, "change_kinds": KINDS, "change_carries": PROPOSED}


def unsaid(session: Session, item: Item, typed: str) -> bool:
    """Whether the item has statistics and the writer chose no kind of change."""
    return kind(typed) is None and continuity.origin(session, item) is not None


def decision(session: Session, revision: Revision) -> dict[str, Any]:
    """Give what a reviewer decides on, with what the writer said."""
    origin = continuity.asked(session, revision)
    return {
        "origin": origin, "said": continuity.said(session, revision), "change_kinds": KINDS,
        "alike": origin is not None and continuity.marked_alike(origin, revision),
    }  # fmt: skip
