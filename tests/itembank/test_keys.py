"""The marking key: what it says, who took it, and what it was for."""

import io
from decimal import Decimal
from random import Random
from uuid import uuid4

import pypdf
import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import keys, sealing, shuffling
from kaoping.itembank.content import LETTERS
from kaoping.itembank.papers import Paper
from kaoping.itembank.sealing import NotSealed
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.viewing import PurposeMissing
from tests.builders import NOON, an_actor
from tests.builders_delivery import BODIES, a_sealed_paper
from tests.builders_papers import a_level, a_paper


def a_paper_with_variants(session: Session) -> Paper:
    paper = sealing.approve(session, a_paper(session).id, by=an_actor(session, "assembler"), at=NOON)
    shuffling.make(session, paper.id, count=2, by=an_actor(session, "assembler"), at=NOON, rng=Random(1))
    return paper


def test_the_key_of_a_variant_names_the_printed_letter_and_the_number_in_the_paper(session: Session) -> None:
    paper = a_paper_with_variants(session)

    value = keys.of(session, paper.id, variant="B", viewer="李明", at=NOON)

    slots = {slot.number: slot for slot in paper.slots}
    placed = shuffling.arrangement_of(paper.variants[1])
    single = next(section for section in value.sections if section.type == "single_choice")
    for item in single.items:
        body = slots[item.original].revision.body
        one = placed[item.number - 1]
        assert body["options"][one.options[LETTERS.index(item.key)]] == body["options"][LETTERS.index(body["key"])]
        assert item.code == slots[item.original].item.code
    assert (value.total, value.count, value.digest) == (Decimal(100), 60, paper.variants[1].digest.hex())
    assert [section.total for section in value.sections] == [20, 56, 16, 8]
    assert [item.key for item in value.sections[0].items] == [
        "A" if slots[item.original].revision.body["key"] else "B" for item in value.sections[0].items
    ]


def test_every_page_of_the_key_says_confidential_who_took_it_and_when(session: Session) -> None:
    paper, by = a_paper_with_variants(session), an_actor(session)

    pdf = keys.marking_key(session, paper.id, variant="B", purpose="阅卷组  人工核对", viewer="李明", by=by, at=NOON)

    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) == 2
    assert all("机密" in page and "取用人 李明" in page and "2026-11-20 12:00" in page for page in pages)
    entry = session.query(TrailEntry).filter_by(verb="marking_key_taken").one()
    assert (entry.by, entry.thing_id) == (by.id, paper.id)
    assert entry.facts == {"variant": "B", "purpose": "阅卷组 人工核对"}


@pytest.mark.parametrize("purpose", ["", " 看 ", "x" * 201])
def test_a_key_is_not_given_without_a_purpose(session: Session, purpose: str) -> None:
    with pytest.raises(PurposeMissing):
        keys.marking_key(session, uuid4(), purpose=purpose, viewer="李明", by=an_actor(session), at=NOON)


def test_a_paper_that_is_not_sealed_has_no_key(session: Session) -> None:
    with pytest.raises(NotSealed):
        keys.of(session, a_paper(session).id, viewer="李明", at=NOON)


def test_the_key_says_how_blanks_are_compared_and_in_which_units_a_number_may_be_given(session: Session) -> None:
    other = {"case": False, "numbers": True, "units": ["mm"]}
    bodies = [
        *BODIES[:3], BODIES[3], BODIES[3] | {"normalise": other},
        BODIES[4] | {"unit": "m", "units": [{"unit": "mm", "factor": "0.001"}]},
    ]  # fmt: skip
    paper = a_sealed_paper(session, a_level(session), bodies=bodies)

    found = [
        item.key for section in keys.of(session, paper.id, viewer="李明", at=NOON).sections for item in section.items
    ]

    assert found[3:] == [
        "国家暗钥；行业暗钥", "国家暗钥；行业暗钥（区分大小写，数值按大小比较，可写单位 mm）",
        "68.75 m（±0.1）（也可用：1 mm = 0.001 m）",
    ]  # fmt: skip
