"""A sealed paper printed in English, or refused with the items that have none."""

import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import bilingual, english_papers, sealing
from kaoping.itembank.content import BLANK
from kaoping.itembank.english_papers import NotTranslated
from kaoping.itembank.items import Verdict
from kaoping.itembank.papers import Slot
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.twinning import TwinChanged
from kaoping.itembank.twins import Twin, TwinReview
from tests.builders import NOON, an_actor, stored
from tests.builders_papers import a_paper
from tests.itembank.test_printable import text_of
from tests.web.pages import han


def an_approved_twin(session: Session, slot: Slot, number: int = 1) -> Twin:
    translator, reviewer = an_actor(session), an_actor(session)
    texts = {
        place: f"Question {slot.number} {place} v{number}" + " ____" * len(BLANK.findall(original))
        for place, original in bilingual.places(slot.revision.body, {}).items()
    }
    twin = stored(session, Twin(
        organisation_id=slot.organisation_id, item_id=slot.item_id, revision_id=slot.revision_id, number=number,
        translator_id=translator.id, texts=texts, created_at=NOON, submitted_at=NOON,
    ))  # fmt: skip
    stored(session, TwinReview(
        organisation_id=slot.organisation_id, twin_id=twin.id, translator_id=translator.id, text_hash=twin.text_hash,
        reviewer_id=reviewer.id, verdict=Verdict.APPROVE, comment=None, at=NOON,
    ))  # fmt: skip
    return twin


def test_a_paper_is_printed_in_english_when_no_item_lacks_an_approved_twin(session: Session) -> None:
    by = an_actor(session, "assembler")
    paper = sealing.approve(session, a_paper(session).id, by=an_actor(session), at=NOON)
    first, *others = paper.slots
    for slot in others:
        an_approved_twin(session, slot)
    with pytest.raises(NotTranslated) as lacking:
        english_papers.booklet(session, paper.id, by=by, at=NOON)
    an_approved_twin(session, first)
    old = english_papers.of(session, english_papers.translation(session, paper.id)).digest
    newest = an_approved_twin(session, first, 2)

    printed = text_of(english_papers.booklet(session, paper.id, by=by, at=NOON))
    sheet = text_of(english_papers.answer_sheet(session, paper.id, by=by, at=NOON))

    assert (lacking.value.items, lacking.value.count, lacking.value.all) == (first.item.code, 1, 60)
    assert "Question 1 stem v2" in printed
    assert all(word in printed for word in ("Single choice", "Level 3 / ", "Demonstration", "2026-3-0001-A"))
    assert "Theory answer sheet" in sheet
    assert not han([printed, sheet])
    entries = session.query(TrailEntry).filter_by(verb="paper_printed", thing_id=paper.id).order_by(TrailEntry.number)
    assert [(entry.facts["kind"], entry.facts["language"]) for entry in entries] == [
        ("booklet", "en"), ("answer_sheet", "en"),
    ]  # fmt: skip
    assert entries[0].facts["digest"] != old
    found = english_papers.translation(session, paper.id)
    session.expunge(newest)
    newest.text_hash = b"x"
    with pytest.raises(TwinChanged):
        english_papers.of(session, found)
