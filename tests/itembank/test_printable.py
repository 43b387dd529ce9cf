"""Printing sealed papers."""

import io
from collections.abc import Callable
from decimal import Decimal

import pypdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.figures import formulas
from kaoping.itembank import printable, sealing
from kaoping.itembank.papers import Paper
from kaoping.itembank.printable import FormulaNotDrawn
from kaoping.itembank.sealing import NotSealed
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.viewing import Access, ItemView, Trace
from tests.builders import NOON, an_actor
from tests.builders_papers import a_paper


def a_sealed_paper(session: Session) -> Paper:
    return sealing.approve(session, a_paper(session).id, by=an_actor(session), at=NOON)


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_sealed_paper_becomes_sections_in_order_with_its_marks(session: Session) -> None:
    value = printable.of(session, a_sealed_paper(session).id)

    assert [(len(section.items), section.mark) for section in value.sections] == [
        (20, Decimal(1)), (28, Decimal(2)), (8, Decimal(2)), (4, Decimal(2)),
    ]  # fmt: skip
    assert [section.type for section in value.sections[:3]] == ["true_false", "single_choice", "multiple_choice"]
    assert value.sections[3].type in {"written", "fill_in", "numeric"}
    assert (value.total, value.minutes, value.form, value.issuer) == (Decimal(100), 90, "2026-3-0001-A", "示范评价机构")
    assert value.provenance.startswith("AI辅助命制")
    assert {item.blanks for item in value.sections[3].items} <= {0, 1}


def test_a_paper_that_is_not_sealed_is_not_printed(session: Session) -> None:
    with pytest.raises(NotSealed):
        printable.booklet(session, a_paper(session).id, by=an_actor(session), at=NOON)


def test_booklet_and_answer_sheet_are_printed_and_written_into_the_trail(session: Session) -> None:
    paper, by = a_sealed_paper(session), an_actor(session)

    booklet = printable.booklet(session, paper.id, by=by, at=NOON)
    sheet = printable.answer_sheet(session, paper.id, by=by, at=NOON)

    assert paper.slots[0].revision.body["stem"].removesuffix("。") in text_of(booklet)
    assert "2026-3-0001-A" in text_of(sheet)
    session.flush()
    entries = session.query(TrailEntry).filter_by(verb="paper_printed", thing_id=paper.id).order_by(TrailEntry.number)
    assert [(entry.by, entry.facts["kind"]) for entry in entries] == [(by.id, "booklet"), (by.id, "answer_sheet")]
    assert printable.prints_of(session, paper.id) == 2


def test_the_booklet_shows_no_key(session: Session) -> None:
    value = printable.of(session, a_sealed_paper(session).id)

    assert not any(hasattr(item, "key") for section in value.sections for item in section.items)
    assert "依据所引条款" not in "".join(item.stem for section in value.sections for item in section.items)


def test_a_built_up_formula_is_drawn_and_handed_over_as_a_picture(session: Session) -> None:
    resources = printable._Resources(session, formulas.svg, printable.Wording())

    shown = resources.html(r"同意比例为 $\frac{14}{19}$，弃权 ____ 票。")

    ((name, drawn),) = resources.served.items()
    assert f'src="kp:{name}"' in shown
    assert drawn.startswith(b"<svg")
    assert "____" in shown


def test_a_formula_on_one_line_needs_no_drawing_and_another_is_refused(session: Session) -> None:
    resources = printable._Resources(session, None, printable.Wording())

    assert "ρ" in resources.line(r"$\rho=m/V$")
    with pytest.raises(FormulaNotDrawn, match="frac"):
        resources.line(r"$\frac{1}{2}$")


def test_the_seal_holds_when_the_paper_is_read_anew(session: Session) -> None:
    paper = a_sealed_paper(session)
    session.flush()
    session.expunge_all()

    sealing.verify_digest(session, sealing.find(session, paper.id))


@pytest.mark.parametrize(("press", "items"), [(printable.booklet, 60), (printable.answer_sheet, 0)])
def test_who_prints_stands_beneath_every_page_and_in_the_log(
    session: Session, press: Callable[..., bytes], items: int
) -> None:
    paper, by = a_sealed_paper(session), an_actor(session)

    pdf = pypdf.PdfReader(io.BytesIO(press(session, paper.id, by=by, at=NOON, viewer="程以安")))

    trace = session.scalars(select(Trace).where(Trace.access == Access.PAPER)).one()
    assert (trace.viewer_id, trace.thing) == (by.id, paper.code)
    assert len(session.scalars(select(ItemView).where(ItemView.trace_id == trace.id)).all()) == items
    for page in pdf.pages:
        assert trace.code in page.extract_text()
