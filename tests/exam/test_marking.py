"""Answers that people mark: from the candidate's text to the score, by one marker, by two, by a third."""

import io
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.exam.delivery import sitting
from kaoping.exam.delivery.models import Sitting
from kaoping.exam.marking import answers, giving, panel, progress
from kaoping.exam.marking.answers import Answer
from kaoping.exam.marking.errors import (
    AnswerMarked,
    CandidateUnknown,
    MarkerBound,
    MarkerUnassigned,
    MarksFinal,
    PointMarksInvalid,
    PointMarksMissing,
    TieUnsaid,
)
from kaoping.exam.marking.models import AnswerMark, MarkerPlace
from kaoping.exam.registration.models import Exam, ExamState
from kaoping.exam.results import deciding, groupings, responses, scoring
from kaoping.exam.results.errors import ExaminerDecides, MarksChanged, MarksWait
from kaoping.itembank import content, keys, printable
from kaoping.itembank.actor import Actor
from kaoping.itembank.answer_sheet import Line, lay_out
from kaoping.itembank.models import Component
from kaoping.itembank.papers import Slot
from kaoping.itembank.scoring_rules import ScoringRule
from tests.builders import NOON, an_actor, stored
from tests.builders_delivery import BODIES, a_candidate, an_exam
from tests.exam.delivery.test_sitting import SOON, log_in

SHORT = {
    "type": "short_answer", "stem": "标准化有哪些作用？", "rationale": "见教材。",
    "key": {"model": "统一、简化。", "points": [{"text": "统一", "marks": "3"}, {"text": "简化", "marks": "1"}]},
}  # fmt: skip
ESSAY = {
    "type": "essay", "stem": "论述标准与创新的关系。", "rationale": "见教材。", "words": {"least": 5, "most": 100},
    "rubric": [{"criterion": "论点", "marks": "5", "descriptors": ["好", "差"]}, {"criterion": "论据", "marks": "5"}],
}  # fmt: skip
TEXTS = {1: True, 2: "统一和简化。", 3: "标准为创新提供基础。"}


def sat(session: Session, rule: ScoringRule = ScoringRule.TWO_MARKERS, texts: dict[int, Any] = TEXTS) -> Any:
    """Have a candidate sit a true/false item, a short answer and an essay, two marks each, and close the exam."""
    exam = an_exam(session, bodies=[BODIES[0], SHORT, ESSAY], rules=[ScoringRule.ALL_OR_NOTHING, rule, rule])
    seated = a_candidate(session, exam)
    token = log_in(session, seated)
    sitting.start(session, token, at=NOON)
    for slot, response in texts.items():
        sitting.answer(session, token, slot, response, sequence=1, at=SOON)
    sitting.submit(session, token, at=SOON)
    exam.state = ExamState.CLOSED
    return seated


def a_marker(session: Session, exam: Exam, *, ties: Sequence[str] | None = ()) -> Actor:
    marker = an_actor(session, "marker")
    stored(session, MarkerPlace(
        organisation_id=marker.organisation, exam_id=exam.id, marker_id=marker.id, assigned_by=uuid4(),
        assigned_at=NOON,
    ))  # fmt: skip
    if ties is not None:
        panel.state_ties(session, exam.id, ties, by=marker, at=SOON)
    return marker


def give(session: Session, exam: Exam, slot: int, marks: Sequence[str], by: Actor) -> AnswerMark:
    own = [each for each in answers.of_exam(session, exam) if each.slot.number == slot]
    return giving.give(session, exam.id, own[0].sitting_id, slot, 0, [Decimal(mark) for mark in marks], by=by, at=SOON)


def test_the_score_waits_for_every_mark_and_adds_shares_that_were_given(session: Session) -> None:
    seated = sat(session)
    exam, officer = seated.application.exam, an_actor(session)
    first, second = a_marker(session, exam), a_marker(session, exam)

    with pytest.raises(MarksWait) as caught:
        scoring.score_theory(session, seated.application.id, by=officer, at=SOON)
    assert (caught.value.facts["missing"], caught.value.facts["answers"]) == (4, 2)

    give(session, exam, 2, ["3", "0"], first)
    give(session, exam, 2, ["3", "0.5"], second)
    give(session, exam, 3, ["4", "3"], first)
    give(session, exam, 3, ["4", "3.5"], second)
    score = scoring.score_theory(session, seated.application.id, by=officer, at=SOON)

    # 2 marks each: 3.25 of 4 and 7.25 of 10, rounded down to hundredths.
    assert score.details["marks"] == {"1": "2.00", "2": "1.62", "3": "1.45"}
    assert responses.of_level(session, exam.level, groupings.Rule()).matrix.answers.shape == (1, 1)
    figures = progress.of_exam(session, exam)
    assert (figures.answers, figures.done, figures.missing) == (2, 2, 0)
    assert [round(row.figures.facility or 0, 3) for row in figures.rows] in ([0.81, 0.725], [0.725, 0.81])


def test_a_blank_answer_earns_nothing_and_waits_for_nobody(session: Session) -> None:
    seated = sat(session, texts={1: True, 2: " "})

    score = scoring.score_theory(session, seated.application.id, by=an_actor(session), at=SOON)

    assert score.details["marks"] == {"1": "2.00", "2": "0", "3": "0"}


@pytest.mark.parametrize(
    ("totals", "missing", "share"),
    [
        (["1"], 1, None), (["1", "7"], 1, None), (["5", "6"], 0, Fraction(11, 16)),
        (["1", "7", "4"], 0, Fraction(4, 8)), (["1", "7", "1"], 0, Fraction(1, 8)),
        (["1", "7", "8"], 0, Fraction(15, 16)),
        (["5", "6", "0"], 0, Fraction(11, 16)),
    ],
)  # fmt: skip
def test_a_third_marker_is_asked_where_two_differ_and_the_two_nearest_count(
    totals: list[str], missing: int, share: Fraction | None
) -> None:
    body = content.parse(ESSAY | {"rubric": [{"criterion": "论点", "marks": "8"}]})
    assert isinstance(body, content.Essay)
    slot = Slot(number=1, marks=Decimal(16), scoring=ScoringRule.TWO_MARKERS, apart=Decimal(3))
    given = tuple(AnswerMark(turn=turn, total=Decimal(total)) for turn, total in enumerate(totals, start=1))
    found = Answer(uuid4(), uuid4(), slot, 0, body, body, "文", Fraction(16), given)

    assert (found.missing, found.share) == (missing, share)


def test_a_marker_gets_every_answer_once_in_an_order_of_their_own_and_corrects_only_the_own_marks(
    session: Session,
) -> None:
    exam = sat(session, ScoringRule.ONE_MARKER).application.exam
    first, second = a_marker(session, exam), a_marker(session, exam)
    assert len(giving.waiting(session, exam, by=first)) == 2

    given = give(session, exam, 2, ["3", "1"], first)
    assert give(session, exam, 2, ["3", "1"], first) is given
    corrected = give(session, exam, 2, ["2.5", "1"], first)

    assert (corrected.turn, corrected.version, corrected.marks) == (1, 2, ["2.5", "1"])
    assert [one.slot.number for one in giving.waiting(session, exam, by=first)] == [3]
    assert [one.slot.number for one in giving.waiting(session, exam, by=second)] == [3]
    assert [one.slot.number for one in giving.marked(session, exam, by=first)] == [2]
    with pytest.raises(AnswerMarked):
        give(session, exam, 2, ["0", "0"], second)


@pytest.mark.parametrize(("marks", "refusal"), [(["3.5", "1"], PointMarksInvalid), (["1.2", "1"], PointMarksInvalid),
                                                (["-1", "0"], PointMarksInvalid), (["NaN", "0"], PointMarksInvalid),
                                                (["3"], PointMarksMissing)])  # fmt: skip
def test_a_mark_beyond_its_point_or_between_the_steps_is_refused(
    session: Session, marks: list[str], refusal: type[Exception]
) -> None:
    exam = sat(session).application.exam
    with pytest.raises(refusal):
        give(session, exam, 2, marks, a_marker(session, exam))


def test_who_is_bound_to_a_candidate_never_gets_the_answers(session: Session) -> None:
    seated = sat(session)
    exam = seated.application.exam
    bound = a_marker(session, exam, ties=None)

    with pytest.raises(TieUnsaid):
        give(session, exam, 2, ["3", "1"], bound)
    with pytest.raises(CandidateUnknown):
        panel.state_ties(session, exam.id, ["无此人"], by=bound, at=SOON)
    panel.state_ties(session, exam.id, [seated.name], by=bound, at=SOON)

    assert panel.state_ties(session, exam.id, [seated.ticket], by=bound, at=SOON) == []
    assert giving.waiting(session, exam, by=bound) == []
    with pytest.raises(MarkerBound):
        give(session, exam, 2, ["3", "1"], bound)
    with pytest.raises(MarkerUnassigned):
        give(session, exam, 2, ["3", "1"], an_actor(session, "marker"))


def a_mark(session: Session, seated: Any, marker: Actor, **changes: Any) -> AnswerMark:
    sitting_id = session.scalars(select(Sitting.id).where(Sitting.application_id == seated.application.id)).one()
    values = {
        "organisation_id": marker.organisation, "sitting_id": sitting_id, "slot": 2, "part": 0, "turn": 1, "version": 1,
        "marker_id": marker.id, "marks": ["3", "1"], "total": Decimal(4), "most": Decimal(4), "comment": "",
        "given_at": SOON,
    }  # fmt: skip
    return stored(session, AnswerMark(**values | changes))


@pytest.mark.parametrize(
    ("changes", "told"), [({"turn": 2}, "one turn"), ({"total": Decimal("4.5"), "slot": 3}, "total_within_most")]
)
def test_the_database_refuses_the_same_marker_twice_and_a_mark_above_the_maximum(
    session: Session, changes: dict[str, Any], told: str
) -> None:
    seated = sat(session)
    marker = a_marker(session, seated.application.exam)
    a_mark(session, seated, marker)

    with pytest.raises(IntegrityError, match=told):
        a_mark(session, seated, marker, **changes)


def test_the_database_refuses_a_turn_of_somebody_else_and_a_marker_who_is_bound(session: Session) -> None:
    seated = sat(session)
    exam = seated.application.exam
    a_mark(session, seated, a_marker(session, exam))

    with pytest.raises(IntegrityError, match="one turn"), session.begin_nested():
        a_mark(session, seated, a_marker(session, exam), version=2)
    with pytest.raises(IntegrityError, match="bound to a candidate"):
        a_mark(session, seated, a_marker(session, exam, ties=[seated.ticket]), turn=2)


def test_marks_that_were_corrected_after_scoring_keep_the_score_from_being_confirmed(session: Session) -> None:
    seated = sat(session, ScoringRule.ONE_MARKER)
    exam, officer, marker = seated.application.exam, an_actor(session), a_marker(session, seated.application.exam)
    give(session, exam, 2, ["3", "1"], marker)
    give(session, exam, 3, ["5", "5"], marker)
    scoring.score_theory(session, seated.application.id, by=officer, at=SOON)
    give(session, exam, 2, ["3", "0"], marker)

    with pytest.raises(MarksChanged):
        scoring.confirm(session, seated.application.id, Component.THEORY, by=officer, at=SOON)
    scoring.score_theory(session, seated.application.id, by=officer, at=SOON)
    scoring.confirm(session, seated.application.id, Component.THEORY, by=officer, at=SOON)
    with pytest.raises(MarksFinal):
        give(session, exam, 2, ["3", "1"], marker)
    with pytest.raises(ExaminerDecides):
        deciding.announce(session, seated.application.id, by=marker, at=SOON)


def test_booklet_sheet_and_key_print_what_people_mark(session: Session) -> None:
    exam = an_exam(session, bodies=[SHORT, ESSAY], rules=[ScoringRule.ONE_MARKER, ScoringRule.TWO_MARKERS])
    paper = exam.papers[0].paper
    paper.run.report = {"minutes": 90}
    session.flush()
    by = an_actor(session)

    booklet = printed(printable.booklet(session, paper.id, by=by, at=NOON))
    sheet = lay_out(printable.of(session, paper.id))
    key = printed(keys.marking_key(session, paper.id, purpose="示范阅卷使用", viewer="考务", by=by, at=NOON))

    assert "简答题" in booklet
    assert "（5～100字）" in booklet
    assert "统一、简化" not in booklet
    lines = [one for one in sheet[0].placed if isinstance(one, Line)]
    assert [one.number for one in lines] == ["1", "", "", "2", "", "", "", ""]
    assert "参考答案：统一、简化。" in key
    assert "1.5分" in key
    assert "相差超过0.4分的由第三名阅卷员评" in key


def printed(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")
