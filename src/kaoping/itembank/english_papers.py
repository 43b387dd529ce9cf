"""Use cases: which items of a paper have English, and a sealed paper printed in English.

A paper pins revisions; in English it is printed with the newest approved twin of each. Key, marks and order are those
of the paper, so its marking key and seal hold for both languages.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session, contains_eager

from kaoping.itembank import bilingual, printable, sealing, twinning
from kaoping.itembank.actor import Actor
from kaoping.itembank.answer_sheet import answer_sheet_pdf
from kaoping.itembank.booklet import PrintablePaper, booklet_pdf
from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.items import Verdict
from kaoping.itembank.papers import Paper, Slot
from kaoping.itembank.printable import Draw, Print, Wording
from kaoping.itembank.trail import record
from kaoping.itembank.twins import Twin, TwinReview

#: Fixed terms of print, as `kaoping.itembank.printable` has them in Chinese.
COMPONENT: Final = "Theory"
PROVENANCE: Final = "AI-assisted, not reviewed by an expert"
NAMED: Final = 20
"""Items that a refusal names; the page of the paper names all."""


class NotTranslated(ItemBankError, Conflict):
    """Items of the paper have no approved English twin of the wording that the paper pins."""

    sentence = N_(
        "Paper %(paper)s cannot be printed in English: %(count)d of its %(all)d items have no approved English twin of "
        "the wording in this paper (%(items)s). Have them translated and approved."
    )


@dataclass(frozen=True, slots=True)
class Translation:
    """A paper with the newest approved twin of each revision that it pins."""

    paper: Paper
    twins: Mapping[UUID, Twin]

    @property
    def lacking(self) -> list[Slot]:
        """The slots without English, in order."""
        return [slot for slot in self.paper.slots if slot.revision_id not in self.twins]

    @property
    def wording(self) -> Wording:
        """The bodies in English, and what answer pictures show."""
        bodies, alternatives = {}, {}
        for slot in self.paper.slots:
            texts, body = self.twins[slot.revision_id].texts, slot.revision.body
            bodies[slot.revision_id] = bilingual.english(body, texts)
            if body.get("picture"):
                alternatives[UUID(str(body["picture"]))] = texts["picture"]
        return Wording(bodies, alternatives)

    def digest(self, printed: str) -> str:
        """Compute SHA-256 over the digest of what is printed in Chinese and the twin of every slot."""
        twins = [[slot.number, self.twins[slot.revision_id].text_hash.hex()] for slot in self.paper.slots]
        return hashlib.sha256(json.dumps([printed, twins]).encode()).hexdigest()


def translation(session: Session, paper_id: UUID) -> Translation:
    """Give a paper with the English that it has, sealed or not."""
    paper = sealing.find(session, paper_id)
    query = (
        select(Twin)
        .join(Twin.review)
        .options(contains_eager(Twin.review))
        .where(TwinReview.verdict == Verdict.APPROVE)
        .where(Twin.revision_id.in_([slot.revision_id for slot in paper.slots]))
        .order_by(Twin.number)
    )
    return Translation(paper, {twin.revision_id: twin for twin in session.scalars(query)})


def booklet(
    session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None, draw: Draw | None = None,
    variant: str = "", viewer: str = "",
) -> bytes:  # fmt: skip
    """Print the English booklet of a sealed paper, or of one of its variants.

    Raises
    ------
    NotSealed, SealBroken : the paper is not sealed, or is not what was sealed.
    NotTranslated : items have no approved twin; they are named.
    TwinChanged : a stored translation is not the one that was approved.
    """
    return _printed(session, paper_id, "booklet", booklet_pdf, Print(by, at, draw, variant, viewer))


def answer_sheet(
    session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None, draw: Draw | None = None,
    variant: str = "", viewer: str = "",
) -> bytes:  # fmt: skip
    """Print the answer sheet in English; its boxes and lines stand where those of the Chinese one do."""
    return _printed(session, paper_id, "answer_sheet", answer_sheet_pdf, Print(by, at, draw, variant, viewer))


def _printed(
    session: Session, paper_id: UUID, kind: str, press: Callable[[PrintablePaper], bytes], asked: Print
) -> bytes:
    found = translation(session, paper_id)
    value = of(session, found, draw=asked.draw, variant=asked.variant)
    pdf, facts = press(value), {"kind": kind, "language": "en", "digest": value.digest}
    record(session, "paper_printed", found.paper, by=asked.by, at=asked.at, **facts, **asked.facts)
    return printable.taken(session, found.paper, pdf, kind, asked)


def of(session: Session, found: Translation, *, draw: Draw | None = None, variant: str = "") -> PrintablePaper:
    """Give the value that is printed in English."""
    require_whole(found)
    level, standard = found.paper.specification.level, found.paper.specification.standard
    chinese = printable.of(session, found.paper.id, draw=draw, variant=variant, wording=found.wording)
    return replace(
        chinese, english=True, component=COMPONENT, occupation=standard.occupation_en,
        level_name=f"Level {level.digit} / {level.title_en}", issuer=_issuer(session, found.paper.organisation_id),
        digest=found.digest(chinese.digest), provenance=PROVENANCE if chinese.provenance else "",
    )  # fmt: skip


def require_whole(found: Translation) -> None:
    """Raise `NotTranslated` if a slot has no English, `TwinChanged` if a translation is not the approved one."""
    if lacking := found.lacking:
        codes = [slot.item.code for slot in lacking]
        told = ", ".join(codes[:NAMED]) + (", …" if len(codes) > NAMED else "")
        raise NotTranslated(paper=found.paper.code, count=len(codes), all=len(found.paper.slots), items=told)
    for slot in found.paper.slots:
        twinning.require_intact(found.twins[slot.revision_id], slot.item.code)


def _issuer(session: Session, organisation_id: UUID) -> str:
    organisation = table("organisation", column("id"), column("name_en"))
    return str(session.execute(select(organisation.c.name_en).where(organisation.c.id == organisation_id)).scalar_one())
