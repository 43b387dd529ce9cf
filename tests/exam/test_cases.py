"""Cases: one item whose sub-questions stay together, from the sheet to the score and in print."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kaoping.exam.delivery import folds, sheet, sitting
from kaoping.exam.delivery.errors import AnswerUnfit
from kaoping.exam.delivery.models import Sitting
from kaoping.exam.marking import answers, giving
from kaoping.exam.registration.models import ExamState
from kaoping.exam.results import scoring
from kaoping.exam.results.errors import MarksWait
from kaoping.itembank import keys, printable, shuffling
from kaoping.itembank.answer_sheet import Line, lay_out
from kaoping.itembank.items import ItemType
from kaoping.itembank.scoring_rules import ScoringRule
from tests.builders import NOON, an_actor
from tests.builders_delivery import BODIES, a_candidate, an_exam
from tests.exam.delivery.test_sitting import SOON, log_in
from tests.exam.test_marking import SHORT, a_marker, printed

CASE: dict[str, Any] = {
    "type": "case", "stem": "根据材料回答问题。", "stimulus": "某企业拟制定企业标准。", "rationale": "见材料。",
    "parts": [{"marks": "1", "body": BODIES[1]}, {"marks": "2", "body": SHORT}, {"marks": "1", "body": BODIES[3]}],
}  # fmt: skip
GIVEN = ["B", "统一。", ["国家暗钥", "行业暗钥"]]


def begun(session: Session) -> tuple[Any, str, Sitting]:
    exam = an_exam(session, bodies=[BODIES[0], CASE], rules=[ScoringRule.ALL_OR_NOTHING, ScoringRule.ONE_MARKER])
    seated = a_candidate(session, exam)
    token = log_in(session, seated)
    return seated, token, sitting.start(session, token, at=NOON)


def test_the_parts_of_a_case_stay_together_on_the_sheet_with_their_share_of_the_marks(session: Session) -> None:
    seated, *_ = begun(session)

    case = sheet.of(session, seated.application.paper_id)[1]

    assert (case.type, case.marks, "企业标准" in case.stimulus) == (ItemType.CASE, "2", True)
    assert [(part.place, part.control, part.type, part.marks) for part in case.parts] == [
        ("2-1", "response-1", ItemType.SINGLE_CHOICE, "0.5"), ("2-2", "response-2", ItemType.SHORT_ANSWER, "1"),
        ("2-3", "response-3", ItemType.FILL_IN, "0.5"),
    ]  # fmt: skip
    assert "暗钥" not in repr(case)


@pytest.mark.parametrize(
    "unfit", ["B", ["B"], ["H", None, None], ["B", ["A"], None], ["B", "文", ["一"]], [1, None, None]]
)
def test_an_answer_that_a_part_cannot_take_is_refused_and_the_last_one_stands(session: Session, unfit: Any) -> None:
    _seated, token, held = begun(session)
    sitting.answer(session, token, 2, GIVEN, sequence=1, at=SOON)

    with pytest.raises(AnswerUnfit):
        sitting.answer(session, token, 2, unfit, sequence=2, at=SOON)

    session.expire(held)
    assert folds.answers(held.steps) == {2: GIVEN}


def test_a_machine_marks_its_parts_and_people_theirs(session: Session) -> None:
    seated, token, held = begun(session)
    sitting.answer(session, token, 2, GIVEN, sequence=1, at=SOON)
    sitting.submit(session, token, at=SOON)
    exam, officer = seated.application.exam, an_actor(session)
    exam.state = ExamState.CLOSED
    marker = a_marker(session, exam)

    [waiting] = giving.waiting(session, exam, by=marker)
    assert (waiting.part, waiting.response, waiting.marks) == (2, "统一。", Fraction(1))
    with pytest.raises(MarksWait):
        scoring.score_theory(session, seated.application.id, by=officer, at=SOON)
    giving.give(session, exam.id, held.id, 2, 2, [Decimal("1.5"), Decimal(0)], by=marker, at=SOON)
    score = scoring.score_theory(session, seated.application.id, by=officer, at=SOON)

    # Half a mark, 1.5 of 4 of one mark, half a mark.
    assert score.details["marks"] == {"1": "0", "2": "1.37"}
    assert answers.of_exam(session, exam)[0].missing == 0


def test_a_case_whose_written_part_is_blank_waits_for_nobody(session: Session) -> None:
    seated, token, _held = begun(session)
    sitting.answer(session, token, 2, ["B", None, ["", ""]], sequence=1, at=SOON)
    assert sitting.answer(session, token, 2, [None, "", ["", " "]], sequence=2, at=SOON).answered == 0
    sitting.answer(session, token, 2, ["B", None, ["", ""]], sequence=3, at=SOON)
    sitting.submit(session, token, at=SOON)
    seated.application.exam.state = ExamState.CLOSED

    score = scoring.score_theory(session, seated.application.id, by=an_actor(session), at=SOON)

    assert score.details["marks"]["2"] == "0.50"


def test_a_case_is_printed_with_its_material_above_its_questions(session: Session) -> None:
    seated, *_ = begun(session)
    paper, by = seated.application.paper, an_actor(session)
    paper.run.report = {"minutes": 90}
    session.flush()

    booklet = printed(printable.booklet(session, paper.id, by=by, at=NOON))
    key = printed(keys.marking_key(session, paper.id, purpose="示范阅卷使用", viewer="考务", by=by, at=NOON))
    lines = [one for one in lay_out(printable.of(session, paper.id))[0].placed if isinstance(one, Line)]

    assert booklet.index("某企业拟制定企业标准") < booklet.index("（1）") < booklet.index("（0.5分）")
    assert "暗钥" not in booklet
    assert [one.number for one in lines] == ["2(1)", "2(2)", "", "", "2(3)"]
    assert lines[-1].blanks == 2
    assert key.count("0.5分") >= 2
    assert "参考答案：统一、简化。" in key
    assert [variant.label for variant in shuffling.make(session, paper.id, count=1, by=by, at=NOON)] == ["A"]
