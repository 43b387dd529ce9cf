"""Variants of a sealed paper: made once, pinned to the seal, printed as they were made."""

import io
from random import Random
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from kaoping.itembank import content, marking, printable, sealing, shuffling, variants
from kaoping.itembank.errors import Missing
from kaoping.itembank.papers import Paper, Variant
from kaoping.itembank.sealing import NotSealed, SealBroken
from kaoping.itembank.shuffling import TooManyVariants, VariantBroken
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_papers import a_paper


def sealed(session: Session) -> Paper:
    return sealing.approve(session, a_paper(session).id, by=an_actor(session, "assembler"), at=NOON)


def shuffled(session: Session, count: int = 2) -> tuple[Paper, list[Variant]]:
    paper = sealed(session)
    by = an_actor(session, "assembler")
    return paper, shuffling.make(session, paper.id, count=count, by=by, at=NOON, rng=Random(1))


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_sealed_paper_gets_lettered_variants_with_balanced_keys(session: Session) -> None:
    paper, (one, other) = shuffled(session)

    assert (one.label, other.label, one.paper_digest) == ("A", "B", paper.digest)
    assert one.report["counts"] == other.report["counts"] == {"A": 7, "B": 7, "C": 7, "D": 7}
    assert max(one.report["run"], other.report["run"]) <= variants.RUN
    assert other.report["shared"]["A"]["single_choice"] == 0
    entries = session.query(TrailEntry).filter_by(verb="variant_made").order_by(TrailEntry.number).all()
    assert [entry.facts["digest"] for entry in entries] == [one.digest.hex(), other.digest.hex()]


def test_asking_again_changes_nothing_and_asking_for_more_adds(session: Session) -> None:
    paper, first = shuffled(session)
    by = an_actor(session, "assembler")
    digests = [one.digest for one in first]

    again = shuffling.make(session, paper.id, count=1, by=by, at=NOON)
    more = shuffling.make(session, paper.id, count=3, by=by, at=NOON)

    assert [one.digest for one in again] == digests
    assert [one.digest for one in more[:2]] == digests
    assert [one.label for one in more] == ["A", "B", "C"]


def test_only_a_sealed_paper_has_variants(session: Session) -> None:
    with pytest.raises(NotSealed):
        shuffling.make(session, a_paper(session).id, count=2, by=an_actor(session), at=NOON)


@pytest.mark.parametrize("count", [0, 9])
def test_a_number_of_variants_out_of_bounds_is_refused(session: Session, count: int) -> None:
    with pytest.raises(TooManyVariants) as caught:
        shuffling.make(session, uuid4(), count=count, by=an_actor(session), at=NOON)

    assert (caught.value.count, caught.value.most) == (count, 8)


def test_a_paper_whose_seal_is_broken_has_no_variants(session: Session) -> None:
    paper, by = a_paper(session), an_actor(session)
    forged = text("UPDATE paper SET state = 'sealed', approved_by = :by, sealed_at = :at, digest = 'x' WHERE id = :id")
    session.execute(forged, {"id": paper.id, "by": by.id, "at": NOON})
    session.expire(paper)

    with pytest.raises(SealBroken):
        shuffling.make(session, paper.id, count=2, by=by, at=NOON)
    with pytest.raises(SealBroken):
        printable.of(session, paper.id, variant="A")


def test_a_variant_that_is_not_what_was_made_is_not_printed(session: Session) -> None:
    paper = sealed(session)
    by = an_actor(session, "assembler")
    (made,) = shuffling.make(session, paper.id, count=1, by=by, at=NOON, rng=Random(1))
    forged = Variant(
        organisation_id=made.organisation_id, paper_id=paper.id, paper_digest=made.paper_digest, label="B",
        arrangement=made.arrangement[::-1], report=made.report, digest=made.digest, made_by=by.id, made_at=NOON,
    )  # fmt: skip
    session.add(forged)
    session.flush()

    with pytest.raises(VariantBroken):
        printable.of(session, paper.id, variant="B")


def test_the_database_refuses_to_change_a_variant_or_to_pin_it_to_another_seal(session: Session) -> None:
    paper, (one, _) = shuffled(session)
    for deed in ("UPDATE variant SET arrangement = '[]' WHERE id = :id", "DELETE FROM variant WHERE id = :id"):
        with pytest.raises(ProgrammingError, match="permission denied"), session.begin_nested():
            session.execute(text(deed), {"id": one.id})
    unpinned = Variant(
        organisation_id=one.organisation_id, paper_id=paper.id, paper_digest=b"another", label="C", arrangement=[],
        report={}, digest=b"x", made_by=one.made_by, made_at=NOON,
    )  # fmt: skip
    session.add(unpinned)
    with pytest.raises(IntegrityError, match="fk_variant"):
        session.flush()


def test_a_variant_prints_its_order_and_its_letter_on_booklet_and_answer_sheet(session: Session) -> None:
    paper, (_, other) = shuffled(session)
    by = an_actor(session)

    value = printable.of(session, paper.id, variant="B")
    booklet = printable.booklet(session, paper.id, by=by, at=NOON, variant="B")
    sheet = printable.answer_sheet(session, paper.id, by=by, at=NOON, variant="B")

    placed = shuffling.arrangement_of(other)
    bodies = {slot.number: slot.revision.body for slot in paper.slots}
    shown = [item for section in value.sections for item in section.items]
    for item, one in zip(shown, placed, strict=True):
        body = bodies[one.number]
        assert [str(option) for option in item.options] == [body["options"][place] for place in one.options]
    assert (value.variant, value.digest) == ("B", other.digest.hex())
    assert text_of(booklet).count("2026-3-0001-A 卷型B") >= len(pypdf.PdfReader(io.BytesIO(booklet)).pages)
    assert "卷型" in text_of(sheet)
    facts = [entry.facts for entry in session.query(TrailEntry).filter_by(verb="paper_printed")]
    assert facts == [{"kind": "booklet", "variant": "B"}, {"kind": "answer_sheet", "variant": "B"}]
    with pytest.raises(Missing):
        printable.of(session, paper.id, variant="H")


def test_keys_answered_on_a_variant_earn_every_mark_of_the_paper(session: Session) -> None:
    paper, (_, other) = shuffled(session)
    placed = shuffling.arrangement_of(other)
    given = {
        number: key_as_response(shuffling.key_of(slot.revision.body, one))
        for number, (slot, one) in enumerate(shuffling.ordered(paper, placed), 1)
    }

    answers = variants.original(placed, given)

    earned = (
        marking.mark(content.parse(slot.revision.body), answers[slot.number], marks=slot.marks).given
        for slot in paper.slots
    )
    assert sum(earned) == 100


def key_as_response(key: Any) -> Any:
    """Answer a blank by the first accepted text; everything else by the key."""
    blanks = isinstance(key, list) and all(isinstance(accepted, list) for accepted in key)
    return [accepted[0] for accepted in key] if blanks else key
